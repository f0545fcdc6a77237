"""Three stories that run through every module, read from stories.toml. Knows how to tell them, not what they say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict, cast

from bot.demo.book import Amendment, Book, Fields, day, owned_by, to
from bot.demo.days import Days, moment
from bot.demo.paperwork import SUPPLY_DAYS, Terms, contract_fields
from bot.demo.people import Firm, Person
from bot.demo.pipeline import PROBABILITY, Deal, price_list
from bot.demo.texts import table
from bot.domain.people import User
from bot.domain.records import Import

CONSENT_DAYS = 730
Told = dict[str, object]


class Course(TypedDict, total=False):
    """How many people of a firm used the platform, month by month, and how many do in winter and at its edges."""

    seats: int
    users: list[int]
    winter: int
    edge: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is in the stories: firms by short name, products, and our service desk, which owns tickets."""

    firms: Mapping[str, Firm]
    desk: User
    days: Days

    def firm(self, told: Told) -> Firm:
        """The firm that a scene is about."""
        return self.firms[str(told["firm"])]

    def person(self, told: Told) -> Person | None:
        """The person in a scene, when there is one."""
        return next((person for person in self.firm(told).people if person.name == told.get("contact")), None)

    def of(self, told: Told) -> Fields:
        """The fields that say whom a scene is about."""
        firm, person = self.firm(told), self.person(told)
        return {**to("account", firm.id, firm.name), **to("contact", person.id if person else None, person.name if person else None)}

    def on(self, told: Told, key: str = "ago") -> date | None:
        """The day that a scene names, when it does."""
        ago = told.get(key)
        return self.days.ago(cast("int", ago)) if ago is not None else None


def scenes(kind: str) -> list[Told]:
    """Everything told of one kind, in the order it was written."""
    return cast("list[Told]", table("stories").get(kind, []))


def told_deals(people: Cast) -> tuple[Deal, ...]:
    """The opportunities of the stories."""
    return tuple(_deal(told, people) for told in scenes("deal"))


def told_terms(people: Cast) -> dict[str, Terms]:
    """The subscriptions of the stories, by firm id."""
    listed = cast("dict[str, dict[str, int]]", table("stories")["subscription"])
    found: dict[str, Terms] = {}
    for short, told in listed.items():
        end = people.days.ago(told["ends"])
        found[people.firms[short].id] = Terms(told["arr"], end - timedelta(days=365), end, told["notice"], bool(told["auto"]))
    return found


def told_course(firm: Firm) -> Course | None:
    """How a story's firm used the platform, None for the others."""
    return cast("dict[str, Course]", table("stories")["usage"]).get(firm.short)


def told_facts(firm: Firm) -> Fields:
    """What somebody filled in about a firm of the stories."""
    return cast("dict[str, Fields]", table("stories")["account"]).get(firm.short, {})


def told_talk(people: Cast, made: Sequence[Deal]) -> Iterator[Fields]:
    """The touchpoints of the stories."""
    by_name = {deal.name: deal for deal in made}
    for told in scenes("talk"):
        firm, deal = people.firm(told), by_name.get(str(told.get("deal")))
        at = moment(people.days.working(cast("int", told["ago"])), cast("int", told.get("hour", 6)), 20)
        yield {
            **people.of(told), **to("opportunity", deal.id if deal else None, deal.name if deal else None), **owned_by(firm.owner),
            "channel": told["channel"], "kind": told["kind"], "happened_at": at.isoformat(), "minutes": told.get("minutes"),
            "note": told["note"],
        }


def told_tickets(people: Cast) -> Iterator[Fields]:
    """The tickets of the stories, not numbered yet."""
    products = price_list()
    for told in scenes("ticket"):
        product, closed = products[str(told["product"])], people.on(told, "closed")
        yield {
            **people.of(told), **owned_by(people.desk), "subject": told["subject"], "severity": told["severity"], "status": told["status"],
            **to("product", product.id, product.code), "opened_at": moment(people.days.ago(cast("int", told["ago"])), 3).isoformat(),
            "closed_at": moment(closed, 8).isoformat() if closed else None, "resolution": told.get("resolution"),
        }


def told_answers(people: Cast) -> Iterator[Fields]:
    """The satisfaction answers of the stories."""
    for told in scenes("nps"):
        yield {**people.of(told), "score": told["score"], "answered_date": day(people.on(told)), "comment": told["comment"]}


