"""The whole house, told as it would be lived."""
