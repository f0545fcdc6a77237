"""What WeCom's callbacks say, as arrivals. Knows the fields of its messages and events; keeps nothing and answers nobody.

Source: developer.work.weixin.qq.com/document/path/90239 (messages), 90240 (events), read 2026-11.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.channels.wecom.crypto import Malformed
from bot.domain.ids import MessageId
from bot.domain.talk import Arrival, File, Handle, Media, Opened, Origin, Tap, Utterance, Voice, direct_thread

NAME = "wecom"
CALLBACK = "/wecom/callback"
MEDIA_LIVES = timedelta(days=3)
CARD_LIVES = timedelta(hours=72)
BUTTON = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,3})")
"""What a button of ours carries: the message's id and the place of the button."""
SENT_ALONG = {
    "voice": ("voice", "voice.amr", "audio/amr"),
    "image": ("image", "image.jpg", "image/jpeg"), "video": ("file", "video.mp4", "video/mp4"),
    "shortvideo": ("file", "video.mp4", "video/mp4"), "file": ("file", "file", "application/octet-stream"),
}  # fmt: skip
"""Type of a message -> kind of media, name and type of the file."""
LONGEST_KEY = 200
LONGEST_TEXT = 4096
"""WeCom cuts texts at 2,048 bytes."""
LATEST = 253402300799
"""Seconds since 1970 that a date can hold."""

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Somebody sent something that we cannot read yet, and is told so. what: what it is, where that can be told."""

    origin: Origin
    dedupe_key: str
    kind: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nobody said anything: an event of WeCom's own that needs no answer."""

    kind: str


def heard(fields: Fields, corp_id: str) -> Arrival | Unreadable | Nothing:
    """What a callback says.  Raises: Malformed."""
    kind = fields.get("MsgType", "").casefold()
    sender = fields.get("FromUserName", "").casefold()  # ids come in either case, and mean the same person
    if not kind or not sender:
        raise Malformed("anonymous")
    origin = Origin(NAME, corp_id, sender, direct_thread(NAME, corp_id, sender))
    sent_at = _time(fields.get("CreateTime", ""))
    return _event(origin, fields, sent_at) if kind == "event" else _message(kind, origin, fields, sent_at)


def _message(kind: str, origin: Origin, fields: Fields, sent_at: datetime) -> Arrival | Unreadable:
    key = _key(fields.get("MsgId") or _event_key(fields))
    if kind == "text" and fields.get("Content", "").strip():
        return Utterance(origin, key, fields["Content"][:LONGEST_TEXT], sent_at)
    if kind not in SENT_ALONG or not fields.get("MediaId"):
        return Unreadable(origin, key, kind, _shown(kind, fields)[:LONGEST_KEY])
    sort, name, mime = SENT_ALONG[kind]
    locator = json.dumps({"media_id": fields["MediaId"]})
    media = Media(sort, (fields.get("FileName") or name)[:LONGEST_KEY], mime, 0, locator, sent_at + MEDIA_LIVES)
    if kind == "voice":
        return Voice(origin, key, sent_at, media, fields.get("Recognition", ""))
    return File(origin, key, sent_at, media)


def _shown(kind: str, fields: Fields) -> str:
    """What a person sees of a place or a link."""
    match kind:
        case "location":
            return fields.get("Label", "").strip() or _point(fields)
        case "link":
            return fields.get("Title", "").strip() or fields.get("Url", "").strip()
        case _:
            return ""


def _event(origin: Origin, fields: Fields, sent_at: datetime) -> Arrival | Unreadable | Nothing:
    event, key = fields.get("Event", "").casefold(), _key(_event_key(fields))
    match event:
        case "enter_agent":
            return Opened(origin, key, sent_at)
        case "click" if said := fields.get("EventKey", "").strip():
            return Utterance(origin, key, said, sent_at)  # what an item of the menu says is its key
        case "template_card_event" | "template_card_menu_event":
            return _tap(origin, key, fields, sent_at)
        case _:
            return Nothing(event)


def _tap(origin: Origin, key: str, fields: Fields, sent_at: datetime) -> Tap | Unreadable:
    found = BUTTON.fullmatch(fields.get("EventKey", ""))
    if found is None:
        return Unreadable(origin, key, "template_card_event")  # a card that is none of ours
    code = fields.get("ResponseCode", "")
    lent = Handle("response_code", code, sent_at + CARD_LIVES) if code else None
    return Tap(replace(origin, handle=lent), key, MessageId(found.group(1)), int(found.group(2)), sent_at)


def _event_key(fields: Fields) -> str:
    """What makes an event the same: it has no id of its own."""
    return "+".join(fields.get(name, "") for name in ("FromUserName", "CreateTime", "Event", "EventKey", "TaskId"))


def _key(key: str) -> str:
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode(errors="replace")).hexdigest()


def _point(fields: Fields) -> str:
    return ", ".join(filter(None, (fields.get("Location_X", ""), fields.get("Location_Y", ""))))


def _time(told: str) -> datetime:
    if not (told.isascii() and told.isdigit() and int(told[:20]) <= LATEST):
        raise Malformed("time")
    return datetime.fromtimestamp(int(told), UTC)
