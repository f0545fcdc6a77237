"""One Slack workspace in memory: its people, places, messages, views and files, and the ids that it gives. Knows no HTTP and no method."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.ports import Clock
from tests.fakes.slack.shapes import ACTORS, Json, acting_in, texts_in

TRIGGER_LIVES_S = 3.0
STREAM_LIVES_S = 300.0
RESPONSE_URL_LIVES_S = 1800.0
RESPONSE_URL_USES = 5

# What an app like ours is given, until a manifest says otherwise.
EVENTS = frozenset({"message.im", "app_mention", "app_home_opened", "agent_session_stopped", "message.channels", "message.groups"})
SCOPES = frozenset(
    {
        *("app_mentions:read", "assistant:write", "chat:write", "commands", "files:read", "files:write", "im:write"),
        *(f"{kind}:{right}" for kind in ("channels", "groups", "im", "mpim") for right in ("history", "read")),
        *("users:read", "users:read.email"),
    }
)

TEAM, APP, BOT, BOT_ID = "T0TANDEM", "A0TANDEM", "U0BOT", "B0BOT"


class Refused(Exception):
    """A method says no, by Slack's own name for it. messages: what it adds in response_metadata; more: further keys of the answer."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: Json) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.more = more


@dataclass(frozen=True, slots=True)
class Person:
    """A member, guest, bot or stranger. team: where they are from; another than the workspace's own for strangers of Slack Connect."""

    id: str
    name: str
    email: str = ""
    confirmed: bool = True
    guest: bool = False
    bot: bool = False
    deleted: bool = False
    team: str = TEAM
    locale: str = "zh-CN"


@dataclass(slots=True)
class Stream:
    """What is being written before people's eyes."""

    since: float
    ended: str = ""


@dataclass(slots=True)
class Posted:
    """One message as it stands now. edits: what it was before, oldest first. receiver: who alone sees it, where it is ephemeral."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Json = None
    files: list[Json] = field(default_factory=list)
    edits: list["Posted"] = field(default_factory=list)
    stream: Stream | None = None
    receiver: str = ""

    @property
    def shown(self) -> str:
        """Everything that can be read in it, in order, a line each; the text alone where there are no blocks, as Slack shows it."""
        return "\n".join(texts_in(self.blocks)) if self.blocks else self.text

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons."""
        return [label for label, _, _ in pressable(self.blocks)]

    def kept(self) -> "Posted":
        """A copy of how it stands now."""
        return replace(self, edits=[], blocks=list(self.blocks))

    def told(self, *, metadata: bool) -> Json:
        """As Slack tells it."""
        told: dict[str, Json] = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": TEAM}
        if self.user == BOT:
            told |= {"bot_id": BOT_ID, "app_id": APP, "bot_profile": {"id": BOT_ID, "app_id": APP, "name": "Tandem"}}
        if self.blocks:
            told["blocks"] = self.blocks
        if self.thread_ts:
            told["thread_ts"] = self.thread_ts
        if self.files:
            told["files"] = self.files
        if self.edits:
            told["edited"] = {"user": self.user, "ts": self.ts}
        if self.metadata:
            told["metadata"] = self.metadata if metadata else {"event_type": self.metadata["event_type"]}
        return told


@dataclass(slots=True)
class Place:
    """A conversation. kind: im, channel, group (private) or mpim. shared: with another company, by Slack Connect."""

    id: str
    kind: str
    members: list[str]
    name: str = ""
    archived: bool = False
    shared: bool = False
    messages: dict[str, Posted] = field(default_factory=dict)

    def thread(self, ts: str) -> list[Posted]:
        """The message that began a thread, and what hangs on it."""
        return [each for each in self.messages.values() if ts in (each.ts, each.thread_ts)] if ts else []


@dataclass(slots=True)
class View:
    """A home or a modal as it stands now. stack: how deep it lies on its first one."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    closed: bool = False

    def told(self) -> Json:
        """As Slack tells it."""
        empty = {"private_metadata": "", "callback_id": "", "external_id": "", "state": {"values": {}}, "clear_on_close": False}
        ids = {"id": self.id, "team_id": TEAM, "hash": self.hash, "root_view_id": self.root, "app_id": APP, "bot_id": BOT_ID}
        return {**empty, **self.body, **ids}


@dataclass(slots=True)
class Trigger:
    """A leave to open one window, for three seconds."""

    user: str
    until: float
    spent: bool = False


@dataclass(slots=True)
class Reply:
    """A leave to answer beside an interaction: five times within half an hour."""

    user: str
    channel: str
    message: str
    until: float
    uses: int = RESPONSE_URL_USES


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that Slack would not have taken."""

    method: str
    error: str
    messages: tuple[str, ...] = ()


