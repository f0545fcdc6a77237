"""What people send to WeCom's AI bot arrives, whatever it is: over the fake of the long connection, by our own client."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import pytest

from bot.channels.wecom.bot_directory import BotDirectory
from bot.channels.wecom.bot_inbound import Known, Lent, heard, read_token
from bot.channels.wecom.line import BotLine, LineState
from bot.domain.offers import UP, place_of
from bot.domain.outcome import Answer
from bot.domain.talk import File, Opened, Origin, Tap, Utterance, Voice, direct_thread
from bot.domain.transport import Profile
from bot.errors import TellUser, Upstream
from bot.secrets import WecomBotSecrets
from tests.contracts.wecom_bot import IMPATIENT, QUICK, STORY, staged
from tests.fakes.senses import NOON
from tests.fakes.wecom import CORP

Json: TypeAlias = Any  # whatever JSON holds
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


async def test_a_text_arrives_with_the_request_that_answers_it(tmp_path: Path) -> None:
    """Ids in lower case, a handle for ten minutes, one lane for the person."""
    async with staged(tmp_path) as stage:
        call = await stage.platform.text("LiWei", " 续约最多几折?🎉 ")
        [heard] = await stage.door.until(1)

    assert isinstance(heard, Utterance)
    assert ("续约最多几折?🎉", "liwei", CORP.corp_id, False) == (
        heard.text, heard.origin.sender, heard.origin.workspace, heard.origin.group,
    )
    handle = heard.origin.handle
    assert handle is not None
    assert Lent("message", call.req_id) == read_token(handle.token)
    assert stage.clock.now() + timedelta(minutes=10) == handle.expires_at


async def test_in_a_group_the_bots_name_is_no_part_of_what_was_said(tmp_path: Path) -> None:
    """The lane and the place are the group's, the sender is who asked."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("LiWei", "海蓝怎么样?", chat="wrChat1")
        await stage.platform.text("ZhangMin", "", chat="wrChat1")
        asked, called = await stage.door.until(2)

    assert isinstance(asked, Utterance)
    assert ("海蓝怎么样?", "wrChat1", True, "liwei") == (asked.text, asked.origin.place, asked.origin.group, asked.origin.sender)
    assert isinstance(called, Opened)
    assert asked.origin.thread_id == called.origin.thread_id


async def test_a_quote_stands_behind_what_was_said_about_it(tmp_path: Path) -> None:
    """Line by line, behind a mark."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "怎么回?", quoted={"msgtype": "text", "text": {"content": "能再便宜点吗\n急"}})
        [heard] = await stage.door.until(1)

    assert isinstance(heard, Utterance)
    assert "怎么回?\n> 能再便宜点吗\n> 急" == heard.text


@pytest.mark.parametrize("said, heard", [
    ("@搭档 海蓝怎么样?", "海蓝怎么样?"), ("@搭档\u2005海蓝怎么样?", "海蓝怎么样?"), ("海蓝怎么样? @搭档", "海蓝怎么样?"),
    ("@搭档 写给li@example.com", "写给li@example.com"), ("@搭档 问问 @张敏", "问问 @张敏"),
])  # fmt: skip
async def test_a_group_calls_the_bot_before_or_after(tmp_path: Path, said: str, heard: str) -> None:
    """One mention is taken away, the bot's; addresses and other people stay."""
    async with staged(tmp_path) as stage:
        await stage.platform.message("liwei", {"msgtype": "text", "text": {"content": said}}, chat="wrChat1")
        [arrived] = await stage.door.until(1)

    assert isinstance(arrived, Utterance)
    assert heard == arrived.text


async def test_our_own_answer_is_not_quoted_back(tmp_path: Path) -> None:
    """Asked why about it, only the question is heard; the same words of somebody else are a quote."""
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "续约最多几折?", chat="wrChat1")
        [said] = await stage.door.until(1)
        await stage.answers(said, Answer("你能给到**九折**,再低找张经理。"))
        for words in ("你能给到九折,再低找张经理。", "能再低吗"):
            await stage.platform.text("liwei", "为什么", chat="wrChat1", quoted={"msgtype": "text", "text": {"content": words}})
        heard = await stage.door.until(3)

    assert ["为什么", "为什么\n> 能再低吗"] == [one.text for one in heard[1:] if isinstance(one, Utterance)]


