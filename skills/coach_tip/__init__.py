"""Tips for sellers, from what works in their team."""
