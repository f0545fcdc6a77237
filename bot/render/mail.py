"""Letters as EML (RFC 5322). Knows mail messages; sends none."""

import hashlib
import mimetypes
from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from bot.domain.paper import Letter

BOUNDARY_DIGITS = 24


def eml(letter: Letter, attachments: Mapping[str, bytes]) -> bytes:
    """The letter with its attachments, name -> bytes, as a mail program would save it."""
    digest = hashlib.sha256(f"{letter.subject}{letter.sent_at}{letter.text}".encode()).hexdigest()
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = letter.sender
    message["To"] = ", ".join(letter.to)
    message["Date"] = format_datetime(letter.sent_at)
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{digest[:BOUNDARY_DIGITS]}@{letter.sender.rpartition('@')[2].strip('> ')}>"
    message.set_content(letter.text)
    for name, content in attachments.items():
        kind, _, subkind = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
        message.add_attachment(content, maintype=kind, subtype=subkind, filename=name)
    if attachments:
        message.set_boundary(digest[-BOUNDARY_DIGITS:])  # else it is drawn at random, and the same letter is never the same file
    return message.as_bytes()
