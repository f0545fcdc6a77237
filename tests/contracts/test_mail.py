"""Mail, against a real server on this machine and against one that breaks off: what arrives, once, and what is said of the rest."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from structlog.testing import capture_logs

from bot.config import Mail as Setting
from bot.domain.decision import Message, MessageState
from bot.domain.ids import MessageId, ThreadId
from bot.domain.outcome import Answer, Letter
from bot.domain.talk import Lang, Origin
from bot.errors import Undeliverable, Unsure, Upstream
from bot.mail.channel import SENTENCES, MailChannel
from bot.mail.check import looked_over
from bot.mail.replies import NeedsAdmin
from bot.mail.server import MailServer, Times
from bot.words import TomlWords, read_sentences
from tests.contracts.house import Stores
from tests.contracts.mailing_house import mail_all
from tests.fakes.mail.broken import CUT, HANG, breaking
from tests.fakes.mail.certificates import HERE, Authority, authority
from tests.fakes.mail.server import Mailroom, receiving
from tests.fakes.senses import SetClock

LETTER = Letter(
    "李董", "li@hailan.example", "林晓", "lin.xiao@hengyu.example", "产线漏检:一个想法", "李董您好:\n陈总提过贵司新线。\n.\n..两点\n林晓"
)
Security = Literal["starttls", "tls", "none"]
QUICK = Times(step_s=0.2, ending_s=0.2, breath_s=5.0)
PATIENT = Times(step_s=10.0, ending_s=10.0, breath_s=0.05)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom we trust."""
    return authority(tmp_path_factory.mktemp("ca"))


def setting(port: int, security: Security = "none", *, user: str = "", as_rep: bool = False, ca: Authority | None = None) -> Setting:
    """A house's [mail]."""
    return Setting(HERE, port, security, user, "sales@hengyu.example", as_rep, str(ca.path) if ca else "")


def channel_to(house: Setting, password: str = "", times: Times = PATIENT, clock: SetClock | None = None) -> MailChannel:
    """The way out."""
    return MailChannel(MailServer(house, password, times), house, TomlWords(read_sentences(SENTENCES)), clock or SetClock())


def message(letter: Letter | None = LETTER, attempt: int = 1, lang: Lang = Lang.ZH) -> Message:
    """A letter on its way."""
    origin = Origin("mail", "", letter.to_address if letter else "", ThreadId("mail:r1"))
    answer = Answer("", letter=letter)
    return Message(MessageId("0197-m1"), 1, origin, None, None, answer, None, None, attempt, MessageState.SENDING, lang)


async def test_a_letter_arrives_as_it_was_written() -> None:
    """Chinese subject, names and text, a line that is a lone dot; the rep's name before the house's address, answers to the rep."""
    async with receiving(Mailroom()) as room:
        receipt = await channel_to(setting(room.port)).deliver(message())

    [mail] = room.accepted
    read = mail.message
    assert ("lin.xiao@hengyu.example", ("li@hailan.example",)) == (mail.sender, mail.to)
    assert ("林晓 <sales@hengyu.example>", "林晓 <lin.xiao@hengyu.example>", "李董 <li@hailan.example>", "产线漏检:一个想法") == (
        read["From"], read["Reply-To"], read["To"], read["Subject"])
    assert LETTER.body + "\n" == read.get_content().replace("\r\n", "\n")
    assert ("<0197-m1@hengyu.example>", "text/plain") == (read["Message-ID"], read.get_content_type())
    assert receipt == read["Message-ID"]
    assert mail.content.isascii()


async def test_an_english_letter_stands_in_plain_letters() -> None:
    """Nothing is encoded that need not be; a line of its own dot arrives as one."""
    async with receiving(Mailroom()) as room:
        await channel_to(setting(room.port)).deliver(message(replace(LETTER, subject="Your new line", body="Ms Lee,\n.\n.hidden\nLin")))

    assert b"\r\n\r\nMs Lee,\r\n.\r\n.hidden\r\nLin\r\n" in room.accepted[0].content
    assert b"Subject: Your new line\r\n" in room.accepted[0].content


