"""People whom nobody named come to the house by both platforms, over the real server; a group hears only what is for all of it.

R rep, T Tandem, as in a script: each test is one scene.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.slack import BOT, Slack
from tests.fakes.waiting import until
from tests.scenarios.town import Town, town

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SORRY = "Sorry, I only work for this workspace's own colleagues, so I can't help you here."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Both platforms, a served home that has read three papers, and people whom its config does not name. One for all scenes."""
    async with town(tmp_path_factory.mktemp("town"), 1) as place:
        place.slack.person("UZHANG", "Zhang Min", "zhang.min@example.com", locale="en-US")
        place.slack.person("UGUEST", "Gus", "root@example.com", guest=True)
        place.slack.person("UXU", "Xu", "root@example.com", team="T0OTHER")
        place.slack.channel("C1", ["UZHANG", place.slack_id(0)])
        place.wecom.members |= {"newbie": {"name": "小新"}, "second": {"name": "小二"}}
        done = await asyncio.to_thread(place.home.run, "ingest", str(place.home.folder / "papers"))
        assert 0 == done.returncode, done.stderr
        async with place.served():
            yield place


def heard(slack: Slack, user: str) -> list[str]:
    """What was posted to somebody alone, in order."""
    return posted(slack, slack.space.direct(user).id)


def posted(slack: Slack, channel: str) -> list[str]:
    """What was posted somewhere, in order, to all or to one alone; the words alone, without what stands on buttons."""
    shown = [one for one in (*slack.messages, *slack.ephemeral) if one.channel == channel]
    return [one.shown.partition("\nHelpful")[0] for one in sorted(shown, key=lambda one: one.ts)]


async def data(place: Town, *words: str) -> Any:  # noqa: ANN401 - JSON
    """What a command prints beside the server."""
    return json.loads((await asyncio.to_thread(place.home.run, "--json", *words)).stdout)


async def test_colleagues_become_known_and_others_do_not(place: Town) -> None:
    """Zhang Min by the e-mail that Slack verified; 小新 by a code that a colleague types; a guest never, whatever e-mail he shows."""
    await place.slack.says("UZHANG", "How long is the warranty of the S3 sensor?")
    await place.slack.says("UGUEST", "How long is the warranty of the S3 sensor?")
    await place.caller.text("newbie", "标准付款期是几天?")
    await until(lambda: len(heard(place.slack, "UZHANG")) > 1 and bool(heard(place.slack, "UGUEST")))
    await until(lambda: bool(place.wecom.sent_to("newbie")))
    code = re.search(r"\d{6}", place.wecom.sent_to("newbie")[0].text)
    assert code
    await place.slack.says("UGUEST", "hello?")
    await place.slack.says("UZHANG", f"绑定 {code.group()}")
    await until(lambda: len(place.wecom.sent_to("newbie")) > 1)
    await place.caller.text("NewBie", "标准付款期是几天?")
    await until(lambda: len(place.wecom.sent_to("newbie")) > 2)
    knocks, people = await data(place, "people", "knocks"), await data(place, "people", "list")

    greeting, answer, linked = heard(place.slack, "UZHANG")
    welcome, answered = (sent.text for sent in place.wecom.sent_to("newbie")[1:])
    handles = {one["name"]: [(known["channel"], known["handle"]) for known in one["handles"]] for one in people}
    assert ("Hello Zhang Min, I know who you are." in greeting, "36" in answer) == (True, True)
    assert ("绑定好了:小新 就是你" in linked, "认识了,Zhang Min" in welcome, "30" in answered) == (True, True, True)
    assert [SORRY] == heard(place.slack, "UGUEST")
    guest = next(one for one in knocks if one["handle"] == "UGUEST")
    assert ("slack", "Gus", "guest", 2) == (guest["channel"], guest["name"], guest["kind"], guest["times"])
    assert "newbie" not in {one["handle"] for one in knocks}
    assert {("slack", "UZHANG"), ("wecom", "newbie")} == set(handles["Zhang Min"])


async def test_admin_says_who_a_stranger_is(place: Town) -> None:
    """T tells 小二 a code; 小二 gives it to the admin, who types it in the terminal; 小二 is Li Wei."""
    await place.caller.text("second", "续约最多打几折?")
    await until(lambda: bool(place.wecom.sent_to("second")))
    code = re.search(r"\d{6}", place.wecom.sent_to("second")[0].text)
    assert code

    told = await data(place, "ask", f"绑定 {code.group()} 给 li.wei@example.com", "--as", "root@example.com")
    await until(lambda: len(place.wecom.sent_to("second")) > 1)

    welcome = place.wecom.sent_to("second")[1].text
    assert ("绑定好了:小二 就是 Li Wei。", True) == (told["text"], "认识了,Li Wei。有事直接问我就行。" in welcome)


async def test_stranger_from_another_firm_learns_nothing(place: Town) -> None:
    """In a channel that two firms share, by name and by question; an admin sees who it was, and cannot link him."""
    place.slack.channel("C2", ["UZHANG", "UXU"], shared=True)
    await place.slack.says("UXU", f"<@{BOT}> what is the floor price of the S3 sensor?", "C2")
    await until(lambda: bool(posted(place.slack, "C2")))
    knock = next(one for one in await data(place, "people", "knocks") if one["handle"] == "UXU")
    linked = await asyncio.to_thread(place.home.run, "people", "link", "slack", "UXU", "root@example.com")

    assert [SORRY] == posted(place.slack, "C2")
    assert ("outsider", "T0OTHER", 1) == (knock["kind"], knock["workspace"], linked.returncode)
    assert "another workspace" in linked.stderr


async def test_group_hears_what_is_for_all_and_the_rest_is_sent_alone(place: Town) -> None:
    """R (a manager), in #C1: what is the floor price? / T: for your eyes only. [Send it to me] / R presses / T, alone: 412 euros."""
    await place.slack.says("UZHANG", f"<@{BOT}> how long is the warranty of the S3 sensor?", "C1")
    await place.slack.says("UZHANG", f"<@{BOT}> what is the floor price of the S3 sensor?", "C1")
    await until(lambda: len(posted(place.slack, "C1")) > 1)
    offered = next(one for one in place.slack.messages if "Send it to me" in one.labels)
    await place.slack.press("UZHANG", offered, "Send it to me")
    await until(lambda: any("412" in text for text in heard(place.slack, "UZHANG")))

    here = [one for one in place.slack.messages if one.channel == "C1"]
    shown = "\n".join(text.shown for one in here for text in (one, *one.edits))
    assert ("36" in shown, "412" in shown) == (True, False)
