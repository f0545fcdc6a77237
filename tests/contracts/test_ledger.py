"""The port `Ledger`."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.decision import Decision, Use
from bot.domain.ids import ContentId, DecisionId, TurnId
from bot.domain.outcome import Answer
from bot.domain.records import DraftState
from bot.store.content import digest_of
from bot.store.rows import every
from tests.contracts.house import ANSWER, DRAFT, HEARD, LIN, MADE, MAYA, SEEN, Stores, origin

CHART = Chart(ChartKind.TREND, "won", ("2026-01", "2026-02"), (Series("CNY", (1.5, None), "CNY"),), note="read")


async def test_a_settled_turn_tells_its_whole_story(stores: Stores) -> None:
    """What was said, the answer, its evidence and how it was made read back as they were."""
    query = {"entity": "opportunity", "filters": [{"field": "stage", "op": "=", "value": "won"}]}
    turn_id = await stores.kept("max discount?")
    settlement = replace(stores.settlement(turn_id, said="max discount?"), made=replace(MADE, query=query))

    settled = await stores.ledger.settle(settlement)

    story = await stores.ledger.decision(settlement.decision_id)
    assert settled
    assert story is not None
    assert story == await stores.ledger.decision_of(turn_id)
    assert story == Decision(
        settlement.decision_id,
        turn_id,
        settlement.origin.thread_id,
        LIN,
        settlement.at,
        "max discount?",
        ANSWER.text,
        (SEEN, HEARD),
        settlement.made,
        found=True,
        draft_id=None,
        digests=story.digests,
        buttons=ANSWER.buttons,
    )
    assert {"said", "outcome", "query", "evidence 1", "evidence 2"} == set(story.digests)


async def test_a_chart_is_kept_with_the_words_and_erased_with_them(stores: Stores) -> None:
    """It goes out with the message, is told with the decision, and leaves nothing behind."""
    turn_id = await stores.kept("won by month")
    settlement = replace(stores.settlement(turn_id, said="won by month"), outcome=replace(ANSWER, chart=CHART))
    await stores.ledger.settle(settlement)
    message = await stores.claim_one()
    before = await stores.ledger.decision(settlement.decision_id)
    [row] = await stores.database.read(lambda database: every(database, "SELECT outcome_id FROM decisions"))

    await stores.sqlite_content.erase(ContentId(row["outcome_id"]))

    after = await stores.ledger.decision(settlement.decision_id)
    assert before is not None
    assert after is not None
    assert isinstance(message.outcome, Answer)
    assert (CHART, CHART, None, None) == (message.outcome.chart, before.chart, after.text, after.chart)


async def test_settling_ends_the_turn_queues_the_answer_and_says_so(stores: Stores) -> None:
    """Inbox, outbox and events change with the decision."""
    settlement = await stores.settled()

    message = await stores.claim_one()
    [event] = await stores.events.since(0)
    assert await stores.inbox.is_settled(settlement.turn_id)
    assert (ANSWER, settlement.decision_id, settlement.turn_id) == (message.outcome, message.decision_id, message.turn_id)
    assert (MADE.lang, settlement.origin, None, 1) == (message.lang, message.origin, message.draft_id, message.attempt)
    assert ("turn.settled", 1, stores.clock.now()) == (event.type, event.version, event.at)
    assert event.payload == {
        "turn_id": settlement.turn_id,
        "decision_id": settlement.decision_id,
        "thread_id": settlement.origin.thread_id,
    }


async def test_settling_twice_does_nothing(stores: Stores) -> None:
    """A step that is run again after a crash finds its work done, whatever it would say now."""
    settlement = await stores.settled()
    other = stores.settlement(settlement.turn_id, Answer("something else"))

    again = await stores.ledger.settle(other)

    assert (False, None) == (again, await stores.ledger.decision(other.decision_id))
    assert ([ANSWER], 1) == ([one.outcome for one in await stores.outbox.claim(9)], await stores.events.last_seq())


async def test_settled_by_five_at_once_it_is_settled_by_one(stores: Stores) -> None:
    """However many workers believe that the turn is theirs."""
    turn_id = await stores.kept()

    results = await asyncio.gather(*[stores.ledger.settle(stores.settlement(turn_id)) for _ in range(5)])

    assert [False] * 4 + [True] == sorted(results)


async def test_a_turn_that_was_never_kept_cannot_be_settled(stores: Stores) -> None:
    """A settlement without an arrival is a mistake of ours, and leaves nothing."""
    with pytest.raises(KeyError):
        await stores.ledger.settle(stores.settlement(TurnId("nowhere")))

    assert 0 == await stores.events.last_seq()


async def test_what_was_heard_may_differ_from_what_was_sent(stores: Stores) -> None:
    """A decision keeps the words as heard."""
    settlement = stores.settlement(await stores.kept("🎤"), said="eighty k")
    await stores.ledger.settle(settlement)

    story = await stores.ledger.decision(settlement.decision_id)

    assert story is not None
    assert "eighty k" == story.said


async def test_a_draft_is_held_for_its_author_for_seven_days(stores: Stores) -> None:
    """The message that shows it names draft and revision."""
    held = await stores.drafted()

    message = await stores.claim_one()
    assert (held.id, 1, DRAFT) == (message.draft_id, message.revision, message.outcome)
    assert (LIN, DraftState.OPEN, None, 1) == (held.author, held.state, held.record_id, held.revision)
    assert (DRAFT.entity, DRAFT.fields, DRAFT.evidence) == (held.entity, held.fields, held.evidence)
    assert (stores.clock.now() + timedelta(days=7), None) == (held.expires_at, held.undo_until)


async def test_a_draft_may_bring_its_own_end(stores: Stores) -> None:
    """The house's seven days are a default."""
    ends = stores.clock.now() + timedelta(hours=3)

    held = await stores.drafted(replace(DRAFT, expires_at=ends))

    assert ends == held.expires_at


