"""The gate on a small stage: real store, lanes, delivery and road; chats that show what arrived; a skill that drafts letters and quotes.

People of one firm, two contacts at one customer: its chairman, and somebody who buys. Time stands still until it is moved.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.console import ConsoleChannel
from bot.domain.acquaintance import OURS
from bot.domain.approval import ReviewRules
from bot.domain.decision import Message, MessageState
from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import DraftId, UserId
from bot.domain.offers import offered
from bot.domain.outcome import Answer, Draft, Letter, Outcome
from bot.domain.people import EVERYONE, Role, Speaker, User
from bot.domain.permissions import Permissions
from bot.domain.records import Cause, HeldDraft, Record
from bot.domain.review import HeldReview
from bot.domain.talk import Arrival, Lang, Origin, Tap, Turn, Utterance, direct_thread, group_thread
from bot.engine.attempts import Attempts
from bot.engine.delivery import Delivery, Ways
from bot.engine.direct import Direct
from bot.engine.lanes import Lanes
from bot.events.bus import HouseBus
from bot.gatehouse import Gatehouse, Stores, gatehouse
from bot.house import House
from bot.ports import Capability, Channel, Choice
from bot.reading.reader import RuleReader
from bot.senses import TimeIds
from bot.store.belongings import SqliteBelongings
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.events import SqliteEvents
from bot.store.gate import PolicyGate
from bot.store.inbox import SqliteInbox
from bot.store.ledger import SqliteLedger
from bot.store.letters import SqliteLetters
from bot.store.memory import SqliteMemory
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.store.queries import SqliteQueries
from bot.store.recordings import SqliteRecordings
from bot.store.records import SqliteRecords
from bot.store.reminders import SqliteReminders
from bot.store.reviews import SqliteReviews
from bot.store.threads import SqliteThreads
from bot.store.users import SqliteUsers
from bot.turns.arrive import Door
from bot.turns.chats import Chats
from bot.turns.conversation import Conversation, ReadySkill
from bot.turns.deeds import Deed
from bot.turns.drafting import Drafting
from bot.turns.receive import Receiving
from bot.turns.speech import Speech
from bot.turns.tasks import TASK
from bot.workdays import calendar_of
from tests.fakes.choosing import OneChoice
from tests.fakes.media import FakeMedia, ReadingLibrary
from tests.fakes.senses import SetClock
from tests.scenarios.stage import WORDS, ShownChannel

MORNING = datetime(2026, 7, 14, 2, 0, tzinfo=UTC)
"""A Tuesday, ten o'clock in Shanghai."""
ZONE = "Asia/Shanghai"
LIN = User(UserId("lin"), "林晓", "lin@example.com", Role.REP, "east", ZONE, {"slack": "ULIN", "wecom": "lin"})
ZHANG = User(UserId("zhang"), "张敏", "zhang@example.com", Role.MANAGER, "east", ZONE, {"wecom": "zhang"})
WEI = User(UserId("wei"), "魏岚", "wei@example.com", Role.REVIEWER, "east", ZONE, {"slack": "UWEI"})
ZHOU = User(UserId("zhou"), "周律", "zhou@example.com", Role.LEGAL, "east", ZONE, {"slack": "UZHOU"})
BO = User(UserId("bo"), "Bo", "bo@example.com", Role.REP, "east", ZONE, {"slack": "UBO", "wecom": "bo"})
ROOT = User(UserId("root"), "Root", "root@example.com", Role.ADMIN, "", ZONE, {"slack": "UROOT"})
PEOPLE = (LIN, ZHANG, WEI, ZHOU, BO, ROOT)
BODY = "李董好,陈总提过贵司新线,想请您看看我们的产线。"
GROUNDS = ("研发占比11.4%", "王经理:漏检太多", "陈总引荐过")


@dataclass
class LetterSkill:
    """Drafts a letter: to the chairman, or ("王经理") to somebody who buys; "报价" drafts a quote; "偷发" would send by itself.

    `body`: what the next letter says; `replaces`: the draft that it takes the place of; `given`: brought instead, whatever is said.
    """

    body: str = BODY
    replaces: DraftId | None = None
    given: Outcome | None = None
    contacts: dict[str, Record] = field(default_factory=dict)

    async def run(self, turn: Turn) -> Outcome:
        """What was asked for."""
        if self.given:
            return self.given
        if "偷发" in turn.text:
            return Answer("发了。", forward=self.body, letter=Letter("李董", "li@hailan.example", "林晓", LIN.email, "hi", self.body))
        if "报价" in turn.text:
            discount = 20 if "八折" in turn.text else 5
            quote = {"number": "Q-1", "account": self.contacts["account"].id, "account_name": "海蓝科技", "discount": discount,
                     "payment_days": 30, "amount": 100_000, "currency": "CNY"}  # fmt: skip
            return Draft("报价。", "quote", quote)
        who = self.contacts["buyer" if "王经理" in turn.text else "chairman"]
        letter: dict[str, object] = {
            "subject": "一点想法", "account": self.contacts["account"].id, "account_name": "海蓝科技", "contact": who.id,
            "contact_name": who.fields["name"], "addressee": "王经理" if "王经理" in turn.text else "李董",
            "address": who.fields["email"], "kind": "icebreaker", "channel": "mail" if "邮件" in turn.text else "forward",
            "body": self.body, "language": "zh", "written_date": "2026-07-14",
        }  # fmt: skip
        if "不知道是谁" in turn.text:
            letter |= {"contact": None, "contact_name": None, "addressee": "他们那位", "address": ""}
        evidence = {
            ("body" if not place else f"body.{place}"): Evidence(said, "brief", "", EvidenceKind.RECORD, 1.0, who.id, EVERYONE)
            for place, said in enumerate(GROUNDS)
        }
        return Draft(f"写好了:\n{self.body}", "letter", letter, evidence, replaces=self.replaces)


