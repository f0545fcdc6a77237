"""The tour: every page that somebody may open, as they see it: nothing cut off, nothing foreign, no complaint, one language, open to all.

Its pages are those of the table of routes, so a new one is on the tour at once; what is no page is listed here with what it is.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from bot.domain.people import Role
from tests.browser.conftest import Look, Room
from tests.browser.furnished_home import furnish
from tests.browser.reviewed_home import PEOPLE
from tests.scenarios.everything import CLAUSES, MATE, STAFF
from tests.scenarios.matrix import ANYONE, Way, ways
from tests.scenarios.neighbours import ADMIN, NOBODY, OWNER, Neighbours, neighbours
from tests.scenarios.test_matrix import is_let_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ONE, OTHER = (Look(1280, "light", "zh"), Look(390, "dark", "en")), (Look(390, "light", "zh"), Look(1280, "dark", "en"))
THIRD, FOURTH = (Look(390, "dark", "zh"), Look(1280, "light", "en")), (Look(1280, "dark", "zh"), Look(390, "light", "en"))
LOOKS = {
    NOBODY: FOURTH, OWNER: OTHER, "mate": THIRD, "far": OTHER, "manager": THIRD, "reviewer": FOURTH, "coach": ONE, "marketing": OTHER,
    "delivery": THIRD, "service": FOURTH, "legal": ONE, ADMIN: ONE,
}  # fmt: skip
"""Each looks in opposite ways, so each person meets each width, scheme and language; and every two of these meet in somebody's looks."""
NO_PAGE = {
    "/metrics": "figures for a program", "/livez": "a word for a program", "/readyz": "a word for a program", "/healthz": "the same",
    "/answers/{}/chart.png": "a picture", "/answers/{}/file": "a file", "/contracts/{}/{}/redline.docx": "a file",
    "/admin/decisions.csv": "a file", "/recordings/{}/sound": "a sound", "/turns/{}/events": "a stream",
    "/wecom/sign-in": "leads away", "/slack/sign-in": "leads away", "/oidc/sign-in": "leads away",
    "/wecom/oauth": "leads back", "/slack/oauth": "leads back", "/oidc/callback": "leads back",
    "/threads": "a part of the chat", "/words": "a part of the chat", "/reviews/list": "a part of the reviews",
    "/reviews/count": "a part of every page", "/admin/prompts-run/{}": "a part of a prompt",
    "/contracts/{}/{}/same": "a part of the comparison",
}  # fmt: skip
"""Addresses that the tour passes, and why."""
ALSO = {
    "/admin/prompts/{}": ("?against=shipped",), "/admin/rules/{}": ("?text=1",), "/admin/decisions": ("?account=Nobody",),
    "/admin/knowledge": ("?shown=unread", "?shown=stale"), "/admin/people": ("?wanted=nobody",), "/reviews": ("?tab=sent", "?tab=done"),
}  # fmt: skip
"""Other sights of a page: a difference, a refusal, a list with nothing in it."""
PATIENCE_MS = 120_000
"""Checks of the whole house take their time where a machine is busy."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OURS = """
() => {
  const theirs = "code, pre, textarea, q, blockquote, script, style, [aria-hidden=true], [lang]:not(html)"
    + ", .words, .copied-text, .draft dl, [aria-labelledby=chat] ol, #checked";
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(theirs)) said.push(walk.currentNode.data);
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    if (!one.closest("[lang]:not(html)"))
      for (const name of ["aria-label", "title", "placeholder", "alt"]) said.push(one.getAttribute(name) || "");
  return said.map((one) => one.trim()).filter(Boolean);
}
"""
"""What a page says of its own, as far as it can be told: not what a platform's console calls its things, nor a card in the
language in which it was asked for, nor what checks say of the keys of the config. People's words here are Greek."""
KEY = re.compile(r"(?<![\w@./-])[a-z]+(?:_[a-z0-9]+)+(?![\w@./=-])")
FOREIGN = {"en": re.compile(r"[\u4e00-\u9fff]"), "zh": re.compile(r"\b[A-Za-z][a-z]+ [a-z]{2,}\b")}
"""What the other language looks like."""
NAMES = re.compile("|".join([
    "海蓝科技", "中文", "English", "规则停用", " ".join(Role), *(one.name for one in (*PEOPLE, MATE, *STAFF)),
    *(one.strip("# ").partition(" {")[0] for one in CLAUSES),
]))  # fmt: skip
"""What is called the same in both: people, a firm, languages, what the house once said, roles as they are typed, clauses of a paper."""


