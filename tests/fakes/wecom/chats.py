"""What the bot may say where, and what people then see: replies while a request lives, welcomes and updates within five seconds, pushes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.ports import Clock
from tests.fakes.wecom.cards import wrong_with
from tests.fakes.wecom.corp import Json, Pace
from tests.fakes.wecom.lockers import KINDS, Lockers, No

GROUP, MESSAGE = "group", "message"
CONTENT_BYTES = 20_480
PICTURES = 10
FEEDBACK_BYTES = 256
AT_ONCE, IDLE, IN_ALL = timedelta(seconds=5), timedelta(minutes=6), timedelta(minutes=10)
INVALID_REQ, TOO_OFTEN, OVER, NO_CHAT, BAD_KIND, TOO_LONG = 846605, 846607, 846608, 93006, 40008, 45002


@dataclass(slots=True)
class Shown:
    """One message of the bot in a chat. snapshots: every state of a stream, the last is what stands there. by: reply, welcome or push."""

    chat: str
    group: bool
    by: str
    kind: str
    at: datetime
    snapshots: list[str] = field(default_factory=list)
    finished: bool = True
    stream_id: str = ""
    feedback_id: str = ""
    card: Json | None = None
    updates: list[Json] = field(default_factory=list)
    pictures: int = 0
    media_id: str = ""

    @property
    def text(self) -> str:
        """What stands there now."""
        return self.snapshots[-1] if self.snapshots else ""


@dataclass(slots=True)
class Call:
    """One callback, and what was answered to it. touched_at: when its stream last changed."""

    req_id: str
    msgid: str
    kind: str
    who: str
    chat: str
    group: bool
    told: Json
    at: datetime
    card: Shown | None = None
    streams: dict[str, Shown] = field(default_factory=dict)
    has_card: bool = False
    answered: bool = False
    touched_at: datetime | None = None


@dataclass
class Chats:
    """All chats of one bot. wrote: the people and groups that wrote to it."""

    clock: Clock
    lockers: Lockers
    shown: list[Shown] = field(default_factory=list)
    calls: dict[str, Call] = field(default_factory=dict)
    wrote: set[str] = field(default_factory=set)
    pace: Pace = field(default_factory=Pace)
    task_ids: set[str] = field(default_factory=set)

    def respond(self, req_id: str, body: Json) -> Json:
        """`aibot_respond_msg`: a stream, a card, both, or a file, for a message."""
        call = self._living(req_id, MESSAGE, IN_ALL)
        kind = body.get("msgtype")
        if kind in KINDS:
            return self._appear(self._reply(call, str(kind), media_id=self._media(body, str(kind))))
        if kind not in {"stream", "template_card", "stream_with_template_card"}:
            raise No(BAD_KIND, "invalid message type")
        card = self._card(body.get("template_card"), call) if "template_card" in body or kind == "template_card" else None
        if kind == "template_card":
            feedback = str(((card or {}).get("feedback") or {}).get("id", ""))
            return self._appear(replace(self._reply(call, kind, card=card), feedback_id=feedback))
        self._stream(call, body.get("stream"), card)
        return {}

    def welcome(self, req_id: str, body: Json) -> Json:
        """`aibot_respond_welcome_msg`: a text or a card, once, within five seconds of `enter_chat`."""
        call = self._living(req_id, "enter_chat", AT_ONCE)
        if call.answered or body.get("msgtype") not in {"text", "template_card"}:
            raise No(INVALID_REQ if call.answered else BAD_KIND, "invalid req_id or message type")
        call.answered = True
        if body["msgtype"] == "template_card":
            card = self._card(body.get("template_card"), call)
            return self._appear(replace(self._reply(call, "template_card", card=card), by="welcome"))
        text = _content(body["text"].get("content"))
        return self._appear(replace(self._reply(call, "text"), by="welcome", snapshots=[text]))

    def update(self, req_id: str, body: Json) -> Json:
        """`aibot_respond_update_msg`: what stands in the place of a card, once, within five seconds of the press."""
        call = self._living(req_id, "template_card_event", AT_ONCE)
        card, seen = body.get("template_card"), call.card
        if call.answered or body.get("response_type") != "update_template_card" or seen is None or seen.card is None:
            raise No(INVALID_REQ, "invalid req_id")
        code, why = wrong_with(card, set(), update=True)
        if code or not isinstance(card, dict) or card.get("task_id") != seen.card["task_id"]:
            raise No(code or 42016, why or "task_id is not the event's")
        call.answered = True
        seen.card = card
        seen.updates.append(card)
        return {}

    def send(self, body: Json) -> Json:
        """`aibot_send_msg`: Markdown, a card or a file, to people and groups that wrote before."""
        chat, kind, now = str(body.get("chatid", "")), body.get("msgtype"), self.clock.now()
        if chat not in self.wrote:
            raise No(NO_CHAT, "invalid chatid")
        group = not any(call.chat == chat and not call.group for call in self.calls.values())
        if kind in KINDS:
            return self._appear(Shown(chat, group, "push", str(kind), now, media_id=self._media(body, str(kind))))
        if kind == "template_card":
            return self._appear(Shown(chat, group, "push", kind, now, card=self._card(body.get("template_card"), None)))
        if kind != "markdown":
            raise No(BAD_KIND, "invalid message type")
        feedback = (body["markdown"].get("feedback") or {}).get("id", "")
        text = _content(body["markdown"].get("content"))
        return self._appear(Shown(chat, group, "push", kind, now, snapshots=[text], feedback_id=feedback))

    def _reply(self, call: Call, kind: str, *, card: Json | None = None, media_id: str = "") -> Shown:
        return Shown(call.chat, call.group, "reply", kind, self.clock.now(), card=card, media_id=media_id)

    def _living(self, req_id: str, kind: str, lives: timedelta) -> Call:
        call = self.calls.get(req_id)
        if call is None or call.kind != kind or self.clock.now() >= call.at + lives:
            raise No(INVALID_REQ, "invalid req_id")
        return call

    def _stream(self, call: Call, stream: object, card: Json | None) -> None:
        if not isinstance(stream, Mapping) or not stream.get("id"):
            raise No(47001, "stream.id missing")
        if self.clock.now() >= (call.touched_at or call.at) + IDLE:
            raise No(OVER, "stream message update expired (>6 minutes)")
        text, finish, pictures = _content(stream.get("content", ""), empty=True), bool(stream.get("finish")), stream.get("msg_item") or []
        if (pictures and not finish) or len(pictures) > PICTURES:
            raise No(47001, "msg_item")
        if (seen := call.streams.get(stream["id"])) is None:
            feedback = str((stream.get("feedback") or {}).get("id", ""))
            if len(feedback.encode()) > FEEDBACK_BYTES:
                raise No(47001, "feedback.id too long")
            seen = replace(self._reply(call, "stream"), stream_id=stream["id"], feedback_id=feedback)
            self._appear(seen)
            call.streams[stream["id"]] = seen
        elif seen.finished:
            raise No(OVER, "stream is finished")
        seen.snapshots.append(text)
        seen.finished, seen.pictures, seen.card = finish, len(pictures), card or seen.card
        call.touched_at = self.clock.now()

    def _card(self, card: object, call: Call | None) -> Json:
        code, why = wrong_with(card, self.task_ids)
        if code or not isinstance(card, dict):
            raise No(code, why)
        if call is not None:
            if call.has_card:
                raise No(40035, "one card a message")
            call.has_card = True
        self.task_ids.add(card.get("task_id", ""))
        return card

    def _media(self, body: Json, kind: str) -> str:
        media_id = (body.get(kind) or {}).get("media_id")
        if not self.lockers.has(media_id):
            raise No(40007, "invalid media_id")
        return str(media_id)

    def _appear(self, seen: Shown) -> Json:
        if not self.pace.allows(seen.chat, seen.at):
            raise No(TOO_OFTEN, "aibot send msg frequency limit exceeded")
        self.shown.append(seen)
        return {}


def _content(text: object, *, empty: bool = False) -> str:
    if not isinstance(text, str) or not (text or empty):
        raise No(44004, "empty content")
    if len(text.encode()) > CONTENT_BYTES:
        raise No(TOO_LONG, "content size out of limit")
    return text
