"""Gaps of a letter, and the few words that change a draft of one."""

import pytest

from bot.domain.gaps import Change, change_in, filled, gap, gaps_in
from bot.domain.talk import Lang

CHANGES = (
    ("短一点", Change(shorter=True)), ("再精简一些吧", Change(shorter=True)), ("太长了", Change(shorter=True)),
    ("shorter please", Change(shorter=True)),
    ("换成英文", Change(lang=Lang.EN)), ("in Chinese", Change(lang=Lang.ZH)), ("语气再正式点", Change(formal=True)),
    ("more formal", Change(formal=True)),
    ("别提陈总", Change(without="陈总")), ("don't mention the report", Change(without="the report")), ("换个角度", Change(other=True)),
    ("短一点,换成英文", Change(shorter=True, lang=Lang.EN)), ("make it shorter and more formal", Change(shorter=True, formal=True)),
    ("28号", Change(fill="28号")), ("就28号吧", Change(fill="28号")), ("the 28th", Change(fill="28th")), ("下周三", Change(fill="下周三")),
    ("补:主轴那单晚了", Change(fill="主轴那单晚了")),
)  # fmt: skip
OTHERS = (
    "给海蓝的董事长写封更正式的信", "海蓝上季度的折扣", "28号有什么安排?", "王经理电话多少",
    "write a shorter letter to Acme's CEO", "好", "",
)  # fmt: skip


def test_gaps_are_found_and_filled() -> None:
    """A mark is a name in brackets, in either language; filling one leaves the others."""
    text = f"请您定{gap('参观日', Lang.ZH)},在{gap('地点', Lang.ZH)}见。"

    assert ("参观日", "地点") == gaps_in(text)
    assert ("地点",) == gaps_in(filled(text, "参观日", "11月28日"))
    assert ("visit date",) == gaps_in("Would [gap: visit date] suit you?")


@pytest.mark.parametrize("said, wish", CHANGES)
def test_a_few_words_change_a_draft(said: str, wish: Change) -> None:
    """Shorter, another language, more formal, without somebody, a day for the gap."""
    assert wish == change_in(said, ("参观日",))


@pytest.mark.parametrize("said", OTHERS)
def test_other_words_change_nothing(said: str) -> None:
    """A request for another letter, or a question, is no change of this one."""
    assert change_in(said, ("参观日",)) is None


def test_a_day_fills_only_a_gap() -> None:
    """Where nothing is to be filled in, a day is about something else."""
    assert change_in("28号", ()) is None
