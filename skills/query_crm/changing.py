"""Changing a question that was asked: its rows, its conditions as buttons, one condition less, the team instead of me. Asks no store."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.domain.outcome import Answer, Button
from bot.domain.query import ME, MY_TEAM, Filter, Op, Query
from skills.query_crm.periods import before as stretch_before
from skills.query_crm.periods import running
from skills.query_crm.posed import Posed, Way
from skills.query_crm.saying import Saying
from skills.query_crm.sentence import OWNED

ROWS = re.compile(
    r"(?:看|给我看?|列|展开|要)?(?:一下)?(?:明细|清单|名单)(?:看看)?"
    r"|(?:(?:show|list)(?: me)? )?(?:the )?(?:rows|details)|list them"
)
CHANGE = re.compile(r"(?:我要|想)?(?:改|换)(?:一下|个|下)?条件|change(?: (?:it|the conditions|conditions))?")
WIDER = re.compile(
    r"(?:看|换成|改成)?(?:全组|整个团队|我们组的?|全团队)(?:的|呢)?"
    r"|(?:the )?(?:whole|entire) team|team's|my team(?: instead)?"
)
EVERYBODY = re.compile(
    r"(?:看|换成)?(?:全公司|所有人|不限负责人|不只(?:看)?我的?)(?:的|呢)?"
    r"|everyone(?:'s)?|everybody|(?:any|all) (?:owner|owners|reps?)"
)
DROPS = re.compile(
    r"(?:不限|去掉|不看|不要|取消|别限|不管|所有|全部)(?P<zh>.+?)(?:条件|的|呢)?"
    r"|(?:drop|remove|without|ignore|any|all|forget)(?: the)? (?P<en>.+?)(?: filter| condition)?"
)
TIME = re.compile(r"时间|日期|期间|时段|time|dates?|period|days")
MOST_BUTTONS = 6


def asks_rows(text: str) -> bool:
    """Whether the records behind a figure are wanted."""
    return ROWS.fullmatch(_plain(text)) is not None


def asks_to_change(text: str) -> bool:
    """Whether the conditions are to be changed, without saying how."""
    return CHANGE.fullmatch(_plain(text)) is not None


def rows_of(posed: Posed) -> Posed:
    """The records on which the figures of a question stand."""
    filters = posed.query.filters
    if posed.way is Way.WON_SHARE:
        filters = (*filters, Filter("stage", Op.IN, ("won", "lost")))
    return Posed(replace(posed.query, filters=filters, group_by=None, aggregate=None, sort=None, limit=None))


def changed(posed: Posed, text: str, saying: Saying) -> Posed | None:
    """The question with a condition dropped, or asked of the team or everybody; None when `text` says nothing of that."""
    said, query = _plain(text), posed.query
    owner = "owner" if query.entity in OWNED else "account.owner"
    if WIDER.fullmatch(said):
        others = _without(query, (owner, f"{owner}.team"))
        return _moved(posed, replace(others, filters=(Filter(f"{owner}.team", Op.EQ, MY_TEAM), *others.filters)))
    if EVERYBODY.fullmatch(said):
        return _moved(posed, _without(query, (owner, f"{owner}.team")))
    match = DROPS.fullmatch(said)
    if match is None:
        return None
    what = (match["zh"] or match["en"]).strip()
    if TIME.search(what):
        alone = replace(posed, way=Way.ROWS, against=None) if posed.way is Way.VERSUS else posed
        return _moved(alone, replace(query, period=None))
    names = [one for one in query.filters if _names(saying, query, one, what)]
    return _moved(posed, replace(query, filters=tuple(one for one in query.filters if one not in names))) if names else None


def offer(posed: Posed, saying: Saying, today: date) -> Answer:
    """The conditions as they were read, each with a button that drops or changes it; typing what a button says does the same."""
    conditions = saying.conditions(posed.query)
    how = saying.joint(conditions) if conditions else saying.say("no_conditions")
    buttons = tuple(dict.fromkeys(_buttons(posed, saying, today)))[:MOST_BUTTONS]
    return Answer(saying.say("change", entity=saying.entity(posed.query.entity), how=how), buttons=buttons, query=posed.to_json())


def _buttons(posed: Posed, saying: Saying, today: date) -> Iterator[Button]:
    query = posed.query
    for one in query.filters:
        if one.value == ME:
            yield _button(saying, "wider")
        elif one.value == MY_TEAM:
            yield _button(saying, "everybody")
        elif not (posed.way is not Way.ROWS and one.field == "stage"):
            yield _button(saying, "any", field=_label(saying, query, one))
    if query.period:
        said = (query.period.first, query.period.last)
        for grain in ("quarter", "year"):
            now = running(grain, today)
            yield from (_button(saying, f"this_{grain}") for _ in range(said != now))
            yield from (_button(saying, f"last_{grain}") for _ in range(said != stretch_before(now)))
        if posed.way is not Way.VERSUS:
            yield _button(saying, "any_time")
    elif posed.way not in {Way.STANDING, Way.SILENT, Way.STUCK}:
        yield from (_button(saying, key) for key in ("this_quarter", "this_year"))
    if not query.filters and posed.way is not Way.STANDING:
        yield _button(saying, "mine_only")


def _button(saying: Saying, key: str, **facts: object) -> Button:
    text = saying.say(f"to_{key}", **facts)
    return Button(text, "say", text)


def _label(saying: Saying, query: Query, one: Filter) -> str:
    label = saying.field(query.entity, one.field)
    return label if saying.lang == "zh" else label.lower()


def _names(saying: Saying, query: Query, one: Filter, what: str) -> bool:
    """Whether `what` is a condition: its field, or what it is shown as."""
    shown = saying.condition(query.entity, one).casefold()
    label = saying.field(query.entity, one.field).casefold()
    wanted = what.casefold()
    return wanted in {shown, label, f"{label}s"} or (len(wanted) > 1 and (wanted in shown.split(" ") or shown.endswith(wanted)))


def _without(query: Query, fields: tuple[str, ...]) -> Query:
    return replace(query, filters=tuple(one for one in query.filters if one.field not in fields))


def _moved(posed: Posed, query: Query) -> Posed:
    return replace(posed, query=query)


def _plain(text: str) -> str:
    return re.sub(r"^[\W_]+|[\W_]+$", "", text.strip()).casefold()
