"""The sheet of the review policy: what a rep may promise alone, who reads what, hours, amounts, and quotes row by row. Judges nothing.

Inputs are named by their place in the tables: `review.due_min`, `review.quotes.2.stage`. Lists of posts are `….posts.1`, `.2`, `.3`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.admin.sheets import Entry, Fields, number, put, shown, typed
from bot.domain.approval import HALF_DAY_MIN, ReviewRules
from bot.domain.permissions import CURRENCIES
from bot.domain.review import Post
from bot.domain.talk import Lang
from bot.domain.vocabulary import CREDIT_RATINGS
from bot.table_text import plain

Json = dict[str, Any]

TOP = "review"
POSTS = tuple(post.value for post in Post)
RATINGS = tuple(one.name for one in CREDIT_RATINGS)
AUTHORITY = (
    Entry("review.authority.discount_pct", "number"), Entry("review.authority.payment_days"), Entry("review.authority.warranty_months"),
)  # fmt: skip
READERS = (
    Entry("review.exec_post", "choice", choices=POSTS), Entry("review.sensitive_post", "choice", choices=POSTS),
)  # fmt: skip
WAITS = (
    Entry("review.due_min"), Entry("review.stand_in_min"), Entry("review.escalate_min"), Entry("review.expires_days"),
)  # fmt: skip
DAYS = (
    Entry("review.hours", "text"), Entry("review.country", "text"), Entry("review.holidays", "many"), Entry("review.makeup_days", "many"),
)  # fmt: skip
LISTS = ("review.pricing_posts", "review.commitment_posts")
FIGURES = ("discount_above", "payment_days_from", "overdue_days_above", "stage", "within_min")
"""Of a row of quotes."""
ROW = re.compile(r"review\.quotes\.(\d{1,3})\.stage")
MOST_ROWS = 40
FRESH = {"stage": "1", "within_min": str(HALF_DAY_MIN)}
"""What a row has that was just added."""


@dataclass(frozen=True)
class ReviewSheet:
    """A button `more` with `add` or `drop.{number}` in it shows the rows with one more, or without one; nothing is kept by it."""

    template: str = "review"

    def fields(self, value: ReviewRules) -> Fields:
        """See the protocol."""
        whole, found = {TOP: plain(value)}, {}
        for one in (*AUTHORITY, *READERS, *WAITS, *DAYS):
            found[one.key] = shown(_at(whole, one.key))
        found |= {f"{key}.{place}": post for key in LISTS for place, post in enumerate(_at(whole, key), 1)}
        found |= {f"review.workdays.{day}": "on" for day in value.workdays}
        found |= {f"review.two_above.{name}": shown(amount) for name, amount in value.two_above.items()}
        for place, row in enumerate(whole[TOP]["quotes"], 1):
            found |= {f"review.quotes.{place}.{name}": shown(row[name]) for name in (*FIGURES, "below_margin")}
            found |= {f"review.quotes.{place}.posts.{post}": "on" for post in row["posts"]}
            found |= {f"review.quotes.{place}.ratings.{rating}": "on" for rating in row["ratings"]}
        return found

    def told(self, fields: Fields, lang: Lang) -> Json:  # noqa: ARG002 - what stands here is named by the pages
        """Inputs by their part of the page, and the numbers of the rows."""
        parts = {"authority": AUTHORITY, "readers": READERS, "waits": WAITS, "days": DAYS}
        currencies = sorted({*CURRENCIES, *_names(fields, "review.two_above.")})
        return {
            **{name: [_told(one, fields) for one in entries] for name, entries in parts.items()}, "currencies": currencies,
            "lists": [{"key": key, "name": key.replace(".", "_")} for key in LISTS], "posts": list(POSTS),
            "ratings": [*RATINGS, *sorted({name.rpartition(".")[2] for name in fields if ".ratings." in name} - set(RATINGS))],
            "rows": [_row_told(fields, place, at) for place, at in enumerate(rows_of(fields), 1)],
        }  # fmt: skip

    def raw(self, fields: Fields, now: ReviewRules) -> Json:
        """See the protocol."""
        whole: Json = {TOP: plain(now)}
        for one in (*AUTHORITY, *READERS, *WAITS, *DAYS):
            put(whole, one.key, typed(one.kind, fields.get(one.key, "")))
        for key in LISTS:
            put(whole, key, [post for place in range(1, len(POSTS) + 1) if (post := fields.get(f"{key}.{place}", ""))])
        whole[TOP]["workdays"] = [day for day in range(1, 8) if fields.get(f"review.workdays.{day}")]
        amounts = {name: fields[f"review.two_above.{name}"].strip() for name in _names(fields, "review.two_above.")}
        whole[TOP]["two_above"] = {name: number(amount) for name, amount in amounts.items() if amount}
        whole[TOP]["quotes"] = [_row(fields, f"review.quotes.{place}.") for place in rows_of(fields)]
        return whole


def rows_of(fields: Fields) -> list[int]:
    """The numbers that the rows had in the form before, in order, after what was pressed in it."""
    rows = sorted({int(found[1]) for name in fields if (found := ROW.fullmatch(name))})[:MOST_ROWS]
    if "add" in fields and len(rows) < MOST_ROWS:
        rows.append(max(rows, default=0) + 1)
    return [place for place in rows if f"drop.{place}" not in fields]


def _row(fields: Fields, start: str) -> Json:
    figures = {name: number(fields.get(start + name, FRESH.get(name, ""))) for name in FIGURES}
    return {
        "posts": [post for post in POSTS if fields.get(f"{start}posts.{post}")],
        **{name: 0 if figure == "" and name not in FRESH else figure for name, figure in figures.items()},
        "ratings": _names(fields, f"{start}ratings."), "below_margin": bool(fields.get(f"{start}below_margin")),
    }  # fmt: skip


def _row_told(fields: Fields, place: int, at: int) -> Json:
    """A row by its place now, with what was typed where it stood: what does not fit is named by the place."""
    start = f"review.quotes.{at}."
    return {
        "key": f"review.quotes.{place}", "place": place,
        "figures": {name: fields.get(start + name, FRESH.get(name, "")) for name in FIGURES},
        "posts": [post for post in POSTS if fields.get(f"{start}posts.{post}")], "ratings": _names(fields, f"{start}ratings."),
        "below_margin": bool(fields.get(f"{start}below_margin")),
    }  # fmt: skip


def _told(one: Entry, fields: Fields) -> Json:
    value = fields.get(one.key, "")
    return {"key": one.key, "kind": one.kind, "choices": list(one.choices), "name": one.key.replace(".", "_"), "value": value}


def _names(fields: Fields, start: str) -> list[str]:
    return [name.removeprefix(start) for name in fields if name.startswith(start)]


def _at(whole: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - tables in tables
    for name in key.split("."):
        whole = whole[name]
    return whole
