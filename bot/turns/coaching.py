"""Coaching: a team's coach gets tips in the morning, authors are asked whether others may learn from a letter, and a posted tip is told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.firing import Firing
from bot.domain.ids import RecordId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker, User
from bot.domain.records import Event
from bot.domain.talk import Lang
from bot.errors import Stale
from bot.ports import Clock, Interruptions, Records, Users, Words
from bot.ports.practice import Examples
from bot.turns.deeds import Done
from bot.turns.errands import Errands
from bot.turns.wishes import Act

EXAMPLE, TIP = "example", "tip"
TIPS, POSTED, ASKED = "coach_tips", "tip_posted", "example_asked"
CONSENTS = re.compile(rf"{EXAMPLE}:(?P<says>yes|no):(?P<id>[\w-]{{1,64}})")
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Coaching:
    """What the house does for coaches of its own accord, and the `Deed` of examples."""

    users: Users
    records: Records
    examples: Examples
    errands: Errands
    interruptions: Interruptions
    words: Words
    clock: Clock

    async def tips(self, firing: Firing) -> int:
        """Have each coach of the firing's team told their tips; ask authors of late for their consent. Harmless when done again."""
        team = [one for one in await self.users.everyone() if one.team == firing.team]
        coaches = [one for one in team if one.role is Role.COACH]
        for one in coaches:
            await self.errands.send(one.id, TIPS, f"coach:{firing.key}:{one.id}", {"day": firing.day.isoformat()})
        return len(coaches) + (await self._ask(team, firing) if coaches else 0)

    async def _ask(self, team: Sequence[User], firing: Firing) -> int:
        people, now, asked = {one.id: one for one in team}, self.clock.now(), 0
        for found in await self.examples.unasked(list(people), firing.day - LATELY, firing.day):
            key = f"{EXAMPLE}:{found.record_id}"
            if await self.interruptions.claim(people[found.author_id], key, now) is None:
                facts = {"record": found.record_id, "account": found.account, "text": found.text}
                await self.errands.send(found.author_id, ASKED, key, facts)
                await self.examples.ask(found.record_id, found.author_id)
                asked += 1
        return asked

    async def do(self, act: Act, _turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:
        """Keep whether others may learn from a letter.  Raises: Stale."""
        found = CONSENTS.fullmatch(act.action)
        if found is None or not await self.examples.decide(RecordId(found["id"]), speaker.user_id, given=found["says"] == "yes"):
            raise Stale("unknown_button")
        return Done(Answer(self.words.say(f"example_{found['says']}", lang)), act.label)

    async def saved(self, event: Event) -> None:
        """A draft was saved: a tip of a coach's goes to the rest of their team, in their name."""
        if event.payload.get("entity") != TIP:
            return
        author = await self.users.by_id(UserId(str(event.payload["author"])))
        tip = await self.records.record(RecordId(str(event.payload["record_id"])))
        if author is None or tip is None:
            return
        facts = {"text": str(tip.fields.get("text") or ""), "author": author.name}
        for one in await self.users.everyone():
            if one.team == author.team and one.id != author.id:
                await self.errands.send(one.id, POSTED, f"tip:{tip.id}:{one.id}", facts)
