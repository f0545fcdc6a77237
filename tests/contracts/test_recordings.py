"""The port `Recordings`: kept beside the sound, the speaker's alone, and erased with all that quotes it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.hearing import Heard, Mend, Mended, Segment, Transcript
from bot.domain.ids import TurnId, UserId
from bot.domain.outcome import Answer, Draft, Proposal
from bot.domain.people import EVERYONE
from bot.domain.records import DraftState, HeldDraft, Retention
from bot.domain.talk import Media
from bot.ports import Recordings
from bot.store.belongings import SqliteBelongings, played_from
from bot.store.content import SqliteContent
from bot.store.recordings import SqliteRecordings
from tests.contracts.audited_house import wrong
from tests.contracts.house import LIN, MAYA, Stores
from tests.fakes.media import FakeMedia

SOUND = Media("voice", "voice.amr", "audio/amr", 5, "sound")
PRIVATE = "八十万底价绝不能说"
WORDS = f"跟海蓝谈了，{PRIVATE}。"
TRANSCRIPT = Transcript(
    Heard((Segment(0.0, 2.5, "跟海兰谈了，", 0.8), Segment(2.5, 5.0, f"{PRIVATE}。", 0.4)), "zh", 0.98, 5.0, "whisper-base"),
    Mended(WORDS, (Mend(1, 3, "海兰", "海蓝"),)),
)


@pytest.fixture
def belongings(stores: Stores, tmp_path: Path) -> SqliteBelongings:
    """What people sent."""
    return SqliteBelongings(stores.database, stores.clock, stores.ids, tmp_path / "belongings", {"web": FakeMedia({"sound": b"#!AMR"})}, 99)


@pytest.fixture
def recordings(stores: Stores, belongings: SqliteBelongings) -> SqliteRecordings:
    """The port."""
    return SqliteRecordings(stores.database, stores.clock, stores.ids, belongings)


async def spoken(stores: Stores, recordings: SqliteRecordings) -> tuple[TurnId, Path]:
    """A voice message of Lin's that was heard; its turn, and where its sound lies, with the form in which it was played."""
    turn_id = await stores.kept("")
    path = await recordings.belongings.fetch(turn_id, "web", LIN, SOUND, Retention.AUDIO)
    played_from(path).parent.mkdir()
    played_from(path).write_bytes(b"m4a")
    await recordings.keep(turn_id, LIN, TRANSCRIPT)
    return turn_id, path


async def drafted(stores: Stores, turn_id: TurnId) -> HeldDraft:
    """A draft that quotes what was said, itself and in what is saved with it."""
    quote = Evidence(PRIVATE, "录音", "0:02", EvidenceKind.EVENT, 0.9, turn_id, EVERYONE)
    beside = Proposal("touchpoint", "touchpoint", {"note": WORDS}, {"note": quote})
    draft = Draft(f"新商机|{PRIVATE}", "opportunity", {"next_step": PRIVATE}, {"next_step": quote}, also=(beside,))
    await stores.ledger.settle(stores.settlement(turn_id, draft, said=WORDS))
    story = await stores.ledger.decision_of(turn_id)
    assert story is not None
    assert story.draft_id is not None
    return await stores.held(story.draft_id)


async def test_what_was_heard_is_found_again_by_who_spoke(stores: Stores, recordings: Recordings) -> None:
    """With its seconds, how sure each is, and its mends; nobody else has such a recording."""
    assert isinstance(recordings, SqliteRecordings)
    turn_id, path = await spoken(stores, recordings)

    found, other = await recordings.recording(turn_id, LIN), await recordings.recording(turn_id, MAYA)

    assert found is not None
    assert (TRANSCRIPT, path, None) == (found.transcript, found.sound, other)
    assert (turn_id, None) == (await recordings.latest(LIN), await recordings.latest(MAYA))


