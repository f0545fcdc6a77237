"""Rules on a small stage: the gate's house with the real skill and the real watch, customers, and a service group of two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from bot.abilities import PORTS
from bot.domain.alert import ChurnRules
from bot.domain.entities import SCHEMA
from bot.domain.firing import ScheduleRules
from bot.domain.ids import RecordId, UserId
from bot.domain.outcome import Outcome
from bot.domain.people import Role, Speaker, User
from bot.domain.permissions import Permissions
from bot.domain.records import Cause, Record
from bot.domain.scored import ScoredRecords
from bot.domain.talk import Turn
from bot.domain.working import WorkingTime
from bot.manifests import load_manifests
from bot.own import OwnOpenDrafts
from bot.places import PROMPTS, SKILLS
from bot.ports import Choice
from bot.prompts import load_prompts
from bot.reading.reader import RuleReader
from bot.senses import TimeIds
from bot.store.alerts import SqliteAlerts
from bot.store.database import Database
from bot.store.interruptions import SqliteInterruptions
from bot.store.queries import SqliteQueries
from bot.store.risks import SqliteRisks
from bot.store.rows import one
from bot.store.rule_firings import SqliteRuleFirings
from bot.store.seen_risks import SqliteSeenRisks
from bot.turns.conversation import ReadySkill
from bot.turns.errands import Errands
from bot.turns.watching import Watching
from skills.nps_alert.skill import run
from tests.fakes.choosing import OneChoice
from tests.scenarios.gate_stage import BO, LIN, ZONE, GateStage, gate_stage
from tests.scenarios.stage import WORDS

SYSTEM = Cause("system")
TANG = User(UserId("tang"), "唐宁", "tang@example.com", Role.SERVICE, "care", ZONE, {"wecom": "tang"})
SU = User(UserId("su"), "苏禾", "su@example.com", Role.SERVICE, "care", ZONE, {"wecom": "su"})
UNSETTLED = "SELECT id FROM inbox WHERE state <> 'settled' LIMIT 1"
SAID = "NPS 低于 6 的客户自动分给服务组并提醒我"
RULES = Choice("nps_alert", "nps_alert")


@dataclass
class RuleStage:
    """What a scenario acts on and looks at."""

    stage: GateStage
    watching: Watching
    firings: SqliteRuleFirings
    interruptions: SqliteInterruptions
    database: Database

    async def customer(self, name: str, owner: User = LIN, team: str = "east") -> RecordId:
        """A customer."""
        fields = {"name": name, "status": "customer", "tier": "A", "owner": owner.id, "team": team}
        return (await self.stage.records.put("account", fields, cause=SYSTEM)).id

    async def answer(self, account: RecordId, name: str, score: int, comment: str = "", on: date | None = None) -> RecordId:
        """What a customer answered, written down now."""
        day = on or self.stage.clock.now().date()
        fields = {"account": account, "account_name": name, "score": score, "answered_date": day.isoformat(), "comment": comment}
        return (await self.stage.records.put("nps", fields, cause=SYSTEM)).id

    async def switched_on(self, who: User, text: str = SAID, channel: str = "wecom") -> str:
        """Somebody says a rule and presses the first button; what they were shown."""
        shown = await self.stage.say(who, text, channel)
        await self.stage.press(who, self.stage.last(who, channel), "启用")
        self.later(5)
        return shown

    async def looked(self) -> int:
        """One look at all rules, and all that comes of it told; how many occasions were new."""
        found = await self.watching.check()
        await self.quiet()
        return found

    async def quiet(self) -> None:
        """Return when all that was kept is answered and has arrived."""
        async with asyncio.timeout(20):
            while await self.database.read(lambda database: one(database, UNSETTLED)):  # noqa: ASYNC110 - looked at from outside
                await asyncio.sleep(0.002)
        await self.stage.quiet()

    def later(self, minutes: float) -> None:
        """Time passes."""
        self.stage.clock.at += timedelta(minutes=minutes)

    def at(self, day: int, hour: int) -> None:
        """The clock on Shanghai's wall, in July 2026."""
        self.stage.clock.at = datetime(2026, 7, day, hour, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)

    def texts(self, user: User, channel: str = "wecom") -> list[str]:
        """What somebody was told."""
        return [one.outcome.text for one in self.stage.at(user, channel) if one.updates is None]

    async def tasks(self) -> list[Record]:
        """All tasks."""
        return list((await self.stage.records.page("task")).items)

    async def rule(self) -> Record:
        """The only rule."""
        return (await self.stage.records.page("rule")).items[0]


@asynccontextmanager
async def rule_stage(folder: Path, *, most_a_day: int = 20) -> AsyncIterator[RuleStage]:
    """A house whose people may be spoken to from eight to eight."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(gate_stage(folder))
        await stage.users.seed([TANG, SU])
        database = Database(folder / "tandem.db")
        stack.callback(database.close)
        policy, queries, risks = Permissions(), SqliteQueries(database, SCHEMA), SqliteRisks(database, SCHEMA)
        interruptions = SqliteInterruptions(database, stage.clock, lambda: ScheduleRules(most_a_day=most_a_day), lambda _team, _day: True)
        firings = SqliteRuleFirings(database, stage.clock)
        watching = Watching(
            stage.records, lambda scope: ScoredRecords(queries.within(scope), lambda n: risks.top(scope, n)), policy.scope, stage.users,
            firings, Errands(stage.door, stage.road.releasing.reach, stage.clock), interruptions, WORDS, stage.clock, TimeIds(),
            WorkingTime(),
        )  # fmt: skip
        manifest = load_manifests(SKILLS, load_prompts(PROMPTS), PORTS)["nps_alert"]
        words = WORDS.own(manifest.folder / "strings.toml")

        def ready(speaker: Speaker) -> ReadySkill:
            scope = policy.scope(speaker)

            async def answer(turn: Turn) -> Outcome:
                seen = SqliteSeenRisks(risks, SqliteAlerts(database), stage.clock, ChurnRules(), scope)
                return await run(
                    turn, records=queries.within(scope), words=words, drafts=OwnOpenDrafts(stage.drafts, speaker.user_id),
                    reader=RuleReader(), risks=seen,
                )  # fmt: skip

            return ReadySkill(manifest.capability(), "hash", {}, "rep_confirms", words, answer)

        stage.beside.append(ready)
        cast("OneChoice", stage.conversation.chooser).choice = RULES
        yield RuleStage(stage, watching, firings, interruptions, database)


__all__ = ["BO", "LIN", "SAID", "SU", "TANG", "RuleStage", "rule_stage"]
