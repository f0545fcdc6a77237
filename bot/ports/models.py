"""Chat models, as the inside asks for them: one guarded exchange, what it costs, whose names are masked."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from bot.domain.ids import UserId

Schema = Mapping[str, object]
"""A JSON Schema, of which `type`, `properties`, `required`, `items`, `enum`, `maxItems` and `maxLength` count."""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that a chat model may choose. takes: the schema of its arguments."""

    name: str
    does: str
    takes: Schema


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a chat model chose: asked for, not done."""

    name: str
    arguments: Mapping[str, object]


class ChatModel(Protocol):
    """A chat model in one role, for one speaker and one skill. It reads and words; it cannot write, send or look anything up.

    Each method takes a prompt that the skill's manifest names, and the values of its variables. Values are data: they are masked (unless
    the role is local) and fenced, whoever wrote them. What comes back has its masks taken off, and is as little to be trusted as a
    person's word: hold it against the evidence (`bot.domain.grounding`). Each raises ModelDown, within the role's time, and a line is
    logged.
    """

    @property
    def name(self) -> str:
        """What the endpoint calls it."""
        ...

    async def fill(self, prompt: str, values: Mapping[str, str], schema: Schema) -> Mapping[str, Any]:
        """A JSON object that fits `schema`."""
        ...

    def tell(self, prompt: str, values: Mapping[str, str]) -> AsyncIterator[str]:
        """Text, piece by piece as it is written."""
        ...

    async def pick(self, prompt: str, values: Mapping[str, str], tools: Sequence[Tool]) -> ToolCall:
        """One of `tools` with arguments that fit it."""
        ...


class Spending(Protocol):
    """How many tokens each person has used of each role, by day."""

    async def spent(self, user_id: UserId, role: str, day: date) -> int:
        """Tokens of that day."""
        ...

    async def spend(self, user_id: UserId, role: str, day: date, tokens: int) -> None:
        """Add to them."""
        ...


class KnownNames(Protocol):
    """The names of contacts, for masking: whoever may see them."""

    async def within(self, text: str) -> Sequence[str]:
        """Those that stand in `text`, as they stand there, each once, the longest first."""
        ...
