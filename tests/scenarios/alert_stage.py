"""Alerts on a small stage: the gate's house with the real scorecard in its process, the real skill, and customers as they are written."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from bot.abilities import PORTS
from bot.domain.alert import KIND, Alert, ChurnRules
from bot.domain.decision import Message
from bot.domain.entities import SCHEMA
from bot.domain.firing import Firing, ScheduleRules
from bot.domain.ids import RecordId
from bot.domain.outcome import Answer
from bot.domain.people import Speaker, User, speaker_of
from bot.domain.permissions import Permissions
from bot.domain.records import Cause
from bot.domain.talk import Turn
from bot.domain.working import WorkingTime
from bot.dossier.gathering import SeenDossiers
from bot.manifests import load_manifests
from bot.places import PROMPTS, SKILLS
from bot.ports import Choice
from bot.prompts import load_prompts
from bot.senses import TimeIds
from bot.store.alerts import SqliteAlerts
from bot.store.database import Database
from bot.store.interruptions import SqliteInterruptions
from bot.store.queries import SqliteQueries
from bot.store.risks import SqliteRisks
from bot.store.rows import one
from bot.store.seen_risks import SqliteSeenRisks
from bot.turns.alert_replies import AlertReplies
from bot.turns.alerting import Alerting
from bot.turns.conversation import ReadySkill
from bot.turns.errands import Errands
from bot.turns.scoring import Scoring
from skills.churn_risk.skill import run
from tests.fakes.choosing import OneChoice
from tests.fakes.judging import JudgeHere
from tests.fakes.passages import HeldPassages
from tests.scenarios.gate_stage import LIN, MORNING, ZONE, GateStage, gate_stage
from tests.scenarios.stage import WORDS

SYSTEM = Cause("system")
UNSETTLED = "SELECT id FROM inbox WHERE state <> 'settled' LIMIT 1"
FALLING = (60, 60, 61, 62, 62, 61, 56, 49, 43, 36, 28, 21)
STEADY = (48, 49, 48, 50, 49, 48, 49, 50, 49, 48, 49, 50)


@dataclass
class AlertStage:
    """What a scenario acts on and looks at."""

    stage: GateStage
    scoring: Scoring
    alerting: Alerting
    alerts: SqliteAlerts
    risks: SqliteRisks
    interruptions: SqliteInterruptions
    database: Database
    judge: JudgeHere

    async def customer(
        self, name: str, active: Sequence[float] = FALLING, owner: User | None = LIN, *, team: str = "east", **fields: object
    ) -> RecordId:
        """A customer of so many users in the months before July 2026; where they fall, whoever liked us has left and cases are open."""
        of = {"name": name, "status": "customer", "owner": owner.id if owner else None, "team": team, **fields}
        account = await self.stage.records.put("account", of, cause=SYSTEM)
        mine = {"account": account.id, "account_name": name}
        for back, users in enumerate(reversed(active), 1):
            await self._put("usage", {**mine, "month": _month(back), "active_users": users, "seats": 70})
        if active and active[-1] < active[0] / 2:
            left = {**mine, "name": "谢南乔", "status": "left", "left_date": "2026-07-01", "weight": 60}
            await self._put("contact", left)
            await self._put("contact", {**mine, "name": "杜予川", "status": "active", "weight": 20})
            case = {**mine, "subject": "报表数值不一致", "severity": "P2", "status": "open", "opened_at": "2026-03-20T02:00:00+00:00"}
            await self._put("ticket", case)
        return account.id

    async def month_on(self, account_id: RecordId, name: str, users: float, month: str = "2026-07-01") -> None:
        """One more month of usage."""
        await self._put("usage", {"account": account_id, "account_name": name, "month": month, "active_users": users, "seats": 70})

    async def _put(self, entity: str, fields: Mapping[str, object]) -> None:
        await self.stage.records.put(entity, fields, cause=SYSTEM)

    async def night(self, day: int = 14, month: int = 7, team: str = "east") -> int:
        """The scoring of a day, and the minute after it; how many were scored."""
        self.at(day, 5, month=month)
        return await self.scoring.score(Firing("churn.score", "churn.score", team, self.stage.clock.now(), ZONE))

    async def tell(self, day: int = 14, hour: int = 9, month: int = 7) -> int:
        """The job of a minute at that hour; how many people heard something."""
        self.at(day, hour, month=month)
        told = await self.alerting.tell()
        await self.quiet()
        return told

    async def quiet(self) -> None:
        """Return when all that was kept is answered and has arrived."""
        async with asyncio.timeout(20):
            while await self.database.read(lambda database: one(database, UNSETTLED)):  # noqa: ASYNC110 - looked at from outside
                await asyncio.sleep(0.002)
        await self.stage.quiet()

    def choose(self) -> None:
        """What is said from now on is taken for a question about who may leave."""
        cast("OneChoice", self.stage.conversation.chooser).choice = Choice("churn_risk", "churn_risk")

    def at(self, day: int, hour: int, minute: int = 0, month: int = 7) -> None:
        """The clock on Shanghai's wall."""
        self.stage.clock.at = datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)

    def texts(self, user: User = LIN, channel: str = "wecom") -> list[str]:
        """What the house said to somebody of its own accord, or in answer."""
        return [one.outcome.text for one in self.stage.at(user, channel) if one.updates is None]

    def card(self, user: User = LIN, channel: str = "wecom") -> Message:
        """The newest message in a chat."""
        return self.stage.last(user, channel)

    async def the_alert(self, account_id: RecordId) -> Alert:
        """How the alert about an account stands."""
        return (await self.alerts.of([account_id]))[account_id]


