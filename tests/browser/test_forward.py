"""A letter handed to its author at the page: a box to copy from, then its buttons; it comes while they look, and once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.ids import ThreadId
from bot.domain.outcome import Answer, Button
from bot.domain.talk import Lang, Origin
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.outbox import SqliteOutbox
from bot.store.users import SqliteUsers
from bot.turns.know import WEB
from tests.browser.conftest import House, Look, Room

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REP = "li.wei@example.com"
LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
HURRY = """
() => new Promise((stands) => {
  let left = 100;
  const asked = setInterval(() => {
    const over = document.querySelector(".house .forward") || --left === 0;
    over ? (clearInterval(asked), stands(0)) : document.body.dispatchEvent(new Event("turn-ended"));
  }, 300);
})
"""
"""Returns when the letter is there, or half a minute on. The page asks after each turn and every ten seconds: waiting once is enough."""
LETTER = {
    "zh": "李董好:\n\n陈总提过贵司新线要在三季度投产。漏检的事,我们在北风泵业有一份测试,28号能当面给您看吗?\n\n林晓",
    "en": "Dear Ms Lee,\n\nSam mentioned your new line. Could I show you our test on missed defects on the 28th?\n\nLin",
}
TOLD = {"zh": "通过了,“贵司”改成“您团队”。下条长按转发。", "en": "Approved. The text below is yours to send."}
SENT = {"zh": "我发了", "en": "I sent it"}


def handed(house: House, room: Room, look: Look) -> None:
    """The house says it in the thread that is open in the room, as it does once a review is over."""
    thread = parse_qs(urlsplit(room.page.url).query)["t"][0]

    async def say(database: Database) -> None:
        clock, ids = SystemClock(), TimeIds()
        [rep] = await SqliteUsers(database, clock, ids).named(REP)
        answer = Answer(TOLD[look.lang], buttons=(Button(SENT[look.lang], "letter:none:sent"),), forward=LETTER[look.lang])
        await SqliteOutbox(database, clock, ids).say(
            Origin(WEB, "", rep.id, ThreadId(thread)), answer, key=f"forward:{thread}", lang=Lang(look.lang)
        )

    run(house, say)


def run(house: House, work: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    """Do something in the home's own file, beside the house; in a thread, since Playwright has a loop in this one."""
    from threading import Thread  # noqa: PLC0415

    database = Database(house.home.folder / "home" / "tandem.db")
    thread = Thread(target=lambda: asyncio.run(work(database)))
    thread.start()
    thread.join()
    database.close()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_text_to_forward_stands_in_a_box_of_its_own(house: House, look: Look) -> None:
    """It comes while the person looks; copying takes it word for word; its button is pressed; after a reload it stands once."""
    with house.inside(REP, look) as room:
        page = room.page
        room.ask("How long is the warranty of the S3 sensor?")
        handed(house, room, look)
        if look is not LOOKS[0]:
            page.evaluate(HURRY)
        page.locator(".house .forward").wait_for(timeout=30_000)
        room.check_access("forward")
        page.locator(".forward [data-copy-text]").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        page.locator(".house .next button").click()
        page.locator(".turn .tools").nth(1).wait_for(timeout=30_000)
        page.reload()
        texts = page.locator(".forward .copied-text").all_inner_texts()
        sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    assert [] == room.troubles
    assert (LETTER[look.lang], [LETTER[look.lang]], False) == (copied, texts, sideways)
