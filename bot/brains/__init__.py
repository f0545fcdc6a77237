"""Models, each behind a port. Knows how to ask them; knows no skill."""
