"""Questions about rules: which there are, who hears of them, why one spoke. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.occasions import Occasion, occasions
from bot.domain.outcome import Answer, Button
from bot.domain.watch import Rule
from bot.errors import NotAllowed
from skills.nps_alert.desk import Desk
from skills.nps_alert.hearing import Heard
from skills.nps_alert.wording import Wording

LOOKS_BACK = timedelta(days=120)
MOST_LISTED, MOST_TOLD = 8, 3


@dataclass(frozen=True, slots=True)
class Asking:
    """Answers about rules that are there."""

    desk: Desk
    wording: Wording

    async def listed(self, said: Heard) -> Answer:
        """The rules that the speaker may see: what each says, for whom, whose it is, whether it is on."""
        rules = await self.desk.rules()
        about = self.desk.fitting(rules, said.signal) if said.signal or self.desk.named else rules
        if not about:
            return Answer(self.desk.said.say("no_rules"), buttons=self._example())
        lines = [self.desk.said.say("listed_one" if len(about) == 1 else "listed", count=len(about))]
        lines += [self._line(number, one) for number, one in enumerate(about[:MOST_LISTED], 1)]
        lines += [self.desk.said.say("listed_more", count=len(about) - MOST_LISTED)] if len(about) > MOST_LISTED else []
        return Answer("\n".join(lines), about=tuple(one.id for one in reversed(about[:MOST_LISTED])))

    async def why(self, said: Heard) -> Answer:
        """Which rule spoke about an account, and what made it; how a rule is meant where no account is named."""
        account = self.desk.named[0] if self.desk.named else None
        rules = await self.desk.rules()
        fitting = self.desk.fitting(rules, said.signal)
        if account is None:
            return await self.listed(said)
        if not fitting:
            return Answer(self.desk.said.say("why_no_rule", account=account.name), found=False)
        found = [(one, each) for one in fitting for each in await self._fired(one)]
        if not found:
            which = self.wording.several([self.wording.condition(one.watch) for one in fitting[:MOST_TOLD]])
            return Answer(self.desk.said.say("why_not", account=account.name, rules=which), found=False, about=(account.id,))
        found.sort(key=lambda one: one[1].day, reverse=True)
        rule, latest = found[0]
        lines = [self.desk.said.say(
            "why", account=account.name, value=self.wording.value(latest, rule.watch), day=self.desk.said.day(latest.day),
            rule=self.wording.condition(rule.watch), maker=rule.owner_name, done=self.wording.done(rule.watch),
        )]  # fmt: skip
        grounds = tuple(self.wording.ground(each, one.watch) for one, each in found[:MOST_TOLD])
        return Answer("\n".join(lines), grounds, self._next(rule), about=(rule.id, account.id))

    async def _fired(self, rule: Rule) -> Sequence[Occasion]:
        today = self.desk.said.today
        try:
            told = await occasions(self.desk.records, rule.watch, today - LOOKS_BACK, today, account=self.desk.named[0].id)
        except NotAllowed:
            return ()
        return [one for one in told.found if one.account == self.desk.named[0].id]

    def _line(self, number: int, rule: Rule) -> str:
        mine = rule.owner == self.desk.turn.speaker.user_id
        maker = self.desk.said.say("yours") if mine else rule.owner_name
        whole = self.wording.whole(rule.watch, "" if mine else rule.owner_name)
        return self.desk.said.say("listed_line", number=number, rule=whole, standing=self.wording.standing(rule), maker=maker)

    def _next(self, rule: Rule) -> tuple[Button, ...]:
        say = self.desk.said.say
        pause = Button(say("button_pause"), "say", say("says_pause", rule=rule.name))
        return (pause, Button(say("button_rules"), "say", say("says_rules")))

    def _example(self) -> tuple[Button, ...]:
        say = self.desk.said.say
        return (Button(say("button_example"), "say", say("says_example")),)
