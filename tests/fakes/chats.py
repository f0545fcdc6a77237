"""A chat model in a role, over an endpoint of the tests, with budget and names in memory. Knows how to build one, not what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bot.brains.breaker import Breaker
from bot.brains.chat import Role, SpeakersModel, Terms
from bot.brains.exchange import Endpoint
from bot.brains.openai import OpenAIEndpoint
from bot.domain.ids import UserId
from bot.domain.people import Role as Duty
from bot.domain.people import Speaker
from bot.prompts import load_prompts
from tests.fakes.chat_endpoint import ChatEndpoint
from tests.fakes.senses import SetClock

SPEAKER = Speaker(UserId("lin"), "Lin", Duty.REP, "east", "Asia/Shanghai")
PROMPTS = Path(__file__).parents[2] / "prompts"
ANSWER = "answer_knowledge/answer"
TIMEOUT_S = 1.0


@dataclass
class SpentInMemory:
    """The port `Spending`."""

    tokens: dict[tuple[UserId, str, date], int] = field(default_factory=dict)

    async def spent(self, user_id: UserId, role: str, day: date) -> int:
        """Tokens of that day."""
        return self.tokens.get((user_id, role, day), 0)

    async def spend(self, user_id: UserId, role: str, day: date, tokens: int) -> None:
        """Add to them."""
        self.tokens[user_id, role, day] = await self.spent(user_id, role, day) + tokens


@dataclass(frozen=True)
class Listed:
    """The port `KnownNames` with a few names."""

    names: Sequence[str] = ()

    async def within(self, text: str) -> Sequence[str]:
        """Those that stand in `text`."""
        return [name for name in sorted(self.names, key=len, reverse=True) if name in text]


@dataclass
class Bench:
    """A role and all it stands on. seconds: what the breaker's clock says. chances: the jitter. Both are there to be set."""

    endpoint: OpenAIEndpoint
    role: Role
    spending: SpentInMemory
    seconds: list[float]
    chances: list[float]

    def once(self) -> None:
        """From now on a second try would have to wait longer than there is time, so that the first failure is the last."""
        self.chances[0] = 1000.0

    @property
    def model(self) -> SpeakersModel:
        """The model for Lin and the prompt of answers."""
        return self.role.bound(SPEAKER, [ANSWER])

    def with_terms(self, prompts: Sequence[str] = (ANSWER,), **changes: object) -> SpeakersModel:
        """The same under other terms, or for other prompts."""
        terms = replace(self.role.terms, **changes)  # type: ignore[arg-type]
        return replace(self.role, terms=terms).bound(SPEAKER, prompts)


def bench(server: ChatEndpoint, names: Sequence[str] = (), timeout_s: float = TIMEOUT_S) -> Bench:
    """A chat model over `server`. Jitter is little, so tries follow soon; see `Bench.once`."""
    chances = [0.05]
    endpoint = OpenAIEndpoint(server.url, "m", "k", chance=lambda: chances[0])
    seconds, spending = [0.0], SpentInMemory()

    async def opened() -> Endpoint:
        return endpoint

    breaker = Breaker("m", lambda: seconds[0])
    terms = Terms("writing", "m", timeout_s, local=False, budget=0)
    role = Role(terms, opened, breaker, load_prompts(PROMPTS), Listed(names), spending, SetClock())
    return Bench(endpoint, role, spending, seconds, chances)
