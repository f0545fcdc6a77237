"""How a recogniser's words are written: as people write zh and en. Knows two scripts; knows no recogniser."""

import re
from functools import cache
from typing import Protocol

FULL_WIDTH = str.maketrans(",?!:;", "\uff0c\uff1f\uff01\uff1a\uff1b")
HAN = r"[\u3400-\u9fff]"
BREATH = r"[\s\ufffd\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+"
"""How Whisper writes one besides a mark: as a blank, or as a full-width mark whose last byte went wrong."""


class Folding(Protocol):
    """Traditional characters to simplified ones."""

    def convert(self, text: str) -> str:
        """The folded text."""
        ...


@cache
def _folding() -> Folding:
    import opencc  # noqa: PLC0415 - English never needs it

    folding: Folding = opencc.OpenCC("t2s")
    return folding


def written(text: str, lang: str) -> str:
    """Simplified characters; after a Han character full-width marks, and no blanks between two. Other languages only lose their margins."""
    text = text.strip()
    if lang != "zh":
        return text
    text = re.sub(rf"(?<={HAN}){BREATH}(?={HAN}|$)", ",", _folding().convert(text))
    return re.sub(rf"(?<={HAN})[,?!:;]\s*", lambda mark: mark.group().strip().translate(FULL_WIDTH), text)
