"""Watching: what rules say is done when their condition comes true: once for each occasion, in the rights of who made the rule.

Looks when a record was saved, and by the clock. Knows no sentence: what people read, the skill says in their own rights.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.firing import Firing
from bot.domain.ids import RecordId, UserId
from bot.domain.occasions import Asked, Occasion, occasions
from bot.domain.people import Role, Speaker, User, speaker_of
from bot.domain.query import Aggregate, Filter, Fn, Op, Query
from bot.domain.records import Cause, Event, Import, Record
from bot.domain.reminders import morning
from bot.domain.scope import Reach, Scope
from bot.domain.talk import Lang
from bot.domain.watch import RULE, SIGNALS, Rule, Sort, rule_of
from bot.errors import NotAllowed, Upstream
from bot.ports import Clock, Ids, Interruptions, JobKind, Records, Users, Words, WorkCalendar
from bot.ports.watching import RuleFiring, RuleFirings
from bot.turns.errands import Errands

log = logging.getLogger(__name__)

FIRED, SUMMED, RESTS = "rule_fired", "rule_summed", "rule_rests"
TASK, ACCOUNT = "task", "account"
FOR_OTHERS = ("tells_owner", "assigns_to", "assigns_team", "tells_group", "opens_task")
SINGLY = 5
"""So many occasions of a rule at once are told one by one; more are a line together."""
STORM = 20
"""More at once are no work for anybody: most likely the data is wrong. Nothing is assigned then, it is told in a line."""
WRITTEN_LATE = timedelta(days=45)
"""So long after it happened something may be written down and still counts as new."""
PAGE = 100
EVERY = 10
"""Minutes between looks by the clock."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A rule at work. maker: who made it, as they are now. seen: the records as far as they see them. since: when it was switched on."""

    rule: Rule
    maker: User
    seen: Asked
    since: datetime
    today: date


