"""Deeds: buttons that do something in the house, each kind by the word its action begins with (`task:…`). Knows no kind of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.domain.ids import TurnId
from bot.domain.outcome import Answer
from bot.domain.people import Speaker
from bot.domain.talk import Lang
from bot.errors import Stale
from bot.turns.wishes import Act


@dataclass(frozen=True, slots=True)
class Done:
    """What a press did. pressed: what stands on the card from then on, in place of its buttons; None where they still hold."""

    answer: Answer
    pressed: str | None = None


class Deed(Protocol):
    """Does what a kind of button says. May be asked again after a crash, or by a second press: it answers as it did."""

    async def do(self, act: Act, turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:
        """Do it with this person's own rights.  Raises: Stale where that is no more; NotAllowed."""
        ...


async def do(deeds: Mapping[str, Deed], act: Act, turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:
    """Have it done by whoever does that kind.  Raises: Stale("unknown_button")."""
    deed = deeds.get(act.kind)
    if deed is None:
        raise Stale("unknown_button")
    return await deed.do(act, turn_id, speaker, lang)
