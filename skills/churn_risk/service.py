"""What cases, ratings and invoices say. Knows days and levels; reads words only for repeats and for causes of a late payment."""

from collections.abc import Sequence
from itertools import combinations

from skills.churn_risk.signs import plain, shown
from skills.churn_risk.story import Code, Note, Rating, Signal, Story, Ticket, clip

YEAR, HALF_YEAR, QUARTER = 365, 180, 90
SEVERE = 2
"""Cases of this level and worse are severe."""
LINGERS, FAST = 14, 4
"""Days after which an open case weighs, and within which a closed one was fast."""
GRACE, LATE = 10, 60
"""Days after the due date that nobody minds, and that weigh in full."""
LATEST = 3
"""Invoices that may be news, and how many before them make a habit."""
EXCUSED = 0.1
"""How a late payment weighs that has a cause in the office."""
DETRACTOR, WAVERS = 6, 3
"""Answers of 0 to 10: up to this, somebody warns others of us (Reichheld 2003); so many points apart is another mood."""
LOW, FELL, STRONG = 10, 12, 38
"""Ratings: below this is low, so far down is a fall, from here on it is strong."""


def service(story: Story) -> list[Signal]:
    """The signals of cases, ratings and invoices."""
    return [*_cases(story), *_ratings(story), *_payments(story), *_complaints(story)]


def _cases(story: Story) -> list[Signal]:
    recent = [one for one in story.tickets if story.ago(one.closed or story.as_of) <= HALF_YEAR]
    severe = [one for one in recent if one.level <= SEVERE]
    lingering = [one for one in severe if one.closed is None and story.ago(one.opened) >= LINGERS]
    repeated = [one for one in severe if shown("again", one.subject)] or [b for a, b in combinations(severe, 2) if _alike(a, b)]
    found = []
    worst = max((_weight(one, story) for one in lingering), default=0.0)
    strength = clip(worst + (0.25 if len(lingering) > 1 else 0) + (0.3 if repeated else 0) * (1 if lingering else _last_level(repeated)))
    if strength:
        shown_one = (lingering or repeated)[0]
        numbers: dict[str, float | str] = {"open": len(lingering), "repeated": len(repeated), "days": story.ago(shown_one.opened)}
        found.append(Signal(Code.SEVERE_TICKETS, strength, numbers, shown_one.subject, shown_one.ref))
    return [*found, *_well_handled(story, severe)]


def _complaints(story: Story) -> list[Signal]:
    """What they complained of lately and nobody closed; the same trouble as an open case is told by the case."""
    open_ones = [one for one in story.complaints if story.ago(one.at) <= HALF_YEAR]
    if not open_ones or any(one.closed is None and one.level <= SEVERE for one in story.tickets):
        return []
    first = open_ones[0]
    strength = clip(0.4 + 0.2 * (len(open_ones) - 1) + (0.2 if story.ago(first.at) >= 2 * LINGERS else 0))
    return [Signal(Code.COMPLAINT, strength, {"count": len(open_ones), "days": story.ago(first.at)}, open_ones[-1].text, open_ones[-1].ref)]


def _last_level(repeated: Sequence[Ticket]) -> float:
    """How a repeated case that is closed weighs against one that is open."""
    return 2.0 if repeated and repeated[-1].level == 1 else 1.2


def _weight(one: Ticket, story: Story) -> float:
    return (0.5 if one.level == 1 else 0.35) + clip(story.ago(one.opened) / HALF_YEAR) / 2


def _alike(one: Ticket, other: Ticket) -> bool:
    first, second = plain(one.subject), plain(other.subject)
    return bool(first and second) and (first in second or second in first)


def _well_handled(story: Story, severe: Sequence[Ticket]) -> list[Signal]:
    year = [one for one in story.tickets if story.ago(one.opened) <= YEAR]
    if not year or not all(one.closed and (one.closed - one.opened).days <= FAST for one in year):
        return []
    days = max((one.closed - one.opened).days for one in year if one.closed)
    found = [Signal(Code.RESOLVED_FAST, 1.0, {"count": len(year), "days": days}, year[-1].subject, year[-1].ref)]
    settled = any(shown("settled", one.text) for one in story.notes if severe and one.at >= severe[0].opened)
    if len(severe) == 1 and (severe[0].level == 1 or settled):
        found.append(Signal(Code.ONE_OFF, 1.0 if settled else 0.7, {"days": days}, severe[0].subject, severe[0].ref))
    return found


def _ratings(story: Story) -> list[Signal]:
    year = [one for one in story.ratings if story.ago(one.at) <= YEAR + QUARTER]
    if not year:
        return []
    last, fall = year[-1], max(one.score for one in year) - year[-1].score
    numbers: dict[str, float | str] = {"from": max(year, key=lambda one: one.score).shown, "to": last.shown}
    fell = fall >= FELL and not _wavers(last, year)
    strength = max(clip(fall / 50) if fell else 0.0, clip((LOW + 10 - last.score) / 50) if last.score < LOW else 0.0)
    if strength:
        return [Signal(Code.NPS_DROP, strength * (0.5 if _explained(last) else 1.0), numbers, last.comment, last.ref)]
    return [Signal(Code.NPS_STRONG, clip(last.score / 50), numbers, last.comment, last.ref)] if last.score >= STRONG else []


def _wavers(last: Rating, year: Sequence[Rating]) -> bool:
    """Whether single answers of 0 to 10 differ as those of one mood do, and none is a detractor's."""
    return last.told is not None and last.told > DETRACTOR and max(one.shown for one in year) - last.shown < WAVERS


def _explained(last: Rating) -> bool:
    return shown("settled", last.comment)


def _habit(story: Story) -> float:
    """How late they usually pay, by the invoices before the last few; a habit is no news."""
    paid = sorted((one.paid - one.due).days for one in story.invoices[:-LATEST] if one.paid)
    return paid[len(paid) // 2] if len(paid) >= LATEST else 0


def _payments(story: Story) -> list[Signal]:
    year = [one for one in story.invoices if story.ago(one.due) <= YEAR]
    if not year:
        return []
    days = [((one.paid or story.as_of) - one.due).days for one in year]
    late = [one for one in days if one > max(GRACE, _habit(story) + GRACE / 2)]
    worst = max(zip(days, year, strict=True), key=lambda one: one[0])[1].ref
    if not late:
        return [Signal(Code.PAYS_ON_TIME, 1.0 if len(year) > 1 else 0.8, {"count": len(year), "days": max(days)}, ref=worst)]
    cause: Note | None = next((one for one in reversed(story.notes) if shown("admin_cause", one.text)), None)
    unpaid = sum(one.paid is None and story.ago(one.due) > GRACE for one in year)
    numbers: dict[str, float | str] = {"count": len(late), "days": max(late), "unpaid": unpaid}
    strength = clip(0.3 + (max(late) - GRACE) / LATE + (0.3 if len(late) > 1 else 0))
    if cause:
        excused = Signal(Code.LATE_PAYMENT, EXCUSED * strength, numbers, ref=worst)
        return [Signal(Code.LATE_ADMIN, 1.0, numbers, cause.text, cause.ref), excused]
    return [Signal(Code.LATE_PAYMENT, strength, numbers, ref=worst)]
