"""How often the right intent is chosen, how often it is one of the two offered first, and what the chooser's shares are worth."""

import json
import statistics
import tomllib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.abilities import PORTS
from bot.brains.builtin.choosing import LearnedChooser
from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.domain.ids import ThreadId, TurnId
from bot.domain.talk import Turn, language_of
from bot.manifests import load_manifests
from bot.places import PROMPTS, SKILLS
from bot.ports import Choice
from bot.prompts import load_prompts
from tests.evals.asked import questions
from tests.libraries import REP

pytestmark = pytest.mark.eval

ROUTES, UNSEEN, QUESTIONS = (Path(__file__).with_name(f"{name}.toml") for name in ("routes", "routes_unseen", "questions"))


class Routed(NamedTuple):
    """What was said, what it is, and what it was taken for."""

    said: str
    intent: str
    choice: Choice

    @property
    def right(self) -> bool:
        """Chosen as it is."""
        return self.intent == self.choice.intent

    @property
    def offered(self) -> bool:
        """Among the two that would be offered first."""
        return self.intent in {self.choice.intent, *(one.intent for one in self.choice.others[:1])}


async def test_own_lines_are_routed() -> None:
    """323 lines in other words than the examples; half of them were looked at while examples were written."""
    routed = await _routed(_lines(ROUTES))

    _tell("own lines", routed)
    assert _share(one.right for one in routed) >= 0.93
    assert _share(one.offered for one in routed) >= 0.97


async def test_unseen_lines_are_routed() -> None:
    """98 lines that were never looked at while examples were written, with other firms and people."""
    routed = await _routed(_lines(UNSEEN))

    _tell("unseen lines", routed)
    assert _share(one.right for one in routed) >= 0.90
    assert _macro_f1(routed) >= 0.86
    assert _share(one.offered for one in routed) >= 0.96
    assert _gap(routed) <= 0.10


async def test_questions_to_the_records_are_known_as_such() -> None:
    """The lines that the grammar of query_crm is tried on; the chooser never learned from them."""
    routed = await _routed([(one.text, "query_crm") for one in questions(QUESTIONS) if one.meant])

    _tell("questions to the records", routed)
    assert _share(one.right for one in routed) >= 0.92
    assert _share(one.offered for one in routed) >= 0.96


async def test_labelled_questions_are_routed(evals_dir: Path) -> None:
    """The development half of the labelled set."""
    told = (evals_dir / "evals" / "rep_questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in told if line.strip()]
    routed = await _routed([(row["text"], row["gold"]["route"]) for row in rows])

    _tell("labelled questions", routed)
    assert _share(one.right for one in routed) >= 0.90
    assert _macro_f1(routed) >= 0.86
    assert _share(one.offered for one in routed) >= 0.96


def _lines(path: Path) -> list[tuple[str, str]]:
    return [(said, intent) for intent, told in tomllib.loads(path.read_text(encoding="utf-8")).items() for said in told]


async def _routed(lines: Sequence[tuple[str, str]]) -> list[Routed]:
    offered = [one.capability() for one in load_manifests(SKILLS, load_prompts(PROMPTS), PORTS).values()]
    embedder = BuiltinEmbedder()
    chooser = LearnedChooser(embedder, {intent: said for one in offered for intent, said in one.examples.items()})
    try:
        return [Routed(said, intent, await chooser.choose(_turn(said), offered)) for said, intent in lines]
    finally:
        await chooser.close()
        await embedder.close()


def _turn(text: str) -> Turn:
    return Turn(TurnId("1"), ThreadId("t"), REP, text, language_of(text), datetime(2026, 3, 4, tzinfo=UTC))


def _tell(what: str, routed: Sequence[Routed]) -> None:
    sure = [one for one in routed if one.choice.sure]
    for one in routed:
        if not one.right:
            print(f"\n  {one.intent}: {one.said} -> {one.choice.intent} {one.choice.share:.2f}", end="")
    print(f"\n{what}: {len(routed)}, right {_share(one.right for one in routed):.3f}, macro-F1 {_macro_f1(routed):.3f}", end=", ")
    print(f"among the first two {_share(one.offered for one in routed):.3f}, asked back {1 - len(sure) / len(routed):.3f}", end=", ")
    print(f"right where sure {_share(one.right for one in sure):.3f}, gap between shares and truth {_gap(routed):.3f}")


def _share(told: Iterable[bool]) -> float:
    return statistics.fmean(map(float, told))


def _macro_f1(routed: Sequence[Routed]) -> float:
    scores = []
    for intent in {one.intent for one in routed}:
        hit = sum(one.right for one in routed if one.intent == intent)
        meant, taken = sum(one.intent == intent for one in routed), sum(one.choice.intent == intent for one in routed)
        scores.append(2 * hit / (meant + taken))
    return statistics.fmean(scores)


def _gap(routed: Sequence[Routed]) -> float:
    """Expected calibration error (Naeini et al. 2015) over ten bins."""
    bins: dict[int, list[Routed]] = {}
    for one in routed:
        bins.setdefault(min(9, int(one.choice.share * 10)), []).append(one)
    return sum(
        abs(_share(one.right for one in held) - statistics.fmean(one.choice.share for one in held)) * len(held) for held in bins.values()
    ) / len(routed)
