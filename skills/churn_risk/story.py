"""What is known of an account on one day, and what of it speaks for leaving or staying. Knows no rule, no weight and no record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Code(StrEnum):
    """What may speak for leaving (the first fifteen) or for staying."""

    USAGE_DECLINE = "usage_decline"
    LOW_ADOPTION = "low_adoption_breadth"
    CHAMPION_LEFT = "champion_left"
    DISENGAGED = "exec_disengaged"
    LATE_PAYMENT = "late_payment"
    NPS_DROP = "nps_drop"
    SEVERE_TICKETS = "severe_unresolved_tickets"
    PRICE_DISPUTE = "price_increase_dispute"
    COMPETITOR = "competitor_evaluation"
    ONBOARDING_DELAY = "onboarding_delay"
    BUDGET_CUT = "budget_cut_or_layoffs"
    OFFBOARDING = "data_export_or_offboarding"
    REORG = "merger_or_reorg"
    RENEWAL_SILENCE = "renewal_imminent_no_engagement"
    COMPLAINT = "unresolved_complaint"
    SEASONAL_DIP = "seasonal_dip"
    USAGE_STABLE = "usage_stable_or_growing"
    NEW_CHAMPION = "new_champion_engaged"
    PAYS_ON_TIME = "on_time_payment"
    NPS_STRONG = "nps_strong"
    RESOLVED_FAST = "tickets_resolved_fast"
    EXPANSION = "contract_expansion"
    LOCKED = "multi_year_locked"
    ENGAGED = "regular_engagement"
    ONE_OFF = "one_off_incident"
    LATE_ADMIN = "late_payment_admin"
    RECOVERED = "onboarding_recovered"

    @property
    def risk(self) -> bool:
        """Whether it speaks for leaving."""
        return self in RISKS


RISKS = frozenset(list(Code)[: list(Code).index(Code.SEASONAL_DIP)])


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that was found. strength: 0 (nothing) to 1 (plain as day). numbers: what it was read from. quote: words, verbatim.

    ref: the record that says it most plainly, "" where no single one does.
    """

    code: Code
    strength: float
    numbers: Mapping[str, float | str] = field(default_factory=dict)
    quote: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One case. closed: None while it is open. level: 1 is worst. ref: the record, "" where it is told otherwise."""

    opened: date
    level: int
    closed: date | None
    subject: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """How they rated us: -100 to 100. told: the figure as they gave it, None where that is the score. ref: as of a `Ticket`."""

    at: date
    score: float
    comment: str
    told: float | None = None
    ref: str = ""

    @property
    def shown(self) -> float:
        """The figure as they gave it."""
        return self.score if self.told is None else self.told


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice. paid: None while it is not. ref: as of a `Ticket`."""

    due: date
    paid: date | None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What was noted of a contact or of an event. kind: "call", "email", "meeting", "visit", or "event". who: whom it was with, or "".

    ref: as of a `Ticket`. selling: it is about a deal that is being made, where prices and rivals are talked of by anybody.
    """

    at: date
    kind: str
    who: str
    text: str
    ref: str = ""
    selling: bool = False


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who left them. weight: their part in the decision, 0 to 1, None when nobody knows. ref: as of a `Ticket`."""

    at: date
    who: str
    weight: float | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Rise:
    """A price that was asked for the same thing as before. percent: more than before. ref: as of a `Ticket`."""

    at: date
    percent: float
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """An account as it was known on `as_of`; nothing in it is later than that, and every list runs forward in time.

    seats: what they pay for, None when nobody knows. active: users of each month, the last one latest. last_year: of the same months a
    year before, None where nothing is known; empty where nobody looked. logins: per user and month, beside `active`. parts: how many
    parts of the product they use now, and how many they used half a year ago; None where nobody counts. notice_date: the last day to
    say that the contract shall end. rivals: deals that name another. letters: ours to them. complaints: those that nobody closed.
    """

    as_of: date
    seats: float | None = None
    renewal_date: date | None = None
    active: tuple[float, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    ratings: tuple[Rating, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    touches: tuple[Note, ...] = ()
    events: tuple[Note, ...] = ()
    last_year: tuple[float | None, ...] = ()
    logins: tuple[float, ...] = ()
    parts: tuple[int, int] | None = None
    notice_date: date | None = None
    leavers: tuple[Leaver, ...] = ()
    rises: tuple[Rise, ...] = ()
    rivals: tuple[Note, ...] = ()
    letters: tuple[Note, ...] = ()
    complaints: tuple[Note, ...] = ()

    @property
    def notes(self) -> tuple[Note, ...]:
        """Contacts and events, forward in time."""
        return tuple(sorted((*self.touches, *self.events), key=lambda one: one.at))

    def ago(self, day: date) -> int:
        """Days from `day` to the day of the story."""
        return (self.as_of - day).days


def clip(value: float) -> float:
    """`value` within 0 and 1."""
    return min(1.0, max(0.0, value))
