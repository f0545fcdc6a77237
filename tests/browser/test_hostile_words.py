"""Words that would be a program, wherever people or their platforms can put words: a real browser shows them and runs none of them.

The browser is told to pass over our Content-Security-Policy, which would hide a hole; what is left is whether each page writes words as
words. Looks at every page that the table of routes knows.
"""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from tests.scenarios.matrix import Way, ways
from tests.scenarios.neighbours import NOBODY, OURS, OWNER, Neighbours, neighbours
from tests.scenarios.test_matrix import is_let_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOT = "\"'><img src=x onerror=alert(1)><svg onload=alert(2)></title></textarea></script><script>alert(3)</script>{{7*7191}}"
NAME = SHOT.replace("/", "")
"""As a file may be called."""
PROMPT = "query_crm/fill"
SUM = "50337"
"""What a template would make of the end of it."""
FOUND = """
() => [
  ...[...document.querySelectorAll("*")].flatMap((one) => [...one.attributes].filter((each) =>
      /^(on|hx-on|data-hx-on)/i.test(each.name)
      || (/^(href|src|action|formaction|srcdoc|xlink:href)$/i.test(each.name) && /^\\s*(javascript|vbscript|data:text)/i.test(each.value))
    ).map((each) => `${one.tagName} ${each.name}`)),
  ...[...document.querySelectorAll('img[src="x"], iframe, object, embed, base')].map((one) => one.tagName),
  ...[...document.scripts].filter((one) => !one.src && one.type !== "application/json").map((one) => `script ${one.text.slice(0, 40)}`),
]
"""
"""What has no business on a page of ours, whoever put it there."""
MARK = re.compile(r"Zq(\w+?)Q")
SHOWN = {OWNER: {
    "question", "answer", "answerquote", "answersource", "answerplace", "button", "word", "wordbutton", "drafttext", "draftname",
    "draftstep", "lettertitle", "letterbody", "lettertext", "letterquote", "heard", "clause", "papername", "digesttitle",
    "digestsection", "digestline", "digestwhy", "charttitle", "chartlabel", "chartnote", "series", "opinion",
}, "admin": {"question", "answer", "note", "prompt", "bookusername"}}  # fmt: skip
"""Places of which at least these are seen on a page: else the walk would prove nothing."""
PARAMETERS = (
    "t", "after", "before", "tab", "open", "seen", "version", "days", "thread", "since", "risk", "category", "whole", "person", "account",
    "skill", "became", "spoken", "until", "against", "did", "code", "state", "q", "team", "query", "kind", "audience",
)  # fmt: skip
FIELDS = (
    "text", "name", "size", "action", "edition", "base", "note", "job", "message", "email", "role", "lang", "theme", "next", "password",
    "label", "revision", "button", "verdict", "reason", "from_date", "until_date", "stand_in", "prompt", "decision", "f.name", "key",
    "files",
)  # fmt: skip
NO_PAGE = (
    "/system/checks", "/metrics", ".png", ".docx", ".csv", "/sound", "/events", "/file", "/livez", "/readyz", "/healthz", "/wecom/sign-in",
)  # fmt: skip
"""Files, numbers, ways elsewhere, and what looks at the whole house for seconds and tells of it alone."""
LONG = {"/sign-out", "/admin/system/checks", "/admin/prompts-run"}


@dataclass
class Trap:
    """A browser of somebody's, its tab, and what went off in it."""

    context: BrowserContext
    page: Page = field(init=False)
    gone_off: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with a tab."""
        self.open()

    def open(self) -> None:
        """A tab of its own: what the one before still fetches disturbs nobody."""
        for tab in self.context.pages:
            tab.close()
        self.page = self.context.new_page()
        self.page.on("dialog", self.hear)

    def hear(self, dialog: Dialog) -> None:
        """A program of somebody else's ran."""
        self.gone_off.append(f"{self.page.url}: alert {dialog.message}")
        dialog.dismiss()

    def look(self) -> None:
        """Unfold what can be unfolded, and look for what should not be there."""
        self.page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        self.gone_off += [f"{self.page.url}: {one}" for one in self.page.evaluate(FOUND)]
        text = self.page.evaluate("() => document.documentElement.outerHTML + document.body.innerText")
        self.gone_off += [f"{self.page.url}: a template reckoned"] if SUM in text else []
        self.seen |= set(MARK.findall(text))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """A home whose every word is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    with neighbours(folder, lambda place: f"Zq{place}Q{SHOT}") as here:
        paper = folder / f"{NAME}.md"
        paper.write_text(f"---\ntitle: |-\n  ZqdoctitleQ{SHOT}\n---\n# ZqheadingQ{SHOT}\n\nZqdocbodyQ{SHOT}\n", encoding="utf-8")
        done = here.home.run("ingest", str(paper))
        assert 0 == done.returncode, done.stderr
        publish(here)
        yield here


def publish(here: Neighbours) -> None:
    """Have an edited prompt and its note in the history, in force and in a difference."""
    admin, address = here.browsers["admin"], f"/admin/prompts/{PROMPT}"
    shown = admin.get(address).text
    [text] = re.findall(r'<textarea id="prompt-text".*?>\n(.*?)</textarea>', shown, re.DOTALL)
    [base, *_] = re.findall(r'name="base" value="(\w*)"', shown)
    words = f"Zq{{}}Q{SHOT.partition('{{')[0]}"
    form = {
        "token": here.tokens["admin"], "action": "publish", "base": base, "note": words.format("note"),
        "text": f"{html.unescape(text)}\n{words.format('prompt')}",
    }  # fmt: skip
    answer = admin.post(address, data=form, headers=OURS)
    assert 303 == answer.status_code, re.findall(r'class="problem"[^>]*>(.*?)</p>', answer.text)


@contextmanager
def trap(browser: Browser, here: Neighbours, name: str) -> Iterator[Trap]:
    """Somebody's browser, signed in, without the guard that would hide a hole."""
    context: BrowserContext = browser.new_context(bypass_csp=True, locale="en-US")
    try:
        value = here.browsers[name].cookies.get("tandem")
        if value:
            context.add_cookies([{"name": "tandem", "value": value, "url": here.served.url}])
        yield Trap(context)
    finally:
        context.close()


