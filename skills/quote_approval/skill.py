"""Take a quote to whoever has to agree, and say where it stands. Works out what it comes to; approves and saves nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.counteroffer import discounted
from bot.domain.evidence import Evidence
from bot.domain.found import Known, Name
from bot.domain.offers import review_action
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.query import Row
from bot.domain.review import UNDECIDED, Watched
from bot.domain.saying import Saying, number, saying, text
from bot.domain.talk import Turn
from bot.ports import OwnReviews, SeenRecords, Words
from skills.quote_approval.asked import Item, Terms, Want, terms_of, want_of
from skills.quote_approval.book import Base, Book, Standing, price_of
from skills.quote_approval.figures import Lot, listed, margin, sums, whole

QUOTE = "quote"
STANDARD_DAYS = 30
"""The payment term where none was said: the one of the price list."""
USUAL_DISCOUNTS = (5, 10, 15)
MOST_DISCOUNT = 90
GROUNDS = 3
QUOTES = re.compile(r"报价|折扣|账期|quote|discount", re.IGNORECASE)
"""Words by which quotes alone are meant, of all that waits for somebody."""
NAMED = 12
"""Characters of an account on a button."""


async def run(turn: Turn, *, records: SeenRecords, reviews: OwnReviews, words: Words) -> Answer | Draft:
    """The quote that `turn` asks for as a draft, how one stands, or one question back. Figures come from the price list and the words."""
    said = saying(turn, words)
    desk = _Desk(turn, Book(turn, records, said), reviews, said)
    names = await records.spot(turn.text)
    terms, want = terms_of(turn.text, names), want_of(turn.text)
    match want:
        case Want.STATUS | Want.WITHDRAW:
            return await desk.standing(names, terms, want)
        case Want.DECIDE:
            return await desk.to_decide(names, terms)
        case Want.REQUEST:
            return await desk.request(names, terms)


@dataclass(frozen=True, slots=True)
class _Desk:
    turn: Turn
    book: Book
    reviews: OwnReviews
    said: Saying

    async def standing(self, names: Sequence[Name], terms: Terms, want: Want) -> Answer:
        """How the speaker's reviews of quotes stand: those of the account that was named, else the newest."""
        sent = [one for one in await self.reviews.sent() if one.entity == QUOTE and _is_meant(one, names, terms)]
        waiting = [one for one in sent if one.review.state in UNDECIDED]
        if not sent:
            return Answer(self.said.say("none_sent"), found=False)
        shown = waiting[:GROUNDS] or sent[:1]
        lines = [self._stands(one) for one in shown]
        verbs = ("withdraw",) if want is Want.WITHDRAW else ("nudge", "withdraw")
        buttons = tuple(
            Button(self.said.say(f"button_{verb}"), review_action(waiting[0].review.ref, verb)) for verb in verbs
        ) if len(waiting) == 1 else ()
        return Answer("\n".join(lines), buttons=buttons)

    async def to_decide(self, names: Sequence[Name], terms: Terms) -> Answer:
        """What waits for the speaker's own word: shown with its buttons; words alone decide nothing here."""
        quotes = bool(QUOTES.search(self.turn.text))
        found = [one for one in await self.reviews.to_decide() if one.entity == QUOTE or not quotes]
        waiting = [one for one in found if _is_meant(one, names, terms)]
        if not waiting:
            return Answer(self.said.say("none_to_decide"), found=False)
        shown = [self._deal(one) for one in waiting[:GROUNDS]]
        accounts = [one.fields.get("account_name") for one in waiting[:GROUNDS]]
        named = [self._named(one, alone=accounts.count(one.fields.get("account_name")) == 1) for one in waiting[:GROUNDS]]
        see = [
            (self.said.say("button_look", what=name), review_action(one.review.ref, "show"))
            for name, one in zip(named, waiting, strict=False)
        ]
        return Answer("\n".join((self.said.say("yours_to_decide"), *shown)), buttons=tuple(Button(*one) for one in see))

    async def request(self, names: Sequence[Name], terms: Terms) -> Answer | Draft:
        """The quote as a draft, or the one thing that is missing."""
        account = await self.book.account(names, terms)
        if isinstance(account, tuple):
            return self._asks("which_account" if account else "no_account", [(one, f"{one} {self.turn.text}") for one in account])
        base = await self.book.base(account, terms)
        currency = text(base.quote or account, "currency") or text(account, "currency") or "CNY"
        lots = await self._lots(terms, base, currency)
        if not lots:
            return self._asks("which_items", ())
        source = base.quote or base.deal
        discount = terms.discount if terms.discount is not None else number(base.quote, "discount") if base.quote else None
        if discount is None or discount > MOST_DISCOUNT:
            label = "percent_off" if discount is None else "too_much"
            offered = [self.said.say("off", percent=one) for one in USUAL_DISCOUNTS]
            return self._asks(label, [(one, f"{self.turn.text} {one}") for one in offered])
        standing = await self.book.standing(account, base)
        return self._draft(_Quote(account, base, source, currency, lots, discount, terms, standing))

    async def _lots(self, terms: Terms, base: Base, currency: str) -> tuple[Lot, ...]:
        """What is quoted: what was said; a quantity that was not said is taken from the quote or deal at hand."""
        source = base.quote or base.deal
        items = list(terms.items)
        if not items and source is not None and text(source, "product_name"):
            if (product := await self.book.product_of(source)) is None:
                return ()
            items = [Item(Known("product", product.id, text(product, "code")), None)]
        found = await self.book.products(items)
        lots = []
        for one in items:
            product = found.get(one.product.id)
            quantity = one.quantity or (number(source, "quantity") if source and source.fields.get("product") == one.product.id else None)
            price = price_of(product, currency) if product else None
            if product is None or price is None or not quantity:
                return ()
            lots.append(Lot(product, quantity, price))
        return tuple(lots)

    def _draft(self, quote: "_Quote") -> Draft:
        days = quote.payment_days
        total = listed(quote.lots)
        main = max(quote.lots, key=lambda one: one.listed)
        fields: dict[str, object] = {
            "account": quote.account.id, "account_name": text(quote.account, "name"),
            "product": main.product.id, "product_name": text(main.product, "code"),
            "quantity": whole(sum(one.quantity for one in quote.lots)), "list_amount": whole(total), "discount": whole(quote.discount),
            "amount": discounted(total, quote.discount), "currency": quote.currency, "payment_days": days, "status": "approved",
            "owner": self.turn.speaker.user_id, "owner_name": self.turn.speaker.name, "quote_date": self.said.today.isoformat(),
        }  # fmt: skip
        if quote.base.quote is None:
            fields = {"number": f"Q-{self.said.today:%y%m%d}-{self.turn.id[-4:]}", **fields}
        if quote.base.deal is not None:
            fields |= {"opportunity": quote.base.deal.id, "opportunity_name": text(quote.base.deal, "name")}
        text_ = "\n".join(line for line in (self._headline(quote, total), *self._beside(quote, total)) if line)
        record_id = quote.base.quote.id if quote.base.quote else None
        return Draft(text_, QUOTE, fields, self._evidence(quote), record_id, about=(quote.account.id,))

    def _headline(self, quote: "_Quote", total: float) -> str:
        items = self.said.say("list_comma").join(f"{text(one.product, 'code')}×{whole(one.quantity):,}" for one in quote.lots)
        money = self.said.amount(discounted(total, quote.discount), quote.currency)
        return self.said.say(
            "headline", account=text(quote.account, "short_name") or text(quote.account, "name"), items=items,
            listed=self.said.amount(total, quote.currency), percent=f"{quote.discount:g}", amount=money, days=quote.payment_days,
        )

    def _beside(self, quote: "_Quote", total: float) -> list[str]:
        """What whoever agrees has to know: where terms came from, margin, credit, what is overdue, what else was quoted lately."""
        say, rating = self.said.say, text(quote.account, "credit_rating")
        kept = margin(quote.lots, quote.discount)
        lines = [say("standard_days", days=STANDARD_DAYS) if quote.days_assumed else ""]
        if kept:
            lines.append(say("margin_short" if kept.short else "margin", before=kept.before, after=kept.after, floor=kept.floor))
        lines.append(say("rating", rating=rating) if rating else "")
        if quote.terms.prepaid is not None:
            lines.append(say("prepaid", percent=f"{quote.terms.prepaid:g}"))
        if quote.standing.overdue:
            longest = max(self.said.overdue(one, "due_date") for one in quote.standing.overdue)
            owed = self.said.say("list_comma").join(self.said.amount(value, name) for name, value in sums(quote.standing.overdue).items())
            lines.append(say("overdue", count=len(quote.standing.overdue), amount=owed, days=longest))
        if quote.standing.lately:
            before = sums(quote.standing.lately).get(quote.currency, 0.0)
            together = self.said.amount(before + discounted(total, quote.discount), quote.currency)
            lines.append(say("together", count=len(quote.standing.lately), amount=together))
        return lines

    def _evidence(self, quote: "_Quote") -> dict[str, Evidence]:
        grounds: dict[str, Evidence] = {}
        main = max(quote.lots, key=lambda one: one.listed)
        priced = f"{text(main.product, 'code')} {self.said.amount(main.price, quote.currency)}"
        grounds["list_amount"] = self.said.ground("product", main.product, priced)
        if quote.standing.overdue:
            oldest = quote.standing.overdue[0]
            told = f"{text(oldest, 'number')} {self.said.money(oldest, 'amount')} {text(oldest, 'due_date')}"
            grounds["payment_days"] = self.said.ground("invoice", oldest, told)
        if rating := text(quote.account, "credit_rating"):
            grounds["account"] = self.said.ground("account", quote.account, f"{self.said.say('credit_rating')} {rating}")
        if quote.base.quote is not None and quote.terms.discount is None:
            told = f"{text(quote.base.quote, 'number')} {quote.discount:g}%"
            grounds["discount"] = self.said.ground(QUOTE, quote.base.quote, told)
        return grounds

    def _stands(self, one: Watched) -> str:
        """One review in a line: what, where it stands, who has it, by when."""
        review, who = one.review, self.said.say("list_comma").join(one.waits_for) or "–"
        at = review.due_at if review.state in UNDECIDED else review.decided_at or review.due_at
        return self.said.say(f"stands_{review.state}", what=self._deal(one), who=who, day=self._moment(at), note=review.note or "–")

    def _moment(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self.said.zone))
        return f"{self.said.day(local.date())} {local:%H:%M}"

    def _deal(self, one: Watched) -> str:
        if one.entity != QUOTE:
            named = (one.fields.get("account_name"), one.fields.get("addressee"), one.fields.get("subject"))
            return self.said.dots([str(part) for part in named if part])
        off = self.said.say("off", percent=one.fields.get("discount") or 0)
        return self.said.dots([str(one.fields.get("account_name") or ""), self._money(one), off])

    def _money(self, one: Watched) -> str:
        value = one.fields.get("amount")
        return self.said.amount(float(value), str(one.fields.get("currency") or "")) if isinstance(value, int | float) else ""

    def _named(self, one: Watched, *, alone: bool) -> str:
        """What a button calls it: the account, or where there are several of one account the amount."""
        name = str(one.fields.get("account_name") or one.fields.get("number") or "").split(" ")[0][:NAMED]
        return name if alone else self._money(one) or str(one.fields.get("addressee") or name)

    def _asks(self, key: str, options: Sequence[tuple[str, str]]) -> Answer:
        buttons = tuple(Button(label, "say", said) for label, said in options)
        return Answer(self.said.say(key), buttons=buttons, found=bool(options))


@dataclass(frozen=True, slots=True)
class _Quote:
    account: Row
    base: Base
    source: Row | None
    currency: str
    lots: tuple[Lot, ...]
    discount: float
    terms: Terms
    standing: Standing

    @property
    def payment_days(self) -> int:
        """As said, else as of the quote at hand, else the standard."""
        if self.terms.payment_days is not None:
            return self.terms.payment_days
        kept = number(self.base.quote, "payment_days") if self.base.quote else None
        return int(kept) if kept is not None else STANDARD_DAYS

    @property
    def days_assumed(self) -> bool:
        """Whether nobody said the payment term."""
        return self.terms.payment_days is None and (self.base.quote is None or number(self.base.quote, "payment_days") is None)


def _is_meant(one: Watched, names: Sequence[Name], terms: Terms) -> bool:
    """Whether a review is of the account or the quote that was named; any is, where none was."""
    if terms.number:
        return str(one.fields.get("number") or "").upper() == terms.number
    accounts = {known.id for name in names for known in name.meant if known.entity == "account"}
    return not accounts or one.fields.get("account") in accounts
