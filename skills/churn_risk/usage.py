"""What usage says: a fall, a season, a steady course, a late start, few seats. Reads words only for seasons, starts and who uses it."""

from collections.abc import Sequence
from statistics import mean

from skills.churn_risk.signs import shown
from skills.churn_risk.story import Code, Note, Signal, Story, clip

FELL, SUNK, STEADY, DIPPED, BACK = 0.1, 0.4, 0.9, 0.2, 0.88
"""Parts of a former level: a fall from here counts, so much more in full; so much is steady; a dip goes so deep, and comes so far back."""
FEW, HALF = 0.4, 0.5
YOUNG = 0.25
"""A course whose first quarter is below this part of its highest month began within it."""
LEAST_MONTHS = 4
LOOKED_AT = 2
"""The latest months, of which the level now is the mean."""
LATELY, HALF_YEAR, LESS_OFTEN = 3, 6, 0.6
"""Months of log-ins that are held against those before them, and the part of the former habit that is far less."""
LEFT_ALONE = 0.6
"""Parts of the product that are used: below this share of what was used half a year ago, some were given up."""


def usage(story: Story) -> list[Signal]:
    """The signals of `story`'s months; none where there are too few."""
    if len(story.active) < LEAST_MONTHS:
        return []
    if max(story.active) <= 0:
        return [Signal(Code.LOW_ADOPTION, 1.0, {"now": 0, "seats": story.seats or 0})]
    if _young(story):
        return [*_start(story), *_breadth(story)]
    course = _course(story)
    fell = any(one.code is Code.USAGE_DECLINE for one in course)
    return [*course, *([] if fell else _habit(story)), *_late_start(story), *_breadth(story)]


def _habit(story: Story) -> list[Signal]:
    """As many people as ever who come by half as often: the first that is seen of a fall."""
    if len(story.logins) < LATELY + HALF_YEAR or not all(story.logins[-LATELY - HALF_YEAR :]):
        return []
    before, now = mean(story.logins[-LATELY - HALF_YEAR : -LATELY]), mean(story.logins[-LATELY:])
    if now > LESS_OFTEN * before:
        return []
    return [Signal(Code.USAGE_DECLINE, 0.5 * clip((1 - now / before) / SUNK), {"logins_from": round(before), "logins_to": round(now)})]


def _young(story: Story) -> bool:
    return mean(story.active[:3]) < YOUNG * max(story.active)


def _now(story: Story) -> float:
    return mean(story.active[-LOOKED_AT:])


def _high(story: Story) -> float:
    """The level that it held: the mean of its three best months."""
    return mean(sorted(story.active)[-3:])


def _season(story: Story) -> Note | None:
    return next((one for one in reversed(story.notes) if shown("season", one.text)), None)


def _course(story: Story) -> list[Signal]:
    now, high, season = _now(story), _high(story), _season(story)
    numbers: dict[str, float | str] = {"from": round(high), "to": story.active[-1], "months": len(story.active)}
    fall = 1 - now / high
    found = []
    if len(years := _years(story)) == LOOKED_AT:
        return _beside_last_year(story, years, numbers)
    if _dipped(story) and season:
        numbers["low"] = min(story.active)
        found.append(Signal(Code.SEASONAL_DIP, 1.0, numbers, season.text))
    elif fall >= DIPPED and season:
        found.append(Signal(Code.SEASONAL_DIP, 0.7, numbers, season.text))
    if now >= STEADY * high:
        found.append(Signal(Code.USAGE_STABLE, 1.0, numbers))
    elif fall > FELL and min(now, story.active[-1]) <= 1.2 * min(story.active):
        found.append(Signal(Code.USAGE_DECLINE, clip((fall - FELL) / SUNK) * (0.3 if season and fall < HALF else 1.0), numbers))
    return found


