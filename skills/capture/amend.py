"""An open draft changed by a sentence, or by the answer to what was asked: what is meant stays, with its grounds. Saves nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.amending import Amendment, amendments_in, asked_of
from bot.domain.entities import SCHEMA
from bot.domain.outcome import Answer, Draft
from bot.domain.own_fields import OwnField, fields_of
from bot.domain.query import Row
from bot.domain.records import HeldDraft
from bot.domain.saying import Saying
from bot.domain.talk import Turn
from bot.ports import OwnDrafts
from skills.capture.batch import listen
from skills.capture.cited import Cited
from skills.capture.dates import meant
from skills.capture.deal import short_step
from skills.capture.field import Field, Told
from skills.capture.figures import quantity
from skills.capture.heard import Heard
from skills.capture.known import Known, Shelf
from skills.capture.own import own_label, value_of
from skills.capture.people import people
from skills.capture.pieces import OWN, Piece, Pieces, pieces_of
from skills.capture.products import products
from skills.capture.sheet import ACCOUNT, DEAL, PERSON, TASK, TOUCH, may_change
from skills.capture.telling import budget, stage
from skills.capture.wording import Wording

ENTITIES = ("opportunity", "touchpoint", "account")
"""What drafts of ours are of."""
STEPS = ("next_step", "due_date")
WHOLE = 100
TENTHS = re.compile(r"([一二三四五六七八九])成(半|五)?")
HAN_FIGURES = "零一二三四五六七八九"
BESIDE = {"task": TASK, "touchpoint": TOUCH, "account": ACCOUNT}
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Amending:
    """Goes on with the newest open draft."""

    turn: Turn
    shelf: Shelf
    drafts: OwnDrafts
    said: Saying
    own: tuple[OwnField, ...] = ()

    async def draft(self) -> Answer | Draft | None:
        """The draft anew, with what changed in one line; None where the words are about something else."""
        found = [held for entity in ENTITIES if (held := await self.drafts.newest(entity))]
        held = max(found, key=lambda one: one.id, default=None)
        if held is None:
            return None
        pieces = pieces_of(held)
        asked = asked_of(held) if self.turn.memory.continues else ""
        wishes = amendments_in(self.turn.text, asked, fields_of(self.own))
        if not wishes or await self._names_another(pieces):
            return None
        return await self._amended(held, pieces, wishes, asked)

    async def _amended(self, held: HeldDraft, pieces: Pieces, wishes: Sequence[Amendment], asked: str) -> Answer | Draft:
        known = await self.shelf.called([_account_name(pieces)])
        desk = _Desk(Cited(self.turn, self.said), self.shelf, known, self.own)
        lines, first = [], len(pieces.grounds()) <= 1
        for wish in wishes:
            done = await desk.amend(pieces, wish, asked)
            if done is None:
                return Answer(self._not_done(wish), found=False)
            pieces, line = done
            lines.append(line)
        answered = len(wishes) == 1 and asked in {wishes[0].field, _kind_meant(pieces, wishes[0])}
        if first and answered and (asks := self._next(pieces, skip=asked if wishes[0].gone else "")):
            lines.append(asks)
        return pieces.draft("".join(lines).strip(), held)

    def _not_done(self, wish: Amendment) -> str:
        if wish.gone:
            return self.said.say("not_there")
        label = own_label(wish.field, self.own, self.said) or self.said.say(f"field_{wish.field or 'amount'}")
        return self.said.say("not_understood", field=label)

    def _next(self, pieces: Pieces, skip: str) -> str:
        """The second and last question."""
        fields = {**pieces.deal, **({skip: "?"} if skip else {})}
        return Wording(self.said).question(fields)

    async def _names_another(self, pieces: Pieces) -> bool:
        """Whether the words name another account than the draft's."""
        names = await self.shelf.records.spot(self.turn.text)
        named = {known.name for one in names for known in one.meant if known.entity == "account"}
        return bool(named) and _account_name(pieces) not in named


