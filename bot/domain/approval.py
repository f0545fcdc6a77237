"""Who has to agree to what: the rules of a house, and the seats that they ask for. Knows posts and amounts; knows no person."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from operator import ge, gt

from bot.domain.policy import Authority, Gate, Ground, Reason
from bot.domain.review import Post, SeatPlan
from bot.domain.working import hours_of

QUOTE = "quote"
COUNTRY = r"([A-Z]{2}(-[A-Z0-9]{1,3})?)?"
"""ISO 3166, with a part of the country where that has days of its own; or none."""
DEFAULT_CURRENCY = "CNY"
HALF_DAY_MIN, TWO_DAYS_MIN = 240, 1080
RATING, OVERDUE, LATELY = "credit_rating", "overdue_days", "amount_lately"
"""Facts about an account that stand beside the fields of a quote: its rating, the days of its longest overdue invoice, and what else was
quoted to it in the same currency within `TOGETHER_DAYS`, so that nothing is split to stay small."""
MARGIN, FLOOR = "margin", "margin_floor"
"""Facts about a quote's product: the margin that the discount leaves, and the lowest that is allowed, in %."""
TOGETHER_DAYS = 90


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """Who approves which quotes; what is named must all hold, and a row that names nothing never does.

    discount_above: %, more than that. payment_days_from: days, that many or more.
    overdue_days_above: of the account's longest overdue invoice. ratings: of the account. below_margin: less is left than the product's
    lowest margin. stage, within_min: as of a `SeatPlan`.
    """

    posts: tuple[Post, ...]
    discount_above: float = 0.0
    payment_days_from: int = 0
    overdue_days_above: int = 0
    ratings: tuple[str, ...] = ()
    below_margin: bool = False
    stage: int = 1
    within_min: int = HALF_DAY_MIN

    @property
    def names_something(self) -> bool:
        """Whether it can ever hold."""
        return bool(self.discount_above or self.payment_days_from or self.overdue_days_above or self.ratings or self.below_margin)

    def holds(self, fields: Mapping[str, object]) -> tuple[str, ...]:
        """The figures by which a quote is one of these; empty when it is none."""
        shown = []
        for name, value, limit, fits in (
            ("discount", _number(fields.get("discount")), self.discount_above, gt),
            ("payment_days", _number(fields.get("payment_days")), self.payment_days_from, ge),
            (OVERDUE, _number(fields.get(OVERDUE)), self.overdue_days_above, gt),
        ):
            if limit and not fits(value, limit):
                return ()
            if limit:
                shown.append(f"{name} {value:g}")
        if self.ratings and fields.get(RATING) not in self.ratings:
            return ()
        if self.below_margin and not _is_short(fields):
            return ()
        beside = [f"{RATING} {fields[RATING]}"] if self.ratings else []
        return (*shown, *beside, *([MARGIN] if self.below_margin else []))


PAPER_ROWS = (
    QuoteRow((Post.MANAGER,), discount_above=10),
    QuoteRow((Post.MANAGER, Post.REVIEWER), discount_above=15, within_min=TWO_DAYS_MIN),
    QuoteRow((Post.MANAGER,), payment_days_from=45),
    QuoteRow((Post.LEGAL, Post.REVIEWER), payment_days_from=60, stage=2, within_min=TWO_DAYS_MIN),
    QuoteRow((Post.REVIEWER,), payment_days_from=31, ratings=("B",)),
    QuoteRow((Post.REVIEWER,), ratings=("C",)),
    QuoteRow((Post.MANAGER, Post.REVIEWER), below_margin=True, within_min=TWO_DAYS_MIN),
    QuoteRow((Post.LEGAL, Post.REVIEWER), overdue_days_above=60, stage=2, within_min=TWO_DAYS_MIN),
)
"""What holds where the config does not say otherwise.

A rep gives 10 %, a regional manager 15 %; above that two people. 45 days of payment are the manager's, 60 and more legal's and finance's.
Those who pay badly are finance's, which is the reviewer's seat here.
"""


