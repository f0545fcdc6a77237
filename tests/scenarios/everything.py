"""A home in which Li has one of everything that a page can show, made of whatever words a test brings. Looks at no page."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.contracts import Paper, Paragraph
from bot.domain.decision import Made, Settlement, Verdict
from bot.domain.digest import Digest, DigestKind, Line, Section
from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.hearing import Heard, Mended, Segment, Transcript
from bot.domain.ids import DecisionId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Button, Draft, Enclosed
from bot.domain.people import EVERYONE, Role, User
from bot.domain.records import Cause, Import, Retention
from bot.domain.schema import Entity, Field, Kind
from bot.domain.talk import File, Lang, Media, Origin, Utterance, Voice
from bot.home import Home
from bot.store.belongings import SqliteBelongings
from bot.store.outbox import SqliteOutbox
from bot.store.papers import SqlitePapers
from bot.store.recordings import SqliteRecordings
from bot.store.threads import SqliteThreads
from bot.turns.know import WEB
from tests.browser.reviewed_home import LI, ZONE, Pile
from tests.browser.test_recording import tone
from tests.fakes.media import FakeMedia
from tests.planted import OWN, value_of

Words = Callable[[str], str]
"""What stands in a place, by the name of the place."""

MATE = User(UserId("mate"), "Mate", "mate@example.com", Role.REP, "east", ZONE)
STAFF = tuple(
    User(UserId(str(role)), str(role).title(), f"{role}@example.com", role, "office", ZONE)
    for role in Role if role not in {Role.REP, Role.MANAGER, Role.REVIEWER}
)  # fmt: skip
"""Somebody of each role that the reviewed home lacks."""
THREAD = ThreadId("web:1")
ACCOUNT, CONTACT = RecordId("account-own"), RecordId("contact-own")
BOOK = "book"
"""What the names of places in records begin with: others may see them as the permissions say; what was said in a talk, nobody may."""
MADE = Made("query_crm", "query_crm", Lang.EN, "builtin", "c0de", {"query_crm/fill": "v1"}, "ai_autonomous", {"total": 1.0})
CLAUSES = ("# Supply contract", "Buyer: Acme Ltd", "Seller: Hengyu Ltd", "Payment within {days} days. {words}")
OWN_TEXTS = {"team": "east", "email": "chair@example.com", "language": "zh", "month": "2026-06", "time": "每周一 08:30", "assigns_team": ""}
"""Texts that something else has to be able to read."""


@dataclass(frozen=True)
class Things:
    """What there is of Li's. ids: by the names that routes give them."""

    ids: Mapping[str, str]


async def everything(stores: Pile, words: Words) -> Things:
    """Plant it all."""
    odd = User(UserId("odd"), words(f"{BOOK}username"), "odd@example.com", Role.REP, words(f"{BOOK}team"), ZONE)
    await stores.users.seed([MATE, *STAFF, odd])
    await stores.records.put_many(book(words), cause=Cause("system"))
    review = await stores.submitted(letter(words))
    turn, decision = await answered(stores, words)
    draft = await stores.drafted(opportunity(words))
    old, new = [await paper(stores, words, days) for days in (30, 90)]
    await stores.database.write(lambda database: database.execute("UPDATE inbox SET state = 'settled', settled_at = kept_at"))
    return Things({
        "thread": THREAD, "turn": turn, "decision": decision, "draft": draft.id, "review": review.id, "voice": await spoken(stores, words),
        "old": old, "new": new, "message": await told(stores, words), "account": ACCOUNT, "user": LI.id,
    })  # fmt: skip


def book(words: Words) -> list[Import]:
    """A record of each entity, owned by Li: each of its texts is a test's."""
    return [
        Import(_id(one.name), one.name, {each.name: _value(one, each, words) for each in one.fields})
        for one in SCHEMA.entities if one.name != "user"
    ]  # fmt: skip


def _value(entity: Entity, one: Field, words: Words) -> object:
    match one.kind:
        case Kind.TEXT if one.name == "owner_name":
            return LI.name
        case Kind.TEXT:
            return OWN_TEXTS.get(one.name) or words(BOOK + entity.name + one.name)
        case Kind.REFERENCE:
            return LI.id if one.to == "user" else _id(one.to)
        case _:
            return value_of(entity, one, OWN)


def _id(entity: str) -> RecordId:
    return RecordId(f"{entity}-own")


def letter(words: Words) -> Draft:
    """One to somebody high up, which waits to be reviewed."""
    fields = {
        "subject": words("lettertitle"), "body": words("letterbody"), "account": ACCOUNT, "account_name": words("letteraccount"),
        "contact": CONTACT, "contact_name": words("lettercontact"), "addressee": words("letteraddressee"), "kind": "icebreaker",
        "channel": "forward", "language": "zh", "written_date": "2026-07-14",
    }  # fmt: skip
    return Draft(words("lettertext"), "letter", fields, {"body": ground(words, "letter")})


