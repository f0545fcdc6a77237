"""The admins' pages of knowledge, as a person sees and uses them: files dropped, a document, a pair settled, a missing page written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.domain.decision import Made, Settlement
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import DecisionId, DocumentId, ThreadId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import EVERYONE, Role, User
from bot.domain.talk import Lang, Origin, Utterance
from bot.store.catalog import SqliteCatalog
from bot.store.claims import SqliteClaims
from bot.store.library import SqliteLibrary
from bot.turns.know import WEB
from knowledge.proving import Proving
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import LI, ZONE, Pile, done, pile
from tests.browser.test_jobs import LOOKS, SIDEWAYS
from tests.libraries import manuscript

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMIN = User(UserId("root"), "何静", "he.jing@example.com", Role.ADMIN, "office", ZONE)
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
QUESTIONS = ("智利能发货吗", "能发货到智利吗", HOSTILE)
DROP = """
([names, selector]) => {
  const carried = new DataTransfer();
  for (const [name, text] of names) carried.items.add(new File([text], name));
  for (const kind of ["dragover", "drop"]) {
    document.querySelector(selector).dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}
"""


async def filled(stores: Pile) -> None:
    """Papers of all kinds, one with a hostile name, a pair that contradicts, an answer, and questions without one."""
    await stores.people()
    await stores.users.seed([ADMIN])
    library = SqliteLibrary(stores.database, stores.clock, stores.ids)
    await library.keep(manuscript("/docs/policy.md", "续约总折扣最高12%。", title="价格政策", audience=EVERYONE))
    await library.keep(manuscript("/docs/guide.md", "续约折扣不超过10%。", title="销售手册"))
    await library.keep(manuscript(f"/docs/{HOSTILE}.md", HOSTILE, title=HOSTILE))
    await library.keep(manuscript("/docs/old.md", "旧的。", title="旧政策"))
    await library.keep(manuscript("/docs/new.md", "新的。", title="新政策", supersedes="旧政策"))
    await library.refuse(Path(f"/docs/{HOSTILE}.pdf"), f"{HOSTILE}.pdf", "scan", {"file": f"{HOSTILE}.pdf"}, None, waiting=True)
    await Proving(SqliteClaims(stores.database, stores.clock, stores.ids)).all()
    catalog = SqliteCatalog(stores.database, stores.clock, "e5-small-q4")
    today = stores.clock.now().date()
    [policy] = (await catalog.list(today, words="价格政策")).items
    await asked(stores, catalog, "续约最多几折", policy.id)
    for question in QUESTIONS:
        await asked(stores, catalog, question, None)


async def asked(stores: Pile, catalog: SqliteCatalog, said: str, document: DocumentId | None) -> None:
    """A question of Li's; its answer stands on a document, or there is none."""
    origin = Origin(WEB, "home", LI.id, ThreadId(f"{WEB}:{LI.id}"))
    kept = await stores.inbox.keep(Utterance(origin, f"asked {said}", said, stores.clock.now()), backlog=99)
    grounds: tuple[Evidence, ...] = ()
    if document:
        [first] = await catalog.passages(document, 0, 1)
        grounds = (Evidence(first.text, "policy.md", "", EvidenceKind.DOCUMENT, 0.9, first.id, EVERYONE),)
    made = Made("answer_knowledge", "answer_knowledge", Lang.ZH, "builtin", "c", {}, "ai_autonomous", {"total": 1.0})
    answer = Answer("有。" if grounds else "没查到。", grounds, found=bool(grounds))
    decision = DecisionId(stores.ids.new())
    await stores.ledger.settle(Settlement(kept.turn_id, decision, origin, LI.id, said, answer, made, stores.clock.now()))


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with papers."""
    with pile(tmp_path_factory.mktemp("shelved")) as stores:
        done(filled(stores))
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


def look_at(room: Any, name: str, folder: Path) -> bool:  # noqa: ANN401 - a room
    """Ask axe, keep a picture; whether the page is wider than the window."""
    room.check_access(name)
    room.page.screenshot(path=folder / f"{name}.png", full_page=True)
    return bool(room.page.evaluate(SIDEWAYS))


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_admin_walks_through_the_library(house: House, look: Look, tmp_path: Path) -> None:
    """Each page of the room; hostile names are names; nothing is cut off, nothing complains."""
    with house.inside(ADMIN.email, look) as room:
        page, url = room.page, f"{house.served.url}/admin/knowledge"
        pages = {
            "list": "", "unread": "?shown=unread", "stale": "?shown=stale", "contradictions": "/contradictions",
            "unanswered": "/unanswered", "try": "/try?question=续约折扣&audience=role:rep", "write": "/write",
        }  # fmt: skip
        wide = []
        for name, path in pages.items():
            page.goto(url + path)
            wide.append(look_at(room, name, tmp_path))
        page.goto(url)
        page.get_by_role("link", name=HOSTILE).click()
        page.wait_for_selector(".passages")
        page.locator(".away summary").click()
        wide.append(look_at(room, "document", tmp_path))
        told = page.locator(".passages .words").inner_text()

    assert (HOSTILE, [False] * 8, []) == (told, wide, room.troubles)


def test_files_are_dropped_together_and_one_is_given_up(house: House, tmp_path: Path) -> None:
    """Each tells its own progress; what was refused says why; all that was taken in is in the list."""
    with house.inside(ADMIN.email, Look(1280, "light", "en")) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/knowledge")
        names = [["one.md", "# One\n\nFirst."], ["two.md", "# Two\n\nSecond."], ["bad.bin", "\x00\x01\x02"], ["three.md", "Third."]]
        page.select_option("#knowledge-audience", "role:manager")
        page.evaluate(DROP, [names, "#drop-files"])
        page.locator("#coming li", has_text="three.md").get_by_role("button", name="Cancel: three.md").press("Enter")
        page.locator("#coming li:is(.added, .refused)").nth(3).wait_for(timeout=60_000)
        outcomes = {line.locator("strong").inner_text(): line.get_attribute("class") for line in page.locator("#coming li").all()}
        page.screenshot(path=tmp_path / "dropped.png", full_page=True)
        page.goto(f"{house.served.url}/admin/knowledge?audience=role:manager")
        listed = set(page.locator(".documents tbody a").all_inner_texts())

    assert {"one.md": "added", "two.md": "added", "bad.bin": "refused", "three.md": "refused"} == outcomes
    assert ({"One", "Two"}, []) == (listed, room.troubles)


def test_new_version_takes_the_place_and_audience_and_removal_are_pressed(house: House) -> None:
    """By keyboard; before it goes it says what answers stood on it."""
    with house.inside(ADMIN.email, Look(390, "light", "en")) as room:
        page = room.page
        opened(page, house, "价格政策")
        page.select_option("#audience", "team:east")
        page.locator("button[value=audience]").press("Enter")
        page.get_by_role("status").filter(has_text="Changed").wait_for()
        newer = {"name": "2027.md", "mimeType": "text/markdown", "buffer": "# 新价格政策\n\n续约。".encode()}
        page.set_input_files("#knowledge-files", newer)  # type: ignore[arg-type]
        page.locator("#coming li.added").wait_for(timeout=60_000)
        opened(page, house, "新价格政策")
        chosen = page.locator("#audience").input_value()
        page.locator(".away summary").press("Enter")
        page.locator("button[value=remove]").press("Enter")
        page.wait_for_url("**did=removed")
        left = page.locator(".documents tbody a").all_inner_texts()

    assert ("team:east", False, False, []) == (chosen, "新价格政策" in left, "价格政策" in left, room.troubles)


def test_missing_page_is_written_from_the_question(house: House) -> None:
    """Those that ask the same are one; the page has the question as its title and answers from then on; what was typed stays on refusal."""
    with house.inside(ADMIN.email, Look(1280, "light", "zh")) as room:
        page = room.page
        page.goto(f"{house.served.url}/admin/knowledge/unanswered")
        group = page.locator(".asked > li", has_text="智利")
        counted = group.locator(".count").inner_text()
        group.get_by_role("button", name="写出来").click()
        page.wait_for_selector("textarea")
        title = page.locator("input[name=title]").input_value()
        page.fill("textarea", "  ")
        page.select_option("select[name=audience]", "team:east")
        page.get_by_role("button", name="存进资料库").click()
        page.wait_for_selector("#problem")
        typed = (page.locator("input[name=title]").input_value(), page.locator("select[name=audience]").input_value())
        page.fill("textarea", "可以发货到智利，海运30天。")
        page.get_by_role("button", name="存进资料库").click()
        page.wait_for_url("**/documents/**")
        words = page.locator(".passages .words").inner_text()
        page.goto(f"{house.served.url}/admin/knowledge/unanswered")
        left = page.locator(".asked > li", has_text="智利").count()

    assert ("2×", True, (title, "team:east"), 0) == (counted, title in QUESTIONS, typed, left)
    assert ("可以发货到智利，海运30天。", []) == (words, [one for one in room.troubles if "400" not in one])


def test_nobody_else_finds_the_room(house: House) -> None:
    """A rep is told whose page it is; a form without its token changes nothing; an id that is none is nothing."""
    paths = ("", "/try", "/contradictions", "/unanswered", "/write", "/documents/x")
    with house.inside(LI.email) as room:
        url = f"{house.served.url}/admin/knowledge"
        seen = {room.page.request.get(url + path).status for path in paths}
        forged = {room.page.request.post(url + path, form={"action": "remove"}).status for path in ("/documents/x", "/write", "/unread")}
    with house.inside(ADMIN.email) as room:
        gone = {room.page.request.get(f"{url}/documents/{path}").status for path in ("x", "..%2f..%2fetc", "'--")}

    assert ({403}, {403}, {404}) == (seen, forged, gone)


def opened(page: Page, house: House, title: str) -> None:
    """A document's own page, by its title in the list."""
    page.goto(f"{house.served.url}/admin/knowledge")
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_selector(".facts")
