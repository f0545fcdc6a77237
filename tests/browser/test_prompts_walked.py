"""An admin who has never seen it changes how letters sound: tries it, has it agreed to, sees the next draft follow, and goes back."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from bot.domain.ids import UserId
from bot.domain.people import Role, User
from tests.browser.conftest import House
from tests.browser.reviewed_home import LI, ZONE, Pile, done, pile
from tests.fakes.chat_endpoint import ChatEndpoint, Json, chat_endpoint, said_to

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HE = User(UserId("he"), "何静", "he.jing@example.com", Role.ADMIN, "office", ZONE)
GU = User(UserId("gu"), "Gu Ran", "gu.ran@example.com", Role.ADMIN, "office", ZONE)
TONE = "9. Warm, as to a neighbour."
ASKS = "给海蓝的李董写封破冰信"


def tell(body: Json) -> str:
    """A model whose answers have nothing to stand on; what it was asked is what is looked at."""
    return '{"sentences": []}' if "Phrase its middle" in said_to(body) else '{"tool": "unsure", "arguments": {}}'


@contextmanager
def answering() -> Iterator[ChatEndpoint]:
    """A chat endpoint in a thread of its own, for the browser's loop is in this one."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    begun: list[ChatEndpoint] = []
    ready = threading.Event()

    async def serve() -> None:
        async with chat_endpoint(tell) as endpoint:
            begun.append(endpoint)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(10)
    try:
        yield begun[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


@pytest.fixture(scope="module")
def model() -> Iterator[ChatEndpoint]:
    """What words letters."""
    with answering() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, model: ChatEndpoint) -> Iterator[Pile]:
    """A home with two admins and a model."""
    with pile(tmp_path_factory.mktemp("walked")) as stores:
        done(stores.users.seed([HE, GU]))
        config = stores.home.folder / "config.toml"
        chat = f'[models.chat]\nbase_url = "{model.url}"\nmodel = "m"\n'
        config.write_text(chat + config.read_text(encoding="utf-8"), encoding="utf-8")
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


def letter_asked(model: ChatEndpoint) -> bool:
    """Whether the last letter that was worded was asked for in the new tone."""
    return TONE in [said_to(body) for body in model.bodies if "Phrase its middle" in said_to(body)][-1]


def test_tone_of_letters_is_changed_tried_published_followed_and_taken_back(house: House, model: ChatEndpoint) -> None:
    """By what the pages say alone; the rep's next letter is asked for in the new tone, and after going back in the old one."""
    followed = []
    with house.inside(LI.email) as rep, house.inside(HE.email) as admin, house.inside(GU.email) as second:
        rep.ask(ASKS)
        followed.append(letter_asked(model))

        page = admin.page
        page.get_by_role("link", name="Admin").click()
        page.locator(".rooms").get_by_role("link", name="Prompts").click()
        page.get_by_role("link", name="Letters to customers").click()
        page.get_by_label("The prompt").fill(page.get_by_label("The prompt").input_value() + f"\n{TONE}")
        page.get_by_text("All variables are there").wait_for()
        page.get_by_role("button", name="Try", exact=True).click()
        page.get_by_role("heading", name="Yours").wait_for()
        admin.check_access("tried")
        page.get_by_role("region", name="Yours").get_by_text("The prompt, filled").click()
        tried = page.get_by_role("region", name="Yours").locator("pre").inner_text()
        page.get_by_label("What you changed, and why").fill("Warmer")
        page.get_by_role("button", name="Put to another admin").click()
        page.get_by_text("It waits for another admin to agree.").wait_for()

        second.page.goto(page.url)
        second.page.get_by_role("button", name="Agree and publish").click()
        second.page.get_by_text("The next draft follows it.").wait_for()
        rep.ask(ASKS)
        followed.append(letter_asked(model))

        page.reload()
        page.get_by_role("button", name="Go back to the default").click()
        page.get_by_text("Published.").wait_for()
        rep.ask(ASKS)
        followed.append(letter_asked(model))
        troubles = [*rep.troubles, *admin.troubles, *second.troubles]

    assert ([False, True, False], True, []) == (followed, TONE in tried, troubles)
