"""Which questions ask the same: by meaning where it is known, by words else."""

import math

from bot.admin.likeness import Asked, grouped


def towards(degrees: float) -> tuple[float, float]:
    """A vector of length 1."""
    return (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))


def test_questions_near_in_meaning_are_one_group_and_the_largest_comes_first() -> None:
    """.97 is one thing; .83 is how like each other two things are anyway."""
    asked = [Asked("a", "en", towards(40)), Asked("b", "en", towards(0)), Asked("c", "en", towards(10)), Asked("d", "en", towards(5))]

    assert [[1, 2, 3], [0]] == grouped(asked)


def test_two_languages_may_lie_further_apart() -> None:
    """.87 is one thing across languages, and two things in one."""
    near, far = towards(0), towards(29.5)

    assert ([[0, 1]], [[0], [1]]) == (
        grouped([Asked("发货", "zh", near), Asked("ship", "en", far)]), grouped([Asked("ship", "en", near), Asked("send", "en", far)]),
    )  # fmt: skip


def test_another_product_is_another_question() -> None:
    """However near the words are."""
    asked = [Asked("S3的防水等级", "zh", towards(0)), Asked("S5的防水等级", "zh", towards(1)), Asked("S3 防水吗", "zh", towards(2))]

    assert [[0, 2], [1]] == grouped(asked)


def test_words_decide_while_meaning_is_not_known() -> None:
    """Of one of the two or of both."""
    asked = [Asked("do we ship to Chile", "en"), Asked("ship to Chile?", "en", towards(0)), Asked("vacation days", "en"), Asked("", "en")]

    assert [[0, 1], [2], [3]] == grouped(asked)


def test_nothing_asked_is_no_group() -> None:
    """An empty house."""
    assert [] == grouped([])
