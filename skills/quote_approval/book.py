"""What the records say about one quote: its account, a quote or deal it starts from, prices, credit, what is overdue, what came before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.found import Known, Name
from bot.domain.ids import RecordId
from bot.domain.query import ME, Dir, Filter, Op, Query, Row, Sort
from bot.domain.saying import Saying, number, text
from bot.domain.scope import Reach
from bot.domain.talk import Turn
from bot.errors import NotAllowed
from bot.ports import SeenRecords
from skills.quote_approval.asked import Item, Terms

OPEN_QUOTES = ("draft", "in_review", "sent")
OPEN_STAGES = ("proposal", "negotiation", "qualify")
TOGETHER_DAYS = 90
"""Orders and quotes of one account within so many days count together, so that nothing is split to stay small."""
OFFERED, LOOKED = 4, 50


@dataclass(frozen=True, slots=True)
class Base:
    """What the quote starts from. quote: one that exists, which would be changed; deal: an opportunity it belongs to."""

    quote: Row | None = None
    deal: Row | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the account stands. overdue: unpaid invoices past their day, the oldest first; None where the speaker may not see them.

    lately: its quotes and orders of the last 90 days, but for the one at hand.
    """

    overdue: tuple[Row, ...] | None
    lately: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """Looks things up for one turn, as far as its speaker may see them."""

    turn: Turn
    records: SeenRecords
    said: Saying

    async def account(self, names: Sequence[Name], terms: Terms) -> Row | tuple[str, ...]:
        """The account meant: by name, by the quote's number, by its contact, or the one talked about; else names to offer."""
        known = list({one.id: one for name in names for one in name.meant if one.entity == "account"}.values())
        if len(known) > 1:
            return tuple(one.name for one in known[:OFFERED])
        if known:
            return await self._account(known[0]) or ()
        if terms.number and (quote := await self.numbered(terms.number)):
            return await self._by_id(quote) or ()
        people = [one for name in names for one in name.meant if one.entity == "contact"]
        for person in people[:1]:
            found = await self.seen(Query("contact", (Filter("name", Op.EQ, person.name),), limit=LOOKED))
            if here := next((row for row in found if row.id == person.id), None):
                return await self._by_id(here) or ()
        talked = next((one for one in await self.records.called(self.turn.memory.about) if one.entity == "account"), None)
        if talked and (self.turn.memory.continues or terms.named):
            return await self._account(talked) or ()
        return await self._offered()

    async def base(self, account: Row, terms: Terms) -> Base:
        """The quote that was named, or the newest open one of the account where no other product is asked for; else its open deal."""
        if terms.number:
            return Base(quote=await self.numbered(terms.number))
        of = Filter("account", Op.EQ, account.id)
        quotes = await self.seen(
            Query(
                "quote", (of, Filter("status", Op.IN, OPEN_QUOTES), Filter("owner", Op.EQ, ME)), sort=Sort("quote_date", Dir.DESC), limit=5
            )
        )
        wanted = {one.product.id for one in terms.items}
        quote = next((row for row in quotes if not wanted or row.fields.get("product") in wanted), None)
        if quote is not None and not any(one.quantity for one in terms.items):
            return Base(quote=quote)
        deals = await self.seen(
            Query("opportunity", (of, Filter("stage", Op.IN, OPEN_STAGES)), sort=Sort("created_date", Dir.DESC), limit=5)
        )
        return Base(deal=next((row for row in deals if not wanted or row.fields.get("product") in wanted), None))

    async def numbered(self, quote_number: str) -> Row | None:
        """The quote of this number."""
        rows = await self.seen(Query("quote", (Filter("number", Op.EQ, quote_number),), limit=1))
        return rows[0] if rows else None

    async def products(self, items: Sequence[Item]) -> dict[RecordId, Row]:
        """The products that are asked for, by id."""
        found: dict[RecordId, Row] = {}
        for one in items:
            rows = await self.seen(Query("product", (Filter("code", Op.EQ, one.product.name),), limit=LOOKED))
            rows = rows or await self.seen(Query("product", (Filter("name", Op.EQ, one.product.name),), limit=LOOKED))
            found.update({row.id: row for row in rows if row.id == one.product.id})
        return found

    async def product_of(self, row: Row) -> Row | None:
        """The product of a quote or a deal."""
        rows = await self.seen(Query("product", (Filter("code", Op.EQ, text(row, "product_name")),), limit=1))
        return rows[0] if rows else None

    async def standing(self, account: Row, base: Base) -> Standing:
        """What is overdue, and what was quoted or ordered lately."""
        of, day = Filter("account", Op.EQ, account.id), self.said.today
        overdue = None
        if self.records.scope.of("invoice") is not Reach.NONE:
            late = (of, Filter("paid_date", Op.IS_NULL), Filter("due_date", Op.LT, day.isoformat()))
            overdue = await self.seen(Query("invoice", late, sort=Sort("due_date"), limit=LOOKED))
        since = (day - timedelta(days=TOGETHER_DAYS)).isoformat()
        living = Filter("status", Op.NEQ, "expired")
        quotes = await self.seen(Query("quote", (of, Filter("quote_date", Op.GTE, since), living), limit=LOOKED))
        orders = await self.seen(Query("order", (of, Filter("order_date", Op.GTE, since)), limit=LOOKED))
        ordered = {row.fields.get("opportunity") for row in orders} - {None}
        here = {row.fields.get("opportunity") for row in (base.quote, base.deal) if row} | {base.deal.id if base.deal else None}
        others = [
            row for row in quotes
            if row.id != (base.quote.id if base.quote else "") and row.fields.get("opportunity") not in ordered | (here - {None})
        ]
        return Standing(overdue, (*others, *orders))

    async def seen(self, query: Query) -> tuple[Row, ...]:
        """The rows of `query`; none where the speaker may not see such records."""
        if self.records.scope.of(query.entity) is Reach.NONE:
            return ()
        try:
            return (await self.records.ask(query)).rows
        except NotAllowed:
            return ()

    async def _account(self, known: Known) -> Row | None:
        rows = await self.seen(Query("account", (Filter("name", Op.EQ, known.name),), limit=LOOKED))
        return next((row for row in rows if row.id == known.id), None)

    async def _by_id(self, row: Row) -> Row | None:
        return await self._account(Known("account", RecordId(text(row, "account")), text(row, "account_name")))

    async def _offered(self) -> tuple[str, ...]:
        """Accounts whose quotes the speaker handled last."""
        query = Query("quote", (Filter("owner", Op.EQ, ME),), sort=Sort("quote_date", Dir.DESC), limit=LOOKED)
        names = dict.fromkeys(text(row, "account_name") for row in await self.seen(query))
        return tuple(name for name in names if name)[:OFFERED]


def price_of(product: Row, currency: str) -> float | None:
    """The list price of one, in a currency; None where there is none."""
    return number(product, f"list_price_{currency.lower()}")
