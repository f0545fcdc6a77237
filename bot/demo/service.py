"""What happens after the sale: tickets, use of the platform, satisfaction. Knows no opportunity's terms."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import cast

from bot.demo.book import Book, Fields, day, owned_by, to
from bot.demo.days import Days, moment
from bot.demo.dice import dice
from bot.demo.people import Firm
from bot.demo.pipeline import price_list
from bot.demo.stories import Cast, Course, told_answers, told_course, told_tickets
from bot.demo.texts import table

MONTHS = 24
FEATURES = {"dashboards": 0.9, "alerts": 0.75, "reports": 0.55, "mobile": 0.4, "api": 0.12}
WINTER = {12, 1, 2}
WINTER_EDGE = {11, 3}
TICKETS = {"A": (5, 10), "B": (3, 8), "C": (1, 5)}
CLOSES_WITHIN = {"P1": 2, "P2": 9, "P3": 16, "P4": 25}
ASKED_EVERY = 200
MINOR, MAJOR = 6, 9  # a promoter answers 9 or 10, a detractor 6 or less


def write_tickets(book: Book, customers: Sequence[Firm], people: Cast) -> None:
    """Tickets of all customers over two years, oldest first."""
    found = [*told_tickets(people)]
    for firm in customers:
        if told_course(firm) is None:
            found += _tickets(firm, people)
    found.sort(key=lambda fields: (str(fields["opened_at"]), str(fields["subject"])))
    for number, fields in enumerate(found, 1):
        book.add("ticket", {"number": f"T-{number:05d}", **fields})


def write_usage(book: Book, customers: Sequence[Firm], days: Days) -> None:
    """How many people used the platform and each part of it, for the last 24 complete months."""
    for firm in customers:
        course = told_course(firm) or _course(firm)
        for place, month in enumerate(days.month(MONTHS - number) for number in range(MONTHS)):
            users = _users(course, place, month)
            rolled = dice("usage", firm.name, place)
            of = {**to("account", firm.id, firm.name), "month": day(month)}
            book.add("usage", {**of, "active_users": users, "seats": course["seats"], "logins": users * rolled.randint(14, 22)})
            for feature, share in FEATURES.items():
                used = round(users * share * rolled.uniform(0.9, 1.05))
                events = used * rolled.randint(8, 40)
                book.add("feature_usage", {**of, "feature": feature, "active_users": min(used, users), "events": events})


def write_answers(book: Book, customers: Sequence[Firm], people: Cast) -> None:
    """What customers answered when asked, about twice a year, how likely they are to recommend us; oldest first."""
    found = [*told_answers(people)]
    for firm in customers:
        if told_course(firm) is None:
            found += _answers(firm, people.days)
    found.sort(key=lambda fields: (str(fields["answered_date"]), str(fields["account"])))
    for fields in found:
        book.add("nps", fields)


def net_promoter(book: Book, days: Days) -> dict[str, int]:
    """Account id -> share of promoters less share of detractors over the last 365 days, -100 to 100 (Reichheld 2003)."""
    scores: dict[str, list[int]] = {}
    since = str(day(days.ago(365)))
    for entry in book.entries["nps"]:
        if str(entry.fields["answered_date"]) >= since:
            scores.setdefault(str(entry.fields["account"]), []).append(cast("int", entry.fields["score"]))
    return {account: round(100 * (sum(s >= MAJOR for s in of) - sum(s <= MINOR for s in of)) / len(of)) for account, of in scores.items()}


def _tickets(firm: Firm, people: Cast) -> Iterator[Fields]:
    kinds = cast("dict[str, dict[str, list[dict[str, str]]]]", table("service"))[str(firm.lang)]["ticket"]
    products = price_list()
    for number in range(dice("tickets", firm.name).randint(*TICKETS[firm.tier])):
        rolled = dice("ticket", firm.name, number)
        kind = rolled.choice(kinds)
        product = products[kind["product"]]
        opened = people.days.working(rolled.randint(1, 715))
        closed = opened + timedelta(days=rolled.randint(0, CLOSES_WITHIN[kind["severity"]]))
        still = closed > people.days.today or ((people.days.today - opened).days < 30 and rolled.random() < 0.3)  # noqa: PLR2004 - a month
        facts = {"line": firm.line, "site": firm.site, "hours": rolled.randint(2, 30), "count": rolled.randint(3, 24)}
        person = rolled.choice(firm.people)
        yield {
            **to("account", firm.id, firm.name), **to("contact", person.id, person.name), **owned_by(people.desk),
            "subject": kind["subject"].format(**facts), "severity": kind["severity"],
            "status": rolled.choice(("open", "open", "pending")) if still else "closed", **to("product", product.id, product.code),
            "opened_at": moment(opened, rolled.randint(1, 8), rolled.randrange(60)).isoformat(),
            "closed_at": None if still else moment(closed, 9, rolled.randrange(60)).isoformat(),
            "resolution": None if still else kind["resolution"].format(**facts),
        }


def _course(firm: Firm) -> Course:
    """A course of its own for each firm: most grow a little, some shrink, all waver."""
    rolled = dice("course", firm.name)
    seats = {"A": 80, "B": 45, "C": 20}[firm.tier] + rolled.randint(-8, 12)
    level, drift = seats * rolled.uniform(0.45, 0.75), rolled.choice((0.992, 1.0, 1.006, 1.012))
    users = [min(seats, max(3, round(level * drift**month * rolled.uniform(0.94, 1.06)))) for month in range(MONTHS)]
    return {"seats": seats, "users": users}


def _users(course: Course, place: int, month: date) -> int:
    if month.month in WINTER:
        return course.get("winter", course["users"][place])
    if month.month in WINTER_EDGE:
        return course.get("edge", course["users"][place])
    return course["users"][place]


def _answers(firm: Firm, days: Days) -> Iterator[Fields]:
    rolled = dice("nps", firm.name)
    mood = rolled.choice((9, 9, 8, 8, 7, 6))
    for asked in range(3):
        if rolled.random() < 0.12:  # noqa: PLR2004 - one in eight does not answer
            continue
        score = max(0, min(10, mood + rolled.randint(-2, 1)))
        yield _answer(firm, score, days.working(asked * ASKED_EVERY + rolled.randint(10, 150)), rolled)


def _answer(firm: Firm, score: int, on: date, rolled: Random) -> Fields:
    words = cast("dict[str, dict[str, dict[str, list[str]]]]", table("service"))[str(firm.lang)]["nps"]
    mood = "high" if score >= MAJOR else "low" if score <= MINOR else "middle"
    person = rolled.choice(firm.people)
    return {
        **to("account", firm.id, firm.name), **to("contact", person.id, person.name), "score": score, "answered_date": day(on),
        "comment": rolled.choice(words[mood]).format(line=firm.line, site=firm.site),
    }
