"""What decisions are searched by, and what a search shows of each. Knows no store and no page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.decision import Made, MessageState
from bot.domain.ids import DecisionId, RecordId, UserId
from bot.domain.talk import Lang


class Became(StrEnum):
    """What became of a decision, or of the making of it. rejected: by a reviewer; ignored: put away by its person, or thumbed down."""

    USED = "used"
    EDITED = "edited"
    IGNORED = "ignored"
    REJECTED = "rejected"
    GAVE_UP = "gave_up"
    FELL_BACK = "fell_back"


@dataclass(frozen=True, slots=True)
class Sought:
    """What all wanted decisions have in common; None and "" ask for nothing. From `since` on, before `until`: aware moments."""

    person: UserId | None = None
    account: RecordId | None = None
    skill: str = ""
    became: Became | None = None
    lang: Lang | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundDecision:
    """One line of a search. said: None once it was erased. user_id: None where nobody knew who spoke."""

    id: DecisionId
    at: datetime
    user_id: UserId | None
    said: str | None
    made: Made
    became: tuple[Became, ...]


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that told a decision, or settled an earlier one. why: of what failed last, "" for nothing. tries: so far."""

    channel: str
    state: MessageState
    tries: int
    why: str
    queued_at: datetime
    changed_at: datetime
