"""What the truth about documents must hold, on every store that we ship."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.documents import Audiences
from bot.domain.ids import Audience, PassageId
from bot.domain.people import EVERYONE
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.library import SqliteLibrary
from knowledge.terms import query_terms
from tests.fakes.senses import SetClock
from tests.libraries import blob, embed_all, manuscript

BOSSES = Audience("role:manager")
REP: Audiences = frozenset({EVERYONE, Audience("role:rep")})
BOSS: Audiences = frozenset({EVERYONE, BOSSES})


@pytest.fixture
def clock() -> SetClock:
    """Noon."""
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, empty_file: Path, clock: SetClock) -> Iterator[SqliteLibrary]:
    """A library without documents."""
    path = tmp_path / "tandem.db"
    path.write_bytes(empty_file.read_bytes())
    database = Database(path)
    yield SqliteLibrary(database, clock, TimeIds())
    database.close()


async def found(store: SqliteLibrary, question: str, audiences: Audiences) -> list[str]:
    """Texts that hold words of a question, for these audiences."""
    terms = query_terms(question)
    ids = await store.matching(terms, audiences, 10)
    weighed, _ = await store.weighed(ids, terms, audiences, "e")
    return sorted(one.text for one in await store.passages([one.passage_id for one in weighed], audiences))


async def test_a_document_is_found_by_its_words(store: SqliteLibrary) -> None:
    """In both languages, by the text and by its headings."""
    await store.keep(manuscript("/docs/a.md", "续约折扣最高一成。", "Net 30 days.", title="Price policy"))

    assert ["续约折扣最高一成。"] == await found(store, "折扣", REP)
    assert ["Net 30 days.", "续约折扣最高一成。"] == await found(store, "price", REP)


async def test_a_changed_document_takes_the_place_of_the_old(store: SqliteLibrary) -> None:
    """Its old words are gone with it, in one step."""
    assert not await store.keep(manuscript("/docs/a.md", "old discount"))
    assert await store.keep(manuscript("/docs/a.md", "new discount", digest="d2"))

    assert ["new discount"] == await found(store, "discount", None)
    assert [] == await found(store, "old", None)


async def test_a_removed_document_is_gone(store: SqliteLibrary) -> None:
    """With its passages, words and counts."""
    await store.keep(manuscript("/docs/a.md", "discount"))

    await store.remove(["/docs/a.md"])

    assert [] == await found(store, "discount", None)
    assert [] == await store.documents(None, "letters")
    assert {} == await store.standing(Path("/docs"))


async def test_standing_knows_a_folder_and_no_more(store: SqliteLibrary) -> None:
    """A neighbour whose name begins alike is not in the folder."""
    for path in ("/docs/a.md", "/docs/sub/b.md", "/docs2/c.md", "/docs-old/d.md"):
        await store.keep(manuscript(path, "text"))

    assert {"/docs/a.md", "/docs/sub/b.md"} == set(await store.standing(Path("/docs")))
    assert {"/docs/a.md"} == set(await store.standing(Path("/docs/a.md")))
    assert 4 == len(await store.standing(Path("/")))


async def test_files_of_one_name_in_two_folders_do_not_collide(store: SqliteLibrary) -> None:
    """The path is what a document is known by."""
    await store.keep(manuscript("/east/a.md", "east discount"))
    await store.keep(manuscript("/west/a.md", "west discount"))

    assert ["east discount", "west discount"] == await found(store, "discount", None)


async def test_other_peoples_passages_are_neither_found_nor_counted(store: SqliteLibrary) -> None:
    """Not as a passage, not by its id, not as a neighbour, not in a number."""
    await store.keep(manuscript("/a.md", "discount for all"))
    await store.keep(manuscript("/b.md", "discount for bosses", "discount again", audience=BOSSES))
    hidden = await store.matching(["discount"], frozenset({BOSSES}), 10)

    weighed, counts = await store.weighed(hidden, ["discount"], REP, "e")

    assert ["discount for all"] == await found(store, "discount", REP)
    assert [] == weighed
    assert [] == await store.passages(hidden, REP)
    assert (1, 4, 1) == (counts.passages, counts.terms, counts.holding["discount"])
    assert [] == await store.around(hidden[0], 5, 5, REP)
    assert ["a.md"] == [document.source for document in await store.documents(REP, "letters")]
    assert [EVERYONE] == [shelf.audience for shelf in await store.shelves(REP, "letters")]


async def test_an_audience_may_change(store: SqliteLibrary) -> None:
    """From the next search on, nobody else sees it."""
    await store.keep(manuscript("/a.md", "discount"))
    await store.keep(manuscript("/a.md", "discount", audience=BOSSES))

    assert [] == await found(store, "discount", REP)
    assert ["discount"] == await found(store, "discount", BOSS)


async def test_neighbours_come_in_reading_order(store: SqliteLibrary) -> None:
    """A passage is understood from what stands around it."""
    await store.keep(manuscript("/a.md", *(f"number{number} words" for number in range(6))))
    (middle,) = await store.matching(["number3"], None, 10)

    texts = [passage.text for passage in await store.around(middle, 1, 2, None)]

    assert ["number2 words", "number3 words", "number4 words", "number5 words"] == texts


async def test_a_document_is_superseded_by_title_or_file_name(store: SqliteLibrary) -> None:
    """Whichever came first, and only while both are there."""
    await store.keep(manuscript("/new.md", "discount 2", title="Policy 2026", supersedes="POLICY.md"))
    await store.keep(manuscript("/policy.md", "discount 1", title="Policy 2025"))

    standing = {one.source: one.superseded_by for one in await store.documents(None, "letters")}
    both = await store.passages(await store.matching(["discount"], None, 10), None)

    assert {"new.md": None, "policy.md": "Policy 2026"} == standing
    assert {"discount 2": None, "discount 1": "Policy 2026"} == {one.text: one.superseded_by for one in both}


async def test_nobody_learns_of_a_successor_that_is_hidden_from_them(store: SqliteLibrary) -> None:
    """Its title is none of their business, nor that there is one."""
    await store.keep(manuscript("/new.md", "discount 2", title="Secret policy", audience=BOSSES, supersedes="Policy"))
    await store.keep(manuscript("/policy.md", "discount 1", title="Policy"))

    assert [None] == [one.superseded_by for one in await store.documents(REP, "letters")]
    assert "Secret policy" in [one.superseded_by for one in await store.documents(BOSS, "letters")]


async def test_the_newest_that_hold_are_told_without_what_was_replaced_ran_out_or_is_hidden(store: SqliteLibrary, clock: SetClock) -> None:
    """By when they came in; a successor that is hidden replaces nothing."""
    over, today = date(2026, 6, 1), date(2026, 7, 14)
    for one in (
        manuscript("/old.md", "one", title="Old"), manuscript("/plain.md", "two", title="Plain"),
        replace(manuscript("/over.md", "three", title="Over"), valid_until=over),
        manuscript("/secret.md", "four", title="Secret", audience=BOSSES, supersedes="plain.md"),
        replace(manuscript("/new.md", "five", title="New", supersedes="Old"), valid_until=today),
    ):  # fmt: skip
        await store.keep(one)
        clock.move(timedelta(minutes=1))

    assert ["New", "Plain"] == await store.newest(REP, today, 5)
    assert (["New", "Secret"], ["New"]) == (await store.newest(BOSS, today, 5), await store.newest(BOSS, today, 1))


async def test_a_text_that_comes_back_is_not_embedded_again(store: SqliteLibrary) -> None:
    """Vectors belong to texts, not to files."""
    await store.keep(manuscript("/a.md", "discount", title="Policy"))
    await embed_all(store)
    await store.remove(["/a.md"])
    await store.keep(manuscript("/b.md", "discount", title="Policy"))

    assert [] == await store.without_vector("letters", 10)
    assert (1, 1) == await store.embedded("letters")
    assert ["Policy\ndiscount"] == [one.text for one in await store.without_vector("another", 10)]


async def test_vectors_are_read_in_the_order_they_came(store: SqliteLibrary) -> None:
    """So that whoever follows reads what is new, and nothing else."""
    await store.keep(manuscript("/a.md", "one", "two"))
    first, second = await store.without_vector("letters", 10)
    await store.put_vectors("letters", {second.key: blob(second.text)})
    (shelf,) = await store.shelves(None, "letters")
    before = await store.placed("letters", shelf, 0)
    await store.put_vectors("letters", {first.key: blob(first.text)})

    after = await store.placed("letters", shelf, before[-1].number)

    assert [blob(second.text)] == [one.vector for one in before]
    assert [blob(first.text)] == [one.vector for one in after]


async def test_a_question_may_hold_the_index_syntax(store: SqliteLibrary) -> None:
    """Quotes and operators of the index are words like others."""
    await store.keep(manuscript("/a.md", 'the "OR" gate and NEAR misses'))

    assert ['the "OR" gate and NEAR misses'] == await found(store, 'gate" OR * NEAR(', None)


async def test_many_ids_are_no_trouble(store: SqliteLibrary) -> None:
    """More than one statement takes."""
    await store.keep(manuscript("/a.md", *(f"word{number}" for number in range(1200))))
    ids = await store.matching([f"word{number}" for number in range(1200)], None, 1200)

    weighed, _ = await store.weighed([*ids, PassageId("unknown")], ["word7"], None, "e")

    assert 1200 == len(weighed)
