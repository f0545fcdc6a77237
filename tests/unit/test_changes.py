"""What became of a text: pieces as people read them, and both texts whole in them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.changes import ChangeKind, changes, replaced

KEPT, REMOVED, ADDED = ChangeKind.KEPT, ChangeKind.REMOVED, ChangeKind.ADDED
LETTERS = st.text(alphabet=st.sampled_from("贵司您团队的好，。 ab12%.\n"), max_size=60)


def test_a_chinese_word_that_was_replaced_stands_beside_what_took_its_place() -> None:
    """The reviewer's 贵司 → 您团队 is one removal and one addition, not a heap of characters."""
    told = changes("想和贵司约个时间", "想和您团队约个时间")

    assert ((KEPT, "想和"), (REMOVED, "贵司"), (ADDED, "您团队"), (KEPT, "约个时间")) == told


def test_an_english_word_is_changed_whole() -> None:
    """Letters that two words share are no common ground."""
    told = changes("We offer 12% off until May.", "We offer 10% off until March.")

    expected = (
        (KEPT, "We offer "), (REMOVED, "12%"), (ADDED, "10%"), (KEPT, " off until "), (REMOVED, "May"), (ADDED, "March"), (KEPT, "."),
    )  # fmt: skip
    assert expected == told


def test_a_blank_between_two_changes_changes_with_them() -> None:
    """A phrase in place of a phrase reads as one change."""
    told = changes("Dear Mr Li, hello", "Dear Chairman Wang, hello")

    assert ((KEPT, "Dear "), (REMOVED, "Mr Li"), (ADDED, "Chairman Wang"), (KEPT, ", hello")) == told


def test_a_lone_character_between_two_changes_changes_with_them() -> None:
    """的 between two new words is not worth a word of its own."""
    told = changes("谈贵司的项目吧", "谈您们的计划吧")

    assert ((KEPT, "谈"), (REMOVED, "贵司的项目"), (ADDED, "您们的计划"), (KEPT, "吧")) == told


def test_a_new_line_between_two_changes_stays() -> None:
    """Two paragraphs that both changed are two changes."""
    told = changes("你们\n再见", "李董\n祝好")

    assert ((REMOVED, "你们"), (ADDED, "李董"), (KEPT, "\n"), (REMOVED, "再见"), (ADDED, "祝好")) == told


def test_nothing_changed_is_one_kept_piece() -> None:
    """An equal text has no change in it."""
    assert ((KEPT, "李董您好"),) == changes("李董您好", "李董您好")


def test_two_empty_texts_have_no_pieces() -> None:
    """Nothing is nothing."""
    assert () == changes("", "")


def test_what_took_the_place_of_what_is_told_in_pairs() -> None:
    """The author hears the words alone; what only came or only went has no partner."""
    told = replaced("李董您好，想和贵司约个时间。", "尊敬的李董您好，想和您团队约时间。")

    assert (("", "尊敬的"), ("贵司", "您团队"), ("个", "")) == told


@pytest.mark.parametrize("before, after", [("a " * 30_000, "a " * 29_999 + "b"), ("x" * 50_000, "好" * 50_000)])
def test_texts_without_measure_are_still_compared(before: str, after: str) -> None:
    """A text that nobody would write costs no minute, and is told whole."""
    told = changes(before, after)

    assert after == "".join(text for kind, text in told if kind is not REMOVED)


@given(LETTERS, LETTERS)
def test_both_texts_are_whole_in_the_pieces(before: str, after: str) -> None:
    """Nothing is lost between the pieces, and none is empty or follows one of its own kind."""
    told = changes(before, after)

    assert before == "".join(text for kind, text in told if kind is not ADDED)
    assert after == "".join(text for kind, text in told if kind is not REMOVED)
    assert all(text for _, text in told)
    assert all(one.kind is not two.kind for one, two in pairwise(told))
