"""Which change or clause a question is about, by its numbers and its words. Knows both languages' words; judges nothing."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from math import log

from bot.domain.comparison import Category, Clause, ClauseChange
from bot.domain.contracts import Paper
from skills.compare_contracts.categories import categories
from skills.compare_contracts.clauses import clauses, figure
from skills.compare_contracts.folded import fold
from skills.compare_contracts.library import Library

WHY = re.compile(
    r"为啥|为什么|凭什么|怎么(?:就|会|算|是)|算[高中低]|哪[里儿]?(?:不行|有问题|高)|依据|理由|\bwhy\b|how come|what'?s wrong|reason",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"第\s*([一二三四五六七八九十百\d]{1,4})\s*条|§\s*(\d{1,3})|\b(?:clause|section|article)\s+(\d{1,3})", re.IGNORECASE)
CIRCLED = re.compile(r"[①②③④⑤]|第\s*([一二三四五1-5])\s*(?:处|个|项|点)")
DIGITS = re.compile(r"\d+(?:\.\d+)?")
HAN, LATIN = re.compile(r"[\u3400-\u9fff]+"), re.compile(r"[a-z]{3,}")
IDLE = frozenset({
    "what", "which", "how", "the", "this", "that", "contract", "agreement", "much", "many", "long", "are", "does", "our", "their", "and",
    "for", "with", "under", "who", "whom", "when", "about", "there", "any",
    "这份", "合同", "份合", "多少", "什么", "是多", "的是", "同的", "我们", "他们", "是什", "多久", "怎么", "多长", "里面", "协议",
})  # fmt: skip
LEAST = 1.2
"""How much a sentence has to have in common with a question, in rarity of words, to be an answer to it."""
_SENTENCES = re.compile(r"[^。;；\n]+[。;；]?|[^\n]+")


def is_why(text: str) -> bool:
    """Whether somebody asks why a change is judged so."""
    return WHY.search(text) is not None


def change_meant(text: str, changes: Sequence[ClauseChange], names: dict[str, str]) -> ClauseChange | None:
    """The change that a question is about; the first where it names none, None where there is none at all."""
    if not changes:
        return None
    ordered = _by_place(text, changes)
    if ordered is not None:
        return ordered
    asked, numbers = _grams(text), set(DIGITS.findall(text))

    def fits(one: ClauseChange) -> float:
        clause = one.new or one.old
        heading = clause.heading if clause else ""
        figures = {figure for shift in one.shifts for figure in DIGITS.findall(f"{shift.old} {shift.new}")}
        called = _grams(f"{heading} {names.get(one.category, '')}")
        said = _grams(" ".join(each.text for each in (one.old, one.new) if each))
        return 5 * len(numbers & figures) + 3 * len(asked & called) + len(asked & said) + one.risk.weight / 10

    return max(changes, key=fits)


def _by_place(text: str, changes: Sequence[ClauseChange]) -> ClauseChange | None:
    if found := NUMBERED.search(text):
        number = figure(next(one for one in found.groups() if one))
        return next((one for one in changes if number in {one.new.top if one.new else "", one.old.top if one.old else ""}), None)
    if found := CIRCLED.search(text):
        sign = found.group(1)
        place = "①②③④⑤".find(found.group()) if sign is None else int(figure(sign)) - 1
        return changes[place] if place < len(changes) else None
    return None


def clause_meant(
    text: str, paper: Paper, library: Library, cut: Callable[[str], Sequence[str]]
) -> tuple[Clause, str] | None:
    """The clause that answers a question about a contract, and its sentence; None where none has to do with it."""
    found = clauses(paper)
    if numbered := NUMBERED.search(text):
        number = figure(next(one for one in numbered.groups() if one))
        clause = next((one for one in found if one.top == number and one.text), None)
        return (clause, clause.text) if clause else None
    asked = _grams(text) | {fold(word) for word in cut(text) if len(word) > 1 and fold(word) not in IDLE}
    held = [_grams(f"{one.heading} {one.text}") for one in found]
    counted = Counter(gram for grams in held for gram in grams)
    rarity = {gram: log((len(found) + 1) / (counted[gram] + 0.5)) for gram in asked if counted[gram]}
    about = _about(text, library)
    rated = [
        (sum(rarity.get(gram, 0.0) for gram in asked & grams) + _of_kind(one, about, library), place)
        for place, (one, grams) in enumerate(zip(found, held, strict=True))
    ]
    best, place = max(rated, key=lambda one: (one[0], -one[1]), default=(0.0, 0))
    return (found[place], _sentence(found[place], asked, rarity)) if best >= LEAST and found[place].text else None


def _about(text: str, library: Library) -> tuple[Category, ...]:
    return tuple(one for one in categories(library, fold(text), fold(text), (), None)[:1] if one is not Category.OTHER)


def _of_kind(clause: Clause, about: Sequence[Category], library: Library) -> float:
    if not about:
        return 0.0
    return 1.0 if about[0] in categories(library, fold(clause.heading), fold(clause.text), (), None)[:1] else 0.0


def _sentence(clause: Clause, asked: set[str], rarity: dict[str, float]) -> str:
    said = [one.strip() for one in _SENTENCES.findall(clause.text) if one.strip()]
    digits = {one: bool(DIGITS.search(one)) * 0.1 for one in said}
    best: str = max(said, key=lambda one: sum(rarity.get(gram, 0.0) for gram in asked & _grams(one)) + digits[one])
    return best


def _grams(text: str) -> set[str]:
    folded = fold(text)
    han = {run[at : at + 2] for run in HAN.findall(folded) for at in range(len(run) - 1)}
    latin = {word.removesuffix("ies").removesuffix("s") for word in LATIN.findall(folded)}
    return {one for one in han | latin if one not in IDLE}
