"""Comparisons in a process of their own: made once for everybody, told as they go, ended by whoever leaves last, forgotten in time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.comparisons import LONG_CHARS, Comparisons
from bot.domain.contracts import Paper, Paragraph
from bot.domain.ids import TurnId

CLAUSES = {
    file.name: file.read_text(encoding="utf-8")
    for file in (Path(__file__).parent.parent.parent / "knowledge" / "clauses").glob("*.toml")
}
SHORT = "Article {0}. The Supplier delivers lot {0} within 30 days of the order.", "30 days", "45 days"
LONG = "Article {0}. The Supplier delivers lot {0} to the plant, and the Buyer pays {0},000 euros within 30 days." * 4, "30 days", "45 days"


def pair(kind: tuple[str, str, str], count: int) -> tuple[Paper, Paper]:
    """Two versions of so many clauses, each of them changed."""
    text, before, after = kind
    old = tuple(Paragraph(text.format(number)) for number in range(1, count + 1))
    return Paper(old, "v1"), Paper(tuple(Paragraph(one.text.replace(before, after)) for one in old), "v2")


def endless() -> tuple[Paper, Paper]:
    """Two versions that take a while."""
    old, new = pair(LONG, 900)
    assert sum(len(one.text) for one in old.paragraphs) > LONG_CHARS
    return old, new


@pytest_asyncio.fixture(name="comparisons")
async def _comparisons() -> AsyncIterator[Comparisons]:
    made = Comparisons(CLAUSES)
    yield made
    await made.close()


async def test_two_who_wait_for_the_same_get_the_same(comparisons: Comparisons) -> None:
    """It is made once; whoever asks later gets it, too, without any process."""
    old, new = pair(SHORT, 3)
    first, second = await asyncio.gather(*(comparisons.compare(old, new, "Seastone") for _ in range(2)))
    await comparisons._short.stop()  # noqa: SLF001 - nothing is left that could compare

    third = await comparisons.compare(old, new, "Seastone")

    assert (True, True, 3, ()) == (first is second, first is third, len(first.changes), comparisons.pids)


async def test_other_clauses_judge_otherwise_and_are_asked_for_each_time() -> None:
    """What was kept under the clauses of before is not what those of now say; what is tried by others is none of either."""
    old, new = pair(("1. Payment. The Buyer shall pay each invoice within {0} days.", "within 1 days", "within 75 days"), 1)
    clauses = dict(CLAUSES)
    comparisons = Comparisons(clauses)
    payment = CLAUSES["payment.toml"].replace('risk = "high"', 'risk = "low"').replace('risk = "medium"', 'risk = "low"')
    mild = {**CLAUSES, "payment.toml": payment}
    try:
        first = await comparisons.compare(old, new, "Seastone")
        tried = await comparisons.compare_by(mild, old, new, "Seastone")
        again = await comparisons.compare(old, new, "Seastone")
        clauses.update(mild)
        now = await comparisons.compare(old, new, "Seastone")
    finally:
        await comparisons.close()

    assert (True, True) == (first is again, tried is now)
    assert [first.changes[0].risk != tried.changes[0].risk] == [True]


async def test_whoever_leaves_last_ends_the_work(comparisons: Comparisons) -> None:
    """While one of two still waits it goes on; then the process is gone, and the next question is answered by a new one."""
    heard = asyncio.Event()
    waiting = [
        asyncio.create_task(comparisons.compare(*endless(), "Seastone", told=lambda _at, _of: heard.set())) for _ in range(2)
    ]
    await heard.wait()
    waiting[0].cancel()
    await asyncio.wait(waiting[:1])
    goes_on = comparisons.pids != () and not waiting[1].done()
    waiting[1].cancel()
    await asyncio.wait(waiting)
    left = comparisons.pids

    report = await comparisons.compare(*pair(SHORT, 2), "Seastone")

    assert (True, (), 2) == (goes_on, left, len(report.changes))


async def test_nobodys_page_waits_behind_three_hundred(comparisons: Comparisons) -> None:
    """A short pair is compared while a long one is under way, and whoever waits for its turn hears how far it is."""
    shares: list[float] = []
    heard = asyncio.Event()

    def partway(turn_id: TurnId, step: str) -> object:
        def told(at: float, of: float) -> None:
            shares.append(at / of)
            heard.set()

        assert ("turn", "do") == (turn_id, step)
        return told

    comparisons._partway = partway  # type: ignore[assignment]  # noqa: SLF001 - as bootstrap hands it in
    long = asyncio.create_task(comparisons.compare(*endless(), "Seastone", turn_id=TurnId("turn")))
    await heard.wait()
    short = await comparisons.compare(*pair(SHORT, 2), "Seastone")
    overtaken = not long.done()
    long.cancel()
    await asyncio.wait([long])

    assert (2, True, True) == (len(short.changes), overtaken, all(0 < share < 1 for share in shares))


async def test_what_was_compared_is_forgotten() -> None:
    """After a while nothing of two contracts is in memory any more."""
    comparisons = Comparisons(CLAUSES, kept_s=0.01)
    old, new = pair(SHORT, 2)
    await comparisons.compare(old, new, "Seastone")
    held = len(comparisons._kept)  # noqa: SLF001 - what a look into memory would find
    await asyncio.sleep(0.1)
    left = len(comparisons._kept)  # noqa: SLF001 - as above
    await comparisons.close()

    assert (1, 0) == (held, left)


@pytest.mark.parametrize("most", [1, 10_000])
async def test_only_so_much_is_kept(comparisons: Comparisons, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """The newest always, older ones while there is room."""
    monkeypatch.setattr("bot.comparisons.MOST_KEPT_CHARS", most)
    for count in (2, 3):
        await comparisons.compare(*pair(SHORT, count), "Seastone")

    assert (1 if most == 1 else 2) == len(comparisons._kept)  # noqa: SLF001 - what a look into memory would find
