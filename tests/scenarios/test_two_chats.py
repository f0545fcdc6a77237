"""The whole house between both platforms: what is asked in a chat is answered there, once, whatever the platform does."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.waiting import until
from tests.scenarios.town import Town, town

pytestmark = pytest.mark.slow


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """Both platforms, and a home that has read three papers."""
    async with town(tmp_path, 2) as place:
        done = await asyncio.to_thread(place.home.run, "ingest", str(place.home.folder / "papers"))
        assert 0 == done.returncode, done.stderr
        yield place


async def test_what_is_asked_in_a_chat_is_answered_there_once(place: Town) -> None:
    """Over the real server: a message that comes twice, a platform that is away for a moment, and a restart in the middle."""
    async with place.served():
        asked = await place.slack.says(place.slack_id(0), "How long is the warranty of the S3 sensor?", copies=2)
        posted = await place.caller.text(place.wecom_id(1), "续约最多打几折?")
        await place.caller.text(place.wecom_id(1), "续约最多打几折?", msg_id=posted.msg_id)
        assert (True, True) == (asked.taken, posted.taken)
        await until(lambda: bool(place.heard_in_slack(0)) and bool(place.heard_in_wecom(1)))
        place.wecom.mood = "500"
        assert (await place.caller.text(place.wecom_id(0), "标准付款期是几天?")).taken
        await until(lambda: place.wecom.calls["message/send"] > 1)

        waiting = json.loads((await asyncio.to_thread(place.home.run, "--json", "outbox", "list")).stdout)
        assert [("wecom", place.wecom_id(0))] == [(one["channel"], one["to"]) for one in waiting]
    place.wecom.mood = "ok"
    async with place.served():
        await until(lambda: bool(place.heard_in_wecom(0)))

    assert (1, 1, 1) == (len(place.heard_in_slack(0)), len(place.heard_in_wecom(0)), len(place.heard_in_wecom(1)))
    assert ("36" in place.heard_in_slack(0)[0], "30" in place.heard_in_wecom(0)[0]) == (True, True)
    assert [] == place.slack.errors + place.slack.failed


async def test_check_tells_which_chats_are_on(place: Town) -> None:
    """By name; half of one stops the check."""
    findings = json.loads((await asyncio.to_thread(place.home.run, "--json", "check")).stdout)["findings"]

    told = {one["key"]: one["state"] for one in findings if one["key"].startswith("check_channel_")}
    assert {"check_channel_slack": "on", "check_channel_wecom": "on", "check_channel_wecom_bot": "off"} == told
