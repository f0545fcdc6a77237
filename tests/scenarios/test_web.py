"""The pages over HTTP, from a real server: who gets in, what a browser is allowed, what nobody gets at, and all of it without a script."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.scenarios.household import Household, Served, household

pytestmark = pytest.mark.slow

REP, MANAGER, ADMIN = "li.wei@example.com", "zhang.min@example.com", "root@example.com"
OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Street:
    """A served home with its papers, and browsers that remember cookies."""

    home: Household
    served: Served
    people: dict[str, httpx.Client]

    def browser(self, lang: str = "en") -> httpx.Client:
        """One that has never been here."""
        return httpx.Client(base_url=self.served.url, headers={"Accept-Language": lang, "Accept": "text/html"}, timeout=30, trust_env=False)

    def inside(self, person: str) -> httpx.Client:
        """One that is signed in."""
        if person not in self.people:
            browser = self.people[person] = self.browser()
            path = self.home.data("link", "--as", person)["path"]
            browser.post("/sign-in", data={"code": path.partition("code=")[2]}, headers=OURS)
        return self.people[person]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """A server that has read three papers."""
    home = household(tmp_path_factory.mktemp("street"))
    with home.served() as served:
        done = home.run("ingest", str(home.folder / "papers"))
        assert 0 == done.returncode, done.stderr
        street = Street(home, served, {})
        yield street
        for browser in street.people.values():
            browser.close()


def token(browser: httpx.Client) -> str:
    """What forms of this visit carry."""
    found = re.search(r'name="form-token" content="(\w+)"', browser.get("/").text)
    assert found
    return found[1]


def asked(browser: httpx.Client, text: str, thread: str = "") -> tuple[str, str]:
    """Thread and turn of something asked, as htmx asks."""
    fields = {"token": token(browser), "text": text, "thread": thread}
    answer = browser.post("/ask", data=fields, headers={**OURS, "HX-Request": "true"})
    found = re.search(r'data-follow="/turns/([^/]+)/events"', answer.text)
    assert found, answer.text
    return httpx.URL(answer.headers["HX-Push-Url"]).params["t"], found[1]


def heard(browser: httpx.Client, turn: str, last: str = "") -> list[dict[str, str]]:
    """The events of a turn: id, event, data."""
    answer = browser.get(f"/turns/{turn}/events", headers={"Last-Event-ID": last} if last else {})
    blocks = [dict(line.split(": ", 1) for line in block.splitlines() if ": " in line) for block in answer.text.split("\n\n")]
    return [block for block in blocks if "event" in block]


def answered(browser: httpx.Client, text: str) -> tuple[str, str, str]:
    """Thread, turn and decision of something asked and answered."""
    thread, turn = asked(browser, text)
    found = re.search(r"/why/([\w-]+)", heard(browser, turn)[-1]["data"])
    assert found
    return thread, turn, found[1]


def test_start_prints_a_link_for_the_admin(street: Street) -> None:
    """Whoever started the server is in with one press; nothing else of what is printed opens anything."""
    assert street.served.process.stdout
    link = re.compile(rf"{re.escape(street.served.url)}(/sign-in\?code=\S+)")
    found = next((told for line in iter(street.served.process.stdout.readline, "") if (told := link.search(line))), None)
    assert found, "the server ended and gave no link"
    browser = street.browser()
    shown = browser.get(found[1]).text
    browser.post("/sign-in", data={"code": found[1]}, headers=OURS)
    inside = browser.get("/").text
    browser.close()

    assert (True, True) == ('name="code"' in shown, "Root" in inside)


def test_turn_streams_and_is_shown_once_whoever_reconnects(street: Street) -> None:
    """Kept, steps, text, evidence, done, each with its place; from a place on only the rest; after the last, no content."""
    rep = street.inside(REP)
    _, turn = asked(rep, "续约最多几折?")
    events = heard(rep, turn)
    rest = heard(rep, turn, events[-2]["id"])
    over = rep.get(f"/turns/{turn}/events", headers={"Last-Event-ID": events[-1]["id"]})

    text = "".join(json.loads(one["data"])["text"] for one in events if one["event"] == "text")
    assert ("kept", "10%") == (events[0]["event"], text[text.index("10"):][:3])
    assert (["evidence", "done"], ["done"], 204) == (
        [one["event"] for one in events[-2:]], [one["event"] for one in rest], over.status_code,
    )


def test_page_works_without_a_script(street: Street) -> None:
    """Ask, come back to the thread, open a source, the story, and judge: with forms and links alone."""
    manager = street.inside(MANAGER)
    page = manager.post("/ask", data={"token": token(manager), "text": "What is the floor price of the S3 sensor?"}, headers=OURS)
    thread = page.headers["location"]
    turn = re.search(r'data-follow="/turns/([^/]+)', manager.get(thread).text)
    if turn:
        heard(manager, turn[1])
    shown = manager.get(thread).text
    decision = re.findall(r"/why/([\w-]+)", shown)[0]
    source, story = manager.get(f"/answers/{decision}/sources/0").text, manager.get(f"/why/{decision}").text
    judged = manager.post(f"/answers/{decision}/feedback", data={"token": token(manager), "verdict": "up"}, headers=OURS)

    assert (303, True, True) == (page.status_code, "412" in shown, re.search(r"<mark>[^<]*412", source) is not None)
    assert ("<html" in story, judged.headers["location"]) == (True, thread)
    assert 'value="up" aria-pressed="true"' in manager.get(thread).text


def test_browser_is_kept_strict(street: Street) -> None:
    """Nothing inline, nothing foreign, nothing framed, nothing kept: on a page, an error and an asset alike."""
    rep = street.inside(REP)
    pages = [rep.get("/"), rep.get("/nowhere"), rep.get("/sign-in")]
    asset = re.search(r'src="(/static/tandem.js[^"]*)"', pages[0].text)
    assert asset
    script = rep.get(asset[1])

    for page in (*pages, script):
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert "nosniff" == page.headers["x-content-type-options"]
    for page in pages:
        assert "no-store" == page.headers["cache-control"]
        assert [] == re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|(?:src|href)=\"(?:https?:)?//", page.text)
    assert "immutable" in script.headers["cache-control"]


def test_cookie_is_for_the_browser_alone(street: Street) -> None:
    """HttpOnly, Lax, and gone when signed out; the secret opens nothing any more."""
    browser, other = street.browser(), street.browser()
    code = street.home.data("link", "--as", REP)["path"].partition("code=")[2]
    entered = browser.post("/sign-in", data={"code": code}, headers=OURS)
    secret = browser.cookies["tandem"]
    left = browser.post("/sign-out", data={"token": token(browser)}, headers=OURS)
    again = other.get("/", headers={"Cookie": f"tandem={secret}"})
    used = other.post("/sign-in", data={"code": code}, headers=OURS)
    for one in (browser, other):
        one.close()

    cookie = entered.headers["set-cookie"].lower()
    assert (True, True, False) == ("httponly" in cookie, "samesite=lax" in cookie, "secure" in cookie)
    assert ("/sign-in", "/sign-in", 401) == (left.headers["location"], again.headers["location"], used.status_code)


@pytest.mark.parametrize("headers, carries, status", [
    ({"Sec-Fetch-Site": "cross-site"}, True, 403), ({"Sec-Fetch-Site": "same-site"}, True, 403),
    ({"Origin": "https://evil.example"}, True, 403), ({"Origin": "null"}, True, 403),
    (OURS, False, 403), ({}, False, 403), (OURS, True, 303),
])
def test_forms_come_from_our_own_pages(street: Street, headers: dict[str, str], carries: bool, status: int) -> None:  # noqa: FBT001
    """Another site's form is refused with a token that it cannot know, and ours without one."""
    rep = street.inside(REP)
    answer = rep.post("/ask", data={"text": "plain", "token": token(rep) if carries else "guessed"}, headers=headers)

    assert status == answer.status_code


