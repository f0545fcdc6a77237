"""What hurts an account, and what is new of it: which of its records say so. Reads facts; looks nothing up."""

from collections.abc import Sequence

from bot.domain.dossier import Facts
from bot.domain.query import Row
from bot.domain.saying import Saying, number, text

PRAISE = 9
NEWS_DAYS = 180
VISIT, GONE, REFERRAL = "website_visit", "auto_reply", "referral"
"""Signals that need care: what somebody looked at on our pages, an automatic reply, which is a risk and no news, and an introduction."""


def pain_of(facts: Facts) -> str:
    """What hurts the account: what somebody filled in, else its gravest ticket, else a low score's comment."""
    if told := text(facts.account, "biggest_pain"):
        return told
    low = [text(row, "comment") for row in facts.of("nps")[:1] if (number(row, "score") or PRAISE) < PRAISE]
    return next((one for one in (*(text(row, "subject") for row in facts.of("tickets")), *low) if one), "")


def news_of(facts: Facts, named: Sequence[Row], said: Saying) -> Row | None:
    """The signal to talk about: news before what somebody looked at, of those who are met before others, the newest."""
    met = {row.id for row in named}
    fresh = [row for row in facts.of("signals") if may_tell(facts, row) and age(row, said) <= NEWS_DAYS and text(row, "quote")]
    return min(fresh, key=lambda one: (text(one, "kind") == VISIT, one.fields.get("contact") not in met, age(one, said)), default=None)


def age(row: Row, said: Saying) -> int:
    """Days since a signal."""
    day = said.day_of(row, "happened_at")
    return (said.today - day).days if day else NEWS_DAYS + 1


def may_tell(facts: Facts, row: Row) -> bool:
    """Whether a signal may be used: what was looked at on our pages with consent, an introduction until it was used."""
    if text(row, "kind") == REFERRAL:
        at, who = text(row, "happened_at"), row.fields.get("contact")
        return not any(one.fields.get("contact") == who and text(one, "happened_at") > at for one in facts.of("touches"))
    if text(row, "kind") != VISIT:
        return text(row, "kind") != GONE
    wanted = {"contact": row.fields.get("contact"), "purpose": "profiling", "status": "given"}
    return any(all(one.fields.get(name) == value for name, value in wanted.items()) for one in facts.of("consents"))