def write_versions(book: Book, people: Cast, made: Sequence[Deal]) -> None:
    """Write down the versions of a contract that was fought over; each names the terms it changed."""
    by_name = {deal.name: deal for deal in made}
    for told in scenes("contract"):
        on = people.days.ago(cast("int", told["ago"]))
        fields = contract_fields(by_name[str(told["deal"])], len(book.entries["contract"]) + 1, "supply", on, SUPPLY_DAYS)
        signed = told["status"] == "active"
        book.add("contract", {
            **fields, "version": told["version"], "status": told["status"], "payment_days": told["payment_days"],
            "liability_cap": told.get("liability_cap"), "signed_date": day(on) if signed else None,
        })


def write_signals(book: Book, people: Cast) -> None:
    """Write down what came in by itself."""
    for told in sorted(scenes("signal"), key=lambda told: -cast("int", told["ago"])):
        at = moment(people.days.ago(cast("int", told["ago"])), cast("int", told["hour"]))
        book.add("signal", {
            **people.of(told), "kind": told["kind"], "happened_at": at.isoformat(), "subject": told["subject"],
            "seconds": told.get("seconds"), "percent": told.get("percent"), "quote": told["quote"], "source": told["source"],
        })


def write_sovereign(book: Book, people: Cast) -> tuple[Amendment, ...]:
    """Write down consents, corrections and suggestions; returns the changes that the corrections made."""
    for told in scenes("consent"):
        granted = cast("date", people.on(told, "granted"))
        withdrawn = people.on(told, "withdrawn")
        book.add("consent", {
            **people.of(told), "purpose": told["purpose"], "status": "withdrawn" if withdrawn else "given", "granted_date": day(granted),
            "expires_date": day(granted + timedelta(days=CONSENT_DAYS)), "withdrawn_date": day(withdrawn),
        })
    for told in scenes("suggestion"):
        ticket = _ticket(book, str(told["ticket"]))
        book.add("suggestion", {
            **people.of(told), "text": told["text"], "status": told["status"], **to("ticket", ticket.id, str(ticket.fields["number"])),
            "made_date": day(people.on(told, "made")), "done_date": day(people.on(told, "done")),
        })
    return tuple(_correct(book, people, told) for told in scenes("correction"))


def _correct(book: Book, people: Cast, told: Told) -> Amendment:
    at = moment(cast("date", people.on(told)), 7, 15)
    book.add("correction", {
        **people.of(told), "field": told["field"], "before": str(told["before"]), "after": str(told["after"]),
        "corrected_at": at.isoformat(), "status": "accepted", "reason": told["reason"],
    })
    by = cast("Person", people.person(told))
    return Amendment(people.firm(told).id, "account", str(told["field"]), told["before"], told["after"], by.id, at)


def _ticket(book: Book, subject: str) -> Import:
    return next(entry for entry in book.entries["ticket"] if entry.fields["subject"] == subject)


def _deal(told: Told, people: Cast) -> Deal:
    days, stage = people.days, str(told["stage"])
    if "quarter_day" in told:
        close = _last_quarter(days.today) + timedelta(days=cast("int", told["quarter_day"]) - 1)
        created = close - timedelta(days=cast("int", told["created"]))
    else:
        close, created = days.ago(cast("int", told["close"])), days.ago(cast("int", told["created"]))
    since = close if stage == "won" else days.ago(cast("int", told["since"]))
    step_in = told.get("next_step_in")
    return Deal(
        people.firm(told), cast("Person", people.person(told)), str(told["name"]), stage, price_list()[str(told["product"])],
        cast("int", told["quantity"]), float(cast("float", told["discount"])), created, close, since,
        competitor=cast("str | None", told.get("competitor")), budget_status=str(told.get("budget", "approved")),
        probability=cast("int", told.get("probability", PROBABILITY[stage][0])), next_step=cast("str | None", told.get("next_step")),
        next_step_date=days.ago(-cast("int", step_in)) if step_in is not None else None,
        payment_days=cast("int", told.get("payment_days", 30)), shipped=people.on(told, "shipped"),
        late_by=tuple(None if late == "no" else cast("int", late) for late in cast("list[object]", told.get("late", []))),
    )


def _last_quarter(today: date) -> date:
    """First day of the calendar quarter before the one that `today` is in."""
    months = today.year * 12 + (today.month - 1) // 3 * 3 - 3
    return date(months // 12, months % 12 + 1, 1)
