"""What chats bring, told as dialogues: taps, typed buttons, voice, files, a hello, a stop, why; and one conversation over two of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.domain.decision import Message, MessageState, Use, Verdict
from bot.domain.ids import DraftId, MessageId, ThreadId
from bot.domain.offers import place_of
from bot.domain.outcome import Answer, Button
from bot.domain.records import DraftState
from bot.domain.talk import (
    File,
    Handle,
    Media,
    Opened,
    Origin,
    Press,
    Stopped,
    Tap,
    Turn,
    Utterance,
    Voice,
    direct_thread,
    group_thread,
)
from bot.errors import Upstream
from tests.scenarios.stage import ANN, Stage, staged

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SLACK = Origin("slack", "", "U1", direct_thread("slack", "", "U1"))
WECOM = Origin("wecom", "", "ann", direct_thread("wecom", "", "ann"))
BO = Origin("slack", "", "U2", direct_thread("slack", "", "U2"))
GROUP = Origin("slack", "", "U1", group_thread("slack", "", "C1:1.2"), "C1:1.2", group=True)
SOUND = Media("voice", "voice.amr", "audio/amr", 5, "sound-1")
PAPER = Media("file", "price list.pdf", "application/pdf", 9, "paper-1")

_keys = count(1)


def key() -> str:
    """What a platform calls its next message."""
    return f"k{next(_keys)}"


def said(text: str, where: Origin = SLACK) -> Utterance:
    """Words."""
    return Utterance(where, key(), text, NOON)


def tap(card: Message, action: str, where: Origin | None = None) -> Tap:
    """A press on the button of a card that does `action`, by the person it was for, where it was."""
    return Tap(where or card.origin, key(), card.id, place_of(card.outcome, action), NOON)


def answers(stage: Stage) -> list[str]:
    """What people read, in order, but for cards that were settled."""
    return [one.outcome.text for one in stage.channel.shown if one.updates is None]


def settled(stage: Stage) -> list[tuple[MessageId | None, str]]:
    """Which cards were settled, with what was pressed."""
    return [(one.updates, one.pressed) for one in stage.channel.shown if one.updates]


async def quiet(stage: Stage) -> None:
    """Wait until nothing is left to do, for turns that are answered in silence."""
    async with asyncio.timeout(20):
        while await stage.inbox.orphans() or any([await _waits(stage, one) for one in (SLACK, WECOM, GROUP, BO)]):  # noqa: ASYNC110 - as seen
            await asyncio.sleep(0.005)


async def _waits(stage: Stage, where: Origin) -> bool:
    states = (MessageState.WAITING, MessageState.SENDING)
    return await stage.inbox.next_in(where.thread_id) is not None or any([(await stage.outbox.page(one)).items for one in states])


@pytest.mark.parametrize(
    "text, told, label",
    [("记一下陈总", ["note: 记一下陈总", "存好了。10分钟内可以撤销。", "撤销了,恢复原样。"], ["保存", "撤销"]),
     ("call Dana", ["note: call Dana", "Saved. You can undo it for ten minutes.", "Undone; it is as it was."], ["Save", "Undo"])],
)  # fmt: skip
async def test_draft_is_saved_and_undone_by_taps_and_its_cards_are_settled(
    tmp_path: Path, text: str, told: list[str], label: list[str]
) -> None:
    """[Save], then [Undo] on the answer to it: each once, in the card's language, and each card says what was pressed."""
    async with staged(tmp_path) as stage:
        card = await stage.say(said(text), 1)
        await stage.say(tap(card, "save"), 3)
        saved = stage.channel.shown[-1]
        kept = await stage.records.page("note")
        await stage.say(tap(saved, "undo"), 5)
        left = await stage.records.page("note")

    marks = [(one.facts["by"], one.facts["zone"]) for one in stage.channel.shown if one.updates]
    assert (told, [(card.id, label[0]), (saved.id, label[1])]) == (answers(stage), settled(stage))
    assert ([{"text": text}], ()) == ([dict(one.fields) for one in kept.items], left.items)
    assert [("Ann", "Europe/Berlin")] * 2 == marks


