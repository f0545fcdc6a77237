"""Decisions as admins search them: each under the terms that it can be found by. Knows tables; knows no right and no page.

`decision_terms` is derived: triggers keep it, so whoever writes a decision, a use or a review need not know of it. Its key is the order
of a search, so a page costs a probe for each line that it shows or passes over. Terms are ids and names of ours, never a text, so there
is nothing in it to erase.

Some decisions have no terms, and so are not there for whoever searches: complaints, what was pressed on them, and what was asked back
before it was known that they are complaints, for somebody may have told one unnamed; and stories of other decisions, which would tell
again what was erased.
"""

import re

import sqlite_utils

from bot.domain.decision import MessageState
from bot.domain.ids import DecisionId, RecordId, UserId
from bot.domain.records import Page
from bot.domain.sought import Became, FoundDecision, Sending, Sought
from bot.domain.talk import Memories, Topic
from bot.ports import Clock, Ids
from bot.store.audit import append_audit
from bot.store.codec import Row, load, made_from_json, moment, stamp
from bot.store.content import Shelf, body_of
from bot.store.database import Database
from bot.store.rows import every, one

PLACE = re.compile(r"(?P<at>[0-9T:.+-]{1,40})~(?P<seq>[0-9]{1,18})")
"""Where a page ended: the moment of its last decision, and its number."""
BEGINNING, END, LAST = "", "9999", 2**62
"""Before and after every moment as rows hold it; after every number."""

IS_COMPLAINT = (
    "(json_extract({row}.made, '$.skill') = 'complaint' OR (json_extract({row}.made, '$.skill') = 'house'"
    " AND json_extract({row}.made, '$.intent') = 'deed.complaint'))"
)
UNTOLD = f"""(
    {IS_COMPLAINT.format(row="d")}
    OR (json_extract(d.made, '$.skill') = 'house' AND json_extract(d.made, '$.intent') = 'why')
    OR EXISTS (
        SELECT 1 FROM inbox JOIN outbox ON outbox.id = inbox.message_id JOIN decisions AS pressed ON pressed.id = outbox.decision_id
        WHERE inbox.id = d.turn_id AND {IS_COMPLAINT.format(row="pressed")})
    OR EXISTS (
        SELECT 1 FROM outbox JOIN inbox ON inbox.message_id = outbox.id JOIN decisions AS came ON came.turn_id = inbox.id
        WHERE outbox.turn_id = d.turn_id AND outbox.decision_id = d.id AND {IS_COMPLAINT.format(row="came")})
    OR (json_extract(d.made, '$.intent') = 'unsure' AND EXISTS (
        SELECT 1 FROM decisions AS came WHERE {IS_COMPLAINT.format(row="came")} AND came.seq = (
            SELECT min(later.seq) FROM decisions AS later WHERE later.user_id = d.user_id AND later.talk = d.talk AND later.seq > d.seq)))
)"""  # noqa: S608 - constants
ACCOUNT_OF = "CASE records.entity WHEN 'account' THEN records.id ELSE json_extract(records.body, '$.account') END"
ARMS = (
    "'all' {from_}",
    "'person:' || d.user_id {from_} AND d.user_id IS NOT NULL",
    "'skill:' || json_extract(d.made, '$.skill') {from_}",
    "'lang:' || json_extract(d.made, '$.lang') {from_}",
    "'became:fell_back' {from_} AND (json_extract(d.made, '$.fell_back') <> '' OR json_extract(d.made, '$.chooser.fell_back') <> '')",
    "'became:gave_up' {from_} AND json_extract(d.made, '$.skill') = 'house' AND json_extract(d.made, '$.intent') = 'gave_up'",
    "'became:' || uses.use {from_joined} JOIN uses ON uses.decision_id = d.id {where} AND uses.use IN ('used', 'edited', 'ignored')",
    "'became:rejected' {from_joined} JOIN reviews ON reviews.draft_id = d.draft_id {where} AND reviews.state = 'rejected'",
    f"""'account:' || {ACCOUNT_OF} {{from_joined}} JOIN json_each(d.evidence) AS ground
        JOIN records ON records.id = json_extract(ground.value, '$.ref') {{where}} AND {ACCOUNT_OF} IS NOT NULL""",
    f"""'account:' || {ACCOUNT_OF} {{from_joined}} JOIN drafts ON drafts.id = d.draft_id JOIN records ON records.id = drafts.record_id
        {{where}} AND {ACCOUNT_OF} IS NOT NULL""",
    """'account:' || records.id {from_joined} JOIN draft_revisions ON draft_revisions.draft_id = d.draft_id
        JOIN content ON content.id = draft_revisions.fields_id
        JOIN records ON records.id = json_extract(content.body, '$.account') AND records.entity = 'account' {where}""",
)
"""What a decision is found by, a SELECT each."""
FITS = "INSERT OR IGNORE INTO decision_terms (term, at, seq) SELECT term, at, seq FROM decision_terms_now"
OF_DRAFT = "SELECT seq FROM decisions WHERE draft_id = {draft}"
KEPT_BY = {
    "terms_decided": f"AFTER INSERT ON decisions BEGIN {FITS} WHERE seq = NEW.seq; END",
    "terms_complained": f"""AFTER INSERT ON decisions WHEN {IS_COMPLAINT.format(row="NEW")} BEGIN DELETE FROM decision_terms WHERE seq IN (
        SELECT d.seq FROM decisions AS d JOIN outbox ON outbox.decision_id = d.id JOIN inbox ON inbox.message_id = outbox.id
        WHERE inbox.id = NEW.turn_id AND outbox.turn_id = d.turn_id UNION ALL
        SELECT d.seq FROM decisions AS d WHERE json_extract(d.made, '$.intent') = 'unsure' AND d.seq = (
            SELECT max(earlier.seq) FROM decisions AS earlier
            WHERE earlier.user_id = NEW.user_id AND earlier.talk = NEW.talk AND earlier.seq < NEW.seq)); END""",  # noqa: S608 - constants
    "terms_used": f"AFTER INSERT ON uses BEGIN {FITS} WHERE seq = (SELECT seq FROM decisions WHERE id = NEW.decision_id); END",  # noqa: S608
    "terms_drafted": f"AFTER INSERT ON draft_revisions BEGIN {FITS} WHERE seq IN ({OF_DRAFT.format(draft='NEW.draft_id')}); END",
    "terms_reviewed": (
        f"AFTER UPDATE OF state ON reviews WHEN NEW.state = 'rejected' BEGIN {FITS}"
        f" WHERE seq IN ({OF_DRAFT.format(draft='NEW.draft_id')}); END"
    ),
}  # fmt: skip

