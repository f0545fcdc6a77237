"""What is made of the records found: groups, figures, order, how many. Knows no condition."""

import re
from dataclasses import dataclass

from bot.domain.entities import SCHEMA
from bot.domain.found import Days, Money, Number
from bot.domain.query import COUNT, Aggregate, Dir, Fn, Sort
from bot.domain.schema import Kind
from skills.query_crm.comparing import compared
from skills.query_crm.conditions import negator
from skills.query_crm.sentence import MONEY_OF, Sentence

FIGURES = (Kind.MONEY, Kind.NUMBER)
GROUPS = (Kind.ENUM, Kind.TEXT, Kind.REFERENCE)
SIZES = {"biggest", "largest", "最大", "最大的", "top", "smallest", "最小", "最小的"}
WHO = {"谁", "who", "谁的", "whose", "who's", "哪位"}
MOST = {"最多", "最多的", "most", "最少", "最少的", "fewest"}
COUNTED = {"account", "owner", "account.industry", "account.region"}
NOUNS = {"deals", "opportunities", "accounts", "customers", "orders", "invoices", "tickets", "contracts", "quotes", "opps", "clients"}
LAST_ONE = re.compile(
    r"^when\b|\blast (?:\w+ )?"
    r"(?:meeting|call|visit|demo|touchpoint|interaction|e-?mail|order|deal|invoice|ticket|quote|contract|time)(?![a-z])"
)
NEAR, FAR, LONG_LIST = 2, 6, 100
PLURAL = {"哪些", "有哪些", "所有", "列出", "列", "all", "列出来", "list", "清单"}
ONE = frozenset({"一个", "一笔", "一单", "那个", "哪个", "哪一个"})


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything of a query but entity, conditions and days."""

    group_by: str | None
    aggregate: Aggregate | None
    sort: Sort | None
    limit: int | None


def shape(asked: Sentence) -> Shape:
    """The shape of the result."""
    extreme, extreme_place = _extreme(asked)
    group_by = _group(asked)
    top = extreme_place if extreme in {"most", "least"} else next(iter(asked.says("order", "top")), -1)
    if group_by is None and top >= 0 and extreme not in {"latest", "oldest"} and (who := _ranked_group(asked, top)):
        group_by = who
    aggregate = _aggregate(asked, group_by, extreme)
    if group_by is not None and aggregate is None:
        aggregate = _usual_of_groups(asked)
    limit = _limit(asked, extreme, group_by)
    return Shape(group_by, aggregate, _sort(asked, group_by, aggregate, extreme, limit), limit)


def _group(asked: Sentence) -> str | None:
    """按行业, by region, per rep, 每个月, 区域分布."""
    day = _date_field(asked)
    for grain in ("month", "quarter", "year"):
        if asked.says("group", grain) and day:
            return f"{day}.{grain}"
    for place in asked.says("group", "by"):
        for near in asked.after(place, 2):
            if (path := _groupable(asked, near)) is not None and not _is_sort(asked, near):
                return path
            if asked.tokens[near].sense("order", "sort") or asked.tokens[near].found is not None:
                break
    for place in asked.says("group", "after"):
        for near in asked.before(place, 2):
            if (path := _groupable(asked, near)) is not None:
                return path
    return None


def _groupable(asked: Sentence, place: int) -> str | None:
    meant = asked.meant(place, "field")
    if meant is not None and asked.kind(meant[1]) in GROUPS and not meant[1].endswith("name"):
        return meant[1]
    for sense in asked.tokens[place].senses:
        if sense.kind == "field" and (path := asked.path(sense)) and asked.kind(path) in GROUPS:
            return path
    return None


def _date_field(asked: Sentence) -> str | None:
    entity = SCHEMA.entity(asked.entity)
    return entity.when if entity and entity.when else None


def _is_sort(asked: Sentence, place: int) -> bool:
    return any(asked.tokens[near].sense("order", "sort") for near in asked.after(place, 1))


def _ranked_group(asked: Sentence, extreme_place: int) -> str | None:
    """谁赢的最多, which industry won most: the superlative of a group, not of a record."""
    word = asked.tokens[extreme_place].text.lower()
    which = asked.says("group", "which")
    if asked.entity in MONEY_OF and asked.entity != "account" and asked.says("value") and not which:
        for near in asked.after(extreme_place, 2):
            if asked.tokens[near].sense("noun", entity="account"):
                return "account"
    if word in SIZES:
        return None
    return _asked_group(asked, which) if which else _most_of(asked, extreme_place, word)


def _asked_group(asked: Sentence, which: list[int]) -> str | None:
    """The group that a question for one asks for: who, 哪个行业, which account."""
    accounts = any(token.sense("noun", entity="account") for token in asked.tokens)
    for place in which:
        if asked.tokens[place].text.lower() in WHO:
            if asked.has("competitor") and asked.says("people", "rival"):
                return "competitor"  # 输给谁最多
            if accounts and asked.entity not in {"opportunity", "touchpoint", "account"}:
                return "account"
            return asked.owner if asked.entity != "account" and asked.has(asked.owner) else None
        path = next((found for near in asked.after(place, 1) if (found := _groupable(asked, near))), None)
        if path is not None and not (asked.entity == "account" and path == "account"):
            return path
    return None


def _most_of(asked: Sentence, extreme_place: int, word: str) -> str | None:
    """最多的客户, most by owner: what stands beside the most is counted."""
    if asked.entity == "account" or word not in MOST:
        return None
    beside = (*asked.after(extreme_place, 1), *asked.before(extreme_place, 1))
    return next((path for near in beside if (path := _groupable(asked, near)) in COUNTED), None)


def _aggregate(asked: Sentence, group_by: str | None, extreme: str) -> Aggregate | None:
    figure = _figure_field(asked, group_by)
    made = next((fn for kind, fn in (("avg", Fn.AVG), ("max", Fn.MAX), ("min", Fn.MIN)) if asked.says(kind)), None)
    if made is not None and figure:
        return Aggregate(made, figure)
    if asked.entity == "contact" and not asked.says("count") and not group_by:
        return None
    money = _money_said(asked, group_by)
    if asked.says("count") and not (asked.says("sum") and money):
        return Aggregate(Fn.COUNT)
    if (asked.says("sum") or asked.says("much")) and (said := _total(asked, group_by, money=money)):
        return said
    if group_by is not None and money:
        return Aggregate(Fn.SUM, _money_field(asked, group_by))
    return _unsaid(asked, group_by, extreme, figure)


def _unsaid(asked: Sentence, group_by: str | None, extreme: str, figure: str | None) -> Aggregate | None:
    """What is worked out where no word says so."""
    if _ends_in_money(asked) and not extreme:
        return Aggregate(Fn.SUM, _money_field(asked, group_by))
    weighs = group_by is not None and extreme and figure and asked.kind(figure) is Kind.MONEY and asked.says("field")
    return Aggregate(Fn.COUNT) if weighs else None


def _ends_in_money(asked: Sentence) -> bool:
    """本季度赢单金额, won revenue this quarter: an amount is the last thing named but for days, of many records and not of one."""
    if asked.entity not in MONEY_OF or asked.entity == "account" or asked.says("order") or asked.says("before") or asked.says("after"):
        return False
    named = [place for place, token in enumerate(asked.tokens) if not token.idle and not isinstance(token.found, Days)]
    meant = asked.meant(named[-1], "field") if named else None
    decided = any((value := asked.meant(place, "value")) and value[1] == "stage" for place in range(len(asked.tokens)))
    return decided and meant is not None and asked.kind(meant[1]) is Kind.MONEY


def _total(asked: Sentence, group_by: str | None, *, money: bool) -> Aggregate | None:
    """一共, total, 多少: a sum of money where there is some, else a count; None where the value of one record is asked."""
    much = next(iter(asked.says("much")), None)
    counts = much is not None and _counts_nouns(asked, much)
    if asked.says("sum"):
        summed = asked.entity in MONEY_OF and (money or asked.entity != "account") and not counts
        return Aggregate(Fn.SUM, _money_field(asked, group_by)) if summed else Aggregate(Fn.COUNT)
    if much is None or _asks_attribute(asked):
        return None
    return _much(asked, much, group_by)


def _counts_nouns(asked: Sentence, place: int) -> bool:
    """多少订单, 多少在谈商机: what stands behind is counted; 多少pipeline is an amount."""
    if asked.tokens[place].sense("field"):
        return False  # 多少钱
    for near in asked.after(place, 2):
        token = asked.tokens[near]
        noun = token.sense("noun")
        if noun is None or token.start - asked.tokens[place].end > FAR:
            return False
        if noun.entity != "pipeline":
            return not token.sense("field", entity=asked.entity)
        if token.text.isascii():
            return False
    return False


def _much(asked: Sentence, place: int, group_by: str | None) -> Aggregate | None:
    """多少 before a noun counts it; before money, or after what is won, it sums."""
    before = asked.cut.text[: asked.tokens[place].start].rstrip()
    pipeline = any(token.sense("noun", entity="pipeline") and token.text.isascii() for token in asked.tokens)
    if _counts_nouns(asked, place) or (before.endswith("有") and not _money_said(asked, group_by) and not pipeline):
        return Aggregate(Fn.COUNT)
    if asked.entity in MONEY_OF and (asked.entity != "account" or _money_said(asked, group_by)):
        return Aggregate(Fn.SUM, _money_field(asked, group_by))
    return Aggregate(Fn.COUNT)


def _asks_attribute(asked: Sentence) -> bool:
    """华创的NPS是多少: a field of one record, not a figure over many."""
    return any(True for _ in asked.fields(Kind.NUMBER)) and asked.entity == "account" and not asked.says("avg")


def _money_said(asked: Sentence, group_by: str | None) -> bool:
    return any(path != group_by for _, path in asked.fields(Kind.MONEY)) or any(
        token.text.lower() in {"欠", "欠我们", "owe", "owes", "owed"} for token in asked.tokens
    )


def _money_field(asked: Sentence, group_by: str | None) -> str:
    said = [path for place, path in asked.fields(Kind.MONEY) if path != group_by and not path.startswith("account.")]
    return said[0] if said else MONEY_OF[asked.entity]


def _figure_field(asked: Sentence, group_by: str | None) -> str | None:
    """The field of figures that is named, an account's last; else the entity's money."""
    said = [path for place, path in asked.fields(*FIGURES) if path != group_by and not _compares(asked, place)]
    own = [path for path in said if not path.startswith("account.")]
    plain = [path for path in own if asked.kind(path) is Kind.NUMBER]
    default = "score" if asked.entity == "nps" else MONEY_OF.get(asked.entity)
    return next(iter(plain or own or said), default)


def _compares(asked: Sentence, place: int) -> bool:
    """Whether a field's name only says what a figure is compared with."""
    return any(
        (isinstance(asked.tokens[near].found, Number) and compared(asked, near) is not None) or asked.tokens[near].sense("before")
        for near in asked.after(place, 1)
    )


