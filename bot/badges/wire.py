"""Requests to a provider of OpenID Connect: bounded in time and size, no redirect followed. Knows bytes; knows no claim."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeVar

import httpx2

from bot.errors import Upstream

WITHIN_S, CONNECT_S = 8.0, 3.0
LARGEST_BYTES = 256 << 10
"""Of any answer. A set of keys has a few thousand."""
Json = dict[str, Any]
T = TypeVar("T")


class TooLarge(httpx2.TransportError):
    """An answer went over its bound."""

    def __init__(self) -> None:
        super().__init__(f"more than {LARGEST_BYTES} bytes")


class BoundedTransport(httpx2.AsyncBaseTransport):
    """The way out, which counts what comes back: a provider gone wrong fills no memory of ours."""

    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport(limits=httpx2.Limits(max_connections=16), trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request. Nothing packed is asked for, so that what is counted is what is read."""
        request.headers["Accept-Encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        stream = response.stream
        assert isinstance(stream, httpx2.AsyncByteStream)  # noqa: S101 - of an async transport, says httpx2
        return httpx2.Response(response.status_code, headers=response.headers, stream=_Counted(stream), extensions=response.extensions)

    async def aclose(self) -> None:
        """Hang up."""
        await self._inner.aclose()


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        got = 0
        async for piece in self._stream:
            got += len(piece)
            if got > LARGEST_BYTES:
                raise TooLarge
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def in_time(service: str, work: Awaitable[T], within_s: float) -> T:
    """The result of `work`.  Raises: Upstream where the provider was late, is away, or said something that is none of the protocol."""
    try:
        async with asyncio.timeout(within_s):
            return await work
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, ValueError, RecursionError) as err:
        raise Upstream(service) from err


async def document(transport: httpx2.AsyncBaseTransport, url: str, service: str, within_s: float) -> Json:
    """A JSON object at `url`.  Raises: Upstream."""

    async def got() -> Json:
        timeout = httpx2.Timeout(WITHIN_S, connect=CONNECT_S)
        async with httpx2.AsyncClient(transport=_Lent(transport), timeout=timeout, trust_env=False) as web:
            answer = await web.get(url, headers={"Accept": "application/json"}, follow_redirects=False)
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP's OK
            raise Upstream(service)
        told = json.loads(answer.content)
        if not isinstance(told, dict):
            raise Upstream(service)
        return told

    return await in_time(service, got(), within_s)


class _Lent(httpx2.AsyncBaseTransport):
    """The same way out for one client, which does not hang up for the others."""

    def __init__(self, transport: httpx2.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await self._transport.handle_async_request(request)