FOUND = """
    SELECT seq, at FROM decision_terms AS found
    WHERE term = :term_0 AND at >= :since AND at < :until AND at <= :at AND (at < :at OR seq < :seq){others}
    ORDER BY at DESC, seq DESC LIMIT :limit"""
ALSO = "\n    AND EXISTS (SELECT 1 FROM decision_terms WHERE term = :term_{number} AND at = found.at AND seq = found.seq)"
BECAME = "SELECT substr(term, 8) AS became FROM decision_terms WHERE seq = :seq AND term >= 'became:' AND term < 'became;' ORDER BY term"
SENT = """
    SELECT channel, state, attempt, why, created_at, changed_at FROM outbox
    WHERE turn_id = :turn_id OR draft_id = :draft_id ORDER BY seq LIMIT 100"""
BEFORE = """
    SELECT earlier.made, earlier.query_id, earlier.seq FROM decisions AS d
    JOIN decisions AS earlier ON earlier.user_id = d.user_id AND earlier.talk = d.talk AND earlier.seq < d.seq
    WHERE d.id = :id AND json_extract(earlier.made, '$.skill') <> 'house' ORDER BY earlier.seq DESC LIMIT 1"""
ABOUT = "SELECT substr(term, 9) AS id FROM decision_terms WHERE seq = :seq AND term >= 'account:' AND term < 'account;' LIMIT 2"


def decision_terms(database: sqlite_utils.Database) -> None:
    """A step of the migrations. at, seq: of the decision. What stands in `decision_terms_now` is what should stand in the table."""
    database.execute("CREATE INDEX inbox_pressed ON inbox (message_id) WHERE message_id IS NOT NULL")
    database.execute("CREATE INDEX decisions_draft ON decisions (draft_id) WHERE draft_id IS NOT NULL")
    database.execute("CREATE INDEX outbox_decision ON outbox (decision_id) WHERE decision_id IS NOT NULL")
    database.execute("CREATE TABLE decision_terms (term TEXT, at TEXT, seq INTEGER, PRIMARY KEY (term, at, seq)) WITHOUT ROWID, STRICT")
    database.execute("CREATE INDEX decision_terms_seq ON decision_terms (seq, term)")
    all_of_them, told = "AS term FROM decisions AS d", f"WHERE NOT {UNTOLD}"
    filled = (arm.format(from_=f"{all_of_them} {told}", from_joined=all_of_them, where=told) for arm in ARMS)
    arms = " UNION ALL ".join(f"SELECT d.seq, d.at, {arm}" for arm in filled)
    database.execute(f"CREATE VIEW decision_terms_now AS {arms}")
    database.execute(FITS)
    for name, keeps in KEPT_BY.items():
        database.execute(f"CREATE TRIGGER {name} {keeps}")


