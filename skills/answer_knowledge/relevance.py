"""How well a sentence answers a question, from the words alone: what is covered, and whether the sort of thing asked for is there."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.evidence import Passage
from bot.domain.talk import language_of
from skills.answer_knowledge.asking import Question, Sort, Unit
from skills.answer_knowledge.sentences import Sentence, sentences
from skills.answer_knowledge.wording import HAN, fold, worded

LONGEST_RUN = 12
UNSEEN = 0.4
_NUMBER = r"(?:\d[\d,.]*|[一二三四五六七八九十百千万亿两半零]+)"
_ANY_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万亿两半]+(?:[个年月日天次人种名位岁元米倍折条家台件层座部项期届]|分|成|多)|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|sixty|ninety|hundred|thousand|million|half|double|once|twice|none|no)\b")
_TIME = r"(?:年|个?月|周|星期|天|日|小时|分钟|秒|工作日|季|世纪)"
_STRICT = frozenset({Sort.LASTING, Sort.MONEY, Sort.WHEN, Sort.AMOUNT})
_FIT: dict[Sort, re.Pattern[str]] = {
    Sort.WHEN: re.compile(r"\d{2,4}\s*年|\d+\s*月|\d+\s*[日号]|世纪|年代|[一二三四五六七八九十]+[年月日]|时期|之后|之前|期间|同年|\b(?:19|20)\d\d\b|\d{1,2}:\d\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tues|wednes|thurs|fri|satur|sun)[a-z]*\b|\bwithin\b|\b\d+ (?:hour|day|week|month|year)"),
    Sort.LASTING: re.compile(_NUMBER + r"\s*[多余几来个半]*\s*" + _TIME + r"|半[年天日]|每[年月周天日季]|永久|终身|当[天日]|次日|\b(?:\d[\d.,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|ninety|half an?|every|each|per)[ -](?:\w+ )?(?:second|minute|hour|day|week|month|quarter|year|spring|summer|autumn|fall|winter)|\b(?:daily|weekly|monthly|quarterly|yearly|annually|hourly|lifetime|forever|immediately)\b"),
    Sort.MONEY: re.compile(_NUMBER + r"\s*[多余]?\s*(?:[万千百亿]?[元块美欧港日英]|[万亿]|%|‰)|[¥$€£]|免费|\b\d[\d,.]*\s*(?:k\b|%|usd|eur|gbp|cny|rmb|yuan|dollar|euro)|(?:usd|eur|gbp|cny|rmb)\s*\d|\bfree\b|no (?:extra )?(?:charge|cost|fee)"),
    Sort.AMOUNT: _ANY_NUMBER,
    Sort.WHERE: re.compile(r"[省市县州区国岛洲港镇村山河湖海路街]|位于|地处|东|西|南|北|\b(?:in|at|near|from|located|site|office)\b"),
    Sort.WHY: re.compile(r"因为|由于|因此|因而|原因|为了|以便|导致|所以|从而|因|故|使得|致|\b(?:because|since|so that|due to|therefore|reason|to avoid|in order|as a result|cause)"),
    Sort.HOW: re.compile(r"通过|利用|使用|采用|方法|首先|然后|以|用|将|把|按|\b(?:by|via|through|using|use|first|then|step|must|click|send|ask|contact|submit)\b"),
    Sort.LIST: re.compile(r"、|和|及|与|包括|分为|分别|,|/|\band\b|includ"),
    Sort.WHETHER: re.compile(r"不|可|能|会|支持|须|必须|允许|禁止|有|无|是|\b(?:not|no|yes|can|may|must|support|includ|allow|available|only|never|is|are)"),
    Sort.DEFINE: re.compile(r"是|指|称|即|为|意思|\b(?:is|are|means?|refers?|stands for)\b"),
    Sort.WHO: re.compile(r"[·・]|[人者家员长王帝臣军队]|\b(?:manager|director|team|officer|legal|head|ceo|cfo|cto|vp|rep|sales|owner|lead|desk|[a-z]+ [a-z]+)\b"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bearing:
    """How a sentence bears on a question. Shares are weighted, 0 to 1; see `FEATURES` for what each says."""

    sentence: Sentence
    passage: Passage
    rank: int
    features: tuple[float, ...]
    foreign: bool

    def __getitem__(self, feature: str) -> float:
        return self.features[_AT[feature]]

    @property
    def is_question(self) -> bool:
        """Whether the sentence itself asks."""
        return self["question"] > 0


FEATURES = (
    "sentence", "context", "passage", "focus_passage", "hard_missing", "weakest_passage", "focus_here", "focus_near", "hard_near", "weakest_near",
    "run", "fit", "misfit", "strict", "length", "question", "first", "rank",
)  # fmt: skip
_AT = {name: number for number, name in enumerate(FEATURES)}


def bearings(question: Question, passages: Sequence[Passage]) -> tuple[Bearing, ...]:
    """Every sentence of `passages` with how it bears on `question`; a sentence that stands in two passages counts once."""
    weights = _weights(question.units, passages)
    found: list[Bearing] = []
    seen: set[str] = set()
    for rank, passage in enumerate(passages):
        for bearing in _of_passage(question, weights, passage, rank):
            key = bearing.sentence.wording.han
            if key not in seen:
                seen.add(key)
                found.append(bearing)
    return tuple(found)


def _weights(units: Sequence[Unit], passages: Sequence[Passage]) -> tuple[float, ...]:
    """Units that stand in few of the passages found weigh more: there they tell one from another."""
    texts = [worded(f"{passage.title}\n{passage.text}") for passage in passages]
    total = len(texts) + 1
    counts = [sum(unit.cover(text) for text in texts) for unit in units]
    return tuple(unit.weight * (1 + math.log(total / (count + 1))) for unit, count in zip(units, counts, strict=True))


def _share(weights: Sequence[float], covers: Sequence[float], among: Sequence[bool] | None = None) -> float:
    """Weight covered, 0 to 1, among all or those marked; 1 when there is nothing to cover."""
    chosen = [(weight, cover) for number, (weight, cover) in enumerate(zip(weights, covers, strict=True)) if among is None or among[number]]
    whole = sum(weight for weight, _ in chosen)
    return sum(weight * cover for weight, cover in chosen) / whole if whole else 1.0


def _of_passage(question: Question, weights: Sequence[float], passage: Passage, rank: int) -> list[Bearing]:
    stretches = sentences(passage.text)
    if not stretches:
        return []
    units = question.units
    foreign = language_of(passage.text) is not question.lang
    if foreign:  # what cannot be compared counts as half missing, lest one word in common look like all of them
        weights = [weight if unit.bridge else weight * UNSEEN for unit, weight in zip(units, weights, strict=True)]
    focus = [unit.focus and (unit.bridge or not foreign) for unit in units]
    hard = [unit.hard for unit in units]
    firm = [number for number, unit in enumerate(units) if not unit.soft and (unit.bridge or not foreign) and len(unit.surfaces[0]) > 1]
    title = worded(f"{passage.title} {passage.locator}")
    whole = worded(passage.text)
    titled = [unit.cover(title) for unit in units]
    in_passage = [max(unit.cover(whole), there) for unit, there in zip(units, titled, strict=True)]
    passage_features = (
        _share(weights, in_passage), _share(weights, in_passage, focus), 1 - _share(weights, in_passage, hard), _weakest(in_passage, firm)
    )
    found: list[Bearing] = []
    before: list[float] = [0.0] * len(units)
    for number, sentence in enumerate(stretches):
        here = [unit.cover(sentence.wording) for unit in units]
        near = [max(a, b, c, unit.cover(sentence.place)) for unit, a, b, c in zip(units, here, before, titled, strict=True)]
        fit = _fit(question, sentence)
        features = (
            _share(weights, here),
            _share(weights, near),
            *passage_features,
            _share(weights, here, focus),
            _share(weights, near, focus),
            1 - _share(weights, near, hard),
            _weakest(near, firm),
            _run(question, sentence),
            float(fit > 0),
            float(fit < 0),
            float(fit < 0 and question.sort in _STRICT),
            min(1.0, math.log1p(len(sentence.wording.han)) / 5),
            float(sentence.text.rstrip().endswith(("?", "？"))),
            float(number == 0),
            1 / (1 + rank),
        )
        found.append(Bearing(sentence, passage, rank, features, foreign))
        before = here
    return found


def _weakest(covers: Sequence[float], firm: Sequence[int]) -> float:
    """How well the least covered of the things named is covered."""
    return min((covers[number] for number in firm), default=1.0)


def _run(question: Question, sentence: Sentence) -> float:
    """Length of the longest stretch of the question that stands in the sentence, as a share of `LONGEST_RUN` characters."""
    text = sentence.wording.han
    best = 0
    folded = question.folded.replace(" ", "")
    for at in range(len(folded)):
        while at + best < len(folded) and folded[at : at + best + 1] in text:
            best += 1
    return min(1.0, best / (LONGEST_RUN if HAN.search(folded) else 2 * LONGEST_RUN))


def _fit(question: Question, sentence: Sentence) -> int:
    """1 when the sort of thing asked for stands in the sentence, -1 when it does not, 0 when none can be told."""
    sign = _FIT.get(question.sort)
    if sign is None:
        return 0
    text = fold(sentence.text)
    if question.measure and HAN.search(question.measure):
        measured = re.search(_NUMBER + r"\s*[多余几来个大]?\s*" + re.escape(question.measure[0]), text)
        return 1 if measured else (-1 if not sign.search(text) else 0)
    return 1 if sign.search(text) else -1
