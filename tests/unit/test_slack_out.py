"""The way out to Slack: with Slack itself as a fake that keeps its limits, and faults on request."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.channels.form.capabilities import SLACK
from bot.channels.form.layout import laid_out
from bot.channels.form.parts import Attachment, Card, Part, Picture, Style, WireButton
from bot.channels.form.parts import Words as Text
from bot.channels.slack.api import SlackApi
from bot.channels.slack.out import SlackChannel
from bot.channels.slack.pace import Pace
from bot.channels.slack.seat import Seat
from bot.channels.slack.stream import Below, Stream
from bot.channels.slack.team import Team
from bot.domain.decision import Message, MessageState
from bot.domain.ids import DecisionId, MessageId, ThreadId
from bot.domain.outcome import Answer, Button
from bot.domain.talk import Handle, Lang, Origin
from bot.errors import Undeliverable, Unsure, Upstream
from tests.fakes.senses import NOON, SetClock
from tests.fakes.slack import BOT, BOT_TOKEN, TEAM, Slack, slack_platform
from tests.fakes.slack import Pace as PlatformPace
from tests.fakes.slack.workspace import Posted
from tests.unit.slack_lobby import WORDS

ORIGIN = Origin("slack", TEAM, "U1", ThreadId(f"slack:{TEAM}:U1"))
LONG = "".join(f"Sentence {number} says what holds for account {number}. " for number in range(60)).strip()


def message(text: str = "9 折,再低找张经理。", origin: Origin = ORIGIN, **more: object) -> Message:
    """An answer to Lin."""
    plain = Message(
        MessageId("0190b1e2-7c00-7000-8000-000000000001"), 1, origin, None, DecisionId("d"), Answer(text), None, None, 1,
        MessageState.SENDING, Lang.ZH,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


@dataclass
class Earlier:
    """The one thing of the outbox that the way out asks for."""

    messages: dict[MessageId, Message] = field(default_factory=dict)

    async def message(self, message_id: MessageId) -> Message | None:
        """One message."""
        return self.messages.get(message_id)


@dataclass
class Stage:
    """Slack, our way out, and what can be turned."""

    slack: Slack
    channel: SlackChannel
    clock: SetClock
    outbox: Earlier
    waits: list[float]
    api: SlackApi
    parts: list[Part] = field(default_factory=list)

    async def laid_out(self, one: Message) -> Sequence[Part]:
        """The parts that were set, else those that the house would make."""
        return self.parts or await laid_out(one, SLACK, WORDS)


@asynccontextmanager
async def staged(deadline_s: float = 5.0, *, waiting_takes_time: bool = False) -> AsyncIterator[Stage]:
    """Lin and Dana in #deals with Tandem."""
    clock, waits = SetClock(), list[float]()

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        clock.move(timedelta(seconds=seconds if waiting_takes_time else 0))

    async with slack_platform(clock) as slack:
        slack.person("U1", "Lin", "lin@example.com")
        slack.person("U2", "Dana")
        slack.channel("C1", ["U1", "U2"])
        api, outbox = SlackApi(BOT_TOKEN, slack.url, deadline_s), Earlier()

        async def parts(one: Message) -> Sequence[Part]:
            return await stage.laid_out(one)

        pace = Pace(lambda: clock.now().timestamp(), wait)
        channel = SlackChannel(api, outbox, WORDS, clock, parts, pace=pace, sleep=wait)  # type: ignore[arg-type]
        stage = Stage(slack, channel, clock, outbox, waits, api)
        try:
            yield stage
        finally:
            await channel.close()


def place(stage: Stage, *, thread: bool = False, group: bool = False) -> Origin:
    """Where something was said: in #deals or directly, in a thread or not."""
    where = stage.slack.space.places["C1"] if group else stage.slack.space.direct("U1")
    asked = stage.slack.space.post(Posted(stage.slack.space.ts(), where.id, "U1", "?")) if thread else None
    return Seat("U1", where.id, asked.ts if asked else "").origin(Team(TEAM, "", "", "", ""))


def ours(stage: Stage) -> list[str]:
    """What Tandem posted, as it is read."""
    return [one.shown for one in stage.slack.messages if one.user != "U1"]


