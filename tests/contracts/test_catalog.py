"""What the store must hold for admins of the library: lists by pages, uses, who may see what from now on, contradictions, gaps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlite_utils

from bot.domain.catalog import Holds, Shown
from bot.domain.decision import Made, Settlement
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, DecisionId, DocumentId, ThreadId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import EVERYONE
from bot.domain.talk import Lang, Origin, Utterance
from bot.errors import NotAllowed, Stale
from bot.senses import TimeIds
from bot.store.catalog import PAST, SqliteCatalog
from bot.store.claims import SqliteClaims
from bot.store.codec import Row
from bot.store.database import Database
from bot.store.gaps import Seen, SqliteGaps
from bot.store.inbox import SqliteInbox
from bot.store.ledger import SqliteLedger
from bot.store.library import SqliteLibrary
from bot.store.rows import change, every
from knowledge.claims import claims, contradict
from knowledge.proving import Proving
from knowledge.terms import query_terms
from tests.fakes.senses import SetClock
from tests.libraries import embed_all, manuscript

TODAY = date(2026, 3, 2)
BOSSES = Audience("role:manager")
REP = frozenset({EVERYONE})
ROOT, LIN = UserId("root"), UserId("lin")


@dataclass
class Shelved:
    """The stores of one file."""

    database: Database

    def __post_init__(self) -> None:
        """Over one clock."""
        self.clock, ids = SetClock(), TimeIds()
        self.library = SqliteLibrary(self.database, self.clock, ids)
        self.catalog = SqliteCatalog(self.database, self.clock, "letters")
        self.claims = SqliteClaims(self.database, self.clock, ids)
        self.gaps = SqliteGaps(self.database, self.clock)
        self.inbox = SqliteInbox(self.database, self.clock, ids)
        self.ledger = SqliteLedger(self.database, self.clock, ids)
        self.asked = 0

    async def id_of(self, title: str) -> DocumentId:
        """Of the only document of that title."""
        [found] = [one.id for one in (await self.catalog.list(TODAY, words=title)).items if one.title == title]
        return found

    async def answered(self, said: str, document: DocumentId | None = None, skill: str = "answer_knowledge") -> DecisionId:
        """Somebody asks; the answer stands on the first passage of a document, or on nothing."""
        self.asked += 1
        origin = Origin("console", "home", "lin", ThreadId("t"))
        kept = await self.inbox.keep(Utterance(origin, f"k{self.asked}", said, self.clock.now()), backlog=99)
        grounds: tuple[Evidence, ...] = ()
        if document:
            [first] = await self.catalog.passages(document, 0, 1)
            grounds = (Evidence(first.text, "x", "", EvidenceKind.DOCUMENT, 0.9, first.id, EVERYONE),)
        decision = DecisionId(f"d{self.asked}")
        made = Made(skill, skill, Lang.EN, "builtin", "c", {}, "ai_autonomous", {"total": 1.0})
        answer = Answer("There.", grounds, found=bool(grounds))
        await self.ledger.settle(Settlement(kept.turn_id, decision, origin, LIN, said, answer, made, self.clock.now()))
        return decision


@pytest.fixture
def shelved(tmp_path: Path, empty_file: Path) -> Iterator[Shelved]:
    """Without documents."""
    path = tmp_path / "tandem.db"
    path.write_bytes(empty_file.read_bytes())
    database = Database(path)
    yield Shelved(database)
    database.close()


async def test_list_comes_in_pages_newest_first_and_is_searched(shelved: Shelved) -> None:
    """By part of a title or of a file's name, by audience, by what is wrong."""
    for number in range(5):
        await shelved.library.keep(manuscript(f"/docs/paper-{number}.md", "text", title=f"Paper {number}"))
    await shelved.library.keep(replace(manuscript("/docs/old.md", "text", audience=BOSSES), valid_until=TODAY - timedelta(days=1)))
    first = await shelved.catalog.list(TODAY, limit=4)
    second = await shelved.catalog.list(TODAY, after=first.after or "", limit=4)

    assert (["old", "Paper 4", "Paper 3", "Paper 2"], ["Paper 1", "Paper 0"], None) == (
        [one.title for one in first.items], [one.title for one in second.items], second.after,
    )  # fmt: skip
    assert ["Paper 3"] == [one.title for one in (await shelved.catalog.list(TODAY, words="PAPER-3")).items]
    assert ["old"] == [one.title for one in (await shelved.catalog.list(TODAY, audience=BOSSES)).items]
    assert ["old"] == [one.title for one in (await shelved.catalog.list(TODAY, Shown.STALE)).items]
    assert {"documents": 6, "stale": 1, "unread": 0} == await shelved.catalog.counts(TODAY)


