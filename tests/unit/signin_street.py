"""A page, the house's verbs of signing in behind it over the real private line, and browsers. Knows no platform."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.channels.console import served
from bot.channels.desk import Desk
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.domain.talk import Lang
from bot.errors import TellUser, TooMany, Upstream
from bot.senses import TimeIds
from bot.sessions import Sessions
from bot.store.database import Database
from bot.store.meeting import SqliteKnocks, SqliteLinkCodes
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.store.users import SqliteUsers
from bot.store.visits import SqliteVisits
from bot.turns.links import Links
from bot.turns.strangers import Strangers
from bot.visits import Visits
from bot.vouched import Badge, Newcomers, Vouched
from bot.web.app import web_app
from bot.web.line import Line
from bot.words import TomlWords, read_sentences
from tests.fakes.senses import SetClock

WORDS = TomlWords(read_sentences(Path(__file__).parents[2] / "bot" / "strings.toml"))
URL = "https://tandem.example"
LIN = User(UserId("lin"), "Lin", "lin@example.com", Role.REP, "east", "UTC", {"slack": "U1"})
ANN = User(UserId("ann"), "Ann", "ann@example.com", Role.REP, "east", "UTC")
OURS = {"Sec-Fetch-Site": "same-origin"}
SESSION = "__Host-tandem"


@dataclass
class Street:
    """badges: what is on; a test puts it there. said: the keys of what was refused, in order."""

    folder: Path
    clock: SetClock
    ids: TimeIds
    database: Database
    users: SqliteUsers
    knocks: SqliteKnocks
    links: Links
    outbox: SqliteOutbox
    visits: Visits
    stack: AsyncExitStack
    badges: dict[str, Badge]
    said: list[str]
    vouched: Vouched
    page: Any = None

    async def answer(self, request: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """One answer of the house, or the sentence of what speaks against it, as its desk says it."""
        verbs: dict[str, Callable[..., Any]] = {**self.vouched.verbs(), **Sessions(self.visits).verbs()}
        without: dict[str, Callable[..., Any]] = {"sign_in": self.visits.sign_in, "sign_out": self.visits.sign_out}
        lang, verb = Lang(request["lang"]), request["verb"].removeprefix("page.")
        told = {} if verb in without else {"lang": lang}
        try:
            if verb not in {**verbs, **without}:  # a page that this house does not have asks who is there, as all do
                await self.visits.speaker(request["args"]["session"])
            yield {"result": await {**verbs, **without}[verb](**request["args"], **told)}
        except TellUser as stop:
            self.said.append(stop.key)
            wait = {"retry_after_s": stop.retry_after_s} if isinstance(stop, TooMany) else {}
            yield {"error": {"key": stop.key, "text": WORDS.say(stop.key, lang, **stop.facts), **wait}}
        except Upstream as down:
            self.said.append("upstream")
            yield {"error": {"key": "upstream", "text": WORDS.say("upstream", lang, service=down.service)}}

    def knows(self, unknown: str, strangers: Strangers | None = None) -> None:
        """What is done about people whom nobody named."""
        meets = dict.fromkeys(("slack", "wecom"), strangers.looks_in) if strangers else {}
        newcomers = Newcomers(unknown, "UTC", self.links, self.knocks, self.ids, self.clock, meets)
        self.vouched = Vouched(self.visits, self.users, self.badges, newcomers, "id.example")

    async def browser(self, address: str = "203.0.113.9", agent: str = "Mozilla/5.0 (Windows NT 10.0) Chrome/126") -> httpx.AsyncClient:
        """One that remembers cookies, of somebody at this address."""
        transport = httpx.ASGITransport(self.page, client=(address, 5000))
        headers = {"User-Agent": agent, "Accept-Language": "en", "Accept": "text/html"}
        return await self.stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=URL, headers=headers))

    async def code(self, person: User = LIN) -> str:
        """Of a link of theirs."""
        return str((await self.visits.link(as_=person.email))["path"]).partition("code=")[2]

    async def is_in(self, browser: httpx.AsyncClient) -> str:
        """Who is signed in there; "" for nobody."""
        try:
            return str((await self.visits.speaker(browser.cookies.get(SESSION) or "")).user_id)
        except TellUser:
            return ""


@asynccontextmanager
async def street(folder: Path) -> AsyncIterator[Street]:
    """Lin works here, and Ann."""
    clock, ids, database = SetClock(), TimeIds(), Database(folder / "tandem.db")
    migrate(database)
    users, outbox = SqliteUsers(database, clock, ids), SqliteOutbox(database, clock, ids)
    await users.seed([LIN, ANN])
    links = Links(SqliteLinkCodes(database, clock, ids), users, outbox, WORDS, clock, ids)
    visits = Visits(SqliteVisits(database, clock), users, clock, URL, "UTC")
    async with AsyncExitStack() as stack:
        badges: dict[str, Badge] = {}
        vouched = Vouched(visits, users, badges)
        here = Street(
            folder, clock, ids, database, users, SqliteKnocks(database, clock), links, outbox, visits, stack, badges, [], vouched
        )
        here.knows("refuse")
        await stack.enter_async_context(served(cast("Desk", here), folder / "s"))
        here.page = web_app(Line(folder / "s"), clock, URL)
        yield here
    database.close()


async def walked(browser: httpx.AsyncClient, there: str, lies: Mapping[str, str] | None = None) -> httpx.Response:
    """There, through the provider's page, and back, as a browser goes; `lies` are put in place of what it brings back."""
    way = await browser.get(there)
    assert 303 == way.status_code, way.text
    async with httpx.AsyncClient(trust_env=False) as outside:
        sent = await outside.get(way.headers["location"])
    assert 302 == sent.status_code, sent.text
    back = urlsplit(sent.headers["location"])
    brought = {name: values[0] for name, values in parse_qs(back.query).items()}
    return await browser.get(back.path, params={**brought, **(lies or {})})
