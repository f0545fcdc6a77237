"""A server that dies in the middle of a publish: the text before it holds or the new one, whole, and the next server goes on from there."""

import os
import re
import signal
import sqlite3
import threading
from contextlib import closing, suppress
from html import unescape
from pathlib import Path

import httpx
import pytest

from bot.domain.prompting import version_of
from bot.home import Home
from bot.places import PROMPTS
from bot.prompts import load_prompts
from tests.scenarios.household import Household, Served, household

OURS = {"Sec-Fetch-Site": "same-origin"}
PROMPT, PAGE = "answer_knowledge/answer", "/admin/prompts/answer_knowledge/answer"
ROOT = "root@example.com"
SHIPPED = load_prompts(PROMPTS)[PROMPT].text
LONG = "Say it plainly. " * 600
"""Long enough that half of it would be seen."""
FEW = 3


def entered(home: Household, served: Served) -> httpx.Client:
    """The browser of an admin who has just signed in."""
    browser = httpx.Client(base_url=served.url, timeout=30, trust_env=False, headers={"Accept": "text/html"})
    browser.post("/sign-in", data={"code": home.data("link", "--as", ROOT)["path"].partition("code=")[2]}, headers=OURS)
    return browser


class Publisher(threading.Thread):
    """An admin who publishes text after text until the server is gone. accepted: how many it said yes to; some: set after a few."""

    def __init__(self, browser: httpx.Client) -> None:
        super().__init__()
        self.accepted, self.some, self._browser = 0, threading.Event(), browser

    def run(self) -> None:
        """Publish."""
        with suppress(httpx.HTTPError), closing(self._browser):
            while self._publish() == httpx.codes.SEE_OTHER:
                self.accepted += 1
                if self.accepted >= FEW:
                    self.some.set()

    def _publish(self) -> int:
        page = self._browser.get(PAGE).text
        form = {name: found[1] for name in ("token", "base") if (found := re.search(rf'name="{name}" value="([^"]*)"', page))}
        text = f"{SHIPPED}\n{LONG}{self.accepted + 1}"
        return self._browser.post(PAGE, data={**form, "action": "publish", "note": "again", "text": text}, headers=OURS).status_code


@pytest.mark.slow
def test_a_server_killed_while_an_admin_publishes_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """What was said yes to is there, each edition is whole, and the page of the next server shows the last of them."""
    home = household(tmp_path)
    with home.process() as process:
        publisher = Publisher(entered(home, home.awaited(process)))
        publisher.start()
        assert publisher.some.wait(60)
        os.kill(process.pid, signal.SIGKILL)
        publisher.join(60)
    with closing(sqlite3.connect(Home(home.folder / "home").truth)) as store:
        rows = store.execute("SELECT number, text, version FROM prompt_editions ORDER BY number").fetchall()
    with home.process() as process, closing(entered(home, home.awaited(process))) as browser:
        shown = re.search(r'<textarea id="prompt-text".*?>\n(.*?)</textarea>', browser.get(PAGE).text, re.DOTALL)

    assert publisher.accepted <= len(rows) <= publisher.accepted + 1
    assert [(at, f"{SHIPPED}\n{LONG}{at}") for at in range(1, len(rows) + 1)] == [(number, text) for number, text, _ in rows]
    assert [] == [number for number, text, version in rows if version != version_of(text)]
    assert rows[-1][1] == (unescape(shown[1]) if shown else "")
