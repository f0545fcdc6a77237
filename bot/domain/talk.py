"""What is said: an utterance as it was sent, a turn as it was heard, a press on a button."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import DraftId, RecordId, ThreadId, TurnId
from bot.domain.people import Speaker


class Lang(StrEnum):
    """The language that an answer is given in. Mixed speech counts as the language its sentence is built in."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something came in, and where its answer goes: a channel, the workspace it was verified for, the person, the thread."""

    channel: str
    workspace: str
    sender: str
    thread_id: ThreadId


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


Arrival = Utterance | Press


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
class Turn:
    """An utterance as heard: from here on there is only text. `now` is when it is answered as of; `said_at` when it was said.

    intent: what it was taken for, "" before that was chosen. memory: what was talked about before it.
    """

    id: TurnId
    thread_id: ThreadId
    speaker: Speaker
    text: str
    lang: Lang
    said_at: datetime
    intent: str = ""
    memory: Memories = NOTHING


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
