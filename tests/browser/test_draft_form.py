"""A draft of several records at the page: its card, its form in a panel and as a page of its own, with and without script."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import DraftId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.people import EVERYONE
from bot.domain.records import HeldDraft
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import ACCOUNT, LI, Pile, done, pile

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
HAPPENED = "2026-07-16T06:02:00+00:00"
PHONE = Look(390, "light", "en")
REF = {"account": ACCOUNT, "account_name": "海蓝科技"}
HEARD = Evidence("八十万,不对,一百二十万", "录音 7/16 14:02", "0:21", EvidenceKind.EVENT, 0.9, "turn-1", EVERYONE)
DEAL = Draft(
    "新商机·海蓝科技|120万|S3×200。哪天能签?", "opportunity",
    {**REF, "name": "海蓝 S3", "amount": 1_200_000, "currency": "CNY", "quantity": 200, "stage": "proposal"}, {"amount": HEARD},
    also=(
        Proposal("touchpoint", "touchpoint", {**REF, "opportunity": MAIN, "happened_at": HAPPENED, "note": "漏检多。" * 30}),
        Proposal("task", "task", {**REF, "opportunity": MAIN, "subject": "报价", "due_date": "2026-12-02", "status": "open"}),
    ),
    shows=("account", "amount", "quantity"),
)  # fmt: skip


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """The firm, to be written into beside the server."""
    with pile(tmp_path_factory.mktemp("forms")) as stores:
        yield stores


@pytest.fixture(scope="module")
def house(stores: Pile, browser: Browser) -> Iterator[House]:
    """The server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


def held(stores: Pile, draft: DraftId) -> HeldDraft:
    """The draft as it stands."""
    found = done(stores.drafts.draft(draft))
    assert found is not None
    return found


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_card_and_form_are_fit_to_be_read(stores: Pile, house: House, look: Look) -> None:
    """Wide and narrow, light and dark, in both languages: nothing hangs over, axe and the browser find nothing."""
    done(stores.drafted(DEAL))
    with house.inside(LI.email, look) as room:
        room.page.goto(f"{house.served.url}/?t=web:1")
        room.page.locator(".draft").last.locator("summary").click()
        room.check_access("card")
        room.page.locator(".draft").last.locator("a[role=button]").click()
        room.page.wait_for_selector("#panel[open] form.fields")
        room.check_access("form")
        width = room.page.evaluate("document.documentElement.scrollWidth")

    assert ([], look.width) == (room.troubles, width)


def test_form_says_what_it_cannot_read_and_then_changes_the_draft(stores: Pile, house: House) -> None:
    """By keyboard alone: the cursor stands at the wrong field; what was filled in is kept; a record is left out; the panel closes."""
    draft = done(stores.drafted(DEAL))
    with house.inside(LI.email, PHONE) as room:
        page = room.page
        page.goto(f"{house.served.url}/?t=web:1")
        page.locator(".draft").last.locator("a[role=button]").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#panel[open] form.fields")
        page.fill("#f-amount", "很多")
        page.fill("#f-task-due_date", "2026年12月4日")
        page.keyboard.press("Enter")
        page.wait_for_selector("#f-amount[aria-invalid]")
        said, at = page.locator("#f-amount-wrong").inner_text(), page.evaluate("document.activeElement.id")
        kept, untouched = page.input_value("#f-task-due_date"), held(stores, draft.id)
        page.keyboard.press("Control+A")
        page.keyboard.type("130万")
        page.locator("input[name='f.touchpoint']").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_selector("#panel", state="hidden")
        page.locator(".turn .tools").nth(page.locator(".turn").count() - 1).wait_for(timeout=30_000)
        told = page.locator(".turn").last.inner_text()

    now = held(stores, draft.id)
    assert ("120万" in said, "f-amount", "2026年12月4日", 1) == (True, at, kept, untouched.revision)
    assert (2, 1_300_000, ["task"]) == (now.revision, now.fields["amount"], [one.key for one in now.also])
    assert "2026-12-04" == now.also[0].fields["due_date"]
    assert ("¥1,300,000" in told, []) == (True, room.troubles)


def test_form_works_without_script(stores: Pile, house: House) -> None:
    """As a page of its own: the wrong field is told there, then the thread is shown again."""
    draft = done(stores.drafted(DEAL))
    with house.room(LI.email) as room:
        room.page.click("main button")
        cookies = room.page.context.cookies()
    context = house.browser.new_context(java_script_enabled=False)
    try:
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{house.served.url}/drafts/{draft.id}/form?thread=web:1")
        page.fill("#f-amount", "?")
        page.click("form.fields button")
        wrong = page.locator(".wrong").count()
        page.fill("#f-amount", "1.3m")
        page.click("form.fields button")
        page.wait_for_url("**/?t=web*")
    finally:
        context.close()

    assert 1 == wrong
    done(settled(stores, draft.id))
    assert 1_300_000 == held(stores, draft.id).fields["amount"]


async def settled(stores: Pile, draft: DraftId) -> None:
    """Return once the house has made the next revision."""
    for _ in range(300):
        found = await stores.drafts.draft(draft)
        if found and found.revision > 1:
            return
        await asyncio.sleep(0.1)
