"""How a passage's words and its meaning become one score. Arithmetic only; knows no index and no storage."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest

from bot.domain.documents import Counts, Near, Weighed
from bot.domain.ids import PassageId
from bot.domain.talk import Lang

K1, B = 1.2, 0.75
"""BM25's own.  Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), §3.4."""
HEADING_WEIGHT = 1.0
"""A term in a heading counts as this many more in the text (BM25F, the same source, §3.6)."""
MEANING_WEIGHT = 0.2
"""The least that meaning counts, where the words of the question are found together; it counts alone where they are not."""
WORDS_SAY_NOTHING, WORDS_SAY_MUCH = 0.10, 0.25
"""The best passage's share of the question's words: in the other language .05 (and .17 by chance), in its own .25 and more."""
MOST_HELD = 24
"""Terms of a question that one passage may be expected to hold: of a long story none holds them all."""
COSINE_SPAN = 0.1
"""How far above its language's level a cosine of this model lies when a passage is about the question: they are squeezed (.78 to .92)."""
USUAL_OWN, USUAL_OTHER, USUAL_WEIGHT = 0.81, 0.755, 2
"""Cosines of texts that have nothing to do with each other, in one language and across two; the level of a language with few
passages leans on them, as if so many more passages had them."""


def fused(
    found: Sequence[Weighed], counts: Counts, near: Sequence[Near], terms: Sequence[str], lang: Lang
) -> list[tuple[PassageId, float]]:
    """Passages with their scores, best first. lang: of the question.

    Scores lie between 0 and 1 and can be compared between questions, roughly.
    The words' part is the share of the question's weight that the passage holds: BM25 over the most that a passage could have.
    """
    weights = {term: _rarity(counts.passages, counts.holding.get(term, 0)) for term in terms}
    most = sum(nlargest(MOST_HELD, weights.values())) * (K1 + 1)
    average = counts.terms / counts.passages if counts.passages else 1.0
    meaning = _meaning(near, lang)
    words = {one.passage_id: min(1.0, _bm25(one, weights, average) / most) if most else 0.0 for one in found}
    trust = (max(words.values(), default=0.0) - WORDS_SAY_NOTHING) / (WORDS_SAY_MUCH - WORDS_SAY_NOTHING)
    share = MEANING_WEIGHT + (1 - MEANING_WEIGHT) * (1 - min(1.0, max(0.0, trust))) if near else 0.0
    meaning = {**_believed(found, words, meaning), **meaning}
    scored = [(passage, (1 - share) * score + share * meaning.get(passage, 0.0)) for passage, score in words.items()]
    return sorted(scored, key=lambda one: (-one[1], -words[one[0]]))


def _believed(found: Sequence[Weighed], words: Mapping[PassageId, float], meaning: Mapping[PassageId, float]) -> dict[PassageId, float]:
    """A passage without a vector is believed to mean what its words say, beside those that have one; else it would come last for days."""
    most_words, most_meaning = max(words.values(), default=0.0), max(meaning.values(), default=0.0)
    if not most_words:
        return {}
    return {one.passage_id: words[one.passage_id] / most_words * most_meaning for one in found if not one.embedded}


def _rarity(passages: int, holding: int) -> float:
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def _bm25(one: Weighed, weights: Mapping[str, float], average: float) -> float:
    damping = K1 * (1 - B + B * one.length / average)
    score = 0.0
    for term, (in_text, in_heading) in one.found.items():
        often = in_text + HEADING_WEIGHT * in_heading
        score += weights[term] * often * (K1 + 1) / (often + damping)
    return score


def _meaning(near: Sequence[Near], asked: Lang) -> dict[PassageId, float]:
    """How far each passage stands out among those of its language, 0 to 1: E5 puts texts of one language nearer to each other."""
    by_lang: defaultdict[Lang, list[Near]] = defaultdict(list)
    for one in near:
        by_lang[one.lang].append(one)
    meaning: dict[PassageId, float] = {}
    for lang, some in by_lang.items():
        usual = USUAL_OWN if lang is asked else USUAL_OTHER
        level = (sum(one.cosine for one in some) + USUAL_WEIGHT * usual) / (len(some) + USUAL_WEIGHT)
        meaning.update({one.passage_id: min(1.0, max(0.0, (one.cosine - level) / COSINE_SPAN)) for one in some})
    return meaning
