"""The port `Drafts`, where a draft brings more than one record: all of them or none, at every step."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
import sqlite_utils
from sqlite_utils.migrations import Migrations

from bot.domain.approval import ReviewRules
from bot.domain.decision import Use
from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence
from bot.domain.ids import RecordId, UserId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.people import Role, User
from bot.domain.policy import Gate, Reason
from bot.domain.records import Cause, DraftState, HeldDraft, Record
from bot.errors import NotAllowed, Stale
from bot.store.content import Shelf
from bot.store.draft_rows import draft_row
from bot.store.drafts import SqliteDrafts
from bot.store.gated import gate_now
from bot.store.migrations import STEPS
from bot.store.proposals import Part, draft_records
from bot.store.queries import SqliteQueries
from bot.store.rows import change, every
from tests.contracts.audited_house import behind_its_back, entries, keys, wrong
from tests.contracts.house import HEARD, LIN, MAYA, SEEN, Stores

SYSTEM = Cause("system")
ACCOUNT, OTHER = RecordId("account-1"), RecordId("opportunity-9")
DEAL = Draft(
    "New deal", "opportunity", {"name": "S3", "account": ACCOUNT, "amount": 1_200_000, "owner": LIN}, {"amount": HEARD},
    also=(
        Proposal("touchpoint", "touchpoint", {"opportunity": MAIN, "account": ACCOUNT, "note": "met", "owner": LIN}, {"note": SEEN}),
        Proposal("task", "task", {"opportunity": MAIN, "subject": "quote", "due_date": "2026-07-22", "owner": LIN}, {"subject": HEARD}),
    ),
)  # fmt: skip


async def of(stores: Stores, entity: str) -> list[Record]:
    """The records of a kind that lists show."""
    return list((await stores.records.page(entity)).items)


async def all_of(stores: Stores) -> list[int]:
    """How many deals, touchpoints and tasks lists show."""
    return [len(await of(stores, entity)) for entity in ("opportunity", "touchpoint", "task")]


async def save(stores: Stores, held: HeldDraft) -> HeldDraft:
    """Press save, in a turn of its own."""
    return await stores.drafts.save(held.id, held.revision, LIN, turn_id=stores.turn())


async def undo(stores: Stores, held: HeldDraft) -> HeldDraft:
    """Press undo, in a turn of its own."""
    return await stores.drafts.undo(held.id, held.revision, LIN, turn_id=stores.turn())


async def edit(stores: Stores, held: HeldDraft, fields: Mapping[str, object]) -> HeldDraft:
    """Press edit, in a turn of its own."""
    return await stores.drafts.edit(held.id, held.revision, LIN, fields, turn_id=stores.turn())


async def beside(stores: Stores, **fields: object) -> HeldDraft:
    """A draft that would change another deal beside making its own."""
    before = {"name": "Old", "account": ACCOUNT, "amount": 1, "stage": "lead", "owner": LIN}
    await stores.records.put("opportunity", before, cause=SYSTEM, record_id=OTHER)
    return await stores.drafted(replace(DEAL, also=(Proposal("deal2", "opportunity", fields, record_id=OTHER), *DEAL.also)))


async def test_a_draft_is_held_with_all_that_it_brings(stores: Stores) -> None:
    """Each proposal with its own grounds; the card that was queued says the same."""
    held = await stores.drafted(DEAL)

    message = await stores.claim_one()

    assert isinstance(message.outcome, Draft)
    assert (DEAL.also, DEAL.also) == (held.also, message.outcome.also)


async def test_one_press_saves_all(stores: Stores) -> None:
    """They point at the record that came of the draft; each has who, why and the words it stands on."""
    held = await stores.drafted(DEAL)

    saved = await save(stores, held)

    [touchpoint], [task] = await of(stores, "touchpoint"), await of(stores, "task")
    history = {one.field: one for one in await stores.records.history(task.id)}
    assert [saved.record_id] * 2 == [touchpoint.fields["opportunity"], task.fields["opportunity"]]
    assert [touchpoint.id, task.id] == [one.record_id for one in saved.also]
    assert (LIN, held.decision_id, HEARD) == (history["subject"].actor, history["subject"].decision_id, history["subject"].evidence)


async def test_the_event_of_a_save_names_every_record(stores: Stores) -> None:
    """One event for the draft, and one for each record."""
    saved = await save(stores, await stores.drafted(DEAL))

    events = await stores.events.since(0)
    also = [{"record_id": one.record_id, "entity": one.entity} for one in saved.also]
    assert [also] == [event.payload["also"] for event in events if event.type == "draft.saved"]
    assert 3 == [event.type for event in events].count("record.saved")


async def test_a_repeated_press_saves_once_and_answers_the_same(stores: Stores) -> None:
    """The same turn again, whatever became of it in between."""
    held, turn = await stores.drafted(DEAL), stores.turn()

    told = [await stores.drafts.save(held.id, 1, LIN, turn_id=turn) for _ in range(2)]

    assert told[0] == told[1]
    assert [1, 1, 1] == await all_of(stores)


async def test_one_undo_takes_all_back(stores: Stores) -> None:
    """What was new is archived, what was changed has its values again."""
    saved = await save(stores, await beside(stores, amount=2, stage="proposal"))
    before = await stores.fields_of(OTHER)

    undone = await undo(stores, saved)

    assert DraftState.UNDONE is undone.state
    assert ([2, "proposal"], [1, "lead"]) == (
        [before[name] for name in ("amount", "stage")], [(await stores.fields_of(OTHER))[name] for name in ("amount", "stage")],
    )  # fmt: skip
    assert [1, 0, 0] == await all_of(stores)


@pytest.mark.parametrize("moved", ["opportunity", "touchpoint", "task"])
async def test_undo_takes_nothing_back_when_one_has_moved_on(stores: Stores, moved: str) -> None:
    """Nobody's later change is lost, and no half of a save is left."""
    saved = await save(stores, await stores.drafted(DEAL))
    [record] = await of(stores, moved)
    await stores.records.put(moved, {"owner": MAYA}, cause=SYSTEM, record_id=record.id)

    with pytest.raises(Stale, match="record_changed"):
        await undo(stores, saved)

    assert ([1, 1, 1], DraftState.SAVED) == (await all_of(stores), (await stores.held(saved.id)).state)