def _usual_of_groups(asked: Sentence) -> Aggregate:
    return Aggregate(Fn.SUM, _money_field(asked, None)) if _money_said(asked, None) else Aggregate(Fn.COUNT)


def _extreme(asked: Sentence) -> tuple[str, int]:
    """`most`, `least`, `latest`, `oldest`, or empty; and where it stands."""
    for value in ("latest", "oldest", "most", "least"):
        for place in asked.says("order", value):
            token = asked.tokens[place]
            if token.text.lower() == "last" and not (_counts(asked, place) or LAST_ONE.search(asked.cut.text.lower())):
                continue
            compares = token.sense("before") and any(isinstance(asked.tokens[near].found, Money | Number) for near in asked.after(place, 1))
            if not compares:
                return value, place
    if asked.says("group", "which") and asked.cut.text.rstrip("?？ ").endswith(("多", "高", "大")):
        return "most", len(asked.tokens) - 1
    return "", -1


def _counts(asked: Sentence, place: int) -> bool:
    return any(isinstance(asked.tokens[near].found, Number) for near in asked.after(place, 1))


def _limit(asked: Sentence, extreme: str, group_by: str | None) -> int | None:
    number = _top_number(asked)
    if number is not None:
        return number
    if not extreme:
        return None
    texts = {token.text.lower() for token in asked.tokens}
    words = set(asked.cut.text.lower().replace(",", " ").split())
    plural = texts & PLURAL or (extreme in {"most", "least"} and words & NOUNS) or asked.says("order", "sort")
    return 1 if group_by is not None or not plural or texts & ONE else None


