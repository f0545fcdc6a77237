"""Signing in at the page by WeCom's word, from the page over the private line to the fake platform; and what `tandem check` finds out."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from aiohttp import web

from bot.channels.console import served
from bot.channels.desk import Desk
from bot.channels.wecom.builder import WecomHouse, wecom_check, wecom_hooks, wecom_house
from bot.channels.wecom.inbound import CALLBACK
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.domain.talk import Lang
from bot.errors import TellUser
from bot.secrets import WecomSecrets
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.users import SqliteUsers
from bot.store.visits import SqliteVisits
from bot.visits import Visits
from bot.vouched import Vouched
from bot.web.app import web_app
from bot.web.line import Line
from bot.words import TomlWords, read_sentences
from tests.fakes.senses import SetClock
from tests.fakes.waiting import until
from tests.fakes.wecom import CORP, WecomApp

WORDS = TomlWords(read_sentences(Path(__file__).parents[2] / "bot" / "strings.toml"))
SECRETS = WecomSecrets(CORP.corp_id, CORP.agent_id, CORP.secret, CORP.token, CORP.aes_key)
URL = "https://tandem.example"
LIWEI = User(UserId("li"), "李伟", "li.wei@example.com", Role.REP, "east", "Asia/Shanghai", {"wecom": "LiWei"})
INSIDE = {"User-Agent": "Mozilla/5.0 (iPhone) AppleWebKit wxwork/4.1 MicroMessenger", "Accept-Language": "zh-CN"}


@dataclass
class House:
    """The two verbs of the house that signing in asks for, over the real private line."""

    vouched: Vouched
    visits: Visits
    said: list[str]

    async def answer(self, request: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """One answer, or the sentence of what speaks against it."""
        verbs: dict[str, Callable[..., Any]] = {f"page.{name}": verb for name, verb in self.vouched.verbs().items()}
        lang = Lang(request["lang"])
        try:
            yield {"result": await verbs[request["verb"]](**request["args"], lang=lang)}
        except TellUser as stop:
            self.said.append(stop.key)
            yield {"error": {"key": stop.key, "text": WORDS.say(stop.key, lang, **stop.facts)}}


@dataclass
class Street:
    """A page, the house behind it, the platform, and browsers."""

    app: WecomApp
    house: House
    page: Any
    wecom: WecomHouse
    clock: SetClock
    stack: AsyncExitStack

    async def browser(self) -> httpx.AsyncClient:
        """One that remembers cookies."""
        transport = httpx.ASGITransport(self.page)
        return await self.stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=URL, headers=INSIDE))

    async def went(self, browser: httpx.AsyncClient) -> str:
        """Go to WeCom; returns the state that it will give back."""
        answer = await browser.get("/wecom/sign-in")
        return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    """One colleague, whom the admin named."""
    clock, database = SetClock(), Database(tmp_path / "tandem.db")
    migrate(database)
    users = SqliteUsers(database, clock, TimeIds())
    await users.seed([LIWEI])
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(WecomApp(clock=clock).running())
        wecom = wecom_house(SECRETS, app.url, URL, WORDS, clock)
        stack.push_async_callback(wecom.channel.close)
        visits = Visits(SqliteVisits(database, clock), users, clock, URL, "UTC")
        house = House(Vouched(visits, users, {"wecom": wecom.badge}), visits, [])
        await stack.enter_async_context(served(cast("Desk", house), tmp_path / "s"))
        yield Street(app, house, web_app(Line(tmp_path / "s"), clock, URL), wecom, clock, stack)
    database.close()


async def test_member_is_let_in_as_themselves(street: Street) -> None:
    """There, back, and at the page; the state is used up."""
    browser = await street.browser()
    state = await street.went(browser)
    back = await browser.get("/wecom/oauth", params={"code": street.app.authorize("LiWei"), "state": state})
    speaker = await street.house.visits.speaker(browser.cookies["__Host-tandem"])

    assert (303, "/") == (back.status_code, back.headers["location"])
    assert "li.wei@example.com" == LIWEI.email
    assert "李伟" == speaker.name
    assert "__Host-tandem-state-wecom" not in browser.cookies


async def test_way_there_names_app_and_page_and_no_secret(street: Street) -> None:
    """Inside WeCom at once, elsewhere by a code to scan."""
    browser = await street.browser()
    inside = (await browser.get("/wecom/sign-in")).headers["location"]
    outside = (await browser.get("/wecom/sign-in", headers={"User-Agent": "Firefox"})).headers["location"]
    asked = parse_qs(urlsplit(inside).query)

    assert inside.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert inside.endswith("#wechat_redirect")
    assert outside.startswith("https://login.work.weixin.qq.com/wwlogin/sso/login?")
    assert ([CORP.corp_id], [f"{URL}/wecom/oauth"], [str(CORP.agent_id)]) == (asked["appid"], asked["redirect_uri"], asked["agentid"])
    assert CORP.secret not in inside + outside


async def test_code_brought_by_another_browser_lets_nobody_in(street: Street) -> None:
    """Nobody is signed in by somebody else's link; the code is not even asked about."""
    mine, theirs = await street.browser(), await street.browser()
    state = await street.went(mine)
    code = street.app.authorize("LiWei")
    refused = [
        await theirs.get("/wecom/oauth", params={"code": code, "state": state}),
        await mine.get("/wecom/oauth", params={"code": code, "state": state[:-1] + "x"}),
        await mine.get("/wecom/oauth", params={"code": code}),
        await mine.get("/wecom/oauth", params={"code": code, "state": "汉字"}),
    ]

    assert [403] * 4 == [one.status_code for one in refused]
    assert 0 == street.app.calls["auth/getuserinfo"]
    assert "__Host-tandem" not in {*mine.cookies, *theirs.cookies}