async def test_second_tap_is_told_that_it_is_done_and_does_nothing(tmp_path: Path) -> None:
    """A card that still shows its buttons, because the platform is late, saves once."""
    async with staged(tmp_path) as stage:
        card = await stage.say(said("call Dana"), 1)
        await stage.say(tap(card, "save"), 3)
        await stage.say(tap(card, "save"), 4)
        kept = await stage.records.page("note")

    assert ("This draft has been dealt with already.", [(card.id, "Save")], 1) == (answers(stage)[-1], settled(stage), len(kept.items))


async def test_same_tap_delivered_three_times_is_one(tmp_path: Path) -> None:
    """Platforms send again."""
    async with staged(tmp_path) as stage:
        card = await stage.say(said("call Dana"), 1)
        pressed = tap(card, "save")
        await asyncio.gather(*(stage.door.arrive(pressed) for _ in range(3)))
        await stage.say(said("plain end"), 4)

    assert ["note: call Dana", "Saved. You can undo it for ten minutes.", "plain end"] == answers(stage)


async def test_what_a_platform_lent_goes_with_the_card_and_not_with_the_answer(tmp_path: Path) -> None:
    """A response code has one use: it settles the card."""
    lent = Handle("response_code", "rc-1", NOON + timedelta(hours=72))
    async with staged(tmp_path) as stage:
        card = await stage.say(said("记一下陈总", WECOM), 1)
        await stage.say(tap(card, "save", replace(WECOM, handle=lent)), 3)

    assert [(True, lent), (False, None)] == [(one.updates == card.id, one.origin.handle) for one in stage.channel.shown[1:]]


async def test_nobody_else_may_tap(tmp_path: Path) -> None:
    """In a group everybody can press; somebody else is refused, alone, and nothing is done."""
    theirs = replace(GROUP, sender="U2")
    async with staged(tmp_path) as stage:
        card = await stage.say(said("call Dana"), 1)
        await stage.say(tap(card, "save", theirs), 2)
        held = await stage.drafts.open_of(ANN.id)
        refused = stage.channel.shown[-1]

    assert ("only they can press it" in refused.outcome.text, BO) == (True, refused.origin)
    assert (1, []) == (len(held), settled(stage))


@pytest.mark.parametrize("message_id, button", [("nowhere", 0), ("", 99), ("", -1)])
async def test_a_button_that_is_not_there_is_refused(tmp_path: Path, message_id: str, button: int) -> None:
    """What a platform sends back is not trusted."""
    async with staged(tmp_path) as stage:
        card = await stage.say(said("call Dana"), 1)
        await stage.say(Tap(SLACK, key(), MessageId(message_id or card.id), button, NOON), 2)

    assert "This button no longer works." == answers(stage)[-1]


async def test_tap_that_says_something_is_a_turn(tmp_path: Path) -> None:
    """The button of a question back sends its words."""
    async with staged(tmp_path) as stage:
        stage.skill.answer = Answer("Which?", buttons=(Button("Acme", "say", "plain deals of Acme"),))
        card = await stage.say(said("deals"), 1)
        await stage.say(tap(card, "say"), 2)

    assert ["Which?", "plain deals of Acme"] == answers(stage)


async def test_edit_shows_the_draft_and_how_to_change_it(tmp_path: Path) -> None:
    """Where there is no form, editing has a form in words; a form's values make the next revision, which is shown with its buttons."""
    async with staged(tmp_path) as stage:
        stage.skill.buttons = ()
        card = await stage.say(said("call Dana"), 1)
        await stage.say(tap(card, "edit"), 2)
        form = Press(SLACK, key(), DraftId(str(card.draft_id)), 1, "edit", NOON, (("text", "call Dana on Monday"),))
        edited = await stage.say(form, 5)
        await stage.say(tap(edited, "save"), 7)
        kept = await stage.records.page("note")

    assert ("call Dana" in answers(stage)[1], "Say it again as it should be" in answers(stage)[1]) == (True, True)
    assert ("Changed, not saved yet." in edited.outcome.text, "call Dana on Monday" in edited.outcome.text) == (True, True)
    assert [{"text": "call Dana on Monday"}] == [dict(one.fields) for one in kept.items]
    assert [(card.id, "Edit"), (stage.channel.shown[1].id, "Edit"), (edited.id, "Save")] == settled(stage)


