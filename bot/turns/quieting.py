"""Quiet hours of one's own, set by a press: the hours in which the house speaks to nobody unasked. Knows no sentence but by its key."""

import re
from dataclasses import dataclass

from bot.domain.ids import TurnId
from bot.domain.outcome import Answer, Button
from bot.domain.people import Speaker
from bot.domain.talk import Lang
from bot.errors import Stale
from bot.ports import Interruptions, Words
from bot.turns.deeds import Done
from bot.turns.wishes import Act

QUIET = "quiet"
HOUSE, NONE = "house", "none"
"""In place of hours: the house's again, and none at all."""
ACTION = re.compile(rf"{QUIET}:(?P<hours>{HOUSE}|{NONE}|\d\d:\d\d-\d\d:\d\d)")


@dataclass(frozen=True)
class Quieting:
    """The `Deed` of buttons about quiet hours."""

    interruptions: Interruptions
    words: Words

    async def do(self, act: Act, _turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:
        """Set the hours, and offer to take that back.  Raises: Stale for what are no hours."""
        found = ACTION.fullmatch(act.action)
        if found is None:
            raise Stale("unknown_button")
        before = await self.interruptions.quiet(speaker.user_id)
        try:
            await self.interruptions.set_quiet(speaker.user_id, _hours(found["hours"]))
        except ValueError as wrong:
            raise Stale("unknown_button") from wrong
        back = HOUSE if before is None else before or NONE
        undo = (Button(self.words.say("form_button_undo", lang), f"{QUIET}:{back}"),) if back != found["hours"] else ()
        return Done(Answer(self._said(found["hours"], lang), buttons=undo), act.label)

    def _said(self, hours: str, lang: Lang) -> str:
        if hours in {HOUSE, NONE}:
            return self.words.say(f"quiet_{hours}", lang)
        begins, _, ends = hours.partition("-")
        return self.words.say("quiet_set", lang, begins=begins, ends=ends)


def _hours(told: str) -> str | None:
    return None if told == HOUSE else "" if told == NONE else told
