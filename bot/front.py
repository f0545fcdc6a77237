"""The front process: pages, programs and the platforms' webhooks, on a socket that it was handed, until the house goes away.

What a platform sends is kept here, straight into the truth, and acknowledged: a house that is busy, or starts again, delays nothing.
Pages and programs hold nothing of that; they ask the house over the private line, and no verb of theirs reaches the inbox.
"""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from bot.confided import HouseSafe
from bot.config import ChannelSecrets, Config, channel_secrets, load
from bot.domain.ids import ThreadId
from bot.home import Home
from bot.logs import configure
from bot.ports import Clock, Drafts, Outbox, Reviews
from bot.ports.hooks import Hook, HookAnswer
from bot.private_line import ask_house
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.gate import PolicyGate
from bot.store.inbox import SqliteInbox
from bot.store.outbox import SqliteOutbox
from bot.store.passwords import SqliteAskedPasswords
from bot.store.reviews import SqliteReviews
from bot.turns.arrive import Door
from bot.turns.confiding import Confiding
from bot.web.app import web_app
from bot.web.line import HouseAway, Line
from bot.words import TomlWords, read_sentences

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

SENTENCES = Path(__file__).parent / "strings.toml"
RING_TIMEOUT_S = 5.0
RINGS_AT_ONCE = 500
"""Threads told in one ring: a request of the private line is bounded."""
READY_EVERY_S = 0.2
SHUT_S = 2.0
"""How long a platform is kept waiting before the house is ready; Slack hangs up after three seconds."""
LATER: HookAnswer = (503, {"retry-after": "2"}, b"")


class Bell:
    """Tells the house which threads have something to do. Best effort: what a lost ring leaves is found by the sweep of the lanes."""

    def __init__(self, house: Path) -> None:
        self._house = house
        self._threads: dict[ThreadId, None] = {}
        self._rung = asyncio.Event()

    def ring(self, thread_id: ThreadId) -> None:
        """Something was kept in this thread. Returns at once; rings that come while one is under way go together."""
        self._threads[thread_id] = None
        self._rung.set()

    async def run(self) -> None:
        """Carry the rings over, for good."""
        while True:
            await self._rung.wait()
            self._rung.clear()
            told = list(self._threads)
            self._threads.clear()
            for first in range(0, len(told), RINGS_AT_ONCE):
                request = {"verb": "wake", "args": {"threads": told[first : first + RINGS_AT_ONCE]}}
                with contextlib.suppress(OSError, TimeoutError, ValueError):
                    await ask_house(self._house, request, timeout_s=RING_TIMEOUT_S)


class Opening:
    """Shut until the house could answer once: before, its database may not be as this code knows it."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._open = asyncio.Event()

    async def watch(self) -> None:
        """Ask until it can."""
        while not self._open.is_set():
            with contextlib.suppress(HouseAway):
                if (await self._line.report("status"))["ready"]:
                    self._open.set()
                    return
            await asyncio.sleep(READY_EVERY_S)

    def before(self, hook: Hook) -> Hook:
        """The hook, answered 503 where it stays shut: platforms send again."""

        async def hooked(method: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, /) -> HookAnswer:
            try:
                async with asyncio.timeout(SHUT_S):
                    await self._open.wait()
            except TimeoutError:
                return LATER
            return await hook(method, query, headers, body)

        return hooked


@dataclass(frozen=True)
class Entry:
    """What this process has of the truth of a home, by a connection of its own."""

    door: Door
    outbox: Outbox
    drafts: Drafts
    words: TomlWords
    clock: Clock
    reviews: Reviews


@asynccontextmanager
async def entry_of(home: Home, config: Config, bell: Bell) -> AsyncIterator[Entry]:
    """Where arrivals are kept; nothing of `home` is touched before the first."""
    database, clock, ids, words = Database(home.truth), SystemClock(), TimeIds(), TomlWords(read_sentences(SENTENCES))
    try:
        inbox, outbox = SqliteInbox(database, clock, ids), SqliteOutbox(database, clock, ids)
        drafts = SqliteDrafts(database, clock, ids, PolicyGate(config.policy()), own=config.fields.fields)
        reviews = SqliteReviews(database, clock, ids, PolicyGate(config.policy()))
        confiding = Confiding(SqliteAskedPasswords(database, clock), HouseSafe(home.socket))
        yield Entry(Door(inbox, outbox, words, config.conversation.backlog, bell.ring, confiding), outbox, drafts, words, clock, reviews)
    finally:
        await asyncio.to_thread(database.close)


@asynccontextmanager
async def hooks_of(config: Config, secrets: ChannelSecrets, entry: Entry) -> AsyncIterator[Mapping[str, Hook]]:
    """The webhooks of the channels whose secrets are there, by path; what they hold open is closed at the end."""
    hooks = _hooks(config, secrets, entry)
    try:
        yield hooks
    finally:
        for hook in hooks.values():
            if close := getattr(hook, "close", None):
                await close()


def _hooks(config: Config, secrets: ChannelSecrets, entry: Entry) -> Mapping[str, Hook]:
    hooks: dict[str, Hook] = {}
    if secrets.wecom:
        from bot.channels.wecom.builder import wecom_hooks  # noqa: PLC0415 - only where it is on

        hooks |= wecom_hooks(secrets.wecom, entry.door, entry.clock)
    if secrets.slack:
        from bot.channels.slack.builder import slack_hooks  # noqa: PLC0415 - only where it is on

        base = config.channels.slack.api_base
        hooks |= slack_hooks(secrets.slack, base, entry.words, entry.clock, entry.door.arrive, entry.outbox, entry.drafts, entry.reviews)
    return hooks


async def serve(listening: socket.socket, home: Home, config: Config, secrets: ChannelSecrets) -> None:
    """Serve until standard input ends, which it does when the house dies, however it dies."""
    bell = Bell(home.socket)
    async with entry_of(home, config, bell) as entry, hooks_of(config, secrets, entry) as hooks:
        await served(listening, home, config, bell, hooks)


async def served(listening: socket.socket, home: Home, config: Config, bell: Bell, hooks: Mapping[str, Hook]) -> None:
    """Serve these hooks beside the pages until standard input ends."""
    line = Line(home.socket)
    opening = Opening(line)
    app = web_app(line, SystemClock(), config.server.public_url, {path: opening.before(hook) for path, hook in hooks.items()})
    quiet: dict[str, Any] = {"log_config": None, "log_level": "warning", "access_log": False, "server_header": False}
    server = uvicorn.Server(uvicorn.Config(app, timeout_keep_alive=30, timeout_graceful_shutdown=1, **quiet))
    beside = [asyncio.create_task(work) for work in (bell.run(), opening.watch())]
    serving = asyncio.create_task(server.serve([listening]))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    server.should_exit = True
    await serving
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)


def main(listening: int, folder: Path, config_path: Path) -> None:
    """Serve `folder` on the inherited socket `listening`."""
    configure(logging.INFO)
    asyncio.run(serve(socket.socket(fileno=listening), Home(folder), load(config_path), channel_secrets()))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