class Workspace:
    """What there is. Everything may be looked at; ids are unique in one workspace."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0
        self.people: dict[str, Person] = {BOT: Person(BOT, "Tandem", bot=True)}
        self.places: dict[str, Place] = {}
        self._direct: dict[str, str] = {}
        self.messages: list[Posted] = []  # what the app posted, in order; edits change these
        self.ephemeral: list[Posted] = []
        self.homes: dict[str, View] = {}
        self.modals: dict[str, View] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.sessions: dict[tuple[str, str], Json] = {}
        self.files: dict[str, Json] = {}
        self.contents: dict[str, bytes] = {}
        self.triggers: dict[str, Trigger] = {}
        self.replies: dict[str, Reply] = {}
        self.scopes = set(SCOPES)
        self.subscribed = set(EVENTS)
        self.home_tab = self.messages_tab = True
        self.errors: list[Refusal] = []
        self.warnings: list[str] = []

    def now(self) -> float:
        """Seconds since 1970, by the clock that was handed in."""
        return self._clock.now().timestamp()

    def need(self, scope: str) -> None:
        """Raises: Refused when the app was not given this scope."""
        if scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def place(self, name: str, *, member: bool = False) -> Place:
        """A conversation by its id; a person's id is their direct chat.  Raises: Refused."""
        if name in self.people and name != BOT and not self.people[name].bot:
            return self.direct(name)
        place = self.places.get(name)
        if place is None or (place.kind != "channel" and BOT not in place.members):
            raise Refused("channel_not_found")
        if member and place.archived:
            raise Refused("is_archived")
        if member and BOT not in place.members:
            raise Refused("not_in_channel")
        if member and place.kind == "im" and not self.messages_tab:
            raise Refused("messages_tab_disabled")
        return place

    def id(self, kind: str) -> str:
        """A new id, as `F0000012`."""
        self._count += 1
        return f"{kind}{self._count:07d}"

    def ts(self) -> str:
        """A new message's time, which no other has."""
        self._count += 1
        return f"{int(self.now())}.{self._count % 1_000_000:06d}"

    def joins(self, person: Person) -> Person:
        """Somebody comes in, or changes."""
        self.people[person.id] = person
        return person

    def opens(self, place: Place) -> Place:
        """A channel or group comes to be."""
        self.places[place.id] = place
        return place

    def direct(self, user: str) -> Place:
        """The direct chat of somebody with the app, opened if there was none."""
        known = self._direct.get(user)
        if known is None:
            known = self._direct[user] = self.opens(Place(self.id("D"), "im", [user, BOT])).id
        return self.places[known]

    def post(self, message: Posted) -> Posted:
        """Let it stand in its place."""
        self.places[message.channel].messages[message.ts] = message
        if message.user == BOT:
            self.messages.append(message)
            self.statuses.pop((message.channel, message.thread_ts), None)
        return message

    def named(self, blocks: list[Json]) -> list[Json]:
        """The blocks as Slack keeps them: those without a block_id, and their elements without an action_id, are given one."""
        return [self._named(block) for block in blocks]

    def _named(self, block: Json) -> Json:
        kept = {"block_id": self.id("b"), **block}
        for key in ("accessory", "element"):
            if key in kept and kept[key].get("type") in ACTORS:
                kept[key] = {"action_id": self.id("a"), **kept[key]}
        if "elements" in kept and kept["type"] in ("actions", "context_actions"):
            kept["elements"] = [{"action_id": self.id("a"), **element} for element in kept["elements"]]
        return kept

    def trigger(self, user: str) -> str:
        """A new leave to open a window."""
        name = f"{self.id('')}.{secrets.randbelow(10**9)}.{secrets.token_hex(8)}"
        self.triggers[name] = Trigger(user, self.now() + TRIGGER_LIVES_S)
        return name

    def spend_trigger(self, name: str) -> str:
        """Whose window may be opened.  Raises: Refused."""
        trigger = self.triggers.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.spent:
            raise Refused("exchanged_trigger_id")
        if self.now() > trigger.until:
            raise Refused("expired_trigger_id")
        trigger.spent = True
        return trigger.user

    def reply(self, user: str, channel: str, message: str = "") -> str:
        """A new leave to answer beside an interaction; the last part of its address."""
        name = secrets.token_hex(12)
        self.replies[name] = Reply(user, channel, message, self.now() + RESPONSE_URL_LIVES_S)
        return name

    def share(self, name: str, content: bytes, mimetype: str, **more: Json) -> Json:
        """A file that somebody put up; its address is the server's to add."""
        file = self.id("F")
        self.contents[file] = content
        kind = mimetype.partition("/")[2].partition("+")[0]
        told = {"id": file, "name": name, "title": name, "mimetype": mimetype, "filetype": kind, "size": len(content), "mode": "hosted"}
        self.files[file] = {**told, **more}
        return self.files[file]

    def streaming(self, message: Posted) -> bool:
        """Whether it still may be appended to; the server itself ends a stream after five minutes."""
        if message.stream is not None and not message.stream.ended and self.now() - message.stream.since > STREAM_LIVES_S:
            message.stream.ended = "time"
        return message.stream is not None and not message.stream.ended


def pressable(blocks: list[Json]) -> Iterator[tuple[str, Json, Json]]:
    """What can be pressed: its label, the block it is in, and the action that a press of it would tell."""
    for block in blocks:
        for element in acting_in(block):
            for half in ("positive_button", "negative_button"):
                if half in element:
                    yield element[half]["text"]["text"], block, _action(element, element[half])
            if "text" in element:
                yield element["text"]["text"], block, _action(element, element)
            for option in element.get("options", ()) if element["type"] == "overflow" else ():
                yield option["text"]["text"], block, {**_action(element, {}), "selected_option": option}


def _action(element: Json, part: Json) -> Json:
    told = {"type": element["type"], "action_id": element.get("action_id", "")}
    return told | {key: part[key] for key in ("text", "value") if key in part}
