"""The verbs of the house as JSON, one request in, lines out. The private socket and the command line both speak it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import structlog

from bot.domain.talk import Lang
from bot.errors import BadConfig, TellUser, TooMany, Upstream
from bot.ports import Progress, Words

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Json = dict[str, Any]

PAGE = "page."
API = "api."
"""What the verbs of the page and of programs begin with; the web process asks for no others, but for the reports."""


class Verbs(Protocol):
    """What the house does when asked; see `bot.house.House`."""

    async def ask(self, text: str, *, as_: str = "", thread: str = "", now: str = "", key: str = "") -> Json:
        """One turn."""
        ...

    async def press(
        self, draft: str, revision: int, action: str, *, fields: Mapping[str, str] | None = None,
        as_: str = "", thread: str = "", key: str = "",
    ) -> Json:
        """Press a button."""
        ...

    async def why(self, decision: str, *, as_: str = "") -> Json:
        """The story of a decision."""
        ...

    async def search(self, query: str, *, limit: int = 10, as_: str = "") -> list[Json]:
        """Passages."""
        ...

    async def documents(self, *, as_: str = "") -> list[Json]:
        """Documents."""
        ...

    def ingest(
        self, paths: list[str], *, audience: str = "", password: str = "", as_: str = "", lang: Lang = Lang.EN
    ) -> AsyncIterator[Progress]:
        """Take in files."""
        ...


class Tokens(Protocol):
    """Makes and ends API tokens; see `bot.tokens.Tokens`."""

    async def create(self, name: str, scopes: Sequence[str], *, as_: str = "", days: int = 90) -> Json:
        """A new one, with its secret."""
        ...

    async def list(self) -> Sequence[Json]:
        """All, without their secrets."""
        ...

    async def revoke(self, name: str) -> Json:
        """The end of one."""
        ...


class Doorkeeper(Protocol):
    """Lets people in at the page; see `bot.visits.Visits`."""

    async def link(self, *, as_: str = "") -> Json:
        """A sign-in link."""
        ...


class Seeds(Protocol):
    """Seeds an empty home with the invented firm; see `bot.seeding.Seeding`."""

    def seed(self, *, lang: Lang) -> AsyncIterator[Progress]:
        """Seed, telling each step."""
        ...


class Pages(Protocol):
    """The verbs of the page by name, each for whom a visit stands for; see `bot.pages`."""

    @property
    def answers(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """Those with one result."""
        ...

    @property
    def streams(self) -> Mapping[str, Callable[..., AsyncIterator[Json]]]:
        """Those that tell as they go."""
        ...


class Reports(Protocol):
    """What the process that serves tells about itself."""

    async def status(self) -> Json:
        """Whether it can answer (`ready`), and why not (`reason`)."""
        ...

    async def metrics(self) -> str:
        """Prometheus text."""
        ...


@dataclass(frozen=True)
class Desk:
    """Answers requests `{"verb": …, "args": {…}, "lang": "zh"}` with lines.

    Any number of `{"progress": …}`, then `{"result": …}` or `{"error": {"key", "text"}}`: what goes wrong is always said, in the
    caller's language. programs: the verbs of the API by name, each for whom a token stands for; see `bot.api`. errands: verbs of the
    command line and of the front process by name, each with one result.
    """

    verbs: Verbs
    reports: Reports
    doorkeeper: Doorkeeper
    seeds: Seeds
    pages: Pages
    tokens: Tokens
    programs: Mapping[str, Callable[..., Awaitable[Any]]]
    errands: Mapping[str, Callable[..., Awaitable[Any]]]
    words: Words

    async def answer(self, request: Json) -> AsyncIterator[Json]:
        """Carry out one request."""
        lang = Lang(request["lang"]) if request.get("lang") in set(Lang) else Lang.EN
        try:
            async for line in self._carry_out(str(request.get("verb")), dict(request.get("args") or {}), lang):
                yield line
        except TooMany as stop:
            text = self.words.say(stop.key, lang, **stop.facts)
            yield {"error": {"key": stop.key, "text": text, "retry_after_s": stop.retry_after_s}}
        except (TellUser, BadConfig) as stop:
            yield {"error": {"key": stop.key, "text": self.words.say(stop.key, lang, **stop.facts)}}
        except Upstream as down:
            yield {"error": {"key": "upstream", "text": self.words.say("upstream", lang, service=down.service)}}
        except (TypeError, ValueError) as wrong:
            log.warning("a request that does not fit", verb=request.get("verb"), exc_info=True)
            yield {"error": {"key": "bad_request", "text": self.words.say("bad_request", lang, why=str(wrong))}}
        except Exception:
            log.exception("a request failed", verb=request.get("verb"))
            yield {"error": {"key": "failed", "text": self.words.say("failed", lang)}}

    def answers(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """The verbs with one result, by name; those of the page beside them."""
        return {
            "ask": self.verbs.ask, "press": self.verbs.press, "why": self.verbs.why, "search": self.verbs.search,
            "documents": self.verbs.documents, "link": self.doorkeeper.link,
            "token_create": self.tokens.create, "token_list": self.tokens.list, "token_revoke": self.tokens.revoke,
            **{API + name: answer for name, answer in self.programs.items()},
            "status": self.reports.status, "metrics": self.reports.metrics,
            **self.errands,
        }

    def streams(self) -> Mapping[str, Callable[..., AsyncIterator[Progress]]]:
        """The verbs that tell as they go, by name."""
        return {"ingest": self.verbs.ingest, "seed": self.seeds.seed}

    async def _carry_out(self, verb: str, args: Json, lang: Lang) -> AsyncIterator[Json]:
        if answer := self.answers().get(verb):
            yield {"result": await answer(**args)}
        elif begin := self.streams().get(verb):
            async for step in begin(**args, lang=lang):
                yield {"progress": asdict(step)}
            yield {"result": {}}
        elif verb.startswith(PAGE):
            async for line in self._for_the_page(verb.removeprefix(PAGE), args, lang):
                yield line
        else:
            raise TellUser("bad_request", why=verb)

    async def _for_the_page(self, verb: str, args: Json, lang: Lang) -> AsyncIterator[Json]:
        if answer := self.pages.answers.get(verb):
            yield {"result": await answer(**args, lang=lang)}
        elif stream := self.pages.streams.get(verb):
            async for step in stream(**args, lang=lang):
                yield {"progress": step}
            yield {"result": {}}
        else:
            raise TellUser("bad_request", why=verb)


def line_of(answer: Json) -> bytes:
    """One line of the private protocol."""
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"