async def test_superseded_document_is_stale_and_half_embedded_one_is_learning(shelved: Shelved) -> None:
    """Each is told by what replaced it, and by how far it is."""
    await shelved.library.keep(manuscript("/docs/a.md", "one", "two", title="Old"))
    await embed_all(shelved.library)
    await shelved.library.keep(manuscript("/docs/b.md", "three", title="New", supersedes="Old"))

    [old], [new] = [(await shelved.catalog.list(TODAY, shown)).items for shown in (Shown.STALE, Shown.LEARNING)]
    assert ("New", 2, 2, 0, 1) == (old.superseded_by, old.passages, old.embedded, new.embedded, new.passages)


async def test_uses_outlive_reading_a_document_again(shelved: Shelved) -> None:
    """An answer that stood on it is counted, and told by what was asked; one that found nothing is not."""
    await shelved.library.keep(manuscript("/docs/a.md", "old words", title="Policy"))
    policy = await shelved.id_of("Policy")
    await shelved.answered("how much?", policy)
    await shelved.answered("how long?")
    await shelved.library.keep(manuscript("/docs/a.md", "new words", title="Policy", digest="d2"))

    now = await shelved.catalog.document(policy, TODAY)
    assert now is not None
    assert (1, shelved.clock.now()) == (now.answers, now.used_at)
    assert ["how much?"] == [one.said for one in await shelved.catalog.grounded(policy, 5)]
    assert [] == list((await shelved.catalog.list(TODAY, Shown.UNUSED)).items)


async def test_uses_stand_as_they_would_be_made_anew(shelved: Shelved) -> None:
    """What is filled in for a home of before is what the trigger keeps: answers alone, each document once."""
    for title in ("One", "Two"):
        await shelved.library.keep(manuscript(f"/docs/{title}.md", "words", title=title))
        await shelved.answered(f"about {title}", await shelved.id_of(title))
    await shelved.answered("about nothing")

    def anew(database: sqlite_utils.Database) -> list[list[Row]]:
        kept = every(database, "SELECT * FROM document_uses")
        change(database, "DELETE FROM document_uses", {})
        database.execute(PAST)
        return [kept, every(database, "SELECT * FROM document_uses")]

    kept, made = await shelved.database.write(anew)
    assert (2, kept) == (len(kept), made)


async def test_changed_audience_holds_when_the_file_is_read_again(shelved: Shelved) -> None:
    """From the same moment on its words are found by other people; whoever asks for another audience later has the last word."""

    async def found(audience: Audience) -> list[str]:
        ids = await shelved.library.matching(query_terms("discount"), frozenset({audience}), 10)
        return [one.text for one in await shelved.library.passages(ids, frozenset({audience}))]

    await shelved.library.keep(manuscript("/docs/a.md", "discount 10 %", "nothing"))
    paper = await shelved.id_of("a")
    seen = [(await found(EVERYONE), await found(BOSSES))]
    await shelved.catalog.change_audience(paper, BOSSES, ROOT)
    seen.append((await found(EVERYONE), await found(BOSSES)))
    await shelved.library.keep(manuscript("/docs/a.md", "discount 12 %", digest="d2"))
    seen.append((await found(EVERYONE), await found(BOSSES)))
    await shelved.library.keep(replace(manuscript("/docs/a.md", "discount 12 %", digest="d2"), asked_audience="all"))
    seen.append((await found(EVERYONE), await found(BOSSES)))

    ten, twelve = ["discount 10 %"], ["discount 12 %"]
    assert [(ten, []), ([], ten), ([], twelve), (twelve, [])] == seen