async def test_a_quoted_file_goes_with_what_is_said_about_it(tmp_path: Path) -> None:
    """In a group nobody can send the bot a file, but point to one."""
    async with staged(tmp_path) as stage:
        lent = {"msgtype": "file", "file": {"url": f"{stage.platform.url}/media/x", "aeskey": "", "filename": "合同v2.docx"}}
        await stage.platform.text("liwei", "改了什么?", chat="wrChat1", quoted=lent)
        [heard] = await stage.door.until(1)

    assert isinstance(heard, File)
    assert ("合同v2.docx", "改了什么?") == (heard.media.name, heard.text)


async def test_a_voice_message_is_a_transcript_without_audio(tmp_path: Path) -> None:
    """WeCom listened; there is nothing to check it by."""
    async with staged(tmp_path) as stage:
        await stage.platform.voice("liwei", "海蓝八十万,不对,一百二十万")
        [heard] = await stage.door.until(1)

    assert isinstance(heard, Voice)
    assert (None, "海蓝八十万,不对,一百二十万") == (heard.media, heard.transcript)


async def test_a_file_that_quotes_a_file_comes_behind_it(tmp_path: Path) -> None:
    """Both are files of that message, the quoted one first."""
    async with staged(tmp_path) as stage:
        lent = [{"url": f"{stage.platform.url}/media/{name}", "aeskey": "", "filename": name} for name in ("v1.docx", "v2.docx")]
        quoted = {"msgtype": "file", "file": lent[0]}
        call = await stage.platform.message("liwei", {"msgtype": "file", "file": lent[1], "quote": quoted})
        files = [one for one in await stage.door.until(2) if isinstance(one, File)]

    assert [("v1.docx", 1, ""), ("v2.docx", 0, call.msgid)] == [(one.media.name, one.left, one.after) for one in files]


async def test_a_text_with_pictures_is_as_many_files_each_with_the_words(tmp_path: Path) -> None:
    """Each under a key of its own."""
    async with staged(tmp_path) as stage:
        call = await stage.platform.mixed("liwei", "这两张名片", PNG, PNG)
        first, second = await stage.door.until(2)

    assert isinstance(first, File)
    assert isinstance(second, File)
    assert [("这两张名片", call.msgid, 1), ("这两张名片", f"{call.msgid}:1", 0)] == [
        (one.text, one.dedupe_key, one.left) for one in (first, second)
    ]


async def test_a_file_is_fetched_before_its_address_expires(tmp_path: Path) -> None:
    """Named as the platform names it; opened an hour later it is what was sent."""
    async with staged(tmp_path / "spool") as stage:
        await stage.platform.file("liwei", "第一条 付款".encode(), "海蓝 合同v2.docx")
        [heard] = await stage.door.until(1)
        assert isinstance(heard, File)
        await stage.house.media.idle()
        stage.clock.move(timedelta(hours=1))

        fetched = await stage.house.media.fetch(heard.media, tmp_path / "kept", most_bytes=100)

    assert "海蓝 合同v2.docx" == heard.media.name
    assert "第一条 付款".encode() == fetched.read_bytes()


async def test_what_is_too_large_or_gone_is_said_so(tmp_path: Path) -> None:
    """And nothing is left where it was to be written."""
    async with staged(tmp_path / "spool") as stage:
        await stage.platform.file("liwei", bytes(200), "a.bin")
        [heard] = await stage.door.until(1)
        assert isinstance(heard, File)
        with pytest.raises(TellUser) as large:
            await stage.house.media.fetch(heard.media, tmp_path / "kept", most_bytes=100)
        stage.platform.lockers.forget()
        await stage.house.media.close()
        await stage.house.media.start()  # an early copy is gone, too
        with pytest.raises(TellUser) as gone:
            await stage.house.media.fetch(heard.media, tmp_path / "kept", most_bytes=1000)

    assert ("media_too_large", "media_gone", False) == (large.value.key, gone.value.key, (tmp_path / "kept").exists())


async def test_the_same_message_twice_is_kept_once(tmp_path: Path) -> None:
    """The platform's message id is the key, whatever the request is called."""
    async with staged(tmp_path) as stage:
        call = await stage.platform.text("liwei", "早")
        await stage.platform.again(call)
        await stage.platform.text("liwei", "后来")
        heard = await stage.door.until(2)

    assert ["早", "后来"] == [one.text for one in heard if isinstance(one, Utterance)]


