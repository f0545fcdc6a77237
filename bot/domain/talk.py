"""What comes in and what is made of it: words, voice, files and presses as they were sent, a turn as it was heard. Knows no platform."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.domain.ids import DraftId, MessageId, RecordId, ThreadId, TurnId
from bot.domain.people import Speaker


class Lang(StrEnum):
    """The language that an answer is given in. Mixed speech counts as the language its sentence is built in."""

    ZH = "zh"
    EN = "en"


DIRECT = ThreadId("direct")
"""What a person's one conversation is called, whichever chat of theirs it is held in."""
CHATS = frozenset({"slack", "wecom", "wecom_bot"})
"""Channels whose direct chats are one conversation."""


@dataclass(frozen=True, slots=True)
class Handle:
    """A way to answer that a platform lends.

    kind: `response_code`, `req_id`, `response_url` or `trigger_id`. token: as the platform gave it. expires_at: aware, UTC.
    uses: how often it may be used.
    """

    kind: str
    token: str
    expires_at: datetime
    uses: int = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something came in, and where its answer goes: a channel, the workspace it was verified for, the person, the thread.

    channel: `slack`, `wecom` (the self-built app), `wecom_bot`, `web`, `api` or `console`. workspace: the Slack team or WeCom corp.
    sender: what the platform calls the person. thread_id: one lane; a direct chat's is `direct_thread`. place: where on the platform to
    answer (Slack `C123` or `C123:1712.3`, channel and thread; a WeCom chat id); empty for the person. group: others read along.
    """

    channel: str
    workspace: str
    sender: str
    thread_id: ThreadId
    place: str = ""
    group: bool = False
    handle: Handle | None = None

    @property
    def talk(self) -> ThreadId:
        """What memory calls this conversation: one for all of a person's direct chats, else the thread."""
        return DIRECT if self.channel in CHATS and not self.group else self.thread_id

    @property
    def direct(self) -> "Origin":
        """The same person alone, on the same channel."""
        return Origin(self.channel, self.workspace, self.sender, direct_thread(self.channel, self.workspace, self.sender))


def direct_thread(channel: str, workspace: str, sender: str) -> ThreadId:
    """The lane of a person's direct chat."""
    return ThreadId(f"{channel}:{workspace}:{sender}")


def group_thread(channel: str, workspace: str, place: str) -> ThreadId:
    """The lane of a place where several talk. place: as of an `Origin`."""
    return ThreadId(f"{channel}:{workspace}:{place}")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a person sent, word for word.

    dedupe_key: what the channel calls this message; the same key on the same channel is the same message.
    sent_at: aware, UTC.
    """

    origin: Origin
    dedupe_key: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed on a draft, by whom the channel says (and signed) it was.

    revision: the revision of the draft that the person was looking at.
    action: `save`, `discard`, `undo`, or `edit` with `fields` as the changed values.
    """

    origin: Origin
    dedupe_key: str
    draft_id: DraftId
    revision: int
    action: str
    sent_at: datetime
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """Something that was sent beside words, not fetched yet.

    kind: `voice`, `image` or `file`. size: in bytes, 0 where the platform does not say. locator: JSON text that only the channel that
    can fetch it reads. expires_at: when the platform forgets it (aware, UTC), None when it does not.
    """

    kind: str
    name: str
    mime: str
    size: int
    locator: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice message. transcript: the platform's; without `media` there was no audio, and it cannot be checked."""

    origin: Origin
    dedupe_key: str
    sent_at: datetime
    media: Media | None
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file or a picture, with what was said about it. One each: a message with three files is three of these, each with its words.

    left: how many files of the same message come after this one; the words are answered with the last. after: what the channel calls the
    message that it goes with: its own, unless it is the first of that, else the one that it replies to; "" for none. Keys of files begin
    with what their message is called.
    """

    origin: Origin
    dedupe_key: str
    sent_at: datetime
    media: Media
    text: str = ""
    left: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button of a delivered message, pressed by whom the platform signed it was.

    button: its place among the buttons of the message's outcome, from 0. fields: the values of a form, where one was filled in.
    """

    origin: Origin
    dedupe_key: str
    message_id: MessageId
    button: int
    sent_at: datetime
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A person came in: to the chat (page empty), or to a page of ours there (`home`)."""

    origin: Origin
    dedupe_key: str
    sent_at: datetime
    page: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A person wants the turn of theirs that is under way in this thread to end."""

    origin: Origin
    dedupe_key: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that the house does for a person of its own accord: a digest, an alert. It takes the road of a turn, with their rights.

    origin: where they are spoken to. dedupe_key: unique over all channels, for the place may change between two tries. intent: one of the
    `errands` of a skill. facts: what it is about, for that skill.
    """

    origin: Origin
    dedupe_key: str
    intent: str
    lang: Lang
    sent_at: datetime
    facts: tuple[tuple[str, str], ...] = ()


Arrival = Utterance | Voice | File | Press | Tap | Opened | Stopped | Errand


def words_in(arrival: Arrival) -> str:
    """The person's own words in what came in; empty where there are none."""
    match arrival:
        case Utterance() | File():
            return arrival.text
        case Voice():
            return arrival.transcript
        case Press() | Tap() | Opened() | Stopped() | Errand():
            return ""
        case other:
            assert_never(other)