class SqliteDecided:
    """What the room of decisions asks of the store."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def find(self, sought: Sought, *, after: str = "", limit: int = 30) -> Page[FoundDecision]:
        """Decisions, newest first. after: of the page before; anything else begins anew."""
        return await self._database.read(lambda database: _page(database, sought, after, limit))

    async def is_told(self, decision_id: DecisionId) -> bool:
        """Whether it can be found at all."""
        statement = "SELECT 1 FROM decision_terms WHERE term = 'all' AND seq = (SELECT seq FROM decisions WHERE id = :id)"
        return await self._database.read(lambda database: one(database, statement, {"id": decision_id}) is not None)

    async def skills(self) -> tuple[str, ...]:
        """The skills that have decided anything, by name."""
        return await self._database.read(_skills)

    async def sendings(self, turn_id: str, draft_id: str | None) -> tuple[Sending, ...]:
        """What went out of a decision and its draft, in order, the first hundred."""
        values = {"turn_id": turn_id, "draft_id": draft_id}
        return tuple(_sending(row) for row in await self._database.read(lambda database: every(database, SENT, values)))

    async def before(self, decision_id: DecisionId) -> Memories:
        """What had last been talked about in the talk of a decision: its topic, and the account where there was only one."""
        return await self._database.read(lambda database: _before(database, decision_id))

    async def note(self, kind: str, by: UserId, about: dict[str, object]) -> None:
        """Note in the audit that an admin looked."""
        await self._database.write(lambda database: append_audit(Shelf(database, self._ids, self._clock.now()), kind, by, about))


def _terms(sought: Sought) -> list[str]:
    """The rarest first, as a rule."""
    asked = (
        ("account", sought.account), ("person", sought.person), ("became", sought.became), ("skill", sought.skill), ("lang", sought.lang),
    )  # fmt: skip
    return [f"{name}:{value}" for name, value in asked if value] or ["all"]


def _page(database: sqlite_utils.Database, sought: Sought, after: str, limit: int) -> Page[FoundDecision]:
    terms, place = _terms(sought), PLACE.fullmatch(after)
    values: Row = {
        **{f"term_{number}": term for number, term in enumerate(terms)},
        "since": stamp(sought.since) if sought.since else BEGINNING, "until": stamp(sought.until) if sought.until else END,
        "at": place["at"] if place else END, "seq": int(place["seq"]) if place else LAST, "limit": limit + 1,
    }  # fmt: skip
    others = "".join(ALSO.format(number=number) for number in range(1, len(terms)))
    rows = every(database, FOUND.format(others=others), values)
    items = tuple(_line(database, row["seq"]) for row in rows[:limit])
    return Page(items, "{at}~{seq}".format(**rows[limit - 1]) if len(rows) > limit else None)


def _line(database: sqlite_utils.Database, seq: int) -> FoundDecision:
    [row] = every(database, "SELECT id, at, user_id, said_id, made FROM decisions WHERE seq = :seq", {"seq": seq})
    became = tuple(Became(one["became"]) for one in every(database, BECAME, {"seq": seq}))
    user_id = UserId(row["user_id"]) if row["user_id"] else None
    made = made_from_json(row["made"], None)
    return FoundDecision(DecisionId(row["id"]), moment(row["at"]), user_id, body_of(database, row["said_id"]), made, became)


def _sending(row: Row) -> Sending:
    queued_at, changed_at = moment(row["created_at"]), moment(row["changed_at"])
    return Sending(row["channel"], MessageState(row["state"]), row["attempt"], row["why"], queued_at, changed_at)


def _skills(database: sqlite_utils.Database) -> tuple[str, ...]:
    """One probe for each, however many decisions there are."""
    found: list[str] = []
    term = "skill:"
    while row := one(database, "SELECT min(term) AS term FROM decision_terms WHERE term > :term AND term < 'skill;'", {"term": term}):
        if row["term"] is None:
            break
        term = row["term"]
        found.append(term.removeprefix("skill:"))
    return tuple(found)


def _before(database: sqlite_utils.Database, decision_id: DecisionId) -> Memories:
    row = one(database, BEFORE, {"id": decision_id})
    if row is None:
        return Memories()
    made, query = load(row["made"]), body_of(database, row["query_id"])
    about = [found["id"] for found in every(database, ABOUT, {"seq": row["seq"]})]
    topic = Topic(made["skill"], made["intent"], load(query) if query is not None else None)
    return Memories(topic, {"account": RecordId(about[0])} if len(about) == 1 else {})