async def test_answer_reaches_its_person() -> None:
    """It is posted in their direct chat, carries our id, and its receipt tells where it stands."""
    async with staged() as stage:
        receipt = await stage.channel.deliver(message())

        [posted] = [one for one in stage.slack.messages if one.user != "U1"]
        assert f"{stage.slack.space.direct('U1').id}:{posted.ts}" == receipt
        assert {"id": message().id, "part": 0} == posted.metadata["event_payload"]
        assert True is await stage.channel.reached(message())
        assert False is await stage.channel.reached(message(id=MessageId("another")))


async def test_answer_hangs_where_it_was_asked() -> None:
    """In a channel it goes below the question, for all to read."""
    async with staged() as stage:
        asked = place(stage, thread=True, group=True)
        await stage.channel.deliver(message(origin=asked))

        [posted] = [one for one in stage.slack.messages if one.user != "U1"]
        assert asked.place == f"{posted.channel}:{posted.thread_ts}"


async def test_refusal_where_others_read_along_is_seen_by_one() -> None:
    """What was not found or is not allowed is told to the person alone."""
    async with staged() as stage:
        refused = message(origin=place(stage, thread=True, group=True), outcome=Answer("这颗按钮不是你的。", found=False))
        receipt = await stage.channel.deliver(refused)

        [shown] = stage.slack.ephemeral
        assert ([], "U1", "这颗按钮不是你的。") == (ours(stage), shown.receiver, shown.shown.split("\n")[0])
        assert ("", None) == (receipt, await stage.channel.reached(refused))


async def test_command_is_answered_by_the_address_that_came_with_it() -> None:
    """Where it was typed, to its person alone; once the address is no longer good, in their direct chat."""
    async with staged() as stage:
        url = f"{stage.slack.base}/response/{stage.slack.space.reply('U1', 'C1')}"
        handle = Handle("response_url", url, NOON + timedelta(minutes=30), 5)
        await stage.channel.deliver(message(origin=replace(ORIGIN, handle=handle)))
        stage.clock.move(timedelta(minutes=31))
        await stage.channel.deliver(message(origin=replace(ORIGIN, handle=handle), id=MessageId("later")))

        assert (1, 1, "C1") == (len(stage.slack.ephemeral), len(ours(stage)), stage.slack.ephemeral[0].channel)


async def test_address_that_is_used_up_is_not_the_end() -> None:
    """Slack takes five answers by it; the next goes to their direct chat."""
    async with staged() as stage:
        url = f"{stage.slack.base}/response/{stage.slack.space.reply('U1', 'C1')}"
        handle = Handle("response_url", url, NOON + timedelta(minutes=30), 5)
        stage.parts = [Text(f"part {number}") for number in range(6)]
        await stage.channel.deliver(message(origin=replace(ORIGIN, handle=handle)))

        assert (5, ["part 5"]) == (len(stage.slack.ephemeral), ours(stage))


async def test_card_that_one_person_sees_is_replaced_on_their_screen() -> None:
    """It cannot be changed by its place; the address that came with the press can replace it."""
    async with staged() as stage:
        asked = message(outcome=Answer("记7/31?", buttons=(Button("好", "say", "好"),)))
        shown = stage.slack.space.post(Posted(stage.slack.space.ts(), "C1", BOT, "记7/31?", receiver="U1"))
        url = f"{stage.slack.base}/response/{stage.slack.space.reply('U1', 'C1', shown.ts)}"
        handle = Handle("response_url", url, NOON + timedelta(minutes=30), 5)
        stage.outbox.messages[asked.id] = asked
        settled = replace(asked, id=MessageId("2"), updates=asked.id, pressed="好", origin=replace(ORIGIN, handle=handle))
        await stage.channel.deliver(settled)

        assert (1, []) == (len(stage.slack.messages), shown.labels)
        assert "好" in shown.shown


async def test_place_that_cannot_be_looked_at_is_sent_to_again() -> None:
    """Without the right to read there, a second try is a try, and whether the first arrived cannot be said."""
    async with staged() as stage:
        asked = place(stage, thread=True, group=True)
        stage.slack.space.scopes.discard("channels:history")
        await stage.channel.deliver(message(origin=asked, attempt=2))

        assert (1, None) == (len(ours(stage)), await stage.channel.reached(message(origin=asked)))


