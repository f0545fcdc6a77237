"""Letters (EML): who wrote to whom and when, what they wrote, and what they sent along. Opens no link, shows no picture."""

import email
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import chain
from pathlib import PurePosixPath

from bot.errors import Refused
from knowledge.reading import html
from knowledge.reading.formats import File, Opened
from knowledge.reading.text import decoded
from knowledge.splitting import Block

DEEPEST = 3
"""Letters in letters that are still opened."""
MOST_PARTS = 100
LONGEST_NAME = 120
LOGO_BYTES = 20_000
"""A picture that stands in the text and is smaller is decoration."""
SHOWN = ("From", "To", "Cc", "Date", "Subject")


def read(file: File) -> Opened:
    """One block for head and text; files that came along are parts.  Raises: Refused."""
    if file.depth > DEEPEST:
        raise Refused("nested")
    message = email.message_from_bytes(file.data, _class=EmailMessage, policy=policy.default)
    if not any(message[name] for name in ("From", "Subject", "Date", "Message-ID")):
        raise Refused("broken")
    subject = _header(message, "Subject")
    sent = _sent(message)
    parts = list(_leaves(message))
    if len(parts) > MOST_PARTS:
        raise Refused("nested")
    place = f"sent {sent:%Y-%m-%d}" if sent else ""
    head = "\n".join(f"{name}: {value}" for name in SHOWN if (value := _header(message, name)))
    body, attached = _told(parts)
    return Opened(
        chain([Block(head, place=place)], _body(body, place)), subject, parts=_named(attached, file)
    )


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; one that breaks the library's rules is given as it stands."""
    try:
        return " ".join(str(message[name] or "").split())
    except (ValueError, LookupError, AttributeError, TypeError):
        raw = dict(message.raw_items()).get(name, "")
        return " ".join(str(raw).split())


def _sent(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError):
        return None


def _leaves(message: EmailMessage, depth: int = 0) -> Iterator[EmailMessage]:
    """What the letter is made of, in order; a letter in it is one thing."""
    if not message.is_multipart() or message.get_content_type() == "message/rfc822":
        yield message
    elif depth > MOST_PARTS:
        raise Refused("nested")
    else:
        for part in message.get_payload():
            if isinstance(part, EmailMessage):
                yield from _leaves(part, depth + 1)


def _told(parts: list[EmailMessage]) -> tuple[list[EmailMessage], list[EmailMessage]]:
    """What is the letter's own text, and what came with it. Of two versions of the text, the plain one."""
    written = [part for part in parts if part.get_content_maintype() == "text" and not _is_attached(part)]
    plain = [part for part in written if part.get_content_type() == "text/plain" and _bytes(part).strip()]
    return plain or written, [part for part in parts if part not in written and not _is_decoration(part)]


def _is_attached(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _is_decoration(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "image" and bool(part["Content-ID"]) and len(_bytes(part)) < LOGO_BYTES


def _body(parts: list[EmailMessage], place: str) -> Iterator[Block]:
    for part in parts:
        data = _bytes(part)
        charset = part.get_content_charset() or "utf-8"
        try:
            text = data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            text = decoded(data)
        if part.get_content_type() == "text/html":
            for block in html.read(File("", text.encode())).blocks:
                yield Block(block.text, block.headings, place=place, is_table=block.is_table)
        else:
            yield Block(text.replace("\r\n", "\n"), place=place)


def _bytes(part: EmailMessage) -> bytes:
    if part.is_multipart():
        return b"".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, EmailMessage))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _named(parts: list[EmailMessage], letter: File) -> Iterator[File]:
    """Each with a name of its own that no path can be made of."""
    seen: Counter[str] = Counter()
    for part in parts:
        name = _name(part)
        seen[name] += 1
        if seen[name] > 1:
            path = PurePosixPath(name)
            name = f"{path.stem} ({seen[name]}){path.suffix}"
        yield File(name, _bytes(part), letter.password, letter.depth + 1)


def _name(part: EmailMessage) -> str:
    if part.get_content_type() == "message/rfc822":
        inner = next((one for one in part.get_payload() if isinstance(one, EmailMessage)), part)
        said = f"{_header(inner, 'Subject') or 'letter'}.eml"
    else:
        said = part.get_filename() or f"part.{part.get_content_subtype()}"
    plain = "".join(char if char.isprintable() and char not in "/\\" else "_" for char in said).strip()
    return plain[-LONGEST_NAME:] or "part"
