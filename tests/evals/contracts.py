"""The pairs of contracts that were written for this project, as lines of the labelled set. Knows their files; knows no rule."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_TENS = "一二三四五六七八九"
_WIDTH = 24
_EN_WIDTH = 60
_PAGE = 12
_SIDES = {"them": "favours_them", "us": "favours_us"}
_ACCEPTED = ("category", "direction", "risk")
_REFERENCE = re.compile(r"\{(\d+)\}")


@dataclass(slots=True)
class _Clause:
    """number: in the old version, None for what is new."""

    number: int | None
    text: str
    now: int = field(default=0)


def pairs(name: str = "contracts.toml") -> Sequence[tuple[dict[str, Any], str, str]]:
    """Each pair: its line with `gold`, the old text, the new text."""
    read = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return [_pair(one, read.get("common", {}).get(one["lang"], ())) for one in read["pair"]]


def _pair(one: dict[str, Any], common: Sequence[str]) -> tuple[dict[str, Any], str, str]:
    texts = [*one["clauses"], *common]
    old = [_Clause(number, text) for number, text in enumerate(texts, 1)]
    changes = [_numbered(change, texts) for change in one["changes"]]
    new = list(old)
    for change in changes:
        _make(change, new)
    for number, clause in enumerate(new, 1):
        clause.now = number
    by_number: dict[int | None, _Clause] = {clause.number: clause for clause in new}
    gold = [_gold(change, by_number, new) for change in changes]
    line = {key: one[key] for key in ("id", "lang", "our_party")} | {"our_side": "seller", "gold": {"changes": gold}}
    first = _written(one, [clause.text for clause in old], {number: number for number in range(1, len(old) + 1)})
    told = {change[1]: change[2] for change in changes if change[0] in {"modified", "wording_only"}}
    second = _written(
        one, [told.get(clause.number, clause.text) for clause in new], {clause.number: clause.now for clause in new if clause.number},
    )  # fmt: skip
    return line, first, "".join(_exported(second)) if one["noise"] else second


def _numbered(change: list[Any], texts: Sequence[str]) -> list[Any]:
    """A change with the number of its clause, which may be named by its heading; a text without a heading keeps the old one."""
    kind, first, *rest = change
    named = rest[0] if kind == "added" and not isinstance(first, int) else first
    if isinstance(named, int):
        return change
    number, text = next((place, one) for place, one in enumerate(texts, 1) if one.partition(" | ")[0] == named)
    if kind == "added":
        return ["added", number, first, *rest[1:]]
    if kind in {"modified", "wording_only"} and " | " not in rest[0]:
        rest[0] = f"{text.partition(' | ')[0]} | {rest[0]}"
    return [kind, number, *rest]


def _make(change: list[Any], new: list[_Clause]) -> None:
    at = next((place for place, clause in enumerate(new) if clause.number == change[1]), len(new))
    goes = change[2] if change[0] == "moved" else change[-1].get("to") if isinstance(change[-1], dict) else None
    if change[0] == "removed":
        del new[at]
    elif change[0] == "added":
        new.insert(min(at, len(new)), _Clause(None, change[2]))
    elif goes is not None:
        new.insert(goes - 1, new.pop(at))


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
        "clause_v1": here, "clause_v2": there, "change": kind, "category": told[0], "direction": _SIDES.get(told[1], told[1]),
        "risk": told[2], **{f"{key}_accept": [_SIDES.get(one, one) for one in accept.get(key, [])] for key in _ACCEPTED},
    }  # fmt: skip


def _written(one: dict[str, Any], clauses: Sequence[str], now: Mapping[int, int]) -> str:
    told = [one["head"]]
    for number, clause in enumerate(clauses, 1):
        heading, _, body = _REFERENCE.sub(lambda found: _referred(one["style"], now[int(found[1])]), clause).partition(" | ")
        told.append(f"{_number(one['style'], number)}{heading}\n{body}")
    return "\n\n".join(told) + "\n"


def _referred(style: str, number: int) -> str:
    return _chinese(number) if style in {"zh", "dot"} else str(number)


def _chinese(number: int) -> str:
    chinese = ("十" if number >= 10 else "") + (_TENS[number % 10 - 1] if number % 10 else "")
    return ("二" if number >= 20 else "") + chinese


def _number(style: str, number: int) -> str:
    chinese = _chinese(number)
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