def pages_of(name: str) -> Iterator[Way]:
    """Whatever somebody may look at."""
    for way in ways():
        if way.method == "GET" and is_let_in(way, name) and not way.path.endswith(NO_PAGE):
            yield way


def test_the_trap_goes_off(browser: Browser, here: Neighbours) -> None:
    """Where a page wrote words as they are, they would run: so silence means something."""
    with trap(browser, here, OWNER) as caught:
        caught.page.goto(f"{here.served.url}/sign-in")
        caught.page.evaluate("(shot) => { document.querySelector('main').innerHTML = shot; }", SHOT)
        caught.page.wait_for_timeout(200)
        caught.look()

    assert {"alert 1", "IMG onerror"} <= {one.rpartition(": ")[2] for one in caught.gone_off}


@pytest.mark.parametrize("name", [OWNER, "manager", "admin"])
def test_no_stored_word_runs_on_any_page(browser: Browser, here: Neighbours, name: str) -> None:
    """Names, prompts, papers, transcripts, letters, digests, buttons, charts: on each page that this person may look at."""
    with trap(browser, here, name) as caught:
        for way in pages_of(name):
            caught.open()
            caught.page.goto(here.served.url + way.address(here.ids), wait_until="load")
            caught.look()

    assert [] == caught.gone_off
    assert set() == SHOWN.get(name, set()) - caught.seen


def test_no_word_runs_where_a_script_puts_it(browser: Browser, here: Neighbours, tmp_path: Path) -> None:
    """An answer as it comes, a file that is chosen, a draft's form, a prompt as it is typed: what our own scripts write on a page."""
    (tmp_path / NAME).write_text(SHOT, encoding="utf-8")
    with trap(browser, here, OWNER) as caught:
        page = caught.page
        page.goto(f"{here.served.url}/?t={here.ids['thread']}")
        for words in (SHOT, "list all accounts", f"what does {SHOT} say?"):
            before = page.locator(".turn .tools").count()
            page.fill("#text", words)
            page.keyboard.press("Enter")
            page.locator(".turn .tools").nth(before).wait_for(timeout=30_000)
            caught.look()
        page.set_input_files("#file", str(tmp_path / NAME))
        page.wait_for_timeout(500)
        caught.look()
        for link in page.locator("a[hx-get]:visible").all()[:12]:
            link.click()
            page.wait_for_timeout(150)
            caught.look()
            page.keyboard.press("Escape")
    with trap(browser, here, "admin") as edited:
        edited.page.goto(f"{here.served.url}/admin/prompts/{PROMPT}")
        edited.page.fill("#prompt-text", SHOT)
        edited.page.wait_for_selector("#checked *")
        edited.look()

    assert ([], [], True) == (caught.gone_off, edited.gone_off, "bookaccountname" in caught.seen)


@pytest.mark.parametrize("name", [NOBODY, OWNER, "admin"])
def test_no_word_of_an_address_or_a_form_comes_back_as_it_was(here: Neighbours, name: str) -> None:
    """Every route with every parameter and field that any of them reads, and ids that are no ids."""
    browser, odd = here.browsers[name], quote(SHOT, safe="")
    raw = []
    for way in ways():
        if way.path in LONG:
            continue
        for ids in (here.ids, dict.fromkeys(here.ids, odd)):
            where = way.path.format(**ids)
            form = {"token": here.tokens[name], **dict.fromkeys((*PARAMETERS, *FIELDS), SHOT)} if way.method != "GET" else None
            headers = {**OURS, "X-Form-Token": here.tokens[name], "Referer": f"{here.served.url}/{odd}"}
            answer = browser.request(way.method, where, params=dict.fromkeys(PARAMETERS, SHOT), data=form, headers=headers)
            told = answer.headers.get("content-type", "")
            if answer.status_code >= 500 or ("text/html" in told and ("<img src=x" in answer.text or SUM in answer.text)):
                raw.append(f"{way}: {answer.status_code}")
    raw += [f"404 {code}" for code in (f"/{odd}", f"/static/{odd}") if "<img src=x" in browser.get(code).text]

    assert "" == "\n".join(raw)
