"""What a transport sends, part by part, within its limits. Knows no vendor: an adapter writes each as its platform wants it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Style(StrEnum):
    """How a button stands out: the one thing to do, something that puts away, or neither."""

    MAIN = "main"
    AWAY = "away"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class WireButton:
    """A button. id: `<message id>:<place among offered>`, all that a press carries back. label: plain words.

    action: what it does (`save`, `edit`, `say`, `why`, …), for platforms that open a form at once; it is never sent with the button.
    """

    id: str
    label: str
    style: Style = Style.PLAIN
    action: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A message of text, in the transport's own dialect of Markdown. plain: there is no markup in it, so it may go as plain text.

    forward: the text is the person's to send on: its own message, word for word, with nothing else in it.
    """

    markdown: str
    plain: bool = False
    forward: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A message with rows and buttons.

    text is in the transport's dialect (plain words where cards have none); title, rows, quotes, labels and `settled` are plain words, which
    an adapter shows as such. rows: name and value. quotes: grounds, a line each. thumbs: up and down, where the platform shows such.
    settled: what was pressed, by whom and when, on a card that is done with; then it has no buttons.
    """

    title: str
    text: str
    rows: tuple[tuple[str, str], ...] = ()
    buttons: tuple[WireButton, ...] = ()
    quotes: tuple[str, ...] = ()
    thumbs: tuple[WireButton, ...] = ()
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image. alt: what it shows, in plain words."""

    png: bytes
    name: str
    alt: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file."""

    content: bytes
    name: str


Part: TypeAlias = Words | Card | Picture | Attachment
