"""How often an answer holds the answer, and how often Tandem says that it does not know: where it should, and where it should not."""

import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.ids import ThreadId, TurnId
from bot.domain.outcome import Answer
from bot.domain.talk import Turn, language_of
from bot.ports import Passages
from bot.senses import TimeIds
from bot.words import TomlWords, read_sentences
from skills.answer_knowledge import skill
from tests.evals.papers import Case, Without, cmrc, lookalikes, shelved
from tests.libraries import REP

pytestmark = pytest.mark.eval

WORDS = TomlWords(read_sentences(Path(skill.__file__).with_name("strings.toml")))
LONGEST = 200


async def test_answers_hold_the_answer_and_missing_ones_are_declined(evals_dir: Path, tmp_path: Path) -> None:
    """On 1,002 questions: the text holds a gold answer, few are declined, and most are once their document is gone."""
    texts, cases = cmrc(evals_dir)
    async with shelved(tmp_path, texts) as passages:
        answers = [await _ask(case, passages) for case in cases]
        without = [await _ask(case, Without(passages, case.source)) for case in cases]

    right = _share([answer.found and case.told_by(answer.text) for case, answer in zip(cases, answers, strict=True)])
    declined = _share([not answer.found for answer in answers])
    declined_without = _share([not answer.found for answer in without])
    lengths = [len(answer.text) for answer in answers if answer.found]
    print(f"\nCMRC: right {right:.3f}, declined {declined:.3f}, declined without the document {declined_without:.3f}", end=", ")
    print(f"characters {statistics.median(lengths):.0f} at the median, {max(lengths)} at most", end=", ")
    print(f"three grounds {_share([len(answer.evidence) == 3 for answer in answers if answer.found]):.3f}")
    assert right >= 0.70
    assert declined <= 0.10
    assert declined_without >= 0.85
    assert max(lengths) <= LONGEST


async def test_lookalikes_are_declined_and_their_neighbours_answered(tmp_path: Path) -> None:
    """Over invented papers in two languages: what no paper states is declined, what one states is answered, across languages too."""
    texts, cases = lookalikes()
    async with shelved(tmp_path, texts) as passages:
        answers = [await _ask(case, passages) for case in cases]

    asked = list(zip(cases, answers, strict=True))
    for case, answer in asked:
        if answer.found is (case.kind == "lookalikes") or not (case.kind == "lookalikes" or case.told_by(answer.text)):
            print(f"\n  {case.kind}: {case.question} -> {answer.text}", end="")
    declined = _share([not answer.found for case, answer in asked if case.kind == "lookalikes"])
    right = _share([answer.found and case.told_by(answer.text) for case, answer in asked if case.kind == "asks"])
    refused = _share([not answer.found for case, answer in asked if case.kind == "asks"])
    crossed = _share([answer.found and case.told_by(answer.text) for case, answer in asked if case.kind == "crossing"])
    print(f"\nlookalikes declined {declined:.3f}; answerable right {right:.3f}, declined {refused:.3f}; across languages {crossed:.3f}")
    assert declined >= 0.85
    assert refused <= 0.10
    assert right >= 0.85
    assert crossed >= 0.60


async def _ask(case: Case, passages: Passages) -> Answer:
    ids = TimeIds()
    turn = Turn(TurnId(ids.new()), ThreadId(ids.new()), REP, case.question, language_of(case.question), datetime(2026, 7, 1, tzinfo=UTC))
    return await skill.run(turn, passages=passages, words=WORDS)


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held)
