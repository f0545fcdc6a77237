"""What Tandem answers through WeCom's AI bot is shown, once: over the fake of the long connection, by our own client."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.form import Card
from bot.channels.wecom.bot import Ways
from bot.channels.wecom.line import LineState
from bot.channels.wecom.replies import said_in
from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.decision import Message
from bot.domain.outcome import Answer, Button
from bot.domain.talk import Lang, Origin
from bot.errors import Undeliverable, Unsure, Upstream
from tests.contracts.wecom_bot import IMPATIENT, QUICK, STORY, person, staged

MINUTE = timedelta(minutes=1)
LONG = Answer("\n".join(f"第{number}条" + "汉" * 200 + "。" for number in range(60)))
"""Some 36,000 bytes: two snapshots."""


@dataclass
class App:
    """The app beside the bot: what was left to it."""

    name: str = "wecom"
    delivered: list[Message] = field(default_factory=list)

    async def deliver(self, message: Message) -> str:
        """Take it."""
        self.delivered.append(message)
        return "by-the-app"

    async def reached(self, _: Message) -> bool | None:
        """It cannot say."""
        return None

    async def working(self, _origin: Origin, _lang: Lang, _step: str, _seconds: float, /) -> None:
        """Nobody looks."""


async def test_an_answer_ends_its_stream_at_once_with_its_card(tmp_path: Path) -> None:
    """What fits a card is a card, in the reply to the request."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "90天为啥算高?")
        [said] = await stage.door.until(1)
        message = await stage.answers(said)

    [seen] = stage.platform.shown
    assert seen.card is not None
    assert ("reply", True, str(message.id)) == (seen.by, seen.finished, seen.card["task_id"])
    assert ["送法务", "全部"] == [one["text"] for one in seen.card["button_list"]]


async def test_progress_stands_where_the_answer_will(tmp_path: Path) -> None:
    """One message: that it works, what it is at, then the answer with the card; a verdict on it finds the answer."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "90天为啥算高?")
        [said] = await stage.door.until(1)
        await stage.house.channel.working(said.origin, Lang.ZH, "choose", 3)
        await stage.house.channel.working(said.origin, Lang.ZH, "do", 60)
        message = await stage.answers(said)
        await stage.house.channel.working(said.origin, Lang.ZH, "do", 61)
        [seen] = stage.platform.shown
        await stage.platform.judge(seen, 1)
        *_, judged = await stage.door.until(2)

    assert (3, True) == (len(seen.snapshots), seen.finished)
    assert len(set(seen.snapshots)) == 3
    assert seen.card is not None
    assert message.id == getattr(judged, "message_id", None)


async def test_after_ten_minutes_an_answer_is_pushed(tmp_path: Path) -> None:
    """Into the same chat, to who wrote before."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("LiWei", "早")
        [said] = await stage.door.until(1)
        stage.clock.move(10 * MINUTE)
        await stage.answers(said, Answer("早,今天三件事。"))

    assert [("push", "liwei", "早,今天三件事。")] == [(one.by, one.chat, one.text) for one in stage.platform.shown]


async def test_a_stream_that_ended_in_the_middle_of_a_turn_is_followed_by_a_push(tmp_path: Path) -> None:
    """Six minutes after the last snapshot the platform takes no more; the answer comes all the same, once."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "早")
        [said] = await stage.door.until(1)
        await stage.house.channel.working(said.origin, Lang.ZH, "do", 3)
        stage.clock.move(6 * MINUTE)
        await stage.answers(said, Answer("找到了。"))
        await stage.answers(said, Answer("还有一句。"))

    assert [846608] == [one.code for one in stage.platform.refused]
    assert [("push", "找到了。"), ("push", "还有一句。")] == [(one.by, one.text) for one in stage.platform.shown[1:]]


async def test_two_answers_to_one_message_are_two_messages(tmp_path: Path) -> None:
    """The second is pushed, for the first has ended the stream."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "早")
        [said] = await stage.door.until(1)
        for text in ("一。", "二。"):
            await stage.answers(said, Answer(text))

    assert [("reply", "一。"), ("push", "二。")] == [(one.by, one.text) for one in stage.platform.shown]


async def test_who_never_wrote_to_the_bot_hears_by_the_app(tmp_path: Path) -> None:
    """As the same person of the same corp, in the app's own chat."""
    app = App()
    async with staged(tmp_path, ways=Ways(app)) as stage:
        await stage.answers(person("zhangmin"), Answer("下午三点见海蓝。"))

    [left] = app.delivered
    assert ("wecom", "zhangmin", "wecom:ww5823bf96d3bd56c7:zhangmin") == (
        left.origin.channel, left.origin.sender, left.origin.thread_id,
    )
    assert [] == stage.platform.shown


