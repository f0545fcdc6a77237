"""Serving a home: the house in this process, pages and webhooks in another, until somebody stops it."""

import asyncio
import logging
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from bot.bootstrap import Opened, opened
from bot.channels.console import served
from bot.config import ChannelSecrets, Config, Server, channel_secrets, load
from bot.domain.talk import Lang
from bot.engine.attempts import Attempts
from bot.errors import BadConfig, Unclear
from bot.home import Home
from bot.logs import configure
from bot.ports import Engine
from bot.senses import SystemClock
from bot.words import TomlWords

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

FRONT_REST_S = 1.0
HOUSEKEEPING_S = 60.0
SWITCH_S = 0.0005
"""How long one thread may keep the interpreter from others. A write has some thirty statements, and after each its thread asks for the
interpreter again: at the usual 5 ms, beside a loop that thinks, it would hold the database ten times as long as it needs."""


def serve(config_path: Path, home: Home, words: TomlWords, lang: Lang, tell: Callable[[Config], None]) -> int:
    """Serve `home` until interrupted. tell: says what is on and what is off.  Raises: BadConfig, HomeHeld, each before anything is open."""
    begun = time.monotonic()
    config, secrets = load(config_path), channel_secrets()
    with home.held(), _listening(config.server) as listening:
        home.sweep()
        url = "http://{}:{}".format(*listening.getsockname()[:2])
        sys.stdout.write(words.say("serving", lang, url=url, home=home.folder) + "\n")
        sys.stdout.flush()
        configure(logging.INFO)

        def ready(way_in: str) -> None:
            tell(config)
            sys.stdout.write(words.say("serving_ready", lang, seconds=time.monotonic() - begun) + "\n")
            public = config.server.public_url.rstrip("/") or url
            sys.stdout.write((words.say("serving_link", lang, link=public + way_in) if way_in else words.say("serving_links", lang)) + "\n")
            sys.stdout.flush()

        sys.setswitchinterval(SWITCH_S)
        asyncio.run(_serve(config, secrets, config_path, home, listening, ready))
    return 0


async def _serve(
    config: Config, secrets: ChannelSecrets, config_path: Path, home: Home, listening: socket.socket, ready: Callable[[str], None]
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with _front(listening, home, config_path):

        def engine(attempts: Attempts) -> Engine:
            from bot.engine.durable import Durable  # noqa: PLC0415 - its import takes as long as the front process's start, beside it

            return Durable(home.progress, attempts, SystemClock())

        opening = opened(config, home, engine, serving=True, secrets=secrets, config_path=config_path)
        async with opening as here, served(here.desk, home.socket), _housekeeping(config, here):
            await asyncio.to_thread(ready, await _way_in(here))  # looking at what is on reads a model's hash
            await stop.wait()


async def _way_in(here: Opened) -> str:
    """The path of a sign-in link for the admin or owner; "" where there is no such person."""
    try:
        return str((await here.desk.doorkeeper.link())["path"])
    except Unclear:
        return ""


@asynccontextmanager
async def _front(listening: socket.socket, home: Home, config_path: Path) -> AsyncIterator[None]:
    """Keep a front process alive on `listening` while the block runs. It ends when its standard input does, so it never outlives us."""

    async def live() -> None:
        while True:
            command = (sys.executable, "-m", "bot.front", str(listening.fileno()), str(home.folder), str(config_path))
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, pass_fds=[listening.fileno()], start_new_session=True  # Ctrl+C is ours to hear
            )
            try:
                await process.wait()
            except asyncio.CancelledError:
                if process.stdin:
                    process.stdin.close()
                await process.wait()
                raise
            log.error("front_process_ended", code=process.returncode)
            await asyncio.sleep(FRONT_REST_S)

    async with _beside(live):
        yield


@asynccontextmanager
async def _housekeeping(config: Config, here: Opened) -> AsyncIterator[None]:
    """Erase content whose time is over, and lay out a head of the audit each day."""
    days = {name: getattr(config.retention, name) for name in ("audio", "transcript", "turn", "evidence")}

    async def tidy() -> None:
        while True:
            try:
                if erased := await here.content.purge(days):
                    log.info("tidied", contents_erased=erased)
                await here.heads.daily()
            except Exception:
                log.exception("tidying_failed")
            await asyncio.sleep(HOUSEKEEPING_S)

    async with _beside(tidy):
        yield


@asynccontextmanager
async def _beside(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _listening(server: Server) -> socket.socket:
    """Listen before anything slow begins: whoever comes early waits instead of being refused.  Raises: BadConfig."""
    listening = socket.socket(socket.AF_INET6 if ":" in server.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((server.host, server.port))
    except OSError as err:
        listening.close()
        raise BadConfig("port_taken", host=server.host, port=server.port, why=err.strerror) from err
    listening.listen(1024)
    return listening