@dataclass(frozen=True)
class ReviewRules:
    """`[review]`: what a rep may promise alone, who agrees to the rest, and by when.

    exec_post, sensitive_post: who reads messages to executives, and sensitive ones. pricing_posts, commitment_posts: who agrees, one after
    the other, to prices and to promises beyond authority in a message. two_above: currency -> the amount above which two people agree.
    due_min, stand_in_min, escalate_min: working minutes until an answer is expected, others may decide as well, it goes a step up.
    expires_days: working days until a review ends undecided. hours: when people work, in their own zone. workdays: ISO, 1 is Monday.
    country: ISO 3166 (DE, DE-BY), whose public holidays and make-up days count; empty for none. holidays, makeup_days: the house's own, as
    dates; they come first. quotes: see `QuoteRow`.
    """

    authority: Authority = field(default_factory=Authority)
    exec_post: Post = Post.MANAGER
    sensitive_post: Post = Post.REVIEWER
    pricing_posts: tuple[Post, ...] = (Post.MANAGER,)
    commitment_posts: tuple[Post, ...] = (Post.MANAGER, Post.LEGAL)
    two_above: Mapping[str, float] = field(default_factory=lambda: {"CNY": 3_000_000, "USD": 450_000, "EUR": 400_000})
    due_min: int = HALF_DAY_MIN
    stand_in_min: int = 30
    escalate_min: int = 480
    expires_days: int = 5
    hours: str = "09:00-18:00"
    workdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    country: str = "CN"
    holidays: tuple[str, ...] = ()
    makeup_days: tuple[str, ...] = ()
    quotes: tuple[QuoteRow, ...] = PAPER_ROWS

    def asked_of(self, post: Post) -> tuple[str, ...]:
        """The keys under which a post stands."""
        named = {
            "exec_post": (self.exec_post,), "sensitive_post": (self.sensitive_post,), "pricing_posts": self.pricing_posts,
            "commitment_posts": self.commitment_posts, "quotes": tuple(each for row in self.quotes for each in row.posts),
            "two_above": (Post.MANAGER, Post.REVIEWER) if self.two_above else (),
        }  # fmt: skip
        return tuple(key for key, posts in named.items() if post in posts)

    def faults(self) -> Iterator[tuple[str, object, str]]:
        """What cannot be meant: the key, its value, and what would fit."""
        try:
            hours_of(self.hours)
        except ValueError:
            yield "hours", self.hours, "from-until, such as 09:00-18:00"
        for name, least in (("due_min", self.due_min), ("stand_in_min", self.stand_in_min), ("escalate_min", self.escalate_min),
                            ("expires_days", self.expires_days)):
            if least < 1:
                yield name, least, "at least 1"
        if not self.workdays or not set(self.workdays) <= set(range(1, 8)):
            yield "workdays", list(self.workdays), "days of the week, 1 (Monday) to 7"
        if not re.fullmatch(COUNTRY, self.country):
            yield "country", self.country, 'ISO 3166, such as CN, DE or DE-BY, or "" with holidays of your own'
        for name, days in (("holidays", self.holidays), ("makeup_days", self.makeup_days)):
            yield from ((name, day, "a date, such as 2026-12-25") for day in days if not _is_date(day))
        for number, row in enumerate(self.quotes, 1):
            if not row.posts or row.stage < 1 or row.within_min < 1:
                yield f"quotes[{number}]", list(row.posts), "posts, with a stage and minutes of at least 1"
            if not row.names_something:
                yield f"quotes[{number}]", "", "discount_above, payment_days_from, overdue_days_above, ratings or below_margin"


def path_of(gate: Gate, entity: str, fields: Mapping[str, object], rules: ReviewRules) -> tuple[SeatPlan, ...]:
    """The seats that something needs, by stage; none where nobody else has to agree. No post sits twice.

    fields: of the draft; for a quote also `credit_rating` and `overdue_days` of its account, where they are known.
    """
    if entity == QUOTE:
        seats = [_seat(post, row) for row in rules.quotes if row.holds(fields) for post in row.posts]
        if gate.must_review and not seats:
            seats = [SeatPlan(rules.pricing_posts[0] if rules.pricing_posts else Post.MANAGER, 1, rules.due_min)]
    else:
        seats = list(_by_reason(gate, rules)) if gate.must_review else []
    if _is_large(fields, rules):
        seats = _doubled(seats, rules)
    return _in_order(seats)