async def told_of(
    deal: Row, text_: str, cited: Cited, shelf: Shelf, known: Known, own: tuple[OwnField, ...] = ()
) -> Pieces | None:
    """The changes of an open opportunity that `text_` tells in the words by which drafts are changed; None where it tells none."""
    pieces = Pieces({OWN: Piece("opportunity", {}, {}, deal.id)})
    desk, wishes = _Desk(cited, shelf, known, own), amendments_in(text_, own=fields_of(own))
    for wish in wishes:
        done = await desk.amend(pieces, wish, "") if not wish.gone else None
        if done is None:
            return None
        pieces = done[0]
    return pieces if wishes else None


@dataclass(frozen=True, slots=True)
class _Desk:
    """Carries out one wish. known: the account of the draft, with its people, and all products."""

    cited: Cited
    shelf: Shelf
    known: Known
    own: tuple[OwnField, ...] = ()

    @property
    def said(self) -> Saying:
        return self.cited.said

    async def amend(self, pieces: Pieces, wish: Amendment, asked: str) -> tuple[Pieces, str] | None:
        """The pieces after it, and what is told; None where the words give no such value."""
        if wish.gone:
            return self._gone(pieces, wish, asked)
        heard = await self._heard(wish.words)
        name = wish.field or self._kind(heard, wish.words)
        if name == "contact":
            return self._contact(pieces, wish, heard, asked)
        return self._step(pieces, wish, heard, name) if name in STEPS else self._value(pieces, wish, heard, name, asked)

    # --- values ------------------------------------------------------------------------------------------------------------------

    def _value(self, pieces: Pieces, wish: Amendment, heard: Heard, name: str, asked: str) -> tuple[Pieces, str] | None:
        key = pieces.deal_key
        values = self._values(name, wish.words, heard, pieces.deal) if key is not None and name else None
        if key is None or not values:
            return None
        piece = pieces.parts[key]
        anew = piece.with_values(values, self.cited.words(wish.words))
        if (key == OWN and piece.record_id is None) or key != OWN:
            anew = _renamed(piece, anew)
        told = Wording(self.said, self.own).value("product_name" if name == "product" else name, anew.fields)
        return pieces.put(key, anew), self._noted(name, told, asked)

    def _values(self, name: str, words: str, heard: Heard, deal: Values) -> Values:
        """The fields that a value of `name` comes to; none where the words have no such value."""
        if own := next((one for one in self.own if one.name == name), None):
            found = value_of(own, heard)
            return {name: found} if found is not None else {}
        match name:
            case "amount":
                return self._amount(heard, deal)
            case "close_date":
                day = self._day(heard)
                return {"close_date": day.isoformat()} if day else {}
            case "quantity":
                counted = quantity(heard, ())
                value = counted.number.value if counted else next((one.value for one in heard.reading.numbers), None)
                return {"quantity": _whole(value)} if value else {}
            case "product":
                named = next(iter(products(heard, self.known.book.products)), None)
                row = self.known.products.get(named.product.name) if named else None
                return {"product": row.id, "product_name": named.product.name} if row and named else {}
        return _worded(name, words, heard)

    def _amount(self, heard: Heard, deal: Values) -> Values:
        money = heard.reading.money[-1] if heard.reading.money else None
        value = money.value if money else next((one.value for one in heard.reading.numbers if one.value >= WHOLE), None)
        if not value:
            return {}
        usual = next((one.currency for one in self.known.book.accounts), "") or ("CNY" if heard.chinese else "")
        currency = (money.currency if money else None) or deal.get("currency") or usual
        return {"amount": _whole(value), **({"currency": currency} if currency else {})}

    def _day(self, heard: Heard) -> date | None:
        days = [found for one in heard.reading.days if (found := meant(one, heard.today))]
        return next((one for one in days if one >= heard.today), None)

    # --- people, and what is to be done ------------------------------------------------------------------------------------------

    def _contact(self, pieces: Pieces, wish: Amendment, heard: Heard, asked: str) -> tuple[Pieces, str] | None:
        account = next(iter(self.known.book.accounts), None)
        row = self.known.accounts.get(account.name) if account else None
        who = next(iter(people(heard, account)), None)
        name = who.name if who else wish.words.strip()
        person = self.known.person(row, name)
        grounds = self.cited.words(wish.words)
        values: Values = {"contact": person.id if person else None, "contact_name": name}
        for key, piece in pieces.parts.items():
            if key in {OWN, DEAL, TOUCH, TASK} and piece.entity in {"opportunity", "touchpoint", "task"}:
                anew = piece.with_values(values, grounds)
                pieces = pieces.put(key, anew if person or piece.record_id else anew.without(["contact"]))
        pieces = pieces.drop(PERSON)
        if person is None and (row is None or may_change(self.shelf.records.scope, row, "contact")):
            ref = {"account": row.id if row else "$main", "account_name": _account_name(pieces)}
            evidence = {"name": grounds} if grounds else {}
            pieces = pieces.put(PERSON, Piece("contact", {"name": name, **ref, "status": "active"}, evidence))
        return pieces, self._noted("contact", name, asked)

    def _step(self, pieces: Pieces, wish: Amendment, heard: Heard, name: str) -> tuple[Pieces, str] | None:
        """The next step or its day; the task that stands for it goes with it."""
        due = next((one for one in heard.reading.days if (day := meant(one, heard.today)) and day >= heard.today), None)
        day = meant(due, heard.today) if due else None
        step = ""
        if name == "next_step":
            fields = {"next_step": Field(wish.words, wish.words), **({"due_date": Field(day, due.words.text)} if due and day else {})}
            step = short_step(Told("update", fields=fields))
        if not step and day is None:
            return None
        grounds, key = self.cited.words(wish.words), pieces.deal_key
        deal: dict[str, object] = {**({"next_step": step} if step else {}), **({"next_step_date": day.isoformat()} if day else {})}
        task: dict[str, object] = {**({"subject": step} if step else {}), **({"due_date": day.isoformat()} if day else {})}
        if key is not None:
            pieces = pieces.put(key, pieces.parts[key].with_values(deal, grounds))
        if TASK in pieces.parts:
            pieces = pieces.put(TASK, pieces.parts[TASK].with_values(task, grounds))
        elif day is not None:
            pieces = pieces.put(TASK, self._task(pieces, task, step).with_values(task, grounds))
        told = " ".join(part for part in (self.said.day(day) if day else "", step) if part)
        return pieces, self._noted("next_step", told, "")

    def _task(self, pieces: Pieces, task: Values, step: str) -> Piece:
        deal, own = pieces.deal or pieces.own.fields, self.cited.turn.speaker
        refs = {name: deal[name] for name in ("account", "account_name", "contact", "contact_name") if deal.get(name)}
        refs |= {"opportunity": pieces.own.record_id or "$main"} if pieces.deal_key == OWN else {}
        subject = step or str(deal.get("next_step") or self.said.say("field_next_step"))
        return Piece("task", {**refs, "subject": subject, **task, "status": "open", "owner": own.user_id, "owner_name": own.name})

    # --- what is left out --------------------------------------------------------------------------------------------------------

    def _gone(self, pieces: Pieces, wish: Amendment, asked: str) -> tuple[Pieces, str] | None:
        if wish.field == "deal":
            left = pieces.without_deal(wish.at)
            what = self.said.say("first_deal") if wish.at == 1 else self.said.say("second_deal", at=wish.at)
            return (left, self.said.say("noted_without", what=what)) if left else None
        told = self.said.say("noted_open" if wish.field == asked else "noted_empty", field=self._label(wish.field))
        if beside := BESIDE.get(wish.field):
            keys = [key for key in pieces.parts if key.startswith(beside)]
            return (pieces.drop(*keys), told) if keys else None
        names = {"amount": ("amount", "currency"), "next_step": ("next_step", "next_step_date"), "due_date": ("next_step_date",)}
        gone = names.get(wish.field, (wish.field, f"{wish.field}_name"))
        for key, piece in pieces.parts.items():
            if piece.entity == "opportunity" or (wish.field == "contact" and piece.entity in {"touchpoint", "task"}):
                pieces = pieces.put(key, piece.without(gone))
        dropped = {"contact": (PERSON,), "next_step": (TASK,), "due_date": (TASK,)}.get(wish.field, ())
        return pieces.drop(*dropped), told

    # --- words -------------------------------------------------------------------------------------------------------------------

    def _noted(self, name: str, value: str, asked: str) -> str:
        if name == asked:
            return self.said.say("noted", value=value)
        return self.said.say("noted_change", field=self._label(name), value=value)

    def _label(self, name: str) -> str:
        return own_label(name, self.own, self.said) or self.said.say(f"field_{name}")

    def _kind(self, heard: Heard, words: str) -> str:
        """Which field a value without a name is for."""
        if heard.reading.money:
            return "amount"
        if heard.reading.days:
            return "close_date"
        if heard.reading.numbers:
            return "quantity"
        if products(heard, self.known.book.products):
            return "product"
        account = next(iter(self.known.book.accounts), None)
        return "contact" if people(heard, account) or words[:1].isupper() else ""

    async def _heard(self, words: str) -> Heard:
        turn = self.cited.turn
        return await listen(words, turn.said_at, turn.speaker.zone, self.known.book, self.shelf.spoken)


