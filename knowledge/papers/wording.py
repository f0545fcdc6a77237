"""Which words of a paragraph became which: numbers whole, English words whole, Chinese by the sign. Knows text; judges nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s+|\d[\d,.]*\d|\d|[^\W\d_]+(?:['’][^\W\d_]+)?|[\s\S]", re.UNICODE)
HAN = re.compile(r"[\u3400-\u9fff]+")
MOST_COMPARED = 4_000_000
"""Tokens of the one times tokens of the other; beyond, what lies between their common ends is changed as a whole."""
ISLAND = 2
"""Unchanged tokens between two changes that are told as one change with them, when they say little: blanks, marks, a single sign."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The stretch of the old text from `begin` to `end` gives way to `text`."""

    begin: int
    end: int
    text: str


def edits(old: str, new: str) -> list[Edit]:
    """What makes `new` out of `old`, in order. Blanks count as one; those around the text do not count."""
    before, after = _tokens(old), _tokens(new.strip())
    while before and before[0][0] == " ":
        before.pop(0)
    while before and before[-1][0] == " ":
        before.pop()
    ends = [start + len(text) for _, start, text in before]
    found: list[Edit] = []
    for i, j, k, m in _changed([one[0] for one in before], [one[0] for one in after]):
        begin = before[i][1] if i < len(before) else (ends[-1] if ends else len(old))
        end = ends[j - 1] if j > i else begin
        found.append(Edit(begin, end, "".join(one[0] for one in after[k:m])))
    return found


def _tokens(text: str) -> list[tuple[str, int, str]]:
    """What is compared, where it begins, and how it stands there."""
    found: list[tuple[str, int, str]] = []
    for match in TOKEN.finditer(text):
        token, start = match[0], match.start()
        if token.isspace():
            found.append((" ", start, token))
        elif HAN.search(token):
            found += [(sign, start + at, sign) for at, sign in enumerate(token)]
        else:
            found.append((token, start, token))
    return found


def _changed(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Stretches that differ, those with little between them as one."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    before, after = old[head:len(old) - tail], new[head:len(new) - tail]
    if not before and not after:
        return
    if len(before) * len(after) > MOST_COMPARED:
        yield head, len(old) - tail, head, len(new) - tail
        return
    held: tuple[int, int, int, int] | None = None
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            if held is not None and not _is_island(before[i:j]):
                yield _moved(held, head)
                held = None
            elif held is not None:
                held = held[0], j, held[2], m
            continue
        held = (i, j, k, m) if held is None else (held[0], j, held[2], m)
    if held is not None:
        yield _moved(held, head)


def _is_island(between: list[str]) -> bool:
    """Whether what stands between two changes says so little that the changes read better as one."""
    said = [one for one in between if not one.isspace()]
    return len(said) < ISLAND and len(between) <= ISLAND + 1 and not any(one.isdigit() or len(one) > 1 for one in said)


def _moved(stretch: tuple[int, int, int, int], by: int) -> tuple[int, int, int, int]:
    i, j, k, m = stretch
    return i + by, j + by, k + by, m + by
