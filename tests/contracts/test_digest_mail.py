"""Digests by mail, against a real server on this machine: what their readers get, and that nobody else does."""

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.config import Mail as Setting
from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.decision import Message
from bot.domain.digest import Digest, DigestKind, Line, Section
from bot.domain.ids import ThreadId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, User
from bot.domain.talk import Lang, Origin
from bot.errors import Undeliverable
from bot.mail.channel import SENTENCES, MailChannel
from bot.mail.digests import DigestMail
from bot.mail.server import MailServer
from bot.words import TomlWords, read_sentences
from tests.contracts.test_mail import PATIENT, message, setting
from tests.fakes.mail.server import Mailroom, receiving
from tests.fakes.senses import SetClock

PNG = b"\x89PNG picture"
CHART = Chart(ChartKind.BARS, "工单 <b>", ("P1", "P2"), (Series("", (1, 2)),))
DIGEST = Digest(
    DigestKind.WEEKLY, "周报 <8/10>", date(2026, 8, 10), date(2026, 8, 16),
    (Section("客户", (Line("A&B <b>:没关的工单", "没关的有2张"),)), Section("工单", (Line("2张", "为什么"),), CHART)),
)  # fmt: skip


def digest_message() -> Message:
    """A digest on its way to Lin."""
    origin = Origin("mail", "", "lin", ThreadId("mail:own:lin"))
    return replace(message(), origin=origin, outcome=Answer("两条", digest=DIGEST))


def digest_channel(house: Setting) -> MailChannel:
    """The way out of a house that knows Lin."""
    words = TomlWords(read_sentences(SENTENCES))

    async def person(user_id: UserId) -> User | None:
        return User(user_id, "林晓", "lin.xiao@hengyu.example", Role.REP, "east", "Asia/Shanghai") if user_id == "lin" else None

    async def drawn(_chart: Chart, _lang: Lang) -> bytes:
        return PNG

    return MailChannel(MailServer(house, "", PATIENT), house, words, SetClock(), DigestMail(person, drawn, words, house))

async def test_a_digest_goes_to_its_reader_with_its_chart_inside_and_nothing_that_loads() -> None:
    """As HTML and as text, to the address that is kept of them; its charts are parts of the mail, and it says how to get no more."""
    async with receiving(Mailroom()) as room:
        receipt = await digest_channel(setting(room.port)).deliver(digest_message())

    [mail] = room.accepted
    read = mail.message
    plain, page = (part.get_content() for kind in ("plain", "html") if (part := read.get_body((kind,))))
    picture = next(part for part in read.walk() if part.get_content_type() == "image/png")
    assert ("sales@hengyu.example", ("lin.xiao@hengyu.example",), receipt) == (mail.sender, mail.to, read["Message-ID"])
    assert ("周报 <8/10>", "auto-generated", "林晓 <lin.xiao@hengyu.example>") == (read["Subject"], read["Auto-Submitted"], read["To"])
    assert (PNG, f"cid:{picture['Content-ID'].strip('<>')}" in page) == (picture.get_content(), True)
    assert ("A&amp;B &lt;b&gt;:没关的工单" in page, "A&B <b>:没关的工单" in plain, "别再给我推周报" in plain) == (True, True, True)
    assert (["cid:0197-m1-1@hengyu.example"], False) == (re.findall(r"(?:src|href)\s*=\s*[\"']?([^\"'\s>]*)", page), "url(" in page)


async def test_a_digest_with_nothing_to_tell_is_a_mail_of_one_line() -> None:
    """Who asked for it by mail hears that there was nothing."""
    async with receiving(Mailroom()) as room:
        await digest_channel(setting(room.port)).deliver(replace(digest_message(), outcome=Answer("今天没有等你处理的事。")))

    assert "今天没有等你处理的事。\n" == room.accepted[0].message.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("thread, sender", [("mail:own:gone", "gone"), ("mail:r1", "somebody@else.example")])
async def test_a_digest_goes_to_nobody_but_our_own(thread: str, sender: str) -> None:
    """Neither to somebody who is no longer here nor to an address."""
    async with receiving(Mailroom()) as room:
        sent = digest_channel(setting(room.port)).deliver(
            replace(digest_message(), origin=Origin("mail", "", sender, ThreadId(thread)))
        )
        with pytest.raises(Undeliverable):
            await sent

    assert [] == room.accepted