async def test_without_the_app_they_cannot_be_reached_and_it_is_said_so(tmp_path: Path) -> None:
    """It is dead, with what to do."""
    async with staged(tmp_path) as stage:
        with pytest.raises(Undeliverable) as never:
            await stage.answers(person(), Answer("下午三点见海蓝。"))

    assert "没给机器人发过消息" in never.value.why


async def test_in_a_group_who_asked_is_called_by_name(tmp_path: Path) -> None:
    """In the reply, and in a push after it; the place is the group."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("LiWei", "质保多久?", chat="wrChat1")
        [said] = await stage.door.until(1)
        await stage.answers(said, Answer("三年。"))
        stage.clock.move(10 * MINUTE)
        await stage.answers(said, Answer("延保另算。"))

    assert [("wrChat1", "<@liwei> 三年。"), ("wrChat1", "<@liwei> 延保另算。")] == [(one.chat, one.text) for one in stage.platform.shown]


async def test_a_long_answer_fits_snapshots_of_20480_bytes(tmp_path: Path) -> None:
    """Nothing is refused, nothing is lost, and no character is cut."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "全文", chat="wrChat1")
        [said] = await stage.door.until(1)
        await stage.answers(said, LONG)

    texts = [one.text for one in stage.platform.shown]
    assert [] == stage.platform.refused
    assert ["reply", "push"] == [one.by for one in stage.platform.shown]
    assert all(len(one.encode()) <= 20_480 for one in texts)
    assert 60 * 200 == "".join(texts).count("汉")


async def test_a_chart_goes_into_the_reply(tmp_path: Path) -> None:
    """As a picture under the words."""
    chart = Chart(ChartKind.BARS, "各区赢单", ("华东", "华南"), (Series("", (3.0, 2.0)),))
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "各区赢单")
        [said] = await stage.door.until(1)
        await stage.answers(said, Answer("华东最多。", chart=chart))

    [seen] = stage.platform.shown
    assert (1, True) == (seen.pictures, seen.finished)
    assert seen.text.startswith("华东最多。")


async def test_a_text_to_send_on_is_a_message_of_its_own(tmp_path: Path) -> None:
    """Word for word, so that a long press forwards it."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "写封信", chat="wrChat1")
        [said] = await stage.door.until(1)
        await stage.answers(said, Answer("下条长按转发。", forward="王经理好,报价附上。"))

    assert ["<@liwei> 下条长按转发。", "王经理好,报价附上。"] == [one.text for one in stage.platform.shown]


def test_a_card_told_in_words_calls_nobody() -> None:
    """What people wrote on it is no markup."""
    said = said_in([Card("<@all> 海蓝", "**全体** [这里](http://x.example)", (("备注", "# 急"),))])

    assert 1 == said.count
    assert not any(sign in said.text for sign in ("<@all>", "**", "]("))


async def test_a_pressed_card_is_marked_within_five_seconds(tmp_path: Path) -> None:
    """The card stands there without buttons; what is answered to the press is pushed."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "90天为啥算高?")
        [said] = await stage.door.until(1)
        asked = await stage.answers(said)
        [seen] = stage.platform.shown
        await stage.platform.press(seen, 0)
        _, tap = await stage.door.until(2)
        await stage.answers(tap, STORY, updates=asked.id, pressed="送法务")
        await stage.answers(tap, Answer("已到周律师。"))

    assert seen.card is not None
    assert (1, "text_notice", None) == (len(seen.updates), seen.card["card_type"], seen.card.get("button_list"))
    assert "送法务" in seen.card["sub_title_text"]
    assert [("push", "已到周律师。")] == [(one.by, one.text) for one in stage.platform.shown[1:]]


