"""Running Chinese in words. Knows one dictionary and no meaning."""

from collections.abc import Sequence


def cut(text: str) -> Sequence[str]:
    """The words of `text`, in order; joined, they make it up."""
    import rjieba  # noqa: PLC0415 - its dictionary takes a second to open

    words: Sequence[str] = rjieba.cut(text, hmm=False)
    return words
