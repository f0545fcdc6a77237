"""WeCom's app as the house builds it, over HTTP to the fake platform, and outcomes that suites have it deliver. Knows no assertion."""

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.channels.wecom.builder import wecom_house
from bot.channels.wecom.cards import MARKS
from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.decision import Message, MessageState
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import MessageId
from bot.domain.outcome import Answer, Button, Draft, Outcome
from bot.domain.people import EVERYONE
from bot.domain.talk import Lang, Origin, direct_thread
from bot.secrets import WecomSecrets
from bot.senses import TimeIds
from bot.words import TomlWords, read_sentences
from tests.fakes.senses import NOON, SetClock
from tests.fakes.wecom import CORP, WecomApp

WORDS = TomlWords(read_sentences(Path(__file__).parents[2] / "bot" / "strings.toml"))
SECRETS = WecomSecrets(CORP.corp_id, CORP.agent_id, CORP.secret, CORP.token, CORP.aes_key)
ORIGIN = Origin("wecom", CORP.corp_id, "liwei", direct_thread("wecom", CORP.corp_id, "liwei"))
SEEN = Evidence("续约总折扣不超过10%", "价格政策.md", "§2.1", EvidenceKind.DOCUMENT, 0.9, "p1", EVERYONE)
ASKING = Answer("能给到九折。", (SEEN,), (Button("原文", "say", "看原文"), Button("为什么", "why")))
DRAFT = Draft("新商机·海蓝科技", "opportunity", {"amount": [1_200_000, "CNY"], "close_date": "2026-07-31"}, {"amount": SEEN})
CHART = Chart(ChartKind.BARS, "金额", ("海蓝", "北风"), (Series("CNY", (1_200_000.0, 80_000.0), "CNY"),))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
"""As far as anybody looks."""


@dataclass
class Desk:
    """The app as the house builds it, and the platform."""

    app: WecomApp
    clock: SetClock
    ids: TimeIds = field(default_factory=lambda: TimeIds(_noon_ns()))
    picture_made: int = 0

    def __post_init__(self) -> None:
        """Build it over the platform."""
        self.house = wecom_house(SECRETS, self.app.url, "https://tandem.example", WORDS, self.clock, picture=self._picture)

    async def _picture(self, _chart: Chart, _lang: Lang) -> bytes:
        self.picture_made += 1
        return PNG

    def message(self, outcome: Outcome, **more: object) -> Message:
        """Something to deliver."""
        told = Message(
            MessageId(self.ids.new()), 1, ORIGIN, None, None, outcome, None, None, 1, MessageState.SENDING, Lang.ZH,
        )  # fmt: skip
        return replace(told, **more)  # type: ignore[arg-type]

    async def deliver(self, outcome: Outcome, **more: object) -> Message:
        """Deliver it; returns the message."""
        message = self.message(outcome, **more)
        await self.house.channel.deliver(message)
        return message

    @property
    def texts(self) -> list[str]:
        """What the member reads, without what nobody sees."""
        return [one.text.rstrip(MARKS + " ") for one in self.app.sent_to("liwei")]


def _noon_ns() -> Callable[[], int]:
    ticks = itertools.count(int(NOON.timestamp() * 1000))
    return lambda: next(ticks) * 1_000_000


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Both, at noon."""
    clock = SetClock()
    async with WecomApp(clock=clock).running() as app:
        one = Desk(app, clock)
        yield one
        await one.house.channel.close()
