"""A letter by mail from end to end, over a real mail server: what became of it stands in the letter and is told to its author, once."""

from collections.abc import Mapping
from pathlib import Path

from bot.config import Mail as Setting
from bot.domain.decision import MessageState
from bot.domain.outcome import Answer
from bot.domain.records import Cause
from bot.mail.channel import SENTENCES, MailChannel
from bot.mail.server import MailServer, Times
from bot.words import TomlWords, read_sentences
from tests.fakes.mail.certificates import HERE
from tests.fakes.mail.server import Mailroom, receiving
from tests.fakes.senses import SetClock
from tests.fakes.waiting import until
from tests.scenarios.gate_stage import LIN, GateStage, gate_stage

BODY = "王经理好,样品到了,周四给您送过去。"


def post(room: Mailroom) -> MailChannel:
    """The real way out by mail."""
    setting = Setting(HERE, room.port, "none", from_="sales@example.com")
    return MailChannel(MailServer(setting, "", Times(10, 10)), setting, TomlWords(read_sentences(SENTENCES)), SetClock())


async def mailed(at: GateStage, status: str) -> None:
    """Lin lets a letter to a buyer go by mail; returns when its status says what became of it."""
    at.skill.body = BODY
    await at.say(LIN, "用邮件给王经理写封跟进信")
    await at.press(LIN, at.last(LIN, "slack"), "就发这版")
    await became(at, status)


async def became(at: GateStage, status: str) -> None:
    """Return when the letter says so, and everything that was queued has arrived."""

    async def is_so() -> bool:
        return (await fields(at))["status"] == status

    await until(is_so)
    await at.quiet()


async def fields(at: GateStage) -> Mapping[str, object]:
    """The letter as it stands."""
    [letter] = await at.letters()
    return letter.fields


def told(at: GateStage) -> list[str]:
    """What Lin read of it since the draft."""
    return [one.outcome.text for one in at.at(LIN, "slack") if "邮件" in one.outcome.text and one.decision_id is None]


async def test_a_mail_that_was_taken_makes_its_letter_sent(tmp_path: Path) -> None:
    """With the time; its author is told that it is on its way, then that it is out, and looking again says nothing twice."""
    async with receiving(Mailroom()) as room, gate_stage(tmp_path, mail=True, post=post(room)) as at:
        await mailed(at, "sent")
        seen = await at.road.following.follow()
        await at.quiet()
        letter = await fields(at)

    assert [("lin@example.com", ("wang@hailan.example",))] == [(one.sender, one.to) for one in room.accepted]
    assert BODY + "\n" == room.accepted[0].message.get_content().replace("\r\n", "\n")
    assert ("sent", at.clock.now().isoformat(), 0) == (letter["status"], letter["sent_at"], seen)
    assert ["在发邮件给王磊,发出去了告诉你。", "给王磊的邮件发出去了,回信到你邮箱。"] == told(at)


async def test_a_bounced_letter_comes_back_to_its_author(tmp_path: Path) -> None:
    """Why, in words, and the text to send it themselves; then it is sent when they say so."""
    async with receiving(Mailroom(moods={"RCPT": ["550 5.1.1 unknown"]})) as room, gate_stage(tmp_path, mail=True, post=post(room)) as at:
        await mailed(at, "failed")
        word = at.last(LIN, "slack", "我发了")
        said = await at.press(LIN, word, "我发了")
        sent = (await fields(at))["status"]

    assert ("sent", []) == (sent, room.accepted)
    assert "给王磊的邮件没送到 wang@hailan.example:对方没有这个邮箱(550 5.1.1)。核对地址,下条原文由你来发。" == word.outcome.text
    assert BODY == word.outcome.forward
    assert "记下发出时间" in said


async def test_a_mail_in_doubt_is_asked_about_and_never_sent_again_by_itself(tmp_path: Path) -> None:
    """The server took it and hung up: unsure, told once; the author's word that it arrived holds against every later look."""
    async with receiving(Mailroom(moods={"DATA": ["cut"]})) as room, gate_stage(tmp_path, mail=True, post=post(room)) as at:
        await mailed(at, "unsure")
        await at.road.following.follow()
        await at.road.releasing.sweep()
        await at.quiet()
        words = told(at)
        await at.press(LIN, at.last(LIN, "slack", "到了"), "到了")
        await at.road.following.follow()
        sure = (await fields(at))["status"]

    assert ("sent", 1, 2) == (sure, len(room.accepted), len(words))
    assert "到没到说不准" in words[1]


async def test_who_dies_between_the_send_and_the_status_is_made_up_for(tmp_path: Path) -> None:
    """The outbox knows that it was delivered, the letter does not: the next look writes it and tells it, once."""
    async with receiving(Mailroom()) as room, gate_stage(tmp_path, mail=True, post=post(room)) as at:
        await mailed(at, "sent")
        [letter] = await at.letters()
        await at.records.put("letter", {"status": "approved"}, cause=Cause("system"), record_id=letter.id)
        looked = [await at.road.following.follow(), await at.road.following.follow(), await at.road.releasing.sweep()]
        await became(at, "sent")

    assert ([1, 0, 0], 1, 2) == (looked, len(room.accepted), len(told(at)))


async def test_an_admin_sends_a_mail_in_doubt_again(tmp_path: Path) -> None:
    """Because somebody asks for it: the second try has the first one's Message-ID, and the letter is sent."""
    async with receiving(Mailroom(moods={"DATA": ["cut"]})) as room, gate_stage(tmp_path, mail=True, post=post(room)) as at:
        await mailed(at, "unsure")
        [doubtful] = (await at.outbox.page(MessageState.UNSURE)).items
        await at.outbox.replay(doubtful.id)
        at.delivery.wake()
        await became(at, "sent")

    assert [2, 1] == [len(room.accepted), len({one.message["Message-ID"] for one in room.accepted})]
    assert [True, True, True] == [part in one for part, one in zip(("在发邮件", "发到一半", "邮件发出去了"), told(at), strict=True)]


async def test_what_a_skill_would_mail_by_itself_does_not_leave(tmp_path: Path) -> None:
    """Only what was released is ever a letter on its way."""
    async with receiving(Mailroom()) as room, gate_stage(tmp_path, mail=True, post=post(room)) as at:
        await at.say(LIN, "偷发")
        shown = [one.outcome for one in at.at(LIN, "slack")]

    assert ([], [None]) == (room.accepted, [one.letter for one in shown if isinstance(one, Answer)])
