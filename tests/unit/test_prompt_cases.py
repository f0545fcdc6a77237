"""What a saved case wishes of a result."""

from bot.domain.prompt_cases import Check, Wish, checks, holds, phrases
from bot.domain.talk import Lang

WISH = Wish("x", None, Lang.ZH, must=("李董", "28号"), must_not=("便宜",))


def test_phrases_are_held_against_a_result_one_by_one() -> None:
    """What must be there and is not fails, and so does what must not be there and is."""
    found = checks(WISH, "李董您好，我们很便宜。")

    assert (Check("李董", True, True), Check("28号", True, False), Check("便宜", False, False)) == found  # noqa: FBT003 - as told
    assert not holds(found)


def test_how_it_is_written_does_not_matter() -> None:
    """Capitals, full-width figures and where a line ends are nobody's wish."""
    wish = Wish("x", None, Lang.EN, must=("dear mr li", "28 June"))

    assert holds(checks(wish, "Dear Mr\nLi,\n２８ june?"))


def test_a_wish_for_nothing_is_met() -> None:
    """Such a case is there to be looked at."""
    assert holds(checks(Wish("x", None, Lang.EN), ""))


def test_a_phrase_a_line() -> None:
    """Blank lines and repeated ones do not count."""
    assert ("李董", "28号") == phrases(" 李董 \n\n28号\n李董")