def test_bodies_are_bounded(street: Street) -> None:
    """A form that is far too long is not read to its end."""
    rep = street.inside(REP)
    body, headers = b"text=" + b"x" * 300_000, {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
    told, untold = (rep.post("/ask", content=content, headers=headers) for content in (body, iter([body])))

    assert (413, 413) == (told.status_code, untold.status_code)


def test_file_is_announced_sent_and_read_and_a_rep_is_told_no(street: Street) -> None:
    """An admin's file can be asked about when the last line says so; a program is refused by a sentence; a rep before any byte."""
    admin, rep = street.inside(ADMIN), street.inside(REP)
    told = {}
    for name, content in (("会议纪要.md", "# 会议纪要\n\n午休时间为每天12点到13点半。\n".encode()), ("setup.exe", b"MZ\x90\x00\x03")):
        fields = {"token": token(admin), "name": name, "size": str(len(content))}
        begun = admin.post("/files", data=fields, headers=OURS).json()
        sent = admin.post(f"/files/{begun['upload']}", content=content, headers={**OURS, "X-Form-Token": token(admin)})
        told[name] = [json.loads(line) for line in sent.text.splitlines()]
    refused = rep.post("/files", data={"token": token(rep), "name": "a.md", "size": "3"}, headers={**OURS, "Accept": "application/json"})
    thread, _, _ = answered(rep, "午休时间是几点?")

    outcomes = {name: [step["outcome"] for step in steps if step["outcome"]] for name, steps in told.items()}
    assert {"会议纪要.md": ["added"], "setup.exe": ["refused"]} == outcomes
    assert (403, "Only admins") == (refused.status_code, refused.text[:11])
    assert "12点到13点半" in rep.get("/", params={"t": thread}).text


def test_language_is_the_browsers_until_somebody_chooses(street: Street) -> None:
    """Chinese for Chinese, English for others; the switch is remembered, and leads back to our own pages only."""
    chinese, german = street.browser("zh-TW,zh;q=0.9,en;q=0.5"), street.browser("de-DE,de;q=0.9")
    first = [browser.get("/sign-in").text for browser in (chinese, german)]
    chosen = german.post("/preferences", data={"lang": "zh", "next": "//evil.example/"}, headers=OURS)
    then = german.get("/sign-in").text
    for browser in (chinese, german):
        browser.close()

    assert [True, False, True] == ["进来聊聊" in text for text in (*first, then)]
    assert "/" == chosen.headers["location"]
