"""An app that Slack talks to, as dumb as can be: it notes what comes and answers as it is told. Slack's own code looks at signatures."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier

from bot.ports import Clock
from tests.fakes.slack import SIGNING_SECRET

Json: TypeAlias = Any  # JSON as parsed


@dataclass(frozen=True, slots=True)
class Came:
    """One request. body: the event's envelope, the payload of an interaction, or a command's form."""

    headers: Mapping[str, str]
    body: Json


@dataclass(slots=True)
class App:
    """came: all that came, in order. answers: what to answer next, (status, body); afterwards 200 and nothing. slow_s: before each."""

    url: str = ""
    came: list[Came] = field(default_factory=list)
    answers: list[tuple[int, Json]] = field(default_factory=list)
    slow_s: float = 0.0

    @property
    def events(self) -> list[Json]:
        """The events among it."""
        return [each.body["event"] for each in self.came if "event" in each.body]


@dataclass(frozen=True, slots=True)
class _Ticking(SlackClock):
    clock: Clock

    def now(self) -> float:
        return self.clock.now().timestamp()


@asynccontextmanager
async def listening_app(clock: Clock) -> AsyncIterator[App]:
    """One on a port of its own; what is not signed by the fake's secret is answered 401 and not noted."""
    app, verifier = App(), SignatureVerifier(SIGNING_SECRET, _Ticking(clock))

    async def answer(request: web.BaseRequest) -> web.Response:
        body = await request.read()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        app.came.append(Came({name.lower(): value for name, value in request.headers.items()}, _read(request.content_type, body)))
        await asyncio.sleep(app.slow_s)
        status, told = app.answers.pop(0) if app.answers else (200, "")
        return web.Response(status=status, text=json.dumps(told) if told else "", content_type="application/json")

    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    app.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield app
    finally:
        await runner.cleanup()


def _read(content_type: str, body: bytes) -> Json:
    if content_type == "application/json":
        return json.loads(body)
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return json.loads(form["payload"]) if "payload" in form else form