async def test_every_try_has_the_same_message_id() -> None:
    """So that a receiver who meets it twice can tell."""
    async with receiving(Mailroom()) as room:
        way = channel_to(setting(room.port))
        ids = {await way.deliver(message(attempt=attempt)) for attempt in (1, 2)}

    assert 1 == len(ids)


async def test_a_rep_of_another_domain_gets_answers_and_the_house_the_bounces() -> None:
    """The server speaks for its own domain alone."""
    async with receiving(Mailroom()) as room:
        await channel_to(setting(room.port)).deliver(message(replace(LETTER, reply_to="lin@elsewhere.example")))

    assert ("sales@hengyu.example", "林晓 <lin@elsewhere.example>") == (room.accepted[0].sender, room.accepted[0].message["Reply-To"])


async def test_with_as_rep_the_letter_is_from_the_rep() -> None:
    """By config: From is the rep's own address, and no Reply-To is needed."""
    async with receiving(Mailroom()) as room:
        await channel_to(setting(room.port, as_rep=True)).deliver(message())

    read = room.accepted[0].message
    assert ("林晓 <lin.xiao@hengyu.example>", None) == (read["From"], read["Reply-To"])


async def test_a_server_that_lets_us_speak_for_the_house_alone_is_given_the_house() -> None:
    """The rep's address as the sender of bounces is refused; the letter goes all the same."""
    async with receiving(Mailroom(moods={"MAIL": ["553 5.7.1 not owned by user"]})) as room:
        await channel_to(setting(room.port)).deliver(message())

    assert ["lin.xiao@hengyu.example", "sales@hengyu.example"] == room.senders
    assert ["sales@hengyu.example"] == [one.sender for one in room.accepted]


async def test_starttls_with_a_certificate_of_our_own_authority(ours: Authority) -> None:
    """Signed in under TLS, and the letter goes under it."""
    room = Mailroom({"tandem": "pa55 wörd"})
    async with receiving(room, starttls=ours.context()):
        house = setting(room.port, "starttls", user="tandem", ca=ours)
        await channel_to(house, "pa55 wörd").deliver(message())

    assert [(True, "tandem")] == [(one.over_tls, one.user) for one in room.accepted]


async def test_implicit_tls(ours: Authority) -> None:
    """Under TLS from the first byte."""
    room = Mailroom()
    async with receiving(room, tls=ours.context()):
        await channel_to(setting(room.port, "tls", ca=ours)).deliver(message())

    assert 1 == len(room.accepted)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["stranger", "other host"])
async def test_a_certificate_that_does_not_fit_is_refused(ours: Authority, tmp_path: Path, security: Security, wrong: str) -> None:
    """Of an authority nobody trusts, or of another host: nothing is sent, an admin is waited for."""
    context = authority(tmp_path).context() if wrong == "stranger" else ours.context("127.0.0.2")
    room = Mailroom()
    async with receiving(room, starttls=context if security == "starttls" else None, tls=context if security == "tls" else None):
        way = channel_to(setting(room.port, security, ca=ours))
        with pytest.raises(NeedsAdmin) as refused:
            await way.deliver(message())

    assert ("tls", []) == (refused.value.why, room.accepted)


async def test_a_server_without_starttls_is_sent_nothing() -> None:
    """Not even the password: TLS is not given up because somebody took it out of the greeting."""
    room = Mailroom()
    async with receiving(room):
        with pytest.raises(NeedsAdmin) as refused:
            await channel_to(setting(room.port, "starttls", user="tandem"), "secret").deliver(message())

    assert ("no_tls", []) == (refused.value.why, room.senders)


