"""A chat model under control: masks and fences what leaves, holds what returns to its shape, counts, gives up in time. Knows no vendor."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.brains.breaker import Breaker
from bot.brains.exchange import Endpoint, Reply, Request, guessed_tokens
from bot.brains.fence import fenced, new_mark
from bot.brains.masking import Mask
from bot.brains.shapes import json_in, misfits
from bot.domain.people import Speaker
from bot.errors import ModelDown
from bot.ports import Clock, KnownNames, Prompt, Schema, Spending, Tool, ToolCall
from bot.prompts import fill

RULES, PLAINLY, OFFER = "house/material", "house/json", "house/tools"
"""The house's own prompts: what material is, how to ask for JSON, how to offer tools, in words."""

LONGEST_STAND_IN = 24

log = structlog.get_logger()


@dataclass(frozen=True)
class Terms:
    """How a role is to be used: see `[models.chat]`."""

    role: str
    model: str
    timeout_s: float
    local: bool
    budget: int


@dataclass(frozen=True)
class Role:
    """One role of the house's chat models, shared by everybody. open_endpoint: may take seconds the first time, and costs nothing after."""

    terms: Terms
    open_endpoint: Callable[[], Awaitable[Endpoint]]
    breaker: Breaker
    prompts: Mapping[str, Prompt]
    names: KnownNames
    spending: Spending
    clock: Clock

    def bound(self, speaker: Speaker, prompts: Sequence[str], texts: Mapping[str, Prompt] | None = None) -> "SpeakersModel":
        """The model for one speaker and the prompts of one skill, all as they are now: what is published later holds from the next turn.

        texts: to be asked with in place of those that hold.
        """
        return SpeakersModel(self, speaker, frozenset(prompts), dict(self.prompts if texts is None else texts))


@dataclass(frozen=True)
class SpeakersModel:
    """The port `ChatModel`."""

    role: Role
    speaker: Speaker
    allowed: frozenset[str]
    prompts: Mapping[str, Prompt]

    @property
    def name(self) -> str:
        """The model's name, for decisions and logs."""
        return self.role.terms.model

    async def fill(self, prompt: str, values: Mapping[str, str], schema: Schema) -> Mapping[str, Any]:
        """A JSON object that fits `schema`."""
        async with self._guarded():
            request, mask = await self._request(prompt, values, schema=schema)
            reply = await self._reply(request)
            return self._fitting(json_in(reply.text), schema, mask)

    async def pick(self, prompt: str, values: Mapping[str, str], tools: Sequence[Tool]) -> ToolCall:
        """One of `tools` with arguments that fit it. Only what is offered here can be chosen, whatever a text names."""
        async with self._guarded():
            request, mask = await self._request(prompt, values, schema=_choice(tools), tools=tuple(tools))
            reply = await self._reply(request)
            call = reply.call or _call_in(reply.text)
            tool = next((one for one in tools if call is not None and one.name == call.name), None)
            if tool is None or call is None:
                raise ModelDown(self.name, "misfit")
            return ToolCall(tool.name, self._fitting(call.arguments, tool.takes, mask))

    async def tell(self, prompt: str, values: Mapping[str, str]) -> AsyncIterator[str]:
        """Text, piece by piece; a piece never ends within a stand-in."""
        async with self._guarded():
            request, mask = await self._request(prompt, values)
            endpoint = await self.role.open_endpoint()
            held, told = "", ""
            async for piece in endpoint.stream(request, self._deadline()):
                told += piece
                whole, held = _up_to_open_mark(held + piece)
                if whole:
                    yield mask.off(whole)
            await self._spend(guessed_tokens(request, told))
            if held:
                yield mask.off(held)

    @asynccontextmanager
    async def _guarded(self) -> AsyncIterator[None]:
        """Around one exchange: the budget, the breaker, and one line in the log for a failure, without a word of what was said."""
        begun, terms = perf_counter(), self.role.terms
        try:
            await self._within_budget()
            with self.role.breaker.guarding():
                yield
        except ModelDown as down:
            took_ms = round((perf_counter() - begun) * 1000)
            log.warning("chat_model_failed", model=terms.model, role=terms.role, why=down.why, ms=took_ms)
            raise

    async def _reply(self, request: Request) -> Reply:
        endpoint = await self.role.open_endpoint()
        reply = await endpoint.reply(request, self._deadline())
        await self._spend(reply.tokens)
        return reply

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self.role.terms.timeout_s

    async def _request(
        self, prompt: str, values: Mapping[str, str], *, schema: Schema | None = None, tools: tuple[Tool, ...] = ()
    ) -> tuple[Request, Mask]:
        if prompt not in self.allowed:
            raise KeyError(prompt)  # the manifest does not name it: a slip of the skill's author, found by its first test
        mark, mask = new_mark(), Mask(() if self.role.terms.local else await self.role.names.within("\n".join(values.values())))
        data = {name: fenced(value if self.role.terms.local else mask.on(value), mark) for name, value in values.items()}
        prompts = self.prompts
        plainly = [fill(prompts[OFFER], {"tools": _told(tools)})] if tools else []
        plainly += [fill(prompts[PLAINLY], {"schema": json.dumps(schema, ensure_ascii=False)})] if schema is not None else []
        return Request(fill(prompts[RULES], {"mark": mark}), fill(prompts[prompt], data), schema, tools, "\n\n".join(plainly)), mask

    def _fitting(self, value: object, schema: Schema, mask: Mask) -> dict[str, Any]:
        if not isinstance(value, dict) or any(misfits(value, schema)):
            raise ModelDown(self.name, "misfit")
        return {name: mask.off_all(one) for name, one in value.items()}

    async def _within_budget(self) -> None:
        terms = self.role.terms
        if terms.budget and await self.role.spending.spent(self.speaker.user_id, terms.role, self._today()) >= terms.budget:
            raise ModelDown(self.name, "budget")

    async def _spend(self, tokens: int) -> None:
        await self.role.spending.spend(self.speaker.user_id, self.role.terms.role, self._today(), tokens)

    def _today(self) -> date:
        """The day where the speaker is: a budget begins anew at their midnight."""
        return self.role.clock.now().astimezone(ZoneInfo(self.speaker.zone)).date()


def _choice(tools: Sequence[Tool]) -> Schema:
    """The schema of a choice, for endpoints without tool calls."""
    properties = {"tool": {"type": "string", "enum": [one.name for one in tools]}, "arguments": {"type": "object"}}
    return {"type": "object", "properties": properties, "required": ["tool", "arguments"]}


def _call_in(text: str) -> ToolCall | None:
    match json_in(text):
        case {"tool": str(name), "arguments": dict(arguments)}:
            return ToolCall(name, arguments)
        case {"tool": str(name)}:
            return ToolCall(name, {})
        case _:
            return None


def _told(tools: Sequence[Tool]) -> str:
    """The tools, a line each; for one that takes nothing, nothing is said of its arguments."""
    takes = [json.dumps(one.takes, ensure_ascii=False) if one.takes.get("properties") else "" for one in tools]
    return "\n".join(f"- {one.name}: {one.does} {how}".rstrip() for one, how in zip(tools, takes, strict=True))


def _up_to_open_mark(text: str) -> tuple[str, str]:
    """(what can be told, what must wait because a stand-in has begun in it)."""
    start = text.rfind("⟦")
    return (text[:start], text[start:]) if start >= 0 and "⟧" not in text[start:] and len(text) - start < LONGEST_STAND_IN else (text, "")
