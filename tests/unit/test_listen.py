"""From a recording to the words that a turn is made of, and what is said about them first."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

import bot
from bot.domain.hearing import Heard, Recording, Segment, Transcript
from bot.domain.ids import TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.records import Retention
from bot.domain.talk import Lang, Media, Origin, Voice, direct_thread
from bot.ports import SeenRecords
from bot.reading.homophones import HomophoneMender
from bot.turns.listen import Listening
from bot.turns.speech import Listened, Speech
from bot.words import TomlWords, read_sentences
from tests.fakes.hearing import FakeEars, NamedRecords

WORDS = TomlWords(read_sentences(Path(bot.__file__).with_name("strings.toml")))
LIN = Speaker(UserId("lin"), "Lin", Role.REP, "east", "Asia/Shanghai")
RECORDS = NamedRecords({"account": [{"name": "海蓝科技"}], "contact": [{"name": "赵国强", "title": "采购经理"}]})
SENT_AT = datetime(2026, 7, 16, 6, 2, tzinfo=UTC)
SOUND = Media("voice", "voice.amr", "audio/amr", 5, "1")


@dataclass
class OneBox:
    """The ports `Belongings` and `Recordings`, for one turn. path: of its sound."""

    path: Path
    transcripts: dict[TurnId, Transcript] = field(default_factory=dict)

    async def fetch(self, _turn_id: TurnId, _channel: str, _owner: UserId, _media: Media, _retention: Retention) -> Path:
        """It is there."""
        return self.path

    async def keep(self, turn_id: TurnId, _speaker: UserId, transcript: Transcript) -> None:
        """Keep it."""
        self.transcripts[turn_id] = transcript

    async def transcript(self, turn_id: TurnId) -> Transcript | None:
        """What was kept."""
        return self.transcripts.get(turn_id)

    async def recording(self, _turn_id: TurnId, _speaker: UserId) -> Recording | None:
        """Nobody asks."""
        return None

    async def latest(self, _speaker: UserId) -> TurnId | None:
        """The only one."""
        return next(iter(self.transcripts), None)

    async def erase(self, turn_id: TurnId, _speaker: UserId) -> bool:
        """Forget it."""
        return self.transcripts.pop(turn_id, None) is not None


def heard(*said: tuple[str, float], lang: str = "zh", cut: bool = False) -> Heard:
    """A recording in these segments, each a second long, with how sure each is."""
    segments = tuple(Segment(float(at), at + 1.0, text, sure) for at, (text, sure) in enumerate(said))
    return Heard(segments, lang, 0.99, float(len(said)), "fake", cut)


@pytest.fixture
def box(tmp_path: Path) -> OneBox:
    """A recording; nobody looks into it."""
    path = tmp_path / "voice.amr"
    path.write_bytes(b"#!AMR")
    return OneBox(path)


def speech(box: OneBox, ears: FakeEars, url: str = "") -> Speech:
    """For a speaker who sees one account and one contact."""
    return Speech(box, box, WORDS, Listening(ears, HomophoneMender(), lambda _: cast("SeenRecords", RECORDS)), url)


async def listened(speech: Speech, *, channel: str = "wecom", media: Media | None = SOUND, transcript: str = "") -> Listened:
    """What comes of a voice message."""
    origin = Origin(channel, "", "lin", direct_thread(channel, "", "lin"))
    found = await speech.heard(TurnId("t1"), Voice(origin, "v1", SENT_AT, media, transcript), LIN, lambda _at, _of: None)
    assert found is not None
    return found


@pytest.mark.parametrize("recording, text, told", [
    (heard(("跟海蓝科技谈了。", 0.8)), "跟海蓝科技谈了。", "听到:“跟海蓝科技谈了。”"),
    (heard(("海兰科技的采购经历说，", 0.8), ("八十万。", 0.8)), "海蓝科技的采购经理说，八十万。",
     "听到:“海蓝科技的采购经理说，八十万。”(按客户资料改了:“海兰科技”→“海蓝科技”、“采购经历”→“采购经理”)"),
    (heard(("好的。", 0.8), ("那个。", 0.3)), "好的。那个。", "听到:“好的。那个。”\n这几处没听清:“那个。”。"),
    (heard(("Met Acme.", 0.8), ("Eighty k.", 0.7), lang="en", cut=True), "Met Acme. Eighty k.",
     "Heard: “Met Acme. Eighty k.”\nThe recording breaks off; that is all there was."),
])  # fmt: skip
async def test_what_was_heard_is_said_with_what_was_changed_in_it(box: OneBox, recording: Heard, text: str, told: str) -> None:
    """Names as the records spell them, and every change shown; what is not sure, and that it breaks off, are told too."""
    found = await listened(speech(box, FakeEars([recording])))

    assert (text, told, Lang.EN if recording.lang == "en" else Lang.ZH) == (found.text, found.told, found.lang)


async def test_names_that_the_speaker_may_see_are_hinted_at(box: OneBox) -> None:
    """Accounts, contacts and their titles."""
    ears = FakeEars([heard(("好的。", 0.9))])

    await listened(speech(box, ears))

    assert ("海蓝科技", "赵国强", "采购经理") == tuple(ears.names)


async def test_every_word_is_known_by_its_second(box: OneBox) -> None:
    """The segments as characters of the mended text, whatever length a name was heard in; its name and its page go with it."""
    recording = heard(("我跟海兰", 0.8), ("科技谈了。", 0.8), ("采购经历说", 0.8), ("八十万。", 0.8))

    found = await listened(speech(box, FakeEars([recording]), "https://tandem.example.com"))
    spoken = found.spoken

    assert ["我跟海蓝科技", "谈了。", "采购经理说", "八十万。"] == [found.text[start:end] for start, end, _, _ in spoken.segments]
    assert [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 4.0)] == [one[2:] for one in spoken.segments]
    assert ("录音 7/16 14:02", "https://tandem.example.com/recordings/t1", 4.0) == (spoken.source, spoken.href, spoken.length_s)


@pytest.mark.parametrize("channel, url, page, line", [
    ("wecom", "", "", False), ("web", "", "/recordings/t1", False), ("wecom", "https://a.example", "https://a.example/recordings/t1", True),
])  # fmt: skip
async def test_where_it_is_played_is_said_where_people_can_go(box: OneBox, channel: str, url: str, page: str, *, line: bool) -> None:
    """In a chat by its whole address, if there is one; at the page it stands beside the answer."""
    found = await listened(speech(box, FakeEars([heard(("好的。", 0.9))]), url), channel=channel)

    assert (page, line) == (found.spoken.href, f"\n原音:{page}" in found.told)


async def test_a_platforms_transcript_without_sound_says_so(box: OneBox) -> None:
    """Its names are mended all the same; nobody knows when what was said."""
    found = await listened(speech(box, FakeEars()), channel="wecom_bot", media=None, transcript="海兰科技要报价")

    assert "听到:“海蓝科技要报价”(企业微信转写,无原音;按客户资料改了:“海兰科技”→“海蓝科技”)" == found.told
    assert ("语音 7/16 14:02(企业微信转写,无原音)", ()) == (found.spoken.source, found.spoken.segments)


async def test_a_turn_that_is_walked_again_is_not_heard_again(box: OneBox) -> None:
    """What was heard was kept."""
    ears = FakeEars([heard(("好的。", 0.9))])

    texts = [(await listened(speech(box, ears))).text for _ in range(2)]

    assert (["好的。", "好的。"], 1) == (texts, len(ears.heard))


async def test_of_two_hours_only_the_beginning_is_said_back(box: OneBox) -> None:
    """The turn has all of it."""
    found = await listened(speech(box, FakeEars([heard(*[("一个很长的会。", 0.9)] * 1000)])))

    assert (7000, True) == (len(found.text), len(found.told) < 500)


async def test_what_was_written_about_a_recording_stands_above_its_words(box: OneBox) -> None:
    """Each word is still known by its second."""
    found = (await listened(speech(box, FakeEars([heard(("好的。", 0.9), ("再见。", 0.9))])))).under("整理成纪要")

    assert "整理成纪要\n\n好的。再见。" == found.text
    assert ["好的。", "再见。"] == [found.text[start:end] for start, end, _, _ in found.spoken.segments]
