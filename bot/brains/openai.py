"""Any OpenAI-compatible endpoint, by the `openai` package: tries, translates, bounds. Knows no prompt, no mask and no person.

Import it late: the package takes seconds.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any, TypeVar

import httpx2
import openai

from bot.brains.exchange import Reply, Request, guessed_tokens
from bot.brains.shapes import json_in
from bot.errors import ModelDown
from bot.ports import Tool, ToolCall

T = TypeVar("T")

LARGEST_BYTES = 2_000_000
FIRST_WAIT_S = 0.4
LONGEST_WAIT_S = 8.0
NO_KEY = "none"
"""Servers in one's own house want no key; the package wants one."""
AGAIN = frozenset({"busy", "failing", "unreachable", "cut"})
PACKAGE_ERRORS = (
    openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError,
)  # fmt: skip
"""What a server can make the package raise: its own errors, and what strange replies trip it into."""


class OpenAIEndpoint:
    """The port `Endpoint`. What a server turns out to lack (tool calls, schemas) is remembered, and asked for in words from then on.

    chance: a number from 0 to 1, for jitter. key: "" for servers that want none.
    """

    def __init__(self, base_url: str, model: str, key: str, *, chance: Callable[[], float] = random.random) -> None:
        self._model = model
        self._chance = chance
        self._lacks: set[str] = set()
        self._client = openai.AsyncOpenAI(
            base_url=base_url, api_key=key or NO_KEY, max_retries=0, timeout=None,
            default_headers={"Accept-Encoding": "identity"},  # so that what is counted is what is read
            http_client=openai.DefaultAsyncHttpxClient(event_hooks={"response": [_bound]}),
        )  # fmt: skip

    async def reply(self, request: Request, deadline: float) -> Reply:
        """The reply."""
        return await self._tried(lambda: self._reply(request), deadline)

    async def stream(self, request: Request, deadline: float) -> AsyncIterator[str]:
        """The text as it comes."""
        pieces = await self._tried(lambda: self._begun(request), deadline)
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except (TimeoutError, *PACKAGE_ERRORS) as err:
                raise self._down(err) from err
            yield piece

    async def close(self) -> None:
        """Hang up."""
        await self._client.close()

    async def _tried(self, attempt: Callable[[], Awaitable[T]], deadline: float) -> T:
        """Try, and again after busy or broken replies, with full jitter, while there is time.

        Source: M. Brooker, "Exponential Backoff And Jitter", 2015.
        """
        loop, down = asyncio.get_running_loop(), None
        for number in count():
            try:
                async with asyncio.timeout_at(deadline):
                    return await attempt()
            except (TimeoutError, *PACKAGE_ERRORS) as err:
                if down is None or not isinstance(err, TimeoutError):  # a last try cut short tells less than those before it
                    down = self._down(err)
                wait = max(_asked_to_wait(err), self._chance() * min(FIRST_WAIT_S * 2**number, LONGEST_WAIT_S))
                if down.why not in AGAIN or loop.time() + wait >= deadline:
                    raise down from err
                await asyncio.sleep(wait)
        raise AssertionError  # pragma: no cover - the loop ends by returning or raising

    async def _reply(self, request: Request) -> Reply:
        """By tool calls, else by a schema, else in words: the best that the server has not been found to lack."""
        if request.tools and "tools" not in self._lacks:
            with suppress(openai.BadRequestError, openai.UnprocessableEntityError):
                reply = await self._once(request, tools=[_tool(one) for one in request.tools], tool_choice="required")
                if reply.call is not None:
                    return reply
            self._lacks.add("tools")
        if request.schema is not None and "schema" not in self._lacks:
            shape = {"type": "json_schema", "json_schema": {"name": "reply", "schema": request.schema}}
            with suppress(openai.BadRequestError, openai.UnprocessableEntityError):
                # the schema of a choice has the names of tools alone; what they do is said in words
                reply = await self._once(request, plainly=bool(request.tools), response_format=shape, temperature=0)
                if json_in(reply.text) is not None:
                    return reply
            reply = await self._once(request, plainly=True)
            if json_in(reply.text) is not None:
                self._lacks.add("schema")
            return reply
        return await self._once(request, plainly=request.schema is not None)

    async def _once(self, request: Request, *, plainly: bool = False, **how: object) -> Reply:
        raw = await self._client.chat.completions.with_raw_response.create(
            model=self._model, messages=_messages(request, plainly=plainly), stream=False, **how  # type: ignore[call-overload]
        )  # fmt: skip
        told = json.loads(raw.content)
        choice = told["choices"][0] if told["choices"] else {"message": {}}
        message: Mapping[str, Any] = choice["message"]
        text = message.get("content") or ""
        if message.get("refusal") or choice.get("finish_reason") == "content_filter":
            raise _Unusable("refused")
        calls = message.get("tool_calls") or []
        call = ToolCall(calls[0]["function"]["name"], _arguments(calls[0]["function"]["arguments"])) if calls else None
        if not text and call is None:
            raise _Unusable("empty")
        used = (told.get("usage") or {}).get("total_tokens")
        return Reply(str(text), used if isinstance(used, int) else guessed_tokens(request, str(text)), call)

    async def _begun(self, request: Request) -> AsyncIterator[str]:
        """The stream, once its first piece is there."""
        pieces = self._pieces(request)
        try:
            first = await anext(pieces)
        except StopAsyncIteration:
            raise _Unusable("empty") from None
        return _with_first(first, pieces)

    async def _pieces(self, request: Request) -> AsyncIterator[str]:
        ended = False
        stream = await self._client.chat.completions.create(model=self._model, messages=_messages(request), stream=True)
        async with stream:
            async for chunk in stream:
                for choice in chunk.choices or ():
                    ended = ended or choice.finish_reason is not None
                    if choice.finish_reason == "content_filter" or choice.delta.refusal:
                        raise _Unusable("refused")
                    if choice.delta.content:
                        yield choice.delta.content
        if not ended:
            raise _Unusable("cut")

    def _down(self, err: BaseException) -> ModelDown:
        return ModelDown(self._model, _why(err), retry_after_s=max(_asked_to_wait(err), 1.0))


