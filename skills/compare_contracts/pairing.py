"""Which paper is held against which: the one before it, our standard, whatever came last. Knows names and words; compares no clause."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePath

from bot.domain.contracts import Paper
from bot.ports.papers import KeptPaper
from skills.compare_contracts.folded import fold

WAITS = timedelta(minutes=30)
VERSION = re.compile(
    r"(?:(?:^|[\s_\-.(（])(?:v|ver|version|rev|r)\.?\s*|v)(\d{1,2}(?:\.\d{1,2})?)|第\s*([一二三四五六七八九\d]{1,2})\s*[版稿]",
    re.IGNORECASE,
)
STAGES = (
    "初稿|原稿|原版|旧版|草案|draft|original|old|before|ours",
    "修订|修改|回稿|反馈|新版|二稿|revised|marked|markup|new|after|comments?|theirs",
    "终稿|定稿|签署|final|signed|executed",
)  # fmt: skip
_STAGE = tuple(re.compile(one, re.IGNORECASE) for one in STAGES)
_NOISE = re.compile(r"[\s_\-.()（）\[\]【】]+|\d{6,8}|合同|协议|contract|agreement", re.IGNORECASE)
STANDARD = re.compile(r"标准|模板|范本|示范|standard|template|model", re.IGNORECASE)
PAPERED = re.compile(r"合同|协议|contract|agreement|\bnda\b", re.IGNORECASE)
NOT_PAPERED = re.compile(r"底线|政策|手册|指引|话术|清单|fallback|policy|playbook|guide|checklist", re.IGNORECASE)
SORTS = (
    ("保密|nda|confidential|non-?disclosure", "nda"), ("订阅|subscription|saas|服务|services?", "service"),
    ("供货|供应|采购|销售|买卖|supply|purchase|sales", "supply"),
)  # fmt: skip
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(MONTHS)})[a-z]*"
DAY = re.compile(
    r"(?P<year>20\d\d)\s*[-/.年]\s*(?P<number>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})"
    rf"|\b(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<before>{_MONTH})\.?,?\s+(?P<of>20\d\d)"
    rf"|\b(?P<behind>{_MONTH})\.?\s+(?P<second>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<in>20\d\d)",
    re.IGNORECASE,
)
DAY_LINE = re.compile(r"日期|签订|签署|签于|版本|修订|编制|\b(?:dated?|as of|effective|version|revised|revision)\b", re.IGNORECASE)
NAME_DAY = re.compile(r"(?<!\d)(20\d\d)[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])(?!\d)")
FIRST_LINES, LAST_LINES = 30, 15
LEAST = 0.35
"""Share of words that two papers have in common at least, to be two versions of one contract."""
HEAD = 4_000


def in_order(one: KeptPaper, other: KeptPaper) -> tuple[KeptPaper, KeptPaper]:
    """The older version first: ours, else as their names tell, else as the days in them do, else the one that came first."""
    first, second = sorted((one, other), key=lambda kept: (kept.at, kept.id))
    if one.is_ours != other.is_ours:
        return (one, other) if one.is_ours else (other, one)
    return (second, first) if _later(first, second) else (first, second)


def is_told(one: KeptPaper, other: KeptPaper) -> bool:
    """Whether the papers themselves tell which is the older."""
    return one.is_ours or other.is_ours or _later(one, other) or _later(other, one)


def _later(one: KeptPaper, other: KeptPaper) -> bool:
    """Whether `one` says that it is of a later version, or, where names say nothing, of a later day."""
    mine, theirs = version(one.name), version(other.name)
    if mine is not None and theirs is not None and mine != theirs:
        return mine > theirs
    day, other_day = dated(one), dated(other)
    return day is not None and other_day is not None and day > other_day


def dated(kept: KeptPaper) -> date | None:
    """The day of a contract: of its name, else the last that its first and last lines call one; None where they name none."""
    if found := NAME_DAY.search(kept.name):
        return _day(*found.groups())
    said = [one.text for one in kept.paper.paragraphs]
    days = [_day_of(found) for text in (*said[:FIRST_LINES], *said[-LAST_LINES:]) if DAY_LINE.search(text) for found in DAY.finditer(text)]
    return max((one for one in days if one is not None), default=None)


def _day_of(found: re.Match[str]) -> date | None:
    if found["year"]:
        return _day(found["year"], found["number"], found["day"])
    month = MONTHS.index((found["before"] or found["behind"])[:3].lower()) + 1
    return _day(found["of"] or found["in"], str(month), found["first"] or found["second"])


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def version(name: str) -> float | None:
    """Which version a name says it is; stages of a draft stand for numbers. None where it says nothing."""
    stem = PurePath(name).stem
    if found := VERSION.search(stem):
        number = found.group(1) or found.group(2)
        return float(number) if number[0].isdigit() else float("一二三四五六七八九".find(number) + 1)
    return next((float(at) for at, one in reversed(list(enumerate(_STAGE))) if one.search(stem)), None)


def waiting(sent: Sequence[KeptPaper], now: datetime, but: str) -> KeptPaper | None:
    """The paper that waits for another one: the last but this one, for as long as it waits."""
    last = next((one for one in sent if one.id != but), None)
    return last if last is not None and now - last.at <= WAITS else None


def before(kept: KeptPaper, sent: Sequence[KeptPaper], shelved: Mapping[str, str]) -> KeptPaper | str | None:
    """The version before this one: of what was sent, else the id of a document of the library; None where none is alike."""
    mine = version(kept.name)
    others = [one for one in sent if one.id != kept.id and alike(kept.paper, one.paper) >= LEAST]
    earlier = [one for one in others if mine is None or (number := version(one.name)) is None or number < mine]
    if earlier:
        return max(earlier, key=lambda one: (version(one.name) or 0.0, one.at))
    called = stem(kept.name)
    titled = [(version(title) or 0.0, paper_id) for paper_id, title in shelved.items() if len(called) > 1 and _same(called, stem(title))]
    fitting = [one for one in titled if mine is None or one[0] < mine]
    return max(fitting)[1] if fitting else None


def standards(shelved: Mapping[str, str]) -> Mapping[str, str]:
    """Our standard contracts, as far as titles tell: id -> title."""
    return {
        paper_id: title for paper_id, title in shelved.items()
        if STANDARD.search(title) and PAPERED.search(title) and not NOT_PAPERED.search(title)
    }  # fmt: skip


def standard_for(kept: KeptPaper | None, words: str, shelved: Mapping[str, str]) -> Sequence[str]:
    """The ids of our standards that are meant: by the words, else of the same sort as the paper; several where nobody can tell."""
    known = standards(shelved)
    text = f"{kept.name}\n{_head(kept.paper)[:400]}" if kept else ""
    for told in (words, text):
        sort = _sort(told)
        fitting = [paper_id for paper_id, title in known.items() if sort and _sort(title) == sort]
        language = [paper_id for paper_id in fitting if kept is None or _is_chinese(known[paper_id]) == _is_chinese(text)]
        if language or fitting:
            return language or fitting
    return list(known)


def alike(one: Paper, other: Paper) -> float:
    """How much of the shorter paper's head stands in the other's, in pairs of signs, 0 to 1."""
    first, second = (_pairs(fold(_head(each))) for each in (one, other))
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0


def _head(paper: Paper) -> str:
    return "\n".join(one.text for one in paper.paragraphs[:200])[:HEAD]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


def stem(name: str) -> str:
    """What a contract is called without its version, its stage and its day."""
    path = PurePath(name)
    bare = path.stem if len(path.suffix) <= len(".markdown") and path.suffix[1:].isalnum() and path.suffix.isascii() else name
    for pattern in (VERSION, *_STAGE, _NOISE):
        bare = pattern.sub("", bare)
    return fold(bare)


def _same(one: str, other: str) -> bool:
    return bool(one and other) and (one in other or other in one)


def _sort(text: str) -> str:
    return next((sort for pattern, sort in SORTS if re.search(pattern, text, re.IGNORECASE)), "")


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" for char in text)
