"""What a turn about rules works with: the speaker's records, their words, the rules that they may see. Saves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.found import Known
from bot.domain.ids import RecordId
from bot.domain.occasions import Asked
from bot.domain.query import Aggregate, Dir, Filter, Fn, Op, Query
from bot.domain.query import Sort as Order
from bot.domain.saying import Saying
from bot.domain.talk import Turn
from bot.domain.watch import RULE, Rule, Watch, rule_of
from bot.ports import SeenRecords

MOST_RULES = 200
FAMILIES = ({"nps_score", "nps_change", "account_nps"}, {"usage_change", "usage_season", "active_users", "logins"},
            {"ticket_severity", "open_tickets", "ticket_age"}, {"overdue_days", "pays_late_days"})  # fmt: skip
"""Signals that people call by one name."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One turn. named: the accounts that stand in it. spans: where any name stands in it. unclear: accounts that one name may mean."""

    turn: Turn
    said: Saying
    records: Asked
    named: tuple[Known, ...]
    spans: tuple[tuple[int, int], ...]
    unclear: tuple[Known, ...] = ()

    async def rules(self) -> list[Rule]:
        """The rules that are kept and not switched off for good, the newest first, the speaker's own in front."""
        found = await self.records.ask(
            Query(RULE, (Filter("state", Op.NEQ, "ended"),), sort=Order("name", Dir.ASC), limit=MOST_RULES)
        )
        rules = [rule for row in found.rows if (rule := rule_of(row.id, row.fields))]
        rules.sort(key=lambda one: one.id, reverse=True)
        return sorted(rules, key=lambda one: one.owner != self.turn.speaker.user_id)

    async def accounts_watched(self, watch: Watch) -> int:
        """How many accounts a rule is about."""
        as_account = Watch("account_nps", "below", 0, watch.account, watch.account_name, watch.tier, watch.region, watch.industry,
                           watch.leaves_out, watch.except_account, watch.except_account_name, watch.only_mine, watch.owner)  # fmt: skip
        found = await self.records.ask(Query("account", as_account.filters(), aggregate=Aggregate(Fn.COUNT)))
        return found.total

    def fitting(self, rules: Sequence[Rule], signal: str) -> list[Rule]:
        """Those about a signal (or one of its family, or any where none is named) and about the account that is named, if any is."""
        family = next((one for one in FAMILIES if signal in one), {signal})
        alike = [one for one in rules if not signal or one.watch.signal == signal] or [one for one in rules if one.watch.signal in family]
        if not self.named:
            return alike
        mine = [one for one in alike if one.watch.account == self.named[0].id]
        return mine or [one for one in alike if not one.watch.account]


async def desk_of(turn: Turn, said: Saying, records: SeenRecords, scored: Asked) -> Desk:
    """The desk of a turn: its names are looked up once. scored: the same records, with how likely accounts are to leave."""
    names = await records.spot(turn.text)
    each = [[one for one in name.meant if one.entity == "account"] for name in names]
    accounts = {one.id: one for found in each for one in found}
    unclear = tuple(next((found for found in each if len(found) > 1), ()))
    spans = tuple((name.words.start, name.words.end) for name in names)
    return Desk(turn, said, scored, tuple(accounts.values()), spans, unclear)


def account_ref(known: Known | None) -> dict[str, str]:
    """An account as a rule holds it."""
    return {"account": RecordId(known.id), "account_name": known.name} if known else {}