class _Unusable(openai.OpenAIError):
    """It answered, and what came is no answer. why: a word of `ModelDown`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _Counted(httpx2.AsyncByteStream):
    """A body that is read up to a bound."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Its bytes.  Raises: _Unusable."""
        read = 0
        async for piece in self._body:
            read += len(piece)
            if read > LARGEST_BYTES:
                raise _Unusable("too_much")
            yield piece

    async def aclose(self) -> None:
        """Read no more."""
        await self._body.aclose()


async def _bound(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _Unusable("too_much")  # what unpacks to who knows how much, though we asked for it plain
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Counted(response.stream)


async def _with_first(first: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for piece in rest:
        yield piece


def _messages(request: Request, *, plainly: bool = False) -> Any:  # noqa: ANN401 - the package's own union of message types
    said = f"{request.said}\n\n{request.plainly}" if plainly and request.plainly else request.said
    return [{"role": "system", "content": request.rules}, {"role": "user", "content": said}]


def _tool(tool: Tool) -> Mapping[str, object]:
    return {"type": "function", "function": {"name": tool.name, "description": tool.does, "parameters": tool.takes}}


def _arguments(written: object) -> Mapping[str, object]:
    return (json_in(written) if isinstance(written, str) else None) or {}


def _why(err: BaseException) -> str:
    for cause in _causes(err):
        match cause:
            case _Unusable():
                return cause.why
            case TimeoutError() | openai.APITimeoutError():
                return "late"
            case openai.APIStatusError(status_code=status):
                return _why_status(status)
    return "unreachable" if isinstance(err, openai.APIConnectionError | httpx2.HTTPError) else "misfit"


def _why_status(status: int) -> str:
    if status in {401, 403}:
        return "key"
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        return "busy"
    return "failing" if status >= 500 or status == 408 else "rejected"  # noqa: PLR2004 - their fault, or the request's


def _causes(err: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while err is not None and err not in causes:
        causes.append(err)
        err = err.__cause__
    return causes


def _asked_to_wait(err: BaseException) -> float:
    """Seconds that the server asked us to wait, 0 when it did not.  Source: RFC 9110 §10.2.3."""
    if not isinstance(err, openai.APIStatusError):
        return 0.0
    asked = err.response.headers.get("retry-after", "")
    if asked.isdecimal():
        return float(asked)
    with suppress(ValueError, TypeError):
        return max((parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds(), 0.0)
    return 0.0
