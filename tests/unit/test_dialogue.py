"""What people and meeting software write down is read with its names and times; what is no talk is not taken for any."""

import pytest

from bot.domain.dialogue import Spoke, clock, is_dialogue, read_dialogue, sentences

TURNS = "许越: 您好 今天想听听产线的情况\n莫主任: 色差老是对不上\n" * 3
VTT = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Dana Reed>we keep losing</v>

00:00:04.000 --> 00:00:06.000
<v Dana Reed>orders</v>

00:01:07.000 --> 00:01:09.000
<v Sam>how many</v>
"""
SRT = """1
00:00:01,000 --> 00:00:04,000
we keep losing

2
00:00:04,000 --> 00:00:06,000
orders.

3
01:01:07,000 --> 01:01:09,000
how many
"""


def said(text: str) -> list[tuple[str, str, str]]:
    """Who, what, when."""
    return [(one.speaker, one.text, one.at) for one in read_dialogue(text).spoke]


def test_names_stand_before_colons() -> None:
    """With or without times and roles; a line without a name goes on with the one before."""
    told = said("[00:12] 许越: 您好\n莫主任(生产): 你好\n请坐\n00:31 Joe Marsh: hi there")

    assert [("许越", "您好", "00:12"), ("莫主任", "你好 请坐", ""), ("Joe Marsh", "hi there", "00:31")] == told


def test_names_stand_above_words() -> None:
    """As meeting software exports them: a name and a time, the words below; a time within the words is no name."""
    told = said("张三 00:12:03\n系统老掉线\n明天上午 10:30\n发言人 2  1:13:10\n好的\nSpeaker 1 2026-07-01 10:14\nyes")

    assert [("张三", "系统老掉线 明天上午 10:30", "12:03"), ("发言人 2", "好的", "1:13:10"), ("Speaker 1", "yes", "10:14")] == told


@pytest.mark.parametrize(
    "text, told",
    [
        (VTT, [("Dana Reed", "we keep losing orders", "00:01"), ("Sam", "how many", "01:07")]),
        (SRT, [("", "we keep losing orders.", "00:01"), ("", "how many", "1:01:07")]),
    ],
)
def test_subtitles_are_put_together(text: str, told: list[tuple[str, str, str]]) -> None:
    """They are cut where the screen is full; nobody is named who is not."""
    assert told == said(text)


def test_the_top_of_a_page_is_no_talk() -> None:
    """Time, place and who takes part head it; the people are told as they are listed."""
    read = read_dialogue("二期沟通会\n时间: 2026-06-10 10:00\n参会: 许越(我方销售)、莫主任(北岭印务,生产主任)\n许越: 您好\n莫主任: 你好")

    assert "二期沟通会\n时间: 2026-06-10 10:00\n参会: 许越(我方销售)、莫主任(北岭印务,生产主任)" == read.head
    assert ("许越(我方销售)", "莫主任(北岭印务,生产主任)") == read.people
    assert (("许越", "莫主任"), True) == (read.speakers, read.separate)


@pytest.mark.parametrize("text", [TURNS, VTT, SRT, f"海蓝沟通会\n时间: 2026-06-10\n{TURNS}"])
def test_talk_is_known_by_its_look(text: str) -> None:
    """Names that come back, over many lines; or subtitles."""
    assert is_dialogue(text)


@pytest.mark.parametrize(
    "text",
    [
        "今天谈得不错\n他们要八十台",
        "许越: 您好\n莫主任: 你好",
        "Q: how long is it\nA: three years and a day\n" * 5,
        "价格: 80\n型号: S3\n" * 5,
        "Subject: quote\nFrom: Dana\nTo: Sam\nHi Sam, please send the quote.\nThanks: Dana",
        "我: 刚见完海蓝的王经理,他们要两百台,八十万,下周三前要报价",
        "WEBVTT",
        "",
    ],
)
def test_what_is_no_talk_is_not_taken_for_any(text: str) -> None:
    """Notes, a few lines, questions and answers of a page, lists of values, letters."""
    assert not is_dialogue(text)


def test_nobody_is_named_where_nobody_stands() -> None:
    """Words without names are no stretches of anybody's talk; all of it stands above."""
    assert ((), "今天谈得不错") == (read_dialogue("今天谈得不错").spoke, read_dialogue("今天谈得不错").head)


def test_length_is_told_by_its_times() -> None:
    """From the first to the last; 0 where there are none."""
    assert (66.0, 0.0) == (read_dialogue(VTT).length_s, read_dialogue(TURNS).length_s)


def test_sentences_know_where_they_begin() -> None:
    """So that a recording's times can be found for them."""
    assert [(0, "系统老掉线。"), (6, "没人修!"), (10, "Fix it.")] == list(sentences("系统老掉线。没人修!Fix it."))


def test_times_are_told_as_people_read_them() -> None:
    """Hours only where there are any."""
    assert ["00:05", "12:40", "1:02:03"] == [clock(one) for one in (5.9, 760, 3723)]


def test_a_stretch_without_words_is_left_out() -> None:
    """A name at the end of a file said nothing."""
    assert (Spoke("许越", "您好", "00:12", 12.0),) == read_dialogue("许越 00:12\n您好\n莫主任 00:15\n").spoke