async def test_a_chat_is_kept_in_its_order_though_the_first_fails(tmp_path: Path) -> None:
    """What cannot be kept at once is tried again, and what follows in the chat waits."""
    async with staged(tmp_path) as stage:
        stage.door.failures = [OSError("disk full")]
        await stage.platform.text("liwei", "一")
        await stage.platform.text("liwei", "二")
        heard = await stage.door.until(2)

    assert ["一", "二"] == [one.text for one in heard if isinstance(one, Utterance)]


async def test_coming_in_pressing_and_judging_arrive(tmp_path: Path) -> None:
    """Each with its own way to be answered, for five seconds; a verdict names the answer's own button."""
    async with staged(tmp_path) as stage:
        await stage.platform.enter("liwei")
        await stage.platform.text("liwei", "90天为啥算高?")
        opened, said = await stage.door.until(2)
        message = await stage.answers(said)
        [answer] = stage.platform.shown
        await stage.platform.press(answer, 1)
        await stage.platform.judge(answer, 2, content="没说清")
        await stage.platform.judge(answer, 3)
        *_, pressed, judged = await stage.door.until(4)

    assert isinstance(opened, Opened)
    assert isinstance(pressed, Tap)
    assert isinstance(judged, Tap)
    assert (message.id, 1) == (pressed.message_id, pressed.button)
    assert (message.id, place_of(STORY, UP) + 1, (("reason", "没说清"),)) == (judged.message_id, judged.button, judged.fields)
    lent = [one.origin.handle for one in (opened, pressed)]
    assert ["entered", "pressed"] == [read_token(one.token).kind for one in lent if one]


async def test_what_cannot_be_read_is_answered_aloud(tmp_path: Path) -> None:
    """A kind that nobody knows, and a card that is none of ours."""
    async with staged(tmp_path) as stage:
        await stage.platform.message("liwei", {"msgtype": "hologram", "hologram": {}})
        await stage.platform.event("liwei", "template_card_event", {"event_key": "other", "task_id": "t", "card_type": "text_notice"})
        await stage.door.until(0, said=2)

    assert [] == stage.door.arrivals
    assert 2 == len(stage.door.said)


async def test_frames_that_make_no_sense_harm_nobody(tmp_path: Path) -> None:
    """The next message arrives as ever."""
    async with staged(tmp_path) as stage:
        for told in ({"msgtype": 7}, {"msgtype": "mixed", "mixed": {"msg_item": "x"}}, {"msgtype": "text", "text": "x", "quote": 3}):
            await stage.platform.message("liwei", told)
        await stage.platform.message("", {"msgtype": "text", "text": {"content": "谁"}})
        await stage.platform.text("liwei", "早")
        heard = [one for one in await stage.door.until(2, said=2) if isinstance(one, Utterance)]

    assert ["早"] == [one.text for one in heard]


async def test_half_a_character_is_replaced_and_what_is_no_frame_is_passed_over(tmp_path: Path) -> None:
    """What no store could write down does not keep the rest of the message from being kept."""
    async with staged(tmp_path) as stage:
        for data in ("{", "[" * 100_000, "[]", '"x"', "{}", '{"headers": 3}', '{"cmd": "aibot_event_callback", "body": {"event": []}}'):
            await stage.platform.send_raw(data)
        await stage.platform.text("liwei", "半个\ud83d字")
        [heard] = await stage.door.until(1)

    assert isinstance(heard, Utterance)
    assert "半个?字" == heard.text
    assert 1 == stage.platform.subscriptions


FILE = {"url": "http://127.0.0.1/x", "aeskey": "a", "filename": "x.pdf"}
PRESSED = {"event_key": "0198c7a0-0000-7000-8000-000000000001:0", "task_id": "t", "card_type": "button_interaction"}
GOOD: list[dict[str, Json]] = [
    {"msgtype": "text", "text": {"content": "早"}, "quote": {"msgtype": "mixed", "mixed": {"msg_item": [{"msgtype": "text", "text": {}}]}}},
    {"msgtype": "mixed", "mixed": {"msg_item": [{"msgtype": "text", "text": {"content": "看"}}, {"msgtype": "image", "image": FILE}]}},
    {"msgtype": "file", "file": FILE, "chattype": "group", "chatid": "c"},
    {"msgtype": "event", "event": {"eventtype": "template_card_event", "template_card_event": PRESSED}},
    {"msgtype": "event", "event": {"eventtype": "feedback_event", "feedback_event": {"id": f"{PRESSED['event_key']}:1", "type": 1}}},
    {"msgtype": "event", "event": {"eventtype": "enter_chat"}},
]
NASTY: tuple[Json, ...] = (None, [], {}, "", "x" * 50_000, 10**400, -1, True, 0.5, float("nan"), ["a"], {"a": []}, [{}], [None])