async def _greeted(stage: GateStage) -> None:
    """Lin was heard in WeCom last, in Chinese: that is where and how he is spoken to."""
    stage.skill.given = Answer("你好")
    await stage.say(LIN, "你好", "wecom")
    stage.skill.given = None
    stage.shown["wecom"].shown.clear()


def calendar_of_team(_team: str, day: date) -> bool:
    """Five days a week."""
    return day.isoweekday() in range(1, 6)


def _month(back: int) -> str:
    day = MORNING.replace(day=1)
    for _ in range(back):
        day = (day - timedelta(days=1)).replace(day=1)
    return day.date().isoformat()


@asynccontextmanager
async def alert_stage(folder: Path, rules: ChurnRules | None = None, *, most_a_day: int = 5) -> AsyncIterator[AlertStage]:
    """A house with a judge, whose people may be spoken to from eight to eight."""
    rules = rules or ChurnRules()
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(gate_stage(folder))
        database = Database(folder / "tandem.db")
        stack.callback(database.close)

        async def sees(user: User, record_id: RecordId) -> bool:
            return await stage.records.record(record_id, scope=policy.scope(speaker_of(user))) is not None

        ids, policy, calendar = TimeIds(), Permissions(), WorkingTime()
        risks, alerts, queries = SqliteRisks(database, SCHEMA), SqliteAlerts(database), SqliteQueries(database, SCHEMA)
        judge = JudgeHere(rules)
        interruptions = SqliteInterruptions(database, stage.clock, lambda: ScheduleRules(most_a_day=most_a_day), calendar_of_team)
        errands = Errands(stage.door, stage.road.releasing.reach, stage.clock)
        scoring = Scoring(risks, risks, alerts, judge, stage.users, errands, stage.clock, ids, lambda: rules)
        alerting = Alerting(alerts, stage.users, errands, interruptions, calendar, stage.clock, lambda: rules.alerts, sees)
        replies = AlertReplies(alerts, stage.records, stage.users, policy.scope, WORDS, stage.clock, calendar, lambda: rules.alerts)
        stage.deeds[KIND] = replies
        manifest = load_manifests(SKILLS, load_prompts(PROMPTS), PORTS)["churn_risk"]
        words = WORDS.own(manifest.folder / "strings.toml")

        def ready(speaker: Speaker) -> ReadySkill:
            seen = SqliteSeenRisks(risks, alerts, stage.clock, rules, policy.scope(speaker))
            within = queries.within(policy.scope(speaker))
            dossiers = SeenDossiers(within, HeldPassages(), within, WORDS)

            async def answer(turn: Turn) -> Answer:
                return await run(turn, records=within, dossiers=dossiers, risks=seen, words=words)

            return ReadySkill(manifest.capability(), "hash", {}, "ai_autonomous", words, answer)

        stage.beside.append(ready)
        await _greeted(stage)
        yield AlertStage(stage, scoring, alerting, alerts, risks, interruptions, database, judge)
