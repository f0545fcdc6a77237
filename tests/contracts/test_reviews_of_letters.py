"""Reviews of letters: what gates them, what goes nowhere, and what nobody may write past their review."""


import pytest

from bot.domain.approval import ReviewRules
from bot.domain.entities import SCHEMA
from bot.domain.ids import RecordId
from bot.domain.outcome import Draft
from bot.domain.policy import Reason
from bot.domain.records import Cause
from bot.domain.scope import EVERY, Reach, Scope
from bot.errors import NotAllowed, Stale, TellUser
from bot.store.asked import fit
from bot.store.gate import PolicyGate
from bot.store.records import SqliteRecords
from tests.contracts.house import LIN, MAYA, Stores
from tests.contracts.reviewed import QUOTE, SYSTEM, ZONE, approved, house, letter, submitted, written


async def test_gaps_go_nowhere(stores: Stores) -> None:
    """Neither to a reviewer nor into the records, in either language; and a reviewer puts none in."""
    await house(stores)
    told = []
    for body in ("来看看新线吧,[待补:参观日]?", "Come on [gap: visit date]."):
        for contact in ("boss", "engineer"):
            held = await letter(stores, body=body, contact=contact)
            with pytest.raises(TellUser, match="letter_has_gaps") as refused:
                await submitted(stores, held)
            with pytest.raises(TellUser, match="letter_has_gaps"):
                await stores.drafts.save(held.id, 1, LIN, turn_id=stores.turn())
            told.append(refused.value.facts["gaps"])
    with pytest.raises(TellUser, match="letter_has_gaps"):
        await approved(stores, await submitted(stores, await letter(stores)), MAYA, body="On [gap: day].")

    assert ["参观日", "参观日", "visit date", "visit date"] == told


@pytest.mark.parametrize(
    "fields, reasons",
    [
        ({}, {Reason.EXEC_MESSAGE}),
        ({"contact": "engineer"}, {Reason.SEND_NONEXEC}),
        ({"contact": "engineer", "address": "tom@acme.example"}, {Reason.SEND_NONEXEC}),
        ({"contact": "engineer", "address": "Ann@Acme.example"}, {Reason.SEND_NONEXEC, Reason.EXEC_MESSAGE}),
        ({"contact": "engineer", "address": "tom@acme.example; x@elsewhere.example"}, {Reason.SEND_NONEXEC, Reason.UNKNOWN_ADDRESSEE}),
        ({"contact": "engineer", "addressee": "Ann Lee"}, {Reason.SEND_NONEXEC, Reason.EXEC_MESSAGE}),
        ({"contact": None, "addressee": "Tom Roe"}, {Reason.SEND_NONEXEC}),
        ({"contact": None, "addressee": "Some Body"}, {Reason.UNKNOWN_ADDRESSEE}),
        ({"contact": "nowhere"}, {Reason.UNKNOWN_ADDRESSEE}),
        ({"contact": None}, {Reason.UNKNOWN_ADDRESSEE}),
    ],
)
async def test_a_letter_is_gated_by_all_whom_it_may_reach(stores: Stores, fields: dict[str, object], reasons: set[Reason]) -> None:
    """By its contact, each address, and the name that it was written to; whoever is in no record counts as an executive."""
    await house(stores)

    gate = await stores.reviews.gate((await letter(stores, **fields)).id)

    known = reasons & {one.reason for one in gate.grounds}
    assert known == reasons
    assert gate.must_review == bool(reasons & {Reason.EXEC_MESSAGE, Reason.UNKNOWN_ADDRESSEE})


async def test_a_contact_who_rises_meanwhile_is_written_to_like_an_executive(stores: Stores) -> None:
    """The records count as they are when it is saved; and what was found once is not taken away when they fall again."""
    await house(stores)
    held = await letter(stores, contact="engineer")
    await stores.records.put("contact", {"title": "CEO", "executive": True}, cause=SYSTEM, record_id=RecordId("engineer"))

    with pytest.raises(NotAllowed, match="needs_review"):
        await stores.drafts.save(held.id, 1, LIN, turn_id=stores.turn())
    edited = await stores.drafts.edit(held.id, 1, LIN, {"subject": "Hi"}, turn_id=stores.turn())
    await stores.records.put("contact", {"title": "Engineer", "executive": False}, cause=SYSTEM, record_id=RecordId("engineer"))

    with pytest.raises(NotAllowed, match="needs_review"):
        await stores.drafts.save(held.id, edited.revision, LIN, turn_id=stores.turn())


async def test_what_becomes_of_a_letter_is_not_the_authors_to_say(stores: Stores) -> None:
    """A draft that calls itself sent is not; a letter that was released is changed by no draft, and by no program."""
    await house(stores)
    held = await letter(stores, contact="engineer", status="sent", sent_at="2026-07-14T00:00:00+00:00")
    saved = await stores.drafts.save(held.id, 1, LIN, turn_id=stores.turn())
    anew = await stores.drafted(Draft("…", "letter", {"body": "Other words."}, record_id=saved.record_id))
    fit(stores.database, SCHEMA)
    own = SqliteRecords(stores.database, stores.clock, stores.ids, PolicyGate(), rules=ReviewRules)
    mine = Scope(LIN, "east", ZONE, writes={EVERY: Reach.ALL})

    with pytest.raises(Stale, match="record_changed"):
        await stores.drafts.save(anew.id, 1, LIN, turn_id=stores.turn())
    for entity, fields, record_id in (
        ("letter", {"body": "x"}, saved.record_id), ("letter", {"owner": LIN, "body": "x"}, None),
        ("quote", {**QUOTE, "owner": LIN, "discount": 30}, None),
    ):
        with pytest.raises(NotAllowed, match="needs_review"):
            await own.put(entity, fields, cause=Cause(LIN), record_id=record_id, scope=mine)

    assert ("approved", None) == ((await written(stores, held.id))["status"], (await written(stores, held.id)).get("sent_at"))
