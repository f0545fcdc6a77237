"""Our own people and the firms that they sell to, with the people there. Knows no opportunity and nothing that happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import cast

from bot.demo.book import Book, Fields, demo_id, to, user_id
from bot.demo.dice import dice
from bot.demo.texts import rows, table
from bot.domain.ids import RecordId
from bot.domain.people import Role, User
from bot.domain.talk import Lang

CONTACTS = 150
CURRENCY_OF = {"emea": "EUR", "apac": "USD", "north_america": "USD"}
PHONE_OF = {"emea": "+49 000 555", "apac": "+65 0000 55", "north_america": "+1 000 555 0"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a firm. weight: of 100, in the decision to buy."""

    id: RecordId
    name: str
    title: str
    department: str
    role: str
    weight: int
    executive: bool
    email: str
    phone: str
    introduced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm that we sell to, and what reps know by heart: its site, its line, and what hurts there."""

    id: RecordId
    name: str
    short: str
    aliases: str
    industry: str
    region: str
    city: str
    tier: str
    rating: str
    status: str
    employees: int
    owner: User
    domain: str
    site: str
    line: str
    pain: str
    people: tuple[Person, ...]

    @property
    def lang(self) -> Lang:
        """The language that notes about it are written in."""
        return Lang.ZH if self.region.endswith("_china") else Lang.EN

    @property
    def currency(self) -> str:
        """What it pays in."""
        return CURRENCY_OF.get(self.region, "CNY")


def staff() -> dict[str, User]:
    """Our fourteen people by key, in three teams."""
    found = {}
    for number, row in enumerate(rows("users"), 1):
        handles = {channel: row[channel] for channel in ("wecom", "slack") if row[channel]}
        found[row["key"]] = User(user_id(number), row["name"], row["email"], Role(row["role"]), row["team"], row["zone"], handles)
    return found


def firms(users: Mapping[str, User]) -> tuple[Firm, ...]:
    """All firms, with 150 people among them: three at larger ones, two elsewhere, those of the stories by name."""
    listed = rows("accounts")
    wanted = [_headcount(row) for row in listed]
    for place in range(sum(wanted) - CONTACTS):  # the last ones listed are the smallest
        wanted[-1 - place] -= 1
    found, number = [], 0
    for place, (row, count) in enumerate(zip(listed, wanted, strict=True), 1):
        people = tuple(_person(row, seat, number + seat + 1) for seat in range(count))
        number += count
        found.append(
            Firm(
                RecordId(demo_id("account", place)), row["name"], row["short"], row["aliases"], row["industry"], row["region"], row["city"],
                row["tier"], row["rating"], row["status"], int(row["employees"]), users[row["owner"]], row["domain"], row["site"],
                row["line"], row["pain"], people,
            )
        )
    return tuple(found)


def write_contacts(book: Book, listed: tuple[Firm, ...], left_on: Mapping[RecordId, str]) -> None:
    """Write down everybody at every firm; `left_on` says who has left, and when."""
    for firm in listed:
        for person in firm.people:
            book.add("contact", _contact(firm, person, left_on.get(person.id)))


def _contact(firm: Firm, person: Person, left: str | None) -> Fields:
    return {
        "name": person.name, **to("account", firm.id, firm.name), "title": person.title, "department": person.department,
        "role": person.role, "weight": person.weight, "executive": person.executive, "email": person.email, "phone": person.phone,
        "status": "left" if left else "active", "left_date": left, "language": str(firm.lang), "introduced_by": person.introduced_by,
    }


def _named(row: Mapping[str, str]) -> list[dict[str, object]]:
    """The people of a story's firm."""
    return cast("dict[str, list[dict[str, object]]]", table("stories").get("people", {})).get(row["short"], [])


def _headcount(row: Mapping[str, str]) -> int:
    return len(_named(row)) or {"A": 3, "B": 3, "C": 2}[row["tier"]]


def _person(row: Mapping[str, str], seat: int, number: int) -> Person:
    titles = cast("list[dict[str, object]]", table("people")["title"])
    zh = row["region"].endswith("_china")
    rolled = dice("person", number)
    start = 0 if row["tier"] == "A" else rolled.randrange(1, len(titles))  # at large firms the CTO is among them
    named = _named(row)
    if named:
        told = named[seat]
        name = str(told["name"])
    else:
        told = titles[(seat * 3 + start) % len(titles)]
        name = _name(zh=zh, number=number)
    return Person(
        RecordId(demo_id("contact", number)), name, str(told["zh" if zh else "en"]), str(told["department"]), str(told["role"]),
        cast("int", told["weight"]), bool(told["executive"]), f"{_mailbox(name, number)}@{row['domain']}.example",
        _phone(row["region"], rolled), introduced_by=cast("str | None", told.get("introduced_by")),
    )


def _name(*, zh: bool, number: int) -> str:
    words = cast("dict[str, dict[str, list[str]]]", table("people"))["zh" if zh else "en"]
    family, given = words["family"], words["given"]
    first, last = given[(number * 5 + number // len(given)) % len(given)], family[(number * 3) % len(family)]
    return f"{last}{first}" if zh else f"{first} {last}"


def _mailbox(name: str, number: int) -> str:
    return name.lower().replace(" ", ".") if name.isascii() else f"c{number:03d}"


def _phone(region: str, rolled: Random) -> str:
    """Numbers that nobody has: prefixes that are not given out."""
    return f"{PHONE_OF.get(region, '+86 100 0000 ')}{rolled.randrange(10_000):04d}"
