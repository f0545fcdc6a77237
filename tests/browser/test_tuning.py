"""The pages where skills are taught, and weights and times changed, as an admin uses them, by keyboard too."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as TooLate

from bot.domain.ids import UserId
from bot.domain.people import Role, User
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import ZONE, Pile, done, pile

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "en")]
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
HE = User(UserId("he"), "何静", "he.jing@example.com", Role.ADMIN, "office", ZONE)
PATIENCE = 60_000
"""A busy machine learns slowly."""


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with an admin."""
    with pile(tmp_path_factory.mktemp("tuned")) as stores:
        done(stores.users.seed([HE]))
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


def weigh(page: Page) -> None:
    """Ask what would change, again where a busy machine did not say it in time, as a person would."""
    for _ in range(4):
        page.locator("#rules-form button[value=check]:not(.unseen)").click()
        with suppress(TooLate):
            page.wait_for_selector("#checked .effect", timeout=PATIENCE / 3)
            return
    page.wait_for_selector("#checked .effect", timeout=PATIENCE)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_sentence_is_weighed_kept_and_taken_back_by_keyboard(house: House, look: Look) -> None:
    """From the rules, to the skill; what it changes stands there before it is kept, and the page says that it was learned."""
    with house.inside(HE.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/rules/examples")
        room.check_access("skills")
        page.locator("a[href='/admin/skills/service_ticket']").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#f-text")
        page.focus("#f-text")
        page.keyboard.type("大黄又罢工了")
        page.keyboard.press("Enter")
        keep = page.locator("#weighed button[value=keep]")
        keep.wait_for(timeout=PATIENCE)
        room.check_access("weighed")
        sideways = page.evaluate(SIDEWAYS)
        keep.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".done", timeout=PATIENCE)
        own = page.locator("button[value=drop]").count()
        page.fill("#f-text", "大黄又罢工了!")
        page.keyboard.press("Enter")
        page.wait_for_selector("#weighed .problem", timeout=PATIENCE)
        typed = page.input_value("#f-text")
        room.check_access("known")
        page.locator("button[value=drop]").click()
        page.wait_for_selector(".done", timeout=PATIENCE)
        left = page.locator("button[value=drop]").count()

    assert (1, 0, "大黄又罢工了!", False, []) == (own, left, typed, sideways, room.troubles)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_times_are_changed_as_rows_and_said_in_words(house: House, look: Look) -> None:
    """What does not fit stands beside its input with what was typed; what holds is on the page of jobs at once."""
    with house.inside(HE.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/rules/schedule")
        page.fill("[name='schedule.quiet']", "late")
        page.locator("#rules-form button[value=check]:not(.unseen)").click()
        page.wait_for_selector("#checked .faults")
        page.fill("[name='schedule.quiet']", "21:00-07:30")
        page.select_option("[name='schedule.jobs.1.name']", "digest.daily")
        page.fill("[name='schedule.jobs.1.at']", "09:40" if look.lang == "zh" else "09:50")
        weigh(page)
        coming = page.locator("#checked .effect li").nth(0).inner_text()
        room.check_access("schedule")
        sideways = page.evaluate(SIDEWAYS)
        page.fill("#rules-note", "later")
        page.locator("#rules-form button[value=publish]").click()
        page.wait_for_selector(".done")
        page.goto(f"{house.served.url}/admin/jobs")
        told = page.locator(".plate").nth(0).inner_text()
        room.check_access("jobs")

    at, words = ("09:40", "工作日 09:40") if look.lang == "zh" else ("09:50", "weekdays at 09:50")
    assert (True, True, False, []) == (coming.count(at) >= 4, words in told, sideways, room.troubles)


def test_weights_and_thresholds_show_what_they_would_change(house: House) -> None:
    """A refusal stands at its weight with what was typed; thresholds say what would have been asked back; nothing complains."""
    with house.inside(HE.email, Look(390, "light", "zh")) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/rules/churn")
        page.fill("[name='churn.weights.late_payment']", "-1")
        page.locator("#rules-form button[value=check]:not(.unseen)").click()
        page.wait_for_selector("#checked .faults", timeout=PATIENCE)
        page.fill("[name='churn.weights.late_payment']", "1.4")
        weigh(page)
        room.check_access("churn")
        page.goto(f"{house.served.url}/admin/rules/choosing")
        page.fill("[name='choosing.sure']", "0.7")
        weigh(page)
        room.check_access("choosing")
        sideways = page.evaluate(SIDEWAYS)

    assert (False, []) == (sideways, room.troubles)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_clause_rule_is_tried_on_the_samples_before_it_is_published(house: House, look: Look) -> None:
    """One category at a time; what the samples say of the change stands there; what was published is taken back."""
    with house.inside(HE.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/rules/clauses")
        page.select_option("[name='clauses.category']", "liability_cap")
        page.locator("#rules-form button[value=more]").click()
        page.wait_for_selector("[name^='liability_cap.rules.']")
        page.select_option("[name='clauses.category']", "payment")
        page.locator("#rules-form button[value=more]").click()
        page.wait_for_selector("[name='payment.rules.P-01.risk']")
        page.select_option("[name='payment.rules.P-01.risk']", "low")
        page.fill("[name='payment.rules.P-01.at_least']", "many")
        page.locator("#rules-form button[value=check]:not(.unseen)").click()
        page.wait_for_selector("#checked .faults", timeout=PATIENCE)
        page.fill("[name='payment.rules.P-01.at_least']", "90")
        weigh(page)
        room.check_access("clauses")
        sideways = page.evaluate(SIDEWAYS)
        page.fill("#rules-note", "our big accounts pay in 75 days")
        page.locator("#rules-form > button[value=publish]").click()
        page.wait_for_selector(".done", timeout=PATIENCE)
        kept = page.input_value("[name='payment.rules.P-01.at_least']")
        page.locator("section[aria-labelledby=history] form button").last.click()
        page.wait_for_selector(".done", timeout=PATIENCE)
        back = page.input_value("[name='payment.rules.P-01.at_least']")

    assert ("90", "60", False, []) == (kept, back, sideways, room.troubles)
