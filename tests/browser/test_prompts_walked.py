"""An admin who has never seen it changes how letters sound: tries it, has it agreed to, sees the next draft follow, and goes back.

What it takes is counted as a person would spend it: a look before each press, and keys at an ordinary speed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator

from bot.domain.ids import UserId
from bot.domain.people import Role, User
from tests.browser.conftest import House, Room
from tests.browser.letter_model import TONE, WARMER, answering
from tests.browser.reviewed_home import LI, ZONE, Pile, done, pile
from tests.fakes.chat_endpoint import ChatEndpoint

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HE = User(UserId("he"), "何静", "he.jing@example.com", Role.ADMIN, "office", ZONE)
GU = User(UserId("gu"), "Gu Ran", "gu.ran@example.com", Role.ADMIN, "office", ZONE)
ASKS = "给海蓝的李董写封破冰信"
LOOK_S, KEYS_A_SECOND = 3, 5
THREE_MINUTES_S = 180


@dataclass
class Pace:
    """What people spend on pages. steps: presses and fields filled in; each is looked for first."""

    steps: int = 0
    looks: int = 0
    keys: int = 0

    @property
    def spent_s(self) -> float:
        """As a clock beside them would tell."""
        return self.looks * LOOK_S + self.keys / KEYS_A_SECOND

    def reads(self, what: Locator) -> str:
        """What a place says, once it is there."""
        what.wait_for()
        self.looks += 1
        return what.inner_text()

    def presses(self, what: Locator) -> None:
        """One press."""
        self.looks += 1
        self.steps += 1
        what.click()

    def types(self, where: Locator, text: str) -> None:
        """Go to the end of a field and write on."""
        self.presses(where)
        self.keys += len(text) + 1
        where.press("Control+End")
        where.press_sequentially(text)

    def asks(self, rep: Room) -> str:
        """A rep asks for the letter; what the draft says."""
        self.keys += len(ASKS) + 1
        self.looks += 1
        self.steps += 1
        rep.ask(ASKS)
        return self.reads(rep.page.locator(".turn .reply").last)


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


def changed(admin: Room, pace: Pace) -> tuple[str, str]:
    """From the first page to a text that waits for the other admin; what a try on one sentence and a run of the cases told."""
    page = admin.page
    pace.presses(page.get_by_role("link", name="Admin"))
    pace.presses(page.locator(".rooms").get_by_role("link", name="Prompts"))
    pace.presses(page.get_by_role("link", name="Letters to customers"))
    pace.types(page.get_by_label("The prompt"), f"\n{TONE}")
    pace.reads(page.get_by_text("All variables are there"))
    pace.presses(page.get_by_role("button", name="Try", exact=True))
    tried = pace.reads(page.get_by_role("region", name="Yours"))
    admin.check_access("tried")
    pace.presses(page.get_by_role("button", name="Save as a case"))
    pace.types(page.locator("#cases details[open]").get_by_label("The result must have"), "您好")
    pace.presses(page.locator("#cases details[open] .wishes").get_by_role("button", name="Save"))
    pace.reads(page.locator("#cases .checks"))
    pace.presses(page.get_by_role("button", name="Run the saved cases"))
    ran = pace.reads(page.locator("#run [role=status]"))
    pace.types(page.get_by_label("What you changed, and why"), "Warmer")
    pace.presses(page.get_by_role("button", name="Put to another admin"))
    pace.reads(page.get_by_text("It waits for another admin to agree."))
    return tried, ran


def test_tone_of_letters_is_changed_tried_published_followed_and_taken_back(house: House) -> None:
    """By what the pages say alone; the rep's next letter is in the new tone, after going back in the old one; in under three minutes."""
    pace, followed = Pace(), []
    with house.inside(LI.email) as rep, house.inside(HE.email) as admin, house.inside(GU.email) as second:
        rep.ask(ASKS)  # as on any day before
        tried, ran = changed(admin, pace)

        second.page.goto(admin.page.url)
        pace.looks += 1  # at the message that somebody sent them
        told = pace.reads(second.page.locator("section[aria-labelledby=waits]").get_by_text("saved cases"))
        pace.presses(second.page.get_by_role("button", name="Agree and publish"))
        pace.reads(second.page.get_by_text("The next draft follows it."))
        followed.append(WARMER in pace.asks(rep))

        admin.page.reload()
        pace.presses(admin.page.get_by_role("button", name="Go back to the default"))
        pace.reads(admin.page.get_by_text("Published."))
        followed.append(WARMER in pace.asks(rep))
        troubles = [*rep.troubles, *admin.troubles, *second.troubles]

    assert (True, "Of 1, 1 hold with yours and 1 with the one in use. m", []) == (WARMER in tried, ran, troubles)
    assert [True, False] == followed
    assert ("Of 1 saved cases 1 hold;", True) == (told[:24], pace.spent_s < THREE_MINUTES_S), f"{pace} {pace.spent_s} s"
    assert 15 == pace.steps, "the way has become longer or shorter"
