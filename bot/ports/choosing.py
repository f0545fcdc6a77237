"""What a turn may be taken for, as the inside asks for it: capabilities, the chooser, what was talked about before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.ids import ThreadId, UserId
from bot.domain.outcome import BUILTIN, Brain
from bot.domain.talk import Lang, Memories, Turn


@dataclass(frozen=True, slots=True)
class Choice:
    """The skill and intent chosen for a turn.

    share: how likely it is the right one, 0 to 1. sure: whether it may be taken without asking back. others: the next ones, best first.
    by: what chose, and which chat model was asked in vain. prompts: those that it was asked with, name -> version.
    """

    skill: str
    intent: str
    share: float = 1.0
    sure: bool = True
    others: "tuple[Choice, ...]" = ()
    by: Brain = BUILTIN
    prompts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capability:
    """What one skill offers to one person: shown by `help`, offered to the chooser. status: `ready` or `planned`.

    examples: intent -> ways to ask for it. labels: intent -> its name, as short as a button's. topic: False when nobody goes on with it.
    reference: it looks up what the chosen skill cannot tell. acts: it proposes to write or to send, which a person confirms. amends: the
    kinds of drafts of its own that a sentence changes. dialogues: it takes what several people said, at length, as it is. papers: it
    takes the contracts that people send. errands: what the house has it do of its own accord, intent -> its name; no chooser picks them.
    """

    name: str
    summary: Mapping[Lang, str]
    intents: tuple[str, ...]
    examples: Mapping[str, tuple[str, ...]]
    status: str
    labels: Mapping[str, Mapping[Lang, str]] = field(default_factory=dict)
    topic: bool = True
    reference: bool = False
    acts: bool = False
    amends: tuple[str, ...] = ()
    dialogues: bool = False
    papers: bool = False
    errands: Mapping[str, Mapping[Lang, str]] = field(default_factory=dict)

    @property
    def sayings(self) -> tuple[str, ...]:
        """All examples, in the order of the intents."""
        return tuple(said for intent in self.intents for said in self.examples.get(intent, ()))


class Catalogue(Protocol):
    """What this speaker can do here, already narrowed to them."""

    def capabilities(self) -> Sequence[Capability]:
        """Skills, ready ones first."""
        ...

    async def documents(self) -> int:
        """How many documents this speaker can ask about."""
        ...


class Chooser(Protocol):
    """Picks one skill and one intent for a turn."""

    async def choose(self, turn: Turn, offered: Sequence[Capability]) -> Choice:
        """One of `offered`; leans to the topic of the turn's memory where its words are those of somebody who goes on."""
        ...


class Memory(Protocol):
    """What was talked about with each person. It is filled when turns are settled."""

    async def recall(self, user_id: UserId, thread_id: ThreadId) -> Memories:
        """What this person last talked about: the topic in this thread, the records in any."""
        ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as loaded: text with {{variables}}, and the front matter that says whose it is. version: hash of the content.

    title, purpose: in each language, for those who edit it.
    """

    name: str
    text: str
    version: str
    owner: str
    title: Mapping[str, str]
    purpose: Mapping[str, str]
    languages: tuple[str, ...]
    variables: tuple[str, ...]
    role: str
