"""What figures in a contract say: money (大写 too), per cent and per mille, stretches of time, counts, dates. Knows no clause."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.numerals import ENGLISH, value_of

_HAN = "零〇一二两三四五六七八九十百千万亿"
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟圆", "一二三四五六七八九十百千元")
_MORE: dict[str, float] = {
    **ENGLISH, "eleven": 11, "thirteen": 13, "fourteen": 14, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "seventy": 70,
    "eighty": 80, "twice": 2, "double": 2, "triple": 3, "half": 0.5,
}  # fmt: skip
_ANY_MORE = "|".join(sorted(_MORE, key=len, reverse=True))
_ANY_ENGLISH = "|".join(ENGLISH)
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_ANY_NEXT = rf"(?:{_ANY_ENGLISH}|{_ANY_MORE}|{'|'.join(_SCALES)})(?![a-z])"
_WORD = rf"(?:(?:{_ANY_MORE})(?:(?:[- ]|(?<=hundred|million|billion)\s+and\s+|(?<=thousand)\s+and\s+){_ANY_NEXT})*)"
_ARABIC = r"\d{1,3}(?:,\s?\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = rf"(?:\s?[万亿](?![{_HAN}])|\s?(?:million|billion|thousand)(?![a-z]))?"
_NUMBER = rf"(?:{_ARABIC}|(?<![a-z@]){_WORD}(?![a-z])|[{_HAN}]+(?:点[{_HAN}]+)?){_SCALE}"
_CURRENCY = (
    r"us dollars?|(?:euros?|pounds?(?: sterling)?)(?=\s+[a-z\d])"
    r"|人民币|rmb|cny|usd|us\$|eur|gbp|hkd|jpy|chf|sgd|[$€£¥]|美元|欧元|英镑|港元|日元"
)
_CODES = {
    **dict.fromkeys(("人民币", "rmb", "¥", "元"), "CNY"), "港元": "HKD", "日元": "JPY",
    **dict.fromkeys(("$", "us$", "美元", "us dollars", "us dollar", "dollars"), "USD"),
    **dict.fromkeys(("€", "欧元", "euros", "euro"), "EUR"),
    **dict.fromkeys(("£", "英镑", "pounds", "pound", "pounds sterling", "pound sterling"), "GBP"),
}  # fmt: skip
_DAYS = {
    "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 365 / 12, "quarter": 365 / 4, "year": 365.0,
}  # fmt: skip
RATE_DAYS = {name: _DAYS[name] for name in ("day", "week", "month", "quarter", "year")}
_CHINESE = {
    "日": "day", "天": "day", "周": "week", "星期": "week", "月": "month", "季": "quarter", "季度": "quarter", "年": "year",
    "小时": "hour", "分钟": "minute",
}  # fmt: skip
_ADVERBS = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "annually": "year", "annual": "year", "yearly": "year",
    "annum": "year", "月度": "month", "年度": "year",
}  # fmt: skip
_TIME = (
    r"(?P<business>个?(?:工作|自然|日历)|business |working |calendar )?"
    r"(?P<unit>个月|个季度|个小时|小时|分钟|季度|星期|日|天|周|月(?![份底初末])|年(?!度)"
    r"|(?:day|week|fortnight|month|quarter|year|hour|minute)s?(?![a-z]))"
)
_PERCENT = r"%|‰|per\s?cent(?![a-z])|percent(?:age points?)?|percentage points?|个百分点|bps"
_LIKE = re.compile(
    rf"(?P<date>(?:19|20)\d\d\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}日?)"
    rf"|(?P<mille>百分之|千分之|万分之)\s*(?P<part>{_NUMBER})"
    rf"|(?<![a-z])net\s+(?P<net>\d{{1,3}})(?!\d|[.,]\d|\s*(?:%|days?|months?|of|{_ANY_NEXT}))|(?P<half>半)个?(?P<of>年|月)"
    rf"|(?P<double>双倍|加倍|(?<![a-z])(?:twice|double|twofold)(?= (?:the|that|those|its|such)(?![a-z])))"
    rf"|(?P<ccy>{_CURRENCY})\s*(?P<sum>{_NUMBER})(?:元整?)?"
    rf"|(?P<value>{_NUMBER})\s*(?:(?P<percent>{_PERCENT})|(?P<discount>折)"
    rf"|(?P<tenths>成(?![品本果立]))|(?P<times>倍|times(?![a-z])|-?fold(?![a-z])|x(?![a-z0-9]))"
    rf"|(?P<money>万?元整?|美元|欧元|英镑|港元|us dollars|dollars|euros|pounds)|[-\s]*{_TIME}|(?=(?P<bare>.|$)))"
)
_RATES = re.compile(
    r"(?:per|each|every|an?(?= (?:day|week|month|year|quarter|annum)))[\s-]*(?:business |calendar )?"
    r"(?P<en>day|week|month|quarter|year|annum)(?![a-z])|(?P<adverb>daily|weekly|monthly|quarterly|annually|annual|yearly)(?![a-z])"
    r"|[每按逐](?:[^,，。;；、]{0,6}?)(?P<zh>日|天|周|月|季度?|年)(?!内)|(?P<zhlike>月度|年度|季度)"
)
_TWICE = re.compile(rf"({_WORD})\s*\(\s*(\d+)\s*\)")
_BRACKET = 4
_MEASURE = re.compile("[个台套份只件次条名人部座间项省市国区县期批轮箱吨副辆架页组块届学处位张]")
_WHICH = re.compile("(?:最后|第)$")
_EACH = re.compile(r"[每按逐][^,，。;；、\d年季月周日天]{0,6}$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure. what: money, percent, duration, count, date, times or rate.

    value: in units of the currency, per cent, days, or as it is. unit: currency code, "business" for days that are working days, the word
    after a count; "" for none. at, end: where it stands.
    """

    what: str
    value: float
    unit: str
    at: int
    end: int

    @property
    def key(self) -> tuple[str, float, str]:
        """Equal for what is equal."""
        return self.what, round(self.value, 6), self.unit


