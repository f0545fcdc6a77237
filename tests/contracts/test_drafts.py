"""The port `Drafts`: each press acts once, for the right person, on what they saw, in time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.domain.decision import Use
from bot.domain.ids import DraftId, RecordId, UserId
from bot.domain.records import Cause, DraftState, FieldChange, HeldDraft
from bot.errors import NotAllowed, Stale
from tests.contracts.house import DRAFT, HEARD, LIN, MAYA, Stores

SYSTEM = Cause("system")
CRM_OPPORTUNITY = RecordId("opportunity-1")


async def update(stores: Stores, **fields: object) -> HeldDraft:
    """A draft that would change a record which has an account, an amount and a stage."""
    before = {"account": "Acme", "amount": 1, "stage": "open"}
    await stores.records.put("opportunity", before, cause=SYSTEM, record_id=CRM_OPPORTUNITY)
    return await stores.drafted(replace(DRAFT, fields=fields, record_id=CRM_OPPORTUNITY))


async def uses(stores: Stores, held: HeldDraft) -> list[tuple[Use, UserId | None]]:
    """What people did with the suggestion."""
    decision = await stores.ledger.decision(held.decision_id)
    assert decision is not None
    return [(use, user) for use, user, _ in decision.uses]


def save(stores: Stores, held: HeldDraft, by: UserId = LIN) -> Awaitable[HeldDraft]:
    """Press save, in a turn of its own."""
    return stores.drafts.save(held.id, held.revision, by, turn_id=stores.turn())


def undo(stores: Stores, held: HeldDraft) -> Awaitable[HeldDraft]:
    """Press undo, in a turn of its own."""
    return stores.drafts.undo(held.id, held.revision, LIN, turn_id=stores.turn())


def discard(stores: Stores, held: HeldDraft) -> Awaitable[HeldDraft]:
    """Press discard, in a turn of its own."""
    return stores.drafts.discard(held.id, held.revision, LIN, turn_id=stores.turn())


def edit(stores: Stores, held: HeldDraft, **fields: object) -> Awaitable[HeldDraft]:
    """Press edit, in a turn of its own."""
    return stores.drafts.edit(held.id, held.revision, LIN, fields, turn_id=stores.turn())


async def test_saving_makes_the_record_its_history_and_an_event(stores: Stores) -> None:
    """Each field with who, why and the words it stands on; the suggestion counts as used."""
    held = await stores.drafted()

    saved = await save(stores, held)

    assert saved.record_id is not None
    first = FieldChange(saved.record_id, 1, "account", None, "Acme", LIN, held.decision_id, None, stores.clock.now())
    second = replace(first, field="amount", after=[80000, "USD"], evidence=HEARD)
    assert (DraftState.SAVED, saved) == (saved.state, await stores.held(held.id))
    assert DRAFT.fields == await stores.fields_of(saved.record_id)
    assert [first, second] == await stores.records.history(saved.record_id)
    assert [(Use.USED, LIN)] == await uses(stores, held)
    assert {
        "record_id": saved.record_id,
        "entity": "opportunity",
        "revision": 1,
        "fields": ["account", "amount"],
        "actor": LIN,
        "decision_id": held.decision_id,
    } == (await stores.events.since(0))[-1].payload


async def test_saving_a_change_leaves_the_other_fields(stores: Stores) -> None:
    """A draft of one field writes one field."""
    held = await update(stores, amount=2)

    saved = await save(stores, held)

    assert CRM_OPPORTUNITY == saved.record_id
    assert {"account": "Acme", "amount": 2, "stage": "open"} == await stores.fields_of(CRM_OPPORTUNITY)


async def test_an_edit_makes_the_next_revision(stores: Stores) -> None:
    """What a person typed has no evidence of ours; the rest keeps its own. Saved, it counts as edited."""
    held = await stores.drafted()

    edited = await edit(stores, held, amount="90k")
    saved = await save(stores, edited)

    assert (2, DraftState.OPEN, {"account": "Acme", "amount": "90k"}, {}) == (
        edited.revision,
        edited.state,
        edited.fields,
        edited.evidence,
    )
    assert edited.fields == await stores.fields_of(saved.record_id)
    assert [(Use.EDITED, LIN)] == await uses(stores, held)


async def test_an_earlier_revision_can_be_looked_at(stores: Stores) -> None:
    """What was first written stays there to be compared with; a revision that never was is none."""
    held = await update(stores, amount="80k")
    edited = await edit(stores, held, amount="90k")

    told = [await stores.drafts.revision(held.id, number) for number in (1, 2, 3)]

    assert [held, edited, None] == told


async def test_a_discarded_draft_counts_as_ignored(stores: Stores) -> None:
    """It is closed, and nothing is recorded."""
    held = await stores.drafted()

    discarded = await discard(stores, held)

    assert (DraftState.DISCARDED, []) == (discarded.state, await stores.drafts.open_of(LIN))
    assert [(Use.IGNORED, LIN)] == await uses(stores, held)
    assert () == (await stores.records.page("opportunity")).items


async def test_open_drafts_are_ones_own_and_newest_first(stores: Stores) -> None:
    """Settled and expired ones are not among them."""
    first, second, gone = [await stores.drafted() for _ in range(3)]
    short = await stores.drafted(replace(DRAFT, expires_at=stores.clock.now().replace(hour=13)))
    await save(stores, gone)
    stores.move(hours=1)

    drafts = (await stores.drafts.open_of(LIN), await stores.drafts.open_of(MAYA))

    assert ([second, first], []) == drafts
    assert short.id not in {draft.id for draft in drafts[0]}


async def test_undo_of_a_new_record_archives_it(stores: Stores) -> None:
    """It leaves the lists; its history stays."""
    saved = await stores.saved()

    undone = await undo(stores, saved)

    assert saved.record_id is not None
    assert DraftState.UNDONE == undone.state
    assert () == (await stores.records.page("opportunity")).items
    assert 2 == len(await stores.records.history(saved.record_id))


async def test_undo_of_a_change_gives_the_fields_back(stores: Stores) -> None:
    """A field that was not there before is gone again, None or not."""
    saved = await save(stores, await update(stores, amount=2, close_date="2026-07-31", note=None))

    await undo(stores, saved)

    assert {"account": "Acme", "amount": 1, "stage": "open"} == await stores.fields_of(CRM_OPPORTUNITY)


@pytest.mark.parametrize("press", [save, edit, discard, undo])
async def test_only_the_author_may_press(stores: Stores, press: Callable[[Stores, HeldDraft], Awaitable[HeldDraft]]) -> None:
    """A forwarded card, and a draft that does not exist, are told apart by nobody."""
    held = await stores.drafted()
    turn = {"turn_id": stores.turn()}
    drafts = stores.drafts
    by_maya: dict[object, Callable[[DraftId], Awaitable[HeldDraft]]] = {
        save: lambda draft_id: drafts.save(draft_id, 1, MAYA, **turn),
        edit: lambda draft_id: drafts.edit(draft_id, 1, MAYA, {}, **turn),
        discard: lambda draft_id: drafts.discard(draft_id, 1, MAYA, **turn),
        undo: lambda draft_id: drafts.undo(draft_id, 1, MAYA, **turn),
    }

    for draft_id in (held.id, DraftId("x")):
        with pytest.raises(NotAllowed, match="not_your_draft"):
            await by_maya[press](draft_id)

    assert held == await stores.held(held.id)


async def test_a_press_repeated_in_its_turn_answers_the_same(stores: Stores) -> None:
    """A step that is run again after a crash changes nothing, whatever has happened to the draft since."""
    held = await stores.drafted()
    editing, saving, undoing = (stores.turn() for _ in range(3))

    async def story() -> list[HeldDraft]:
        return [
            await stores.drafts.edit(held.id, 1, LIN, {"amount": "90k"}, turn_id=editing),
            await stores.drafts.save(held.id, 2, LIN, turn_id=saving),
            await stores.drafts.undo(held.id, 2, LIN, turn_id=undoing),
        ]

    first, events = await story(), await stores.events.last_seq()
    stores.move(days=30)

    assert first == await story()
    assert (events, [DraftState.OPEN, DraftState.SAVED, DraftState.UNDONE]) == (
        await stores.events.last_seq(),
        [draft.state for draft in first],
    )


async def test_pressed_five_times_at_once_it_acts_once(stores: Stores) -> None:
    """An impatient thumb: five turns, one record, four who are told that it is done."""
    held = await stores.drafted()

    results = await asyncio.gather(*[save(stores, held) for _ in range(5)], return_exceptions=True)

    stale = [result for result in results if isinstance(result, Stale)]
    assert ([("draft_settled", {"state": "saved"})] * 4, 1) == (
        [(one.key, one.facts) for one in stale],
        len((await stores.records.page("opportunity")).items),
    )


@pytest.mark.parametrize("end", [save, discard])
@pytest.mark.parametrize("press", [save, edit, discard])
async def test_a_settled_draft_is_settled(
    stores: Stores, end: Callable[[Stores, HeldDraft], Awaitable[HeldDraft]], press: Callable[[Stores, HeldDraft], Awaitable[HeldDraft]]
) -> None:
    """Whatever is pressed on it afterwards, but for undo."""
    ended = await end(stores, await stores.drafted())

    with pytest.raises(Stale, match="draft_settled"):
        await press(stores, ended)


async def test_undo_needs_a_save(stores: Stores) -> None:
    """Nothing was saved, it was put away, or it was undone before."""
    keys = []
    for held in (await stores.drafted(), await discard(stores, await stores.drafted()), await undo(stores, await stores.saved())):
        with pytest.raises(Stale) as told:
            await undo(stores, held)
        keys.append(told.value.key)

    assert ["not_saved", "draft_settled", "draft_settled"] == keys


@pytest.mark.parametrize("press", [save, edit, discard])
async def test_an_older_revision_is_told_to_look_again(stores: Stores, press: Callable[[Stores, HeldDraft], Awaitable[HeldDraft]]) -> None:
    """Nobody saves what they did not see."""
    held = await stores.drafted()
    await edit(stores, held, amount="90k")

    with pytest.raises(Stale, match="draft_changed") as told:
        await press(stores, held)

    assert {"revision": 2} == told.value.facts


@pytest.mark.parametrize("swept", [True, False])
@pytest.mark.parametrize("press", [save, edit, discard])
async def test_an_expired_draft_cannot_be_pressed(
    stores: Stores, press: Callable[[Stores, HeldDraft], Awaitable[HeldDraft]], *, swept: bool
) -> None:
    """Whether or not the sweep has come by."""
    held = await stores.drafted()
    stores.move(days=7)
    closed = await stores.drafts.expire() if swept else 0

    with pytest.raises(Stale, match="draft_expired"):
        await press(stores, held)

    assert (int(swept), DraftState.EXPIRED if swept else DraftState.OPEN) == (closed, (await stores.held(held.id)).state)


async def test_the_sweep_closes_only_what_is_over(stores: Stores) -> None:
    """A saved draft is not expired after the fact, nor one that still has time; and each only once."""
    await stores.saved()
    old = await stores.drafted()
    stores.move(days=6)
    young = await stores.drafted()
    stores.move(days=1)

    closed = [await stores.drafts.expire() for _ in range(2)]

    assert ([1, 0], [young], DraftState.EXPIRED) == (closed, await stores.drafts.open_of(LIN), (await stores.held(old.id)).state)


async def test_undo_lasts_ten_minutes(stores: Stores) -> None:
    """A moment before it can be taken back, at the minute it cannot."""
    in_time, late = await stores.saved(), await stores.saved()
    stores.move(minutes=9, seconds=59)
    await undo(stores, in_time)
    stores.move(seconds=1)

    with pytest.raises(Stale, match="undo_too_late"):
        await undo(stores, late)

    assert late.undo_until == stores.clock.now()


async def test_undo_never_takes_back_somebody_elses_change(stores: Stores) -> None:
    """The record has moved on since."""
    saved = await save(stores, await update(stores, amount=2))
    await stores.records.put("opportunity", {"stage": "won"}, cause=SYSTEM, record_id=CRM_OPPORTUNITY)

    with pytest.raises(Stale, match="record_changed"):
        await undo(stores, saved)

    assert {"account": "Acme", "amount": 2, "stage": "won"} == await stores.fields_of(CRM_OPPORTUNITY)


async def test_a_draft_does_not_overwrite_what_changed_while_it_waited(stores: Stores) -> None:
    """Another field may change; the same one may not, until the person has edited with the record as it is now."""
    beside, clash = await update(stores, stage="won"), await stores.drafted(replace(DRAFT, fields={"amount": 2}, record_id=CRM_OPPORTUNITY))
    await stores.records.put("opportunity", {"amount": 7}, cause=SYSTEM, record_id=CRM_OPPORTUNITY)

    await save(stores, beside)
    with pytest.raises(Stale, match="record_changed"):
        await save(stores, clash)
    await save(stores, await edit(stores, clash, amount=8))

    assert {"account": "Acme", "amount": 8, "stage": "won"} == await stores.fields_of(CRM_OPPORTUNITY)


async def test_a_draft_of_a_record_that_is_gone_is_stale(stores: Stores) -> None:
    """Archived or erased while the draft waited."""
    archived = await update(stores, amount=2)
    await stores.records.archive(CRM_OPPORTUNITY, cause=SYSTEM)

    with pytest.raises(Stale, match="record_gone"):
        await save(stores, archived)

    assert [] == await uses(stores, archived)


async def test_a_draft_of_a_record_that_never_was_is_a_mistake(stores: Stores) -> None:
    """It is not held, and its turn stays open for the engine to see to."""
    turn_id = await stores.kept()

    with pytest.raises(KeyError):
        await stores.ledger.settle(stores.settlement(turn_id, replace(DRAFT, record_id=RecordId("x"))))

    assert not await stores.inbox.is_settled(turn_id)


async def test_an_unknown_draft_is_none(stores: Stores) -> None:
    """No draft is made up."""
    draft = await stores.drafts.draft(DraftId("x"))

    assert draft is None


async def test_a_draft_takes_the_place_of_the_one_it_was_made_from(stores: Stores) -> None:
    """The old one is put away in the same step; one that was saved meanwhile, or is somebody else's, stays as it is."""
    first, saved = await stores.drafted(), await stores.saved()
    second = await stores.drafted(replace(DRAFT, replaces=first.id))
    await stores.drafted(replace(DRAFT, replaces=saved.id))
    theirs = replace(stores.settlement(await stores.kept(), replace(DRAFT, replaces=second.id)), user_id=MAYA)
    await stores.ledger.settle(theirs)

    states = [(await stores.held(one.id)).state for one in (first, second, saved)]

    assert [DraftState.DISCARDED, DraftState.OPEN, DraftState.SAVED] == states
