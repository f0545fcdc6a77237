"""Conditions out of words: values, states, owners, names, what is missing. Knows no figure and no day but today."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.found import Bound, Days, Name
from bot.domain.query import ME, MY_TEAM, Filter, Op
from bot.domain.schema import Kind
from skills.query_crm.naming import Guess, Shape
from skills.query_crm.sentence import Sentence

OPEN_STAGES = ("qualify", "proposal", "negotiation")
DECIDED_STAGES = ("won", "lost")
ORDERS = {"tier": ("A", "B", "C"), "credit_rating": ("AAA", "AA", "A", "B", "C"), "severity": ("P1", "P2", "P3", "P4")}
"""Values in their order, best (or most severe) first."""
AT = re.compile(r"(?:^|\s)(?:at|from|in|of|for)$")
OF_A_PERSON = re.compile(r"(?:email|mail|phone|number|title|address|role) (?:of|for)$")
OF = re.compile(r"\b(?:for|of|at|in)\b")
GRADE = re.compile(
    r"[\s是为在=:：of]{0,4}"
    r"(?:(?P<under>低于|不到|below|under|worse than|lower than)|(?P<over>高于|超过|above|over|better than|higher than))?\s*"
    r"(?P<grade>AAA|AA|A|B|C)(?![A-Za-z])", re.IGNORECASE,
)  # fmt: skip
TWINS = {("ticket", "closed"): "closed_at", ("order", "shipped"): "shipped_date", ("order", "delivered"): "delivered_date",
         ("invoice", "paid"): "paid_date"}  # fmt: skip
"""States that are dates as well: with a period the date is asked by, without one the state."""


TO_DO = Filter("status", Op.EQ, "open")
"""What a task is asked for as, unless something else is said of it."""
UNPAID, UNSHIPPED = Filter("paid_date", Op.IS_NULL), Filter("shipped_date", Op.IS_NULL)
SAME = {
    ("ticket", "unpaid"): "open", ("invoice", "late"): "overdue", ("invoice", "open"): "unpaid", ("invoice", "closed"): "paid",
    ("order", "overdue"): "late", ("order", "unpaid"): "unshipped", ("task", "late"): "overdue",
}  # fmt: skip
"""What a word that is said of other records means of these."""
AHEAD = ("要", "能", "会", "该", "待", "可以", "计划", "准备", "有望")
EMPTY = {"为空", "空着", "没填", "没写", "未填", "没填写", "没录", "empty", "blank", "missing"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter and the token that says it."""

    place: int
    filter: Filter


def conditions(asked: Sentence) -> tuple[Condition, ...]:
    """Everything that words and names say must hold, what says the same twice once; conditions on one field by values are joined."""
    missing = list(_missing(asked))
    negated = {one.place for one in missing}
    found = [
        *missing,
        *(one for one in _values(asked) if one.place not in negated),
        *(one for one in _states(asked) if one.place not in negated),
        *_people(asked),
        *_names(asked),
    ]
    if asked.entity == "task" and all(one.filter.field != "status" for one in found):
        found.append(Condition(len(asked.tokens), TO_DO))
    return tuple(_joined(_without_twice(found)))


def negator(asked: Sentence, place: int) -> str:
    """How the token at `place` is denied: `no` (there is none), `not` (it is another one), or empty."""
    for before in range(place - 1, max(-1, place - 3), -1):
        token = asked.tokens[before]
        if token.sense("negation", "no"):
            return "no"
        if token.sense("negation", "not"):
            return "not"
        if not token.idle:
            return ""
    return ""


def _missing(asked: Sentence) -> Iterator[Condition]:
    """没有下一步, without an owner, not shipped: a field that is empty. 有邮箱: one that is not."""
    for place, token in enumerate(asked.tokens):
        if token.sense("value", entity=asked.entity) and not token.sense("date", entity=asked.entity):
            continue
        meant = asked.meant(place, "date") if token.sense("date", entity=asked.entity) else asked.meant(place, "field")
        if meant is None:
            continue
        if asked.kind(meant[1]) is Kind.FLAG:
            yield Condition(place, Filter(meant[1], Op.EQ, negator(asked, place) == ""))
        elif negator(asked, place) == "no" or _empty_behind(asked, place):
            yield Condition(place, Filter(meant[1], Op.IS_NULL))
        elif asked.kind(meant[1]) is Kind.TEXT and _had(asked, place):
            yield Condition(place, Filter(meant[1], Op.NOT_NULL))


