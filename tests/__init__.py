"""What holds, told as tests. Shipped code knows nothing of it."""