def _account_name(pieces: Pieces) -> str:
    own = pieces.own
    return str((own.fields.get("name") if own.entity == "account" else own.fields.get("account_name")) or "")


def _kind_meant(pieces: Pieces, wish: Amendment) -> str:
    """The field that a wish without a field's name came to: the one whose grounds are its words."""
    if wish.field or pieces.deal_key is None:
        return wish.field
    evidence = pieces.parts[pieces.deal_key].evidence
    return next((name for name, one in evidence.items() if one.quote == wish.words), "")


def _worded(name: str, words: str, heard: Heard) -> Values:
    """The fields that words come to where they are a value's name, a share, or stand for themselves."""
    match name:
        case "stage" | "budget_status":
            heard_as = stage(heard, None) if name == "stage" else budget(heard)
            found = _enum(name, words) or (heard_as.value if heard_as else "")
            return {name: found} if found else {}
        case "probability" | "discount":
            tenths = TENTHS.search(words) if name == "probability" else None
            plain = next((one.value for one in heard.reading.numbers if 0 <= one.value <= WHOLE), None)
            value = HAN_FIGURES.index(tenths[1]) * 10.0 + (5 if tenths[2] else 0) if tenths else plain
            return {name: _whole(value)} if value is not None else {}
    return {name: words.strip()} if name in {"competitor", "lost_reason"} else {}


def _enum(name: str, words: str) -> str:
    """The value that is called so."""
    known = SCHEMA.entity("opportunity")
    field = known.field(name) if known else None
    said = words.strip().casefold()
    for one in field.values if field else ():
        if said in {one.name, one.label.zh, one.label.en.casefold()} or (len(said) > 1 and said in one.label.zh):
            return one.name
    return ""


def _renamed(before: Piece, after: Piece) -> Piece:
    """A new opportunity goes on being called after what it sells."""
    name, old = text_of(before, "name"), _goods(before)
    if not old or not name.endswith(old) or old == _goods(after):
        return after
    return after.with_values({"name": f"{name.removesuffix(old)}{_goods(after)}"}, None)


def _goods(piece: Piece) -> str:
    goods, count = text_of(piece, "product_name"), piece.fields.get("quantity")
    return f"{goods}×{count:g}" if goods and isinstance(count, int | float) else goods


def text_of(piece: Piece, name: str) -> str:
    """The words of a field, "" where there are none."""
    value = piece.fields.get(name)
    return value if isinstance(value, str) else ""


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else value
