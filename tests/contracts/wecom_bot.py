"""The AI bot on a stage: our client connected to the fake of the platform, a door that keeps in memory, a clock that is moved."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from bot.channels.wecom.bot import Ways
from bot.channels.wecom.bot_builder import ALONE, Setting, WecomBotHouse, wecom_bot_house
from bot.channels.wecom.door import Keeper
from bot.channels.wecom.line import Rhythm
from bot.domain.chart import Chart
from bot.domain.decision import Message, MessageState
from bot.domain.ids import DecisionId, MessageId
from bot.domain.outcome import Answer, Button, Outcome
from bot.domain.talk import Arrival, Lang, Origin, direct_thread
from bot.secrets import WecomBotSecrets
from bot.senses import TimeIds
from tests.fakes.keeping import MemoryDoor
from tests.fakes.senses import SetClock
from tests.fakes.wecom import CORP, WecomBot
from tests.fakes.wecom.chats import Call

QUICK = Rhythm(first_wait_s=0.01, longest_wait_s=0.05)
IMPATIENT = replace(QUICK, answer_s=0.4)
"""For scenes in which nobody acknowledges."""
SECRETS = WecomBotSecrets(CORP.bot_id, CORP.bot_secret, CORP.corp_id)
STORY = Answer("90天太长。", buttons=(Button("送法务", "say", "送法务"), Button("全部", "say", "全部")))


async def drawn(_: Chart, __: Lang) -> bytes:
    """A picture, as far as anybody here looks."""
    return b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass
class Stage:
    """Everything that a scene needs."""

    platform: WecomBot
    house: WecomBotHouse
    door: MemoryDoor
    clock: SetClock
    _ids: TimeIds = field(default_factory=TimeIds)
    _seq: int = 0

    async def hears(self, *calls: Call) -> list[Arrival]:
        """What the door has, once it has kept as many as the calls."""
        return await self.door.until(len(calls))

    def message(self, to: Arrival | Origin, outcome: Outcome = STORY, **more: object) -> Message:
        """An answer on its way."""
        self._seq += 1
        origin = to if isinstance(to, Origin) else to.origin
        one = Message(
            MessageId(self._ids.new()), self._seq, origin, None, DecisionId(self._ids.new()), outcome, None, None, 1, MessageState.SENDING,
        )
        return replace(one, **cast("Mapping[str, object]", more))  # type: ignore[arg-type] # fields of a message by name

    async def answers(self, to: Arrival | Origin, outcome: Outcome = STORY, **more: object) -> Message:
        """Deliver an answer."""
        message = self.message(to, outcome, **more)
        await self.house.channel.deliver(message)
        return message


def person(who: str = "liwei") -> Origin:
    """Somebody alone, to whom nothing is answered."""
    return Origin("wecom_bot", CORP.corp_id, who, direct_thread("wecom_bot", CORP.corp_id, who))


@asynccontextmanager
async def staged(
    spool: Path, *, ways: Ways = ALONE, rhythm: Rhythm = QUICK, secrets: WecomBotSecrets = SECRETS, waits: bool = True
) -> AsyncIterator[Stage]:
    """Open the stage. waits: until the bot is connected."""
    clock, door = SetClock(), MemoryDoor()
    async with WecomBot(clock).running() as platform:
        setting = Setting(spool, platform.url.replace("http", "ws"), rhythm)
        house = wecom_bot_house(secrets, setting, door.words, clock, ways=ways, picture=drawn)
        await house.start(cast("Keeper", door))
        try:
            if waits:
                await house.line.up()
            yield Stage(platform, house, door, clock)
        finally:
            await house.close()