def opportunity(words: Words) -> Draft:
    """One that nobody pressed yet."""
    fields = {
        "name": words("draftname"), "account": ACCOUNT, "account_name": words("draftaccount"), "next_step": words("draftstep"),
        "competitor": words("draftrival"),
    }  # fmt: skip
    return Draft(words("drafttext"), "opportunity", fields, {"name": ground(words, "draft")})


def ground(words: Words, of: str, kind: EvidenceKind = EvidenceKind.RECORD) -> Evidence:
    """What something stands on."""
    return Evidence(words(f"{of}quote"), words(f"{of}source"), words(f"{of}place"), kind, 0.9, "touchpoint-own", EVERYONE)


async def answered(stores: Pile, words: Words) -> tuple[TurnId, DecisionId]:
    """An answer with grounds, a chart, a file, a digest and an opinion on it."""
    bars = (Series(words("series"), (1, 2)),)
    chart = Chart(ChartKind.BARS, words("charttitle"), (words("chartlabel"), "b"), bars, note=words("chartnote"))
    digest = Digest(
        DigestKind.WEEKLY, words("digesttitle"), date(2026, 8, 10), date(2026, 8, 16),
        (Section(words("digestsection"), (Line(words("digestline"), words("digestwhy"), (), (0,)),), chart),),
    )  # fmt: skip
    answer = Answer(
        words("answer"), (ground(words, "answer"), ground(words, "paper", EvidenceKind.DOCUMENT)),
        (Button(words("button"), "say", words("buttontext")),), about=(ACCOUNT,), chart=chart, digest=digest, forward=words("forward"),
        enclosed=Enclosed(words("filename") + ".txt", base64.b64encode(words("filebody").encode()).decode()),
    )  # fmt: skip
    origin, now = Origin(WEB, "", LI.id, THREAD), stores.clock.now()
    said = Utterance(origin, f"said-{next(stores.keys)}", words("question"), now)
    kept, decision = await stores.inbox.keep(said, backlog=1000), DecisionId(stores.ids.new())
    await stores.ledger.settle(Settlement(kept.turn_id, decision, origin, LI.id, said.text, answer, MADE, now))
    await SqliteThreads(stores.database, stores.clock, stores.ids).judge(decision, LI.id, Verdict.DOWN, words("opinion"))
    return kept.turn_id, decision


async def spoken(stores: Pile, words: Words) -> TurnId:
    """A voice message that was heard and answered."""
    origin, now, media = Origin(WEB, "", LI.id, ThreadId("web:voice")), stores.clock.now(), Media("voice", "v.wav", "audio/wav", 5, "tone")
    kept = await stores.inbox.keep(Voice(origin, f"voice-{next(stores.keys)}", now, media), backlog=1000)
    home = Home(stores.home.folder / "home")
    tones = FakeMedia({"tone": tone()})
    belongings = SqliteBelongings(stores.database, stores.clock, stores.ids, home.belongings, {WEB: tones}, 1 << 20)
    await belongings.fetch(kept.turn_id, WEB, LI.id, media, Retention.AUDIO)
    heard = words("heard")
    transcript = Transcript(Heard((Segment(0.0, 3.0, heard, 0.4),), "en", 0.98, 9.0, "whisper-base"), Mended(heard, ()))
    await SqliteRecordings(stores.database, stores.clock, stores.ids, belongings).keep(kept.turn_id, LI.id, transcript)
    await stores.ledger.settle(
        Settlement(kept.turn_id, DecisionId(stores.ids.new()), origin, LI.id, heard, Answer(words("voiceanswer")), MADE, now)
    )
    return kept.turn_id


async def paper(stores: Pile, words: Words, days: int) -> TurnId:
    """A contract that Li sent and Tandem read."""
    now, name = stores.clock.now(), words("papername") + ".docx"
    media = Media("file", name, "", 5, name)
    file = File(Origin(WEB, "", LI.id, ThreadId("web:contract")), f"paper-{next(stores.keys)}", now, media)
    kept = await stores.inbox.keep(file, backlog=1000)
    lines = tuple(Paragraph(one.format(days=days, words=words("clause"))) for one in CLAUSES)
    await SqlitePapers(stores.database, stores.clock, stores.ids).keep(kept.turn_id, LI.id, Paper(lines, name))
    return kept.turn_id


async def told(stores: Pile, words: Words) -> str:
    """Something that the house said of its own accord, with a button."""
    answer = Answer(words("word"), buttons=(Button(words("wordbutton"), "deed:none"),))
    outbox = SqliteOutbox(stores.database, stores.clock, stores.ids)
    await outbox.say(Origin(WEB, "", LI.id, THREAD), answer, key="told", lang=Lang.EN)
    [row] = await stores.database.read(lambda database: list(database.query("SELECT id FROM outbox WHERE key = 'house:told'")))
    return str(row["id"])
