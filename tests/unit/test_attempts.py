"""How often a turn is tried, and when it is given up aloud."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from bot.domain.ids import TurnId
from bot.engine.attempts import Attempts, Patience
from bot.errors import Upstream

TURN = TurnId("turn-1")


class Life:
    """A road that meets one obstacle after the other, and what was seen of it."""

    def __init__(self, *obstacles: Exception, telling: tuple[Exception, ...] = ()) -> None:
        self._obstacles = list(obstacles)
        self._telling = list(telling)
        self.walked = 0
        self.given_up = 0
        self.slept: list[float] = []

    async def road(self, _: TurnId) -> None:
        """Walk, until the next obstacle."""
        self.walked += 1
        if self._obstacles:
            raise self._obstacles.pop(0)

    async def give_up(self, _: TurnId) -> None:
        """Tell the person."""
        if self._telling:
            raise self._telling.pop(0)
        self.given_up += 1

    async def sleep(self, seconds: float) -> None:
        """Sleep in no time."""
        self.slept.append(seconds)

    async def lived(self, patience: Patience | None = None) -> None:
        """See one turn through."""
        await Attempts(self.road, self.give_up, patience or Patience(), sleep=self.sleep).see_through(TURN)


async def test_turn_is_tried_again_when_a_service_was_down() -> None:
    """One failure outside costs a wait, no more."""
    life = Life(Upstream("crm", retry_after_s=0.1))

    await life.lived()

    assert (2, 0) == (life.walked, life.given_up)


async def test_wait_is_at_least_what_the_service_asked_for() -> None:
    """A service that names a time is not asked before it is over."""
    life = Life(Upstream("crm", retry_after_s=7.0))

    await life.lived()

    assert [True] == [7.0 <= slept <= 7.0 * 1.2 for slept in life.slept]


async def test_waits_grow_from_try_to_try_up_to_a_bound() -> None:
    """Doubling from the first wait, never longer than the longest."""
    life = Life(*(Upstream("crm", retry_after_s=0.0) for _ in range(4)))

    await life.lived(Patience(tries=5, first_wait_s=1.0, longest_wait_s=3.0))

    assert [True] * 4 == [wait <= slept <= wait * 1.2 for wait, slept in zip((1.0, 2.0, 3.0, 3.0), life.slept, strict=True)]


async def test_turn_is_given_up_aloud_after_its_last_try() -> None:
    """Nobody waits for ever: after the last try the person is told."""
    life = Life(*(Upstream("crm", retry_after_s=0.0) for _ in range(9)))

    await life.lived(Patience(tries=3))

    assert (3, 1) == (life.walked, life.given_up)


async def test_service_that_asks_for_an_hour_is_not_waited_for() -> None:
    """A person in a chat is told at once when the wait would be longer than they would wait."""
    life = Life(Upstream("crm", retry_after_s=3600.0))

    await life.lived()

    assert (1, 1, []) == (life.walked, life.given_up, life.slept)


async def test_unexpected_error_is_given_up_at_once() -> None:
    """A bug does not get better by trying again."""
    life = Life(ValueError("bug"))

    await life.lived()

    assert (1, 1, []) == (life.walked, life.given_up, life.slept)


async def test_unexpected_error_is_logged_with_its_traceback_and_turn() -> None:
    """Whoever reads the log finds the turn and where it broke."""
    with capture_logs() as lines:
        await Life(ValueError("bug")).lived()

    [line] = lines
    assert ("turn_failed", "error", TURN, True) == (line["event"], line["log_level"], line["turn_id"], line["exc_info"])


@pytest.mark.parametrize("trouble", [lambda: ValueError("store"), lambda: Upstream("store")])
async def test_telling_is_repeated_until_it_is_told(trouble: Callable[[], Exception]) -> None:
    """A turn that is neither settled nor given up would close its lane for good."""
    life = Life(ValueError("bug"), telling=(trouble(), trouble()))

    await life.lived()

    assert (1, [1.0, 2.0]) == (life.given_up, life.slept)
