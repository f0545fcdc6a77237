"""A rule in words, and what it came to. Knows no record but those it is handed."""

from collections.abc import Sequence
from datetime import date

from bot.domain import vocabulary as v
from bot.domain.evidence import Evidence
from bot.domain.occasions import Occasion
from bot.domain.saying import Saying, cut, text
from bot.domain.schema import Value
from bot.domain.talk import Lang
from bot.domain.watch import Rule, Sort, Watch, plain

LONGEST_QUOTE = 60
DAYS_AHEAD = frozenset({"renewal_days", "notice_days"})


class Wording:
    """Says rules to one person."""

    def __init__(self, said: Saying) -> None:
        self._said = said

    @property
    def today(self) -> date:
        """The reader's day."""
        return self._said.today

    def say(self, key: str, **facts: object) -> str:
        """The sentence `key`."""
        return self._said.say(key, **facts)

    def day(self, day: date) -> str:
        """A day as people write it."""
        return self._said.day(day)

    def condition(self, watch: Watch) -> str:
        """When it counts: 回访评分低于6."""
        timed = watch.of.sort in {Sort.SINCE, Sort.UNTIL}
        how = self._said.say(f"how_{watch.of.sort}_{watch.comparison}") if timed else self._label(v.COMPARISONS, watch.comparison)
        value = f"{plain(watch.threshold):,}" if watch.threshold >= 10_000 else f"{plain(watch.threshold)}"  # noqa: PLR2004 - a long figure
        return self._said.say(f"when_{watch.signal}", how=how, value=value)

    def whom(self, watch: Watch) -> str:
        """Which accounts: A级 · 华东 · 不含试用; "" for all."""
        found = [watch.account_name, self._label(v.TIERS, watch.tier), self._label(v.REGIONS, watch.region),
                 self._label(v.INDUSTRIES, watch.industry), self._said.say("only_mine") if watch.only_mine else ""]  # fmt: skip
        spared = (self._label(v.ACCOUNT_STATUSES, watch.leaves_out), watch.except_account_name)
        out = self.several([one for one in spared if one])
        return self._said.dots([*found, self._said.say("leaves_out", what=out) if out else ""])

    def done(self, watch: Watch, maker: str = "") -> str:
        """What is done then: 分给客服组并开待办,提醒你. maker: who made it, "" for the reader."""
        group = self.group(watch)
        found = []
        if watch.opens_task:
            found.append(self._said.say("assigns", group=group) if group else self._said.say("opens_task"))
        if watch.tells_group and group:
            found.append(self._said.say("tells_group", group=group))
        found += [self._said.say("tells_owner")] if watch.tells_owner else []
        found += [self._said.say("tells_name", name=maker) if maker else self._said.say("tells_maker")] if watch.tells_maker else []
        return self._said.say("list_comma").join(found)

    def group(self, watch: Watch) -> str:
        """The group that it is about."""
        team = self._said.say("team", team=watch.assigns_team) if watch.assigns_team else ""
        return self._said.dots([self._label(v.GROUPS, watch.assigns_to), team])

    def whole(self, watch: Watch, maker: str = "") -> str:
        """All of it in a line."""
        whom = self.whom(watch)
        return self._said.say("rule_of" if whom else "rule_of_all", when=self.condition(watch), whom=whom, done=self.done(watch, maker))

    def name(self, watch: Watch) -> str:
        """What it is called."""
        told = self._said.dots([self.condition(watch), watch.account_name])
        group = self.group(watch)
        return f"{told} → {group}" if group else told

    def standing(self, rule: Rule) -> str:
        """Whether it is on."""
        if rule.is_on(self._said.today):
            return self._said.say("is_on")
        return self._said.say("rests_until", day=self._said.day(rule.until)) if rule.until else self._said.say("rests")

    def occasion(self, one: Occasion, watch: Watch) -> str:
        """An account with its figure and its day: 海蓝科技 3分(8/2)."""
        return self._said.say("occasion", account=one.account_name or "–", value=self.value(one, watch), day=self._said.day(one.day))

    def value(self, one: Occasion, watch: Watch) -> str:
        """The figure as it is told: 3分, 62→21, 31天."""
        signal = watch.of
        if signal.sort is Sort.CHANGE and one.before is not None:
            now = one.before * (1 + one.value / 100) if signal.months_back else one.before + one.value
            return self._said.say("moved", before=plain(one.before), now=round(now))
        if watch.signal == "ticket_severity":
            return f"P{one.value:.0f} {cut(text(one.record, 'subject'), 24)}".strip()
        unit = signal.unit.zh if self._said.lang is Lang.ZH else signal.unit.en
        return self._said.say("value_ahead" if watch.signal in DAYS_AHEAD else "value", value=f"{plain(one.value):,}", unit=unit)

    def ground(self, one: Occasion, watch: Watch) -> Evidence:
        """What tells it, as evidence: the customer's own words where there are some, else the figure."""
        words = next((text(one.record, name) for name in ("comment", "subject", "note") if text(one.record, name)), "")
        quote = self._said.dots([self.value(one, watch), cut(words, LONGEST_QUOTE)]) if words else self.value(one, watch)
        return self._said.ground(watch.of.entity, one.record, quote)

    def several(self, names: Sequence[str]) -> str:
        """Names in a row."""
        return self._said.say("list_comma").join(names)

    def _label(self, values: Sequence[Value], name: str) -> str:
        label = next((one.label for one in values if one.name == name), None)
        return "" if label is None else label.zh if self._said.lang is Lang.ZH else label.en