@pytest.mark.parametrize("text, answer, left", [
    ("保存", "存好了。10分钟内可以撤销。", DraftState.SAVED), ("\u201c保存\u201d\uff01", "存好了。10分钟内可以撤销。", DraftState.SAVED),
    ("存吧。", "存好了。10分钟内可以撤销。", DraftState.SAVED),
    ("save", "Saved. You can undo it for ten minutes.", DraftState.SAVED),
    ("[Save]", "Saved. You can undo it for ten minutes.", DraftState.SAVED),
    ("不记", "没记,已放下。", DraftState.DISCARDED), ("Discard it", "Put away, nothing saved.", DraftState.DISCARDED),
])  # fmt: skip
async def test_typing_a_button_equals_pressing_it(tmp_path: Path, text: str, answer: str, left: DraftState) -> None:
    """The newest open draft is meant."""
    async with staged(tmp_path) as stage:
        older = await stage.say(said("call Bo"), 1)
        card = await stage.say(said("call Dana"), 2)
        await stage.say(said(text), 4)
        states = [held.state for one in (older, card) if one.draft_id and (held := await stage.drafts.draft(one.draft_id))]

    assert (answer, [DraftState.OPEN, left]) == (answers(stage)[-1], states)


async def test_typed_undo_takes_back_the_last_save(tmp_path: Path) -> None:
    """撤销 means what was saved last."""
    async with staged(tmp_path) as stage:
        await stage.say(said("call Dana"), 1)
        await stage.say(said("保存"), 3)
        await stage.say(said("撤销"), 5)

    assert "撤销了,恢复原样。" == answers(stage)[-1]


async def test_save_without_a_draft_is_just_a_word(tmp_path: Path) -> None:
    """Nothing waits, so a skill hears it."""
    async with staged(tmp_path) as stage:
        await stage.say(said("save"), 1)

    assert ["save"] == stage.skill.heard


async def test_program_decides_about_no_draft(tmp_path: Path) -> None:
    """A token that may ask may not save by asking "save"."""
    program = Origin("api", "token-1", ANN.id, ThreadId("api:1"))
    async with staged(tmp_path) as stage:
        card = await stage.say(said("call Dana"), 1)
        await stage.say(said("save", program), 2)
        held = await stage.drafts.draft(DraftId(str(card.draft_id)))

    assert (DraftState.OPEN, ["call Dana", "save"]) == (held.state if held else None, stage.skill.heard)


async def test_somebody_elses_word_saves_nothing_of_mine(tmp_path: Path) -> None:
    """The newest draft is the newest of one's own."""
    async with staged(tmp_path) as stage:
        card = await stage.say(said("call Dana"), 1)
        await stage.say(said("plain save", BO), 2)
        await stage.say(said("save", BO), 3)
        held = await stage.drafts.draft(DraftId(str(card.draft_id)))

    assert (DraftState.OPEN, "save") == (held.state if held else None, stage.skill.heard[-1])


async def test_label_of_the_last_answer_typed_is_its_button(tmp_path: Path) -> None:
    """What did not fit on a card can be said: “说「明细」”."""
    async with staged(tmp_path) as stage:
        stage.skill.answer = Answer("3单", buttons=(Button("明细", "say", "plain 海蓝上季度每一单"),))
        await stage.say(said("海蓝上季度"), 1)
        await stage.say(said("「明细」"), 2)

    assert ["3单", "plain 海蓝上季度每一单"] == answers(stage)


@pytest.mark.parametrize("ask, begins", [("为什么?", "你问的是“plain 几折”。"), ("why?", "You asked: “plain 几折”.")])
async def test_why_alone_tells_the_story_of_the_last_answer(tmp_path: Path, ask: str, begins: str) -> None:
    """Grounds, what worded it, what became of it, its number; asked twice, it is still the answer that is asked about."""
    async with staged(tmp_path) as stage:
        told = await stage.say(said("plain 几折"), 1)
        await stage.say(said(ask), 2)
        await stage.say(said(ask), 3)

    first, second = answers(stage)[1:]
    assert (begins, True, first) == (first.split("\n")[0], str(told.decision_id) in first, second)


