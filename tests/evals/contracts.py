"""The pairs of contracts that were written for this project, as lines of the labelled set. Knows their files; knows no rule."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_TENS = "一二三四五六七八九"
_WIDTH = 24
_EN_WIDTH = 60
_PAGE = 12


@dataclass(slots=True)
class _Clause:
    """number: in the old version, None for what is new."""

    number: int | None
    text: str
    now: int = field(default=0)


def pairs(name: str = "contracts.toml") -> Sequence[tuple[dict[str, Any], str, str]]:
    """Each pair: its line with `gold`, the old text, the new text."""
    return [_pair(one) for one in tomllib.loads((HERE / name).read_text(encoding="utf-8"))["pair"]]


def _pair(one: dict[str, Any]) -> tuple[dict[str, Any], str, str]:
    old = [_Clause(number, text) for number, text in enumerate(one["clauses"], 1)]
    new = list(old)
    for change in one["changes"]:
        _make(change, new)
    for number, clause in enumerate(new, 1):
        clause.now = number
    by_number: dict[int | None, _Clause] = {clause.number: clause for clause in new}
    gold = [_gold(change, by_number, new) for change in one["changes"]]
    line = {key: one[key] for key in ("id", "lang", "our_party")} | {"our_side": "seller", "gold": {"changes": gold}}
    first = _written(one, [clause.text for clause in old])
    told = {change[1]: change[2] for change in one["changes"] if change[0] in {"modified", "wording_only"}}
    second = _written(one, [told.get(clause.number, clause.text) for clause in new])
    return line, first, "".join(_exported(second)) if one["noise"] else second


def _make(change: list[Any], new: list[_Clause]) -> None:
    at = next((place for place, clause in enumerate(new) if clause.number == change[1]), len(new))
    if change[0] == "removed":
        del new[at]
    elif change[0] == "moved":
        new.insert(change[2] - 1, new.pop(at))
    elif change[0] == "added":
        new.insert(min(at, len(new)), _Clause(None, change[2]))


def _gold(change: list[Any], by_number: dict[int | None, _Clause], new: Sequence[_Clause]) -> dict[str, Any]:
    kind, number, *rest = change
    told = rest if kind == "removed" else rest[1:]
    accept = told[3] if len(told) > 3 else {}
    here = None if kind == "added" else str(number)
    there = None
    if kind == "added":
        there = str(next(clause.now for clause in new if clause.number is None and clause.text == rest[0]))
    elif kind != "removed":
        there = str(by_number[number].now)
    return {
        "clause_v1": here, "clause_v2": there, "change": kind, "category": told[0], "direction": told[1], "risk": told[2],
        **{f"{key}_accept": accept.get(key, []) for key in ("category", "direction", "risk")},
    }  # fmt: skip


def _written(one: dict[str, Any], clauses: Sequence[str]) -> str:
    told = [one["head"]]
    for number, clause in enumerate(clauses, 1):
        heading, _, body = clause.partition(" | ")
        told.append(f"{_number(one['style'], number)}{heading}\n{body}")
    return "\n\n".join(told) + "\n"


def _number(style: str, number: int) -> str:
    chinese = ("十" if number >= 10 else "") + (_TENS[number % 10 - 1] if number % 10 else "")
    chinese = ("二" if number >= 20 else "") + chinese
    shown = {
        "zh": f"第{chinese}条 ", "dot": f"{chinese}、", "en": f"{number}. ", "section": f"Section {number}. ",
        "article": f"Article {number}: ",
    }  # fmt: skip
    return shown.get(style, f"第{chinese}条 / Article {number} ")


def _exported(text: str) -> Iterator[str]:
    """The lines of a PDF export: wrapped, full-width marks, a footer every few lines."""
    count = 0
    for line in text.splitlines():
        wide = not line.isascii()
        for piece in _wrapped(line.replace(",", "，") if wide and len(line) % 2 else line, wide=wide):
            count += 1
            yield piece + "\n"
            if count % _PAGE == 0:
                yield (f"第 {count // _PAGE} 页\n" if wide else f"Page {count // _PAGE}\n")


def _wrapped(line: str, *, wide: bool) -> Sequence[str]:
    if wide:
        return [line[at : at + _WIDTH] for at in range(0, len(line), _WIDTH)] or [""]
    return [one.strip() for one in re.findall(rf".{{1,{_EN_WIDTH}}}(?:\s+|$)", line)] or [""]
