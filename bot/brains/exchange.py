"""What is asked of an endpoint, and what comes back. Knows no vendor, no prompt and no person."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from bot.ports import Schema, Tool, ToolCall


@dataclass(frozen=True, slots=True)
class Request:
    """One exchange. rules: what the house says. said: the task, its data masked and fenced.

    schema: what the reply must fit; tools: of which one must be called; neither for plain text.
    plainly: what to say instead, to an endpoint that knows neither schemas nor tools.
    """

    rules: str
    said: str
    schema: Schema | None = None
    tools: tuple[Tool, ...] = ()
    plainly: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: text, or the call of a tool. tokens: in and out, guessed from the length where the endpoint does not say."""

    text: str
    tokens: int
    call: ToolCall | None = None


class Endpoint(Protocol):
    """One model at one address. It tries again by itself while there is time."""

    async def reply(self, request: Request, deadline: float) -> Reply:
        """The reply. deadline: by the event loop's clock; a try that could not end before it is not begun.  Raises: ModelDown."""
        ...

    def stream(self, request: Request, deadline: float) -> AsyncIterator[str]:
        """The text as it comes; tried again only while none of it has come.  Raises: ModelDown."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


def guessed_tokens(request: Request, text: str) -> int:
    """Tokens of an exchange, on the high side: one for a Chinese character, one for three others."""
    whole = f"{request.rules}{request.said}{request.plainly}{text}"
    wide = sum(char > "\u2e7f" for char in whole)
    return wide + (len(whole) - wide) // 3