def _had(asked: Sentence, place: int) -> bool:
    """有邮箱的, with an e-mail: a field that is filled, unless its name stands there for something else, such as a figure behind it."""
    if not place or not asked.tokens[place - 1].sense("negation", "has"):
        return False
    return not any(asked.tokens[near].found is not None or asked.tokens[near].sense("before") for near in asked.after(place))


def _empty_behind(asked: Sentence, place: int) -> bool:
    behind = next(iter(asked.after(place)), None)
    return behind is not None and asked.tokens[behind].text in EMPTY


def _values(asked: Sentence) -> Iterator[Condition]:
    for place, token in enumerate(asked.tokens):
        if (meant := asked.meant(place, "value")) is None:
            yield from _grade(asked, place)
            continue
        sense, path = meant
        if asked.entity == "order" and sense.value in DECIDED_STAGES:
            continue
        if sense.value == "won" and foreseen(asked, place):
            continue
        if sense.field == "title":
            yield Condition(place, Filter(path, Op.CONTAINS, sense.value))
            continue
        order = ORDERS.get(sense.field)
        wider = _wider(asked, place, order.index(sense.value), order) if order else None
        if wider:
            yield Condition(place, Filter(path, Op.IN, wider))
        elif token.start and negator(asked, place) in {"not", "no"}:
            yield Condition(place, Filter(path, Op.NEQ, sense.value))
        else:
            yield Condition(place, Filter(path, Op.EQ, sense.value))


def foreseen(asked: Sentence, place: int) -> bool:
    """预计11月签的单子: a signing that lies ahead is not won yet."""
    if not asked.tokens[place].text.startswith("签"):
        return False
    days = (token.found for token in asked.tokens)
    ahead = any(isinstance(found, Days) and found.bound is Bound.WITHIN and found.first > asked.today for found in days)
    before = asked.cut.text[: asked.tokens[place].start]
    return ahead or "预计" in before or before.endswith(AHEAD)


def _grade(asked: Sentence, place: int) -> Iterator[Condition]:
    """信用评级是C, a tier of B: a grade that is one letter behind the name of its field."""
    meant = asked.meant(place, "field")
    if meant is None or meant[0].field not in ORDERS or meant[0].field == "severity":
        return
    if match := GRADE.match(asked.cut.text, asked.tokens[place].end):
        order = ORDERS[meant[0].field]
        value = match["grade"].upper()
        if value in order and (beyond := _beyond(match, order, order.index(value))):
            yield Condition(place, Filter(meant[1], Op.IN, beyond))
        elif value in order:
            behind = next((at for at, token in enumerate(asked.tokens) if token.start >= match.end()), None)
            wider = _wider(asked, behind - 1, order.index(value), order) if behind is not None else None
            yield Condition(place, Filter(meant[1], Op.IN, wider) if wider else Filter(meant[1], Op.EQ, value))


def _beyond(match: re.Match[str], order: tuple[str, ...], at: int) -> tuple[str, ...]:
    """低于A, better than B: the values on that side, the named one left out; empty where no side was named."""
    if match["under"]:
        return order[at + 1 :]
    return order[:at] if match["over"] else ()


def _wider(asked: Sentence, place: int, at: int, order: tuple[str, ...]) -> tuple[str, ...] | None:
    """B以上, AA or better, P2 or worse: the values on that side, the named one included."""
    behind = asked.tokens[place + 1] if place + 1 < len(asked.tokens) else None
    if behind is None:
        return None
    severe = order[0] == "P1"
    if behind.sense("after", "worse"):
        return order[: at + 1] if severe else order[at:]
    if behind.sense("after", "gte"):
        return order[: at + 1]
    return order[at:] if behind.sense("after", "lte") else None


def _states(asked: Sentence) -> Iterator[Condition]:
    dated = any(isinstance(token.found, Days) for token in asked.tokens)
    for place, token in enumerate(asked.tokens):
        if asked.meant(place, "value") and token.sense("value", entity=asked.entity):
            continue
        for sense in token.senses:
            if sense.kind == "state" and not (dated and (asked.entity, sense.value) in TWINS):
                made = [Condition(place, one) for one in _state(asked, sense.value)]
                if made:
                    yield from made
                    break
    if asked.entity == "opportunity" and asked.says("noun") and not _staged(asked):
        for place, token in enumerate(asked.tokens):
            if token.sense("noun", entity="pipeline"):
                yield Condition(place, Filter("stage", Op.IN, OPEN_STAGES))


