"""Where platforms knock: webhooks by path, handed in as plain callables. Knows HTTP and its bounds; knows no platform and no page."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.ports.hooks import Hook

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

LONGEST_BODY_BYTES = 1 << 20
BODY_TIMEOUT_S = 10.0
METHODS = frozenset({"GET", "POST"})


class TooLarge(Exception):
    """A body went over its bound."""


class HungUp(Exception):
    """The platform went away before it had said everything."""


class Hooked:
    """An ASGI layer before everything that is for people: what platforms send has no cookie, no token and no page of ours behind it.

    hooks: by path. Each verifies its sender itself. An error of one is answered 500, so that the platform sends again.
    """

    def __init__(self, app: ASGIApp, hooks: Mapping[str, Hook]) -> None:
        self._app = app
        self._hooks = hooks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a platform, or pass the request on."""
        hook = self._hooks.get(scope["path"]) if scope["type"] == "http" else None
        if hook is None:
            await self._app(scope, receive, send)
            return
        try:
            response = await _answered(hook, scope, receive)
        except HungUp:
            return
        await response(scope, receive, send)


async def _answered(hook: Hook, scope: Scope, receive: Receive) -> Response:
    if scope["method"] not in METHODS:
        return _bare(HTTPStatus.METHOD_NOT_ALLOWED)
    headers = Headers(scope=scope)
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            body = await _body(headers, receive)
    except TooLarge:
        log.warning("hook_body_too_large", path=scope["path"])
        return _bare(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        return _bare(HTTPStatus.REQUEST_TIMEOUT)
    try:
        status, told, answer = await hook(scope["method"], dict(QueryParams(scope["query_string"])), dict(headers), body)
    except Exception:
        log.exception("hook_failed", path=scope["path"])
        return _bare(HTTPStatus.INTERNAL_SERVER_ERROR)
    return Response(answer, status, dict(told))


async def _body(headers: Headers, receive: Receive) -> bytes:
    told = headers.get("content-length", "0")
    if told.isdecimal() and int(told) > LONGEST_BODY_BYTES:
        raise TooLarge
    parts, got, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUp
        parts.append(message.get("body", b""))
        got += len(parts[-1])
        if got > LONGEST_BODY_BYTES:
            raise TooLarge
        more = message.get("more_body", False)
    return b"".join(parts)


def _bare(status: HTTPStatus) -> Response:
    return Response(b"", status)
