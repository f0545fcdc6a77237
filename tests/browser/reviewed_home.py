"""A home in which letters and a quote wait to be reviewed, written before its server starts. Knows how to write them; looks at no page."""

import asyncio
import itertools
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.decision import Made, Settlement
from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, DecisionId, DraftId, RecordId, ReviewId, ThreadId, TurnId, UserId
from bot.domain.outcome import Draft
from bot.domain.people import EVERYONE, Role, User
from bot.domain.records import Cause, HeldDraft
from bot.domain.review import HeldReview
from bot.domain.talk import Lang, Origin, Utterance
from bot.home import Home
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.inbox import SqliteInbox
from bot.store.ledger import SqliteLedger
from bot.store.migrations import migrate
from bot.store.queries import SqliteQueries
from bot.store.records import SqliteRecords
from bot.store.reviews import SqliteReviews
from bot.store.users import SqliteUsers
from bot.turns.know import WEB
from tests.scenarios.household import Household, household

T = TypeVar("T")

ZONE = "Asia/Shanghai"
LI = User(UserId("li"), "李伟", "li.wei@example.com", Role.REP, "east", ZONE)
ZHANG = User(UserId("zhang"), "张敏", "zhang.min@example.com", Role.MANAGER, "east", ZONE)
CHEN = User(UserId("chen"), "陈思远", "chen.si@example.com", Role.REVIEWER, "east", ZONE)
WANG = User(UserId("wang"), "Wang Ye", "wang.ye@example.com", Role.REP, "west", ZONE)
SUN = User(UserId("sun"), "Sun Li", "sun.li@example.com", Role.MANAGER, "west", ZONE)
PEOPLE = (LI, ZHANG, CHEN, WANG, SUN)
ACCOUNT, CHAIR = RecordId("account-1"), RecordId("contact-1")
TITLE = "请教新线质检"
BODY = "李董您好：\n\n听王经理说，漏检是贵司眼下最头疼的事。\n\n28号上午想去贵司看看，您方便吗？"
PAIN = Evidence("漏检太多，老板问过两次", "王经理 · 11月3日", "", EvidenceKind.RECORD, 0.9, "touchpoint-1", EVERYONE)
REPORT = Evidence("研发投入占营业收入的11.4%", "年报.md", "第38页", EvidenceKind.DOCUMENT, 0.9, "passage-1", EVERYONE)
FLOOR = Evidence("the floor is argentum", "floor.md", "§1", EvidenceKind.DOCUMENT, 0.9, "passage-2", Audience("role:legal"))
MADE = Made("exec_outreach", "exec_outreach", Lang.ZH, "builtin", "c0de", {}, "must_review", {"total": 1.0})


@dataclass
class Pile:
    """The stores of a home, by a connection of their own."""

    home: Household
    ids: TimeIds = field(default_factory=TimeIds)
    keys: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        """Open them."""
        clock = SystemClock()
        Home(self.home.folder / "home").folder.mkdir(parents=True, exist_ok=True)
        self.database = Database(Home(self.home.folder / "home").truth)
        migrate(self.database)
        SqliteQueries(self.database, SCHEMA)
        self.clock = clock
        self.users = SqliteUsers(self.database, clock, self.ids)
        self.inbox = SqliteInbox(self.database, clock, self.ids)
        self.ledger = SqliteLedger(self.database, clock, self.ids)
        self.records = SqliteRecords(self.database, clock, self.ids)
        self.drafts = SqliteDrafts(self.database, clock, self.ids)
        self.reviews = SqliteReviews(self.database, clock, self.ids)

    async def people(self) -> None:
        """Those who work here, an account and the person whom letters go to."""
        await self.users.seed(PEOPLE)
        account = {"name": "海蓝科技", "short_name": "海蓝", "owner": LI.id, "owner_name": LI.name, "team": "east", "credit_rating": "B"}
        await self.records.put("account", account, cause=Cause("system"), record_id=ACCOUNT)
        chair = {"name": "李国栋", "account": ACCOUNT, "account_name": "海蓝科技", "title": "董事长", "executive": True}
        await self.records.put("contact", chair, cause=Cause("system"), record_id=CHAIR)

    async def drafted(self, draft: Draft, made: Made = MADE) -> HeldDraft:
        """A draft of Li's."""
        origin, now = Origin(WEB, "", LI.id, ThreadId("web:1")), self.clock.now()
        kept = await self.inbox.keep(Utterance(origin, f"key-{next(self.keys)}", draft.text, now), backlog=1000)
        settlement = Settlement(kept.turn_id, DecisionId(self.ids.new()), origin, LI.id, draft.text, draft, made, now)
        await self.ledger.settle(settlement)
        decision = await self.ledger.decision(settlement.decision_id)
        assert decision is not None
        held = await self.drafts.draft(DraftId(str(decision.draft_id)))
        assert held is not None
        return held

    async def submitted(self, draft: Draft) -> HeldReview:
        """It waits for its reviewers."""
        held = await self.drafted(draft)
        return await self.reviews.submit(held.id, held.revision, LI.id, (), turn_id=TurnId(self.ids.new()))

    async def letter(self, title: str = TITLE, body: str = BODY) -> HeldReview:
        """A letter to the chairman waits."""
        fields = {
            "subject": title, "body": body, "account": ACCOUNT, "account_name": "海蓝科技", "contact": CHAIR, "contact_name": "李国栋",
            "addressee": "李董", "kind": "icebreaker", "channel": "forward", "language": "zh", "written_date": "2026-07-14",
        }
        return await self.submitted(Draft("给李董写封信", "letter", fields, {"body": PAIN, "body.1": REPORT, "body.2": FLOOR}))

    async def quote(self, number: str = "Q-112") -> HeldReview:
        """A quote beyond a rep's authority waits."""
        fields = {
            "number": number, "account": ACCOUNT, "account_name": "海蓝科技", "list_amount": 120_000, "discount": 14, "amount": 103_200,
            "currency": "CNY", "payment_days": 30, "quote_date": "2026-07-14", "valid_until": "2026-12-31",
        }
        return await self.submitted(Draft("报价单", "quote", fields, {"discount": PAIN}))

    async def now(self, review: HeldReview) -> tuple[HeldReview, Mapping[str, object]]:
        """It as it stands, and what it would send."""
        held = await self.reviews.review(ReviewId(review.id))
        assert held is not None
        draft = await self.drafts.draft(held.draft_id)
        assert draft is not None
        return held, draft.fields


def done(work: Coroutine[Any, Any, T]) -> T:
    """Run something of the stores to its end, beside whatever loop this thread has."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()


@contextmanager
def pile(folder: Path) -> Iterator[Pile]:
    """The people of a home, and stores to write into; for a server that is started over it."""
    home = household(folder)
    lines = ["[server]\nport = 0\n[schedule]\njobs = []\n"]
    lines += [f'[[users]]\nname = "{one.name}"\nemail = "{one.email}"\nrole = "{one.role}"\nteam = "{one.team}"\n' for one in PEOPLE]
    (home.folder / "config.toml").write_text("\n".join(lines), encoding="utf-8")
    stores = Pile(home)
    try:
        done(stores.people())
        yield stores
    finally:
        stores.database.close()
