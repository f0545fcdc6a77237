"""Numbers as they are spoken are read like figures, and keep the words that were said; characters have a sound."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.speech import RuleSpokenReader, read_speech

TODAY = date(2026, 7, 14)  # a Tuesday


@pytest.mark.parametrize(
    "said,value",
    [
        ("a hundred and sixty two thousand pounds", 162_000), ("one point seven million", 1_700_000), ("half a million", 500_000),
        ("two and a half million", 2_500_000), ("three hundred and seventy k", 370_000), ("one twenty k", 120_000),
        ("thirty grand", 30_000),
        ("one million two hundred thousand", 1_200_000), ("二十来万", 200_000), ("两个亿", 200_000_000),
        ("a hundred and eighty thousand r m b", 180_000), ("half a mil", 500_000), ("三四十万", 350_000), ("十五六万", 155_000),
        ("一百二三十万", 1_250_000), ("三五十万", 400_000), ("三十到四十万", 350_000), ("30-40万", 350_000),
        ("eighty to ninety thousand", 85_000),
        ("between 80 and 90 k", 85_000),
    ],
)  # fmt: skip
def test_amounts_in_words_are_read(said: str, value: float) -> None:
    """As money, with all the words that make the number."""
    text = f"well {said}" if said.isascii() else said
    money = read_speech(text, TODAY).money

    assert [(value, said)] == [(one.value, one.words.text) for one in money]


@pytest.mark.parametrize("said,day", [("八月十五", date(2026, 8, 15)), ("8月15", date(2026, 8, 15)), ("十月三十一", date(2026, 10, 31))])
def test_a_day_needs_no_hao(said: str, day: date) -> None:
    """As people say it."""
    assert [day] == [one.first for one in read_speech(f"推迟到{said}", TODAY).days]


@pytest.mark.parametrize(
    "said,value",
    [("four eighty", 480), ("five twenty", 520), ("two hundred and forty", 240), ("a dozen", 12), ("seven hundred eighty five", 785)],
)
def test_plain_numbers_in_words_are_read(said: str, value: float) -> None:
    """Four eighty is 480, as prices are said."""
    numbers = read_speech(f"about {said} of them", TODAY).numbers

    assert [(value, said)] == [(one.value, one.words.text) for one in numbers]


def test_numbers_said_one_after_another_stay_apart() -> None:
    """Counting is no number."""
    assert [1, 2, 3] == [one.value for one in read_speech("one two three", TODAY).numbers]


@pytest.mark.parametrize(
    "said,last",
    [
        ("the ninth of october", (2026, 10, 9)), ("by the seventeenth", (2026, 7, 17)), ("by the third", (2026, 8, 3)),
        ("a week from today", (2026, 7, 21)), ("in a fortnight", (2026, 7, 28)), ("friday next week", (2026, 7, 24)),
        ("end of q one next year", (2027, 3, 31)), ("before thanksgiving", (2026, 11, 26)), ("国庆后第一周", (2026, 10, 18)),
        ("过两周", (2026, 7, 28)),
        ("年前", (2027, 2, 4)), ("下个月中", (2026, 8, 20)),
    ],
)  # fmt: skip
def test_days_as_they_are_spoken_are_read(said: str, last: tuple[int, int, int]) -> None:
    """Ordinals in words, and the ways to say a week ahead."""
    days = read_speech(said, TODAY).days

    assert [date(*last)] == [one.last for one in days]


def test_a_building_number_is_no_day() -> None:
    """二号仓 is a place."""
    assert () == read_speech("在二号仓上三台", TODAY).days


@given(st.text(alphabet="一二十百万亿个来 两台套twohundredandfiftykpoint", max_size=40))
def test_what_is_read_was_said(text: str) -> None:
    """Every reading quotes its text at the place that it names."""
    reading = read_speech(text, TODAY)
    found = [one.words for one in reading.money] + [one.words for one in reading.numbers] + [one.words for one in reading.days]

    assert [one.text for one in found] == [text[one.start : one.end] for one in found]


async def test_a_text_has_one_sound_a_character() -> None:
    """Homophones sound alike; what is not Han is itself."""
    mended, heard = await RuleSpokenReader().sounds(["王经理S3", "王经历S3"])

    assert (mended, 5) == (heard, len(mended))