async def test_why_before_anything_was_answered_is_just_a_word(tmp_path: Path) -> None:
    """There is nothing to tell of, so a skill hears it."""
    async with staged(tmp_path) as stage:
        await stage.say(said("why"), 1)

    assert ["why"] == stage.skill.heard


async def test_label_still_counts_after_why(tmp_path: Path) -> None:
    """Asking why in between does not take the buttons away."""
    async with staged(tmp_path) as stage:
        stage.skill.answer = Answer("3单", buttons=(Button("明细", "say", "plain 每一单"),))
        await stage.say(said("海蓝上季度"), 1)
        await stage.say(said("为什么\uff1f"), 2)
        await stage.say(said("明细"), 3)

    assert "plain 每一单" == answers(stage)[-1]


async def test_nobody_else_presses_on_a_hello(tmp_path: Path) -> None:
    """A message that no decision is behind belongs to whom it was sent."""
    async with staged(tmp_path) as stage:
        hello = await stage.say(Opened(SLACK, key(), NOON), 1)
        await stage.say(tap(hello, "say", BO), 2)
        await stage.say(tap(hello, "say"), 3)

    assert ("only they can press it" in answers(stage)[1], ["note"]) == (True, stage.skill.heard)


async def test_why_by_a_tap_shows_the_grounds(tmp_path: Path) -> None:
    """[为什么] below a draft: its evidence goes along."""
    async with staged(tmp_path) as stage:
        card = await stage.say(said("记一下陈总"), 1)
        await stage.say(tap(card, "why"), 2)
        story = stage.channel.shown[-1].outcome

    assert isinstance(story, Answer)
    assert ["你问的是“记一下陈总”。", "依据1条,列在后面。"] == story.text.split("\n")[:2]
    assert ["记一下陈总"] == [one.quote for one in story.evidence]


async def test_thumbs_are_kept_and_thanked_for(tmp_path: Path) -> None:
    """A thumb is a verdict of the person it was for."""
    async with staged(tmp_path) as stage:
        told = await stage.say(said("plain 几折"), 1)
        await stage.say(tap(told, "down"), 2)
        story = await stage.ledger.decision(told.decision_id) if told.decision_id else None

    assert story is not None
    assert ([Verdict.DOWN], True) == ([one.verdict for one in story.feedback], Use.IGNORED in {use for use, _, _ in story.uses})
    assert "记下了。哪里不对,说一句我就重答。" == answers(stage)[-1]


@pytest.mark.parametrize("media, text, answer", [
    (SOUND, "plain 最高几折", "听到:“plain 最高几折”\nplain 最高几折"),
    (None, "plain 最高几折", "听到:“plain 最高几折”(企业微信转写,无原音)\nplain 最高几折"),
    (None, "plain max discount", "Heard: “plain max discount” (transcribed by WeCom, no sound)\nplain max discount"),
])  # fmt: skip
async def test_voice_is_answered_after_what_was_heard(tmp_path: Path, media: Media | None, text: str, answer: str) -> None:
    """People see what was understood; a transcript without sound is marked as such."""
    async with staged(tmp_path) as stage:
        stage.media.kept["sound-1"] = b"#!AMR"
        await stage.say(Voice(WECOM, key(), NOON, media, text), 1)

    kept = sorted(path.read_bytes() for path in (tmp_path / "belongings" / ANN.id).glob("voice-*.amr"))
    assert ([answer], [b"#!AMR"] if media else []) == (answers(stage), kept)


async def test_voice_that_cannot_be_fetched_is_answered_by_its_transcript(tmp_path: Path) -> None:
    """The sound is gone, the words are there."""
    async with staged(tmp_path) as stage:
        await stage.say(Voice(WECOM, key(), NOON, SOUND, "plain hello"), 1)

    assert ["Heard: “plain hello”\nplain hello"] == answers(stage)


