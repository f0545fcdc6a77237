"""The way out by WeCom's app, against the fake platform over HTTP and by the real form: nothing cut, nothing doubled, nothing silent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.form import Part, Words
from bot.channels.wecom.app import WecomApp as HastyApp
from bot.channels.wecom.cards import MARK_BYTES, MARKS, mark_of
from bot.channels.wecom.client import App, WecomClient
from bot.channels.wecom.pace import A_MINUTE
from bot.domain.decision import Message
from bot.domain.ids import MessageId
from bot.domain.outcome import Answer, Outcome
from bot.domain.talk import Lang, direct_thread
from bot.errors import Undeliverable, Unsure, Upstream
from tests.fakes.wecom import CORP
from tests.unit.wecom_desk import ASKING, CHART, DRAFT, ORIGIN, WORDS, Desk, desk

__all__ = ["desk"]


async def test_text_arrives_and_its_receipt_is_wecoms(desk: Desk) -> None:
    """One message, to one member."""
    receipt = await desk.house.channel.deliver(desk.message(Answer("存好了,周二提醒你报价。")))

    assert ["存好了,周二提醒你报价。"] == desk.texts
    assert f"fake{desk.app.messages[0].number}" == receipt


@pytest.mark.parametrize("length", [675, 676, 677, 682, 683, 700, 1400, 3500])
@pytest.mark.parametrize("before", ["", "a", "ab"])
async def test_nothing_is_cut_by_the_platform(desk: Desk, length: int, before: str) -> None:
    """2,048 bytes lie in the middle of a 汉字: every character arrives, in whole messages."""
    said = before + "".join(chr(0x4E00 + number % 3000) for number in range(length))
    await desk.deliver(Answer(said))
    got = desk.app.sent_to("liwei")

    assert {False} == {one.cut for one in got}
    assert said == "".join(one.partition("\n(")[0] for one in desk.texts)
    assert max(len(one.body[one.kind]["content"].encode()) for one in got) <= 2048


async def test_very_long_text_goes_as_a_file(desk: Desk) -> None:
    """Its name in Chinese, its beginning as a message."""
    await desk.deliver(Answer("汉" * 9000))

    assert "file" == desk.app.sent_to("liwei")[-1].kind
    assert [] == desk.app.refused


async def test_mark_takes_what_it_says_and_shows_nothing() -> None:
    """Different for each message, the same for the same."""
    marks = {mark_of(f"m{number}") for number in range(300)}

    assert {MARK_BYTES} == {len(one.encode()) for one in marks}
    assert len(marks) > 280
    assert mark_of("m1") == mark_of("m1")
    assert {" ", *MARKS} >= set("".join(marks))


async def test_same_answer_to_two_questions_comes_twice(desk: Desk) -> None:
    """WeCom's duplicate check would swallow the second, if both were the same to it."""
    for _ in range(3):
        await desk.deliver(Answer("没查到,不猜。"))

    assert ["没查到,不猜。"] * 3 == desk.texts
    assert [] == desk.app.doubled


@pytest.mark.parametrize("outcome", [Answer("存好了。"), ASKING, DRAFT, Answer("汉" * 3000)])
async def test_message_that_is_sent_again_after_a_crash_is_shown_once(desk: Desk, outcome: Outcome) -> None:
    """Whatever had arrived before: another process that knows nothing of it may simply send."""
    message = await desk.deliver(outcome)
    before = len(desk.app.messages)
    other = Desk(desk.app, desk.clock)

    assert await other.house.channel.reached(message) is False
    await other.house.channel.deliver(replace(message, attempt=2))
    assert before == len(desk.app.messages)
    await other.house.channel.close()


async def test_what_the_duplicate_check_cannot_cover_is_not_known(desk: Desk) -> None:
    """A picture, a text to send on, and whatever is older than four hours."""
    charted = desk.message(Answer("见图。", chart=CHART))
    forward = desk.message(Answer("下条长按转发。", forward="李董好"))
    old = desk.message(Answer("x"))
    asked = [await desk.house.channel.reached(one) for one in (charted, forward, replace(old, id=MessageId("no-time-in-it")))]
    desk.clock.move(timedelta(hours=4))
    asked.append(await desk.house.channel.reached(old))

    assert [None] * 4 == asked


async def test_cut_line_while_sending_is_sent_again_and_shown_once(desk: Desk) -> None:
    """It may have arrived; the duplicate check sees to the rest."""
    message = desk.message(Answer("存好了。"))
    await desk.house.channel.deliver(desk.message(Answer("a")))
    desk.app.moods = ["drop"]
    with pytest.raises(Upstream):
        await desk.house.channel.deliver(message)
    await desk.house.channel.deliver(replace(message, attempt=2))

    assert ["a", "存好了。"] == desk.texts


async def test_text_to_send_on_is_to_the_letter_and_its_fate_may_be_unsure(desk: Desk) -> None:
    """Not a letter is added, so a cut line cannot be mended by itself."""
    await desk.deliver(Answer("下条长按转发。", forward="李董好,陈总提过贵司新线。"))
    last = desk.app.sent_to("liwei")[-1]
    await desk.house.channel.deliver(desk.message(Answer("a")))
    message = desk.message(Answer("下条长按转发。", forward="李董好"))
    desk.app.moods = ["ok", "drop"]
    with pytest.raises(Unsure):
        await desk.house.channel.deliver(message)

    assert "李董好,陈总提过贵司新线。" == last.body[last.kind]["content"]
    assert "text" == last.kind


