"""A served home with papers, and Debian's Chromium to look at it. Knows how to watch a page; knows no page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.scenarios.household import Household, Served, household
from tests.tools import needed

AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
)
REMEMBER = """
window.seen = [];
new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
  const label = change.target.closest && change.target.closest(".state .label");
  if (label) window.seen.push("state:" + label.textContent);
  if (node.className === "piece") window.seen.push("piece:" + node.textContent);
}))).observe(document, { childList: true, subtree: true, characterData: true });
"""

STILL = """
Promise.all(
  document.getAnimations().filter((one) => isFinite(one.effect.getComputedTiming().endTime)).map((one) => one.finished.catch(() => 0))
).then(() => 0)
"""
"""Returns when nothing moves but what moves for ever: colours in the middle of a fade are nobody's contrast."""


@dataclass(frozen=True)
class Look:
    """How somebody looks at a page."""

    width: int
    scheme: str
    lang: str

    def __str__(self) -> str:
        """As tests are named."""
        return f"{self.width}-{self.scheme}-{self.lang}"


@dataclass
class Room:
    """A page that is watched: `troubles` collects whatever a browser complains of, and every request that left our own house."""

    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note complaints from now on."""
        self.page.add_init_script(REMEMBER)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("console", self._hear)
        self.page.on("request", self._see)

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"}:
            self.troubles.append(f"{line.type}: {line.text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith(self.url):
            self.troubles.append(f"foreign: {request.url}")

    def ask(self, text: str) -> None:
        """Type and send with Enter; returns when the answer stands."""
        before = self.page.locator(".turn .tools").count()
        self.page.fill("#text", text)
        self.page.keyboard.press("Enter")
        self.page.locator(".turn .tools").nth(before).wait_for(timeout=30_000)

    def check_access(self, where: str) -> None:
        """Ask axe; what it finds is a trouble."""
        self.page.evaluate(STILL)
        if self.page.evaluate("!window.axe"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        for one in found["violations"]:
            nodes = [f"{node['target']} {node['failureSummary']}" for node in one["nodes"][:3]]
            self.troubles.append(f"axe {where}: {one['id']} {nodes}")


@dataclass
class House:
    """A running server, a browser, and ways in."""

    home: Household
    served: Served
    browser: Browser

    @contextmanager
    def room(self, person: str, look: Look = Look(1280, "light", "en")) -> Iterator[Room]:
        """A browser of somebody's own, at the button of their sign-in link."""
        context = self.browser.new_context(
            viewport={"width": look.width, "height": 800}, color_scheme=look.scheme,  # type: ignore[arg-type]
            locale={"zh": "zh-CN", "en": "en-US"}[look.lang], permissions=["clipboard-read", "clipboard-write"],
        )
        try:
            room = Room(context.new_page(), self.served.url)
            room.watch()
            room.page.goto(self.served.url + self.home.data("link", "--as", person)["path"])
            yield room
        finally:
            context.close()

    @contextmanager
    def inside(self, person: str, look: Look = Look(1280, "light", "en")) -> Iterator[Room]:
        """The same, signed in."""
        with self.room(person, look) as room:
            room.page.click("main button")
            room.page.wait_for_selector("#text")
            yield room


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module's tests.

    While it is open a loop of its own runs in this thread, so it must be closed before tests of other modules, which bring theirs.
    """
    chromium = needed("chromium", "the pages are looked at with it (Debian: apt install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server that has read three papers."""
    home = household(tmp_path_factory.mktemp("house"))
    with home.served() as served:
        done = home.run("ingest", str(home.folder / "papers"))
        assert 0 == done.returncode, done.stderr
        yield House(home, served, browser)
