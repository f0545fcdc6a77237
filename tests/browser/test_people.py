"""The door, one's own visits and the admins' page of people, as a person sees and uses them: on a desk and a phone, in both languages."""

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.domain.acquaintance import Alias, Knock, Stranger
from bot.domain.ids import TurnId
from bot.senses import SystemClock
from bot.store.meeting import SqliteKnocks
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import LI, ZHANG, Pile, done, pile
from tests.browser.test_jobs import ADMIN, LOOKS, SIDEWAYS
from tests.fakes.openid import CLIENT_ID, SECRET, OpenIdProvider

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HARSH = "<img src=x onerror=alert(1)>"


@contextmanager
def providing() -> Iterator[OpenIdProvider]:
    """A provider beside the tests, on a loop of its own."""
    provider, ready, over = OpenIdProvider(SystemClock()), threading.Event(), threading.Event()

    async def serve() -> None:
        async with provider.running():
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield provider
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    """The company signs in with it."""
    with providing() as provider:
        yield provider


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, provider: OpenIdProvider) -> Iterator[Pile]:
    """A home with people, one of them in a chat, and somebody at the door."""
    with pile(tmp_path_factory.mktemp("people")) as stores:
        done(arranged(stores))
        config = stores.home.folder / "config.toml"
        lines = f'\n[signin.oidc]\nissuer = "{provider.url}"\nclient_id = "{CLIENT_ID}"\nlabel = "Example ID"\n'
        told = config.read_text(encoding="utf-8").replace("port = 0", f"port = {free_port()}")  # people come back to the one that is named
        config.write_text(told + lines, encoding="utf-8")
        yield stores


def free_port() -> int:
    """One that nobody has at the moment."""
    with socket.socket() as near:
        near.bind(("127.0.0.1", 0))
        return int(near.getsockname()[1])


async def arranged(stores: Pile) -> None:
    """An admin, a chat of Li's, and who knocked."""
    await stores.users.seed([ADMIN])
    await stores.users.link(Alias("wecom", "ww1", "LiWei"), LI.id, ADMIN.id)
    now, alias = stores.clock.now(), Alias("wecom", "ww1", "zhou")
    knock = Knock(alias, "wecom", HARSH, Stranger.UNKNOWN, 1, now, now)
    await SqliteKnocks(stores.database, stores.clock).note(knock, TurnId("t"), silence_s=0)


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    os.environ["OIDC_CLIENT_SECRET"] = SECRET
    try:
        with stores.home.served() as served:
            yield House(stores.home, served, browser)
    finally:
        del os.environ["OIDC_CLIENT_SECRET"]


def shot(name: str, look: Look, tmp_path: Path) -> Path:
    """Where a picture of a page goes."""
    return Path(os.environ.get("SHOTS", tmp_path)) / f"{name}-{look}.png"


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_door_visits_and_people_look_right(house: House, look: Look, tmp_path: Path) -> None:
    """Nothing is cut off, nothing complains, nobody's name is a script."""
    sideways = []
    with house.room(ADMIN.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/sign-in?next=/reviews")
        room.check_access("door")
        page.screenshot(path=shot("door", look, tmp_path), full_page=True)
        sideways.append(page.evaluate(SIDEWAYS))
        page.goto(house.served.url + house.home.data("link", "--as", ADMIN.email)["path"])
        page.click("main button")
        page.wait_for_selector("#text")
        for name, path in (("people", "/admin/people"), ("person", f"/admin/people/{LI.id}"), ("sessions", "/account/sessions")):
            page.goto(house.served.url + path)
            page.wait_for_selector("h1")
            room.check_access(name)
            page.screenshot(path=shot(name, look, tmp_path), full_page=True)
            sideways.append(page.evaluate(SIDEWAYS))

    assert ([False] * 4, []) == (sideways, room.troubles)


def test_person_comes_in_by_the_companys_account_to_where_they_wanted(house: House, provider: OpenIdProvider) -> None:
    """From a page that shut them out, by keyboard, through the provider and back."""
    provider.person = {"sub": "li", "email": LI.email, "email_verified": True, "name": "Li"}
    context = house.browser.new_context(locale="en-US")
    try:
        page = context.new_page()
        page.goto(f"{house.served.url}/reviews?tab=mine")
        page.get_by_role("button", name="Sign in with Example ID").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/reviews?tab=mine")
        page.click("details.person summary")
        page.get_by_role("link", name="Where you are signed in").click()
        page.wait_for_selector(".visits")
        told = page.locator(".visits li").first.inner_text()
    finally:
        context.close()

    assert (True, True, True) == ("Chrome" in told, "company's account" in told, "this one" in told)


def test_admin_finds_somebody_and_ends_their_visits(house: House) -> None:
    """By keyboard; whoever was signed in is at the door with their next step."""
    with house.inside(ZHANG.email) as theirs, house.inside(ADMIN.email) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin")
        page.locator(".rooms a[href='/admin/people']").click()
        page.get_by_role("searchbox").fill("zhang.min")
        page.keyboard.press("Enter")
        page.locator(".people a").first.click()
        page.wait_for_selector(".visits")
        before = page.locator(".visits li").count()
        page.get_by_role("button", name="End them all").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".visits form")).to_have_count(0)
        theirs.page.goto(f"{house.served.url}/")
        where = theirs.page.url

    assert (True, f"{house.served.url}/sign-in", []) == (before >= 1, where, room.troubles)


def test_admin_unlinks_a_chat(house: House, stores: Pile) -> None:
    """What it called them is nobody's any more."""
    with house.inside(ADMIN.email) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/people/{LI.id}")
        page.get_by_role("button", name="Unlink LiWei").click()
        expect(page.get_by_text("LiWei")).to_have_count(0)

    assert None is done(stores.users.by_handle(Alias("wecom", "ww1", "LiWei")))
    assert [] == room.troubles


def test_nobody_else_sees_people_or_ends_anything(house: House) -> None:
    """A rep is told whose pages these are, by every route, with and without the token of a form."""
    with house.inside(LI.email) as room:
        get, post, url = room.page.request.get, room.page.request.post, f"{house.served.url}/admin/people"
        token = room.page.locator("input[name=token]").first.input_value()
        seen = [get(url).status, get(f"{url}/{ZHANG.id}").status]
        pressed = [post(f"{url}/{ZHANG.id}", form={"action": "end_all", **form}).status for form in ({}, {"token": token})]

    assert ([403, 403], [403, 403]) == (seen, pressed)
