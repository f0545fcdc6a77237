"""Takes what identifies people out of a text before it leaves, and puts it back into what returns. Knows numbers; knows no network.

What is taken out: phones, e-mail addresses, WeChat ids, payment cards, IBANs, Chinese identity numbers, unified social credit codes,
US social security numbers, and names of contacts that it is told. Too much rather than too little: all of it comes back.
Checked by `python-stdnum` (Luhn, GB 11643, GB 32100, ISO 13616) and `phonenumbers` (the numbering plans of the world).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from stdnum import iban, luhn
from stdnum.cn import ric, uscc

from bot.domain.patterns import Pattern

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20} | dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013), 0x2D)
PLANS = ("CN", "US", "GB", "DE", "FR", "HK", "TW", "JP", "SG", "AU", "IT", "ES", "NL", "SE", "CH", "IN")
"""Numbering plans that a bare run of figures is held against; with a + any plan of the world counts."""
FIGURES = r"\d(?:[ -]?\d)"
_OWN = r"(?<![A-Za-z0-9_])"
_END = r"(?![A-Za-z0-9_])"
_EMAIL = Pattern(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{0,63}"
    r"\s?(?:@|[\[(]\s?at\s?[\])]|\s#at#\s?)\s?[A-Za-z0-9-]{1,63}(?:\s?(?:\.|[\[(]dot[\])])\s?[A-Za-z0-9-]{1,63}){0,6}"
    r"\s?(?:\.|[\[(]dot[\])])\s?[A-Za-z]{2,}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_WXID = Pattern(rf"{_OWN}wxid_[A-Za-z0-9_-]+|(?<=weixin://)\S+", re.IGNORECASE)
_WECHAT = Pattern(
    r"(?:微\s?信|(?<![a-z])(?:we\s?chat|weixin|wx|vx|v信|薇信|威信))\s?"
    r"(?:(?:号码?|账号|id|account|number)?\s?(?:[::是为叫,,(( ]|is\s|搜|加)+\s?(?P<id>[A-Za-z][A-Za-z0-9_-]{5,19})"
    r"|(?:号码?|账号)?[^\sA-Za-z0-9。;;]{0,2}(?P<odd>(?=[A-Za-z_-]*[0-9_-])[A-Za-z][A-Za-z0-9_-]{5,19}))(?![A-Za-z0-9_-])",
    re.IGNORECASE,
)
_QQ = Pattern(r"(?<![a-z])qq\s?(?:号码?)?[\s::是为]{0,4}(?P<id>[1-9]\d{4,10})(?!\d)", re.IGNORECASE)
_PASSPORT = Pattern(
    rf"(?:护照|通行证|passport)[^A-Za-z0-9\n]{{0,8}}(?:(?:no|number)[.::\s]*)?(?P<id>[A-Z]{{1,2}}\d{{6,8}}){_END}", re.IGNORECASE
)
_EIGHTEEN = Pattern(rf"{_OWN}[0-9A-Z](?:[ -]?[0-9A-Z]){{17}}{_END}", re.IGNORECASE)
_BORN = Pattern(r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", re.IGNORECASE)
_OLD_ID = Pattern(rf"{_OWN}[1-6]\d{{5}}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}{_END}")
_CARD = Pattern(rf"{_OWN}{FIGURES}{{11,18}}{_END}")
_IBAN = Pattern(rf"{_OWN}[A-Z]{{2}}\d\d(?:[ -]?[A-Z0-9]){{11,30}}{_END}", re.IGNORECASE)
_SSN = Pattern(rf"{_OWN}\d{{3}}[- ]\d\d[- ]\d{{4}}{_END}")
_PHONE = Pattern(
    r"(?<![A-Za-z0-9_])(?<![0-9][.,])(?<![A-Za-z0-9_][/\\-])(?:(?<![0-9)])\+|00(?=[1-9]))?\(?\d(?:[ .()/-]{0,2}\d){5,16}"
    r"(?:\s?(?:ext\.?|x|转|分机)\s?\d{1,6})?(?![A-Za-z0-9_])"
)
_CALLED = Pattern(
    r"(?:电\s?话|手\s?机|座\s?机|固\s?话|热\s?线|传\s?真|联系方式|号码|拨打?|致电|来电|回电|打给"
    r"|whatsapp|phones?|tel|telephone|mobile|cell|call(?:ed|ing)?|dial|fax|ring|text(?:ed)?|reach(?:ed)?|sms|number|contact)[^\d+(\n]{0,24}$",
    re.IGNORECASE,
)
_CARD_SAID = Pattern(r"(?:卡\s?号|银行卡|信用卡|储蓄卡|账\s?号|帐\s?号|card|account)[^\d\n]{0,16}$", re.IGNORECASE)
_DAY = Pattern(
    r"(?:19|20)\d\d[-./ ]?(?:0?[1-9]|1[0-2])[-./ ]?(?:0?[1-9]|[12]\d|3[01])(?:[ -]+\d{1,6})?"
    r"|(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|[12]\d|3[01])[-./](?:19|20)?\d\d(?:[ -]+\d{1,6})?"
)
_SPAN = Pattern(r"[1-9]\d{3,5}\s?[-/]\s?(?:19|20)\d\d|\d{1,3}(?:\.\d{1,3}){3}")
"""Years from and to, a standard with its year, an address of a machine."""
_GROUPED = Pattern(r"\(?\d{1,5}\)?(?:[ .-]{1,2}\(?\d{1,5}\)?)+")
_MEASURED = Pattern(
    r"\s?(?:[%‰€$£¥元块万亿台套个只件条年月天日周吨米克]|(?:RMB|CNY|USD|EUR|GBP|kg|mm|cm|km|ms|kW|pcs|units?)(?![A-Za-z]))", re.IGNORECASE
)
_NUMBERED = Pattern(
    r"(?:[€$£¥#№]|RMB|CNY|USD|EUR|GBP|(?:no|nr|version|ver|v|iso|gb/t|订单|单号|编号|工单|合同号|版本)[.::]?)\s?$", re.IGNORECASE
)
_HOLDS_MARKS = str.maketrans({"⟦": "[", "⟧": "]"})
_STAND_IN = Pattern(r"⟦\s*([A-Z]+)\s*[-_ ]\s*(\d+)\s*⟧", re.IGNORECASE)
SHORTEST_PHONE = 7
LONGEST_PHONE = 15
AROUND = 40


@dataclass
class Mask:
    """The stand-ins of one exchange: the same thing has the same stand-in throughout. names: of people, the longest first."""

    names: Sequence[str] = ()
    _stand_ins: dict[str, str] = field(default_factory=dict)
    _kept: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def on(self, text: str) -> str:
        """`text` with stand-ins such as ⟦PHONE-1⟧."""
        text = text.translate(_HOLDS_MARKS)
        for kind, start, end in reversed(found(text, self.names)):
            text = f"{text[:start]}{self._stand_in(kind, text[start:end])}{text[end:]}"
        return text

    def off(self, text: str) -> str:
        """`text` with what its stand-ins stand for; one that was never given out stays."""
        return _STAND_IN.sub(lambda match: self._kept.get(f"{match[1].upper()}-{match[2]}", match[0]), text)

    def off_all(self, value: object) -> object:
        """The same for every text in a JSON value."""
        match value:
            case str():
                return self.off(value)
            case list():
                return [self.off_all(one) for one in value]
            case dict():
                return {name: self.off_all(one) for name, one in value.items()}
            case _:
                return value

    def _stand_in(self, kind: str, taken: str) -> str:
        if taken not in self._stand_ins:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._stand_ins[taken] = f"{kind}-{self._counts[kind]}"
            self._kept[self._stand_ins[taken]] = taken
        return f"⟦{self._stand_ins[taken]}⟧"


def found(text: str, names: Sequence[str] = ()) -> tuple[tuple[str, int, int], ...]:
    """(kind, start, end) of what must not leave, in order; what was found first keeps its place, so surer kinds look first."""
    folded = text.translate(_WIDTH)
    taken: list[tuple[str, int, int]] = []
    for kind, search in _SEARCHES:
        free = _blanked(folded, taken)
        taken += [(kind, start, end) for start, end in search(free)]
    free = _blanked(folded, taken)
    taken += [("NAME", start, end) for start, end in _named(free, names)]
    return tuple(sorted(taken, key=lambda one: one[1]))


def _blanked(text: str, taken: Sequence[tuple[str, int, int]]) -> str:
    for _, start, end in taken:
        text = f"{text[:start]}{'_' * (end - start)}{text[end:]}"
    return text


def _matches(pattern: Pattern, group: str | int = 0) -> Callable[[str], Iterator[tuple[int, int]]]:
    return lambda text: (match.span(group) for match in pattern.finditer(text))


def _wechats(text: str) -> Iterator[tuple[int, int]]:
    """WeChat ids: a word of letters after 微信号 or a colon, else one that no language has, with a figure or a dash in it."""
    return (match.span("id" if match["id"] else "odd") for match in _WECHAT.finditer(text))


def _ids(text: str) -> Iterator[tuple[int, int]]:
    """Chinese identity numbers by their check figure, or by the day of birth in them: a slip of the finger identifies all the same."""
    for match in _EIGHTEEN.finditer(text):
        bare = re.sub("[ -]", "", match[0])
        if ric.is_valid(bare) or _BORN.fullmatch(bare):
            yield match.span()


def _codes(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EIGHTEEN.finditer(text) if uscc.is_valid(re.sub("[ -]", "", match[0])))


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(text):
        bare = re.sub("[ -]", "", match[0])
        if (luhn.is_valid(bare) and len(set(bare)) > 1) or _CARD_SAID.search(text[max(0, match.start() - AROUND) : match.start()]):
            yield match.span()


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _IBAN.finditer(text) if iban.is_valid(match[0], check_country=False))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE.finditer(text):
        start, end = match.span()
        if _is_phone(match[0], text[max(0, start - AROUND) : start], text[end : end + AROUND]):
            yield start, end


def _is_phone(written: str, before: str, after: str) -> bool:
    figures = re.sub(r"\D", "", written)
    if not SHORTEST_PHONE <= len(figures) <= LONGEST_PHONE + 6 or _DAY.fullmatch(written) or _SPAN.fullmatch(written):
        return False
    if _CALLED.search(before) or written.startswith("+"):
        return True
    if _NUMBERED.search(before) or _MEASURED.match(after) or len(set(figures)) < 3:  # noqa: PLR2004 - 1000000 and the like are no phone
        return False
    return _is_grouped(written) or any(_fits(written, plan) for plan in PLANS)


def _is_grouped(written: str) -> bool:
    """Whether figures stand in groups as in a phone number; groups of three behind a shorter one are thousands, unless a zero leads."""
    groups = re.findall(r"\d+", written)
    if not _GROUPED.fullmatch(written) or len(groups) > 6:  # noqa: PLR2004 - more groups are a table
        return False
    thousands = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3 and groups[0][0] != "0"  # noqa: PLR2004
    return not thousands or "(" in written or (len(groups) == 3 and len(groups[0]) == 3)  # noqa: PLR2004 - nine figures in threes


def _fits(written: str, plan: str) -> bool:
    import phonenumbers  # noqa: PLC0415 - the plans of the world weigh on every start, and only what goes to a chat model is masked

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, plan))
    except phonenumbers.NumberParseException:
        return False


def _named(text: str, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    wanted = sorted(filter(None, names), key=len, reverse=True)
    if wanted:
        edge = {name: r"(?<![A-Za-z])" if name[0].isascii() else "" for name in wanted}
        pattern = "|".join(f"{edge[name]}{re.escape(name)}{'(?![A-Za-z])' if name[-1].isascii() else ''}" for name in wanted)
        yield from (match.span() for match in re.finditer(pattern, text, re.IGNORECASE))


_SEARCHES: tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    ("EMAIL", _matches(_EMAIL)),
    ("WECHAT", _matches(_WXID)),
    ("WECHAT", _wechats),
    ("ID", _ids),
    ("CODE", _codes),
    ("IBAN", _accounts),
    ("CARD", _cards),
    ("ID", _matches(_OLD_ID)),
    ("ID", _matches(_PASSPORT, "id")),
    ("QQ", _matches(_QQ, "id")),
    ("ID", _matches(_SSN)),
    ("PHONE", _phones),
)
"""Surer kinds first: a number with a check figure is that, and no phone."""
