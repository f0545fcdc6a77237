"""Who people are on the platforms: what they are called there, who knocked and is not known, codes that make them known.

Standard library only. Knows no platform but by name, and no way to ask one.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import UserId
from bot.domain.talk import Lang, Origin

SAME: Mapping[str, str] = {"wecom_bot": "wecom"}
"""Channels on which people have the same ids as on another: one corp, one id, whichever chat of ours it is."""
OURS = ""
"""In place of a workspace: the one that we were verified for, as whoever wrote the config meant it."""


def platform_of(channel: str) -> str:
    """What people's ids on `channel` belong to."""
    return SAME.get(channel, channel)


@dataclass(frozen=True, slots=True)
class Alias:
    """What one platform calls a user of ours. workspace: of the platform, or `OURS`."""

    platform: str
    workspace: str
    handle: str

    @property
    def key(self) -> str:
        """The handle as it is compared: WeCom gives the same one back in another case."""
        return self.handle.strip().casefold()


def alias_of(origin: Origin) -> Alias:
    """What the sender is called."""
    return Alias(platform_of(origin.channel), origin.workspace, origin.sender)


class Stranger(StrEnum):
    """Why somebody is not known. Only who is `unknown` can become known."""

    UNKNOWN = "unknown"
    GUEST = "guest"
    BOT = "bot"
    OUTSIDER = "outsider"


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody who is not known and wrote to us. channel: by which they came last. times: how many messages they sent.

    name: as the platform tells it, empty where it does not. No word of what they wrote is here.
    """

    alias: Alias
    channel: str
    name: str
    kind: Stranger
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A code told to one stranger in their direct chat, by its salted digest alone.

    origin: that chat. name: as the platform tells it. lang: in which they were told.
    """

    id: str
    origin: Origin
    name: str
    lang: Lang
    salt: str
    digest: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """What somebody known asks for by a code: that whoever was told it is themselves, or (`to`) somebody else of ours."""

    code: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """A handle that has become a user's."""

    alias: Alias
    user_id: UserId


LONGEST_NAME = 40
MARKUP = re.compile(r"[<>\[\]()*_`~|@#\\]+")


def plain_name(name: str) -> str:
    """A name that somebody gave themselves, fit to stand in a sentence of ours: no markup, no line ends, nothing that turns text around."""
    shown = "".join(char if char.isprintable() else " " for char in MARKUP.sub(" ", name))
    return " ".join(shown.split())[:LONGEST_NAME].strip()


WISH = re.compile(
    r"\W*(?:绑定|綁定|link|bind)\s*:?\s*(?P<code>[0-9](?:[ -]?[0-9]){5})(?:\s*(?:给|給|到|to|for)\s*(?P<to>\S.{0,119}?))?[\s。.!”’\"]*",
    re.IGNORECASE,
)


def link_in(text: str) -> Link | None:
    """The wish in `text` to link somebody by a code: "绑定 123456", "link 123456 to lin@example.com"; None when it wishes none."""
    found = WISH.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    return Link(re.sub(r"[ -]", "", found["code"]), (found["to"] or "").strip())
