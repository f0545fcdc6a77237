"""Documents before they have a format: headings, paragraphs, tables, letters. Knows no file and no writer of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.talk import Lang


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest below the title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, without markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; `ordered` ones are numbered from 1."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""


Block = Heading | Paragraph | Bullets | Grid | PageBreak


@dataclass(frozen=True, slots=True)
class Front:
    """What a document says of itself. Formats that can carry it (Markdown, HTML) write it at their head.

    audience: who may see it, empty for everyone. valid_until: last day it holds. supersedes: title or file name of what it replaces.
    """

    audience: str = ""
    valid_until: date | None = None
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of running text and tables."""

    title: str
    lang: Lang
    blocks: tuple[Block, ...]
    front: Front = field(default_factory=Front)


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail. attachments: file name -> what is in it."""

    sender: str
    to: tuple[str, ...]
    sent_at: datetime
    subject: str
    text: str
    attachments: Mapping[str, Paper] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filing:
    """A document with the name that its file gets; the suffix of the name is its format."""

    name: str
    content: Paper | Letter
