"""A digest as a mail to its reader's own address: HTML and the same as text, its charts inside, nothing that loads. Knows no server."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from bot.config import Mail as Setting
from bot.domain.chart import Chart
from bot.domain.decision import Message
from bot.domain.digest import Digest, Line
from bot.domain.ids import UserId
from bot.domain.outcome import Answer
from bot.domain.people import User
from bot.domain.talk import Lang
from bot.mail.written import LONGEST_SUBJECT, SEVEN_BIT, Mail, NotAnAddress, TooLarge, address_of, domain_of, named, one_line
from bot.ports import Words

LARGEST_BYTES = 2 << 20
"""Of a whole mail with its charts."""
WIDTH = 640
OWN = "mail:own:"
"""How the thread of a mailbox of our own people begins."""
LOOK = {
    "body": "margin:0;padding:16px;background:#faf9f6;color:#24292b;font:16px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif",
    "page": f"max-width:{WIDTH}px;margin:0 auto", "h1": "font-size:20px;margin:0 0 16px", "h2": "font-size:16px;margin:20px 0 6px",
    "li": "margin:0 0 10px", "why": "color:#5c6568;font-size:13px", "foot": "color:#5c6568;font-size:13px;margin-top:24px",
}  # fmt: skip
"""Mail programs take styles on the element alone."""


@dataclass(frozen=True)
class DigestMail:
    """Makes mails of digests. reader: whose address it is. picture: a chart as PNG. url: of our pages, "" where nobody reaches them."""

    reader: Callable[[UserId], Awaitable[User | None]]
    picture: Callable[[Chart, Lang], Awaitable[bytes]]
    words: Words
    setting: Setting
    url: str = ""

    async def mail(self, message: Message, at: datetime) -> Mail | None:
        """The mail, of one line where there was nothing to tell; None for what is not for one of our own.

        Raises: NotAnAddress, TooLarge; Upstream where a chart cannot be drawn in time.
        """
        answer = message.outcome
        if not isinstance(answer, Answer) or not message.origin.thread_id.startswith(OWN):
            return None
        user = await self.reader(UserId(message.origin.sender))
        if user is None:
            raise NotAnAddress
        digest = answer.digest
        if digest is None:
            mail = self._headed(message, user, answer.text.partition("\n")[0], at)
            mail.set_content(answer.text + "\n")
            return self._ready(mail, user)
        charts = {place: one.chart for place, one in enumerate(digest.sections) if one.chart}
        pictures = {place: await self.picture(chart, message.lang) for place, chart in charts.items()}
        return self._mail(message, digest, user, pictures, at)

    def _mail(self, message: Message, digest: Digest, user: User, pictures: Mapping[int, bytes], at: datetime) -> Mail:
        mail, domain = self._headed(message, user, digest.title, at), domain_of(address_of(self.setting.from_))
        mail.set_content(self._text(message, digest))
        mail.add_alternative(self._html(message, digest, pictures, domain), subtype="html")
        for place, picture in pictures.items():
            if page := mail.get_body(("related", "html")):
                page.add_related(picture, "image", "png", cid=f"<{_cid(message, place, domain)}>", disposition="inline")
        return self._ready(mail, user)

    def _headed(self, message: Message, user: User, subject: str, at: datetime) -> EmailMessage:
        house = address_of(self.setting.from_)
        mail = EmailMessage(policy=SEVEN_BIT)
        mail["From"] = named("Tandem", house)
        mail["To"] = named(user.name, address_of(user.email))
        mail["Subject"] = one_line(subject)[:LONGEST_SUBJECT]
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = f"<{_plain_id(message.id)}@{domain_of(house)}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
        return mail

    def _ready(self, mail: EmailMessage, user: User) -> Mail:
        house, content = address_of(self.setting.from_), mail.as_bytes()
        if len(content) > LARGEST_BYTES:
            raise TooLarge
        return Mail(house, house, address_of(user.email), str(mail["Message-ID"]), content)

    def _text(self, message: Message, digest: Digest) -> str:
        lines = [digest.title]
        for section in digest.sections:
            lines += ["", section.title, *(f"- {one.words}\n  ({one.why})" for one in section.lines)]
        return "\n".join([*lines, "", *self._foot(message, digest)]) + "\n"

    def _html(self, message: Message, digest: Digest, pictures: Mapping[int, bytes], domain: str) -> str:
        parts = [f'<h1 style="{LOOK["h1"]}">{escape(digest.title)}</h1>']
        for place, section in enumerate(digest.sections):
            parts.append(f'<h2 style="{LOOK["h2"]}">{escape(section.title)}</h2>')
            parts.append(f"<ul>{''.join(_item(one) for one in section.lines)}</ul>")
            if place in pictures and section.chart:
                alt, source = escape(section.chart.title, quote=True), _cid(message, place, domain)
                parts.append(f'<img src="cid:{source}" alt="{alt}" width="{WIDTH}" style="max-width:100%;height:auto">')
        foot = "".join(f'<p style="{LOOK["foot"]}">{escape(one)}</p>' for one in self._foot(message, digest))
        lang = "zh-CN" if message.lang is Lang.ZH else "en"
        return (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(digest.title)}</title></head>'
            f'<body style="{LOOK["body"]}"><div style="{LOOK["page"]}">{"".join(parts)}{foot}</div></body></html>'
        )

    def _foot(self, message: Message, digest: Digest) -> Iterator[str]:
        """Where it stands whole, and how to get no more of them."""
        if self.url and message.turn_id:
            yield self.words.say("mail_digest_page", message.lang, url=f"{self.url}/digests/{message.turn_id}")
        yield self.words.say(f"mail_digest_stop_{digest.kind}", message.lang)


def _item(line: Line) -> str:
    return f'<li style="{LOOK["li"]}">{escape(line.words)}<br><span style="{LOOK["why"]}">{escape(line.why)}</span></li>'


def _cid(message: Message, place: int, domain: str) -> str:
    return f"{_plain_id(message.id)}-{place}@{domain}"


def _plain_id(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", text)