async def test_nothing_that_was_said_is_on_the_disk_after_it_was_erased(stores: Stores, recordings: SqliteRecordings) -> None:
    """Neither sound nor transcript, nor the turn, its draft, what is saved with that, nor any quote; the decision keeps digests."""
    turn_id, path = await spoken(stores, recordings)
    draft = await drafted(stores, turn_id)
    before = PRIVATE.encode() in stores.on_disk()

    erased = await recordings.erase(turn_id, LIN)

    story = await stores.ledger.decision_of(turn_id)
    assert story is not None
    assert (True, True, False) == (before, erased, PRIVATE.encode() in stores.on_disk())
    assert [] == [one for one in path.parent.rglob("*") if one.is_file()]
    assert [] == wrong(stores.path)
    assert (None, None, {"said", "outcome"}) == (story.said, story.text, {"said", "outcome"} & story.digests.keys())
    assert DraftState.DISCARDED == (await stores.held(draft.id)).state


async def test_what_was_made_of_it_later_goes_with_it(stores: Stores, recordings: SqliteRecordings) -> None:
    """A later draft that keeps a quote of it, and answers to presses on either."""
    turn_id, _ = await spoken(stores, recordings)
    first = await drafted(stores, turn_id)
    quote = Evidence(PRIVATE, "录音", "0:02", EvidenceKind.EVENT, 0.9, turn_id, EVERYONE)
    second = await stores.drafted(Draft(f"改成|{PRIVATE}", "opportunity", {"next_step": PRIVATE}, {"next_step": quote}, replaces=first.id))
    pressed = replace(stores.settlement(await stores.kept("save"), Answer(f"存好了|{PRIVATE}"), said="save"), draft_id=second.id)
    await stores.ledger.settle(pressed)

    await recordings.erase(turn_id, LIN)

    assert PRIVATE.encode() not in stores.on_disk()
    assert DraftState.DISCARDED == (await stores.held(second.id)).state


async def test_a_record_that_was_saved_stays(stores: Stores, recordings: SqliteRecordings) -> None:
    """It is the book's, and erased as one; its history has lost the quote."""
    turn_id, _ = await spoken(stores, recordings)
    draft = await drafted(stores, turn_id)
    saved = await stores.drafts.save(draft.id, draft.revision, LIN, turn_id=stores.turn())
    assert saved.record_id is not None

    await recordings.erase(turn_id, LIN)

    history = await stores.records.history(saved.record_id)
    assert {"next_step": PRIVATE} == await stores.fields_of(saved.record_id)
    assert [""] == [one.evidence.quote for one in history if one.evidence]


async def test_other_turns_of_the_same_person_stay(stores: Stores, recordings: SqliteRecordings) -> None:
    """Only what came of this recording goes."""
    turn_id, _ = await spoken(stores, recordings)
    await drafted(stores, turn_id)
    other = await stores.settled(Answer("另一件事"), said="别的")

    await recordings.erase(turn_id, LIN)

    story = await stores.ledger.decision(other.decision_id)
    assert story is not None
    assert ("别的", "另一件事") == (story.said, story.text)


@pytest.mark.parametrize("who", [MAYA, UserId("nobody")])
async def test_nobody_erases_what_somebody_else_said(stores: Stores, recordings: SqliteRecordings, who: UserId) -> None:
    """It reads as not there."""
    turn_id, path = await spoken(stores, recordings)

    erased = await recordings.erase(turn_id, who)

    assert (False, True, TRANSCRIPT) == (erased, path.exists(), await recordings.transcript(turn_id))


async def test_sound_goes_by_its_own_age_and_the_words_by_theirs(stores: Stores, recordings: SqliteRecordings) -> None:
    """After thirty days it is played no more; after a year nothing of it is on the disk, though turns are kept for two."""
    content = SqliteContent(stores.database, stores.clock, recordings.sweep)
    turn_id, path = await spoken(stores, recordings)
    await stores.ledger.settle(stores.settlement(turn_id, Answer(f"听到:{PRIVATE}"), said=WORDS))
    for message in await stores.outbox.claim(10):
        await stores.outbox.delivered(message.id, "")
    days = {"audio": 30, "transcript": 365, "turn": 730, "evidence": 730}

    stores.move(days=31)
    await content.purge(days)
    month = (await recordings.recording(turn_id, LIN), path.exists(), played_from(path).exists(), PRIVATE.encode() in stores.on_disk())
    stores.move(days=340)
    await content.purge(days)

    assert month[0] is not None
    assert (TRANSCRIPT, None, False, False, True) == (month[0].transcript, month[0].sound, *month[1:])
    assert (None, False) == (await recordings.recording(turn_id, LIN), PRIVATE.encode() in stores.on_disk())