async def test_a_wrong_password_waits_for_an_admin_and_is_tried_seldom(ours: Authority) -> None:
    """The letter lives on; the server is asked once in ten minutes however many letters wait, and no log names the password."""
    room, clock = Mailroom({"tandem": "right"}), SetClock()
    async with receiving(room, starttls=ours.context()):
        house = setting(room.port, "starttls", user="tandem", ca=ours)
        way = channel_to(house, "wr0ng-secret", clock=clock)
        with capture_logs() as logs:
            for _ in range(3):
                with pytest.raises(NeedsAdmin, match="password 535"):
                    await way.deliver(message())
        clock.move(timedelta(seconds=601))
        with pytest.raises(NeedsAdmin):
            await way.deliver(message())
        line = way.found()

    assert (2, "wrong", "check_mail_password") == (room.connections, *line[:2])
    assert logs
    assert "wr0ng-secret" not in f"{logs}{line}"


async def test_greylisting_is_waited_out() -> None:
    """451 is later, not never; the second try arrives."""
    async with receiving(Mailroom(moods={"RCPT": ["451 4.7.1 greylisted, come again"]})) as room:
        way = channel_to(setting(room.port))
        with pytest.raises(Upstream, match="451"):
            await way.deliver(message())
        await way.deliver(message(attempt=2))

    assert 1 == len(room.accepted)


@pytest.mark.parametrize(
    "verb, reply, words",
    [
        ("RCPT", "550 5.1.1 no such user", "对方没有这个邮箱(550 5.1.1)"),
        ("RCPT", "550 unknown", "对方没有这个邮箱(550)"),
        ("RCPT", "552 5.2.2 mailbox full", "对方的邮箱满了(552 5.2.2)"),
        ("RCPT", "552 over quota", "对方的邮箱满了(552)"),
        ("RCPT", "550 5.7.1 blocked", "对方的服务器拒收(550 5.7.1)"),
        ("DATA", "552 5.3.4 too big", "这封信太大,服务器不收(552 5.3.4)"),
        ("DATA", "554 5.7.1 looks like spam", "对方的服务器拒收(554 5.7.1)"),
        ("DATA", "550 no thanks", "对方的服务器拒收(550)"),
        ("RCPT", "559 odd", "服务器不收(559)"),
    ],
)
async def test_a_bounce_is_told_in_words(verb: str, reply: str, words: str) -> None:
    """What will never arrive is dead at once, and its author can understand why."""
    async with receiving(Mailroom(moods={verb: [reply]})) as room:
        with pytest.raises(Undeliverable) as never:
            await channel_to(setting(room.port)).deliver(message())

    assert (words, []) == (never.value.why, room.accepted)


async def test_a_server_that_says_how_much_it_takes_is_sent_no_more() -> None:
    """It refuses by the announced size, before the text."""
    async with receiving(Mailroom(), largest=100) as room:
        with pytest.raises(Undeliverable, match="太大"):
            await channel_to(setting(room.port)).deliver(message())

    assert [] == room.accepted


