"""To whom a letter goes, and how they are addressed: by title, in the register of their language. Knows contacts; asks nobody."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.ids import RecordId
from bot.domain.query import Row
from bot.domain.saying import number, text
from bot.domain.talk import Lang

SAID_SO = re.IGNORECASE | re.ASCII  # so that a Latin word may stand beside Chinese ones
POSTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(said, SAID_SO), re.compile(written, SAID_SO))
    for said, written in (
        (r"副董事长|vice chair", r"副董事长|vice chair"),
        (r"(?<!副)董事长|(?<!vice )\bchair(?:man|woman|person)?\b", r"(?<!副)董事长|^chair"),
        (r"副总裁|副总经理|副总|\bs?vp\b|\bvice president", r"副总|\bs?vp\b|vice president"),
        (r"首席技术官|技术总监|\bcto\b|chief technology", r"首席技术官|\bcto\b|chief technology|技术总监"),
        (
            r"首席财务官|财务总监|财务负责人|\bcfo\b|chief financial|finance director",
            r"首席财务官|财务总监|\bcfo\b|chief financial|finance director",
        ),
        (r"首席运营官|\bcoo\b|chief operating", r"首席运营官|\bcoo\b|chief operating"),
        (r"首席信息官|\bcio\b|chief information", r"首席信息官|\bcio\b|chief information"),
        (r"首席采购官|\bcpo\b|chief procurement", r"首席采购官|\bcpo\b|chief procurement"),
        (
            r"首席执行官|(?<!副)总裁|(?<!副)总经理|\bceo\b|chief executive|managing director|general manager|(?<!vice )\bpresident\b",
            r"首席执行官|(?<!副)总裁|(?<!副)总经理|\bceo\b|chief executive|managing director|general manager|(?<!vice )\bpresident",
        ),
        (r"采购(?:总监|经理|主管)|purchasing manager|head of purchasing", r"采购|purchasing|procurement"),
        (r"设备部长|设备经理|head of maintenance|maintenance (?:head|manager)", r"设备|maintenance"),
        (r"生产总监|厂长|production director|plant manager", r"生产总监|厂长|production director|plant manager"),
        (r"质量总监|quality (?:director|manager|head)", r"质量|quality"),
        (r"IT经理|IT manager|head of IT", r"IT"),
    )
)
"""What a post is called in a request, and what it may be called in the records."""
HIGHEST = re.compile(
    r"一把手|大老板|老板|老总|当家|创始人|\bbig boss\b|\bboss\b|\bfounder\b|\bowner\b|top (?:person|man|woman)", SAID_SO
)
CALLED = re.compile(
    r"(?P<han>(?:(?![的给跟和与请约找向写封致帮替为])[\u3400-\u9fff]){1,3}"
    r"(?:董事长|董|副总裁|副总|总经理|总裁|总监|总工|总|经理|部长|主任|厂长|处长|主管|老师|先生|女士|工)(?!程|厂|作|具))"
    r"|\b(?P<formal>(?:Mr|Ms|Mrs|Dr|Prof)\.?\s+[A-Z][\w'-]+(?:\s[A-Z][\w'-]+)?)"
)
WOMAN_OR_MAN = re.compile(r"\b(?P<title>Mr|Ms|Mrs|Dr|Prof)\.?\s+(?:[A-Z][\w'-]+\s)?(?P<name>[A-Z][\w'-]+)")
TWO = ("欧阳", "上官", "司马", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "端木", "夏侯")
CHAIR = re.compile(r"董事长")
SENIOR = re.compile(r"总裁|总经理|副总|首席|总监|合伙人")
KNOWN_POSTS = re.compile(r"(部长|经理|主任|厂长|处长|科长|主管|书记|院长|班长)$")
ENGINEER = re.compile(r"工程师$|总工")
TITLES = "董|副|总|经理|部长|主任|厂长|处长|主管|老师|先生|女士|工|科长|书记|院长"


@dataclass(frozen=True, slots=True)
class Person:
    """The addressee. contact: None for somebody in no record. said: how the request calls them. exact: False for the nearest post."""

    contact: Row | None
    said: str
    account_name: str
    exact: bool = True

    @property
    def id(self) -> RecordId | None:
        """Their record."""
        return self.contact.id if self.contact else None

    @property
    def name(self) -> str:
        """Their name as the records have it, "" for nobody known."""
        return text(self.contact, "name") if self.contact else ""

    @property
    def title(self) -> str:
        """Their title as the records have it; as said where they are unknown."""
        return text(self.contact, "title") if self.contact else self.said

    @property
    def executive(self) -> bool:
        """Whether the register of executives is due: to them, and to whoever is not known."""
        return self.contact is None or self.contact.fields.get("executive") is not False

    @property
    def language(self) -> Lang | None:
        """The language that they speak, where the records tell."""
        spoken = text(self.contact, "language") if self.contact else ""
        return Lang(spoken) if spoken in set(Lang) else None


def person_in(said: str, people: Sequence[Row], named: Sequence[Row], account_name: str) -> Person | tuple[Row, ...]:
    """Whom a request means among the people of an account; several where nothing tells them apart. named: those found by their words."""
    there = [one for one in people if one.fields.get("status") != "left"]
    theirs = [one for one in named if _by_name(one, said)]
    if len(theirs) == 1:
        return Person(theirs[0], called(said), account_name)
    posts = [(found.start(), found[0], written) for pattern, written in POSTS if (found := pattern.search(said))]
    asked = min(posts, key=lambda one: one[0])[1:] if posts else None
    if asked:
        fits = sorted((one for one in theirs or there if asked[1].search(text(one, "title"))), key=_weight, reverse=True)
        same = [one for one in fits if asked[0].casefold() in text(one, "title").casefold()]
        if fits:
            return Person((same or fits)[0], called(said), account_name, exact=bool(same))
        return Person(None, called(said) or asked[0], account_name)
    if len(theirs) > 1:
        return tuple(theirs)
    if HIGHEST.search(said):
        board = sorted((one for one in there if one.fields.get("executive") is True), key=_weight, reverse=True)
        return Person(board[0] if board else None, called(said) or _found(HIGHEST, said), account_name, exact=False)
    return Person(None, called(said), account_name)


def _by_name(row: Row, said: str) -> bool:
    """Whether somebody is meant by their name, or their family name with a title, and not by their post alone."""
    name = text(row, "name")
    if not name.isascii():
        return name in said or re.search(rf"{family_name(name)}(?:{TITLES})", said) is not None
    return any(re.search(rf"\b{re.escape(word)}\b", said) for word in name.split())


def called(said: str) -> str:
    """How a request calls somebody: "李董", "Ms Lee"; "" where it does not."""
    found = CALLED.search(said)
    if found is None:
        return ""
    return found["han"] or found["formal"]


def addressee(person: Person, lang: Lang, request: str = "") -> str:
    """How somebody is addressed: family name with 董事长, 总 or their post in Chinese; Ms or Mr only where the request says which.

    A sex is no guess of ours: where nobody said it, an English letter has the full name.
    """
    name = person.name
    if lang is Lang.ZH:
        return _in_chinese(person)
    if name and (found := WOMAN_OR_MAN.search(request)) and found["name"].casefold() in name.casefold().split():
        return f"{found['title']} {name.split()[-1]}"
    return name or (person.said if WOMAN_OR_MAN.search(person.said) else "")


def family_name(name: str) -> str:
    """The family name of somebody with a Chinese name."""
    return name[:2] if name.startswith(TWO) else name[:1]


def _in_chinese(person: Person) -> str:
    name, title = person.name, person.title
    if not name:
        return person.said
    if name.isascii():
        return name
    family = family_name(name)
    if CHAIR.search(title):
        return f"{family}董事长"
    if SENIOR.search(title):
        return f"{family}总"
    if ENGINEER.search(title):
        return f"{family}工"
    post = KNOWN_POSTS.search(title)
    return f"{family}{post[1]}" if post else name


def _weight(row: Row) -> float:
    return number(row, "weight") or 0.0


def _found(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.search(said)
    return found[0] if found else ""