async def test_buttons_carry_the_message_and_nothing_else() -> None:
    """A button's value is our id and its place; thumbs are Slack's own feedback buttons."""
    async with staged() as stage:
        buttons = (Button("周一", "say", "周一"), Button("周二", "say", "周二"))
        await stage.channel.deliver(message(outcome=Answer("哪一天?", buttons=buttons, query={"entity": "opportunity"})))

        [posted] = [one for one in stage.slack.messages if one.user != "U1"]
        values = [one["value"] for block in posted.blocks if block["type"] == "actions" for one in block["elements"]]
        thumbs = [one for block in posted.blocks if block["type"] == "context_actions" for one in block["elements"]]
        assert [f"{message().id}:0", f"{message().id}:1"] == values[:2]
        assert (1, "feedback_buttons") == (len(thumbs), thumbs[0]["type"])


async def test_refusals_ask_for_no_thumbs() -> None:
    """What tells nothing and has no grounds is not to be judged."""
    async with staged() as stage:
        await stage.channel.deliver(message(outcome=Answer("这里我不方便说。", found=False)))

        [posted] = [one for one in stage.slack.messages if one.user != "U1"]
        assert [] == [block for block in posted.blocks if block["type"] == "context_actions"]


async def test_card_that_was_pressed_is_changed() -> None:
    """The same message then shows what was pressed and has no buttons; where it is gone, a new one is sent."""
    async with staged() as stage:
        asked = message(outcome=Answer("记7/31?", buttons=(Button("好", "say", "好"),)))
        receipt = await stage.channel.deliver(asked)
        stage.outbox.messages[asked.id] = replace(asked, receipt=receipt)
        facts = {"by": "Lin", "at": NOON.isoformat()}
        settled = replace(asked, id=MessageId("2"), updates=asked.id, pressed="好", facts=facts)
        changed = await stage.channel.deliver(settled)

        [posted] = [one for one in stage.slack.messages if one.user != "U1"]
        assert (receipt, [], True) == (changed, posted.labels, "Lin" in posted.shown)

        stage.slack.space.places[posted.channel].messages.pop(posted.ts)
        stage.slack.messages.remove(posted)
        await stage.channel.deliver(replace(settled, id=MessageId("3")))
        assert 1 == len(ours(stage))


@pytest.mark.parametrize("kind", ["error", "ratelimited"])
async def test_busy_slack_is_tried_later(kind: str) -> None:
    """Nothing arrived, and the wait is Slack's own where it names one."""
    async with staged() as stage:
        stage.slack.fail(kind, method="chat.postMessage", retry_after_s=17)  # type: ignore[arg-type]
        with pytest.raises(Upstream) as later:
            await stage.channel.deliver(message())

        assert ([], 17.0 if kind == "ratelimited" else 2.0) == (ours(stage), later.value.retry_after_s)


async def test_slack_that_is_not_there_is_tried_later() -> None:
    """A refused connection sent nothing."""
    async with slack_platform(SetClock()) as slack:
        url = slack.url
    api = SlackApi(BOT_TOKEN, url)
    with pytest.raises(Upstream):
        await api.call("chat.postMessage", channel="C1", text="x")
    await api.close()


@pytest.mark.parametrize("fault", ["drop", "hang"])
async def test_what_may_have_arrived_is_looked_for(fault: str) -> None:
    """A cut or silent line: where it stands there it is delivered, once; where it does not it is tried later."""
    async with staged(deadline_s=0.3) as stage:
        await stage.api.team()
        stage.slack.fail(fault, method="chat.postMessage", done=True)  # type: ignore[arg-type]
        receipt = await stage.channel.deliver(message())
        stage.slack.fail(fault, method="chat.postMessage")  # type: ignore[arg-type]
        with pytest.raises(Upstream):
            await stage.channel.deliver(message(id=MessageId("another")))

        [posted] = [one for one in stage.slack.messages if one.user != "U1"]
        assert (f"{posted.channel}:{posted.ts}", 1) == (receipt, len(ours(stage)))


