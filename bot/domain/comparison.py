"""What became of a contract between two versions, clause by clause, and what it means for our side. Knows no rule and no file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.changes import Change


class ClauseChangeKind(StrEnum):
    """What became of a clause. A move may bring changes with it: then it is modified, and says that it moved."""

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    MOVED = "moved"
    WORDING_ONLY = "wording_only"


class Category(StrEnum):
    """What a clause is about."""

    PAYMENT = "payment"
    PRICE = "price"
    DELIVERY = "delivery"
    ACCEPTANCE = "acceptance"
    WARRANTY = "warranty"
    LIABILITY_CAP = "liability_cap"
    INDEMNITY = "indemnity"
    TERMINATION = "termination"
    RENEWAL = "renewal"
    CONFIDENTIALITY = "confidentiality"
    IP = "ip"
    DATA_PROTECTION = "data_protection"
    GOVERNING_LAW = "governing_law"
    DISPUTE = "dispute"
    FORCE_MAJEURE = "force_majeure"
    SLA = "sla"
    EXCLUSIVITY = "exclusivity"
    ASSIGNMENT = "assignment"
    OTHER = "other"


class Direction(StrEnum):
    """Whom a change favours; we are the seller."""

    FAVOURS_US = "favours_us"
    FAVOURS_THEM = "favours_them"
    NEUTRAL = "neutral"


class Risk(StrEnum):
    """What a change risks for us; none where it favours us or changes nothing."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"

    @property
    def weight(self) -> int:
        """Higher is worse."""
        return {Risk.NONE: 0, Risk.LOW: 1, Risk.MEDIUM: 2, Risk.HIGH: 3}[self]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it stands in one version.

    number: its own, as printed ("第五条", "5.2", "(a)"), "" for what stands before the first. top: the number of the outermost clause it
    belongs to, in figures where it has any ("5"). heading: without the number. text: what it says, lines joined. paragraphs: where it
    stands in the paper, by place from 0.
    """

    number: str
    top: str
    heading: str
    text: str
    paragraphs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A figure or term that became another. what: money, percent, duration, count, date, times or rate.

    old, new: in words of the contract, "" where there was none. before, after: values in one unit (days, per cent, units of the currency),
    None where there is none. near: the words around it, new or else old.
    """

    what: str
    old: str
    new: str
    before: float | None
    after: float | None
    near: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule of the clause library that applied. rule: its id, such as "P-03". why: by language."""

    rule: str
    direction: Direction
    risk: Risk
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What became of one clause.

    words: the text in pieces, kept and removed ones making up the old, kept and added ones the new. categories: the likely, best first.
    grounds: the rules that applied, the deciding one first. legal: whether legal must look. moved: whether it stands elsewhere.
    split_from: the old clause out of which its words were taken, as they were. merged_into: the new clause into which they went.
    affects: numbers of new clauses that use a term which is defined anew here.
    """

    kind: ClauseChangeKind
    old: Clause | None
    new: Clause | None
    words: tuple[Change, ...]
    categories: tuple[Category, ...]
    direction: Direction
    risk: Risk
    grounds: tuple[Ground, ...]
    legal: bool
    shifts: tuple[Shift, ...] = ()
    moved: bool = False
    split_from: tuple[str, ...] = ()
    merged_into: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()

    @property
    def category(self) -> Category:
        """The likeliest."""
        return self.categories[0]

    @property
    def rule(self) -> str:
        """The id of the deciding rule."""
        return self.grounds[0].rule if self.grounds else ""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a contract. changes: in the order of the new version, what went standing where it stood.

    pairs: every clause of both versions, by place from 0 in `old` and `new`; None for the missing side.
    """

    old: tuple[Clause, ...]
    new: tuple[Clause, ...]
    pairs: tuple[tuple[int | None, int | None], ...]
    changes: tuple[ClauseChange, ...]

    def counted(self, risk: Risk) -> int:
        """How many changes have that risk."""
        return sum(one.risk is risk for one in self.changes)

    @property
    def legal(self) -> bool:
        """Whether legal must look at it before anything is called ready."""
        return any(one.legal for one in self.changes)