@dataclass(frozen=True)
class Watching:
    """within: the records in a scope, with how likely accounts are to leave. scope: a person's rights."""

    records: Records
    within: Callable[[Scope], Asked]
    scope: Callable[[Speaker], Scope]
    users: Users
    firings: RuleFirings
    errands: Errands
    interruptions: Interruptions
    words: Words
    clock: Clock
    ids: Ids
    calendar: WorkCalendar

    def minutely(self) -> JobKind:
        """What is looked at by the clock: what is still to be told each minute, all rules every ten."""

        async def work(firing: Firing) -> int:
            return await (self.check() if firing.fire_time.minute % EVERY == 0 else self.tell())

        return JobKind("rules.check", work)

    async def check(self) -> int:
        """Look for occasions of all rules, act on them and tell; says how many were new."""
        found = 0
        for rule in await self._rules():
            found += await self._tried(rule, None)
        await self.tell()
        return found

    async def saved(self, event: Event) -> None:
        """A record was saved: the rules about such records look at its account, and a rule at all that it is about."""
        entity = str(event.payload.get("entity") or "")
        if entity == RULE:
            rule = await self._rule(RecordId(str(event.payload["record_id"])))
            if rule and await self._tried(rule, None):
                await self.tell()
            return
        about = [rule for rule in await self._rules() if rule.watch.of.entity == entity] if entity in WATCHED else []
        record = await self.records.record(RecordId(str(event.payload["record_id"]))) if about else None
        account = (record.id if entity == ACCOUNT else record.fields.get("account")) if record else None
        if account is None:
            return
        found = [await self._tried(rule, RecordId(str(account))) for rule in about]
        if any(found):
            await self.tell()

    async def tell(self) -> int:
        """Do and tell all that is begun and not done; says how many came to their end."""
        done = 0
        waiting: dict[tuple[RecordId, str], list[RuleFiring]] = {}
        for one in await self.firings.open():
            waiting.setdefault((one.rule, one.summed or one.id), []).append(one)
        for (rule_id, line), found in waiting.items():
            kept = await self._kept(await self._rule(rule_id))
            if kept is None or await self._acted(kept, found, line):
                for one in found:
                    await self.firings.finish(one.id)
                done += len(found)
        return done

    # --- looking ---------------------------------------------------------------------------------------------------

    async def _tried(self, rule: Rule, account: RecordId | None) -> int:
        """How many occasions of a rule are new; a rule that cannot be asked any more says so in the log and not to people."""
        try:
            kept = await self._kept(rule)
            return await self._looked(kept, account) if kept else 0
        except (NotAllowed, ValueError) as stop:
            log.warning("rule_cannot_look", extra={"rule": rule.id, "why": type(stop).__name__})
            return 0

    async def _looked(self, kept: _Kept, account: RecordId | None) -> int:
        rule = kept.rule
        begins = kept.since.astimezone(ZoneInfo(kept.maker.zone)).date()
        told = await occasions(kept.seen, rule.watch, begins - WRITTEN_LATE, kept.today, account=account)
        known = {(one.account, one.occasion) for one in await self.firings.known(rule.id)}
        unknown = [one for one in told.found if one.account and (one.account, one.key) not in known]
        new = [one for one in unknown if await self._is_new(kept, one, begins)]
        line = self.ids.new() if len(new) > SINGLY else ""
        for one in unknown:
            is_new = one in new
            await self.firings.begin(RuleFiring(
                self.ids.new(), rule.id, one.account, one.key, one.day, RecordId(self.ids.new()), line if is_new else "", done=not is_new,
            ))  # fmt: skip
        return len(new)

    async def _is_new(self, kept: _Kept, one: Occasion, begins: date) -> bool:
        """Whether it came after the rule: what a record tells when it was written down, what days tell on its day, or while it lasts."""
        if kept.rule.watch.of.sort not in {Sort.EVENT, Sort.CHANGE}:
            return one.still or one.day > begins
        record = await self.records.record(one.record.id)
        return record is not None and record.created_at > kept.since

    async def _kept(self, rule: Rule | None) -> _Kept | None:
        """A rule that counts today; one whose maker may not say any more what it does rests, and they and an admin are told."""
        maker = await self.users.by_id(UserId(rule.owner)) if rule else None
        if rule is None:
            return None
        if maker is None:
            await self._rest(rule, None)
            return None
        today = self.clock.now().astimezone(ZoneInfo(maker.zone)).date()
        if not rule.is_on(today):
            return None
        scope = self.scope(speaker_of(maker))
        if scope.of(RULE) is Reach.NONE or any(
            getattr(rule.watch, name) and scope.write_reach(RULE, name) is Reach.NONE for name in FOR_OTHERS
        ):
            await self._rest(rule, maker)
            return None
        return _Kept(rule, maker, self.within(scope), await self._since(rule, maker.zone), today)

    async def _since(self, rule: Rule, zone: str) -> datetime:
        """When the rule was switched on last, or made to say something else: what came before is past."""
        changes = [one.at for one in await self.records.history(rule.id) if one.field in SWITCHED and one.after not in (None, "paused")]
        at = max(changes, default=self.clock.now())
        if rule.state == "paused" and rule.until:
            return max(at, datetime.combine(rule.until + timedelta(days=1), time(0), ZoneInfo(zone)).astimezone(UTC))
        return at

    async def _rest(self, rule: Rule, maker: User | None) -> None:
        record = await self.records.record(rule.id)
        if record is None or record.fields.get("state") == "paused":
            return
        await self.records.put(RULE, {"state": "paused", "until_date": None}, cause=Cause("system"), record_id=rule.id)
        people = await self.users.everyone()
        admin = next((one for one in people if one.role is Role.ADMIN), None)
        facts = {"watch": json.dumps(dict(rule.watch.fields())), "maker": rule.owner_name}
        for one in {one.id: one for one in (maker, admin) if one}.values():
            await self._sent(one, RESTS, f"rule-rests:{rule.id}:{record.revision}:{one.id}", facts)

    async def _rules(self) -> list[Rule]:
        found: list[Rule] = []
        after: str | None = None
        while True:
            page = await self.records.page(RULE, after=after, limit=PAGE)
            found += [rule for one in page.items if (rule := rule_of(one.id, one.fields)) and rule.state != "ended"]
            if page.after is None:
                return found
            after = page.after

    async def _rule(self, rule_id: RecordId) -> Rule | None:
        record = await self.records.record(rule_id)
        return rule_of(rule_id, record.fields) if record and not record.archived_at else None

    # --- doing -----------------------------------------------------------------------------------------------------

    async def _acted(self, kept: _Kept, found: Sequence[RuleFiring], line: str) -> bool:
        """Whether all of it is done and told. Done again after a crash, it writes and says nothing twice."""
        people = await self.users.everyone()
        holders = [await self._given(kept, one, people) for one in found] if len(found) <= STORM else []
        if len(found) > 1 or found[0].summed:
            return await self._summed(kept, found, line, people, holders)
        return await self._told(kept, found[0], people, next(iter(holders), None))

    async def _given(self, kept: _Kept, one: RuleFiring, people: Sequence[User]) -> User | None:
        """Who got the account's case, where the rule gives it to somebody: the task is made, the account says whose care it is in."""
        watch = kept.rule.watch
        account = await self.records.record(one.account) if watch.opens_task else None
        if account is None or account.archived_at:
            return None
        if await self.records.record(one.task) is None:
            await self._open_task(kept, one, account, people)
        task = await self.records.record(one.task)  # another worker may have given it to somebody else meanwhile
        return next((user for user in people if task and user.id == task.fields.get("owner")), None)

    async def _open_task(self, kept: _Kept, one: RuleFiring, account: Record, people: Sequence[User]) -> None:
        watch, holder = kept.rule.watch, await self._holder(kept, account, people)
        cause = Cause(kept.maker.id)
        if watch.assigns_to and account.fields.get("care_group") != watch.assigns_to:
            await self.records.put(ACCOUNT, {"care_group": watch.assigns_to}, cause=cause, record_id=account.id)
        lang = await self.errands.reach.lang_of(holder.id, Lang.ZH)
        subject = self.words.say("rule_task", lang, account=account.fields.get("name") or "", rule=kept.rule.name)
        due = morning(kept.today + timedelta(days=1), self.calendar.after, holder.zone).astimezone(ZoneInfo(holder.zone)).date()
        fields = {
            "subject": subject, "account": account.id, "account_name": account.fields.get("name"), "owner": holder.id,
            "owner_name": holder.name, "status": "open", "due_date": due.isoformat(),
        }  # fmt: skip
        await self.records.put_many([Import(one.task, TASK, fields)], cause=cause)  # whoever comes second makes none

    async def _holder(self, kept: _Kept, account: Record, people: Sequence[User]) -> User:
        """Of those of a group who may see the account the one with the fewest open tasks; without a group who owns the account.

        Who made the rule, where nobody is there.
        """
        group = [
            one for one in self._group(kept, people)
            if await self.records.record(account.id, scope=self.scope(speaker_of(one)))
        ]
        if group:
            loads = [(await self._load(one), one.id, one) for one in group]
            return min(loads, key=lambda one: one[:2])[2]
        owner = next((one for one in people if one.id == account.fields.get("owner")), None)
        return owner if owner and not kept.rule.watch.assigns_to else kept.maker

    async def _load(self, user: User) -> int:
        mine = (Filter("owner", Op.EQ, user.id), Filter("status", Op.EQ, "open"))
        house = self.within(Scope(UserId(""), "", "UTC"))
        return (await house.ask(Query(TASK, mine, aggregate=Aggregate(Fn.COUNT)))).total

    def _group(self, kept: _Kept, people: Sequence[User]) -> list[User]:
        watch = kept.rule.watch
        if not watch.assigns_to and not watch.assigns_team:
            return []
        return [
            one for one in people
            if watch.assigns_to in {"", one.role} and watch.assigns_team.casefold() in {"", one.team.casefold()}
        ]

    # --- telling ---------------------------------------------------------------------------------------------------

    async def _told(self, kept: _Kept, one: RuleFiring, people: Sequence[User], holder: User | None) -> bool:
        facts = self._facts(kept) | {"account": one.account, "key": one.occasion, "day": one.day.isoformat()}
        if holder is not None:
            task = await self.records.record(one.task)
            due = str(task.fields.get("due_date") or "") if task else ""
            facts |= {"task": one.task, "holder": holder.id, "holder_name": holder.name, "due": due}
        hearers = await self._hearers(kept, [one], people, [holder])
        return all([await self._sent(user, FIRED, f"rule:{one.id}:{user.id}", facts) for user in hearers])

    async def _summed(
        self, kept: _Kept, found: Sequence[RuleFiring], line: str, people: Sequence[User], holders: Sequence[User | None]
    ) -> bool:
        """Many at once are one line for each hearer, which names what they may see."""
        facts = self._facts(kept) | {"accounts": ",".join(dict.fromkeys(one.account for one in found))}
        hearers = await self._hearers(kept, found, people, holders)
        return all([await self._sent(user, SUMMED, f"rule:{line}:{user.id}", facts) for user in hearers])

    async def _hearers(
        self, kept: _Kept, found: Sequence[RuleFiring], people: Sequence[User], holders: Sequence[User | None]
    ) -> list[User]:
        watch, by_id = kept.rule.watch, {one.id: one for one in people}
        hearers: list[User | None] = [kept.maker] if watch.tells_maker else []
        hearers += holders
        hearers += self._group(kept, people) if watch.tells_group else []
        if watch.tells_owner:
            accounts = [await self.records.record(one.account) for one in found]
            hearers += [by_id.get(UserId(str(one.fields.get("owner") or ""))) for one in accounts if one]
        return list({one.id: one for one in hearers if one}.values())

    def _facts(self, kept: _Kept) -> dict[str, str]:
        rule = kept.rule
        watch = json.dumps({**rule.watch.fields(), "owner": rule.owner}, ensure_ascii=False)
        return {"watch": watch, "name": rule.name, "maker": rule.owner_name, "maker_id": rule.owner}

    async def _sent(self, user: User, intent: str, key: str, facts: Mapping[str, str]) -> bool:
        """Whether it was said; not in quiet hours, nor when enough was said today: then it is tried again."""
        if await self.interruptions.claim(user, key, self.clock.now()) is not None:
            return False
        try:
            await self.errands.send(user.id, intent, key, facts)
        except Upstream as away:
            log.warning("rule_waits", extra={"user": user.id, "why": type(away).__name__})
            return False
        return True


SWITCHED = frozenset({"state", "signal", "comparison", "threshold"})
"""Changes of a rule from which on it counts anew."""
WATCHED = frozenset(one.entity for one in SIGNALS.values())