def greek(place: str) -> str:
    """Words that are of neither of our languages."""
    return "".join(chr(0x3B1 + (ord(letter) - 97) % 17) if letter.isalpha() else letter for letter in place)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """A home with something on every page."""
    with neighbours(tmp_path_factory.mktemp("tour"), greek) as here:
        furnish(here, greek)
        yield here


@contextmanager
def seen(browser: Browser, here: Neighbours, name: str, look: Look) -> Iterator[Room]:
    """A browser of somebody's, signed in as before."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 800}, color_scheme=look.scheme,  # type: ignore[arg-type]
        locale={"zh": "zh-CN", "en": "en-US"}[look.lang],
    )  # fmt: skip
    try:
        value = here.browsers[name].cookies.get("tandem")
        if value:
            context.add_cookies([{"name": "tandem", "value": value, "url": here.served.url}])
        room = Room(context.new_page(), here.served.url)
        room.watch()
        yield room
    finally:
        context.close()


def addresses(here: Neighbours, name: str) -> Iterator[str]:
    """Every page that somebody may open, with other sights of it; each set of rules."""
    for way in ways():
        if way.method == "GET" and not way.part and is_let_in(way, name) and way.route[1] not in NO_PAGE and is_theirs(way, name):
            yield way.address(here.ids)
            yield from (way.path.format(**here.ids) + more for more in ALSO.get(way.route[1], ()))
    if name == ADMIN:
        shown = here.browsers[ADMIN].get("/admin/rules").text
        yield from sorted(set(re.findall(r'href="(/admin/rules/\w+)"', shown)) - {f"/admin/rules/{here.ids['set']}"})


def is_theirs(way: Way, name: str) -> bool:
    """What anybody may see is seen by whoever is signed out, once; whoever is inside sees it with their own things, or none."""
    return ANYONE not in way.who or name == NOBODY


def wrongs(room: Room, address: str, look: Look) -> list[str]:
    """What is wrong with a page."""
    page, before = room.page, len(room.troubles)
    answer = page.goto(room.url + address, timeout=PATIENCE_MS)
    assert answer is not None
    page.locator("meta[http-equiv=refresh]").wait_for(state="detached")
    room.check_access("")
    found = [] if answer.status < 400 or "Nobody" in address else [f"status {answer.status}"]
    found += ["wider than the screen"] if page.evaluate(SIDEWAYS) else []
    found += [f"{page.locator('h1').count()} h1"] if page.locator("h1").count() != 1 else []
    said: list[str] = page.evaluate(OURS)
    found += ["no title"] if not page.title() else []
    for one in [page.title(), *said]:
        text = NAMES.sub("", one)
        found += [f"a key: {text}"] if KEY.search(text) else []
        found += [f"not {look.lang}: {text}"] if FOREIGN[look.lang].search(text) else []
    troubles = [one for one in room.troubles[before:] if not ("Nobody" in address and "400" in one)]
    return [f"{address}: {one}" for one in [*found, *troubles]]


def test_everybody_looks_every_way() -> None:
    """All roles are on the tour, and every two of width, scheme, language and person meet in it."""
    met = [(str(look.width), look.scheme, look.lang, name) for name, looks in LOOKS.items() for look in looks]
    pairs = {(one[a], one[b]) for one in met for a in range(4) for b in range(a + 1, 4)}
    sides = [("1280", "390"), ("light", "dark"), ("zh", "en"), tuple(LOOKS)]
    wanted = {(one, other) for a in range(4) for b in range(a + 1, 4) for one in sides[a] for other in sides[b]}

    assert set() == wanted - pairs


def test_every_page_is_on_the_tour() -> None:
    """What is passed by is there, and each page has somebody who opens it."""
    there = {way.route[1] for way in ways() if way.method == "GET" and not way.part}
    opened = {way.route[1] for way in ways() if way.method == "GET" for name in LOOKS if is_let_in(way, name)}

    assert (set(), set(), set()) == (set(NO_PAGE) - there, there - opened, set(ALSO) - there)


@pytest.mark.parametrize("name, look", [(name, look) for name, looks in LOOKS.items() for look in looks], ids=str)
def test_pages_are_as_they_should_be(browser: Browser, here: Neighbours, name: str, look: Look) -> None:
    """Axe, width, console, foreign requests, titles, keys and language, on all that somebody may open."""
    with seen(browser, here, name, look) as room:
        wrong = [one for address in addresses(here, name) for one in wrongs(room, address, look)]

    assert "" == "\n".join(wrong)
