"""What a turn wants about quotes, and the terms that it names. Reads words alone; looks nothing up and works nothing out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.commitments import discounts_in, number_in
from bot.domain.found import Known, Name
from bot.domain.numerals import FIGURE, fold, value_of
from bot.domain.plain import plain


class Want(StrEnum):
    """What is wanted: a quote to be agreed to, the state of one, one taken back, or a word on somebody else's."""

    REQUEST = "request"
    STATUS = "status"
    WITHDRAW = "withdraw"
    DECIDE = "decide"


STATUS = re.compile(
    r"批了(?:没|吗|么)|(?:批|审)得(?:怎么样|如何)|(?:报价|审批)(?:现在)?(?:怎么样了|如何了)|批下来|批没批|审完(?:没|了吗)|(?:到|在)(?:了)?谁(?:那|手|审|批)?|谁在[审批]|卡在|进度|到哪(?:了|一[步级])|催"
    r"|还没批|等谁|多久能批"
    r"|(?<![a-z])(?:where(?:'s| is| are)|stuck|sitting on|status|nudge|chase|any news|how long|still waiting|approved yet|who has|who is"
    r"|pending with)(?![a-z])",
    re.IGNORECASE,
)
WITHDRAW = re.compile(r"撤回|撤销|收回|不报了|(?<![a-z])(?:withdraw|pull back|take back|cancel)(?![a-z])", re.IGNORECASE)
DECIDE = re.compile(
    r"^\W*(?:我?(?:不)?同意|批准|驳回|打回|退回|通过|不批|否决)|审过了|不同意|打回去|(?:批|放)了吧|可以放行$|(?:等|要|该|轮到)我(?:来)?[批审]|我要[批审]的"
    r"|^\W*(?:approve|reject|decline|release)(?![a-z])|(?<![a-z])(?:ok|fine) with me\b|(?<![a-z])i can'?t accept|(?<![a-z])send it back"
    r"|(?<![a-z])(?:waits?|waiting) (?:for|on) me(?![a-z])|(?<![a-z])(?:mine|for me) to approve|(?<![a-z])my approval"
    r"|approve一下|reject掉|没问题$",
    re.IGNORECASE,
)
ASKS_FOR_ONE = re.compile(
    r"申请|提交|送.{0,6}(?:批|审)|走.{0,4}(?:特批|审批)|请领导|加急|升级给|能不能|帮我"
    r"|(?<![a-z])(?:submit|request|sign[- ]?off|apply|need|ask (?:finance|legal)|escalate|get the|please)(?![a-z])",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![A-Za-z0-9])Q-\d{3,8}(?:-[0-9a-z]{2,6})?(?![A-Za-z0-9])", re.IGNORECASE)
DAYS = re.compile(
    rf"(?:账期|帐期|月结|付款期?)[^,。;!?\d一二三四五六七八九十]{{0,6}}(?P<after>{FIGURE})\s*(?P<unit>个?月|天|日)?"
    rf"|(?P<before>{FIGURE})\s*(?P<of>个?月|天|日)(?:的)?(?:账期|帐期|月结|付款)"
    rf"|net[- ]?(?P<net>\d+)|(?P<en>\d+)[- ]days?(?: payment)?(?: terms| net| credit| payment)"
    rf"|(?:terms?|payment)(?: of| in| to)? (?P<terms>\d+)[- ]?days?"
)
PREPAID = re.compile(
    rf"(?:预付|首付|定金)(?:款)?\s*(?:(?P<tenths>{FIGURE})成|(?:百分之)?(?P<percent>{FIGURE})\s*%?)"
    r"|(?P<en>\d+)\s?(?:%|percent) (?:up ?front|prepaid|prepayment|deposit|in advance|down)"
)
COUNT = re.compile(rf"(?P<figure>{FIGURE})\s*(?:台|套|个|支|块|测点|点|人天|天|units?|pcs|pieces|sets?|seats?|x|×|\*)?\s*$", re.IGNORECASE)
AFTER = re.compile(
    rf"^[\s的:,]*(?:要|共|一共|数量)?\s*(?:[x×*])?\s*(?P<figure>{FIGURE})"
    r"(?![\d.]|\s*(?:%|折|天|个?月|成|个?点|days?|percent))", re.IGNORECASE
)
WHOLE_MONTH, MOST_DAYS, MOST_UNITS = 30, 365, 1_000_000
NEAR = 8
"""Characters between a product and its quantity."""


