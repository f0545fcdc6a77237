"""The chat models of the house by role, built from the config; endpoints are opened when first asked. Knows no skill."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from time import monotonic

from bot.brains.breaker import Breaker
from bot.brains.chat import Role, SpeakersModel, Terms
from bot.brains.exchange import Endpoint, Request
from bot.config import Chat, Roles
from bot.domain.people import Speaker
from bot.errors import ModelDown
from bot.ports import Clock, KnownNames, Prompt, Spending


class ChatModels:
    """Roles that have an endpoint. Roles with the same endpoint and model share its connection and its breaker."""

    def __init__(
        self, roles: Roles, key: str, prompts: Mapping[str, Prompt], names: KnownNames, spending: Spending, clock: Clock
    ) -> None:
        self._open: dict[tuple[str, str], _Opening] = {}
        self._roles: dict[str, Role] = {}
        for name in asdict(roles):
            chat: Chat = getattr(roles, name)
            if chat.base_url:
                opening = self._open.setdefault((chat.base_url, chat.model), _Opening(chat.base_url, chat.model, key))
                terms = Terms(name, chat.model, chat.timeout_s, chat.local, chat.budget_per_user_day)
                self._roles[name] = Role(terms, opening.endpoint, opening.breaker, prompts, names, spending, clock)

    def bound(
        self, role: str, speaker: Speaker, prompts: Sequence[str], texts: Mapping[str, Prompt] | None = None
    ) -> SpeakersModel | None:
        """The model in `role` for one speaker, with these prompts; None where there is none. texts: as of `Role.bound`."""
        known = self._roles.get(role)
        return known.bound(speaker, prompts, texts) if known else None

    async def close(self) -> None:
        """Hang up everywhere."""
        for opening in self._open.values():
            await opening.close()


async def tried(chat: Chat, key: str, hello: str) -> str:
    """Why an endpoint cannot be used, in a word of `ModelDown`; "" when it can. hello: what to say to it."""
    opening = _Opening(chat.base_url, chat.model, key)
    try:
        endpoint = await opening.endpoint()
        await endpoint.reply(Request("", hello), asyncio.get_running_loop().time() + chat.timeout_s)
    except ModelDown as down:
        return down.why
    finally:
        await opening.close()
    return ""


class _Opening:
    """An endpoint that is opened once, by whoever needs it first."""

    def __init__(self, base_url: str, model: str, key: str) -> None:
        self.breaker = Breaker(model, monotonic)
        self._where = (base_url, model, key)
        self._opened: asyncio.Future[Endpoint] | None = None

    async def endpoint(self) -> Endpoint:
        """The endpoint; the first time takes as long as the package takes to import."""
        if self._opened is None:
            self._opened = asyncio.ensure_future(asyncio.to_thread(_open, *self._where))
        return await asyncio.shield(self._opened)

    async def close(self) -> None:
        """Hang up, where anybody called."""
        if self._opened is not None:
            await (await self._opened).close()


def _open(base_url: str, model: str, key: str) -> Endpoint:
    from bot.brains.openai import OpenAIEndpoint  # noqa: PLC0415 - the package takes seconds, and most homes have no chat model

    return OpenAIEndpoint(base_url, model, key)
