"""What somebody hears when a rule's condition came true: within their own rights, with what shows it and what can be done next."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.ids import RecordId
from bot.domain.occasions import Asked, Occasion, occasions
from bot.domain.outcome import Answer, Button
from bot.domain.talk import Turn
from bot.domain.watch import Watch, watch_of
from bot.errors import NotAllowed
from bot.ports import SeenRecords
from skills.nps_alert.wording import Wording

SUMMED, RESTS = "rule_summed", "rule_rests"
"""Errands beside `rule_fired`: many at once, and that a rule rests."""
A_DAY = timedelta(days=1)
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Fired:
    """Tells what a rule did. The facts of the errand name records; what they hold is asked with the reader's rights."""

    turn: Turn
    records: SeenRecords
    scored: Asked
    wording: Wording

    async def told(self) -> Answer:
        """One occasion, many at once in one line, or that a rule rests; no words for who may see none of it."""
        facts = self.turn.facts
        watch = watch_of(json.loads(facts.get("watch", "{}")))
        if watch is None:
            return Answer("", found=False)
        if self.turn.intent == RESTS:
            return Answer(self.wording.say("told_rests", rule=self.wording.condition(watch), maker=facts.get("maker", "")))
        return await (self._summed if self.turn.intent == SUMMED else self._fired)(watch)

    async def _fired(self, watch: Watch) -> Answer:
        account = RecordId(self.turn.facts["account"])
        names = await self.records.called({"account": account})
        if not names:
            return Answer("", found=False)
        found, facts = await self._occasion(watch, account), self.turn.facts
        value = self.wording.value(found, watch) if found else ""
        lines = [self.wording.say("told_fired" if value else "told_fired_bare", account=names[0].name, value=value,
                                  rule=self.wording.condition(watch))]  # fmt: skip
        if facts.get("task"):
            mine = facts.get("holder") == self.turn.speaker.user_id
            key = "told_task_yours" if mine else "told_task"
            lines.append(self.wording.say(key, group=self.wording.group(watch), holder=facts.get("holder_name", ""), day=self._due()))
        grounds = (self.wording.ground(found, watch),) if found else ()
        return Answer("".join(lines), grounds, self._next(names[0].name), about=(account,))

    async def _summed(self, watch: Watch) -> Answer:
        ids = self.turn.facts["accounts"].split(",")
        names = [known.name for one in ids for known in await self.records.called({"account": RecordId(one)})]
        if not names:
            return Answer("", found=False)
        shown = self.wording.several(names[:MOST_NAMED])
        key = "told_summed_more" if len(names) > MOST_NAMED else "told_summed"
        return Answer(self.wording.say(key, count=len(names), accounts=shown, rule=self.wording.condition(watch)), buttons=self._pause())

    async def _occasion(self, watch: Watch, account: RecordId) -> Occasion | None:
        """What made it, as far as the reader may see that."""
        day = date.fromisoformat(self.turn.facts["day"])
        try:
            told = await occasions(self.scored, watch, day - A_DAY, max(day, self.wording.today), account=account)
        except NotAllowed:
            return None
        return next((one for one in told.found if one.key == self.turn.facts.get("key")), None)

    def _due(self) -> str:
        due = self.turn.facts.get("due", "")
        return self.wording.day(date.fromisoformat(due)) if due else ""

    def _next(self, account: str) -> tuple[Button, ...]:
        say, facts = self.wording.say, self.turn.facts
        done = [Button(say(f"button_{chore}"), f"task:{facts.get('task')}:{chore}") for chore in ("done", "later")]
        mine = bool(facts.get("task")) and facts.get("holder") == self.turn.speaker.user_id
        why = Button(say("button_why"), "say", say("says_why", account=account, rule=facts.get("name", "")))
        return (*(done if mine else ()), why, *self._pause())

    def _pause(self) -> tuple[Button, ...]:
        """Who made it may have it rest."""
        if self.turn.facts.get("maker_id") != self.turn.speaker.user_id:
            return ()
        return (Button(self.wording.say("button_pause"), "say", self.wording.say("says_pause", rule=self.turn.facts.get("name", ""))),)
