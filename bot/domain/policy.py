"""What Tandem does alone, what a rep confirms, what always waits for a second person. Knows classes and grounds; knows no store."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ReviewClass(StrEnum):
    """Who must agree before something leaves, the mildest first."""

    AI_AUTONOMOUS = "ai_autonomous"
    REP_CONFIRMS = "rep_confirms"
    MUST_REVIEW = "must_review"


class Reason(StrEnum):
    """Why something is of its class."""

    CLAUSE_COMPARE = "clause_compare"
    KNOWLEDGE_QA = "knowledge_qa"
    DATA_LOOKUP = "data_lookup"
    TRANSCRIPT_SUMMARY = "transcript_summary"
    SCORING_ALERT = "scoring_alert"
    CRM_WRITE = "crm_write"
    SEND_NONEXEC = "send_nonexec"
    PRICING_WITHIN_POLICY = "pricing_within_policy"
    INTERNAL_MESSAGE = "internal_message"
    EXEC_MESSAGE = "exec_message"
    UNKNOWN_ADDRESSEE = "unknown_addressee"
    PRICING_OUTSIDE_POLICY = "pricing_outside_policy"
    COMMITMENT_OUTSIDE_POLICY = "commitment_outside_policy"
    SENSITIVE = "sensitive"
    CONTRACT_RISK = "contract_risk"
    SKILL = "skill"


STRICTEST_LAST = tuple(ReviewClass)
ALONE = frozenset({
    Reason.CLAUSE_COMPARE, Reason.KNOWLEDGE_QA, Reason.DATA_LOOKUP, Reason.TRANSCRIPT_SUMMARY, Reason.SCORING_ALERT,
})  # fmt: skip
CONFIRMED = frozenset({Reason.CRM_WRITE, Reason.SEND_NONEXEC, Reason.PRICING_WITHIN_POLICY, Reason.INTERNAL_MESSAGE})
"""All other reasons need a second person."""


def class_of(reason: Reason) -> ReviewClass:
    """The class that one reason calls for."""
    if reason in ALONE:
        return ReviewClass.AI_AUTONOMOUS
    return ReviewClass.REP_CONFIRMS if reason in CONFIRMED else ReviewClass.MUST_REVIEW


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason, and the words, title or figure that showed it ("" where there is nothing to show)."""

    reason: Reason
    words: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """All reasons that were found. Gates are only ever joined: nothing takes a reason away again."""

    grounds: tuple[Ground, ...]

    @property
    def review_class(self) -> ReviewClass:
        """The strictest of its reasons; what has no reason at all waits for a second person."""
        classes = [class_of(one.reason) for one in self.grounds]
        return max(classes, key=STRICTEST_LAST.index, default=ReviewClass.MUST_REVIEW)

    @property
    def must_review(self) -> bool:
        """Whether a second person has to agree."""
        return self.review_class is ReviewClass.MUST_REVIEW

    def joined(self, other: "Gate") -> "Gate":
        """Both, each ground once."""
        return Gate(tuple(dict.fromkeys((*self.grounds, *other.grounds))))


def joined(gates: Iterable[Gate]) -> Gate:
    """All of them as one."""
    return Gate(tuple(dict.fromkeys(ground for gate in gates for ground in gate.grounds)))


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom something goes to, as the records tell.

    title: as written there, or as said. executive: what the records say; None where they do not. ours: a colleague. known: False for
    somebody who is in no record, who counts as an executive.
    """

    name: str
    title: str = ""
    executive: bool | None = None
    ours: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class Authority:
    """What a rep may promise without asking. liability and late fees are never theirs to change."""

    discount_pct: float = 10.0
    payment_days: int = 45
    warranty_months: int = 12
