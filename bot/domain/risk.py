"""How likely accounts are to leave, as it was worked out on a day. Knows bands and reasons by code; knows no weight and no sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain.ids import RecordId, UserId


class Band(StrEnum):
    """How worried to be."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class RiskReason:
    """One reason. code: which signal it was. numbers: what it was read from, figures alone: no name and no word of anybody's."""

    code: str
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RiskScore:
    """What was made of one account.

    as_of: the day. chance: 0 to 1, of leaving within 90 days. reasons: the most telling first. judge: what judged, `scorecard` or a
    model's name and hash. active: users of the last month known, None where nothing is. name, owner: of the account as it is now; empty
    in what is only to be kept.
    """

    account_id: RecordId
    as_of: date
    chance: float
    band: Band
    reasons: tuple[RiskReason, ...] = ()
    judge: str = "scorecard"
    active: float | None = None
    name: str = ""
    owner: UserId = UserId("")  # noqa: RUF009 - a name for a str
