"""What the process that serves tells about itself: whether it can answer, and its numbers."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.decision import MessageState
from bot.domain.ids import DecisionId
from bot.domain.records import Event
from bot.ports import Bus, Ledger, Outbox

BUCKETS_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 30, 60)
UNDELIVERED = (MessageState.WAITING, MessageState.SENDING, MessageState.UNSURE, MessageState.DEAD)

Line = tuple[str, str, Mapping[str, Any]]
"""How a connection stands, as `tandem check` tells it: state, key of a sentence, facts."""


@dataclass
class Reports:
    """Health and numbers. not_ready: why it cannot answer yet, empty when it can. lines: how connections of ours stand, by channel."""

    ledger: Ledger
    outbox: Outbox
    bus: Bus
    not_ready: Callable[[], str]
    lines: Mapping[str, Callable[[], Line]] = field(default_factory=dict)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    begun: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Count every turn from now on."""
        self._turns = Counter("tandem_turns", "Turns settled", ["skill", "lang", "found"], registry=self.registry)
        self._seconds = Histogram("tandem_turn_seconds", "From words to outcome", ["skill"], buckets=BUCKETS_S, registry=self.registry)
        self._sends = Counter("tandem_sends", "Tries to send, by what became of them", ["channel", "became"], registry=self.registry)
        self._standing = Gauge("tandem_outbox", "Messages that were not delivered, by state", ["state"], registry=self.registry)
        self.bus.subscribe("turn.settled", self._count)

    async def status(self) -> dict[str, Any]:
        """Whether it can answer, and if not, why; each line as `{state, key, facts}`."""
        reason = self.not_ready()
        lines = [{"state": state, "key": key, "facts": dict(facts)} for state, key, facts in (told() for told in self.lines.values())]
        return {"ready": not reason, "reason": reason, "up_s": round(time.monotonic() - self.begun, 1), "lines": lines}

    async def metrics(self) -> str:
        """All numbers as Prometheus text."""
        counts = await self.outbox.counts()
        for state in UNDELIVERED:
            self._standing.labels(state).set(counts.get(state, 0))
        return generate_latest(self.registry).decode()

    def sent(self, channel: str, became: str) -> None:
        """Count what became of one try to send."""
        self._sends.labels(channel, became).inc()

    async def _count(self, event: Event) -> None:
        decision = await self.ledger.decision(DecisionId(str(event.payload["decision_id"])))
        if decision is not None:
            self._turns.labels(decision.made.skill, decision.made.lang, str(decision.found).lower()).inc()
            self._seconds.labels(decision.made.skill).observe(decision.made.timings_ms.get("total", 0) / 1000)