async def test_voice_without_words_is_kept_and_not_passed_over_in_silence(tmp_path: Path) -> None:
    """Until it can be listened to, that is said, in the language that the person last talked in."""
    async with staged(tmp_path) as stage:
        stage.media.kept["sound-1"] = b"#!AMR"
        await stage.say(Voice(WECOM, key(), NOON, SOUND), 1)
        await stage.say(said("plain hello", WECOM), 2)
        await stage.say(Voice(WECOM, key(), NOON, SOUND), 3)

    assert ["语音收好了,但我还听不了。先打字给我,一句就行。", "plain hello",
            "I kept your voice note, but I can't listen yet. Type it for me, a line will do."] == answers(stage)  # fmt: skip
    assert 2 == len(list((tmp_path / "belongings" / ANN.id).glob("voice-*.amr")))


async def test_voice_can_press(tmp_path: Path) -> None:
    """保存, said aloud, saves."""
    async with staged(tmp_path) as stage:
        await stage.say(said("call Dana", WECOM), 1)
        await stage.say(Voice(WECOM, key(), NOON, None, "保存。"), 2)

    assert "听到:“保存。”(企业微信转写,无原音)\n存好了。10分钟内可以撤销。" == answers(stage)[-1]


async def test_file_is_taken_in_for_its_person_alone(tmp_path: Path) -> None:
    """A rep's file is theirs; what was asked with it is answered in the same breath; a newer one of its name takes its place."""
    async with staged(tmp_path) as stage:
        stage.media.kept |= {"paper-1": b"ten percent", "paper-2": b"eleven percent"}
        await stage.say(File(SLACK, key(), NOON, PAPER), 1)
        await stage.say(File(SLACK, key(), NOON, replace(PAPER, locator="paper-2"), "plain what is new?"), 2)

    mine = f"user:{ANN.id}"
    assert [("price list.pdf", b"ten percent", mine), ("price list.pdf", b"eleven percent", mine)] == stage.library.taken
    assert 2 == stage.library.unheard
    got = "Got “price list.pdf” and read it; only you and your admins can find it. Just ask about it."
    assert [got, f"{got}\nplain what is new?"] == answers(stage)
    assert ["price list.pdf"] == [path.name for path in (tmp_path / "belongings" / ANN.id).iterdir()]


async def test_file_is_answered_before_its_vectors_are_made(tmp_path: Path) -> None:
    """Its words can be searched at once; a long paper holds nobody up for minutes."""
    async with staged(tmp_path) as stage:
        stage.media.kept["paper-1"], stage.library.vectors_made = b"ten percent", asyncio.Event()
        await stage.say(File(WECOM, key(), NOON, PAPER), 1)

    assert ["收到“price list.pdf”,读进去了,只有你和管理员查得到。直接问它就行。"] == answers(stage)


async def test_file_that_cannot_be_read_is_kept_and_says_so(tmp_path: Path) -> None:
    """Never silence: what came is told, and why it is of no use yet."""
    async with staged(tmp_path) as stage:
        stage.media.kept["paper-1"] = b"bad"
        await stage.say(File(WECOM, key(), NOON, PAPER), 1)

    assert ["收好了,但里面的字我读不了。里面没有能读的字。"] == answers(stage)


@pytest.mark.parametrize("content, size, answer", [
    (None, 9, "这个文件平台已经不留了,请再发一次。"), (b"x" * (1 << 20) + b"x", 0, "这个超过1 MB了,收不下。请拆开再发。"),
    (b"x", 9 << 20, "这个超过1 MB了,收不下。请拆开再发。"), (b"", 0, "“price list.pdf”是空的。请检查后再放一次。"),
])  # fmt: skip
async def test_file_that_cannot_be_had_is_told(tmp_path: Path, content: bytes | None, size: int, answer: str) -> None:
    """Gone, too large whatever the platform said of it, empty: a sentence each, and nothing is left lying about."""
    async with staged(tmp_path) as stage:
        stage.media.kept |= {"paper-1": content} if content is not None else {}
        await stage.say(File(WECOM, key(), NOON, replace(PAPER, size=size)), 1)

    assert ([answer], []) == (answers(stage), [path for path in (tmp_path / "belongings").rglob("*") if path.is_file()])


