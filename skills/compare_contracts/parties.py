"""Who is who in a contract: which names and roles mean our side, and which the other. Knows no clause."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from skills.compare_contracts.folded import HAN, fold

US, THEM = "@us", "@them"
OURS = (
    "seller", "supplier", "provider", "service provider", "vendor", "licensor", "contractor", "manufacturer", "lessor", "consultant",
    *["卖方", "供方", "供货方", "供应方", "供应商", "服务方", "服务商", "服务提供方"],
    *["出卖方", "出卖人", "销售方", "受托方", "受托人", "承包方", "承揽方", "许可方"],
    *["出租方", "实施方", "开发方", "承包人", "承揽人", "制造商", "供货商", "厂家", "厂商"],
)  # fmt: skip
THEIRS = (
    "buyer", "customer", "client", "purchaser", "subscriber", "licensee", "reseller", "distributor", "lessee", "dealer", "company",
    "end user",
    *["买方", "需方", "采购方", "购买方", "客户", "委托方", "委托人", "经销商", "代理商"],
    *["分销商", "被许可方", "承租方", "发包方", "定作方", "订购方", "用户", "订户", "采购人"],
    *["使用方", "购货方", "发包人", "买受人", "定作人"],
)  # fmt: skip
_LINE = re.compile(r"^\s*(?P<role>[^:：\n]{1,40}?)\s*[:：]\s*(?P<rest>\S.*)$")
_QUOTED = '["“「](?P<called>[^"”」]{1,30})["”」]'
_CALLED = re.compile(rf"[(（][^()（）\"“「]{{0,40}}{_QUOTED}[^()（）]{{0,20}}[)）]")
_BETWEEN = re.compile(rf"(?P<name>[^,;(（\n]{{3,60}}?)\s*[(（][^()（）\"“「]{{0,30}}{_QUOTED}[^()（）]{{0,20}}[)）]")
_FORM = re.compile(
    r"股份有限公司|有限责任公司|有限公司|集团|公司"
    r"|\b(?:ltd|limited|inc|llc|plc|gmbh|ag|ab|corp|corporation|co|a\.s|s\.a|bv|sa)\b\.?",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"[(（]\s*(?:以下|下称|简称|[:：])*\s*([甲乙丙]方|party [ab])\s*[)）]", re.IGNORECASE)
_SHORTEST = 2
_ROLE_WORDS = 3
_NEIGHBOURS = 2
"""A line so near to that of our firm names the other firm, whatever it calls it."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What each side is called here, folded, the longest first."""

    us: tuple[str, ...]
    them: tuple[str, ...]

    def told(self, folded: str) -> str:
        """`folded` text with every name of a side replaced by @us or @them."""
        us, them = (tuple(one for one in names if one in folded) for names in (self.us, self.them))
        return _pattern(us, them).sub(lambda found: THEM if found.lastgroup == "them" else US, folded) if us or them else folded


@lru_cache(maxsize=512)
def _pattern(us: tuple[str, ...], them: tuple[str, ...]) -> re.Pattern[str]:
    """Any name of a side; the longest of both counts where one holds the other."""
    names = sorted([(one, "us") for one in us] + [(one, "them") for one in them], key=lambda one: -len(one[0]))
    runs = [(side, [one for one, of in names if of == side]) for side in ("them", "us")]
    return re.compile("|".join(f"(?P<{side}>{'|'.join(_bordered(one) for one in several)})" for side, several in runs if several))


def _bordered(name: str) -> str:
    """A Latin name stands between borders; its possessive counts as it."""
    return rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name)


def sides(texts: Iterable[str], our_party: str) -> Sides:
    """Who is who, from the words before the first clause and our firm's name (several writings parted by "/").

    A role that the paper gives itself ("甲方", "the Supplier") counts before the roles that sellers and buyers usually have.
    """
    ours = [fold(one) for one in re.split(r"\s*/\s*", our_party) if one.strip()]
    us, them = set[str](), set[str]()
    found = [(at, one) for at, line in enumerate(one for text in texts for one in text.splitlines()) for one in _named(line)]
    ours_at = [at for at, one in found if any(_same_firm(name, fold(one.name)) for name in ours)]
    for at, one in found:
        if one.known or any(abs(at - place) <= _NEIGHBOURS for place in ours_at):
            (us if at in ours_at and any(_same_firm(name, fold(one.name)) for name in ours) else them).update(one.called)
    us |= set(ours) | {one for one in OURS if one not in them}
    them |= {one for one in THEIRS if one not in us}
    them -= us
    return Sides(_longest(us), _longest(them))


@dataclass(frozen=True, slots=True)
class _Named:
    """A firm and what it is called. known: whether by a word that is always a party's; others count beside the line of our firm."""

    name: str
    called: frozenset[str]
    known: bool


def _named(line: str) -> Iterable[_Named]:
    """The firms of a line."""
    found = _LINE.match(line)
    if found and len(found["rest"]) <= 160 and not found["role"].isdigit():  # noqa: PLR2004 - a party's line is short
        roles = {fold(one) for one in (found["role"], *re.split(rf"\s+|(?<=[a-z])(?=[{HAN}])|[()（）]", found["role"])) if one.strip()}
        called = {fold(one) for one in (*_CALLED.findall(found["rest"]), *_LETTERED.findall(found["rest"]))}
        known = {one for one in roles | called if one in {*OURS, *THEIRS} or re.fullmatch("[甲乙丙]方|party [ab]", one)}
        if known:
            yield _Named(found["rest"], frozenset((known & roles) | called | _short(found["rest"])), known=True)
            return
        if not re.search(r"\d", found["role"]) and len(found["role"].split()) <= _ROLE_WORDS:
            parts = re.split(rf"(?<=[a-zA-Z])\s*(?=[{HAN}])|(?<=[{HAN}])\s*(?=[a-zA-Z])|[()（）/]", found["role"])
            roles = {fold(one) for one in parts if len(one.strip()) >= _SHORTEST}
            yield _Named(found["rest"], frozenset(roles | called | _short(found["rest"])), known=False)
    for one in _BETWEEN.finditer(line):
        if fold(one["called"]) not in {"agreement", "contract", "effective date", "party", "parties", "本合同", "本协议"}:
            name = re.split(r"\b(?:between|and|by)\s+|[和与]", one["name"])[-1]
            yield _Named(name, frozenset({fold(one["called"]), *_short(name)}), known=True)


def _short(rest: str) -> set[str]:
    """The firm's name, whole and without its legal form."""
    name = fold(re.split(r"[(（,，;；]", rest)[0])
    bare = _FORM.sub("", name).strip(" .,")
    return {one for one in (name, bare) if len(one) > _SHORTEST}


def _same_firm(ours: str, name: str) -> bool:
    bare = _FORM.sub("", ours).strip(" .,")
    return len(bare) >= _SHORTEST and bare in name


def _longest(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda one: (-len(one), one)))
