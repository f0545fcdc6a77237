"""A served home in which Li has everything, and a browser for each of the others. Knows how they get in; says nothing of what they may."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from re import findall, search

import httpx

from bot.home import Home
from bot.private_line import call
from tests.browser.reviewed_home import CHEN, LI, WANG, ZHANG, done, pile
from tests.scenarios.everything import BOOK, MATE, STAFF, Words, everything
from tests.scenarios.household import Household, Served

NOBODY, OWNER, ADMIN = "nobody", "li", "admin"
PEOPLE = {OWNER: LI.email, "mate": MATE.email, "far": WANG.email, "manager": ZHANG.email, "reviewer": CHEN.email} | {
    str(one.role): one.email for one in STAFF
}
"""Li; a rep of the same team; one of another; the manager of the team; a reviewer; and one of each other role."""
NAMED = {"place": "0", "action": "approve", "prompt": "query_crm/fill", "run": "none", "set": "review", "skill": "query_crm"}
"""What routes name that is nobody's."""
OURS = {"Sec-Fetch-Site": "same-origin"}
PAGE = {"Accept": "text/html", "Accept-Language": "en"}


@dataclass
class Neighbours:
    """The server, Li's ids, and whoever looks, by name; `nobody` is signed out."""

    home: Household
    served: Served
    ids: dict[str, str]
    browsers: Mapping[str, httpx.Client]
    tokens: Mapping[str, str]

    def enter(self, email: str) -> httpx.Client:
        """A browser of somebody who has just signed in."""
        browser = httpx.Client(base_url=self.served.url, headers=PAGE, timeout=60, trust_env=False)
        browser.post("/sign-in", data={"code": self.link(email)}, headers=OURS)
        return browser

    def link(self, email: str) -> str:
        """The code of a link, as the command line asks for it, without waiting for its start."""
        [line] = call(Home(self.home.folder / "home").socket, {"verb": "link", "args": {"as_": email}})
        return str(line["result"]["path"]).partition("code=")[2]


@contextmanager
def neighbours(folder: Path, words: Words) -> Iterator[Neighbours]:
    """Plant, serve, and let everybody in."""
    with ExitStack() as stack:
        stores = stack.enter_context(pile(folder))
        things = done(everything(stores, words))
        served = stack.enter_context(stores.home.served())
        here = Neighbours(stores.home, served, dict(things.ids), {}, {})
        stranger = httpx.Client(base_url=served.url, headers=PAGE, timeout=60, trust_env=False)
        here.browsers = {NOBODY: stranger, **{name: here.enter(email) for name, email in PEOPLE.items()}}
        for browser in here.browsers.values():
            stack.callback(browser.close)
        here.tokens = {name: token(browser) for name, browser in here.browsers.items()}
        uploads = {one: begun(here, OWNER, said="1") for one in ("upload", "given")}
        here.ids |= {**NAMED, **uploads, "document": document(here, words)}
        yield here


def begun(here: Neighbours, name: str, file: str = "a.md", size: int = 4, **more: str) -> str:
    """The id of a file that somebody announced."""
    form = {"token": here.tokens[name], "name": file, "size": str(size), **more}
    return str(here.browsers[name].post("/files", data=form, headers=OURS).json()["upload"])


def document(here: Neighbours, words: Words) -> str:
    """The id of a document that the admin added to the library."""
    name, content = ADMIN, f"# {words(BOOK + 'heading')}\n\n{words(BOOK + 'passage')}".encode()
    upload = begun(here, name, f"{words(BOOK + 'filename')}.md", len(content))
    told = here.browsers[name].post(f"/files/{upload}", content=content, headers={**OURS, "X-Form-Token": here.tokens[name]})
    found = search(r'href="/admin/knowledge/documents/([^"/?]+)', here.browsers[name].get("/admin/knowledge").text)
    assert found, told.text
    return found[1]


def heard(browser: httpx.Client, kept: httpx.Response) -> str:
    """All that comes of what was kept, as the page is told it."""
    turns = findall(r'data-follow="(/turns/[^/]+/events)"', kept.text)
    assert turns, kept.text
    return "".join(browser.get(turn).text for turn in turns)


def token(browser: httpx.Client) -> str:
    """What the forms of a visit carry; of who is signed out, too, for anybody can work that out."""
    found = search(r'name="(?:form-token" content|token" value)="(\w+)"', browser.get("/reviews").text)
    return found[1] if found else ""
