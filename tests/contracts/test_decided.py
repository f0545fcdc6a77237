"""Decisions as they are searched: by whom, what about, how made, what became of them; and what is never found."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from bot.domain.decision import Made, Use
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import DecisionId, MessageId, RecordId, UserId
from bot.domain.outcome import Answer, Draft
from bot.domain.people import EVERYONE, Role, User
from bot.domain.records import Cause
from bot.domain.review import RejectReason
from bot.domain.sought import Became, Sought
from bot.domain.talk import Lang, Tap, Topic
from bot.store.decided import SqliteDecided
from bot.store.rows import every
from tests.contracts.house import ANSWER, LIN, MADE, MAYA, Stores, origin

NOTE = Evidence("they like it", "note", "", EvidenceKind.RECORD, 1.0, "note-1", EVERYONE)
ACME = RecordId("acme")
COMPLAINED = replace(MADE, skill="complaint", intent="complaint_feedback")
ANEW = "SELECT DISTINCT term, at, seq FROM decision_terms_now ORDER BY term, seq"
UNSURE, PRESSED = replace(MADE, skill="house", intent="unsure"), replace(MADE, skill="house", intent="deed.complaint")


@pytest.fixture
def decided(stores: Stores) -> SqliteDecided:
    """Over the same file."""
    return SqliteDecided(stores.database, stores.clock, stores.ids)


async def settled(stores: Stores, said: str, made: Made = MADE, by: UserId = LIN, outcome: Answer | Draft = ANSWER) -> DecisionId:
    """Something said and answered, a second after what came before."""
    stores.move(seconds=1)
    settlement = replace(stores.settlement(await stores.kept(said), outcome, said=said), made=made, user_id=by)
    await stores.ledger.settle(settlement)
    return settlement.decision_id


async def found(decided: SqliteDecided, **asked: object) -> list[str | None]:
    """What was said in what is found, newest first."""
    return [one.said for one in (await decided.find(Sought(**asked))).items]  # type: ignore[arg-type]


async def test_each_trait_finds_its_own(stores: Stores, decided: SqliteDecided) -> None:
    """Person, skill, language, what failed, and all of them at once."""
    await settled(stores, "one")
    await settled(stores, "two", by=MAYA)
    await settled(stores, "three", replace(MADE, skill="query_crm", lang=Lang.ZH, fell_back="gpt late"))

    assert ["three", "two", "one"] == await found(decided)
    assert ["two"] == await found(decided, person=MAYA)
    assert ["three"] == await found(decided, skill="query_crm")
    assert ["three"] == await found(decided, lang=Lang.ZH)
    assert ["three"] == await found(decided, became=Became.FELL_BACK)
    assert [] == await found(decided, person=MAYA, skill="query_crm")
    assert ("answer_knowledge", "query_crm") == await decided.skills()


async def test_pages_go_on_where_the_last_one_ended(stores: Stores, decided: SqliteDecided) -> None:
    """Though more came in between; a place that is none begins anew."""
    for number in range(5):
        await settled(stores, str(number))
    first = await decided.find(Sought(), limit=2)
    await settled(stores, "new")
    second = await decided.find(Sought(), after=first.after or "", limit=2)
    third = await decided.find(Sought(), after=second.after or "", limit=2)
    anew = await decided.find(Sought(), after="' OR 1=1", limit=1)

    said = [[one.said for one in page.items] for page in (first, second, third, anew)]
    assert ([["4", "3"], ["2", "1"], ["0"], ["new"]], None) == (said, third.after)


async def test_moments_bound_a_search(stores: Stores, decided: SqliteDecided) -> None:
    """The first counts, the last does not."""
    await settled(stores, "before")
    since = stores.clock.now() + timedelta(seconds=1)
    await settled(stores, "at")
    await settled(stores, "after")

    assert ["at"] == await found(decided, since=since, until=since + timedelta(seconds=1))


async def test_what_people_did_is_found(stores: Stores, decided: SqliteDecided) -> None:
    """As soon as they did it, and shown on the line."""
    used, other = await settled(stores, "used"), await settled(stores, "edited")
    await stores.ledger.note_use(used, Use.SHOWN, LIN)
    await stores.ledger.note_use(used, Use.USED, LIN)
    await stores.ledger.note_use(other, Use.EDITED, LIN)
    [line] = (await decided.find(Sought(became=Became.USED))).items

    assert ("used", (Became.USED,)) == (line.said, line.became)
    assert ["edited"] == await found(decided, became=Became.EDITED)


async def test_what_a_reviewer_sent_back_is_found(stores: Stores, decided: SqliteDecided) -> None:
    """By the decision that made the draft."""
    roles = {LIN: Role.REP, MAYA: Role.MANAGER, UserId("chen"): Role.REVIEWER}
    await stores.users.seed([User(one, one, f"{one}@example.com", role, "east", "UTC") for one, role in roles.items()])
    await settled(stores, "write to them", outcome=Draft("a letter", "letter", {"body": "Dear all", "addressee": "all"}))
    [story] = (await stores.ledger.decisions(LIN)).items
    held = await stores.drafts.draft(story.draft_id)  # type: ignore[arg-type]
    assert held
    review = await stores.reviews.submit(held.id, 1, LIN, (), turn_id=await stores.kept("submit"))
    before = await found(decided, became=Became.REJECTED)
    sits = review.seats[0].eligible[0]
    await stores.reviews.reject(review.ref, sits, RejectReason.TONE, "", turn_id=await stores.kept("reject"))

    assert ([], ["write to them"]) == (before, await found(decided, became=Became.REJECTED))


async def test_account_is_found_by_grounds_and_by_drafts(stores: Stores, decided: SqliteDecided) -> None:
    """By the account itself, by what hangs on it, by what a draft says."""
    await stores.records.put("account", {"name": "Acme"}, cause=Cause("system"), record_id=ACME)
    await stores.records.put("touchpoint", {"account": ACME}, cause=Cause("system"), record_id=RecordId("note-1"))
    await settled(stores, "how are they", outcome=replace(ANSWER, evidence=(NOTE,)))
    await settled(stores, "new deal", outcome=Draft("a deal", "opportunity", {"account": ACME, "amount": 1}))
    await settled(stores, "something else")

    assert ["new deal", "how are they"] == await found(decided, account=ACME)


async def test_what_was_erased_is_a_line_without_words(stores: Stores, decided: SqliteDecided) -> None:
    """It stays found by its terms, which hold nothing to erase."""
    await settled(stores, "my secret plan")
    [row] = await stores.database.read(lambda database: every(database, "SELECT said_id FROM decisions"))
    await stores.sqlite_content.erase(row["said_id"])
    terms = await stores.database.read(lambda database: str(every(database, "SELECT * FROM decision_terms")))

    assert [None] == await found(decided)
    assert "secret" not in terms


async def test_complaints_are_nowhere(stores: Stores, decided: SqliteDecided) -> None:
    """Neither they, nor what was asked back before them, nor the press that handed them in, nor a story that tells them again."""
    story = replace(MADE, skill="house", intent="why")
    hidden = [await settled(stores, "you are slow", made) for made in (UNSURE, COMPLAINED, PRESSED, story)]
    await settled(stores, "and my deals?")

    assert ["and my deals?"] == await found(decided)
    assert ["and my deals?"] == await found(decided, person=LIN)
    assert [False] * 4 == [await decided.is_told(one) for one in hidden]


async def test_what_was_pressed_on_a_complaint_is_nowhere(stores: Stores, decided: SqliteDecided) -> None:
    """Whatever came of the press."""
    await settled(stores, "you are slow", COMPLAINED)
    card = await stores.claim_one()
    turn = (await stores.inbox.keep(Tap(origin(), "tap", MessageId(card.id), 0, stores.clock.now()), backlog=99)).turn_id
    await stores.ledger.settle(replace(stores.settlement(turn, said="unnamed"), made=replace(MADE, skill="house", intent="house")))

    assert [] == await found(decided)


async def test_terms_stand_as_they_would_be_made_anew(stores: Stores) -> None:
    """What triggers kept is what an older file is given when it is brought up to date."""
    await stores.records.put("account", {"name": "Acme"}, cause=Cause("system"), record_id=ACME)
    for by, made in product((LIN, MAYA), (MADE, UNSURE, COMPLAINED, MADE, PRESSED, replace(MADE, fell_back="late"))):
        one = await settled(stores, "words", made, by)
        await stores.ledger.note_use(one, Use.IGNORED, by)
    await settled(stores, "deal", outcome=Draft("a deal", "opportunity", {"account": ACME}))
    kept = await stores.database.read(lambda database: every(database, "SELECT * FROM decision_terms ORDER BY term, seq"))
    anew = await stores.database.read(lambda database: every(database, ANEW))

    assert (anew, True) == (kept, len(kept) > 0)


async def test_what_was_talked_about_before_is_known(stores: Stores, decided: SqliteDecided) -> None:
    """The topic of the same talk, and nothing for the first of it."""
    query = {"entity": "opportunity"}
    first = await settled(stores, "my deals", replace(MADE, query=query))
    second = await settled(stores, "and last quarter?")

    assert None is (await decided.before(first)).topic
    assert Topic(MADE.skill, MADE.intent, query) == (await decided.before(second)).topic
