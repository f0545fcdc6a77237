"""WeCom's app from the callback to the member's screen, over the real server: coming in, pressing, speaking, what cannot be read."""

from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import pytest

from bot.channels.wecom.cards import MARKS
from tests.fakes.waiting import until
from tests.fakes.wecom import Posted, Sent
from tests.scenarios.town import Town, town

pytestmark = pytest.mark.slow


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """Both platforms and a served home."""
    async with town(tmp_path, 1) as place, place.served():
        yield place


async def answered(place: Town, posted: Awaitable[Posted]) -> Sent:
    """What comes of something that is posted, a line about the wait aside."""
    who = place.wecom_id(0)
    before = {sent.number for sent in place.wecom.sent_to(who)}

    def fresh() -> list[Sent]:
        return [one for one in place.wecom.sent_to(who) if one.number not in before and not one.text.startswith("在查")]

    assert (await posted).taken
    await until(lambda: bool(fresh()))
    return fresh()[0]


async def test_member_comes_in_presses_speaks_and_sends_what_cannot_be_read(place: Town) -> None:
    """Each gets a word, each once, in the form that the app has for it; the menu is there from the start."""
    who, caller = place.wecom_id(0), place.caller
    hello = await answered(place, caller.enter(who))
    pressed = await answered(place, caller.press(hello, 2))
    drafts = await answered(place, caller.menu(who, "我的草稿"))
    voice = await answered(place, caller.voice(who))
    zipped = await answered(place, caller.voice(who, b"PK\x03\x04" + bytes(64)))
    unknown = await answered(place, caller.message(who, "sphfeed", {}))
    again = await caller.enter(who)

    assert ("template_card", 3) == (hello.kind, len(hello.card["button_list"]))
    assert pressed.number > hello.number
    assert "没有等你定的草稿。" == drafts.text.rstrip(MARKS + " ")
    assert ("听不了" in voice.text, "打不开" in zipped.text, "看不懂" in unknown.text) == (True, True, True)
    assert again.taken
    assert place.wecom.menu is not None
    assert ([], [], []) == (place.wecom.refused, place.wecom.dropped, place.wecom.doubled)
