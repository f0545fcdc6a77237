"""How quoted words are shown: blanks closed up, table rows with their columns, long sentences cut at clauses. Adds no word of its own."""

import re
from collections.abc import Sequence
from itertools import pairwise

from skills.answer_knowledge.asking import Question
from skills.answer_knowledge.relevance import Bearing
from skills.answer_knowledge.sentences import Sentence
from skills.answer_knowledge.wording import fold, worded

CAP = 200
SUFFICIENT = 60
_BETWEEN_HAN = re.compile(r"(?<=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])")
_CLAUSE = re.compile(r"[，,；;](?!\d)\s*")
_MARKUP = re.compile(r"\*\*|__|`|\[(?=[^\]]*\]\()|(?<=\])\([^)]*\)")
_CELLS = re.compile(r"\s*[|\t]\s*")


def shown(sentence: Sentence) -> str:
    """The words of a sentence as a person reads them."""
    if sentence.table:
        return _row(sentence)
    plain = re.sub(r"\](?=\s|$|[^(])", "", _MARKUP.sub("", sentence.text)) if "](" in sentence.text else _MARKUP.sub("", sentence.text)
    return _BETWEEN_HAN.sub("", plain).replace("\n", " ").strip()


def shortened(text: str, question: Question, cap: int = CAP) -> str:
    """`text` within `cap` characters: the run of whole clauses that holds most of the question's words, the rest left out as `…`."""
    if len(text) <= cap:
        return text
    cuts = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    clauses = [text[left:right] for left, right in pairwise(cuts)]
    first, last = _best_run([_gain(clause, question) for clause in clauses], [len(clause) for clause in clauses], cap - 2)
    kept = "".join(clauses[first:last])[: cap - 2]
    ended = last == len(clauses) and len("".join(clauses[first:last])) <= cap - 2
    return ("…" if first else "") + (kept if ended else kept.rstrip("，,；; ") + "…")


def _row(sentence: Sentence) -> str:
    """`column: cell` for a row whose columns have names, the cells alone otherwise."""
    cells = [_MARKUP.sub("", cell) for cell in _CELLS.split(sentence.text.strip().strip("|").strip())]
    header = sentence.columns
    if len(header) == len(cells):
        cells = [f"{name} {cell}" if name else cell for name, cell in zip(header, cells, strict=True) if cell]
    return " · ".join(cell for cell in cells if cell)


def _gain(clause: str, question: Question) -> float:
    there = worded(fold(clause))
    return sum(unit.weight * unit.cover(there) for unit in question.units)


def _best_run(gains: Sequence[float], lengths: Sequence[int], cap: int) -> tuple[int, int]:
    """(first, last) of the run with the greatest gain that fits; of equals the longest, since answers stand beside the words asked with."""
    best = (-1.0, 0, 0, 1)
    for first in range(len(gains)):
        length, gain = 0, 0.0
        for last in range(first, len(gains)):
            length += lengths[last]
            if length > cap and last > first:
                break
            gain += gains[last]
            best = max(best, (gain, min(length, cap), -first, last + 1))
    return -best[2], best[3]


def spoken(chosen: Bearing, others: Sequence[Bearing], question: Question, cap: int = CAP) -> str:
    """The answer's words: the chosen sentence, what its colon announces, and a second one where one may not suffice."""
    parts = [chosen]
    text = shown(chosen.sentence)
    for other in others:
        longer = "".join(parts_text(sorted([*parts, other], key=lambda one: one.sentence.start)))
        if len(longer) <= cap:
            parts.append(other)
            text = longer
    return shortened(text, question, cap)


def parts_text(parts: Sequence[Bearing]) -> list[str]:
    """Shown sentences with the space that their language wants between them."""
    texts = [shown(part.sentence) for part in parts]
    seams = ["", *(_seam(before, after.sentence) for before, after in zip(texts, parts[1:], strict=False))]
    return [seam + text for seam, text in zip(seams, texts, strict=True)]


def _seam(before: str, after: Sentence) -> str:
    if after.item:
        return "\n· "
    return "" if before[-1:] >= "\u2e80" else " "