def _staged(asked: Sentence) -> bool:
    return any((meant := asked.meant(place, "value")) and meant[1] == "stage" for place in range(len(asked.tokens)))


def _state(asked: Sentence, state: str) -> tuple[Filter, ...]:
    today = asked.today.isoformat()
    if asked.entity == "opportunity":
        return _state_of_deals(asked, state, today)
    if (asked.entity, state) == ("invoice", "overdue") and _due_ahead(asked):
        return (UNPAID,)
    fixed = {
        ("ticket", "open"): (Filter("status", Op.NEQ, "closed"),),
        ("ticket", "closed"): (Filter("status", Op.EQ, "closed"),),
        ("task", "open"): (TO_DO,),
        ("task", "closed"): (Filter("status", Op.EQ, "done"),),
        ("task", "overdue"): (TO_DO, Filter("due_date", Op.LT, today)),
        ("invoice", "overdue"): (UNPAID, Filter("due_date", Op.LT, today)),
        ("invoice", "unpaid"): (UNPAID,),
        ("invoice", "paid"): (Filter("paid_date", Op.NOT_NULL),),
        ("order", "late"): (UNSHIPPED, Filter("promised_date", Op.LT, today)),
        ("order", "unshipped"): (UNSHIPPED,),
        ("order", "undelivered"): (Filter("delivered_date", Op.IS_NULL),),
        ("order", "shipped"): (Filter("status", Op.EQ, "shipped"),),
        ("order", "delivered"): (Filter("status", Op.EQ, "delivered"),),
    }
    return fixed.get((asked.entity, SAME.get((asked.entity, state), state)), ())


def _due_ahead(asked: Sentence) -> bool:
    """下个月到期没付的: due on days that are still to come, so only unpaid."""
    return any(isinstance(token.found, Days) and token.found.last >= asked.today for token in asked.tokens)


def _state_of_deals(asked: Sentence, state: str, today: str) -> tuple[Filter, ...]:
    undecided = Filter("stage", Op.IN, OPEN_STAGES)
    if state == "overdue" and _of_next_steps(asked):
        return (Filter("next_step_date", Op.LT, today),)
    if state in {"overdue", "stuck", "late"}:
        late = Filter("close_date", Op.LT, today)
        return (late,) if _staged(asked) else (undecided, late)
    if state not in {"open", "closed"} or _staged(asked):
        return ()
    if state == "open":
        return (undecided,)
    best = asked.says("order", "most") or asked.says("group", "which")  # who closed the most deals won them
    return (Filter("stage", Op.EQ, "won") if best else Filter("stage", Op.IN, DECIDED_STAGES),)


def _of_next_steps(asked: Sentence) -> bool:
    dated = any((meant := asked.meant(place, "date")) and meant[1] == "next_step_date" for place in range(len(asked.tokens)))
    return dated or any(path == "next_step" for _, path in asked.fields(Kind.TEXT))


def _people(asked: Sentence) -> Iterator[Condition]:
    owned = [place for place in asked.says("people", "owned") if not asked.tokens[place].text.isascii()]
    for place in sorted({*asked.says("people", "me"), *owned}):
        if asked.has(asked.owner) and not _somebody_else(asked, place):
            yield Condition(place, Filter(asked.owner, Op.EQ, ME))
    for place in asked.says("people", "team"):
        if asked.has(f"{asked.owner}.team"):
            yield Condition(place, Filter(f"{asked.owner}.team", Op.EQ, MY_TEAM))


def _somebody_else(asked: Sentence, place: int) -> bool:
    """每个销售手上, 林晓名下: "at hand" without 我 is theirs who were named."""
    token = asked.tokens[place]
    if token.text.isascii() or "我" in token.text or "本人" in token.text:
        return False
    before = next(iter(asked.before(place)), None)
    if before is None:
        return False
    meant = asked.meant(before, "field")
    named = asked.tokens[before].found is not None and not isinstance(asked.tokens[before].found, Days)
    return named or meant is not None


def _names(asked: Sentence) -> Iterator[Condition]:
    for place, token in enumerate(asked.tokens):
        if not isinstance(token.found, Guess | Name):
            continue
        name = token.text if isinstance(token.found, Guess) else token.found.meant[0].name
        field = _known_field(asked, token.found) if isinstance(token.found, Name) else _guessed_field(asked, place, token.found)
        if field is not None:
            op = Op.NEQ if negator(asked, place) == "not" else Op.EQ
            yield Condition(place, Filter(field, op, name))


