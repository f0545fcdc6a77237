"""The whole house between both platforms, over the demo company: a letter is asked for in Slack, read in WeCom, and sent by its author."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.slack import BOT, Posted
from tests.fakes.waiting import until
from tests.scenarios.town import Town, town

pytestmark = pytest.mark.slow
LIN, ZHANG = "ULIN", "zhangmin"


def shown(place: Town, label: str) -> list[Posted]:
    """What Lin has in Slack with such a button, oldest first."""
    where = place.slack.space.direct(LIN).id
    posted = [one for one in place.slack.messages if one.channel == where and one.user == BOT]
    return [one for one in posted if f'"text": "{label}"' in str(one.blocks).replace("'", '"')]


async def pressed(place: Town, label: str) -> None:
    """Lin presses the newest button called so, once it is there."""
    await until(lambda: bool(shown(place, label)))
    assert (await place.slack.press(LIN, shown(place, label)[-1], label)).taken


async def test_letter_goes_from_slack_past_wecom_and_back(tmp_path: Path) -> None:
    """Angles first, one draft, its gap, the reviewer's edit in WeCom, the text to forward, and sent when its author says so."""
    async with town(tmp_path, 0) as place:
        place.slack.person(LIN, "林晓", "lin.xiao@hengyu.example")
        place.wecom.members[ZHANG] = {"name": "张敏"}
        (place.home.folder / "config.toml").write_text("[server]\nport = 0\n", encoding="utf-8")  # the demo company brings its own people
        done = await asyncio.to_thread(place.home.run, "init", "--demo")
        assert 0 == done.returncode, done.stderr
        async with place.served():
            await place.slack.says(LIN, "给海蓝科技的董事长写封破冰信")
            await pressed(place, "引荐")
            await until(lambda: bool(shown(place, "送审")))
            await place.slack.says(LIN, "28号")
            await until(lambda: len(shown(place, "送审")) > 1)
            await pressed(place, "送审")
            await until(lambda: any("林晓送审" in one.text for one in place.wecom.sent_to(ZHANG)))
            await until(lambda: any("template_card" in one.body for one in place.wecom.sent_to(ZHANG)))
            [card] = [one for one in place.wecom.sent_to(ZHANG) if "template_card" in one.body]
            asked = "\n".join(one.text for one in place.wecom.sent_to(ZHANG))
            await place.caller.text(ZHANG, "改 李董事长，您好：承陈牧之引荐，28号想登门请教。林晓")
            await until(lambda: bool(shown(place, "我发了")))
            stale = await place.caller.press(card, 0)
            handed = shown(place, "我发了")[-1]
            await pressed(place, "我发了")
            await until(lambda: bool(shown(place, "记触点")))
            await until(lambda: any("已经通过了" in one.text for one in place.wecom.sent_to(ZHANG)))

        where = place.slack.space.direct(LIN).id
        mine = [one.shown for one in place.slack.messages if one.channel == where]
        forwarded = [one for one in mine if one.startswith("李董事长，您好：承陈牧之引荐，28号")]
    assert ("28" in asked, stale.taken) == (True, True)
    assert "通过了" in handed.shown
    assert 1 == len(forwarded)
    assert [] == place.slack.errors + place.slack.failed