async def test_what_came_in_a_file_goes_where_the_file_goes(shelved: Shelved) -> None:
    """An attachment is moved and removed with its letter; a neighbour of a like name is not."""
    for path in ("/docs/a.eml", "/docs/a.eml/offer.pdf", "/docs/a.eml2"):
        await shelved.library.keep(manuscript(path, "words", title=path))
    letter = await shelved.id_of("/docs/a.eml")
    await shelved.catalog.change_audience(letter, BOSSES, ROOT)
    moved = {one.path: one.audience for one in (await shelved.catalog.list(TODAY)).items}
    where = await shelved.catalog.remove(letter, ROOT)

    assert {"/docs/a.eml": BOSSES, "/docs/a.eml/offer.pdf": BOSSES, "/docs/a.eml2": EVERYONE} == moved
    assert (Path("/docs/a.eml"), ["/docs/a.eml2"]) == (where, [one.path for one in (await shelved.catalog.list(TODAY)).items])
    with pytest.raises(NotAllowed):
        await shelved.catalog.remove(letter, ROOT)


async def test_refused_file_is_remembered_until_it_is_taken_in_or_put_away(shelved: Shelved) -> None:
    """With the reason, in which nothing is lost."""
    for name in ("a.pdf", "b.pdf"):
        await shelved.library.refuse(Path(f"/docs/{name}"), name, "scan", {"pages": 3}, BOSSES, waiting=True)
    seen = [(one.source, one.reason, dict(one.facts), one.waiting, one.audience) for one in await shelved.catalog.unread(10)]
    await shelved.library.keep(manuscript("/docs/a.pdf", "read at last"))
    await shelved.catalog.forget_unread("/docs/b.pdf", ROOT)

    assert [("a.pdf", "scan", {"pages": "3"}, True, BOSSES), ("b.pdf", "scan", {"pages": "3"}, True, BOSSES)] == sorted(seen)
    assert [] == list(await shelved.catalog.unread(10))


async def test_passages_are_shown_as_search_has_them(shelved: Shelved) -> None:
    """With their terms, and whether they can be found by meaning."""
    await shelved.library.keep(manuscript("/docs/a.md", "Net 30 days.", "Second.", title="Terms"))
    await embed_all(shelved.library)

    [second] = await shelved.catalog.passages(await shelved.id_of("Terms"), 1, 10)
    assert ("Second.", "line 2", True, True) == (second.text, second.locator, "second" in second.terms, second.embedded)


async def two_policies(shelved: Shelved) -> None:
    """Two current papers that say the same with another figure, and a contract that nobody holds against them."""
    await shelved.library.keep(manuscript("/docs/policy.md", "续约总折扣最高12%。别的照旧。", title="价格政策"))
    await shelved.library.keep(manuscript("/docs/guide.md", "续约折扣不超过10%。", title="销售手册"))
    await shelved.library.keep(manuscript("/docs/合同/a.md", "续约折扣不超过8%。", title="海蓝合同"))
    await Proving(shelved.claims).all()


async def test_contradiction_is_found_once_and_settled_by_a_press(shelved: Shelved) -> None:
    """What does not hold is quoted no more, and is again when that is taken back; the document itself stays as it is."""
    await two_policies(shelved)
    [pair] = (await shelved.claims.open(TODAY)).items
    policy = await shelved.id_of("价格政策")

    async def quoted() -> str:
        [one] = await shelved.library.passages([(await shelved.catalog.passages(policy, 0, 1))[0].id], REP)
        return one.text

    texts = [await quoted()]
    holds = Holds.LEFT if pair.left.title == "销售手册" else Holds.RIGHT
    await shelved.claims.settle(pair.id, holds, ROOT, TODAY)
    texts.append(await quoted())
    [done] = await shelved.claims.settled(10)
    left = await shelved.claims.count(TODAY, 10)
    [as_kept] = await shelved.catalog.passages(policy, 0, 1)
    await shelved.claims.unsettle(done.id, ROOT)
    texts.append(await quoted())

    whole = "续约总折扣最高12%。别的照旧。"
    assert [whole, "别的照旧。", whole] == texts
    assert (0, whole, ("续约总折扣最高12%。",), ROOT) == (left, as_kept.text, as_kept.struck, done.by)
    with pytest.raises(Stale):
        await shelved.claims.unsettle(done.id, ROOT)