def _known_field(asked: Sentence, name: Name) -> str | None:
    entity = name.meant[0].entity
    if entity == asked.entity:
        return "code" if entity == "product" else "name"
    path = asked.owner if entity == "user" else entity
    if entity == "contact" and not asked.has(path):
        return None
    return path if asked.has(path) else None


def _guessed_field(asked: Sentence, place: int, guess: Guess) -> str | None:
    near = [*asked.before(place), *asked.after(place)]
    beside = [asked.tokens[one] for one in near]
    if guess.shape is Shape.NUMBER:
        return "number" if asked.has("number") else None
    if guess.shape is Shape.CODE and asked.has("product"):
        return "product"
    if asked.has("competitor") and any(
        token.sense("people", "rival") or (token.sense("field", entity="opportunity") and _names_rival(asked, one))
        for one, token in zip(near, beside, strict=True)
    ):
        return "competitor"
    if _owns(asked, place, guess):
        return asked.owner
    if asked.entity == "contact":
        return _person_or_account(asked, place, guess)
    return "name" if asked.entity == "account" else "account"


def _names_rival(asked: Sentence, place: int) -> bool:
    meant = asked.meant(place, "field")
    return meant is not None and meant[1] == "competitor" and negator(asked, place) == ""


def _owns(asked: Sentence, place: int, guess: Guess) -> bool:
    before, after = next(iter(asked.before(place)), None), next(iter(asked.after(place)), None)
    if before is not None and asked.tokens[before].sense("people", "owned"):
        return True
    if after is not None and asked.tokens[after].sense("people", "owned"):
        return True
    said = asked.cut.text[asked.tokens[before].end : asked.tokens[place].start] if before is not None else ""
    if before is not None and (meant := asked.meant(before, "field")) and meant[1] in {"owner", "account.owner"} and not OF.search(said):
        return asked.tokens[before].sense("group") is None
    who = any(asked.tokens[one].text in {"谁", "who"} for one in range(len(asked.tokens)))
    return guess.shape is Shape.PERSON and who and not guess.words.text.isascii() and asked.entity in {"opportunity", "touchpoint"}


def _person_or_account(asked: Sentence, place: int, guess: Guess) -> str:
    """A person where an address or a number of theirs is asked for, or where nothing else narrows the contacts; else the firm."""
    before = asked.cut.text[: asked.tokens[place].start].rstrip().lower()
    if AT.search(before) and not OF_A_PERSON.search(before):
        return "account"
    roles = any(asked.meant(one, "value") for one in range(len(asked.tokens)))
    narrowed = roles or any(token.sense("noun", entity="contact") for token in asked.tokens)
    if guess.shape is Shape.PERSON:
        return "account" if narrowed else "name"
    asks = any(True for _ in asked.fields(Kind.TEXT))
    return "name" if asks and not narrowed and guess.words.text.isascii() else "account"


def _without_twice(found: list[Condition]) -> list[Condition]:
    """Each condition once; an equality on a field gives way to a wider one on it only where both say the same."""
    kept: list[Condition] = []
    for one in found:
        if all(one.filter != other.filter for other in kept):
            kept.append(one)
    return kept


def _joined(found: list[Condition]) -> Iterator[Condition]:
    """Several values of one field mean any of them: P1和P2, east or north China."""
    done: set[str] = set()
    for one in found:
        same = [other for other in found if other.filter.field == one.filter.field and other.filter.op in {Op.EQ, Op.IN}]
        if one.filter.op not in {Op.EQ, Op.IN} or len(same) == 1:
            yield one
        elif one.filter.field not in done:
            done.add(one.filter.field)
            values = tuple(dict.fromkeys(value for other in same for value in _listed(other.filter)))
            yield Condition(one.place, Filter(one.filter.field, Op.IN, _in_order(one.filter.field, values)))


def _listed(one: Filter) -> tuple[str, ...]:
    return one.value if isinstance(one.value, tuple) else (str(one.value),)


def _in_order(field: str, values: tuple[str, ...]) -> tuple[str, ...]:
    order = ORDERS.get(field.rpartition(".")[2])
    return tuple(sorted(values, key=order.index)) if order and all(value in order for value in values) else values
