"""The way out by WeCom's app, against the fake platform over HTTP and by the real form: nothing cut, nothing doubled, nothing silent."""

import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.form import Card, Part, Style, WireButton, Words
from bot.channels.wecom.app import WecomApp as HastyApp
from bot.channels.wecom.builder import wecom_check, wecom_house
from bot.channels.wecom.cards import MARK_BYTES, MARKS, card_json, mark_of
from bot.channels.wecom.client import App, WecomClient
from bot.channels.wecom.menu import menu_json
from bot.channels.wecom.pace import A_MINUTE
from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.decision import Message, MessageState
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import MessageId
from bot.domain.outcome import Answer, Button, Draft, Outcome
from bot.domain.people import EVERYONE
from bot.domain.talk import Handle, Lang, Origin, direct_thread
from bot.errors import Undeliverable, Unsure, Upstream
from bot.secrets import WecomSecrets
from bot.senses import TimeIds
from bot.words import TomlWords, read_sentences
from tests.fakes.senses import NOON, SetClock
from tests.fakes.waiting import until
from tests.fakes.wecom import CORP, Sent, WecomApp
from tests.second.opinion import SecondOpinion, card

WORDS = TomlWords(read_sentences(Path(__file__).parents[2] / "bot" / "strings.toml"))
SECRETS = WecomSecrets(CORP.corp_id, CORP.agent_id, CORP.secret, CORP.token, CORP.aes_key)
ORIGIN = Origin("wecom", CORP.corp_id, "liwei", direct_thread("wecom", CORP.corp_id, "liwei"))
SEEN = Evidence("续约总折扣不超过10%", "价格政策.md", "§2.1", EvidenceKind.DOCUMENT, 0.9, "p1", EVERYONE)
ASKING = Answer("能给到九折。", (SEEN,), (Button("原文", "say", "看原文"), Button("为什么", "why")))
DRAFT = Draft("新商机·海蓝科技", "opportunity", {"amount": [1_200_000, "CNY"], "close_date": "2026-07-31"}, {"amount": SEEN})
SAVE = WireButton("m:0", "保存", Style.MAIN)
CHART = Chart(ChartKind.BARS, "金额", ("海蓝", "北风"), (Series("CNY", (1_200_000.0, 80_000.0), "CNY"),))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
"""As far as anybody looks."""


@dataclass
class Desk:
    """The app as the house builds it, and the platform."""

    app: WecomApp
    clock: SetClock
    ids: TimeIds = field(default_factory=lambda: TimeIds(_noon_ns()))
    picture_made: int = 0

    def __post_init__(self) -> None:
        """Build it over the platform."""
        self.house = wecom_house(SECRETS, self.app.url, "https://tandem.example", WORDS, self.clock, picture=self._picture)

    async def _picture(self, _chart: Chart, _lang: Lang) -> bytes:
        self.picture_made += 1
        return PNG

    def message(self, outcome: Outcome, **more: object) -> Message:
        """Something to deliver."""
        told = Message(
            MessageId(self.ids.new()), 1, ORIGIN, None, None, outcome, None, None, 1, MessageState.SENDING, Lang.ZH,
        )  # fmt: skip
        return replace(told, **more)  # type: ignore[arg-type]

    async def deliver(self, outcome: Outcome, **more: object) -> Message:
        """Deliver it; returns the message."""
        message = self.message(outcome, **more)
        await self.house.channel.deliver(message)
        return message

    @property
    def texts(self) -> list[str]:
        """What the member reads, without what nobody sees."""
        return [one.text.rstrip(MARKS + " ") for one in self.app.sent_to("liwei")]


def _noon_ns() -> Callable[[], int]:
    ticks = itertools.count(int(NOON.timestamp() * 1000))
    return lambda: next(ticks) * 1_000_000


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Both, at noon."""
    clock = SetClock()
    async with WecomApp(clock=clock).running() as app:
        one = Desk(app, clock)
        yield one
        await one.house.channel.close()


async def test_text_arrives_and_its_receipt_is_wecoms(desk: Desk) -> None:
    """One message, to one member."""
    receipt = await desk.house.channel.deliver(desk.message(Answer("存好了,周二提醒你报价。")))

    assert ["存好了,周二提醒你报价。"] == desk.texts
    assert f"fake{desk.app.messages[0].number}" == receipt


async def test_card_has_rows_and_buttons_that_carry_message_and_place(desk: Desk) -> None:
    """And nothing else: what they do is looked up when they are pressed."""
    message = await desk.deliver(DRAFT)
    [sent] = [one for one in desk.app.messages if one.kind == "template_card"]

    assert message.id == sent.card["task_id"]
    assert all(one["key"].startswith(f"{message.id}:") for one in sent.card["button_list"])
    assert [] == desk.app.refused


async def test_cards_are_what_the_vendors_types_say(desk: Desk, second_opinion: SecondOpinion) -> None:
    """Every kind of card that we make, checked by the vendor's own package."""
    made = [
        card_json(Card("题", "文", (("金额", "80万"),), (SAVE, WireButton("m:1", "不记", Style.AWAY)), ("依据",)), "t"),
        card_json(Card("题", "", (), (SAVE,)), "t"),
    ]
    for outcome in (ASKING, DRAFT):
        await desk.deliver(outcome)
    made += [one.body for one in desk.app.messages if one.kind == "template_card"]

    assert len(made) >= 4
    assert [] == second_opinion.complaints(*(card(one["template_card"]) for one in made))


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


