"""What a cron line means, in words that people use, in two languages. Reads nothing back: `bot.domain.recurring` does. Knows no moment."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.domain.cron import BOUNDS, LONGEST_MONTHS, Cron
from bot.domain.day_names import MONTHS, WEEKDAYS, day_said
from bot.domain.firing import Days
from bot.domain.talk import Lang

MOST_TIMES = 6
"""Times of a day that are still named one by one."""
HOUR_MIN = 60


@dataclass(frozen=True, slots=True)
class _Said:
    """The parts of a time that comes back, in one language."""

    days: str
    times: str
    months: str
    moves: str


def in_words(cron: str, on: Days, lang: Lang) -> str:
    """`30 8 * * *` on workdays: "工作日 08:30", "weekdays at 08:30".  Raises: ValueError where it is no cron line."""
    read = Cron.parse(cron)
    if lang is Lang.ZH:
        said = _Said(_days_zh(read, on), _times_zh(read), _months_zh(read), _moves(read, on, "(遇休顺延,限当周)", "(只在工作日)"))
        return f"{said.months}{said.days} {said.times}{said.moves}"
    said = _Said(_days_en(read, on), _times_en(read), _months_en(read), _moves(read, on, " (later that week if off)", " (workdays alone)"))
    return f"{said.days} {said.times}{said.months}{said.moves}"


def moment_said(at: datetime, now: datetime, zone: str, lang: Lang) -> str:
    """A moment as people in `zone` (IANA) say it at `now`: "明天 08:30", "Monday 08:30". Both aware."""
    here = ZoneInfo(zone)
    wall = at.astimezone(here)
    return f"{day_said(wall.date(), now.astimezone(here).date(), lang)} {wall:%H:%M}"


def _moves(read: Cron, on: Days, next_one: str, alone: str) -> str:
    """What becomes of a day that is off."""
    if on is Days.ALL or not (read.picks_days or read.picks_weekdays):
        return ""
    return next_one if read.weekly else alone


def _days_zh(read: Cron, on: Days) -> str:
    if read.picks_weekdays:
        return f"每{'、'.join(WEEKDAYS[one - 1].zh for one in sorted(read.weekdays))}"
    if read.picks_days:
        return f"每月{'、'.join(map(str, sorted(read.days)))}号"
    return "工作日" if on is Days.WORKDAYS else "每天"


def _days_en(read: Cron, on: Days) -> str:
    if read.picks_weekdays:
        return _and([f"{WEEKDAYS[one - 1].en}s" for one in sorted(read.weekdays)])
    if read.picks_days:
        return f"on day {_and([str(one) for one in sorted(read.days)])} of the month"
    return "weekdays" if on is Days.WORKDAYS else "every day"


def _times_zh(read: Cron) -> str:
    times = list(_times(read))
    if len(times) <= MOST_TIMES:
        return "、".join(f"{at:%H:%M}" for at in times)
    hours = _spans(read.hours)
    when = "全天" if len(read.hours) > BOUNDS["hour"][1] else f"{'、'.join(hours)}点"
    step = _step(read.minutes)
    return f"{when}每{step}分钟一次" if step else f"{when}的{'、'.join(map(str, sorted(read.minutes)))}分"


def _times_en(read: Cron) -> str:
    times = list(_times(read))
    if len(times) <= MOST_TIMES:
        return f"at {_and([f'{at:%H:%M}' for at in times])}"
    when = "around the clock" if len(read.hours) > BOUNDS["hour"][1] else f"in the hours {', '.join(_spans(read.hours))}"
    step = _step(read.minutes)
    return f"every {step} minutes, {when}" if step else f"at minute {_and([str(one) for one in sorted(read.minutes)])}, {when}"


def _months_zh(read: Cron) -> str:
    return f"{'、'.join(map(str, sorted(read.months)))}月里" if len(read.months) < len(LONGEST_MONTHS) else ""


def _months_en(read: Cron) -> str:
    return f", in {_and([MONTHS[one - 1] for one in sorted(read.months)])}" if len(read.months) < len(LONGEST_MONTHS) else ""


def _times(read: Cron) -> Iterator[time]:
    return (time(hour, minute) for hour in sorted(read.hours) for minute in sorted(read.minutes))


def _spans(values: Collection[int]) -> Sequence[str]:
    """9, 10, 11, 14 as "9–11", "14"."""
    found: list[list[int]] = []
    for one in sorted(values):
        if found and found[-1][1] == one - 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return [f"{first}–{last}" if last > first else str(first) for first, last in found]


def _step(minutes: Collection[int]) -> int:
    """The minutes between, where they are the same all round the hour; 0 where they are not."""
    told = sorted(minutes)
    apart = {after - before for before, after in pairwise([*told, told[0] + HOUR_MIN])}
    return apart.pop() if len(apart) == 1 and len(told) > 1 else 0


def _and(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
