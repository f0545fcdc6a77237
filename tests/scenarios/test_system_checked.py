"""What the admins' pages ask of a served house that is connected: the platforms' trouble in words, and whom it heard."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.home import Home
from bot.private_line import ask_house
from tests.fakes.waiting import until
from tests.scenarios.town import Town, town

pytestmark = pytest.mark.slow


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """Both platforms and a served home."""
    async with town(tmp_path, 1) as place, place.served():
        yield place


async def asked(place: Town, verb: str, **args: object) -> Any:  # noqa: ANN401 - JSON
    """The result of a verb of the page."""
    line = await ask_house(Home(place.home.folder / "home").socket, {"verb": f"page.{verb}", "args": args, "lang": "zh"}, timeout_s=60)
    return line["result"]


async def test_an_address_that_wecom_does_not_trust_is_told_and_a_hello_is_heard(place: Town) -> None:
    """60020 with the address that WeCom saw, as a sentence beside the sentences that are well; then the first hello."""
    link = await asyncio.to_thread(place.home.data, "link", "--as", "root@example.com")
    session = (await asked(place, "sign_in", code=link["path"].partition("code=")[2]))["session"]
    before = await asked(place, "start", session=session)
    place.wecom.trusted = False
    told = (await asked(place, "system_check", session=session, online=True))["findings"]
    place.wecom.trusted = True
    assert (await place.caller.text(place.wecom_id(0), "你好")).taken
    heard: set[str] = set()
    await until(lambda: bool(place.wecom.sent_to(place.wecom_id(0))))
    heard |= set((await asked(place, "start", session=session))["heard"])
    wrong = [one["text"] for one in told if one["state"] == "wrong" and one["key"] == "wecom_address"]

    assert (["wecom", "slack"], {}, {"wecom"}) == (before["chats"], before["heard"], heard)
    assert (1, True, True) == (len(wrong), "60020" in wrong[0], place.wecom.address in wrong[0])
