"""Small talk, and a kind no."""