async def test_a_press_that_is_answered_late_gets_a_new_card(tmp_path: Path) -> None:
    """After five seconds the old one cannot be marked any more."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "90天为啥算高?")
        [said] = await stage.door.until(1)
        asked = await stage.answers(said)
        [seen] = stage.platform.shown
        await stage.platform.press(seen, 0)
        _, tap = await stage.door.until(2)
        stage.clock.move(timedelta(seconds=5))
        await stage.answers(tap, STORY, updates=asked.id, pressed="送法务")

    late = stage.platform.shown[1]
    assert late.card is not None
    assert [] == seen.updates
    assert ("push", "text_notice") == (late.by, late.card["card_type"])
    assert "送法务" in late.card["sub_title_text"]


async def test_a_welcome_comes_within_five_seconds(tmp_path: Path) -> None:
    """To somebody who has not written yet: what to say as words, for a press could not be answered."""
    welcome = Answer("早!可以这样问:", buttons=(Button("今天", "say", "今天有什么"), Button("我的商机", "say", "我的商机")))
    async with staged(tmp_path) as stage:
        await stage.platform.enter("liwei")
        [came] = await stage.door.until(1)
        await stage.answers(came, welcome)

    assert [("welcome", "早!可以这样问:\n· 今天有什么\n· 我的商机")] == [(one.by, one.text) for one in stage.platform.shown]


async def test_a_welcome_that_is_late_is_left_out(tmp_path: Path) -> None:
    """Who has not written cannot be written to, and a hello is nothing that somebody must see to."""
    async with staged(tmp_path) as stage:
        await stage.platform.enter("liwei")
        [came] = await stage.door.until(1)
        stage.clock.move(timedelta(seconds=5))
        receipt = await stage.house.channel.deliver(stage.message(came, Answer("早!")))

    assert ("late", []) == (receipt, stage.platform.shown)


async def test_an_acknowledgement_that_was_lost_shows_nothing_twice(tmp_path: Path) -> None:
    """The last snapshot is sent once more; that the platform takes it no more says that it had arrived."""
    async with staged(tmp_path, rhythm=IMPATIENT) as stage:
        await stage.platform.text("liwei", "早")
        [said] = await stage.door.until(1)
        stage.platform.moods = ["deaf"]
        await stage.answers(said, Answer("早。"))

    assert ["早。"] == [one.text for one in stage.platform.shown]


async def test_a_line_that_is_cut_while_answering_is_waited_for(tmp_path: Path) -> None:
    """Nobody knows whether the snapshot arrived, so it is sent again under the same name, and shown once."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "早")
        [said] = await stage.door.until(1)
        stage.platform.moods = ["drop"]
        await stage.answers(said, STORY)

    assert 1 == len(stage.platform.shown)
    assert 2 == stage.platform.subscriptions


async def test_after_a_crash_the_platform_is_asked_by_sending_the_same_snapshot(tmp_path: Path) -> None:
    """Whether it had arrived or not, afterwards it has, once; for a push nobody can say."""
    async with staged(tmp_path / "before") as stage:
        await stage.platform.text("liwei", "早")
        [said] = await stage.door.until(1)
        message = stage.message(said, Answer("早。"))
        reached = [await stage.house.channel.reached(message) for _ in range(2)]
        stage.clock.move(6 * MINUTE)
        later = await stage.house.channel.reached(message)

    assert ([True, True], None) == (reached, later)
    assert ["早。"] == [one.text for one in stage.platform.shown]


async def test_a_push_that_nobody_acknowledged_is_unsure(tmp_path: Path) -> None:
    """It is not sent again blindly."""
    async with staged(tmp_path, rhythm=IMPATIENT) as stage:
        await stage.platform.text("liwei", "早")
        [said] = await stage.door.until(1)
        stage.clock.move(10 * MINUTE)
        stage.platform.moods = ["deaf"]
        with pytest.raises(Unsure):
            await stage.answers(said, Answer("早。"))

    assert ["早。"] == [one.text for one in stage.platform.shown]


async def test_while_the_line_is_down_nothing_is_lost(tmp_path: Path) -> None:
    """It surely was not sent, so it is tried again, and then it is shown."""
    async with staged(tmp_path, rhythm=replace(QUICK, first_wait_s=0.3, longest_wait_s=0.3)) as stage:
        await stage.platform.text("liwei", "早")
        [said] = await stage.door.until(1)
        message = stage.message(said, Answer("早。"))
        await stage.platform.hang_up()
        while stage.house.line.state is LineState.ON:  # noqa: ASYNC110 - it notices a moment later
            await asyncio.sleep(0.01)
        with pytest.raises(Upstream):
            await stage.house.channel.deliver(message)
        await stage.house.line.up()
        await stage.house.channel.deliver(message)

    assert ["早。"] == [one.text for one in stage.platform.shown]


async def test_the_platforms_pace_is_waited_for(tmp_path: Path) -> None:
    """Past thirty a minute it refuses, and says so: later."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "早")
        [said] = await stage.door.until(1)
        for number in range(30):
            await stage.answers(said, Answer(f"第{number}条。"))
        with pytest.raises(Upstream) as slow:
            await stage.answers(said, Answer("第30条。"))

    assert (30, 60.0) == (len(stage.platform.shown), slow.value.retry_after_s)


async def test_a_message_that_stopped_in_the_middle_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Its first part is not shown again."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "全文")
        [said] = await stage.door.until(1)
        message = stage.message(said, LONG)
        stage.platform.moods = ["ok", "846607"]
        with pytest.raises(Upstream):
            await stage.house.channel.deliver(message)
        await stage.house.channel.deliver(replace(message, attempt=2))

    assert ["reply", "push"] == [one.by for one in stage.platform.shown]
