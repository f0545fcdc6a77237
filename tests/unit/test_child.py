"""A process of our own that answers, and what is done when it does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
import pytest_asyncio

from knowledge import rights
from knowledge.child import Child, ChildStopped

PATIENCE_S = 30


@pytest_asyncio.fixture
async def child() -> AsyncIterator[Child]:
    """A child with moods."""
    child = Child("tests.fakes.moody_desk")
    yield child
    await child.stop()


async def ask(child: Child, mood: str, patience_s: float = PATIENCE_S) -> list[dict[str, Any]]:
    """All answers to a question."""
    async with aclosing(child.ask({"mood": mood}, patience_s)) as answers:
        return [answer async for answer in answers]


async def test_one_child_answers_many_questions(child: Child) -> None:
    """Starting one takes time, so it stays."""
    first = await ask(child, "good")
    second = await ask(child, "noisy")

    assert [{"step": 1}, {"done": child.pid}] == first
    assert first == second


async def test_a_silent_child_is_ended_and_the_next_question_answered(child: Child) -> None:
    """Silence has a limit; what comes after gets a child of its own."""
    await ask(child, "good")
    with pytest.raises(ChildStopped) as stopped:
        await ask(child, "silent", patience_s=0.2)

    assert stopped.value.stalled
    assert child.pid is None
    assert {"step": 1} in await ask(child, "good")


async def test_a_child_that_nobody_asks_ends_and_the_next_question_begins_another() -> None:
    """Memory is given back; whoever comes later waits for a start, no more."""
    child = Child("tests.fakes.moody_desk", linger_s=0)
    await ask(child, "good")
    while child.pid is not None:  # noqa: ASYNC110 - a process's end has no event
        await asyncio.sleep(0.01)

    again = await ask(child, "good")
    await child.stop()

    assert {"step": 1} in again


async def test_a_dead_child_is_told_from_a_silent_one(child: Child) -> None:
    """What a file did to its reader decides what its owner is told."""
    with pytest.raises(ChildStopped) as stopped:
        await ask(child, "dead")

    assert not stopped.value.stalled
    assert {"step": 1} in await ask(child, "good")


async def test_answers_nobody_waited_for_reach_nobody_else(child: Child) -> None:
    """A question that was left is not answered into the next one."""
    async with aclosing(child.ask({"mood": "good"}, PATIENCE_S)) as answers:
        async for _ in answers:
            break
    answered = await ask(child, "good")

    assert [{"step": 1}, {"done": child.pid}] == answered


async def test_a_child_sees_no_secret(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is made, not inherited."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    await ask(child, "good")

    with open(f"/proc/{child.pid}/environ", encoding="utf-8") as file:  # noqa: ASYNC230, PTH123 - a moment's read
        environment = file.read()

    assert "sk-secret" not in environment


@pytest.mark.parametrize("event, arguments", [
    ("socket.connect", (None, ("192.0.2.1", 80))),
    ("socket.getaddrinfo", ("example.com", 80)),
    ("subprocess.Popen", ("sh",)),
    ("os.system", ("true",)),
    ("os.posix_spawn", ("sh",)),
    ("open", ("report.docx", "wb", 0)),
])
def test_the_desk_refuses_what_reading_does_not_need(event: str, arguments: tuple[object, ...]) -> None:
    """Network, programs and writing, by whatever library they are tried."""
    with pytest.raises(PermissionError):
        rights.refuse(event, arguments)


def test_the_desk_may_open_what_it_reads() -> None:
    """Reading is what it is for."""
    assert rights.refuse("open", ("report.docx", "rb", 0)) is None  # type: ignore[func-returns-value]