@dataclass
class GateStage:
    """What a scenario acts on and looks at. beside: more skills that people have; deeds: what buttons do."""

    clock: SetClock
    door: Door
    shown: dict[str, ShownChannel]
    skill: LetterSkill
    road: Gatehouse
    drafts: SqliteDrafts
    reviews: SqliteReviews
    records: SqliteRecords
    outbox: SqliteOutbox
    ledger: SqliteLedger
    inbox: SqliteInbox
    users: SqliteUsers
    delivery: Delivery
    house: House
    conversation: Conversation
    beside: list[Callable[[Speaker], ReadySkill]]
    deeds: dict[str, Deed]
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def origin(self, user: User, channel: str = "slack", *, group: bool = False) -> Origin:
        """Where somebody is."""
        sender = str(user.handles.get(channel, user.id))
        if group:
            return Origin(channel, OURS, sender, group_thread(channel, OURS, "C1"), "C1", group=True)
        return Origin(channel, OURS, sender, direct_thread(channel, OURS, sender))

    async def do(self, arrival: Arrival) -> str:
        """Send something in and wait for its end; what is told."""
        kept = await self.door.arrive(arrival)
        async with asyncio.timeout(20):
            while not await self.inbox.is_settled(kept.turn_id):  # noqa: ASYNC110 - looked at from outside
                await asyncio.sleep(0.001)
        story = await self.ledger.decision_of(kept.turn_id)
        await self.quiet()
        return (story.text or "") if story else ""

    async def say(self, user: User, text: str, channel: str = "slack", *, group: bool = False, key: str = "") -> str:
        """Somebody types something; what they are told."""
        key = key or f"k{next(self.numbers)}"
        return await self.do(Utterance(self.origin(user, channel, group=group), key, text, self.clock.now()))

    async def press(
        self, user: User, message: Message, label: str, channel: str = "", *, key: str = "", fields: Mapping[str, str] | None = None
    ) -> str:
        """Somebody presses a button by its label, or by its action; what they are told."""
        buttons = offered(message.outcome)
        place = next(number for number, one in enumerate(buttons) if label in {one.label, one.action})
        origin = self.origin(user, channel or message.origin.channel)
        tap = Tap(origin, key or f"k{next(self.numbers)}", message.id, place, self.clock.now(), tuple((fields or {}).items()))
        return await self.do(tap)

    async def quiet(self) -> None:
        """Return when everything that was queued has arrived."""
        async with asyncio.timeout(20):
            while True:
                self.delivery.wake()
                if not {MessageState.WAITING, MessageState.SENDING} & set(await self.outbox.counts()):
                    return
                await asyncio.sleep(0.001)

    def at(self, user: User, channel: str) -> list[Message]:
        """What lies in somebody's chat, oldest first; marks of settled cards among it."""
        sender = str(user.handles.get(channel, user.id))
        return [one for one in self.shown[channel].shown if one.origin.sender == sender]

    def last(self, user: User, channel: str, label: str = "") -> Message:
        """The newest message there, of those with such a button."""
        fit = [one for one in self.at(user, channel) if one.updates is None]
        return [one for one in fit if not label or label in {button.label for button in one.outcome.buttons}][-1]

    async def submitted(self, text: str = "给海蓝李董写封破冰信", channel: str = "slack") -> HeldReview:
        """Lin asks for a letter and sends it to be read; the review."""
        await self.say(LIN, text, channel)
        await self.press(LIN, self.last(LIN, channel, "送审"), "送审")
        return (await self.reviews.of_author(LIN.id))[0]

    async def held(self) -> HeldDraft:
        """Lin's newest draft that is open."""
        return (await self.drafts.open_of(LIN.id))[0]

    def forwarded(self) -> list[str]:
        """Every text that was handed to somebody to send on, whole."""
        return [one.outcome.forward for wall in self.shown.values() for one in wall.shown if one.outcome.forward and one.updates is None]

    def mailed(self) -> list[Letter]:
        """Every letter that left by mail."""
        return [one.outcome.letter for one in self.shown["mail"].shown if isinstance(one.outcome, Answer) and one.outcome.letter]

    async def letters(self) -> list[Record]:
        """Every letter that was saved."""
        return list((await self.records.page("letter")).items)


