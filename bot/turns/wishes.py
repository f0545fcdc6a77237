"""What a person wishes by a tap or a word that stands for one: to say something, to decide about a draft, to be told, to judge."""

from dataclasses import dataclass

from bot.domain.decision import Message, Verdict
from bot.domain.ids import DecisionId, DraftId
from bot.domain.talk import Press, Utterance


@dataclass(frozen=True, slots=True)
class Say:
    """What a button says in a person's place."""

    said: Utterance


@dataclass(frozen=True, slots=True)
class Decide:
    """A press on a draft. card: the message that it was made on, None where it was typed."""

    press: Press
    card: Message | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Why: the story of an answer."""

    decision_id: DecisionId


@dataclass(frozen=True, slots=True)
class Show:
    """Everything that stands in a draft. change: told with how to change it."""

    draft_id: DraftId
    change: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """All drafts that wait for the person."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A verdict on an answer."""

    decision_id: DecisionId
    verdict: Verdict


Wish = Say | Decide | Ask | Show | Waiting | Judge
