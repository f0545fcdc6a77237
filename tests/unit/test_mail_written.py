"""A letter as a mail: whatever stands in it, its headers say what we mean and nothing else."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Mail as Setting
from bot.domain.outcome import Letter
from bot.mail.replies import NeedsAdmin, NotTaken, Reply, Stage, refusal
from bot.mail.written import NotAnAddress, TooLarge, address_of, mail_of, one_line

HOUSE = Setting("mail.test", from_="sales@hengyu.example")
AT = datetime(2026, 7, 14, 12, tzinfo=UTC)
HEADERS = {"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
BREAKS = "\r\n\x00\x0b\x0c\x1c\x85\u2028\u2029\u202e"
NASTY = (
    "x\r\nBcc: evil@evil.example", "x\nSubject: other", "\r\n\r\nanother body", "x\u2028To: evil@evil.example", "x\x85Bcc: e@evil.example",
    "=??Q?=0D.", "=??Q?=0D=0ABcc:e@evil.example", "=?utf-8?b?DQpCY2M6IGVAZXZpbC5leGFtcGxl?=", "=?=?=?utf-8?q?=0A?=",
    '"Li" <evil@evil.example>', "evil@evil.example, Li", "=?utf-8?q?=0D=0ABcc:_evil@evil.example?=", "a" * 900, "李" * 400,
    'Li, "Wu" (boss); evil@evil.example:', "\u202eelpmaxe.live@live", "\ud800 broken", "\\", "<", "=?utf-8?b?", "x\x00y",
)  # fmt: skip
texts = st.text(max_size=120) | st.text(st.sampled_from(f'{BREAKS}<>@,;:"\\()[]=? aé李.'), max_size=60) | st.sampled_from(NASTY)


def read(content: bytes) -> EmailMessage:
    """A mail as its reader's program understands it."""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@settings(max_examples=120, deadline=None, derandomize=True)
@given(texts, texts, texts, texts)
def test_no_header_can_be_broken_out_of(to_name: str, from_name: str, subject: str, body: str) -> None:
    """One addressee, the house's sender, no header that we did not write, each line in ASCII and short enough for any server."""
    letter = Letter(to_name, "li@hailan.example", from_name, "lin.xiao@hengyu.example", subject, body)

    mail = mail_of(letter, "m1", HOUSE, AT)

    message = read(mail.content)
    people = {name: [one.addr_spec for one in header.addresses] for name in ("From", "To", "Reply-To")
              if isinstance(header := message[name], AddressHeader)}  # fmt: skip
    assert {"From": ["sales@hengyu.example"], "To": ["li@hailan.example"], "Reply-To": ["lin.xiao@hengyu.example"]} == people
    assert sorted(HEADERS) == sorted(message.keys())
    assert mail.content.isascii()
    assert max(map(len, mail.content.split(b"\r\n"))) <= 998
    assert b"" == re.sub(rb"\r\n", b"", mail.content).translate(None, bytes(set(range(256)) - set(b"\r\n")))


@pytest.mark.parametrize("subject", ["产线漏检:一个想法", "Your new line", "关于 Orbit 的新线 – follow-up", "é" * 90, "好" * 180, "a = ?"])
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    """However it is folded and encoded on the way."""
    mail = mail_of(Letter("李董", "li@hailan.example", "林晓", "lin@hengyu.example", subject, "你好"), "m1", HOUSE, AT)

    assert subject == read(mail.content)["Subject"]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(str.strip))
def test_a_body_is_read_as_it_was_written(line: str) -> None:
    """Line by line, whatever the words; a lone dot too."""
    body = f"你好\n{line}\n.\nend"

    mail = mail_of(Letter("", "li@hailan.example", "", "lin@hengyu.example", "s", body), "m1", HOUSE, AT)

    lines = read(mail.content).get_content().replace("\r\n", "\n").split("\n")
    assert ["你好", line.rstrip(), ".", "end", ""] == lines


@pytest.mark.parametrize(
    "written, meant",
    [(" li@Hailan.Example ", "li@hailan.example"), ("li@例子.example", "li@xn--fsqu00a.example"), ("o'neil+x@a.test", "o'neil+x@a.test")],
)
def test_an_address_is_written_as_servers_take_it(written: str, meant: str) -> None:
    """Other letters in the domain become ASCII."""
    assert meant == address_of(written)


@pytest.mark.parametrize(
    "written",
    ["", "li", "li@", "@x.example", "a b@x.example", "a@x y.example", "a@x..example", "a@.example", ".a@x.example", "a.@x.example",
     "a@b@c.example", '"a b"@x.example', "a@[127.0.0.1]", "a@x.example\r\nBcc: b@x.example", "a@x.example>", "a,b@x.example",
     "李@x.example", "a\x00@x.example", f"a@{'x' * 64}.example", f"a@{'x.' * 130}example", "a@x_y.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(written: str) -> None:
    """Nothing is guessed at."""
    with pytest.raises(NotAnAddress):
        address_of(written)


def test_a_letter_has_a_largest_size() -> None:
    """256 KiB: a letter is no container."""
    with pytest.raises(TooLarge):
        mail_of(Letter("", "li@hailan.example", "", "lin@hengyu.example", "s", "字" * 100_000), "m1", HOUSE, AT)


def test_a_name_that_turns_the_direction_of_writing_does_not() -> None:
    """So that no address looks like another."""
    assert "boss live@evil" == one_line("boss \u202elive@evil\u202c")


@pytest.mark.parametrize(
    "code, words, stage, why",
    [
        (550, "5.1.1 x", Stage.ADDRESSEE, "no_mailbox"), (550, "5.7.1 x", Stage.ADDRESSEE, "refused"), (554, "x", Stage.TEXT, "refused"),
        (552, "5.3.4 x", Stage.SENDER, "large"), (552, "x", Stage.SENDER, "large"), (553, "x", Stage.ADDRESSEE, "no_mailbox"),
        (550, "15.1.1 x", Stage.TEXT, "refused"), (599, "", Stage.TEXT, "other"),
    ],
)  # fmt: skip
def test_what_a_server_will_never_take_has_a_reason(code: int, words: str, stage: Stage, why: str) -> None:
    """By the enhanced code where there is one, else by the code and the step."""
    found = refusal(Reply.of(code, words), stage)

    assert isinstance(found, NotTaken)
    assert why == found.why


@pytest.mark.parametrize(
    "code, stage, why",
    [(535, Stage.SIGN_IN, "password"), (530, Stage.ADDRESSEE, "password"), (554, Stage.OPENING, "server"), (550, Stage.SENDER, "sender")],
)
def test_what_is_no_fault_of_the_letter_waits_for_an_admin(code: int, stage: Stage, why: str) -> None:
    """A letter is not killed for a password."""
    found = refusal(Reply.of(code, ""), stage)

    assert isinstance(found, NeedsAdmin)
    assert why == found.why
