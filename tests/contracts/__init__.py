"""One suite for each port, run on every adapter that we ship, so that they mean the same."""
