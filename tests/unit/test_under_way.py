"""How far a turn is told to have come."""

import pytest

from bot.channels.form.asides import progress
from bot.domain.ids import TurnId
from bot.domain.steps import Partway
from bot.domain.talk import Lang
from bot.turns.under_way import UnderWay
from tests.unit.test_listen import WORDS

TURN = TurnId("t1")


async def test_who_watches_is_told_how_much_of_a_step_is_done() -> None:
    """A share of the whole, and never more than all of it; the step is known by its name all the same."""
    under_way = UnderWay()
    with under_way.watching(TURN) as steps:
        told = under_way.partway(TURN, "hear")
        for done, whole in ((30.0, 120.0), (130.0, 120.0), (5.0, 0.0)):
            told(done, whole)
        seen = [steps.get_nowait() for _ in range(3)]

    assert ["hear", "hear", "hear"] == seen
    assert [25, 100, 0] == [one.percent for one in seen if isinstance(one, Partway)]


@pytest.mark.parametrize("lang, seconds, said", [
    (Lang.ZH, 60.0, "还在听,听了 40%,还要约 3 分钟。"), (Lang.EN, 60.0, "Still listening: 40 % done, about 3 min to go."),
    (Lang.ZH, 3.0, WORDS.say("form_working", Lang.ZH)),
])  # fmt: skip
def test_whoever_waits_long_is_told_how_far_it_is(lang: Lang, seconds: float, said: str) -> None:
    """In percents, and minutes to go."""
    assert said == progress(lang, Partway("hear", 0.4, 170.0), seconds, WORDS).markdown.replace("\\", "")
