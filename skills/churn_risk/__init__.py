"""Which accounts may leave, and why."""
