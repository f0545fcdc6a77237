"""Small honest stand-ins with state that a test can look at."""