async def test_file_is_fetched_again_when_the_platform_stumbles(tmp_path: Path) -> None:
    """A platform that failed for a moment is asked again; then it is there."""
    async with staged(tmp_path) as stage:
        stage.media.kept["paper-1"], stage.media.troubles = b"ten percent", [Upstream("slack"), Upstream("slack")]
        await stage.say(File(SLACK, key(), NOON, PAPER), 1)

    assert (3, 1) == (len(stage.media.asked), len(stage.library.taken))


async def test_what_was_sent_goes_with_its_content(tmp_path: Path) -> None:
    """Voice is erased by its class, and its file with it; what is kept longer stays."""
    async with staged(tmp_path) as stage:
        stage.media.kept |= {"sound-1": b"#!AMR", "paper-1": b"ten percent"}
        await stage.say(Voice(WECOM, key(), NOON, SOUND), 1)
        await stage.say(File(WECOM, key(), NOON, PAPER), 2)
        await stage.content.purge({"audio": 0})

    assert ["price list.pdf"] == [path.name for path in (tmp_path / "belongings").rglob("*") if path.is_file()]


async def test_hello_is_said_once_a_day_over_all_chats(tmp_path: Path) -> None:
    """Whoever opens the chat again and again is not greeted again and again; a page of ours is no chat."""
    async with staged(tmp_path) as stage:
        await stage.say(Opened(SLACK, key(), NOON), 1)  # two lanes at once would greet in the language of the faster one
        for where, page in ((SLACK, ""), (WECOM, ""), (SLACK, "home")):
            await stage.door.arrive(Opened(where, key(), NOON, page))
        await stage.say(said("plain hi", WECOM), 2)
        await quiet(stage)

    hello = max(stage.channel.shown, key=lambda one: len(one.outcome.text))
    assert (["Hi Ann. Just ask, for example:", "plain hi"], ["note"]) == (
        sorted(answers(stage), key=len, reverse=True), [one.label for one in hello.outcome.buttons]
    )


async def test_called_by_name_in_a_group_is_answered_each_time(tmp_path: Path) -> None:
    """Somebody asked for us."""
    async with staged(tmp_path) as stage:
        await stage.say(Opened(GROUP, key(), NOON), 1)
        await stage.say(Opened(GROUP, key(), NOON), 2)

    assert ["Hi Ann. Just ask, for example:"] * 2 == answers(stage)


@pytest.mark.parametrize("durable", [False, True])
async def test_stop_ends_the_turn_under_way_without_waiting_for_it(tmp_path: Path, durable: bool) -> None:  # noqa: FBT001 - both engines
    """It does not queue behind what it is to stop, and what comes after goes on."""
    async with staged(tmp_path, durable=durable) as stage:
        stage.skill.held = asyncio.Event()
        await stage.door.arrive(said("plain long"))
        await asyncio.wait_for(stage.skill.begun.wait(), 20)
        await stage.say(Stopped(SLACK, key(), NOON), 1)
        stage.skill.held = None
        await stage.say(said("plain next"), 2)
        await quiet(stage)

    assert ["Stopped. Your question is kept; send it again whenever you want the answer.", "plain next"] == answers(stage)


async def test_stop_is_found_though_nobody_was_woken_for_it(tmp_path: Path) -> None:
    """The front process keeps it, and its poke may be lost."""
    async with staged(tmp_path) as stage:
        stage.skill.held = asyncio.Event()
        await stage.door.arrive(said("plain long"))
        await asyncio.wait_for(stage.skill.begun.wait(), 20)
        await stage.inbox.keep(Stopped(SLACK, key(), NOON), backlog=9)
        await stage.after(1)

    assert ["Stopped. Your question is kept; send it again whenever you want the answer."] == answers(stage)


