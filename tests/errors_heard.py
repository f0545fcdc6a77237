"""How wrong what was heard is: characters of Chinese, words of English; marks do not count, and wide figures are narrow ones."""

import re
import unicodedata
from collections.abc import Sequence


def units(text: str, lang: str) -> Sequence[str]:
    """What is counted: characters in zh, words in en."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return [char for char in plain if char.isalnum()] if lang == "zh" else re.sub(r"[^a-z0-9' ]", " ", plain).split()


def edits(wanted: Sequence[str], got: Sequence[str]) -> int:
    """Levenshtein's distance."""
    row = list(range(len(got) + 1))
    for number, one in enumerate(wanted, 1):
        before, row = row, [number]
        for at, other in enumerate(got, 1):
            row.append(min(before[at] + 1, row[-1] + 1, before[at - 1] + (one != other)))
    return row[-1]
