"""The whole invented firm as of a day: Hengyu Sensing (衡屿传感), sensors and SaaS for industry. Knows the order of telling only."""

from collections.abc import Sequence
from datetime import date

from bot.demo.book import Book, Company, Fields, day, owned_by
from bot.demo.days import Days
from bot.demo.paperwork import Terms, paid_late_by, subscription_terms, write_contracts, write_orders, write_quotes
from bot.demo.people import Firm, firms, staff, write_contacts
from bot.demo.pipeline import Deal, deal_fields, deals, price_list
from bot.demo.service import net_promoter, write_answers, write_tickets, write_usage
from bot.demo.stories import Cast, scenes, told_deals, told_facts, told_terms, write_signals, write_sovereign, write_versions
from bot.demo.talks import write_touchpoints
from bot.demo.tasks import write_tasks
from bot.domain.ids import RecordId

SERVICE_DESK = "tang.ning"
PURCHASING_SHARE = 4  # a firm's purchasing budget is so many times a year's subscription, where nobody corrected it


def company(today: date) -> Company:
    """The firm as it stands on `today`: the same every time, all days counted from it, nothing after it but plans."""
    days, users, book = Days(today), staff(), Book()
    listed = firms(users)
    people = Cast({firm.short: firm for firm in listed}, users[SERVICE_DESK], days)
    customers = [firm for firm in listed if firm.status == "customer"]
    made = deals(listed, told_deals(people), days)
    terms = {firm.id: subscription_terms(firm, days) for firm in customers} | told_terms(people)
    for deal in made:
        book.add("opportunity", deal_fields(deal))
    write_tasks(book, made, days)
    write_quotes(book, made, days)
    write_orders(book, made, days)
    write_contracts(book, made, terms)
    write_versions(book, people, made)
    write_tickets(book, customers, people)
    write_usage(book, customers, days)
    write_answers(book, customers, people)
    write_touchpoints(book, listed, made, people)
    write_signals(book, people)
    amended = write_sovereign(book, people)
    write_contacts(book, listed, _left(people))
    known = _known(book, listed, made, days)
    for change in amended:
        known[change.record_id][change.field] = change.after
    for firm in listed:
        book.add("account", _account(firm, terms.get(firm.id), known[firm.id]))
    _write_products(book)
    return Company(today, tuple(users.values()), book.closed(), amended)


def _left(people: Cast) -> dict[RecordId, str]:
    """Who has left, by their own auto-reply."""
    left = [told for told in scenes("signal") if told["kind"] == "auto_reply"]
    return {person.id: str(day(people.on(told))) for told in left if (person := people.person(told))}


def _write_products(book: Book) -> None:
    for product in price_list().values():
        book.add("product", {
            "code": product.code, "name": product.name, "name_en": product.name_en, "category": product.category,
            "sold_by": product.sold_by, "list_margin": product.margin, "margin_floor": product.floor,
            **{f"list_price_{currency.lower()}": price for currency, price in product.prices.items()},
        })


def _known(book: Book, listed: Sequence[Firm], made: Sequence[Deal], days: Days) -> dict[RecordId, Fields]:
    """What the rest of the book says about each firm: since when, how satisfied, how late with paying; and what somebody filled in."""
    late, nps = paid_late_by(book), net_promoter(book, days)
    since: dict[str, date] = {}
    for deal in made:
        if deal.stage == "won":
            since[deal.firm.id] = min(deal.close, since.get(deal.firm.id, deal.close))
    return {
        firm.id: {"since_date": day(since.get(firm.id)), "nps": nps.get(firm.id), "pays_late_days": late.get(firm.id), **told_facts(firm)}
        for firm in listed
    }


def _account(firm: Firm, terms: Terms | None, known: Fields) -> Fields:
    return {
        "name": firm.name, "short_name": firm.short, "aliases": firm.aliases, "status": firm.status, "industry": firm.industry,
        "region": firm.region, "city": firm.city, "tier": firm.tier, "care_group": None, "credit_rating": firm.rating,
        "arr": terms.arr if terms else 0, "currency": firm.currency, "renewal_date": day(terms.end) if terms else None,
        "employees": firm.employees,
        **owned_by(firm.owner), "team": firm.owner.team, "website": f"https://www.{firm.domain}.example", "biggest_pain": firm.pain,
        "decision_window": None, "budget_progress": None, "purchasing_budget": terms.arr * PURCHASING_SHARE if terms else None, **known,
    }
