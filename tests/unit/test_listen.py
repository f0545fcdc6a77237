"""From a recording to the words that a turn is made of, and what is said about them first."""

from pathlib import Path
from typing import cast

import pytest

import bot
from bot.domain.hearing import Heard, Segment
from bot.domain.ids import UserId
from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang
from bot.ports import SeenRecords
from bot.reading.homophones import HomophoneMender
from bot.turns.listen import Listening
from bot.words import TomlWords, read_sentences
from tests.fakes.hearing import FakeEars, NamedRecords

WORDS = TomlWords(read_sentences(Path(bot.__file__).with_name("strings.toml")))
LIN = Speaker(UserId("lin"), "Lin", Role.REP, "east", "UTC")
RECORDS = NamedRecords({"account": [{"name": "海蓝科技"}], "contact": [{"name": "赵国强", "title": "采购经理"}]})


def heard(*said: tuple[str, float], lang: str = "zh", cut: bool = False) -> Heard:
    """A recording in these segments, each with how sure it is."""
    segments = tuple(Segment(float(at), at + 1.0, text, sure) for at, (text, sure) in enumerate(said))
    return Heard(segments, lang, 0.99, float(len(said)), "fake", cut)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A recording; nobody looks into it."""
    path = tmp_path / "voice.amr"
    path.write_bytes(b"#!AMR")
    return path


def listening(ears: FakeEars) -> Listening:
    """For a speaker who sees one account and one contact."""
    return Listening(ears, HomophoneMender(), lambda _: cast("SeenRecords", RECORDS), WORDS)


@pytest.mark.parametrize("recording, text, told", [
    (heard(("跟海蓝科技谈了。", 0.8)), "跟海蓝科技谈了。", "听到:“跟海蓝科技谈了。”"),
    (heard(("海兰科技的采购经历说，", 0.8), ("八十万。", 0.8)), "海蓝科技的采购经理说，八十万。",
     "听到:“海蓝科技的采购经理说，八十万。”(按客户资料改了:“海兰科技”→“海蓝科技”、“采购经历”→“采购经理”)"),
    (heard(("好的。", 0.8), ("那个。", 0.3)), "好的。那个。", "听到:“好的。那个。”\n这几处没听清:“那个。”。"),
    (heard(("Met Acme.", 0.8), ("Eighty k.", 0.7), lang="en", cut=True), "Met Acme. Eighty k.",
     "Heard: “Met Acme. Eighty k.”\nThe recording breaks off; that is all there was."),
])  # fmt: skip
async def test_what_was_heard_is_said_with_what_was_changed_in_it(sound: Path, recording: Heard, text: str, told: str) -> None:
    """Names as the records spell them, and every change shown; what is not sure, and that it breaks off, are told too."""
    moves: list[int] = []
    ears = FakeEars([recording])

    listened = await listening(ears).listen(sound, LIN, lambda: moves.append(1))

    assert (text, told, Lang.EN if recording.lang == "en" else Lang.ZH) == (listened.text, listened.told, listened.lang)
    assert [1] == moves


async def test_names_that_the_speaker_may_see_are_hinted_at(sound: Path) -> None:
    """Accounts, contacts and their titles."""
    ears = FakeEars([heard(("好的。", 0.9))])

    await listening(ears).listen(sound, LIN, lambda: None)

    assert ("海蓝科技", "赵国强", "采购经理") == tuple(ears.names)
