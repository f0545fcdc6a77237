"""Changing, resting and ending rules that are kept: which one is meant, and the draft of the change. Saves nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.found import Bound, Reading
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.records import HeldDraft
from bot.domain.watch import Rule, Sort, Watch, plain, watch_of
from bot.ports import Reader
from skills.nps_alert.desk import Desk, account_ref
from skills.nps_alert.hearing import Heard, heard, number_in
from skills.nps_alert.making import Making
from skills.nps_alert.wanted import Wanted
from skills.nps_alert.wording import Wording

MOST_OFFERED = 4
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tending:
    """Works on rules that are there."""

    desk: Desk
    wording: Wording
    making: Making
    reader: Reader

    async def tended(self, want: Wanted, said: Heard) -> Answer | Draft:
        """The change that is wanted; a question where several rules may be meant, a word where none is."""
        rules = await self.desk.rules()
        fitting = _named(rules, self.desk.turn.text) or self.desk.fitting(rules, said.signal)
        if not fitting and want is Wanted.CHANGE and said.signal and said.threshold is not None:
            return await self.making.proposed(said)
        if not fitting:
            return Answer(self.desk.said.say("no_rule" if rules else "no_rules"), found=False)
        mine = [one for one in fitting if one.owner == self.desk.turn.speaker.user_id] or fitting
        if len(mine) > 1:
            return self._which(mine)
        return await self._change(mine[0], want, said)

    async def amended(self, held: HeldDraft) -> Answer | Draft | None:
        """The open draft with what a few words change; None where they say nothing about it."""
        said = heard(self.desk.turn.text, self.desk.spans)
        before = watch_of(held.fields)
        changes = self._changes(before, said) if before else {}
        if not changes:
            return None
        fields = {**held.fields, **changes}
        if held.record_id is None:
            return await self.making.of({name: value for name, value in fields.items() if value is not None}, [], held)
        after = watch_of(fields)
        return replace(self.making.changed(held.record_id, changes, self._told(after)), replaces=held.id) if after else None

    async def _change(self, rule: Rule, want: Wanted, said: Heard) -> Answer | Draft:
        match want:
            case Wanted.PAUSE:
                return await self._rest(rule)
            case Wanted.RESUME:
                return self._draft(rule, {"state": "active", "until_date": None}, "resumes")
            case Wanted.END:
                return self._end(rule)
            case _:
                changes = self._changes(rule.watch, said)
                if not changes:
                    return Answer(self.desk.said.say("which_change", rule=self.wording.whole(rule.watch)), found=False)
                after = _after(rule.watch, changes)
                told = self.desk.said.say("changes", rule=self.wording.whole(after))
                return self.making.changed(rule.id, {**changes, "name": self.wording.name(after)}, told)

    def _end(self, rule: Rule) -> Answer | Draft:
        """Off for good; for one account alone where the rule is about more."""
        if self.desk.named and not rule.watch.account:
            ref = {f"except_{name}": value for name, value in account_ref(self.desk.named[0]).items()}
            told = self.desk.said.say("spares", account=self.desk.named[0].name, rule=self.wording.condition(rule.watch))
            return self.making.changed(rule.id, ref, told)
        return self._draft(rule, {"state": "ended"}, "ends")

    async def _rest(self, rule: Rule) -> Draft:
        until = _last(await self.reader.read(self.desk.turn.text, said_at=self.desk.turn.said_at, zone=self.desk.turn.speaker.zone))
        until = until if until and until >= self.desk.said.today else None
        if until:
            return self._draft(rule, {"state": "paused", "until_date": until.isoformat()}, "rests_to", day=self.desk.said.day(until))
        return self._draft(rule, {"state": "paused", "until_date": None}, "rests_on")

    def _draft(self, rule: Rule, fields: Mapping[str, object], key: str, **facts: object) -> Draft:
        text = self.desk.said.say(key, rule=self.wording.condition(rule.watch), **facts)
        return self.making.changed(rule.id, fields, text)

    def _changes(self, before: Watch, said: Heard) -> dict[str, object]:
        """What the words change: the threshold, whom it is about, what is done."""
        changes = {name: value for name, value in said.fields.items() if value != getattr(before, name, None)}
        threshold = said.threshold if said.signal else number_in(self.desk.turn.text)
        if before.of.sort is Sort.EVENT and before.signal == "ticket_severity" and said.signal != before.signal:
            threshold = None
        if threshold is not None and abs(threshold) != before.threshold:
            changes["threshold"] = plain(abs(threshold) if before.of.sort is Sort.CHANGE else threshold)
        turned = bool(said.comparison) and before.of.sort in {Sort.EVENT, Sort.COUNT, Sort.FIELD} and said.signal in {"", before.signal}
        if turned and "threshold" in changes and said.comparison != before.comparison:
            changes["comparison"] = said.comparison
        if changes.get("opens_task") and not (changes.get("assigns_to") or before.assigns_to):
            changes.pop("opens_task") if before.opens_task else None
        return changes

    def _which(self, rules: Sequence[Rule]) -> Answer:
        said, text = self.desk.said, self.desk.turn.text.strip()
        buttons = tuple(Button(one.name, "say", said.say("says_of", rule=one.name, text=text)) for one in rules[:MOST_OFFERED])
        return Answer(said.say("which_rule"), buttons=buttons, found=False)

    def _told(self, after: Watch) -> str:
        return self.desk.said.say("changes", rule=self.wording.whole(after))


def _after(before: Watch, changes: Mapping[str, object]) -> Watch:
    found = watch_of({**before.fields(), "owner": before.owner, **changes})
    return found or before


def _named(rules: Sequence[Rule], text: str) -> list[Rule]:
    """The rule whose whole name stands in the words."""
    return [one for one in rules if one.name and one.name in text][:1]


def _last(reading: Reading) -> date | None:
    """The day to which something rests: "until Monday" is over on Monday."""
    if not reading.days:
        return None
    said = reading.days[-1]
    return said.first - DAY if said.bound is Bound.BEFORE else said.last
