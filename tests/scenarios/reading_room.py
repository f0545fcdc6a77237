"""The verbs of the page of reviews over a real store, with people of one team and letters that wait. Knows no page and no chat."""

import itertools
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.approval import ReviewRules
from bot.domain.decision import Made, Settlement
from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, DecisionId, DraftId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Draft
from bot.domain.people import EVERYONE, Role, User
from bot.domain.permissions import Permissions
from bot.domain.records import Cause
from bot.domain.review import HeldReview
from bot.domain.talk import Lang, Origin, Utterance
from bot.gatehouse import Stores, gatehouse
from bot.reading.reader import RuleReader
from bot.reviewing import Reviewing
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.gate import PolicyGate
from bot.store.inbox import SqliteInbox
from bot.store.ledger import SqliteLedger
from bot.store.letters import SqliteLetters
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.store.queries import SqliteQueries
from bot.store.records import SqliteRecords
from bot.store.reminders import SqliteReminders
from bot.store.reviews import SqliteReviews
from bot.store.users import SqliteUsers
from bot.store.visits import SqliteVisits
from bot.turns.drafting import Drafting
from bot.turns.know import WEB
from bot.visits import Visits
from bot.workdays import calendar_of
from tests.fakes.senses import SetClock
from tests.scenarios.stage import WORDS

Json = dict[str, Any]

ZONE = "Europe/Berlin"
ANN = User(UserId("ann"), "Ann", "ann@example.com", Role.REP, "east", ZONE)
BO = User(UserId("bo"), "Bo", "bo@example.com", Role.MANAGER, "east", ZONE)
CY = User(UserId("cy"), "Cy", "cy@example.com", Role.REVIEWER, "east", ZONE)
DEE = User(UserId("dee"), "Dee", "dee@example.com", Role.REP, "west", ZONE)
EVE = User(UserId("eve"), "Eve", "eve@example.com", Role.MANAGER, "west", ZONE)
ROOT = User(UserId("root"), "Root", "root@example.com", Role.ADMIN, "", ZONE)
EVERYBODY = (ANN, BO, CY, DEE, EVE, ROOT)
ACME, LEE, S3 = RecordId("acme"), RecordId("lee"), RecordId("s3")
BODY = "Ms Lee, Dana told us about the line. May we visit on the 28th?"
HEARD = Evidence("too many misses", "Dana, 3 Nov", "", EvidenceKind.RECORD, 0.9, "t-1", EVERYONE)
SECRET = Evidence("argentum", "floor.md", "§1", EvidenceKind.DOCUMENT, 0.9, "p-1", Audience("role:manager"))
MADE = Made("exec_outreach", "exec_outreach", Lang.EN, "builtin", "c0de", {}, "must_review", {"total": 1.0})


@dataclass
class ReadingRoom:
    """The verbs, and the stores beneath them."""

    verbs: Reviewing
    visits: Visits
    reviews: SqliteReviews
    drafts: SqliteDrafts
    ledger: SqliteLedger
    inbox: SqliteInbox
    outbox: SqliteOutbox
    clock: SetClock
    ids: TimeIds
    keys: Iterator[int] = field(default_factory=itertools.count)

    async def enter(self, person: User) -> str:
        """A visit of this person."""
        link = await self.visits.link(as_=person.email)
        return str((await self.visits.sign_in(link["path"].partition("code=")[2]))["session"])

    async def do(self, verb: str, session: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        """A verb of the page."""
        return await self.verbs.verbs()[verb](session=session, lang=Lang.EN, **args)

    async def press(self, session: str, review: str, action: str, *, seen: int = 1, form: Mapping[str, str] | None = None) -> Json:
        """Send a form; without a key in it, it is a new one. seen: the version that the page showed."""
        sent = {"key": f"k-{next(self.keys)}", **(form or {})}
        told: Json = await self.do("review_press", session, review=review, version=seen, action=action, form=sent)
        return told

    async def letter(self, subject: str = "The new line") -> HeldReview:
        """A letter of Ann's to the head of Acme waits for Bo."""
        fields = {
            "subject": subject, "body": BODY, "account": ACME, "account_name": "Acme", "contact": LEE, "contact_name": "Ada Lee",
            "addressee": "Ms Lee", "kind": "icebreaker", "channel": "forward", "language": "en",
        }
        return await self._waiting(Draft("a letter", "letter", fields, {"body": HEARD, "body.1": SECRET, "body.2": HEARD}))

    async def quote(self) -> HeldReview:
        """A quote of Ann's at 14 % waits for Bo."""
        fields = {
            "number": "Q-1", "account": ACME, "account_name": "Acme", "product": S3, "product_name": "S3",
            "list_amount": 100_000, "discount": 14, "amount": 86_000, "currency": "EUR", "payment_days": 30,
        }
        return await self._waiting(Draft("a quote", "quote", fields, {"discount": HEARD}))

    async def _waiting(self, draft: Draft) -> HeldReview:
        origin, now = Origin(WEB, "", ANN.id, ThreadId("web:1")), self.clock.now()
        kept = await self.inbox.keep(Utterance(origin, f"said-{next(self.keys)}", draft.text, now), backlog=1000)
        settlement = Settlement(kept.turn_id, DecisionId(self.ids.new()), origin, ANN.id, draft.text, draft, MADE, now)
        await self.ledger.settle(settlement)
        decision = await self.ledger.decision(settlement.decision_id)
        assert decision is not None
        return await self.reviews.submit(DraftId(str(decision.draft_id)), 1, ANN.id, (), turn_id=TurnId(self.ids.new()))


@asynccontextmanager
async def reading_room(folder: Path) -> AsyncIterator[ReadingRoom]:
    """Open one in `folder`."""
    clock, ids, rules, policy = SetClock(), TimeIds(), ReviewRules(), Permissions()
    database, gate = Database(folder / "tandem.db"), PolicyGate(policy)
    try:
        migrate(database)
        SqliteQueries(database, SCHEMA)
        users, records = SqliteUsers(database, clock, ids), SqliteRecords(database, clock, ids, gate)
        await users.seed(EVERYBODY)
        cause, owned = Cause("system"), {"owner": ANN.id, "owner_name": "Ann", "team": "east"}
        await records.put("account", {"name": "Acme", "credit_rating": "B", **owned}, cause=cause, record_id=ACME)
        lee = {"name": "Ada Lee", "account": ACME, "account_name": "Acme", "title": "CEO", "executive": True}
        await records.put("contact", lee, cause=cause, record_id=LEE)
        await records.put("product", {"code": "S3", "list_margin": 46, "margin_floor": 35}, cause=cause, record_id=S3)
        drafts, reviews = SqliteDrafts(database, clock, ids, gate), SqliteReviews(database, clock, ids, gate)
        inbox, ledger, outbox = SqliteInbox(database, clock, ids), SqliteLedger(database, clock, ids), SqliteOutbox(database, clock, ids)
        stores = Stores(
            reviews, drafts, SqliteLetters(database), records, users, inbox, ledger, outbox,
            SqliteReminders(database, clock, ids),
        )  # fmt: skip
        drafting = Drafting(records, policy.scope, RuleReader(), clock)
        road = gatehouse(stores, lambda: rules, calendar_of(rules), drafting, WORDS, clock, {}, ())
        visits = Visits(SqliteVisits(database, clock), users, clock, "", ZONE)
        verbs = Reviewing(visits, road.reviewing, reviews, drafts, users, records, policy.scope, clock)
        yield ReadingRoom(verbs, visits, reviews, drafts, ledger, inbox, outbox, clock, ids)
    finally:
        database.close()
