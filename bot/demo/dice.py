"""Chance that falls the same way every time. Knows nothing of what is drawn."""

from random import Random

SEED = 20_240_229


def dice(*topic: object) -> Random:
    """Dice of their own for each topic, so that a new account or template changes nothing about the others."""
    return Random("/".join(str(part) for part in (SEED, *topic)))  # noqa: S311 - the point is that everybody can foretell it