@dataclass(frozen=True, slots=True)
class Item:
    """A product and how many of it; None where that was not said."""

    product: Known
    quantity: float | None


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that were said; None for those that were not. discount, prepaid: in %. words: what was said, by field."""

    discount: float | None = None
    payment_days: int | None = None
    prepaid: float | None = None
    items: tuple[Item, ...] = ()
    number: str = ""
    words: tuple[tuple[str, str], ...] = ()

    @property
    def named(self) -> bool:
        """Whether any term was said."""
        return self.discount is not None or self.payment_days is not None or bool(self.items)


def want_of(text: str) -> Want:
    """What is wanted. Words that ask for an approval win over those that sound like one: "请领导同意" asks."""
    if DECIDE.search(text) and not ASKS_FOR_ONE.search(text):
        return Want.DECIDE
    if WITHDRAW.search(text):
        return Want.WITHDRAW
    return Want.STATUS if STATUS.search(text) else Want.REQUEST


def terms_of(text: str, names: Sequence[Name]) -> Terms:
    """The terms in `text`, with the products among `names` (as `SeenRecords.spot` finds them in the same text)."""
    said = plain(text)
    words: dict[str, str] = {}
    discount = next(((value, shown) for value, shown in discounts_in(_without_prepaid(said))), None)
    if discount:
        words["discount"] = discount[1].strip()
    days = DAYS.search(said)
    if days:
        words["payment_days"] = days[0].strip()
    prepaid = PREPAID.search(said)
    if prepaid:
        words["prepaid"] = prepaid[0].strip()
    found = NUMBER.search(text)
    return Terms(
        round(discount[0], 2) if discount else None, _days(days) if days else None, _share(prepaid) if prepaid else None,
        tuple(_items(text, names)), found[0].upper() if found else "", tuple(words.items()),
    )  # fmt: skip


def _without_prepaid(said: str) -> str:
    return PREPAID.sub(" ", said)


def _days(found: re.Match[str]) -> int | None:
    if english := found["net"] or found["en"] or found["terms"]:
        days = float(english)
    else:
        days = number_in(found["after"] or found["before"]) * (WHOLE_MONTH if "月" in (found["unit"] or found["of"] or "") else 1)
    return int(days) if 0 <= days <= MOST_DAYS else None


def _share(found: re.Match[str]) -> float:
    return value_of(found["tenths"]) * 10 if found["tenths"] else value_of(found["percent"] or found["en"])


def _items(text: str, names: Sequence[Name]) -> Iterator[Item]:
    """Each product once, with the figure just before or after it: "200台S3", "S3 200台", "120 × S3"."""
    seen: set[str] = set()
    for name in names:
        product = next((one for one in name.meant if one.entity == "product"), None)
        if product and product.id not in seen:
            seen.add(product.id)
            yield Item(product, _quantity(text, name, names))


def _quantity(text: str, name: Name, names: Sequence[Name]) -> float | None:
    others = [(one.words.start, one.words.end) for one in names if one is not name]
    left = max((end for _, end in others if end <= name.words.start), default=0)
    right = min((start for start, _ in others if start >= name.words.end), default=len(text))
    after = AFTER.search(fold(text[name.words.end : right]))
    before = COUNT.search(fold(text[max(left, name.words.start - NEAR - 4) : name.words.start]).rstrip(" 的of"))
    found = after or before
    value = value_of(found["figure"]) if found else None
    return value if value is not None and 0 < value <= MOST_UNITS else None
