"""A letter as a mail (RFC 5322): headers nobody can break out of, plain text. Knows no server."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bot.config import Mail as Setting
from bot.domain.outcome import Letter

LARGEST_BYTES = 256 << 10
"""Of a whole mail: a letter has no attachments."""
LONGEST_NAME, LONGEST_SUBJECT = 80, 200
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
SPECIAL = re.compile(r'[<>@,;:"\\()\[\]]')
"""Signs that structure an address field. A name does without them: folding a long header has lost quotes before."""
BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})
TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of writing, by which a name may show as another."""
SEVEN_BIT = SMTP.clone(cte_type="7bit")
"""Every server takes seven bits, so nothing has to be agreed on."""


class NotAnAddress(ValueError):
    """Mail cannot go there."""


class TooLarge(ValueError):
    """Nobody reads a letter of that size."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What is handed to a server.

    sender: where bounces go. spare: the same where the server does not let us use `sender`. content: the whole mail, lines ending in CRLF.
    """

    sender: str
    spare: str
    to: str
    message_id: str
    content: bytes


def mail_of(letter: Letter, message_id: str, setting: Setting, at: datetime) -> Mail:
    """The letter, from the house in the name of the rep. message_id: of ours; the mail's is made of it, on every try the same.

    Answers go to the rep. Bounces go there, too, when the rep is of the house's own domain, for which the server may speak.
    Raises: NotAnAddress, TooLarge.
    """
    house, to = address_of(setting.from_), address_of(letter.to_address)
    try:
        rep = address_of(letter.reply_to)
    except NotAnAddress:
        rep = house
    message = EmailMessage(policy=SEVEN_BIT)
    message["From"] = named(letter.from_name, rep if setting.as_rep else house)
    message["To"] = named(letter.to_name, to)
    if rep != house and not setting.as_rep:
        message["Reply-To"] = named(letter.from_name, rep)
    message["Subject"] = one_line(letter.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '-', message_id)}@{domain_of(house)}>"
    message.set_content(_plain(letter.body))
    content = message.as_bytes()
    if len(content) > LARGEST_BYTES:
        raise TooLarge
    sender = rep if setting.as_rep or domain_of(rep) == domain_of(house) else house
    return Mail(sender, house, to, str(message["Message-ID"]), content)


def address_of(written: str) -> str:
    """An address as SMTP takes it; a domain in other letters is written in ASCII.  Raises: NotAnAddress."""
    local, _, domain = written.strip().rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        raise NotAnAddress from None
    if len(local) > 64 or len(ascii_domain) > 253 or not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(ascii_domain):  # noqa: PLR2004 - RFC 5321 4.5.3.1
        raise NotAnAddress
    return f"{local}@{ascii_domain.lower()}"


def domain_of(address: str) -> str:
    """What stands after the @."""
    return address.rpartition("@")[2]


def one_line(text: str) -> str:
    """`text` as a header may hold it: no line ends, no control signs, nothing that turns the direction of writing.

    What begins like an encoded word is broken: Python's folding decodes it on the way out, line ends in it and all.
    """
    kept = "".join(" " if unicodedata.category(sign) in BREAKS else sign for sign in text if sign not in TURNS)
    return " ".join(kept.replace("=?", "= ?").split())


def named(name: str, address: str) -> Address:
    """An address with a name before it that structures nothing."""
    local, _, domain = address.rpartition("@")
    return Address(" ".join(SPECIAL.sub(" ", one_line(name)).split())[:LONGEST_NAME].strip(), local, domain)


def _plain(body: str) -> str:
    """The text with plain line ends and no control signs but tabs."""
    lines = re.sub(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", "\n", body).split("\n")
    kept = ("".join(sign for sign in line if sign == "\t" or unicodedata.category(sign) not in BREAKS).rstrip() for line in lines)
    return "\n".join(kept).strip("\n") + "\n"