def spoilt(body: Json, dice: Random) -> Json:
    """A copy with one value, anywhere, changed into something that has no business there."""
    if not body or not isinstance(body, dict | list) or dice.random() < 0.2:
        return dice.choice(NASTY)
    copy = body.copy()
    place = dice.choice(list(copy) if isinstance(copy, dict) else range(len(copy)))
    copy[place] = spoilt(copy[place], dice)
    return copy


def test_no_callback_breaks_what_hears_it() -> None:
    """Whatever the platform writes, it is an arrival, unreadable, or nothing: 5,000 seeded ones."""
    dice = Random(5)
    known = Known(CORP.corp_id, NOON)
    for _ in range(5_000):
        common = {"msgid": "m", "from": {"userid": "liwei"}, "create_time": int(NOON.timestamp()), "chattype": "single"}
        body = spoilt({**common, **dice.choice(GOOD)}, dice)
        assert heard({"cmd": "aibot_msg_callback", "headers": {"req_id": "r"}, "body": body}, known)


async def test_a_line_that_is_cut_comes_back(tmp_path: Path) -> None:
    """Connected again, what people send arrives."""
    async with staged(tmp_path) as stage:
        await stage.platform.hang_up()
        await stage.platform.connected(times=2)
        await stage.platform.text("liwei", "还在吗")
        heard = await stage.door.until(1)

    assert 1 == len(heard)


async def test_a_platform_that_is_silent_is_left_after_two_heartbeats(tmp_path: Path) -> None:
    """And connected to anew."""
    async with staged(tmp_path, rhythm=replace(IMPATIENT, beat_s=0.02)) as stage:
        stage.platform.moods = ["lost", "lost"]
        await stage.platform.connected(times=2)

    assert 2 <= stage.platform.commands.count("ping")
    assert 0 == stage.platform.kicked


async def test_who_is_kicked_does_not_kick_back(tmp_path: Path) -> None:
    """The other keeps the line; `tandem check` tells why we are away."""
    async with staged(tmp_path) as stage:
        other = BotLine(stage.platform.url.replace("http", "ws"), CORP.bot_id, CORP.bot_secret, lambda _: None, QUICK)
        await other.start()
        await other.up()
        while stage.house.line.state is not LineState.AWAY:  # noqa: ASYNC110 - told by the platform a moment later
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)  # longer than any wait before a common try
        found, stays = stage.house.found(), other.state
        await other.close()

    assert (1, 2) == (stage.platform.kicked, stage.platform.subscriptions)
    assert ("wrong", "check_wecom_bot_taken", LineState.ON) == (found.state, found.key, stays)


async def test_a_wrong_secret_is_told(tmp_path: Path) -> None:
    """And not tried again at once."""
    async with staged(tmp_path, secrets=WecomBotSecrets(CORP.bot_id, "another"), waits=False) as stage:
        await stage.house.line.decided()
        found = stage.house.found()

    assert ("wrong", "check_wecom_bot_refused") == (found.state, found.key)


class Names:
    """The app's directory: knows one name; cannot be reached for another."""

    async def profile(self, origin: Origin) -> Profile | None:
        """Who it is."""
        if origin.sender == "away":
            raise Upstream("WeCom")
        return Profile("liwei", "李伟", workspace_member=True) if origin.sender == "liwei" else None


@pytest.mark.parametrize("who, corp, told", [
    ("liwei", CORP.corp_id, Profile("liwei", "李伟", workspace_member=True)),
    ("chen", CORP.corp_id, Profile("chen", "", workspace_member=True)),
    ("away", CORP.corp_id, Profile("away", "", workspace_member=True)), ("liwei", "wwOther", Profile("liwei", "")),
])  # fmt: skip
async def test_whoever_may_write_to_the_bot_is_of_the_corp(who: str, corp: str, told: Profile) -> None:
    """The app lends names, and takes nobody's membership by not seeing them; another corp's people are strangers."""
    origin = Origin("wecom_bot", corp, who, direct_thread("wecom_bot", corp, who))

    assert told == await BotDirectory(CORP.corp_id, Names()).profile(origin)