def quote_grounds(fields: Mapping[str, object], rules: ReviewRules) -> Gate:
    """Why a quote waits for somebody, by the rows and amounts of the rules; without a ground where none of them holds."""
    grounds = [Ground(Reason.PRICING_OUTSIDE_POLICY, ", ".join(shown)) for row in rules.quotes if (shown := row.holds(fields))]
    if _is_large(fields, rules):
        whole = _number(fields.get("amount")) + _number(fields.get(LATELY))
        grounds.append(Ground(Reason.PRICING_OUTSIDE_POLICY, f"{_currency(fields)} {whole:.0f}"))
    return Gate(tuple(dict.fromkeys(grounds)))


def covering(plan: Iterable[SeatPlan], needed: Iterable[SeatPlan]) -> tuple[SeatPlan, ...]:
    """`plan`, and what it lacks of the seats that are needed."""
    wanted, missing = list(plan), []
    left = [one.post for one in wanted]
    for one in needed:
        if one.post in left:
            left.remove(one.post)
        else:
            missing.append(one)
    return (*wanted, *missing)


def _by_reason(gate: Gate, rules: ReviewRules) -> Iterator[SeatPlan]:
    posts = {
        Reason.EXEC_MESSAGE: (rules.exec_post,),
        Reason.UNKNOWN_ADDRESSEE: (rules.exec_post,),
        Reason.SENSITIVE: (rules.sensitive_post,),
        Reason.CONTRACT_RISK: (Post.LEGAL,),
        Reason.PRICING_OUTSIDE_POLICY: rules.pricing_posts,
        Reason.COMMITMENT_OUTSIDE_POLICY: rules.commitment_posts,
    }
    found = [posts[ground.reason] for ground in gate.grounds if ground.reason in posts]
    for one in found or [(rules.exec_post,)]:
        yield from (SeatPlan(post, stage, rules.due_min) for stage, post in enumerate(one, 1))


def _doubled(seats: list[SeatPlan], rules: ReviewRules) -> list[SeatPlan]:
    """With a second pair of eyes, where there is but one."""
    posts = dict.fromkeys(one.post for one in seats)
    for post in (Post.MANAGER, Post.REVIEWER):
        if len(posts) < 2:  # noqa: PLR2004 - two people
            posts[post] = None
    known = {one.post for one in seats}
    return [*seats, *(SeatPlan(post, 1, rules.due_min) for post in posts if post not in known)]


def _in_order(seats: Iterable[SeatPlan]) -> tuple[SeatPlan, ...]:
    """Each post once, at its first stage and with its longest time; stages without a gap."""
    by_post: dict[Post, SeatPlan] = {}
    for one in seats:
        known = by_post.get(one.post, one)
        by_post[one.post] = replace(one, stage=min(known.stage, one.stage), within_min=max(known.within_min, one.within_min))
    stages = sorted({one.stage for one in by_post.values()})
    ordered = sorted(by_post.values(), key=lambda one: (one.stage, tuple(Post).index(one.post)))
    return tuple(replace(one, stage=stages.index(one.stage) + 1) for one in ordered)


def _seat(post: Post, row: QuoteRow) -> SeatPlan:
    return SeatPlan(post, row.stage, row.within_min)


def _is_large(fields: Mapping[str, object], rules: ReviewRules) -> bool:
    """An amount in a currency that nobody gave a limit is measured by the lowest."""
    if not rules.two_above:
        return False
    whole = _number(fields.get("amount")) + _number(fields.get(LATELY))
    return whole > rules.two_above.get(_currency(fields), min(rules.two_above.values()))


def _is_short(fields: Mapping[str, object]) -> bool:
    return FLOOR in fields and MARGIN in fields and _number(fields[MARGIN]) < _number(fields[FLOOR]) - 1e-9


def _currency(fields: Mapping[str, object]) -> str:
    return str(fields.get("currency") or DEFAULT_CURRENCY)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
