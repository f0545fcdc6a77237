"""How well a sentence answers a question, from the words alone: what is covered, and whether the sort of thing asked for is there."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.evidence import Passage
from bot.domain.talk import language_of
from skills.answer_knowledge.asking import Question, Unit
from skills.answer_knowledge.sentences import Sentence, sentences
from skills.answer_knowledge.signs import Sort, signs
from skills.answer_knowledge.wording import HAN, fold, worded

LONGEST_RUN = 12
UNSEEN = 0.7
LANGUAGE_SHOWS = 300
OPENING = 0.7
_MEASURED = frozenset({Sort.LASTING, Sort.MONEY})
_STRICT = _MEASURED | {Sort.WHEN, Sort.AMOUNT}


@dataclass(frozen=True, slots=True)
class Bearing:
    """How a sentence bears on a question. Shares are weighted, 0 to 1; see `FEATURES` for what each says."""

    sentence: Sentence
    passage: Passage
    rank: int
    features: tuple[float, ...]
    foreign: bool

    def __getitem__(self, feature: str) -> float:
        """The value of a feature by its name."""
        return self.features[_AT[feature]]

    @property
    def is_question(self) -> bool:
        """Whether the sentence itself asks."""
        return self["question"] > 0


FEATURES = (
    "sentence", "context", "passage", "focus_passage", "hard_missing", "weakest_passage",
    "focus_here", "focus_near", "hard_near", "weakest_near",
    "run", "beyond", "beyond_run", "fit", "misfit", "strict", "unmeasured", "length", "question", "first", "rank",
)  # fmt: skip
_AT = {name: number for number, name in enumerate(FEATURES)}


def bearings(question: Question, passages: Sequence[Passage]) -> tuple[Bearing, ...]:
    """Every sentence of `passages` with how it bears on `question`; a sentence that stands in two passages counts once."""
    covers = [_covers(question.units, passage) for passage in passages]
    weights = _weights(question.units, covers)
    found: dict[str, Bearing] = {}
    for rank, (passage, covered) in enumerate(zip(passages, covers, strict=True)):
        if any(covered):
            for bearing in _of_passage(question, weights, passage, covered, rank):
                found.setdefault(bearing.sentence.wording.han, bearing)
    return tuple(found.values())


def _covers(units: Sequence[Unit], passage: Passage) -> list[float]:
    whole = worded(fold(f"{passage.title} {passage.locator}\n{passage.text}"))
    return [unit.cover(whole) for unit in units]


def _weights(units: Sequence[Unit], covers: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Units that stand in few of the passages found weigh more: there they tell one from another."""
    total = len(covers) + 1
    counts = [sum(covered[number] for covered in covers) for number in range(len(units))]
    return tuple(unit.weight * (1 + math.log(total / (count + 1))) for unit, count in zip(units, counts, strict=True))


def _share_of(weights: Sequence[float], chosen: Sequence[int]) -> Callable[[Sequence[float]], float]:
    """What turns covers into the share of weight covered among `chosen`, 0 to 1; 1 when there is nothing to cover."""
    whole = sum(weights[number] for number in chosen)
    if not whole:
        return lambda _: 1.0
    parts = [(number, weights[number] / whole) for number in chosen]
    return lambda covers: sum(part * covers[number] for number, part in parts)


def _of_passage(question: Question, weights: Sequence[float], passage: Passage, covered: Sequence[float], rank: int) -> Iterator[Bearing]:
    units = question.units
    foreign = language_of(passage.text[:LANGUAGE_SHOWS]) is not question.lang
    known = [unit.bridge or not foreign for unit in units]
    if foreign:  # what cannot be compared counts as partly missing, lest one word in common look like all of them
        weights = [weight if can else weight * UNSEEN for can, weight in zip(known, weights, strict=True)]
    firm = [number for number, unit in enumerate(units) if known[number] and not unit.soft and len(unit.surfaces[0]) > 1]
    share = _share_of(weights, range(len(units)))
    focus = _share_of(weights, [number for number, unit in enumerate(units) if known[number] and unit.focus])
    hard = _share_of(weights, [number for number, unit in enumerate(units) if unit.hard])
    title = worded(fold(f"{passage.title} {passage.locator}"))
    titled = [unit.cover(title) for unit in units]
    of_passage = (share(covered), focus(covered), 1 - hard(covered), _weakest(covered, firm))
    stretches = sentences(passage.text)
    opening = stretches[0].wording if stretches else title
    topic = [max(cover, unit.cover(opening) * OPENING) for unit, cover in zip(units, titled, strict=True)]
    beyond = _share_of([weight * (1 - there) for weight, there in zip(weights, topic, strict=True)], range(len(units)))
    asked = _without(question.folded, [unit.surfaces[0] for unit, there in zip(units, topic, strict=True) if there >= OPENING])
    before: Sequence[float] = [0.0] * len(units)
    for number, sentence in enumerate(stretches):
        here = [unit.cover(sentence.wording) if possible else 0.0 for unit, possible in zip(units, covered, strict=True)]
        placed = [unit.cover(sentence.place) if possible else 0.0 for unit, possible in zip(units, covered, strict=True)]
        near = [max(several) for several in zip(here, before, titled, placed, strict=True)]
        fit = _fit(question, sentence)
        features = (
            share(here),
            share(near),
            *of_passage,
            focus(here),
            focus(near),
            1 - hard(near),
            _weakest(near, firm),
            _run(question.folded, sentence),
            beyond(here),
            _run(asked, sentence),
            float(fit > 0),
            float(fit < 0),
            float(fit < 0 and question.sort in _STRICT),
            float(fit < 0 and question.sort in _MEASURED),
            min(1.0, math.log1p(len(sentence.wording.han)) / 5),
            float(sentence.text.rstrip().endswith(("?", "？"))),
            float(number == 0),
            1 / (1 + rank),
        )
        yield Bearing(sentence, passage, rank, features, foreign)
        before = here


def _weakest(covers: Sequence[float], firm: Sequence[int]) -> float:
    """How well the least covered of the things named is covered."""
    return min((covers[number] for number in firm), default=1.0)


def _without(folded: str, surfaces: Sequence[str]) -> str:
    """A folded question without the words that the whole passage is about."""
    for surface in surfaces:
        folded = folded.replace(surface, "\0")
    return folded


def _run(asked: str, sentence: Sentence) -> float:
    """Length of the longest stretch of what is asked that stands in the sentence, as a share of `LONGEST_RUN` characters."""
    text = sentence.wording.han
    best = 0
    folded = asked.replace(" ", "")
    for at in range(len(folded)):
        while at + best < len(folded) and folded[at : at + best + 1] in text:
            best += 1
    return min(1.0, best / (LONGEST_RUN if HAN.search(folded) else 2 * LONGEST_RUN))


def _fit(question: Question, sentence: Sentence) -> int:
    """1 when the sort of thing asked for stands in the sentence, -1 when it does not, 0 when none can be told."""
    sign = signs().answers.get(question.sort)
    if sign is None:
        return 0
    text = sentence.wording.folded
    if question.measure and HAN.search(question.measure):
        measured = re.search(signs().number + r"\s*[多余几来个大]?\s*" + re.escape(question.measure[0]), text)
        return 1 if measured else (-1 if not sign.search(text) else 0)
    return 1 if sign.search(text) else -1