async def test_what_cannot_be_looked_for_is_unsure() -> None:
    """Slack went silent and cannot be asked either: a person must look."""
    async with staged(deadline_s=0.3) as stage:
        await stage.api.team()
        stage.slack.fail("drop", method="chat.postMessage", done=True)
        stage.slack.fail("error", times=None, method="conversations.history")
        with pytest.raises(Unsure):
            await stage.channel.deliver(message())


async def test_second_try_sends_only_what_is_missing() -> None:
    """Of three parts one stands there: the others are sent, that one is not sent again."""
    async with staged() as stage:
        stage.parts = [Text("one"), Text("two"), Text("three")]
        await stage.channel.deliver(message())
        kept = stage.slack.messages[0]
        for later in stage.slack.messages[1:]:
            stage.slack.space.places[later.channel].messages.pop(later.ts)
        del stage.slack.messages[1:]

        assert False is await stage.channel.reached(message())
        await stage.channel.deliver(message(attempt=2))
        assert (["one", "two", "three"], kept) == (ours(stage), stage.slack.messages[0])


@pytest.mark.parametrize("code", ["is_archived", "channel_not_found"])
async def test_what_can_never_arrive_says_why(code: str) -> None:
    """An archived channel, or one that is not there: dead at once, with a sentence for an admin."""
    async with staged() as stage:
        asked = place(stage, thread=True, group=True)
        if code == "is_archived":
            stage.slack.space.places["C1"].archived = True
        else:
            asked = replace(asked, place="C404:1784030400.000100")
        with pytest.raises(Undeliverable) as never:
            await stage.channel.deliver(message(origin=asked))

        assert code in never.value.why


async def test_expired_token_is_waited_for() -> None:
    """An admin renews it, so nothing is dead; then all is delivered."""
    async with staged() as stage:
        stage.slack.expire_token(3600)
        with pytest.raises(Upstream) as later:
            await stage.channel.deliver(message())
        stage.clock.move(timedelta(seconds=3601))
        await stage.channel.deliver(message(attempt=2))

        assert (60.0, 1) == (later.value.retry_after_s, len(ours(stage)))


async def test_picture_goes_as_a_file_that_says_what_it_shows() -> None:
    """A chart has words for who cannot see it; a document keeps its name."""
    async with staged() as stage:
        stage.parts = [Picture(b"\x89PNG", "chart.png", "Won deals by quarter"), Attachment(b"PK", "redline.docx")]
        asked = place(stage, thread=True)
        await stage.channel.deliver(message(origin=asked))

        files = [(one["name"], one.get("alt_txt", "")) for posted in stage.slack.messages for one in posted.files]
        assert [("chart.png", "Won deals by quarter"), ("redline.docx", "")] == files


async def test_long_answer_grows_in_its_thread() -> None:
    """It is streamed, whole and once, with its buttons below, and found again by our id."""
    async with staged() as stage:
        button = WireButton("m:0", "Source", Style.PLAIN, "say")
        stage.parts = [Card("", LONG, buttons=(button,))]
        asked = place(stage, thread=True, group=True)
        receipt = await stage.channel.deliver(message(origin=asked))

        [posted] = [one for one in stage.slack.messages if one.user != "U1"]
        assert (LONG, ["Source"]) == (posted.text, posted.labels)
        assert f"C1:{posted.ts}" == receipt
        assert True is await stage.channel.reached(message(origin=asked))


async def test_torn_stream_is_taken_away_before_the_next_try() -> None:
    """A stream that a dying process left stands there without our id: the next try removes it and sends the whole."""
    async with staged() as stage:
        stage.parts = [Text(LONG)]
        asked = place(stage, thread=True, group=True)
        stage.slack.fail("error", method="chat.stopStream", times=None)
        with pytest.raises(Upstream):
            await stage.channel.deliver(message(origin=asked))
        stage.slack.recover()
        await stage.channel.deliver(message(origin=asked, attempt=2))

        assert [LONG] == [one.text for one in stage.slack.messages if one.user != "U1"]


