"""What people find wrong with Tandem: about what, and what became of it. Knows no store and no words of an answer."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.ids import UserId


class Area(StrEnum):
    """What a complaint is about."""

    SLOW = "slow"
    WRONG = "wrong"
    MISHEARD = "misheard"
    TOO_MUCH = "too_much"
    CLUMSY = "clumsy"
    STYLE = "style"
    BROKEN = "broken"
    WATCHED = "watched"
    WISH = "wish"
    OTHER = "other"


class Fate(StrEnum):
    """What became of a complaint: nobody looked yet, it is worked on, it is mended, it stays as it is."""

    NEW = "new"
    TAKEN = "taken"
    MENDED = "mended"
    DECLINED = "declined"

    @property
    def final(self) -> bool:
        """Whether nothing more will become of it."""
        return self in {Fate.MENDED, Fate.DECLINED}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint. text: "" once it was erased. teller: None where they wished not to be named. day: on which it was handed in."""

    id: str
    area: Area
    text: str
    day: date
    fate: Fate
    teller: UserId | None = None
