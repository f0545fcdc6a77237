"""Which words of a paragraph became which: numbers, names of sides and words whole, in Chinese too. Knows text; judges nothing."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

HAN = "\u3400-\u9fff"
TOKEN = re.compile(rf"\s+|\d(?:[\d,.]*\d)?[%‰]?|[{HAN}]+|[^\W\d_{HAN}]+(?:['’][^\W\d_{HAN}]+)?|[\s\S]")
WHOLE = re.compile("([甲乙丙丁]方|[壹贰叁肆伍陆柒捌玖拾佰仟零〇万亿元角分整]{2,}|[一二三四五六七八九十百千万亿零〇两]{3,})")
"""What a dictionary would cut in pieces, or glue to its neighbours: names of sides, and figures in words."""
Cut = Callable[[str], Sequence[str]]
"""Parts running Chinese into words; joined, they make up what was handed in."""
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


def edits(old: str, new: str, cut: Cut) -> list[Edit]:
    """What makes `new` out of `old`, in order. Blanks count as one; those around the text do not count."""
    before, after = _tokens(old, cut), _tokens(new.strip(), cut)
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


def _tokens(text: str, cut: Cut) -> list[tuple[str, int, str]]:
    """What is compared, where it begins, and how it stands there."""
    found: list[tuple[str, int, str]] = []
    for match in TOKEN.finditer(text):
        token, start = match[0], match.start()
        if token.isspace():
            found.append((" ", start, token))
        elif HAN[0] <= token[0] <= HAN[-1]:
            for word in _words(token, cut):
                found.append((word, start, word))
                start += len(word)
        else:
            found.append((token, start, token))
    return found


def _words(run: str, cut: Cut) -> Iterator[str]:
    for place, part in enumerate(WHOLE.split(run)):
        yield from (part,) if place % 2 else cut(part) if part else ()


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
