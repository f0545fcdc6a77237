"""Words for days, one pattern a way of saying: 上个月, Q3, last Friday, 15 October. Knows the calendar; knows no 到, before or since."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from bot.domain.numerals import COUNT, HAN, count_of
from bot.reading.calendar import Calendar, Holiday, Span, holidays


@dataclass(frozen=True, slots=True)
class Atom:
    """Days that one expression means. ends: it names the end of something, so that "before" it takes it in."""

    start: int
    end: int
    first: date
    last: date
    grain: str
    ends: bool = False


Made = tuple[Span, str] | tuple[Span, str, bool] | None
Make = Callable[[re.Match[str], Calendar], Made]

UNITS = {
    "天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月份": "month", "月度": "month", "月": "month",
    "季度": "quarter", "季": "quarter", "财季": "fiscal quarter",
    "半年": "half", "年度": "year", "年": "year", "财年": "fiscal year", "day": "day",
    "week": "week", "wk": "week", "month": "month", "mth": "month", "quarter": "quarter", "qtr": "quarter", "q": "quarter", "year": "year",
    "yr": "year", "fiscal year": "fiscal year", "financial year": "fiscal year", "fy": "fiscal year", "fiscal quarter": "fiscal quarter",
    "half": "half", "half year": "half",
}  # fmt: skip
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
EN_UNIT = "|".join(sorted((unit for unit in UNITS if unit.isascii() and unit != "q"), key=len, reverse=True))
ZH_UNIT = "|".join(sorted((unit for unit in UNITS if not unit.isascii()), key=len, reverse=True))
OFFSETS = (
    (r"上上个?", -2), (r"上一?个?|前一个|last|previous|prior|the last", -1), (r"本|这一?个?|当前?|此|this|current|the current", 0),
    (r"下下个?", 2), (r"下一?个?|next|following|coming|upcoming", 1),
)  # fmt: skip
OFFSET = "|".join(f"(?:{pattern})" for pattern, _ in OFFSETS)
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 6}
EN_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EN_WEEKDAY = "|".join(EN_WEEKDAYS) + r"|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun"
EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EN_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
EN_ORDINAL = "first|second|third|fourth|1st|2nd|3rd|4th"
EN_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
BACK = "最近|近|过去|前|这|last|past|previous"
AHEAD = "未来|接下来|今后|往后|后面|之后|next|coming|upcoming"
NAMED_DAYS = {
    "今天": 0, "今日": 0, "当天": 0, "今早": 0, "今晚": 0, "昨晚": -1, "昨天": -1, "昨日": -1, "前天": -2, "大前天": -3, "明天": 1,
    "明日": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3,
    "today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2,
}  # fmt: skip
NAMED_YEARS = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1, "后年": 2, "当年": 0}
NUMERALS = {
    "一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2, "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4,
    "4th": 4,
}  # fmt: skip
YEAR = rf"(?P<year>(?:20)?\d\d(?=年)|20\d\d|{'|'.join(NAMED_YEARS)}|(?:this|last|next) year'?s?)(?:年度?)?\s?的?"
NO_LETTER_BEFORE = "(?:(?<![a-z])|(?![a-z]))"
"""What `<B>` stands for in the patterns: no Latin word is cut in two."""
WEEK_AFTER = "(?:之?后|过后|回来)的?第?(?P<nth>[一二])?个?(?:周|星期|礼拜)(?![一二三四五六日天末])"
HINT = re.compile(r"(?:in|since|by|before|after|until|till|from|during|of|last|next|this|through|to|between|and|for|early|late|mid)\s$")
ALSO_A_WORD = {"may", "mar", "dec", "sep", "oct", "jan"}


def _got(match: re.Match[str], name: str) -> str:
    """A group of a match, empty where the pattern has none or it did not take part."""
    return match.groupdict().get(name) or ""


def _grain(unit: str) -> str:
    return UNITS[unit.rstrip("s") if unit.isascii() else unit]


def _offset(said: str) -> int:
    return next((offset for pattern, offset in OFFSETS if re.fullmatch(pattern, said.strip())), 0)


def _year(said: str, seen: Calendar) -> int | None:
    if not said:
        return None
    if said in NAMED_YEARS:
        return seen.today.year + NAMED_YEARS[said]
    if said[0].isdigit():
        return int(said) if len(said) > 2 else 2000 + int(said)  # noqa: PLR2004 - two figures of a year
    return seen.today.year + _offset(said.split(maxsplit=1)[0])


def _ordinal(said: str) -> int:
    return int(said) if said.isdigit() else NUMERALS[said]


def _a_day(year: int, month: int, day: int) -> Made:
    try:
        at = date(year, month, day)
    except ValueError:
        return None
    return (at, at), "day"


def _iso(match: re.Match[str], _: Calendar) -> Made:
    return _a_day(int(match["y"]), int(match["m"]), int(match["d"]))


def _zh_date(match: re.Match[str], seen: Calendar) -> Made:
    year, month = _year(_got(match, "year"), seen) or seen.today.year, int(count_of(match["m"]))
    if not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        return None
    if match["d"]:
        return _a_day(year, month, int(count_of(match["d"])))
    span = seen.month(month, year)
    return _part_of(_got(match, "part"), span, "month")


def _en_date(match: re.Match[str], seen: Calendar) -> Made:
    month = EN_MONTHS.index(match["m"][:3]) + 1
    day = match["d1"] or match["d2"]
    year = int(match["y"]) if match["y"] else seen.today.year
    if day:
        return _a_day(year, month, int(re.sub(r"\D", "", day)))
    if match["m"] in ALSO_A_WORD and not match["y"] and not HINT.search(match.string[: match.start()]):
        return None
    return seen.month(month, year), "month"


def _day_of_month(match: re.Match[str], seen: Calendar) -> Made:
    first = seen.unit("month", _offset(_got(match, "offset")))[0]
    return _a_day(first.year, first.month, int(count_of(match["d"])))


def _the_day(match: re.Match[str], seen: Calendar) -> Made:
    """The 18th: of this month, of the next once that has passed."""
    number = int(match["d"])
    made = _a_day(seen.today.year, seen.today.month, number)
    if made is None or made[0][1] < seen.today:
        first = seen.unit("month", 1)[0]
        made = _a_day(first.year, first.month, number)
    return made


def _week_on(match: re.Match[str], seen: Calendar) -> Made:
    """A week from today, a week on Tuesday, Tuesday week."""
    if match["wd"]:
        number = next(place for place, name in enumerate(EN_WEEKDAYS) if name.startswith(match["wd"][:3]))
        day = seen.today + timedelta(days=(number - seen.today.weekday() - 1) % 7 + 8)
    else:
        count = 2 * count_of(match["n"] or "a") if "fortnight" in match.group() else count_of(match["n"])
        day = seen.today + timedelta(days=int(7 * count))
    return (day, day), "day"


def _weekday_of_week(match: re.Match[str], seen: Calendar) -> Made:
    said = match["wd"] or match["wd2"]
    number = next(place for place, name in enumerate(EN_WEEKDAYS) if name.startswith(said[:3]))
    day = seen.unit("week", _offset(match["offset"] or match["offset2"]))[0] + timedelta(days=number)
    return (day, day), "day"


def _before_new_year(_: re.Match[str], seen: Calendar) -> Made:
    """年前: before the Spring Festival."""
    rule = next(one for one in holidays() if "春节" in one.words)
    span = seen.holiday(rule)
    return ((span[0] - timedelta(days=1),) * 2, "day", True) if span else None


def _named_day(match: re.Match[str], seen: Calendar) -> Made:
    return seen.unit("day", NAMED_DAYS[match["day"]]), "day"


def _unit(match: re.Match[str], seen: Calendar) -> Made:
    grain = UNITS[match["unit"]]
    return _part_of(_got(match, "part"), seen.unit(grain, _offset(match["offset"])), grain)


def _named_year(match: re.Match[str], seen: Calendar) -> Made:
    return _part_of(_got(match, "part"), seen.year(seen.today.year + NAMED_YEARS[match["named"]]), "year")


def _number_year(match: re.Match[str], seen: Calendar) -> Made:
    fiscal = bool(_got(match, "fy") or _got(match, "fiscal"))
    number = int(match["y"])
    year = number if number > 100 else 2000 + number  # noqa: PLR2004 - two figures of a year
    return seen.year(year, fiscal=fiscal), "fiscal year" if fiscal else "year"


def _quarter(match: re.Match[str], seen: Calendar) -> Made:
    year = _year(_got(match, "year") or _got(match, "after"), seen)
    fiscal = bool(_got(match, "fiscal"))
    return _part_of(_got(match, "part"), seen.quarter(_ordinal(match["n"]), year, fiscal=fiscal), "quarter")


def _half(match: re.Match[str], seen: Calendar) -> Made:
    return seen.half(_ordinal(match["n"]), _year(_got(match, "year"), seen)), "half"


def _weekday(match: re.Match[str], seen: Calendar) -> Made:
    monday = seen.unit("week", _offset(_got(match, "offset")))[0]
    if match["wd"] == "末":
        return (monday + timedelta(days=5), monday + timedelta(days=6)), "day"
    day = monday + timedelta(days=WEEKDAYS[match["wd"]])
    return (day, day), "day"


def _en_weekday(match: re.Match[str], seen: Calendar) -> Made:
    number = next(place for place, name in enumerate(EN_WEEKDAYS) if name.startswith(match["wd"][:3]))
    day = seen.unit("week", _offset(match["offset"]) if match["offset"] else 0)[0] + timedelta(days=number)
    if match["offset"] == "last" and day + timedelta(days=7) < seen.today:
        day += timedelta(days=7)  # last Monday, said on a Friday, is the one of this week only in some mouths: the nearest before today
    if match.string[: match.start()].endswith("since ") and day > seen.today:
        day -= timedelta(days=7)
    return (day, day), "day"


def _running(match: re.Match[str], seen: Calendar) -> Made:
    """The last N days up to today, or the coming N from today."""
    count, grain = count_of(_got(match, "n") or "1"), _grain(match["unit"])
    if _got(match, "ahead"):
        return (seen.today, seen.ago(-count, grain)), grain
    return (seen.ago(count, grain), seen.today), grain


def _within(match: re.Match[str], seen: Calendar) -> Made:
    """N days from today on; whoever knows that the past is meant turns it round."""
    return (seen.today, seen.ago(-count_of(match["n"]), _grain(match["unit"]))), "within"


def _ago(match: re.Match[str], seen: Calendar) -> Made:
    day = seen.ago(count_of(match["n"]) * (-1 if _got(match, "ahead") else 1), _grain(match["unit"]))
    return (day, day), "day"


def _passed(match: re.Match[str], seen: Calendar) -> Made:
    day = seen.ago(-count_of(match["n"]), _grain(match["unit"]))
    return (day, day), "day"


def _middle_of(match: re.Match[str], seen: Calendar) -> Made:
    """下个月中, mid October: the days about its middle."""
    named = _got(match, "m")
    span = seen.month(EN_MONTHS.index(named[:3]) + 1) if named else seen.unit("month", _offset(_got(match, "offset")))
    return _part_of("中", span, "month")


def _to_date(match: re.Match[str], seen: Calendar) -> Made:
    grain = {"y": "year", "q": "quarter", "m": "month", "w": "week"}.get(_got(match, "short")) or UNITS[match["unit"]]
    return (seen.unit(grain)[0], seen.today), "to date"


def _so_far(match: re.Match[str], seen: Calendar) -> Made:
    grain = UNITS[_got(match, "unit") or "year"]
    return (seen.unit(grain)[0], seen.today), "to date"


def _end_of(match: re.Match[str], seen: Calendar) -> Made:
    """月底, end of next quarter, EOY: the last day."""
    short = {"m": "month", "q": "quarter", "y": "year", "w": "week"}.get(_got(match, "short"))
    last = seen.unit(short or UNITS[match["unit"]], _offset(_got(match, "offset")))[1]
    return (last, last), "day", True


def _end_of_named(match: re.Match[str], seen: Calendar) -> Made:
    """End of October, end of Q3: its last day."""
    year = int(match["y"]) if match["y"] else seen.today.year + 1 if match["next"] else None
    span = seen.month(EN_MONTHS.index(match["m"][:3]) + 1, year) if match["m"] else seen.quarter(int(match["q"]), year)
    return (span[1], span[1]), "day", True


def _start_of(match: re.Match[str], seen: Calendar) -> Made:
    first = seen.unit(UNITS[match["unit"]], _offset(_got(match, "offset")))[0]
    return (first, first), "day"


def _part_of(part: str, span: Span, grain: str) -> Made:
    """The beginning, the middle or the end of a stretch, where one was named."""
    first, last = span
    if part == "初":
        return (first, first + (timedelta(days=9) if grain == "month" else (last - first) // 3)), "part"
    if part == "中":
        return (first + timedelta(days=10), first + timedelta(days=19)), "part"
    if part in {"底", "末"}:
        return (last, last), "day", True
    return span, grain


def _week_after(rule: Holiday) -> Make:
    """The first or second week, Monday to Sunday, after a holiday."""

    def make(match: re.Match[str], seen: Calendar) -> Made:
        span = seen.holiday(rule)
        return (seen.unit("week", NUMERALS[_got(match, "nth") or "一"], span[1]), "week") if span else None

    return make


def _holiday(rule: Holiday) -> Make:
    def make(match: re.Match[str], seen: Calendar) -> Made:
        span = seen.holiday(rule, _year(_got(match, "year"), seen))
        return (span, "holiday") if span else None

    return make


PATTERNS: tuple[tuple[str, Make], ...] = (
    (r"(?<!\d)(?P<y>20\d\d)[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})[日号]?(?!\d)", _iso),
    (rf"(?:{YEAR})?(?<!\d)(?P<m>\d{{1,2}}|{HAN}{{1,2}})月份?(?:(?P<d>\d{{1,2}}|{HAN}{{1,3}})[日号]|(?P<part>[底末初中]))?(?!度)", _zh_date),
    (rf"(?:(?P<d1>{EN_DAY})(?: of)? )?<B>(?P<m>{EN_MONTH})(?![a-z])\.?(?: (?P<d2>{EN_DAY})(?![\d%]))?(?:,? (?P<y>20\d\d))?", _en_date),
    (r"(?<=the )(?P<d>\d{1,2})(?:st|nd|rd|th)(?![a-z])(?! (?:quarter|half|week|floor|line|time|one|year|month|of))", _the_day),
    (
        (rf"<B>(?:(?P<n>a|one|two|three|four|\d) (?:weeks?|fortnights?)(?: from)? (?:today|now)|(?:in )?a fortnight(?: from)?(?: today)?"
        rf"|(?:a )?week on (?P<wd>{EN_WEEKDAY}))(?![a-z])"),
        _week_on,
    ),
    (
        (rf"<B>(?:(?P<wd>{EN_WEEKDAY}) (?:of |in )?(?P<offset>this|next) week"
         rf"|(?P<offset2>this|next) week(?: on)? (?P<wd2>{EN_WEEKDAY}))(?![a-z])"),
        _weekday_of_week,
    ),
    (rf"(?<![超通经跳])再?过(?P<n>{COUNT})\s?个?(?P<unit>周|星期|礼拜|月)(?!前)", _passed),
    (r"(?<![\d零一二两三四五六七八九十几半多今去明后前当周])年前", _before_new_year),
    (rf"(?P<offset>{OFFSET})?个?(?P<unit>月)中(?![标国秋旬间小大的心])", _middle_of),
    (rf"<B>(?:mid[ -]|(?:the )?middle of )(?P<m>{EN_MONTH})(?![a-z])", _middle_of),
    (rf"<B>(?:mid[ -]|(?:the )?middle of )(?P<offset>{OFFSET}) (?P<unit>month)(?![a-z])", _middle_of),
    (rf"(?P<offset>{OFFSET})?个?月?(?<!\d)(?P<d>\d{{1,2}}|{HAN}{{1,3}})号(?![码线楼仓库厂机门炉井院店馆棚站桥])", _day_of_month),
    (rf"(?P<day>{'|'.join(sorted(NAMED_DAYS, key=len, reverse=True))})", _named_day),
    (rf"<B>(?P<offset>{OFFSET})\s?(?!半年)(?P<unit>{UNIT})(?P<part>[底末初])?(?![a-z])", _unit),
    (rf"(?P<named>{'|'.join(NAMED_YEARS)})度?(?P<part>[底末初])?", _named_year),
    (r"(?<![\d.])(?P<y>20\d\d)(?:(?P<fiscal>财)年|年度?)", _number_year),
    (r"<B>(?:in |for |of |during |since |before |after )(?P<y>20\d\d)(?![\d.-])", _number_year),
    (r"<B>(?P<fy>fy)\s?'?(?P<y>(?:20)?\d\d)(?!\d)", _number_year),
    (rf"(?:{YEAR})?<B>(?P<fiscal>fiscal |fy |财年)?q(?P<n>[1-4])(?:\s?(?P<after>20\d\d))?(?P<part>[底末初])?(?![a-z0-9])", _quarter),
    (rf"(?:{YEAR})?(?:第(?=.季)|(?=.季度))(?P<n>[一二三四1-4])季度?(?P<part>[底末初])?", _quarter),
    (rf"(?:{YEAR})?(?P<n>{EN_ORDINAL}) quarter(?: (?:of )?(?P<after>20\d\d|(?:this|last|next) year))?", _quarter),
    (rf"(?:{YEAR})?(?P<n>[上下])半年", _half),
    (rf"(?:{YEAR})?<B>h(?P<n>[12])(?![a-z0-9])", _half),
    (rf"(?:{YEAR})?(?:the )?(?P<n>first|second) half(?: of (?:the|this) year)?", _half),
    (rf"(?P<offset>{OFFSET})?(?:个)?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天末])", _weekday),
    (rf"<B>(?:(?P<offset>last|this|next) )?(?P<wd>{EN_WEEKDAY})(?![a-z])", _en_weekday),
    (rf"(?:{BACK}|(?P<ahead>{AHEAD}))(?:的|这)?\s?(?P<n>{COUNT})\s?个?(?P<unit>(?:{EN_UNIT})s?(?![a-z])|{ZH_UNIT})", _running),
    (r"past (?P<unit>week|month|quarter|year)(?![a-z])", _running),
    (rf"(?:within|in) (?:the )?(?:next |coming )?(?P<n>{COUNT}) (?P<unit>(?:{EN_UNIT})s?)(?![a-z])", _within),
    (rf"(?P<n>{COUNT})\s?个?(?P<unit>{ZH_UNIT})(?:之内|以内|内)", _within),
    (rf"(?P<n>{COUNT})\s?个?(?P<unit>(?:{EN_UNIT})s?(?![a-z])|{ZH_UNIT})(?:\s?ago|之?前|以前|(?P<ahead>之?后|以后| from now))", _ago),
    (r"<B>(?P<short>[yqmw])td(?![a-z])|(?P<unit>year|quarter|month|week)[- ]to[- ]date", _to_date),
    (rf"(?:今年|本年|年初|(?:本|这|这个|今)(?P<unit>{ZH_UNIT}))(?:以来|至今|到现在|到目前为止)", _so_far),
    (r"so far this (?P<unit>year|quarter|month|week)", _so_far),
    (r"this (?P<unit>year|quarter|month|week) so far", _so_far),
    (rf"(?:the )?(?:start|beginning) of (?:the )?(?P<offset>{OFFSET})?\s?(?P<unit>{EN_UNIT})(?![a-z])", _start_of),
    (r"(?P<unit>年)初", _start_of),
    (rf"(?:the )?end of (?:the )?(?P<offset>{OFFSET})?\s?(?P<unit>{EN_UNIT})(?![a-z])", _end_of),
    (rf"(?:the )?end of (?:(?P<m>{EN_MONTH})|q(?P<q>[1-4]))(?![a-z])(?:,? (?P<y>20\d\d)| (?:of )?(?P<next>next) year)?", _end_of_named),
    (r"<B>eo(?P<short>[mqyw])(?![a-z])", _end_of),
    (r"(?:(?P<offset>this|next|last) )?(?P<unit>month|quarter|year|week)(?:'s)?[- ]end(?![a-z])", _end_of),
    (r"(?P<unit>年|季度|季|月)[底末](?!端)", _end_of),
)  # fmt: skip


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], Make], ...]:
    rules = tuple((rf"(?:{YEAR})?(?:the )?(?:{one.words})(?:假期|长假|节)?", _holiday(one)) for one in holidays())
    weeks = tuple(
        (rf"(?:{one.words})(?:假期|长假|节)?{WEEK_AFTER}", _week_after(one))
        for one in holidays()
    )
    return tuple((re.compile(pattern.replace("<B>", NO_LETTER_BEFORE)), make) for pattern, make in (*rules, *weeks, *PATTERNS))


def atoms(folded: str, seen: Calendar) -> tuple[Atom, ...]:
    """All expressions in a folded text, in order, none within or across another: of those that overlap the longest counts."""
    found = sorted(_all(folded, seen), key=lambda one: (one.start - one.end, one.start))
    kept: list[Atom] = []
    for atom in found:
        if all(atom.end <= other.start or other.end <= atom.start for other in kept):
            kept.append(atom)
    return tuple(sorted(kept, key=lambda one: one.start))


def _all(folded: str, seen: Calendar) -> Iterator[Atom]:
    for pattern, make in _compiled():
        for match in pattern.finditer(folded):
            made = make(match, seen)
            if made is not None:
                (first, last), grain = made[0], made[1]
                yield Atom(match.start(), match.end(), first, last, grain, ends=len(made) > 2)  # noqa: PLR2004 - the flag is there