async def test_save_writes_nothing_over_a_change_beside(stores: Stores) -> None:
    """A record that a proposal would change has moved on in that field: nothing at all is saved."""
    held = await beside(stores, amount=2)
    await stores.records.put("opportunity", {"amount": 3}, cause=SYSTEM, record_id=OTHER)

    with pytest.raises(Stale, match="record_changed"):
        await save(stores, held)

    assert ([1, 0, 0], DraftState.OPEN) == (await all_of(stores), (await stores.held(held.id)).state)


async def test_an_edit_begins_again_from_the_record_beside(stores: Stores) -> None:
    """As with the draft's own: who edits has seen how it stands."""
    held = await beside(stores, amount=2)
    await stores.records.put("opportunity", {"amount": 3}, cause=SYSTEM, record_id=OTHER)

    saved = await save(stores, await edit(stores, held, {"deal2.amount": 4}))

    assert ([OTHER], 4) == ([saved.also[0].record_id], (await stores.fields_of(OTHER))["amount"])


async def test_a_field_of_a_proposal_can_be_edited(stores: Stores) -> None:
    """Named flat; it loses its evidence, and nothing else changes."""
    held = await stores.drafted(DEAL)

    edited = await edit(stores, held, {"task.subject": "call", "amount": 1_300_000})

    touchpoint, task = DEAL.also
    changed = replace(task, fields={**task.fields, "subject": "call"}, evidence={})
    assert ((touchpoint, changed), 1_300_000, {}) == (edited.also, edited.fields["amount"], edited.evidence)


async def test_a_proposal_can_be_taken_out(stores: Stores) -> None:
    """The rest is saved; and taken back, the rest alone is."""
    held = await stores.drafted(DEAL)

    saved = await save(stores, await edit(stores, held, {"touchpoint": ""}))
    counts = await all_of(stores)
    await undo(stores, saved)

    assert ([1, 0, 1], ["task"], [0, 0, 0]) == (counts, [one.key for one in saved.also], await all_of(stores))
    assert DEAL.also == tuple(replace(one, record_id=None) for one in (await _first(stores, held)).also)


