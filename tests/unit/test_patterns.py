"""Patterns that are compiled late: they answer as those of `re` do, and every one of the house can be compiled."""

import gc
import importlib
import pkgutil
import re
from collections.abc import Callable

import pytest

import bot
from bot.domain.patterns import Pattern

WORDS = r"(?P<sign>[€$])\d+"
SAID = "€12, then $7 and 8"


@pytest.mark.parametrize(
    "ask",
    [
        lambda one: one.search(SAID, 1).span(),
        lambda one: one.search(SAID, 1, 11),
        lambda one: one.match(SAID)["sign"],
        lambda one: one.match(SAID, 10, 12).span(),
        lambda one: one.match(SAID, 10, 11),
        lambda one: one.fullmatch(SAID),
        lambda one: [found.span() for found in one.finditer(SAID)],
        lambda one: one.findall(SAID),
        lambda one: one.split(SAID),
        lambda one: one.sub("n", SAID),
        lambda one: one.sub(lambda found: found["sign"], SAID),
    ],
)
def test_questions_are_answered_as_re_answers_them(ask: Callable[[object], object]) -> None:
    """Whatever a compiled expression says, a late one says."""
    assert ask(re.compile(WORDS)) == ask(Pattern(WORDS))


def test_wrong_source_is_told_at_the_first_question() -> None:
    """Nothing is compiled before something is asked."""
    wrong = Pattern("(")

    with pytest.raises(re.error):
        wrong.search(SAID)


def test_every_pattern_of_the_house_can_be_compiled() -> None:
    """No source is wrong, though most are compiled long after the start."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name.startswith(("bot.domain.", "bot.dossier.", "bot.brains.")):
            importlib.import_module(module.name)
    compiled = [one.compiled for one in gc.get_objects() if isinstance(one, Pattern) and one.source != "("]

    assert 100 < len(compiled)