async def test_a_draft_of_nobody_is_refused(stores: Stores) -> None:
    """Somebody must be able to decide on it."""
    turn_id = await stores.kept()

    with pytest.raises(ValueError, match="without an author"):
        await stores.ledger.settle(replace(stores.settlement(turn_id, DRAFT), user_id=None))

    assert not await stores.inbox.is_settled(turn_id)


async def test_the_answer_to_a_press_is_shown_on_the_pressed_draft(stores: Stores) -> None:
    """So that it can carry an undo button; no second draft comes of it, even when it shows the draft again."""
    held = await stores.drafted()
    press = await stores.inbox.keep(stores.pressed("edit", held, {"amount": "90k"}), backlog=9)
    edited = await stores.drafts.edit(held.id, 1, LIN, {"amount": "90k"}, turn_id=press.turn_id)

    await stores.ledger.settle(stores.settlement(press.turn_id, replace(DRAFT, fields=edited.fields), said="edit"))

    story = await stores.ledger.decision_of(press.turn_id)
    await stores.outbox.delivered((await stores.claim_one()).id, "")
    message = await stores.claim_one()
    assert story is not None
    assert (held.id, held.id, 2) == (story.draft_id, message.draft_id, message.revision)
    assert [edited] == await stores.drafts.open_of(LIN)


async def test_digests_are_salted_hashes_of_the_content(stores: Stores) -> None:
    """Equal words have different digests, and each can be checked while its salt is there."""
    said = [(await stores.settled(said="yes")).decision_id for _ in range(2)]
    stories = [await stores.ledger.decision(decision_id) for decision_id in said]

    rows = await stores.database.read(lambda database: every(database, "SELECT digest, salt FROM content WHERE body = 'yes'"))

    digests = {story.digests["said"] for story in stories if story}
    assert 2 == len(digests)
    assert digests == {digest_of("yes", row["salt"]) for row in rows} == {row["digest"] for row in rows}


async def test_decisions_page_newest_first(stores: Stores) -> None:
    """Each page begins where the one before ended, also when new ones come in between."""
    made = [(await stores.settled()).decision_id for _ in range(5)]

    first = await stores.ledger.decisions(LIN, limit=2)
    await stores.settled()
    second = await stores.ledger.decisions(LIN, after=first.after, limit=2)
    third = await stores.ledger.decisions(LIN, after=second.after, limit=2)

    assert made[::-1] == [one.id for page in (first, second, third) for one in page.items]
    assert third.after is None


async def test_decisions_of_one_are_not_those_of_another(stores: Stores) -> None:
    """By user, or all when nobody is named."""
    mine = await stores.settled()
    turn_id = await stores.kept()
    hers = replace(stores.settlement(turn_id), user_id=MAYA)
    await stores.ledger.settle(hers)

    pages = [await stores.ledger.decisions(user) for user in (LIN, MAYA, None)]

    assert [[mine.decision_id], [hers.decision_id], [hers.decision_id, mine.decision_id]] == [
        [one.id for one in page.items] for page in pages
    ]


async def test_a_use_counts_once_for_each_person(stores: Stores) -> None:
    """Shown twice to Lin is shown to Lin; used by Maya is another thing, and so is somebody unknown."""
    decision_id = (await stores.settled()).decision_id

    first = stores.clock.now()
    for use, user in ((Use.SHOWN, LIN), (Use.SHOWN, LIN), (Use.USED, MAYA), (Use.SHOWN, None), (Use.SHOWN, None)):
        await stores.ledger.note_use(decision_id, use, user)
        stores.move(seconds=1)

    story = await stores.ledger.decision(decision_id)
    second, third = first + timedelta(seconds=2), first + timedelta(seconds=3)
    assert story is not None
    assert ((Use.SHOWN, LIN, first), (Use.USED, MAYA, second), (Use.SHOWN, None, third)) == story.uses


async def test_unknown_decisions_are_none(stores: Stores) -> None:
    """No story is made up."""
    stories = [await stores.ledger.decision(DecisionId("x")), await stores.ledger.decision_of(TurnId("x"))]

    assert [None, None] == stories


async def test_killed_in_the_middle_of_settling_nothing_is_left(stores: Stores) -> None:
    """Six processes are killed at six places of the transaction; afterwards the turn settles as if they had never been."""
    turn_id = await stores.kept()

    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.contracts.dying_writer", str(stores.path), turn_id],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    left = (await stores.inbox.is_settled(turn_id), await stores.ledger.decision_of(turn_id), await stores.events.last_seq())
    rows = await stores.database.read(lambda database: every(database, "SELECT body FROM content UNION SELECT id FROM drafts"))
    assert ("-9 -9 -9 -9 -9 -9", "") == (killed.stdout, killed.stderr)
    assert ((False, None, 0), [{"body": "hello"}]) == (left, rows)
    assert await stores.ledger.settle(stores.settlement(turn_id, DRAFT))


async def test_threads_of_others_are_untouched(stores: Stores) -> None:
    """Settling one turn leaves its neighbours waiting."""
    waiting = await stores.kept(where=origin("other"))

    await stores.settled()

    assert not await stores.inbox.is_settled(waiting)
