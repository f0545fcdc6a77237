"""What the platforms' own npm packages say about what we make: a second implementation that none of us wrote."""
