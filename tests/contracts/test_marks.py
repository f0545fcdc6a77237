"""The ports `Ledger`, `Outbox` and `Drafts`, where chats lean on them: cards that are settled, drafts over chats, the last answers."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.decision import Mark, Message, MessageState
from bot.domain.ids import MessageId, ThreadId
from bot.domain.outcome import Answer
from bot.domain.people import Role, User
from bot.domain.talk import DIRECT, Handle, Origin, direct_thread, group_thread
from tests.contracts.house import ANSWER, DRAFT, LIN, MAYA, Stores, origin

SLACK = Origin("slack", "T1", "U1", direct_thread("slack", "T1", "U1"))
WECOM = Origin("wecom", "ww1", "lin", direct_thread("wecom", "ww1", "lin"))
GROUP = Origin("slack", "T1", "U1", group_thread("slack", "T1", "C1"), "C1", group=True)


async def carded(stores: Stores, where: Origin = SLACK) -> Message:
    """A draft's card that was delivered."""
    await stores.settled(DRAFT, where=where)
    card = await stores.claim_one()
    await stores.outbox.delivered(card.id, f"receipt of {card.id}")
    return card


async def pressed(stores: Stores, card: Message, *marks: Mark) -> None:
    """A press on a draft's card that was carried out."""
    settlement = stores.settlement(await stores.kept("save", where=card.origin), Answer("Saved."), said="save", where=card.origin)
    await stores.ledger.settle(replace(settlement, draft_id=card.draft_id, marks=marks))


async def test_a_settled_card_goes_before_the_answer_and_says_what_was_pressed(stores: Stores) -> None:
    """Its own outcome once more, in its own place, with what was lent for it; then the answer, about the same draft."""
    card = await carded(stores)
    lent = Handle("response_code", "rc", stores.clock.now() + timedelta(hours=72))
    await pressed(stores, card, Mark(card.id, "Save", "Lin", lent, "Asia/Shanghai"))

    update = await stores.claim_one()
    await stores.outbox.delivered(update.id, "again")
    answer = await stores.claim_one()

    assert (card.id, "Save", card.outcome, card.decision_id, card.draft_id) == (
        update.updates, update.pressed, update.outcome, update.decision_id, update.draft_id
    )  # fmt: skip
    assert {"by": "Lin", "at": stores.clock.now().isoformat(timespec="microseconds"), "zone": "Asia/Shanghai"} == dict(update.facts)
    assert (replace(card.origin, handle=lent), None) == (update.origin, answer.updates)
    assert (card.draft_id, 1) == (answer.draft_id, answer.revision)


async def test_a_card_is_settled_once(stores: Stores) -> None:
    """A second press, and a mark of a message that never was, queue an answer and no more."""
    card = await carded(stores)
    for mark in (Mark(card.id, "Save", "Lin"), Mark(card.id, "", ""), Mark(MessageId("nowhere"), "Save", "Lin")):
        await pressed(stores, card, mark)

    waiting = await stores.outbox.page(MessageState.WAITING)

    assert [card.id, None, None, None] == [one.updates for one in waiting.items]


async def test_a_message_is_there_to_be_looked_at(stores: Stores) -> None:
    """With the platform's receipt, once that is there; an unknown one is nothing."""
    card = await carded(stores)
    found = await stores.outbox.message(card.id)

    assert found is not None
    assert (card.outcome, card.origin, f"receipt of {card.id}") == (found.outcome, found.origin, found.receipt)
    assert None is await stores.outbox.message(MessageId("nowhere"))


async def test_what_shows_a_draft_is_found(stores: Stores) -> None:
    """Its card and its answers, once they were delivered; never what settled them, nor another draft's."""
    card = await carded(stores)
    await carded(stores)
    await pressed(stores, card, Mark(card.id, "Save", "Lin"))
    before = await stores.outbox.showing(card.draft_id) if card.draft_id else ()
    for _ in range(2):
        await stores.outbox.delivered((await stores.claim_one()).id, "r")
    after = await stores.outbox.showing(card.draft_id) if card.draft_id else ()

    assert ([card.id], ["New deal · Acme | $80k", "Saved."]) == ([one.id for one in before], [one.outcome.text for one in after])


async def test_a_decision_about_a_draft_opens_none(stores: Stores) -> None:
    """The draft is the one that was decided about, even where a draft is shown again; one that is not there is none."""
    card = await carded(stores)
    settlement = stores.settlement(await stores.kept("show", where=SLACK), DRAFT, said="show", where=SLACK)
    await stores.ledger.settle(replace(settlement, draft_id=card.draft_id))
    decision = await stores.ledger.decision(settlement.decision_id)

    assert decision is not None
    assert (card.draft_id, 1) == (decision.draft_id, len(await stores.drafts.open_of(LIN)))


async def test_the_last_answers_of_a_talk_are_over_all_direct_chats(stores: Stores) -> None:
    """One person's, newest first; a group and a page's thread are talks of their own."""
    for text, where in (("a", SLACK), ("b", WECOM), ("c", GROUP), ("d", origin("page-1"))):
        await stores.settled(replace(ANSWER, text=text), where=where)
    told = {
        talk: [one.text for one in await stores.ledger.latest(LIN, talk)] for talk in (DIRECT, GROUP.thread_id, ThreadId("page-1"))
    }

    assert {DIRECT: ["b", "a"], GROUP.thread_id: ["c"], ThreadId("page-1"): ["d"]} == told
    assert (["b"], []) == (
        [one.text for one in await stores.ledger.latest(LIN, DIRECT, limit=1)], list(await stores.ledger.latest(MAYA, DIRECT))
    )


async def test_the_last_save_can_be_undone_while_its_time_lasts(stores: Stores) -> None:
    """Of that person alone; neither what was undone, nor what is still open."""
    await stores.saved()
    stores.move(minutes=1)
    last = await stores.saved()
    await stores.drafted()
    found, theirs = await stores.drafts.undoable_of(LIN), await stores.drafts.undoable_of(MAYA)
    await stores.drafts.undo(last.id, last.revision, LIN, turn_id=stores.turn())
    before = await stores.drafts.undoable_of(LIN)
    stores.move(minutes=30)

    assert (last.id, None) == (found.id if found else None, theirs)
    assert (False, None) == (before is None or before.id == last.id, await stores.drafts.undoable_of(LIN))


async def test_a_message_about_a_draft_tells_by_whose_clock_it_is_read(stores: Stores) -> None:
    """Its author's, as it is now; a message about no draft tells none."""
    await stores.users.seed([User(LIN, "Lin", "lin@example.com", Role.REP, "east", "Asia/Shanghai")])
    card = await carded(stores)
    await stores.settled(ANSWER, where=SLACK)
    answer = await stores.claim_one()

    assert ("Asia/Shanghai", None) == (card.facts.get("zone"), answer.facts.get("zone"))