async def test_decision_outlives_reading_a_document_again(shelved: Shelved) -> None:
    """A statement that stands there word for word is still decided about; a new one is not."""
    await two_policies(shelved)
    [pair] = (await shelved.claims.open(TODAY)).items
    await shelved.claims.settle(pair.id, Holds.BOTH, ROOT, TODAY)
    await shelved.library.keep(manuscript("/docs/policy.md", "续约总折扣最高12%。", title="价格政策", digest="d2"))
    await Proving(shelved.claims).all()
    counts = [await shelved.claims.count(TODAY, 10)]
    await shelved.library.keep(manuscript("/docs/policy.md", "续约总折扣最高15%。", title="价格政策", digest="d3"))
    await Proving(shelved.claims).all()
    counts.append(await shelved.claims.count(TODAY, 10))

    assert [0, 1] == counts


async def test_what_a_passage_said_is_not_laid_at_the_door_of_the_next(shelved: Shelved) -> None:
    """A passage that went while it was read has a number that another takes; what it said is kept of neither."""
    await two_policies(shelved)
    await shelved.library.keep(manuscript("/docs/last.md", "样机最长可借用45天。", title="样机"))
    [(read, heading)] = await shelved.claims.unproven(9)
    await shelved.library.keep(manuscript("/docs/last.md", "别的。", title="样机", digest="d2"))
    await shelved.claims.put(read.id, list(claims(read.text, heading)), contradict)
    [(other, _)] = await shelved.claims.unproven(9)

    assert ("别的。", True) == (other.text, other.id != read.id)


async def test_superseded_paper_contradicts_nothing(shelved: Shelved) -> None:
    """Nor does one that is past its day."""
    await two_policies(shelved)
    await shelved.library.keep(manuscript("/docs/new.md", "text", title="New", supersedes="价格政策"))

    assert 0 == await shelved.claims.count(TODAY, 10)


async def test_what_somebody_cannot_see_takes_the_place_of_nothing_for_them(shelved: Shelved) -> None:
    """The statement that holds is for managers, so reps go on with the other."""
    await shelved.library.keep(manuscript("/docs/policy.md", "续约总折扣最高12%。", title="价格政策"))
    await shelved.library.keep(manuscript("/docs/boss.md", "续约折扣不超过10%。", title="底线", audience=BOSSES))
    await Proving(shelved.claims).all()
    [pair] = (await shelved.claims.open(TODAY)).items
    await shelved.claims.settle(pair.id, Holds.LEFT if pair.left.title == "底线" else Holds.RIGHT, ROOT, TODAY)
    [policy] = await shelved.catalog.passages(await shelved.id_of("价格政策"), 0, 1)
    [for_rep] = await shelved.library.passages([policy.id], REP)
    for_boss = await shelved.library.passages([policy.id], frozenset({EVERYONE, BOSSES}))

    assert ("续约总折扣最高12%。", []) == (for_rep.text, for_boss)


async def test_questions_without_an_answer_are_told_until_somebody_saw_to_them(shelved: Shelved) -> None:
    """Only those of documents, only the latest ninety days; never who asked."""
    await shelved.library.keep(manuscript("/docs/a.md", "words", title="Policy"))
    await shelved.answered("answered", await shelved.id_of("Policy"))
    await shelved.answered("of records", skill="query_records")
    first = await shelved.answered("do we ship to Chile?")
    await shelved.answered("still open?")
    since = shelved.clock.now() - timedelta(days=90)
    before = [one.said for one in await shelved.gaps.unanswered(since, 10)]
    await shelved.gaps.see_to([first, DecisionId("made up")], Seen.WRITTEN, ROOT, DocumentId("doc"))

    assert (["still open?", "do we ship to Chile?"], ["still open?"], []) == (
        before, [one.said for one in await shelved.gaps.unanswered(since, 10)],
        list(await shelved.gaps.unanswered(shelved.clock.now() + timedelta(days=1), 10)),
    )  # fmt: skip
