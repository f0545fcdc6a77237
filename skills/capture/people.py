"""Whom a note is about at an account: known people by name, by surname and title, or by how that sounds; strangers as they were called."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from skills.capture.accounts import near, skeleton
from skills.capture.book import Account, Person
from skills.capture.heard import HAN, Heard, fold

RAW = tomllib.loads(Path(__file__).with_name("people.toml").read_text(encoding="utf-8"))
SURNAMES = frozenset("".join(RAW["surnames"]))
TITLES: Mapping[str, str] = RAW["titles"]
"""Title as said -> what a title in the records must have in it; empty: fits any."""
NOT_NAMES = frozenset(RAW["not_names"])
ANY_BOSS = frozenset({"总", "董", "老板", "姐", "哥", "老师"})
HONORIFIC = re.compile(r"(?<![a-z])(mr|ms|mrs|miss|dr|director|madam)\.? ([a-z]+)")
STRANGER = re.compile(
    r"(?<![a-z])(?:met|saw|with|spoke (?:to|with)|talked to|from|call(?:ed)? from|chat with|heard from) "
    r"([a-z]{3,})(?= (?:from|at|over|their|the [a-z]+ (?:manager|director|lead|head)|who|in) )"
)
FULL_NAME = re.compile(
    r"(?:[Mm]et|[Ss]aw|[Ww]ith|[Ss]poke (?:to|with)|[Tt]alked to|[Hh]eard from|[Cc]all(?:ed)? from) ([A-Z][a-z]{2,} [A-Z][a-z]{2,})"
    r"(?=,? (?:who |from |over at |at [A-Z]|(?:the|their) [a-z]+ (?:manager|director|lead|head)))"
)
"""A stranger by both names, as typed."""
CALLED = re.compile(
    r"(?<![a-z])(?:someone|somebody|guy|lady|woman|man|person|manager|buyer|engineer|director|girl|chap|"
    r"bloke) (?:called|named) ([a-z]{3,})"
)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody that a note names. name: as the records have it, else as said; known: whether they have it."""

    start: int
    end: int
    name: str
    known: bool


def people(heard: Heard, account: Account | None) -> tuple[Who, ...]:
    """Who is named, those of `account` first."""
    known = sorted(_known(heard, account.people if account else ()), key=lambda one: one.start)
    strangers = sorted(
        (one for one in _strangers(heard) if all(one.end <= who.start or who.end <= one.start for who in known)), key=lambda one: one.start
    )
    return (*known, *strangers)


def owners(heard: Heard, accounts: Iterable[Account]) -> tuple[tuple[Account, Who], ...]:
    """Accounts of whose people one is named in full enough: what a note without an account may mean."""
    return tuple((account, who) for account in accounts for who in list(_known(heard, account.people))[:1])


def _known(heard: Heard, staff: Iterable[Person]) -> Iterator[Who]:
    for person in staff:
        found = next(iter(_han(heard, person) if HAN.search(person.name) else _latin(heard, person)), None)
        if found:
            yield Who(found[0], found[1], person.name, known=True)


def _han(heard: Heard, person: Person) -> Iterator[tuple[int, int]]:
    for name in (person.name, person.name[1:] if len(person.name) > 2 else person.name):  # noqa: PLR2004 - surname and two characters
        for match in heard.find(re.compile(re.escape(name))):
            yield match.span()
    wanted = [near(one) for one in heard.surfaces.get(person.name, ())]
    text = [near(one) for one in heard.sounds]
    size = len(wanted)
    for start in range(heard.start, heard.end - size + 1):
        if size > 2 and text[start : start + size] == wanted:  # noqa: PLR2004 - two syllables are said by chance
            yield start, start + size
    yield from _titled(heard, person, wanted[:1], text)
    for match in heard.find(HONORIFIC):
        if wanted and near(match[2]) == wanted[0]:
            yield match.span()


def _titled(heard: Heard, person: Person, surname: list[str], text: list[str]) -> Iterator[tuple[int, int]]:
    """王经理, and 王经历 by its sound; another title is another person."""
    sounds = heard.surfaces
    for title in sorted(TITLES, key=len, reverse=True):
        if not _fits(title, person.title):
            continue
        wanted = [near(one) for one in sounds.get(title, ())]
        for start in range(heard.start, heard.end - len(title)):
            behind = start + 1 + len(title)
            same = heard.text[start] == person.name[0]
            if not (same or ([text[start]] == surname and heard.text[start] not in NO_SURNAME and len(title) > 1)):
                continue
            if heard.text[start + 1 : behind] == title or (len(title) > 1 and wanted and same and text[start + 1 : behind] == wanted):
                yield start, behind


NO_SURNAME = frozenset("他她你我们这那的是有个来去说要想给找跟和")


def _fits(said: str, title: str) -> bool:
    meant = TITLES[said]
    return not title or not meant or meant in title or (said in ANY_BOSS and re.search(r"[总长监理管董任]", title) is not None)


def _latin(heard: Heard, person: Person) -> Iterator[tuple[int, int]]:
    words = fold(person.name).split()
    for match in heard.find(re.compile(rf"(?<![a-z])(?:{re.escape(fold(person.name))})(?![a-z])")):
        yield match.span()
    for word in words:
        if len(word) > 2:  # noqa: PLR2004 - initials are nobody
            for match in heard.find(re.compile(rf"(?<![a-z])(?:(?:mr|ms|mrs|dr) )?{re.escape(word)}(?:'?s)?(?![a-z])")):
                yield match.span()
    for match in heard.find(re.compile(r"(?<![a-z])[a-z]{4,}(?![a-z])")):
        if len(words[0]) > 3 and match.group() not in NOT_NAMES and skeleton(match.group()) == skeleton(words[0]):  # noqa: PLR2004
            yield match.span()


def _strangers(heard: Heard) -> Iterator[Who]:
    titles = "|".join(sorted(TITLES, key=len, reverse=True))
    for match in heard.find(re.compile(rf"([\u3400-\u9fff])({titles}|经历)(?![厂商程具])")):
        if match[1] in SURNAMES and not (
            match[2] in {"工", "总", "董"}
            and heard.folded[match.end() : match.end() + 1] in {"作", "价", "额", "共", "是", "的", "事"}
            and match[1] in "高方任何常万"
        ):
            yield Who(match.start(), match.end(), heard.text[match.start() : match.end()].replace("经历", "经理"), known=False)
    for match in heard.find(HONORIFIC):
        yield Who(match.start(), match.end(), match.group().title(), known=False)
    for match in heard.find(CALLED):
        yield Who(match.start(1), match.end(1), match[1].title(), known=False)
    for match in FULL_NAME.finditer(heard.text, heard.start, heard.end):
        yield Who(match.start(1), match.end(1), match[1], known=False)
    for match in heard.find(STRANGER):
        if match[1] not in NOT_NAMES:
            yield Who(match.start(1), match.end(1), match[1].title(), known=False)
