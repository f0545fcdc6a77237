"""Shows a person what they can do here."""
