"""What is known of an account before somebody speaks with it: who is met, facts, open things, points with grounds. Reads nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.query import Row
from bot.domain.saying import Line
from bot.domain.shelf import QUOTABLE, shelf_of

OPEN_STAGES = ("qualify", "proposal", "negotiation")
"""Stages of an opportunity that is not at its end."""
GROUNDS = 3
"""Grounds that a point has where they exist."""
Views: TypeAlias = Mapping[str, tuple[Row, ...] | None]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Whom a turn is about: the account, and those there who were named, the one meant most first."""

    account: Row
    contacts: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Which:
    """Nobody for sure. key: `which_account`, `no_account`, `which_of` (several accounts) or `which_person`.

    options: what a button shows, and what saying it would be. several: the name fits all of the options; else they are only offered.
    """

    key: str
    options: tuple[tuple[str, str], ...] = ()
    several: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that may be told about one account.

    views: by name (`contacts` `open_deals` `won_deals` `touches` `tickets` `quotes` `coming` `delivered` `unpaid` `contracts` `usage` `nps`
    `signals` `consents`), newest first; None where the speaker may not see, or not judge by, such records.
    """

    account: Row
    views: Views

    def of(self, view: str) -> tuple[Row, ...]:
        """Its records, newest first; none where they are out of sight."""
        return self.views[view] or ()

    def sees(self, view: str) -> bool:
        """Whether "there are none" can be said of it."""
        return self.views[view] is not None


@dataclass(frozen=True, slots=True)
class Pending:
    """One open thing. late: days over, 0 when it is not; entity: what kind of record."""

    entity: str
    row: Row
    line: Line
    late: int = 0


class Angle(StrEnum):
    """What a point starts from.

    PROMISE: something owed to them. STEP: what was agreed next. PAIN: what hurts, in their words. VALUE: what they have of us so far.
    NEWS: a signal. PRIORITY: what they themselves say in public that they care about. PROOF: what another customer had of it.
    INTRODUCTION: who brought us together. MONEY, TIME: what they said about budget and dates, and what stands against it.
    RIVAL: facts beside a named rival's.
    """

    PROMISE = "promise"
    STEP = "step"
    PAIN = "pain"
    VALUE = "value"
    NEWS = "news"
    PRIORITY = "priority"
    PROOF = "proof"
    INTRODUCTION = "introduction"
    MONEY = "money"
    TIME = "time"
    RIVAL = "rival"


ANGLES = frozenset(Angle)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to talk about, said in quotes and figures of its own grounds. urgent: it is to be closed before anything else."""

    angle: Angle
    text: str
    grounds: tuple[Evidence, ...]
    urgent: bool = False

    @property
    def papers(self) -> tuple[Evidence, ...]:
        """Those of its grounds that may be quoted to the customer as they stand: current, meant for everybody, nobody else's contract."""
        papers = (one for one in self.grounds if one.kind is EvidenceKind.DOCUMENT)
        return tuple(one for one in papers if shelf_of(one.source) in QUOTABLE)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What one speaker may be told about one account.

    pending: everything open, what matters most first. past: the last touchpoints, newest first, one of whoever is met among them.
    points: every angle that has grounds, each once, those to be taken first in front. rivals: those that the turn named; silent: those
    of them that no paper speaks of.
    """

    met: Meeting
    facts: Facts
    pending: tuple[Pending, ...] = ()
    past: tuple[Line, ...] = ()
    points: tuple[Point, ...] = ()
    rivals: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    def point(self, angle: Angle) -> Point | None:
        """What is to be said from this angle; None where there is no ground for it."""
        return next((one for one in self.points if one.angle is angle), None)