def _top_number(asked: Sentence) -> int | None:
    """Top 5, 前五, the 3 smallest, 最大的十个, five of them: a bare number near a superlative, that is not compared with anything."""
    signs = [place for value in ("top", "most", "least", "latest", "oldest") for place in asked.says("order", value)]
    for place, token in enumerate(asked.tokens):
        found = token.found
        if isinstance(found, Number) and found.unit in _COUNTS and found.value == int(found.value) and 0 < found.value <= LONG_LIST:
            near = asked.nearest(place, signs)
            if near is not None and compared(asked, place) is None and not _named_before(asked, place):
                return int(found.value)
    for place in asked.says("order", "top"):
        if match := _HAN_TOP.match(asked.cut.text, asked.tokens[place].end):
            return _HAN_DIGITS[match[1]]
    return _english_count(asked, signs)


_COUNTS = {"", "个", "家", "条", "单", "笔", "名", "位", "张", "次", "份", "大", "people", "件"}
_HAN_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_HAN_TOP = re.compile(r"([一二两三四五六七八九十])(?!季|个季|月|周|天|年)")
_ENGLISH = {"three": 3, "five": 5, "ten": 10, "two": 2, "four": 4, "six": 6, "seven": 7, "eight": 8, "nine": 9, "twenty": 20}