async def _first(stores: Stores, held: HeldDraft) -> HeldDraft:
    first = await stores.drafts.revision(held.id, 1)
    assert first is not None
    return first


async def test_discarding_leaves_nothing(stores: Stores) -> None:
    """Neither of the draft's own record nor of those beside."""
    held = await stores.drafted(DEAL)

    await stores.drafts.discard(held.id, 1, LIN, turn_id=stores.turn())

    decision = await stores.ledger.decision(held.decision_id)
    assert decision is not None
    assert ([0, 0, 0], [Use.IGNORED]) == (await all_of(stores), [use for use, _, _ in decision.uses])


async def test_every_proposal_is_written_with_the_authors_rights(stores: Stores) -> None:
    """What they may not change beside their own record leaves nothing of all."""
    SqliteQueries(stores.database, SCHEMA)
    await stores.users.seed([User(who, who, f"{who}@x.com", Role.REP, who, "UTC", {}) for who in (LIN, MAYA)])
    await stores.records.put("account", {"name": "Acme", "owner": LIN}, cause=SYSTEM, record_id=ACCOUNT)
    hers = await stores.records.put("task", {"subject": "hers", "owner": MAYA}, cause=SYSTEM)
    drafts = SqliteDrafts(stores.database, stores.clock, stores.ids)
    taking = Proposal("task2", "task", {"subject": "mine"}, record_id=hers.id)
    fair, unfair = await stores.drafted(DEAL), await stores.drafted(replace(DEAL, also=(*DEAL.also, taking)))

    with pytest.raises(NotAllowed, match="no_such_record"):
        await drafts.save(unfair.id, 1, LIN, turn_id=stores.turn())
    before = await all_of(stores)
    await drafts.save(fair.id, 1, LIN, turn_id=stores.turn())

    assert ([0, 0, 1], [1, 1, 2], "hers") == (before, await all_of(stores), (await stores.fields_of(hers.id))["subject"])


async def test_nobody_else_saves_a_proposal(stores: Stores) -> None:
    """A draft is its author's with all that it brings."""
    held = await stores.drafted(DEAL)

    with pytest.raises(NotAllowed, match="not_your_draft"):
        await stores.drafts.save(held.id, 1, UserId("maya"), turn_id=stores.turn())

    assert [0, 0, 0] == await all_of(stores)


async def test_the_gate_looks_at_every_proposal(stores: Stores) -> None:
    """Terms that stand beside a deal are gated as they are anywhere."""
    held = await stores.drafted(DEAL)
    parts = (Part("deal2", "opportunity", {"amount": 2}, {}), Part("terms", "quote", {"discount": 90}, {}))

    def work(database: sqlite_utils.Database) -> Gate:
        row = draft_row(database, held.id)
        assert row is not None
        return gate_now(Shelf(database, stores.ids, stores.clock.now()), row, held.fields, ReviewRules(), parts)

    found = {ground.reason for ground in (await stores.database.write(work)).grounds}
    assert {Reason.CRM_WRITE, Reason.PRICING_OUTSIDE_POLICY} == found


@pytest.mark.parametrize(
    "wrong_one",
    [
        replace(DEAL, fields={**DEAL.fields, "account": MAIN}),
        replace(DEAL, also=(DEAL.also[0], DEAL.also[0])),
        replace(DEAL, also=(replace(DEAL.also[0], key="a.b"),)),
        replace(DEAL, also=(replace(DEAL.also[0], key="account"),)),
        replace(DEAL, also=(replace(DEAL.also[0], key=""),)),
        replace(DEAL, also=(Proposal("letter2", "letter", {"body": "Dear"}),)),
    ],
)
async def test_proposals_that_cannot_be_told_apart_are_refused(stores: Stores, wrong_one: Draft) -> None:
    """So is a record that points at itself, and what leaves the house beside another."""
    turn_id = await stores.kept()

    with pytest.raises(ValueError, match=r"."):
        await stores.ledger.settle(stores.settlement(turn_id, wrong_one))

    assert [] == await stores.drafts.open_of(LIN)


