"""What every request passes and every answer carries: bounded bodies, our own pages only, headers that keep a browser strict."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_FORM_BYTES = 256 << 10
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FILES = "/files/"
"""Below it a body is a file, which the house bounds: it is told the size first."""

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class TooLong(Exception):
    """A body went over its bound."""


class Guard:
    """An ASGI layer around the application. public_url: how people reach it through a proxy that changes the host, or empty."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._hosts = {urlsplit(public_url).netloc} - {""}
        self._https = public_url.startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if self._https:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        headers = Headers(scope=scope)
        if scope["method"] not in SAFE and not self._is_ours(headers):
            await PlainTextResponse("another site asked for this\n", 403)(scope, receive, guarded)
            return
        await self._app(scope, receive if scope["path"].startswith(FILES) else _bounded(receive), guarded)

    def _is_ours(self, headers: Headers) -> bool:
        """Whether a page of ours asked. What is no browser says nothing about it; forms carry a token besides."""
        if site := headers.get("sec-fetch-site"):
            return site == "same-origin"
        origin = headers.get("origin")
        return origin is None or urlsplit(origin).netloc in self._hosts | {headers.get("host", "")}


def _bounded(receive: Receive) -> Receive:
    got = 0

    async def bounded() -> Any:  # noqa: ANN401 - an ASGI message
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > LONGEST_FORM_BYTES:
            raise TooLong
        return message

    return bounded