async def test_many_long_answers_at_once_come_whole_where_slack_takes_no_more_streams() -> None:
    """Slack takes twenty streams and a hundred additions a minute: what has begun waits and goes on, the rest does not wait to grow."""
    async with staged(waiting_takes_time=True) as stage:
        stage.slack.conduct.pace = PlatformPace()
        stage.parts = [Text(LONG * 2)]
        for number in range(30):
            await stage.channel.deliver(message(id=MessageId(f"m{number}"), origin=place(stage, thread=True)))

        posted = [one for one in stage.slack.messages if one.user != "U1"]
        assert [(LONG * 2).strip()] * 30 == [one.shown for one in posted]
        assert 0 < len([one for one in posted if one.stream is None]) < 30


async def test_stream_rolls_over_before_slack_ends_it() -> None:
    """After four and a half minutes the rest goes on in a new message; nothing is lost, and the last one tells that all is there."""
    async with staged() as stage:
        asked = place(stage, thread=True, group=True)
        channel, _, thread = asked.place.partition(":")
        stream = Stream(stage.api, Below(channel, thread, TEAM, "U1"), stage.clock, whole=mark(0), begun=mark(-1))
        await stream.append("one ")
        stage.clock.move(timedelta(seconds=269))
        await stream.append("two ")
        stage.clock.move(timedelta(seconds=1))
        await stream.append("three")
        await stream.finish()

        posted = [one for one in stage.slack.messages if one.user != "U1"]
        assert (["one two ", "three"], [-1, 0]) == ([one.text for one in posted], [one.metadata["event_payload"]["part"] for one in posted])


def mark(part: int) -> dict[str, object]:
    """What our messages carry."""
    return {"event_type": "tandem_message", "event_payload": {"id": "m", "part": part}}


async def test_conversation_is_kept_at_its_pace() -> None:
    """Three at once, then one a second; what would wait long is put off, and other conversations do not wait at all."""
    async with staged() as stage:
        for number in range(5):
            await stage.channel.deliver(message(id=MessageId(f"m{number}")))
        await stage.channel.deliver(message(id=MessageId("n"), origin=place(stage, thread=True, group=True)))
        assert [1.0, 2.0] == stage.waits

        for number in range(5, 9):
            await stage.channel.deliver(message(id=MessageId(f"m{number}")))
        with pytest.raises(Upstream) as later:
            await stage.channel.deliver(message(id=MessageId("m9")))
        assert 7.0 == later.value.retry_after_s


async def test_work_is_shown_and_gone_with_the_answer() -> None:
    """In a thread by the agent's status, with its stop button; elsewhere by a line that the answer takes away."""
    async with staged() as stage:
        threaded, direct = place(stage, thread=True, group=True), place(stage)
        await stage.channel.working(threaded, Lang.EN, "do", 3.0)
        await stage.channel.working(direct, Lang.EN, "choose", 3.0)
        await stage.channel.working(direct, Lang.EN, "do", 60.0)
        channel, _, thread = threaded.place.partition(":")
        shown, space = ours(stage), stage.slack.space
        assert ("processing", True) == (space.sessions[channel, thread]["status"], bool(space.statuses[channel, thread]))

        await stage.channel.deliver(message(origin=threaded))
        await stage.channel.deliver(message(origin=direct, id=MessageId("2")))
        assert (1, 2, "active") == (len(shown), len(ours(stage)), space.sessions[channel, thread]["status"])


async def test_work_that_is_just_being_shown_goes_with_the_answer() -> None:
    """The note and the answer cross: the note is waited for, and taken away."""
    async with staged() as stage:
        direct = place(stage)
        showing = asyncio.create_task(stage.channel.working(direct, Lang.EN, "do", 3.0))
        await asyncio.sleep(0)
        await stage.channel.deliver(message(origin=direct))
        await showing

        assert 1 == len(ours(stage))


async def test_progress_that_cannot_be_shown_keeps_nobody() -> None:
    """Best effort: whatever Slack says, the answer goes on."""
    async with staged() as stage:
        stage.slack.fail("error", times=None)
        await stage.channel.working(place(stage), Lang.EN, "do", 3.0)
        stage.slack.recover()
        await stage.channel.deliver(message())

        assert 1 == len(ours(stage))
