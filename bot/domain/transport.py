"""What a transport can show and do, and whom a platform says that somebody is. Knows no vendor."""

from dataclasses import dataclass

from bot.domain.talk import Lang


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one transport can show and do.

    stream: an answer may grow before people's eyes. edit: a message may be changed once it is there. thread: answers hang on what they
    answer. files_in, files_out, audio, images: it carries these (audio: people's voices, inwards). speaks_first: to whoever has not
    written. rows, buttons: how many a card has, 0 where there are no cards; button_chars, title_chars: how long their texts are.
    text_bytes (of UTF-8), text_chars: of one message, None unbounded. links_on_buttons: a button may open a page.
    dialect: which Markdown it reads, empty for none; see `bot.channels.form.dialects`. card_chars, quote_chars, key_chars, row_chars: of a
    card's text, of all its quotes together, of a row's name and of its value, None unbounded. thumbs: an answer carries up and down.
    hears: somebody can answer there.
    """

    name: str
    stream: bool
    edit: bool
    thread: bool
    files_in: bool
    files_out: bool
    audio: bool
    images: bool
    speaks_first: bool
    markdown: bool
    tables: bool
    rows: int
    buttons: int
    button_chars: int
    title_chars: int
    text_bytes: int | None
    text_chars: int | None
    links_on_buttons: bool
    dialect: str = ""
    card_chars: int | None = None
    quote_chars: int | None = None
    key_chars: int | None = None
    row_chars: int | None = None
    thumbs: bool = False
    hears: bool = True


@dataclass(frozen=True, slots=True)
class Profile:
    """Whom a platform says that somebody is.

    handle: what it calls them. email: empty unless the platform verified it. workspace_member: of the workspace we were let into, and no
    stranger who shares a channel with it. lang: the language of their screen, where the platform tells.
    """

    handle: str
    name: str
    email: str = ""
    workspace_member: bool = False
    guest: bool = False
    bot: bool = False
    lang: Lang | None = None