async def test_who_looks_in_while_too_much_waits_is_told_nothing(tmp_path: Path) -> None:
    """A full backlog is answered aloud to what was said, not to opening the chat."""
    async with staged(tmp_path, backlog=0) as stage:
        await stage.door.arrive(Opened(WECOM, key(), NOON))
        await stage.say(said("plain 你好", WECOM), 1)

    assert ["你有0条还没答完,我先把它们做完。稍后请重发这条。"] == answers(stage)


async def test_stop_of_somebody_else_stops_nothing(tmp_path: Path) -> None:
    """In a shared thread everybody stops their own."""
    async with staged(tmp_path) as stage:
        stage.skill.held = asyncio.Event()
        await stage.door.arrive(said("plain long", GROUP))
        await asyncio.wait_for(stage.skill.begun.wait(), 20)
        await stage.door.arrive(Stopped(replace(GROUP, sender="U2"), key(), NOON))
        stage.skill.held.set()
        await stage.after(1)
        await quiet(stage)

    assert ["plain long"] == answers(stage)


async def test_stop_with_nothing_under_way_is_no_message(tmp_path: Path) -> None:
    """The answer was faster."""
    async with staged(tmp_path) as stage:
        await stage.say(said("plain fast"), 1)
        await stage.door.arrive(Stopped(SLACK, key(), NOON))
        await quiet(stage)

    assert ["plain fast"] == answers(stage)


@pytest.mark.parametrize("text, label", [("plain 坏了", "再试一次"), ("plain bad", "Try again")])
async def test_failure_offers_another_try(tmp_path: Path, text: str, label: str) -> None:
    """The button says the same words again."""
    async with staged(tmp_path) as stage:
        stage.skill.troubles = [RuntimeError("boom")]
        failed = await stage.say(said(text), 1)
        await stage.say(tap(failed, "retry"), 2)

    assert ([label], text) == ([one.label for one in failed.outcome.buttons], answers(stage)[-1])


async def test_one_conversation_over_two_chats(tmp_path: Path) -> None:
    """Begun in Slack, it goes on in WeCom; what was drafted in one is saved by a word in the other, and its card there is settled."""
    async with staged(tmp_path) as stage:
        await stage.say(said("plain 海蓝平均几折", SLACK), 1)
        await stage.say(said("plain 那上季度呢", WECOM), 2)
        card = await stage.say(said("记一下海蓝", SLACK), 3)
        await stage.say(said("保存", WECOM), 5)
        kept = await stage.records.page("note")
        there = {one.origin.channel: one for one in stage.channel.shown[3:]}

    went_on = [(turn.memory.topic is not None and turn.memory.topic.skill, turn.memory.continues) for turn in stage.skill.turns]
    assert [(False, False), ("note", True)] == went_on[:2]
    assert (card.id, "保存") == (there["slack"].updates, there["slack"].pressed)
    assert "存好了。10分钟内可以撤销。" == there["wecom"].outcome.text
    assert [{"text": "记一下海蓝"}] == [dict(one.fields) for one in kept.items]


async def test_group_is_a_talk_of_its_own(tmp_path: Path) -> None:
    """What was talked about alone is not gone on with among others."""
    async with staged(tmp_path) as stage:
        await stage.say(said("plain 海蓝平均几折", SLACK), 1)
        await stage.say(said("plain 那上季度呢", GROUP), 2)
        await stage.say(said("保存", GROUP), 3)

    topics: Sequence[Turn] = stage.skill.turns
    assert [None, None] == [turn.memory.topic for turn in topics[:2]]


async def test_button_for_oneself_alone_is_answered_in_the_direct_chat(tmp_path: Path) -> None:
    """What a group may not read comes where nobody reads along."""
    async with staged(tmp_path) as stage:
        stage.skill.answer = Answer("For you alone.", buttons=(Button("Send to me", "alone", "plain my deals"),))
        card = await stage.say(said("deals", GROUP), 1)
        await stage.say(tap(card, "alone"), 2)
        told = stage.channel.shown[-1]

    assert ("plain my deals", SLACK, ThreadId("slack::U1")) == (told.outcome.text, told.origin, told.origin.thread_id)
