"""What stands before the house: hooks of platforms beside the pages, shut until the house was ready once, and a bell that never waits."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest

from bot.confided import HouseSafe
from bot.domain.ids import ThreadId
from bot.front import Bell, Opening
from bot.ports.hooks import HookAnswer
from bot.senses import SystemClock
from bot.web.app import web_app
from bot.web.hooks import LONGEST_BODY_BYTES
from bot.web.line import Line
from tests.fakes.told_house import ToldHouse, told_house
from tests.fakes.waiting import until

PATH = "/platform/events"


class Heard:
    """A hook that notes what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, str], dict[str, str], bytes]] = []
        self.error: Exception | None = None

    async def __call__(self, method: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, /) -> HookAnswer:
        """Note it."""
        self.told.append((method, dict(query), dict(headers), body))
        if self.error:
            raise self.error
        return 202, {"x-said": "yes"}, b"taken"


@pytest.fixture
def heard() -> Heard:
    """A platform's hook."""
    return Heard()


@pytest.fixture
async def outside(heard: Heard, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever is outside."""
    app = web_app(Line(tmp_path / "house.sock"), SystemClock(), "https://tandem.example", {PATH: heard})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tandem.example") as client:
        yield client


async def test_platform_is_heard_as_it_spoke(outside: httpx.AsyncClient, heard: Heard) -> None:
    """Method, query, headers in lower case, and every byte; no page's guard stands before it."""
    answer = await outside.post(f"{PATH}?a=%E4%B8%AD&b=", content=b"\xff\x00body", headers={"X-Signature": "s", "Origin": "https://else"})

    [(method, query, headers, body)] = heard.told
    assert ("POST", {"a": "中", "b": ""}, "s", b"\xff\x00body") == (method, query, headers["x-signature"], body)
    assert (202, "yes", b"taken") == (answer.status_code, answer.headers["x-said"], answer.content)


@pytest.mark.parametrize("told_size", [True, False], ids=["by its header", "by its bytes"])
async def test_too_large_a_body_never_reaches_the_hook(outside: httpx.AsyncClient, heard: Heard, told_size: bool) -> None:  # noqa: FBT001 - the case
    """Nor is it held in memory for long."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(LONGEST_BODY_BYTES // 65536 + 1):
            yield bytes(65536)

    answer = await outside.post(PATH, content=bytes(LONGEST_BODY_BYTES + 1) if told_size else pieces())

    assert (413, []) == (answer.status_code, heard.told)


@pytest.mark.parametrize("method, path, status", [("PUT", PATH, 405), ("POST", f"{PATH}/", 404)])
async def test_only_what_platforms_do_is_let_through(
    outside: httpx.AsyncClient, heard: Heard, method: str, path: str, status: int
) -> None:
    """Other methods are refused, other paths are no hooks."""
    assert (status, []) == ((await outside.request(method, path)).status_code, heard.told)


async def test_hook_that_fails_is_sent_to_again(outside: httpx.AsyncClient, heard: Heard) -> None:
    """An error is a 500 without a word of it, so that the platform sends it again."""
    heard.error = ValueError("secret words")

    answer = await outside.post(PATH, content=b"x")

    assert (500, b"") == (answer.status_code, answer.content)


async def test_hooks_are_shut_until_the_house_could_answer_once(heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, 503; afterwards they stay open, whatever becomes of the house."""
    monkeypatch.setattr("bot.front.SHUT_S", 0.01)
    opening = Opening(Line(tmp_path / "house.sock"))
    hook = opening.before(heard)
    before, *_ = await hook("POST", {}, {}, b"")
    async with told_house(tmp_path / "house.sock") as house:
        house.is_ready = True
        await opening.watch()
    after, *_ = await hook("POST", {}, {}, b"")

    assert (503, 202, 1) == (before, after, len(heard.told))


async def test_bell_carries_every_thread_over_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Rings while one is under way go together; a house that is away costs the rings, which the sweep makes up for, and no more."""
    bell = Bell(tmp_path / "house.sock")
    ringing = asyncio.create_task(bell.run())
    bell.ring(ThreadId("lost"))
    await asyncio.sleep(0.01)
    async with told_house(tmp_path / "house.sock") as house:
        for number in range(3):
            bell.ring(ThreadId(f"t{number}"))
        bell.ring(ThreadId("t0"))
        await until(lambda: rung(house) == ["t0", "t1", "t2"])
    ringing.cancel()
    await asyncio.gather(ringing, return_exceptions=True)

    assert {"t0", "t1", "t2"} == set(rung(house))


def rung(house: ToldHouse) -> list[str]:
    """The threads that the house was told of."""
    return [thread for asked in house.asked if asked["verb"] == "wake" for thread in asked["args"]["threads"]]


async def test_a_password_goes_to_the_house_and_is_lost_where_that_is_away(tmp_path: Path) -> None:
    """Over the private line, under the key of its message; a house that does not answer asks again."""
    safe = HouseSafe(tmp_path / "house.sock")
    await safe.put("wecom", "k1", "lost")
    async with told_house(tmp_path / "house.sock") as house:
        await safe.put("wecom", "k2", "hunter2")

    asked = [one for one in house.asked if one["verb"] == "confide"]
    assert [{"channel": "wecom", "key": "k2", "secret": "hunter2"}] == [one["args"] for one in asked]
