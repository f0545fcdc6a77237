"""What the AI bot's callbacks say, as arrivals. Knows the fields of its messages and events; keeps nothing and answers nobody.

Source: developer.work.weixin.qq.com/document/path/100719 (messages), 101027 (events), 101463 (the long connection), read 2026-11.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels.wecom.inbound import BUTTON, Nothing, Unreadable
from bot.domain.ids import MessageId
from bot.domain.talk import Arrival, File, Handle, Media, Opened, Origin, Tap, Utterance, Voice, direct_thread, group_thread

NAME = "wecom_bot"
REPLY_LIVES, AT_ONCE, MEDIA_LIVES = timedelta(minutes=10), timedelta(seconds=5), timedelta(minutes=5)
MESSAGE, ENTERED, PRESSED = "message", "entered", "pressed"
"""What a request may be answered with: a reply, a welcome, an update of the card."""
LONGEST_TEXT, LONGEST_QUOTE, LONGEST_KEY = 20_000, 2_000, 200
MOST_PICTURES = 10
CALLED = re.compile(r"^\s*@\S+\s*|(?<!\S)@\S+\s*$")
"""How a message in a group calls the bot: @ and its name, before or after what is said."""
JUDGED = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,3}):(\d{1,3})")
"""What an answer is judged under: the message's id, and the places of the buttons up and down."""
THUMBS = {1: 2, 2: 3}
"""Type of a verdict -> where in `JUDGED` its button stands; 3 takes one back, which asks nothing of us."""

Json = dict[str, Any]
Heard = Arrival | Unreadable | Nothing


@dataclass(frozen=True, slots=True)
class Lent:
    """A request that may be answered. kind: with what. task_id: of the card that was pressed."""

    kind: str
    req_id: str
    task_id: str = ""

    def token(self) -> str:
        """As a `Handle` carries it."""
        return json.dumps([self.kind, self.req_id, self.task_id])