@pytest.mark.parametrize(
    "step, how",
    [(step, how) for step in ("GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "TEXT") for how in (HANG, CUT, "421 bye", "nonsense")
     if (step, how) != ("TEXT", HANG)],  # who reads and says nothing is what any server is while it is sent a text
)  # fmt: skip
async def test_what_breaks_before_the_dot_surely_did_not_arrive(step: str, how: str) -> None:
    """Whatever the server does up to there, the letter is tried again; a step that hangs is not waited for."""
    async with breaking(step, how) as broken:
        with pytest.raises(Upstream) as later:
            await channel_to(setting(broken.port, user="tandem"), "secret", QUICK).deliver(message())

    assert ([], True) == (broken.texts, not isinstance(later.value, NeedsAdmin))


@pytest.mark.parametrize("how", [HANG, "nonsense"])
async def test_a_hanging_starttls_is_tried_again(how: str) -> None:
    """A handshake that never comes is no wrong certificate."""
    async with breaking("STARTTLS", how) as broken:
        with pytest.raises(Upstream) as later:
            await channel_to(setting(broken.port, "starttls"), times=QUICK).deliver(message())

    assert not isinstance(later.value, NeedsAdmin)


@pytest.mark.parametrize("how", [HANG, CUT, "nonsense", "354 what"])
async def test_what_breaks_after_the_dot_may_have_arrived(how: str) -> None:
    """The server has the whole text; nobody can say what it did with it."""
    async with breaking("END", how) as broken:
        with pytest.raises(Unsure):
            await channel_to(setting(broken.port), times=replace(PATIENT, ending_s=0.2)).deliver(message())

    assert 1 == len(broken.texts)


async def test_a_real_server_that_takes_it_and_hangs_up_has_it_once() -> None:
    """It was accepted; it is not sent again."""
    async with receiving(Mailroom(moods={"DATA": ["cut"]})) as room:
        with pytest.raises(Unsure):
            await channel_to(setting(room.port)).deliver(message())

    assert 1 == len(room.accepted)


async def test_4xx_after_the_dot_is_tried_again() -> None:
    """The server says itself that it does not have it."""
    async with receiving(Mailroom(moods={"DATA": ["451 4.3.0 disk"]})) as room:
        way = channel_to(setting(room.port))
        with pytest.raises(Upstream):
            await way.deliver(message())
        await way.deliver(message(attempt=2))

    assert 1 == len(room.accepted)


@pytest.mark.parametrize("step", ["EHLO", "TEXT"])
async def test_what_is_cut_off_by_us_before_the_dot_goes_again(step: str) -> None:
    """A house that stops while a letter waits for its server leaves no doubt behind."""
    async with breaking(step, HANG) as broken:
        way = channel_to(setting(broken.port), times=Times(step_s=30, ending_s=30, breath_s=30))
        sending = asyncio.create_task(way.deliver(message()))
        await broken.reached.wait()
        sending.cancel()
        with pytest.raises(Upstream):
            await sending

    assert [] == broken.texts


async def test_what_is_cut_off_by_us_after_the_dot_is_in_doubt() -> None:
    """Delivery makes `unsure` of it."""
    async with breaking("END", HANG) as broken:
        sending = asyncio.create_task(channel_to(setting(broken.port)).deliver(message()))
        await broken.reached.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_nobody_is_there() -> None:
    """A closed port is tried again."""
    async with breaking("END", CUT) as gone:
        pass

    with pytest.raises(Upstream) as later:
        await channel_to(setting(gone.port)).deliver(message())

    assert not isinstance(later.value, NeedsAdmin)


@pytest.mark.parametrize("address", [
    "", "李董", "li@", "@hailan.example", "a@b\r\nRCPT TO:<x@y>", "a b@c.example", "a@b.example, c@d.example", "<a@b.example>",
    "李@hailan.example", "a@-b.example", f"{'a' * 65}@b.example",
])  # fmt: skip
async def test_what_is_no_address_is_never_tried(address: str) -> None:
    """The author is told; no server hears of it."""
    async with receiving(Mailroom()) as room:
        with pytest.raises(Undeliverable, match="不是一个能发的邮箱地址"):
            await channel_to(setting(room.port)).deliver(message(replace(LETTER, to_address=address)))

    assert 0 == room.connections


async def test_an_erased_letter_is_not_sent() -> None:
    """Its text is gone, so there is nothing to send."""
    with pytest.raises(Undeliverable, match="erased"):
        await channel_to(setting(1)).deliver(message(None, lang=Lang.EN))


@pytest.mark.parametrize(
    "moods, key, state",
    [({}, "check_mail_lets_in", "on"), ({"password": "no"}, "check_mail_password", "wrong"), ({"away": ""}, "check_mail_away", "wrong")],
)
async def test_check_signs_in_and_sends_nothing(ours: Authority, moods: dict[str, str], key: str, state: str) -> None:
    """`tandem check --online`."""
    room = Mailroom({"tandem": "yes"})
    async with receiving(room, starttls=ours.context()):
        port = 1 if "away" in moods else room.port
        house = setting(port, "starttls", user="tandem", ca=ours)
        found = await looked_over(MailServer(house, moods.get("password", "yes"), PATIENT), house)

    assert (state, key, []) == (found[0], found[1], room.senders)


async def queued(stores: Stores, name: str = "r1") -> None:
    """A letter waits in the outbox."""
    answer, where = Answer("", letter=replace(LETTER, subject=name)), Origin("mail", "", name, ThreadId(f"mail:{name}"))
    await stores.outbox.say(where, answer, key=f"release:{name}", lang=Lang.ZH)


@asynccontextmanager
async def another_house(stores: Stores, port: int, breath_s: float) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that mails what the outbox holds; killed at the end, if it still runs."""
    words = ["-m", "tests.contracts.mailing_house", str(stores.path), str(port), str(breath_s)]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=Path(__file__).parents[2])
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_greylisting_is_waited_out_by_delivery(stores: Stores) -> None:
    """Twice not now, then it is taken; once."""
    await queued(stores)
    async with receiving(Mailroom(moods={"RCPT": ["451 4.7.1 later"], "DATA": ["450 4.2.0 later"]})) as room:
        left = await mail_all(stores, room.port, 0.05)

    assert ({}, 1) == (left, len(room.accepted))


async def test_a_bounce_is_dead_with_its_words(stores: Stores) -> None:
    """And why stands beside it, for whoever tells the author."""
    await queued(stores)
    async with receiving(Mailroom(moods={"RCPT": ["550 5.1.1 unknown"]})) as room:
        left = await mail_all(stores, room.port, 0.05)

    [dead] = (await stores.outbox.page(MessageState.DEAD)).items
    assert ({"dead": 1}, [], "对方没有这个邮箱(550 5.1.1)") == (left, room.accepted, dead.facts["why"])


@pytest.mark.parametrize("step, breath_s, taken", [("TEXT", 30.0, 0), ("END", 0.05, 1)])
async def test_a_house_killed_in_the_middle_of_the_text_sends_no_second_one(
    stores: Stores, step: str, breath_s: float, taken: int
) -> None:
    """Killed before the dot, or after it: the next house says that it does not know, and sends nothing."""
    await queued(stores)
    async with breaking(step, HANG) as broken:
        async with another_house(stores, broken.port, breath_s) as house:
            reached, ended = asyncio.create_task(broken.reached.wait()), asyncio.create_task(house.wait())
            await asyncio.wait({reached, ended}, return_when=asyncio.FIRST_COMPLETED)
            assert not ended.done(), "it ended by itself"
            house.kill()
            await ended
        async with receiving(Mailroom()) as room:
            left = await mail_all(stores, room.port, 0.05)

    assert ({"unsure": 1}, taken, []) == (left, len(broken.texts), room.accepted)


@pytest.mark.slow
async def test_houses_killed_again_and_again_send_no_letter_twice(stores: Stores) -> None:
    """Wherever the kills fall: every letter was taken once, or is called unsure."""
    names = [f"r{number}" for number in range(24)]
    for name in names:
        await queued(stores, name)
    dice = random.Random(6)
    async with receiving(Mailroom()) as room:
        for _ in range(3):
            wanted = len(room.accepted) + dice.randint(1, 4)
            async with another_house(stores, room.port, 0.05):
                while len(room.accepted) < wanted:  # noqa: ASYNC110 - looked at from outside
                    await asyncio.sleep(0.002)
                await asyncio.sleep(dice.random() / 10)
        left = await mail_all(stores, room.port, 0.05)
        unsure = [one.outcome.letter.subject for one in (await stores.outbox.page(MessageState.UNSURE)).items
                  if isinstance(one.outcome, Answer) and one.outcome.letter]  # fmt: skip

    taken = [str(one.message["Subject"]) for one in room.accepted]
    assert (len(set(taken)), set(names)) == (len(taken), {*taken, *unsure})
    assert {"unsure": len(unsure)} == left or not left
