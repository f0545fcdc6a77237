"""Company: a person whose turn takes long sees that it is worked on, and nothing more once it is settled."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.domain.ids import ThreadId, TurnId
from bot.domain.talk import Lang, Origin, Utterance
from bot.turns.company import Company
from bot.turns.under_way import SETTLING, UnderWay
from tests.contracts.house import Stores
from tests.fakes.waiting import until
from tests.unit.test_delivery import MoodyChannel, stores

__all__ = ["stores"]


@dataclass
class Hours:
    """Sleep that ends when it is told to."""

    asked: list[float] = field(default_factory=list)
    over: "asyncio.Queue[None]" = field(default_factory=asyncio.Queue)

    async def sleep(self, seconds: float) -> None:
        """Until it is over."""
        self.asked.append(seconds)
        await self.over.get()


class HangingChannel(MoodyChannel):
    """One that never comes to the end of a sign."""

    async def working(self, origin: Origin, lang: Lang, step: str, seconds: float, /) -> None:
        """Begin, and hang."""
        await super().working(origin, lang, step, seconds)
        await asyncio.Event().wait()


async def kept(stores: Stores, text: str = "How long is it?") -> TurnId:
    """A turn of the channel `web`."""
    origin = Origin("web", "acme", "li", ThreadId("t"))
    return (await stores.inbox.keep(Utterance(origin, text, text, stores.clock.now()), backlog=9)).turn_id


async def test_long_turn_is_shown_after_three_seconds_and_after_a_minute_at_its_step(stores: Stores) -> None:
    """Once each, with the step that it is at by then."""
    hours, under_way, channel, turn_id = Hours(), UnderWay(), MoodyChannel(), await kept(stores)
    async with Company(stores.inbox, {"web": channel}, under_way, hours.sleep).beside(turn_id):
        await until(lambda: bool(hours.asked))
        under_way.at(turn_id, "choose")
        hours.over.put_nowait(None)
        await until(lambda: len(hours.asked) == 2)
        under_way.at(turn_id, "do")
        hours.over.put_nowait(None)
        await until(lambda: len(channel.worked) == 2)

    assert ([3.0, 57.0], [("choose", 3.0), ("do", 60.0)]) == (hours.asked, channel.worked)


async def test_nothing_is_shown_once_a_turn_settles(stores: Stores) -> None:
    """Neither by a time that comes later, nor by a sign that was begun."""
    hours, under_way, channel, turn_id = Hours(), UnderWay(), HangingChannel(), await kept(stores)
    async with Company(stores.inbox, {"web": channel}, under_way, hours.sleep).beside(turn_id):
        await until(lambda: bool(hours.asked))
        hours.over.put_nowait(None)
        await until(lambda: bool(channel.worked))
        before = len(asyncio.all_tasks())
        under_way.at(turn_id, SETTLING)
        await until(lambda: len(asyncio.all_tasks()) == before - 2)  # neither the sign nor its keeper is left
        hours.over.put_nowait(None)

    assert [3.0] == hours.asked


@pytest.mark.parametrize("channels", [{}, {"web": MoodyChannel()}], ids=["no channel", "short turn"])
async def test_turn_is_not_held_up(stores: Stores, channels: dict[str, MoodyChannel]) -> None:
    """Where nothing can be shown, and where nothing has to be."""
    async with Company(stores.inbox, channels, UnderWay(), Hours().sleep).beside(await kept(stores)):
        pass

    assert [] == [sign for channel in channels.values() for sign in channel.worked]


async def test_channel_that_cannot_show_it_costs_nothing(stores: Stores) -> None:
    """An error of the first sign does not keep the second away."""

    class Broken(MoodyChannel):
        async def working(self, origin: Origin, lang: Lang, step: str, seconds: float, /) -> None:
            await super().working(origin, lang, step, seconds)
            raise ValueError(step)

    hours, channel, turn_id = Hours(), Broken(), await kept(stores)
    async with Company(stores.inbox, {"web": channel}, UnderWay(), hours.sleep).beside(turn_id):
        for signs in (1, 2):
            hours.over.put_nowait(None)
            await until(lambda signs=signs: len(channel.worked) == signs)  # type: ignore[misc]

    assert [3.0, 60.0] == [seconds for _, seconds in channel.worked]
