"""A letter to somebody at an account: angles first, then one draft in the rep's own voice, each claim on its ground."""