@asynccontextmanager
async def gate_stage(
    folder: Path, *, mail: bool = False, rules: ReviewRules | None = None, post: Channel | None = None
) -> AsyncIterator[GateStage]:
    """A house in `folder` with all of `PEOPLE`. mail: letters can leave by it; post: by this."""
    clock, ids, kept_rules = SetClock(MORNING), TimeIds(), rules or ReviewRules()
    async with AsyncExitStack() as stack:
        database = Database(folder / "tandem.db")
        stack.callback(database.close)
        migrate(database)
        SqliteQueries(database, SCHEMA)  # the tables by which rights are asked
        rights = PolicyGate(Permissions())
        inbox, ledger = SqliteInbox(database, clock, ids), SqliteLedger(database, clock, ids, rules=lambda: kept_rules)
        outbox, drafts = SqliteOutbox(database, clock, ids), SqliteDrafts(database, clock, ids, rights, rules=lambda: kept_rules)
        reviews = SqliteReviews(database, clock, ids, rights, rules=lambda: kept_rules)
        records = SqliteRecords(database, clock, ids, rights)
        users = SqliteUsers(database, clock, ids)
        await users.seed(PEOPLE)
        names = ("slack", "wecom", *(("mail",) if mail else ()))
        shown = {name: ShownChannel(name) for name in names}
        stores = Stores(
            reviews, drafts, SqliteLetters(database), records, users, inbox, ledger, outbox,
            SqliteReminders(database, clock, ids),
        )  # fmt: skip
        homes = dict.fromkeys(("slack", "wecom"), _home)
        drafting = Drafting(records, Permissions().scope, RuleReader(), clock)
        road = gatehouse(stores, lambda: kept_rules, calendar_of(kept_rules), drafting, WORDS, clock, homes, names)
        skill = LetterSkill(contacts=await _customer(records))
        capability = Capability("letters", {Lang.ZH: "写信", Lang.EN: "Letters."}, ("letters",), {}, "ready")
        ready = ReadySkill(capability, "hash", {}, "rep_confirms", WORDS, skill.run)
        belongings = SqliteBelongings(database, clock, ids, folder / "belongings", {"slack": FakeMedia()}, 1 << 20)
        speech = Speech(belongings, SqliteRecordings(database, clock, ids, belongings), WORDS)
        bus = HouseBus(SqliteEvents(database, clock, ids))
        beside: list[Callable[[Speaker], ReadySkill]] = []
        deeds: dict[str, Deed] = {TASK: road.tasks}
        conversation = Conversation(
            inbox, users, ledger, drafts, SqliteMemory(database, clock), OneChoice(Choice("letters", "letters")),
            lambda speaker: [ready, *(one(speaker) for one in beside)], WORDS, bus, clock, ids, ZONE,
            Chats(outbox, SqliteThreads(database, clock, ids), Receiving(belongings, ReadingLibrary(), WORDS, speech), WORDS, clock),
            reviewing=road.reviewing, releasing=road.releasing, deeds=deeds, reminding=road.reminding,
        )
        engine = Direct(Attempts(conversation.take_turn, conversation.give_up))
        lanes = Lanes(inbox, engine, clock, holder=ids.new())
        exits: dict[str, Channel] = {**shown, **{name: ConsoleChannel(name) for name in ("web", "api", "console")}}
        exits |= {"mail": post} if post else {}
        delivery = Delivery(outbox, exits, bus, Ways(noted=road.following.noted))
        for part in (bus, lanes, delivery):
            await part.start()
            stack.push_async_callback(part.close)
        stack.push_async_callback(engine.close)
        door = Door(inbox, outbox, WORDS, 200, lanes.wake)
        house = House(door, inbox, ledger, drafts, users, ReadingLibrary(), bus, clock, ids, ZONE, reviews)
        yield GateStage(
            clock, door, shown, skill, road, drafts, reviews, records, outbox, ledger, inbox, users, delivery, house, conversation,
            beside, deeds,
        )  # fmt: skip


async def _customer(records: SqliteRecords) -> dict[str, Record]:
    cause = Cause("system")
    account = await records.put("account", {"name": "海蓝科技", "owner": LIN.id, "team": "east"}, cause=cause)
    mine = {"account": account.id, "account_name": "海蓝科技"}
    chairman = {**mine, "name": "李建国", "title": "董事长", "executive": True, "email": "li@hailan.example"}
    buyer = {**mine, "name": "王磊", "title": "采购专员", "executive": False, "email": "wang@hailan.example"}
    return {
        "account": account, "chairman": await records.put("contact", chairman, cause=cause),
        "buyer": await records.put("contact", buyer, cause=cause),
    }  # fmt: skip


async def _home() -> str:
    return OURS