# --- cards that were pressed -----------------------------------------------------------------------------------------------


def pressed(desk: Desk, earlier: Message, code: str, **more: object) -> Message:
    """The message that settles `earlier`."""
    handle = Handle("response_code", code, desk.clock.now() + timedelta(hours=72))
    return desk.message(earlier.outcome, **{"updates": earlier.id, "pressed": "保存", "origin": replace(ORIGIN, handle=handle), **more})


async def test_pressed_card_is_marked_and_nothing_new_is_sent(desk: Desk) -> None:
    """Its buttons are gone, and what was pressed stands in their place."""
    earlier = await desk.deliver(DRAFT)
    sent = _card_of(desk)
    before = len(desk.app.messages)
    await desk.house.channel.deliver(pressed(desk, earlier, desk.app.response_code(sent)))

    assert before == len(desk.app.messages)
    assert "保存" in sent.card["replaced"]
    assert [] == sent.card["button_list"]


async def test_spent_code_makes_a_new_message(desk: Desk) -> None:
    """Used up, over, or never lent: what was pressed is said anew."""
    earlier = await desk.deliver(DRAFT)
    code = desk.app.response_code(_card_of(desk))
    await desk.house.channel.deliver(pressed(desk, earlier, code))
    before = len(desk.app.messages)
    await desk.house.channel.deliver(pressed(desk, earlier, code))
    await desk.house.channel.deliver(pressed(desk, earlier, "", origin=ORIGIN))
    late = pressed(desk, earlier, desk.app.response_code(_card_of(desk)))
    desk.clock.move(timedelta(hours=73))
    await desk.house.channel.deliver(late)

    assert 3 == len(desk.app.messages) - before
    assert all("保存" in one for one in desk.texts[before:])


async def test_second_try_of_an_update_finds_its_code_spent_and_is_content(desk: Desk) -> None:
    """The first had reached WeCom, though nobody heard of it."""
    earlier = await desk.deliver(DRAFT)
    code, before = desk.app.response_code(_card_of(desk)), len(desk.app.messages)
    await desk.house.channel.deliver(pressed(desk, earlier, code))
    await desk.house.channel.deliver(pressed(desk, earlier, code, attempt=2))

    assert before == len(desk.app.messages)


async def test_update_waits_for_what_may_pass(desk: Desk) -> None:
    """An address that is not trusted yet is no reason to send a second card."""
    earlier = await desk.deliver(DRAFT)
    update = pressed(desk, earlier, desk.app.response_code(_card_of(desk)))
    desk.app.trusted = False
    with pytest.raises(Upstream):
        await desk.house.channel.deliver(update)
    desk.app.trusted = True
    await desk.house.channel.deliver(replace(update, attempt=2))

    assert "保存" in _card_of(desk).card["replaced"]


def _card_of(desk: Desk) -> Sent:
    return next(one for one in desk.app.messages if one.kind == "template_card")


# --- menu, check ------------------------------------------------------------------------------------------------------------


async def test_menu_is_made_at_the_start_and_says_what_it_does(desk: Desk) -> None:
    """Three items within WeCom's limits; a press on one is the sentence that it stands for."""
    await desk.house.channel.start()
    await until(lambda: desk.app.menu is not None)

    assert desk.app.menu is not None
    assert menu_json(WORDS) == desk.app.menu
    assert {"click"} == {one["type"] for one in desk.app.menu["button"]}
    assert all(len(one["name"].encode()) <= 16 and len(one["key"].encode()) <= 128 for one in desk.app.menu["button"])


async def test_house_starts_though_wecom_is_away(desk: Desk) -> None:
    """Nobody waits for a menu."""
    desk.app.mood = "hang"
    await desk.house.channel.start()
    await desk.house.channel.close()

    assert desk.app.menu is None


@pytest.mark.parametrize("lang", list(Lang))
async def test_check_says_what_is_wrong_first(desk: Desk, lang: Lang) -> None:
    """A secret, an address, a line that is dead; each a sentence, and nothing is changed."""
    found = {}
    for name, refusing, trusted in (("fine", 0, True), ("address", 0, False), ("agent", 40056, True)):
        desk.app.refusing, desk.app.trusted = refusing, trusted
        found[name] = [one async for one in wecom_check(SECRETS, desk.app.url, "", desk.clock)]
    wrong = replace(SECRETS, secret="another")  # noqa: S106 - opens nothing
    desk.app.refusing, desk.app.trusted = 0, True
    found["secret"] = [one async for one in wecom_check(wrong, desk.app.url, "", desk.clock)]
    found["away"] = [one async for one in wecom_check(SECRETS, "http://127.0.0.1:9", "", desk.clock)]

    assert ["check_wecom_app", "check_wecom_no_url", "check_wecom_menu_off"] == [one.key for one in found["fine"]]
    assert {"address": "wecom_address", "agent": "wecom_agent", "secret": "wecom_secret", "away": "check_wecom_away"} == {
        name: one[0].key for name, one in found.items() if name != "fine"
    }
    assert all(WORDS.say(one.key, lang, **one.facts) for several in found.values() for one in several)
    assert "203.0.113.7" in WORDS.say("wecom_address", lang, **found["address"][0].facts)
    assert (None, []) == (desk.app.menu, desk.app.messages)
