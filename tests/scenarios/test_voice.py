"""A voice message without a transcript, told as a dialogue: heard, answered, stopped, refused."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from bot.domain.hearing import Heard, Segment
from bot.domain.ids import UserId
from bot.domain.talk import File, Media, Origin, Stopped, Utterance, Voice, direct_thread
from bot.errors import TellUser, Upstream
from bot.ports import SeenRecords
from bot.reading.homophones import HomophoneMender
from bot.turns.listen import Listening
from tests.fakes.hearing import FakeEars, NamedRecords
from tests.scenarios.stage import Stage, staged

WECOM = Origin("wecom", "", "ann", direct_thread("wecom", "", "ann"))
NOON = datetime(2026, 7, 15, 12, tzinfo=UTC)
RECORDS = NamedRecords({"account": [{"name": "海蓝科技"}]})


def heard(text: str) -> Heard:
    """One sentence."""
    return Heard((Segment(0.0, 2.0, text, 0.9),), "zh", 0.99, 2.0, "fake")


def listening(ears: FakeEars) -> Listening:
    """With these ears, for whoever sees one account."""
    return Listening(ears, HomophoneMender(), lambda _: cast("SeenRecords", RECORDS))


def voice(stage: Stage, key: str = "v1") -> Voice:
    """A recording that the platform has."""
    stage.media.kept["sound-1"] = b"#!AMR"
    return Voice(WECOM, key, NOON, Media("voice", "voice.amr", "audio/amr", 5, "sound-1"))


def answers(stage: Stage) -> list[str]:
    """What people read, in order."""
    return [one.outcome.text for one in stage.channel.shown if one.updates is None]


def on_disk(folder: Path, words: str) -> bool:
    """Whether the store's files hold these words."""
    return any(words.encode() in file.read_bytes() for file in folder.glob("tandem.db*"))


async def test_what_was_heard_is_said_first_and_then_answered(tmp_path: Path) -> None:
    """Names are spelt as in the records, and that is shown; the answer is to the words as they were mended."""
    ears = FakeEars([heard("plain 海兰科技续约了。")])
    async with staged(tmp_path, ears=listening(ears)) as stage:
        await stage.say(voice(stage), 1)

    told = "听到:“plain 海蓝科技续约了。”(按客户资料改了:“海兰科技”→“海蓝科技”)\nplain 海蓝科技续约了。"
    assert ([told], [b"#!AMR"]) == (answers(stage), ears.heard)


async def test_the_same_message_twice_is_heard_once(tmp_path: Path) -> None:
    """The platform sends again what was late."""
    ears = FakeEars([heard("plain 好的。")])
    async with staged(tmp_path, ears=listening(ears)) as stage:
        await stage.say(voice(stage), 1)
        await stage.door.arrive(voice(stage))

    assert 1 == len(ears.heard)


async def test_what_cannot_be_heard_is_said_in_one_sentence(tmp_path: Path) -> None:
    """And the recording is kept all the same."""
    async with staged(tmp_path, ears=listening(FakeEars([TellUser("audio_no_speech")]))) as stage:
        await stage.say(voice(stage), 1)

    assert ["我没听到有人说话。再说一次,或者打字给我?"] == answers(stage)
    assert 1 == len(list((tmp_path / "belongings").rglob("voice-*.amr")))


async def test_a_listening_process_that_died_is_asked_again(tmp_path: Path) -> None:
    """Nobody has to say it twice."""
    async with staged(tmp_path, ears=listening(FakeEars([Upstream("speech"), heard("plain 好的。")]))) as stage:
        await stage.say(voice(stage), 1)

    assert ["听到:“plain 好的。”\nplain 好的。"] == answers(stage)


async def test_listening_can_be_stopped(tmp_path: Path) -> None:
    """The work ends at once, and that is said."""
    ears = FakeEars(endless=True)
    async with staged(tmp_path, ears=listening(ears)) as stage:
        await stage.door.arrive(voice(stage))
        async with asyncio.timeout(20):
            await ears.began.wait()
        await stage.say(Stopped(WECOM, "s1", NOON), 1)

    assert ears.ended
    assert 1 == len(answers(stage))


@pytest.mark.parametrize("said", ["保存。", "保存"])
async def test_a_spoken_press_presses(tmp_path: Path, said: str) -> None:
    """保存, said aloud, saves the draft that is open."""
    async with staged(tmp_path, ears=listening(FakeEars([heard("记一下陈总。"), heard(said)]))) as stage:
        await stage.say(voice(stage), 1)
        await stage.say(voice(stage, "v2"), 2)
        kept = await stage.records.page("note")

    assert 1 == len(kept.items)


async def test_a_recording_sent_as_a_file_is_heard(tmp_path: Path) -> None:
    """Like a voice message, and kept as one: of the class of sound, beside others of its name."""
    async with staged(tmp_path, ears=listening(FakeEars([heard("plain 好的。"), heard("plain 再见。")]))) as stage:
        stage.media.kept["sound-1"] = b"ID3"
        for number, name in enumerate(("会后.mp3", "会后.mp3"), 1):
            await stage.say(File(WECOM, f"f{number}", NOON, Media("file", name, "", 3, "sound-1")), number)
        text, turns = stage.skill.turns[0].text, stage.skill.turns

    assert ["听到:“plain 好的。”\nplain 好的。", "听到:“plain 再见。”\nplain 再见。"] == answers(stage)
    assert ("plain 好的。", [(0, 9, 0.0, 2.0)]) == (text, list(turns[0].spoken.segments) if turns[0].spoken else [])
    assert (2, 0) == (len(list((tmp_path / "belongings").rglob("voice-*.mp3"))), stage.library.unheard)


async def test_words_delete_the_last_recording(tmp_path: Path) -> None:
    """Its draft is put away with it, and nothing that was said is on the disk; said again, there is nothing left to delete."""
    private = "海蓝底价六十七万"
    async with staged(tmp_path, ears=listening(FakeEars([heard(f"记一下，{private}。")]))) as stage:
        await stage.say(voice(stage), 1)
        before = on_disk(tmp_path, private)
        await stage.say(Utterance(WECOM, "u1", "把这段录音删掉。", NOON), 2)
        await stage.say(Utterance(WECOM, "u2", "delete that recording", NOON), 3)
        left = await stage.drafts.open_of(UserId("ann"))

    assert (True, False, []) == (before, on_disk(tmp_path, private), list(left))
    assert ["删了:录音和文字稿都不留。已经存进客户资料的不动。", "There is no recording of yours to delete."] == answers(stage)[1:]
    assert [] == list((tmp_path / "belongings").rglob("voice-*"))