def read_token(token: str) -> Lent:
    """What `Lent.token` wrote."""
    return Lent(*json.loads(token))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a callback comes. corp: the workspace that the bot belongs to.

    named: what an answer that was begun under another name is judged under. is_ours: whether a quoted text is one of our own answers.
    """

    corp: str
    now: datetime
    named: Callable[[str], str] = str
    is_ours: Callable[[str], bool] = bool


def heard(frame: Json, known: Known) -> list[Heard]:
    """What a callback says; several for a message with several files."""
    now = known.now
    body, req_id = _part(frame, "body"), str(_part(frame, "headers").get("req_id", ""))
    origin = _origin(body, known.corp)
    key = str(body.get("msgid") or req_id)[:LONGEST_KEY]
    if not origin.sender or not key:
        return [Nothing("anonymous")]
    sent_at = _time(body.get("create_time"), now)
    if body.get("msgtype") == "event":
        return [_event(_part(body, "event"), origin, _Told(key, sent_at, req_id, now, known.named))]
    origin = replace(origin, handle=Handle("req_id", Lent(MESSAGE, req_id).token(), now + REPLY_LIVES, uses=100))
    return list(_message(body, origin, _Told(key, sent_at, req_id, now, known.named), known.is_ours))


@dataclass(frozen=True, slots=True)
class _Told:
    """What every event has."""

    key: str
    sent_at: datetime
    req_id: str
    now: datetime
    named: Callable[[str], str]

    def lent(self, kind: str, task_id: str = "") -> Handle:
        return Handle("req_id", Lent(kind, self.req_id, task_id).token(), self.now + AT_ONCE)


def _origin(body: Json, corp: str) -> Origin:
    told = _part(body, "from")
    said, workspace = str(told.get("userid") or ""), str(told.get("corpid") or corp)
    sender = said.casefold()  # ids come in either case, and mean the same person
    chat = str(body.get("chatid") or "")
    if body.get("chattype") == "group" and chat:
        return Origin(NAME, workspace, sender, group_thread(NAME, workspace, chat), chat, group=True)
    return Origin(NAME, workspace, sender, direct_thread(NAME, workspace, sender), "" if said == sender else said)


def _message(body: Json, origin: Origin, told: _Told, is_ours: Callable[[str], bool]) -> Iterator[Heard]:
    kind, quote = str(body.get("msgtype") or ""), _part(body, "quote")
    key, sent_at = told.key, told.sent_at
    media = [*_media(quote, str(quote.get("msgtype") or ""), told.now), *_media(body, kind, told.now)]  # a file that answers another
    words = _words(body, kind)
    if origin.group:
        words = CALLED.sub("", words, count=1)
    words = "\n".join(filter(None, (words.strip(), _quoted(quote, is_ours))))[:LONGEST_TEXT]
    if kind == "voice" and words:
        yield Voice(origin, key, sent_at, None, words)
    elif media:
        for place, one in enumerate(media):
            left, after = len(media) - 1 - place, key if place else ""
            yield File(origin, f"{key}:{place}" if place else key, sent_at, one, words, left, after)
    elif words:
        yield Utterance(origin, key, words, sent_at)
    elif kind == "text":
        yield Opened(origin, key, sent_at)  # called by name, and nothing asked
    else:
        yield Unreadable(origin, key, kind)


def _words(body: Json, kind: str) -> str:
    match kind:
        case "text" | "voice":
            return str(_part(body, kind).get("content") or "")
        case "mixed":
            return "\n".join(str(_part(item, "text").get("content") or "") for item in _items(body) if item.get("msgtype") == "text")
        case _:
            return ""


def _media(body: Json, kind: str, now: datetime) -> Iterator[Media]:
    match kind:
        case "image" | "file" | "video":
            found = [(kind, _part(body, kind))]
        case "mixed":
            found = [("image", _part(item, "image")) for item in _items(body) if item.get("msgtype") == "image"][:MOST_PICTURES]
        case _:
            found = []
    for sort, told in found:
        if told.get("url"):
            locator = json.dumps({"url": str(told["url"]), "aeskey": str(told.get("aeskey") or "")})
            name = str(told.get("filename") or told.get("name") or {"image": "image.jpg", "video": "video.mp4"}.get(sort, ""))
            mime = {"image": "image/jpeg", "video": "video/mp4"}.get(sort, "application/octet-stream")
            yield Media("image" if sort == "image" else "file", name[:LONGEST_KEY], mime, 0, locator, now + MEDIA_LIVES)


def _quoted(quote: Json, is_ours: Callable[[str], bool]) -> str:
    """The words that a message quotes, line by line behind a mark.

    Our own answer is not said back to us: "为什么" about it stands for itself, since it is what was talked about.
    """
    said = _words(quote, str(quote.get("msgtype") or "")).strip()[:LONGEST_QUOTE]
    return "" if is_ours(said) else "\n".join(f"> {line}" for line in said.splitlines())


def _event(event: Json, origin: Origin, told: _Told) -> Heard:
    kind = str(event.get("eventtype") or "")
    match kind:
        case "enter_chat":
            return Opened(replace(origin, handle=told.lent(ENTERED)), told.key, told.sent_at)
        case "template_card_event":
            return _tap(_part(event, kind) or event, origin, told)
        case "feedback_event":
            return _verdict(_part(event, kind) or event, origin, told)
        case _:
            return Nothing(kind)


def _tap(card: Json, origin: Origin, told: _Told) -> Tap | Unreadable:
    found = BUTTON.fullmatch(str(card.get("event_key") or ""))
    if found is None:
        return Unreadable(origin, told.key, "template_card_event")  # a card that is none of ours
    origin = replace(origin, handle=told.lent(PRESSED, str(card.get("task_id") or "")))
    return Tap(origin, told.key, MessageId(found.group(1)), int(found.group(2)), told.sent_at)


def _verdict(verdict: Json, origin: Origin, told: _Told) -> Tap | Nothing:
    found, kind = JUDGED.fullmatch(told.named(str(verdict.get("id") or ""))), verdict.get("type")
    thumb = THUMBS.get(kind) if isinstance(kind, int) else None
    if found is None or thumb is None:
        return Nothing("feedback_event")
    reason = str(verdict.get("content") or "")[:LONGEST_QUOTE]
    fields = (("reason", reason),) if reason else ()
    return Tap(origin, told.key, MessageId(found.group(1)), int(found.group(thumb)), told.sent_at, fields)


def _items(body: Json) -> list[Json]:
    items = _part(body, "mixed").get("msg_item")
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _part(of: Json, name: str) -> Json:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _time(told: object, now: datetime) -> datetime:
    """When it was sent; a time that is none, or hours away, is now."""
    if isinstance(told, int) and abs(told - int(now.timestamp())) < timedelta(days=2).total_seconds():
        return datetime.fromtimestamp(told, UTC)
    return now
