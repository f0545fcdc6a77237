"""A chooser that always decides the same, and shows what it was asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.talk import Turn
from bot.ports import Capability, Choice


@dataclass
class OneChoice:
    """The port `Chooser`. Set `choice` to have it decide otherwise."""

    choice: Choice
    turns: list[Turn] = field(default_factory=list)

    async def choose(self, turn: Turn, offered: Sequence[Capability]) -> Choice:  # noqa: ARG002 - the port's
        """The same for everything."""
        self.turns.append(turn)
        return self.choice