@dataclass(frozen=True, slots=True)
class Topic:
    """What this thread was last about. query: the typed question that was put to the records, when one was."""

    skill: str
    intent: str
    query: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Memories:
    """What a person and Tandem last talked about: what "it", "他们" and "that deal" mean.

    topic: of this thread, None when it has none yet. about: entity -> the record last talked about, over all threads and channels.
    continues: the turn goes on with `topic` ("and last quarter?") instead of beginning a new one.
    """

    topic: Topic | None = None
    about: Mapping[str, RecordId] = field(default_factory=dict)
    continues: bool = False


NOTHING = Memories()


@dataclass(frozen=True, slots=True)
class Spoken:
    """That a turn was spoken, or comes out of a file, and where it can be looked at.

    source: what people call it ("录音 7/16 14:02", a file's name). href: the page on which it is played or read, "" where there is none.
    segments: stretches of the turn's text in order: (character from, character to, second from, second to); empty where no times are known.
    length_s: of the recording, 0 for a text.
    """

    source: str
    href: str = ""
    segments: tuple[tuple[int, int, float, float], ...] = ()
    length_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """An utterance as heard: from here on there is only text. `now` is when it is answered as of; `said_at` when it was said.

    intent: what it was taken for, "" before that was chosen. memory: what was talked about before it. spoken: where its text comes from,
    None where it was typed. facts: of an errand; empty where a person asked.
    """

    id: TurnId
    thread_id: ThreadId
    speaker: Speaker
    text: str
    lang: Lang
    said_at: datetime
    intent: str = ""
    memory: Memories = NOTHING
    spoken: Spoken | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


ASKING = re.compile(
    r"[?？]|什么|[谁哪几]|多[少久大高长远重快深]|怎[么样]|如何|为何|是否|[吗呢]|何[时地人]|有没有|能不能|可不可以|是不是"
    r"|^\W*(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|may|should|will|would|has|have)\b",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether `text` asks something, by its mark or its words: "质保多久", "How long is it". "Write to their CEO" asks nothing."""
    return ASKING.search(text) is not None


def language_of(text: str) -> Lang:
    """The language to answer `text` in.

    Chinese when at least a fifth of its words are Chinese (a Han character counts as half a word, a run of Latin letters as one):
    "这个deal的budget大概120万" is answered in Chinese, "Who is 王经理 at Acme Sensors GmbH?" in English.
    """
    han = sum("\u3400" <= char <= "\u9fff" for char in text)
    latin = len("".join(char if char.isascii() and char.isalpha() else " " for char in text).split())
    return Lang.ZH if han and han / 2 >= (han / 2 + latin) / 5 else Lang.EN


LINKED = re.compile(
    r"^(?:那|还有|再看|换成|改成|如果|只[看要]|除了|and\b|what about\b|how about\b|then\b|same for\b|also\b|only\b|just\b)|呢[?？]?$",
    re.IGNORECASE,
)
LONGEST_LINK = 12
LONGEST_FRAGMENT = 3
"""In words; a Han character is half a word."""


def links_back(text: str) -> bool:
    """Whether `text` is tied to what was said before by its words: "and last quarter?", "那华东呢"."""
    return _length(text) <= LONGEST_LINK and LINKED.search(text.strip()) is not None


def is_bare(text: str) -> bool:
    """Whether `text` links back with hardly a word of its own: "那海蓝呢", "and for Acme?"."""
    return _length(text) <= LONGEST_FRAGMENT and links_back(text)


def goes_on(text: str) -> bool:
    """Whether `text` may go on where a person was: it links back, or is a fragment, such as "last year?"."""
    return _length(text) <= LONGEST_FRAGMENT or links_back(text)


def _length(text: str) -> float:
    han = sum("\u3400" <= char <= "\u9fff" for char in text)
    return han / 2 + len("".join(char if char.isascii() and char.isalnum() else " " for char in text).split())