async def test_code_lets_in_once_and_soon(street: Street) -> None:
    """Used, over or made up: WeCom says no, and the page says what to do."""
    used, over = street.app.authorize("LiWei"), street.app.authorize("LiWei")
    statuses = []
    for code in (used, used, "made-up", "", "x" * 600):
        browser = await street.browser()
        answer = await browser.get("/wecom/oauth", params={"code": code, "state": await street.went(browser)})
        statuses.append(answer.status_code)
    street.clock.move(timedelta(minutes=5))
    browser = await street.browser()
    late = await browser.get("/wecom/oauth", params={"code": over, "state": await street.went(browser)})

    assert [303, 401, 401, 401, 401] == statuses
    assert 401 == late.status_code
    assert "重新打开" in late.text
    assert ["wecom_said_no", "wecom_said_no", "badge_no_code", "wecom_no_member", "wecom_said_no"] == street.house.said


@pytest.mark.parametrize("who, key", [("zhangmin", "wecom_stranger"), ("outsider", "wecom_no_member")])
async def test_whom_we_do_not_know_is_not_let_in(street: Street, who: str, key: str) -> None:
    """A member whom nobody named, and somebody of another company."""
    browser = await street.browser()
    answer = await browser.get("/wecom/oauth", params={"code": street.app.authorize(who), "state": await street.went(browser)})

    assert (401, [key]) == (answer.status_code, street.house.said)
    assert "__Host-tandem" not in browser.cookies


async def test_address_that_wecom_does_not_trust_is_said_at_the_page(street: Street) -> None:
    """To whoever tries to sign in on the first day."""
    browser = await street.browser()
    state = await street.went(browser)
    street.app.trusted = False
    answer = await browser.get("/wecom/oauth", params={"code": street.app.authorize("LiWei"), "state": state})

    assert 401 == answer.status_code
    assert "203.0.113.7" in answer.text


async def test_page_without_wecom_says_so(street: Street) -> None:
    """And without a public address."""
    for badges in ({}, {"wecom": wecom_house(SECRETS, street.app.url, "", WORDS, street.clock).badge}):
        street.house.vouched = replace(street.house.vouched, badges=badges)
        answer = await (await street.browser()).get("/wecom/sign-in")

        assert 404 == answer.status_code
    assert ["badge_off", "badge_off"] == street.house.said


async def test_page_shows_the_way_where_it_can_be_gone(street: Street) -> None:
    """In WeCom's own browser and in any other, where a code is shown to be scanned; nowhere while WeCom is off."""
    browser = await street.browser()
    shown = [await browser.get("/sign-in"), await browser.get("/sign-in", headers={"User-Agent": "Firefox"})]
    street.house.vouched = replace(street.house.vouched, badges={})
    shown.append(await browser.get("/sign-in"))

    assert [True, True, False] == ["/wecom/sign-in" in one.text for one in shown]


# --- what `tandem check --online` finds -------------------------------------------------------------------------------------


@asynccontextmanager
async def listening(street: Street, secrets: WecomSecrets) -> AsyncIterator[str]:
    """A server with the callback of an app, which keeps nothing."""
    hook = wecom_hooks(secrets, cast("Any", None), street.clock)[CALLBACK]

    async def handle(request: web.Request) -> web.Response:
        status, headers, body = await hook(request.method, dict(request.query), {}, await request.read())
        return web.Response(status=status, headers=dict(headers), body=body)

    app = web.Application()
    app.router.add_route("*", CALLBACK, handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def found(street: Street, public_url: str) -> dict[str, str]:
    """Key -> state, of what the check finds."""
    return {one.key: one.state async for one in wecom_check(SECRETS, street.app.url, public_url, street.clock)}


async def test_check_tries_the_callback_as_wecom_does(street: Street) -> None:
    """Its own seal comes back opened; with another key, or where nobody listens, it does not."""
    async with listening(street, SECRETS) as url:
        right = await found(street, url)
    async with listening(street, replace(SECRETS, aes_key="A" * 43)) as url:
        wrong = await found(street, url)
    nobody = await found(street, "http://127.0.0.1:9")

    assert "on" == right["check_wecom_callback"]
    assert ["wrong", "wrong"] == [one["check_wecom_callback_dead"] for one in (wrong, nobody)]


async def test_check_compares_the_trusted_domain_and_looks_for_the_menu(street: Street) -> None:
    """With the address of our pages; the menu is there once the house began."""
    before = await found(street, "http://127.0.0.1:9")
    street.app.domain, street.app.closed = "127.0.0.1:9", True
    await street.wecom.channel.start()
    await until(lambda: street.app.menu is not None)
    after = await found(street, "http://127.0.0.1:9")

    assert ("off", "off") == (before["check_wecom_domain_off"], before["check_wecom_menu_off"])
    assert ("on", "wrong", "on") == (after["check_wecom_domain"], after["check_wecom_app_closed"], after["check_wecom_menu"])