async def test_a_record_is_changed_once_by_a_draft(stores: Stores) -> None:
    """Two changes of one could not be taken back."""
    await stores.records.put("opportunity", {"name": "Old"}, cause=SYSTEM, record_id=OTHER)
    twice = replace(DEAL, record_id=OTHER, also=(Proposal("deal2", "opportunity", {"amount": 2}, record_id=OTHER),))

    with pytest.raises(ValueError, match="twice"):
        await stores.drafted(twice)


async def test_words_that_look_like_a_reference_are_words(stores: Stores) -> None:
    """Only a field that holds references can point at the draft's own record."""
    held = await stores.drafted(DEAL)

    await save(stores, await edit(stores, held, {"task.subject": MAIN}))

    [task] = await of(stores, "task")
    assert MAIN == task.fields["subject"]


@pytest.mark.parametrize("erased", ["opportunity", "task"])
async def test_erasing_one_record_erases_what_its_draft_held(stores: Stores, erased: str) -> None:
    """Own record or one beside: no byte of the words that stand in it stays on the disk."""
    secret = Evidence("zebra-words", "chat", "", HEARD.kind, 1.0, "turn-1", HEARD.audience)
    task = replace(DEAL.also[1], fields={**DEAL.also[1].fields, "subject": "zebra-words"}, evidence={"subject": secret})
    held = await stores.drafted(replace(DEAL, also=(task,)))
    saved = await save(stores, await edit(stores, held, {"amount": 2}))
    own = {"opportunity": saved.record_id, "task": saved.also[0].record_id}
    for record_id in {own[erased], own["task"]}:
        assert record_id is not None
        await stores.records.erase(record_id, cause=SYSTEM)

    assert b"zebra-words" not in stores.on_disk()
    assert ([{}], []) == ([one.fields for one in (await stores.held(held.id)).also], wrong(stores.path))


async def test_an_open_draft_whose_words_were_erased_cannot_be_saved(stores: Stores) -> None:
    """Nothing empty is written."""
    task = await stores.records.put("task", {"subject": "x"}, cause=SYSTEM)
    held = await stores.drafted(replace(DEAL, also=(Proposal("task", "task", {"subject": "y"}, record_id=task.id),)))
    await stores.records.erase(task.id, cause=SYSTEM)

    with pytest.raises(Stale, match="draft_expired"):
        await save(stores, held)

    assert [0, 0, 0] == await all_of(stores)


async def test_the_audit_seals_what_a_draft_brings(stores: Stores) -> None:
    """A row that is changed by hand is found, whichever it is; before, nothing is wrong."""
    await undo(stores, await save(stores, await stores.drafted(DEAL)))
    before = wrong(stores.path)

    behind_its_back(stores.path, "UPDATE draft_records SET record_id = NULL WHERE key = 'task'")
    one = keys(stores.path)
    behind_its_back(stores.path, "UPDATE draft_revisions SET also = NULL")

    assert ([], {"audit_row_changed"}) == (before, one)
    assert 2 == [found.key for found in wrong(stores.path)].count("audit_row_changed")


async def test_the_audit_names_every_text_of_a_draft(stores: Stores) -> None:
    """Fields and quotes of each proposal among them."""
    await stores.drafted(DEAL)

    [opened] = [entry for entry in await entries(stores) if entry["kind"] == "decision.settled"]
    rows = await stores.database.read(lambda database: every(database, "SELECT id FROM content"))
    assert {row["id"] for row in rows} == set(opened["contents"])


async def test_a_house_of_before_keeps_its_drafts_and_its_proof(stores: Stores) -> None:
    """Rows that know of no proposals are as they were: they verify, and they can be saved."""
    held = await stores.drafted(replace(DEAL, also=()))
    until = STEPS.index(draft_records)
    await stores.database.write(lambda database: change(database, "DROP TABLE draft_records", {}))
    await stores.database.write(lambda database: change(database, "ALTER TABLE draft_revisions DROP COLUMN also", {}))
    before = wrong(stores.path)

    steps = Migrations("again")
    steps(name=f"{until:04}")(draft_records)
    await stores.database.write(steps.apply)

    assert ([], [], ()) == (before, wrong(stores.path), (await save(stores, await stores.held(held.id))).also)