def quantities(text: str) -> tuple[Quantity, ...]:
    """The figures of `text` (folded) in order; one that is said twice in a row ("thirty (30)", in figures and in 大写) counts once."""
    found: list[Quantity] = []
    plain = _TWICE.sub(lambda one: one[2] + " " * (len(one[0]) - len(one[2])), text.translate(_FORMAL))
    for one in (*_figures(plain), *_rates(plain)):
        last = found[-1] if found else None
        if last and last.what == "money" and one.what in {"money", "count"} and last.value == one.value and one.at - last.end <= _BRACKET:
            found[-1] = replace(last, end=one.end)
            continue
        found.append(one)
    return tuple(sorted(found, key=lambda one: one.at))


def _figures(plain: str) -> Iterator[Quantity]:
    for one in _LIKE.finditer(plain):
        read = _quantity(one)
        if read is not None:
            yield Quantity(read[0], read[1], read[2], one.start(), one.end())


def _quantity(one: re.Match[str]) -> tuple[str, float, str] | None:
    """What is said, its value, its unit."""
    if one["date"]:
        return "date", float("".join(part.zfill(2) for part in re.findall(r"\d+", one["date"]))), ""
    if one["mille"]:
        return "percent", _value(one["part"]) * {"百分之": 1, "千分之": 0.1, "万分之": 0.01}[one["mille"]], ""
    if one["net"] or one["half"]:
        return "duration", float(one["net"]) if one["net"] else _DAYS[_CHINESE[one["of"]]] / 2, ""
    if one["double"]:
        return "times", 2.0, ""
    return _counted(one)


def _counted(one: re.Match[str]) -> tuple[str, float, str] | None:
    """A number with what it counts."""
    if one["ccy"]:
        return "money", _value(one["sum"]), _CODES.get(one["ccy"], one["ccy"].upper())
    value = _value(one["value"])
    if one["unit"]:
        return _time(one, value)
    return _measured(one, value) or _count(one, value)


def _measured(one: re.Match[str], value: float) -> tuple[str, float, str] | None:
    """A figure with a sign or a unit that is no time."""
    if one["percent"]:
        return "percent", value * {"‰": 0.1, "bps": 0.01}.get(one["percent"], 1), ""
    if one["tenths"]:
        return "percent", value * 10, ""
    if one["discount"]:
        return "percent", 100 - (value if value >= 10 else value * 10), "off"  # noqa: PLR2004 - 85折 and 8.5折 are the same
    if one["times"]:
        return "times", value, ""
    if one["money"]:
        unit = one["money"].rstrip("整").lstrip("万")
        return "money", value * (10_000 if one["money"].startswith("万") else 1), _CODES.get(unit, unit)
    return None


def _time(one: re.Match[str], value: float) -> tuple[str, float, str] | None:
    if _WHICH.search(one.string[: one.start()]):
        return None
    unit = one["unit"].removeprefix("个")
    unit = _CHINESE.get(unit, unit.removesuffix("s"))
    if value == 1 and _EACH.search(one.string[: one.start()]):
        return "rate", _DAYS[unit], unit
    working = (one["business"] or "").strip().removeprefix("个") in {"工作", "business", "working"}
    return "duration", value * _DAYS[unit], "business" if working else ""


def _count(one: re.Match[str], value: float) -> tuple[str, float, str] | None:
    """A bare number counts where something is counted: a lone 一 or "one" is a word, and a figure in a name is the name's."""
    said, before = one["value"], one.string[max(0, one.start() - 1) : one.start()]
    if said in {"一", "one", "half", "a", "十", "百", "千", "万", "亿", "twice", "double"} or re.match(r"[a-z\-#@_]", before):
        return None
    if not said.isascii() and len(said) == 1 and not said.isdecimal() and not _MEASURE.match(one["bare"] or ""):
        return None
    return "count", value, ""


def _value(said: str) -> float:
    plain = said.strip()
    if re.match("[a-z]", plain):
        return _spelled(plain)
    scale = 1.0
    for word, size in _SCALES.items():
        if plain.endswith(word):
            plain, scale = plain[: -len(word)].strip(), size
    return value_of(plain.replace(" ", "")) * scale


def _spelled(words: str) -> float:
    """The value of a number in English words: two million four hundred and fifty thousand."""
    total = part = 0.0
    for word in re.split(r"[-\s]+", words):
        if word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0.0
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word != "and":
            part += _MORE[word]
    return total + part


def _rates(plain: str) -> Iterator[Quantity]:
    for one in _RATES.finditer(plain):
        said = one["en"] or one["adverb"] or one["zh"] or one["zhlike"]
        if one["zh"] and re.search(rf"[\d{_HAN}]\s*$", plain[one.start() : one.start("zh")]):
            continue
        name = _ADVERBS.get(said) or _CHINESE.get(said, said)
        yield Quantity("rate", RATE_DAYS[name], name, one.start(), one.end())
