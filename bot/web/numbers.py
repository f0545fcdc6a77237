"""Numbers as forms and addresses write them, whoever made these. Knows no field by name."""

LONGEST = 9
"""Digits: nothing that a page counts has more, and every machine takes so many."""


def number_of(written: str, missing: int = 0) -> int:
    """A whole number that is not negative; `missing` for what is none: a sign, another alphabet's digit, one too long to be ours."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= LONGEST else missing
