"""Rules and steps, one at a time."""