async def test_message_of_several_parts_goes_on_where_it_stopped(desk: Desk) -> None:
    """The parts before are not even sent again."""
    message = desk.message(Answer("汉" * 2000))
    await desk.house.channel.deliver(desk.message(Answer("a")))
    sends = desk.app.calls["message/send"]
    desk.app.moods = ["ok", "500"]
    with pytest.raises(Upstream):
        await desk.house.channel.deliver(message)
    await desk.house.channel.deliver(replace(message, attempt=2))

    assert len(desk.texts) - 1 == desk.app.calls["message/send"] - sends - 1
    assert [] == desk.app.doubled
    assert "汉" * 2000 == "".join(one.partition("\n(")[0] for one in desk.texts[1:])


async def test_slow_platform_gets_the_rest_with_the_next_try(desk: Desk) -> None:
    """Our own time ends before that of the delivery; what may be sent again is, and a text to send on is not."""
    client = WecomClient(desk.app.url, App(CORP.corp_id, CORP.agent_id, CORP.secret), desk.clock)
    await client.try_token()

    async def parts(message: Message) -> Sequence[Part]:
        return [Words(f"{message.outcome.text} {number}", plain=True) for number in range(3)] + [Words("李董好", plain=True, forward=True)]

    hasty = HastyApp(client, parts, WORDS, desk.clock, {}, try_s=0.3)
    message = desk.message(Answer("段"))
    desk.app.moods = ["ok", "hang"]
    with pytest.raises(Upstream):
        await hasty.deliver(message)
    desk.app.moods = ["ok", "ok", "hang"]
    with pytest.raises(Unsure):
        await hasty.deliver(replace(message, attempt=2))
    await hasty.close()

    assert ["段 0", "段 1", "段 2"] == desk.texts


async def test_member_is_never_written_to_faster_than_wecom_lets_through(desk: Desk) -> None:
    """What is over waits, with a word about it; nothing is dropped in silence, all comes in order."""
    waits, number = [], 0
    while number < 70:
        message = desk.message(Answer(f"第{number}条"))
        try:
            await desk.house.channel.deliver(message)
            number += 1
        except Upstream as later:
            waits.append(later.retry_after_s)
            desk.clock.move(timedelta(seconds=later.retry_after_s / 2 + 1))
    answers = [one for one in desk.texts if one.startswith("第")]
    asides = [one for one in desk.texts if not one.startswith("第")]

    assert [] == desk.app.dropped
    assert [f"第{one}条" for one in range(70)] == answers
    assert max(waits) > 10
    assert 1 <= len(asides) <= len(waits)


async def test_wait_of_one_member_holds_up_no_other(desk: Desk) -> None:
    """Each has their own pace."""
    for number in range(A_MINUTE):
        await desk.deliver(Answer(f"第{number}条"))
    other = replace(ORIGIN, sender="zhangmin", thread_id=direct_thread("wecom", CORP.corp_id, "zhangmin"))
    await desk.deliver(Answer("你好"), origin=other)

    assert 1 == len(desk.app.sent_to("zhangmin"))


async def test_thousand_in_an_hour_is_never_passed(desk: Desk) -> None:
    """Nor the minute's, on the way."""
    number = 0
    while number < 1010:
        try:
            await desk.deliver(Answer(f"第{number}条"))
            number += 1
        except Upstream as later:
            desk.clock.move(timedelta(seconds=later.retry_after_s))

    assert [] == desk.app.dropped


async def test_progress_is_one_line_and_never_raises(desk: Desk) -> None:
    """It takes no room that an answer needs, and a platform in trouble is left alone."""
    await desk.house.channel.working(ORIGIN, Lang.ZH, "do", 3.0)
    said = desk.texts
    desk.app.mood = "500"
    await desk.house.channel.working(ORIGIN, Lang.ZH, "do", 60.0)
    desk.app.mood = "ok"
    desk.app.refusing = 60020
    await desk.house.channel.working(ORIGIN, Lang.EN, "do", 60.0)

    assert [WORDS.say("form_working", Lang.ZH)] == said
    assert said == desk.texts


@pytest.mark.parametrize("code", [60020, 40001, 45009, 45033, 48002, -1, 99_999])
async def test_what_may_pass_is_kept_for_later(desk: Desk, code: int) -> None:
    """With how long to wait, and why, for the admin."""
    await desk.deliver(Answer("a"))
    desk.app.refusing = code
    message = desk.message(Answer("b"))
    with pytest.raises(Upstream) as later:
        await desk.house.channel.deliver(message)
    desk.app.refusing = 0
    await desk.house.channel.deliver(replace(message, attempt=2))

    assert later.value.retry_after_s >= 2
    assert str(code) in str(later.value)
    assert ["a", "b"] == desk.texts


@pytest.mark.parametrize("sender", ["gone", "", "@all", "liwei|zhangmin"])
async def test_recipient_who_is_none_is_given_up_at_once(desk: Desk, sender: str) -> None:
    """Nobody, everybody, or several: never a person's answer to others."""
    with pytest.raises(Undeliverable) as never:
        await desk.deliver(Answer("底价"), origin=replace(ORIGIN, sender=sender))

    assert [] == desk.app.messages
    assert "收件人" in never.value.why


async def test_chart_goes_as_a_picture(desk: Desk) -> None:
    """Uploaded, and sent after the words."""
    await desk.deliver(Answer("海蓝最多。", chart=CHART))

    assert ["image"] == [one.kind for one in desk.app.sent_to("liwei")][1:]
    assert (1, 1) == (desk.picture_made, desk.app.calls["media/upload"])
