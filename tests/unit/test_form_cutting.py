"""Long texts are cut where a reader would, by bytes or by characters, and nothing that is read as one is torn."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.form.cutting import counted, ends_character, in_bytes, numbered, pieces, shortened

STEADY = settings(deadline=None, derandomize=True)
"""The same examples each time, however busy the machine is."""
HAN = "海蓝科技续约总折扣不超过百分之十需要经理批准现行价格政策"
SOLID = (
    "1,200,000", "12.5 %", "¥80万", "2026-07-31", "10:30", "§2.1", "-3.5%", "$120k", "三百二十万元", "3亿元",
    "https://acme.example/报价?a=1&b=2_3", "dana.lee@acme.example", "`SELECT 1, 2`", "**九折, 再低找经理。**", "[报价单](https://a.example/x)",
    "👨‍👩‍👧‍👦", "👍🏽", "🇨🇳", "e\u0301\u0323", "한국", "নি", "warranty", "&amp;", "S3-200.pdf",
)  # fmt: skip
GLUE = ("", " ", ",", "。", "?", ", ", ". ", "\n", "\n\n", ":")
WORDS = st.one_of(st.sampled_from(SOLID), st.text(HAN, min_size=1, max_size=30), st.sampled_from(["and", "the quote says", "🙂🙂"]))


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """A text, and what in it is read as one; two of these never touch, for then nobody could say where one ends."""
    parts: list[str] = []
    solid: list[str] = []
    for word in draw(st.lists(WORDS, min_size=1, max_size=40)):
        glue = draw(st.sampled_from(GLUE))
        if word in SOLID:
            solid.append(word)
            parts += [draw(st.sampled_from([" ", "。", "\n"])), word, " " + glue]
        else:
            parts += [word, glue]
    return "".join(parts), tuple(solid)


def _bare(text: str) -> str:
    return "".join(text.split())


@STEADY
@given(texts(), st.integers(60, 400), st.booleans())
def test_pieces_are_the_text_within_the_limit(told: tuple[str, tuple[str, ...]], most: int, by_bytes: bool) -> None:  # noqa: FBT001
    """Joined, the pieces are the text but for white space at the cuts; each is within its limit, and none is empty."""
    text, _ = told
    size = in_bytes if by_bytes else len

    found = pieces(text, most, size)

    assert _bare(text) == _bare("".join(found))
    assert [] == [piece for piece in found if size(piece) > most or not piece.strip()]


@STEADY
@given(texts(), st.integers(60, 400), st.booleans())
def test_what_is_read_as_one_is_never_torn(told: tuple[str, tuple[str, ...]], most: int, by_bytes: bool) -> None:  # noqa: FBT001
    """Figures, addresses, code, marked words, families and flags each stand whole in one piece."""
    text, solid = told

    found = pieces(text, most, in_bytes if by_bytes else len)

    whole = "\n".join(found)
    assert [] == [one for one in dict.fromkeys(solid) if whole.count(one) < text.count(one)]


@STEADY
@given(st.text(min_size=1, max_size=300), st.integers(8, 50))
@example("\ud800" * 20, 8)
@example("a" + "\u0301" * 60, 20)
def test_any_text_is_cut(text: str, most: int) -> None:
    """Whatever comes, broken or endless, is cut to size and not lost."""
    found = pieces(text, most, in_bytes)

    assert _bare(text) == _bare("".join(found))
    assert [] == [piece for piece in found if in_bytes(piece) > most]


@STEADY
@given(st.text("a e\u0301\u0323👍🏽👨‍👩‍👧🇨🇳🇺🇸한각\r\nนำ্কি字", min_size=1, max_size=60))
def test_characters_end_where_the_standard_says(text: str) -> None:
    """A second implementation of Unicode's rule for characters as people see them agrees, on all that chats are made of.

    After a joiner or a virama we hold on to whatever follows; the standard does so for some letters and pictures alone.
    """
    regex = pytest.importorskip("regex", reason="the second opinion is not installed")
    theirs = [found.end() for found in regex.finditer(r"\X", text)]

    ours = [place for place in range(1, len(text) + 1) if ends_character(text, place)]

    assert [] == [place for place in ours if place not in theirs]
    assert [] == [place for place in theirs if place not in ours and not {"\u200d", "্"} & set(text)]


@pytest.mark.parametrize("shift", range(3))
def test_a_limit_in_the_middle_of_a_character(shift: int) -> None:
    """2,048 bytes end inside a Chinese character two times out of three; the character goes to the next piece whole."""
    text = "a" * shift + " " + "".join(HAN[place % len(HAN)] for place in range(1_000))

    found = pieces(text, 2_048, in_bytes)

    assert _bare(text) == _bare("".join(found))
    assert [True, True] == [0 < in_bytes(piece) <= 2_048 for piece in found]
    assert 2_048 - in_bytes(found[0]) < 12


@pytest.mark.parametrize(
    "text, most, expected",
    [
        ("第一句说价格。第二句说质保。第三句说交付。", 16, ("第一句说价格。第二句说质保。", "第三句说交付。")),
        ("One is the price. Two is the term. Three.", 36, ("One is the price. Two is the term.", "Three.")),
        ("第一段\n还是第一段\n\n第二段在这里,更长一些", 14, ("第一段\n还是第一段", "第二段在这里,更长一些")),
        ("没有句号只有逗号,后面还有很多很多的话要说下去", 16, ("没有句号只有逗号,", "后面还有很多很多的话要说下去")),
        ("the warranty lasts twenty-four months", 22, ("the warranty lasts", "twenty-four months")),
        ("他说“好的。”然后就走了再也没有回来", 12, ("他说“好的。”", "然后就走了再也没有回来")),
        ("version 2.5 of price-policy.pdf applies", 26, ("version 2.5 of", "price-policy.pdf applies")),
    ],
)
def test_a_piece_ends_where_a_reader_would_pause(text: str, most: int, expected: tuple[str, ...]) -> None:
    """After a paragraph, a line, a sentence, a clause, a word: the best of them that leaves no piece nearly empty."""
    assert expected == pieces(text, most)


def test_no_piece_begins_with_a_full_stop() -> None:
    """Punctuation stays with what it ends."""
    found = pieces("字" * 20 + "。" + "字" * 9, 20)

    assert ("字" * 19, "字。" + "字" * 9) == found


def test_parts_are_numbered_only_where_there_are_several() -> None:
    """(1/2) stands at the end of a part, within the limit; a text that fits is left alone."""
    text = "这是一句话。" * 12

    found = numbered(text, 150, in_bytes)

    assert ("这是一句话。",) == numbered("这是一句话。", 150, in_bytes)
    assert ["(1/2)", "(2/2)"] == [part.rsplit("\n", 1)[1] for part in found]
    assert [] == [part for part in found if in_bytes(part) > 150]
    assert text == "".join(re.sub(r"\n\(\d+/\d+\)$", "", part) for part in found)


def test_counting_leaves_one_alone() -> None:
    """A single part has no number."""
    assert ("a",) == counted(["a"])


@pytest.mark.parametrize(
    "text, most, expected",
    [
        ("王经理的联系方式是什么", 10, "王经理的联系方式是…"), ("保存", 10, "保存"), ("预算1,200,000元", 8, "预算…"),
        ("👍🏽👍🏽👍🏽", 4, "👍🏽…"),
    ],
)
def test_what_is_shortened_ends_whole(text: str, most: int, expected: str) -> None:
    """An ellipsis stands for the rest, and no figure loses its digits."""
    assert expected == shortened(text, most)


def test_a_limit_below_one_character_is_refused() -> None:
    """Whoever asks for pieces of three bytes has asked for nothing."""
    with pytest.raises(ValueError, match="no character"):
        pieces("字", 3, in_bytes)
