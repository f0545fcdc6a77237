"""Talk is for minutes, unless its words order something else; a text that is no talk is where they order minutes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang, Origin, Spoken, Turn, Utterance
from bot.errors import Unclear
from bot.ports import Capability, Choice
from bot.turns.choose import choose
from bot.turns.hear import LONGEST, LONGEST_SPOKEN, hear
from bot.turns.minuting import minutes_of
from bot.words import TomlWords
from tests.fakes.choosing import OneChoice

TALK = "许越: 您好 今天想听听产线的情况\n莫主任: 色差老是对不上\n" * 3
NOW = datetime(2026, 7, 15, 12, tzinfo=UTC)
ANN = Speaker(UserId("ann"), "Ann", Role.REP, "east", "Asia/Shanghai")
MINUTES = Capability("minutes", {}, ("minutes",), {}, "ready", dialogues=True)
OFFERED = [Capability("facts", {}, ("facts",), {}, "ready"), MINUTES]
MINE, OTHER = Choice("minutes", "minutes"), Choice("facts", "facts")


def turn(text: str, spoken: Spoken | None = None) -> Turn:
    """Something that was said."""
    return Turn(TurnId("t"), ThreadId("t"), ANN, text, Lang.ZH, NOW, spoken=spoken)


def said(text: str) -> Utterance:
    """Something that was sent."""
    return Utterance(Origin("web", "", "ann", ThreadId("t")), "k", text, NOW)


@pytest.mark.parametrize("above", ["", "二期沟通会\n", "时间: 2026-06-10\n地点: 二楼\n", "海蓝的会\n"])
async def test_pasted_talk_is_for_minutes(above: str) -> None:
    """With or without a title; a title orders nothing, whatever it sounds like."""
    chosen = await choose(turn(above + TALK), OFFERED, OneChoice(OTHER), TomlWords({}))

    assert "minutes" == chosen.choice.skill


@pytest.mark.parametrize("above", ["帮我翻译成英文:\n", "他们的预算是多少?\n", "Draft a quote from this:\n"])
async def test_words_above_talk_may_order_something_else(above: str) -> None:
    """An order or a question, where the chooser is sure of it."""
    told = above + TALK

    assert await minutes_of(turn(told), OFFERED, OneChoice(OTHER)) is None
    assert MINE == await minutes_of(turn(told), OFFERED, OneChoice(replace(OTHER, sure=False)))


@pytest.mark.parametrize("length_s, choice", [(179.0, None), (181.0, MINE)])
async def test_a_long_recording_is_for_minutes(length_s: float, choice: Choice | None) -> None:
    """Beyond three minutes; what is shorter is chosen for as anything else."""
    assert choice == await minutes_of(turn("今天谈得不错。", Spoken("录音", length_s=length_s)), OFFERED, OneChoice(OTHER))


async def test_a_text_without_names_is_for_minutes_where_words_say_so() -> None:
    """Of a file that is no talk by its look the words beside it decide."""
    plain = turn("今天谈得不错。他们要八十台。", Spoken("notes.txt"))

    assert MINE == await minutes_of(plain, OFFERED, OneChoice(MINE), "整理成纪要")
    assert await minutes_of(plain, OFFERED, OneChoice(OTHER), "存一下") is None
    assert await minutes_of(plain, OFFERED, OneChoice(MINE), "") is None


async def test_nobody_makes_minutes_who_is_not_ready() -> None:
    """The chooser is asked as for anything else."""
    assert await minutes_of(turn(TALK), [OFFERED[0], replace(MINUTES, status="planned")], OneChoice(OTHER)) is None


def test_pasted_talk_may_be_as_long_as_a_recording() -> None:
    """Other words may not; what is beyond that is told with the limit."""
    long = TALK * (LONGEST // len(TALK) + 1)

    assert len(hear(TurnId("t"), said(long), ANN).text) > LONGEST
    with pytest.raises(Unclear, match="too_long") as plain:
        hear(TurnId("t"), said("哈" * (LONGEST + 1)), ANN)
    with pytest.raises(Unclear, match="talk_too_long") as talk:
        hear(TurnId("t"), said(TALK * (LONGEST_SPOKEN // len(TALK) + 1)), ANN)
    assert (LONGEST, LONGEST_SPOKEN) == (plain.value.facts["limit"], talk.value.facts["limit"])
