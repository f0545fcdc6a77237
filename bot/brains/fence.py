"""Fences around what others wrote, so that a model can tell a task from its material. Knows no meaning.

The mark is new for each exchange and cannot be guessed, so no text can close its own fence.
"""

import secrets

MARK_BYTES = 12


def new_mark() -> str:
    """A mark that nobody could have written beforehand."""
    return secrets.token_hex(MARK_BYTES)


def fenced(text: str, mark: str) -> str:
    """`text` between two lines that carry `mark`."""
    return f"<<< {mark}\n{text}\n>>> {mark}"