def _beside_last_year(story: Story, years: Sequence[float], numbers: dict[str, float | str]) -> list[Signal]:
    """The course where the same months of the year before are known: no word is needed to tell a season from a fall."""
    fall, yearly = 1 - _now(story) / _high(story), mean(story.active[-LOOKED_AT:]) / mean(years) if mean(years) else 2.0
    numbers |= {"year_before": years[-1], "year_before_from": _year_before_high(story, years), "low": min(story.active)}
    if yearly >= STEADY and fall >= DIPPED:
        return [Signal(Code.SEASONAL_DIP, 1.0, numbers)]
    if yearly >= STEADY or fall <= FELL:
        return [Signal(Code.USAGE_STABLE, 1.0, numbers)]
    return [Signal(Code.USAGE_DECLINE, clip((max(fall, 1 - yearly) - FELL) / SUNK), numbers)]


def _years(story: Story) -> list[float]:
    """Users of the months a year before the latest ones; fewer than `LOOKED_AT` where they are not all known, or began then."""
    known = [one for one in story.last_year[-LOOKED_AT:] if one is not None]
    begun = [one for one in story.last_year if one is not None]
    return [] if begun and mean(begun) < YOUNG * max(story.active) else known


def _year_before_high(story: Story, years: Sequence[float]) -> float:
    """A year before the month of the high: what the season alone makes of it."""
    place = max(range(len(story.active)), key=story.active.__getitem__)
    return next((one for one in story.last_year[place : place + 1] if one is not None), years[0])


def _dipped(story: Story) -> bool:
    """Whether months sank and rose again."""
    low = min(range(len(story.active)), key=story.active.__getitem__)
    if not 0 < low < len(story.active) - 1:
        return False
    before, after = max(story.active[:low]), max(story.active[low + 1 :])
    return story.active[low] <= (1 - DIPPED) * min(before, after) and after >= BACK * before


def _start(story: Story) -> list[Signal]:
    """Of an account that began within these months."""
    now = _now(story)
    late = _late(story)
    idle = sum(one <= 0 for one in story.active)
    numbers: dict[str, float | str] = {"now": story.active[-1], "seats": story.seats or 0, "idle_months": idle}
    growing = now > 1.05 * mean(story.active[-5:-2])
    share = (story.active[-1] if growing else now) / story.seats if story.seats else 1.0
    if share >= HALF and growing:
        found = [Signal(Code.USAGE_STABLE, 1.0, {"from": min(story.active), "to": story.active[-1]})]
        return [Signal(Code.RECOVERED, 1.0, numbers, late.text), *found] if late else found
    if late or idle > 1:
        return [Signal(Code.ONBOARDING_DELAY, 1.0 if late else 0.7, numbers, late.text if late else "")]
    return [Signal(Code.USAGE_STABLE, 0.6, {"from": min(story.active), "to": story.active[-1]})] if growing else []


def _late_start(story: Story) -> list[Signal]:
    """Of an account whose months show no beginning: what was said alone."""
    late, share = _late(story), _now(story) / story.seats if story.seats else 0.0
    if late is None:
        return []
    numbers: dict[str, float | str] = {"now": story.active[-1], "seats": story.seats or 0}
    if share >= HALF and _now(story) >= STEADY * _high(story):
        return [Signal(Code.RECOVERED, 0.8, numbers, late.text)]
    return [Signal(Code.ONBOARDING_DELAY, 0.8, numbers, late.text)] if share < HALF else []


def _late(story: Story) -> Note | None:
    return next((one for one in reversed(story.notes) if shown("late_start", one.text)), None)


def _breadth(story: Story) -> list[Signal]:
    said = next((one.comment for one in reversed(story.ratings) if shown("few_use", one.comment)), "")
    said = said or next((one.text for one in reversed(story.touches) if shown("few_use", one.text)), "")
    share = max(_high(story) if not _young(story) else 0.0, _now(story)) / story.seats if story.seats else 1.0
    strength = max(clip((FEW - share) / 0.2), 0.7 if said and share < HALF else 0.0)
    numbers: dict[str, float | str] = {"now": story.active[-1], "seats": story.seats or 0}
    if story.parts and story.parts[0] < LEFT_ALONE * story.parts[1]:
        strength, numbers = max(strength, 0.6), {**numbers, "parts": story.parts[0], "parts_before": story.parts[1]}
    return [Signal(Code.LOW_ADOPTION, strength, numbers, said)] if strength else []