def _english_count(asked: Sentence, signs: list[int]) -> int | None:
    if not signs:
        return None
    return next((_ENGLISH[word] for word in re.findall(r"[a-z]+", asked.cut.text.lower()) if word in _ENGLISH), None)


def _named_before(asked: Sentence, place: int) -> bool:
    """NPS 30: the number is a field's."""
    for near in asked.before(place, 1):
        meant = asked.meant(near, "field")
        if meant and asked.kind(meant[1]) in FIGURES:
            return asked.tokens[place].start - asked.tokens[near].end <= NEAR
    return False


def _sort(asked: Sentence, group_by: str | None, aggregate: Aggregate | None, extreme: str, limit: int | None) -> Sort | None:
    direction = _direction(asked, extreme)
    wanted = bool(direction or limit or asked.says("order", "sort"))
    if group_by is not None:
        return Sort(aggregate.field or COUNT, direction or Dir.DESC) if aggregate and wanted else None
    field = None if aggregate else _sorted_by(asked, extreme, wanted=wanted)
    if field is None:
        return None
    usual = Dir.ASC if asked.kind(field) in {Kind.DATE, Kind.MOMENT} else Dir.DESC
    return Sort(field, direction or usual)


def _sorted_by(asked: Sentence, extreme: str, *, wanted: bool) -> str | None:
    if extreme in {"latest", "oldest"}:
        return _date_field(asked)
    said = _sort_field(asked)
    return said or ((_figure_field(asked, None) or _date_field(asked)) if wanted else None)


def _direction(asked: Sentence, extreme: str) -> Dir | None:
    if asked.says("order", "asc"):
        return Dir.ASC
    if asked.says("order", "desc") or asked.says("order", "top"):
        return Dir.DESC
    return {"most": Dir.DESC, "least": Dir.ASC, "latest": Dir.DESC, "oldest": Dir.ASC}.get(extreme)


def _sort_field(asked: Sentence) -> str | None:
    """按金额排, by ARR, sorted by close date: a field of figures or days behind the word for order or for groups."""
    places = [*asked.says("order", "sort"), *asked.says("group", "by")]
    for place in places:
        for near in (*asked.after(place, 1), *(asked.before(place, 1) if asked.tokens[place].sense("order", "sort") else ())):
            meant = asked.meant(near, "field")
            if meant and asked.kind(meant[1]) in {*FIGURES, Kind.DATE, Kind.MOMENT} and negator(asked, near) == "":
                return meant[1]
    return None
