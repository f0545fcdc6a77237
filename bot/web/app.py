"""The HTTP side of Tandem. It holds no data: it asks the house, over the private socket, and shows what it is told."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.ports import Clock
from bot.ports.hooks import Hook
from bot.web.account import account
from bot.web.admin import admin
from bot.web.api import api
from bot.web.badge import badge
from bot.web.chat import chat
from bot.web.contracts import contracts
from bot.web.digests import digests
from bot.web.entry import entry
from bot.web.files import files
from bot.web.guard import Guard, TooLong
from bot.web.hooks import Hooked
from bot.web.line import HouseAway, HouseSaid, Line
from bot.web.packed import Packed
from bot.web.reader import Cookies, Forged
from bot.web.recordings import recordings
from bot.web.reviews import reviews
from bot.web.shell import HERE, STATIC, Shell
from bot.words import TomlWords, read_sentences

NO_HOOKS: Mapping[str, Hook] = MappingProxyType({})


def web_app(line: Line, clock: Clock, public_url: str, hooks: Mapping[str, Hook] = NO_HOOKS) -> ASGIApp:
    """The application over a house that `line` reaches. public_url: how people come, "" for as they do. hooks: of platforms, by path."""
    # A redirect for the sake of a slash would name us as the request does, whatever it says.
    app = FastAPI(title="Tandem", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    shell = Shell(TomlWords(read_sentences(HERE / "strings.toml")), clock, Cookies(secure=public_url.startswith("https:")))
    for problem in (HouseSaid, HouseAway, Forged, TooLong, HTTPException, Exception):
        app.add_exception_handler(problem, shell.error)
    app.mount("/static", _Lasting(GZipMiddleware(StaticFiles(directory=STATIC))))
    app.router.routes.append(_all_below("/api/v1", api(line, shell.words)))
    for room in (entry, badge, account, chat, files, reviews, recordings, contracts, digests, admin):
        router = room(line, shell)
        app.include_router(router)

    @app.get("/livez")
    async def livez() -> Response:
        """The process is there."""
        return PlainTextResponse("ok\n")

    @app.get("/readyz")
    @app.get("/healthz")
    async def readyz() -> Response:
        """200 only when the house can answer; else 503 with the reason."""
        try:
            status = await line.report("status")
        except HouseAway:
            status = {"ready": False, "reason": "the house does not answer"}
        return JSONResponse(status, 200 if status["ready"] else 503)

    @app.get("/metrics")
    async def metrics() -> Response:
        """Numbers of the house, as Prometheus text."""
        try:
            return PlainTextResponse(await line.report("metrics"), media_type="text/plain; version=0.0.4")
        except HouseAway:
            return PlainTextResponse("the house does not answer\n", 503)

    return Hooked(Guard(Packed(app), public_url), hooks)


def _all_below(path: str, app: ASGIApp) -> Mount:
    """An application that answers whatever is below `path`: as it comes, an address with a line break in it is none."""
    mount = Mount(path, app)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


class _Lasting:
    """Assets are named with a hash of their content, so a browser may keep them for good."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def lasting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:  # noqa: PLR2004 - found
                message["headers"].append((b"cache-control", b"public, max-age=31536000, immutable"))
            await send(message)

        await self._app(scope, receive, lasting)
