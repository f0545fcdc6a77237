"""A book with one record of each entity for each relation to a person, a mark in every field; and what the policy is meant to let through.

The oracle is written as people would say the policy; it asks nothing of the code that decides. The schema it takes as given.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.domain.entities import SCHEMA
from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role, User
from bot.domain.records import Import
from bot.domain.schema import Entity, Field, Kind

OWN, MATE, NEAR, FAR, HOUSE = "own", "mate", "near", "far", "house"
"""Owned by Ann; by one of her team; by another team in her region; by another team elsewhere; by nobody."""
PLACES = (OWN, MATE, NEAR, FAR)
OWNERS = {OWN: UserId("ann"), MATE: UserId("bob"), NEAR: UserId("cid"), FAR: UserId("dee")}
REGIONS = {OWN: "east_china", MATE: "south_china", NEAR: "emea", FAR: "apac"}
TEAMS = {OWN: "east", MATE: "east", NEAR: "north", FAR: "west"}
SEEN = {"none": (), "own": (OWN,), "team": (OWN, MATE), "region": (OWN, MATE, NEAR), "all": PLACES}
NOBODYS = {"user", "product"}

MEANT = """
             rep       manager    coach marketing delivery  service  legal    reviewer admin
user         all       all        all   all       all       all      all      all      all
account      team/own- team/team- team  all       all       all      all      all      all/all
contact      team/own  team/team  team  all       all       all      all      all      all/all
opportunity  team/own  team/team  team  none      none      none     none     all      all/all
touchpoint   team/own  team/team  team  none      none      none     none     all      all/all
task         team/own  team/team  team  none      none      own/own+ none     all      all/all
product      all       all        all   all       all       all      all      all      all/all
quote        team/own  team/team  team  none      none      none     all      all      all/all
letter       team/own  team/team  team  none      none      none     none     all      all/all
order        team      team       team  none      all/all+  none     none     all      all/all
invoice      team      team       team  none      none      none     none     all      all/all
contract     team/own  team/team  team  none      none      none     all/all+ all      all/all
ticket       team      team       team  none      all       all/all  none     all      all/all
usage        team      team       team  none      none      all      none     all      all/all
feature_usage team     team       team  none      none      all      none     all      all/all
nps          team      team       team  none      none      all      none     all      all/all
signal       team      team       team  all       none      none     none     all      all/all
consent      team      team       team  all       none      none     none     all      all/all
correction   team      team/team  team  none      none      none     none     all      all/all
suggestion   team      team/team  team  none      none      all      none     all      all/all
schedule     own/own   own/own    own/own own/own own/own   own/own  own/own  own/own  all/all
tip          team      team/own   team/own none   none      none     none     all      all/all
rule         team/own- team/team  team/own- own/own- own/own- own/own- own/own- all/own- all/all
"""
"""Seen, and after the stroke changed. `-`: but for what finance brings in; `+`: only what is listed in ONLY."""
FINANCE = {"account.credit_rating", "account.pays_late_days", "account.care_group"}
GIVEN = {"rule.tells_owner", "rule.assigns_to", "rule.assigns_team", "rule.tells_group", "rule.opens_task"}
ONLY = {"order": {"status", "promised_date", "shipped_date", "delivered_date"}, "contract": {"status"}, "task": {"status", "done_date"}}
MONEY = {
    "account.arr", "account.purchasing_budget", "account.budget_progress", "account.biggest_pain", "opportunity.amount",
    "opportunity.discount", "product.list_price_cny", "product.list_price_usd", "product.list_price_eur", "quote.list_amount",
    "product.list_margin", "product.margin_floor", "quote.discount", "quote.amount", "order.amount", "invoice.amount", "contract.value",
}  # fmt: skip
DEALING = {"account.credit_rating", "account.decision_window", "contact.weight"}
MARGINS = {"product.list_margin", "product.margin_floor"}
HIDDEN: Mapping[str, set[str]] = {
    "rep": MARGINS, "coach": MARGINS | {"contact.email", "contact.phone"},
    "marketing": MONEY | DEALING | {"account.pays_late_days", "contact.phone"},
    "delivery": MONEY | DEALING | {"account.pays_late_days"}, "service": MONEY | DEALING,
    "legal": MARGINS | {"contact.phone", "contact.weight"},
}  # fmt: skip


class Meant:
    """What one role is meant to see and change."""

    def __init__(self, role: str) -> None:
        header, *lines = MEANT.strip().splitlines()
        column = header.split().index(role) + 1
        cells = {line.split()[0]: line.split()[column] for line in lines}
        self.hidden = HIDDEN.get(role, set())
        self._seen = {entity: cell.partition("/")[0] for entity, cell in cells.items()}
        self._changed = {entity: cell.partition("/")[2] for entity, cell in cells.items()}

    def sees(self, entity: str, place: str) -> bool:
        """Whether the record of an entity at a place is theirs to see."""
        return place in SEEN[self._seen[entity]] or (place == HOUSE and self._seen[entity] != "none")

    def shows(self, entity: str, name: str) -> bool:
        """Whether a field is theirs to see, wherever the record."""
        return f"{entity}.{name}" not in self.hidden and f"{entity}.{name.removesuffix('_name')}" not in self.hidden

    def changes(self, entity: str, name: str, place: str) -> bool:
        """Whether a field of the record at a place is theirs to change."""
        far = self._changed[entity].rstrip("+-")
        if entity == "user" or not far or not self.shows(entity, name) or not self.sees(entity, place):
            return False
        if place == HOUSE and far != "all":
            return False
        if self._changed[entity].endswith("-") and f"{entity}.{name}" in FINANCE | GIVEN:
            return False
        if self._changed[entity].endswith("+") and name not in ONLY[entity]:
            return False
        return place == HOUSE or place in SEEN[far]


    def makes(self, entity: str, place: str) -> bool:
        """Whether they may make a new record at a place: whoever changes a few fields of what others made may not."""
        cell = self._changed[entity]
        far = cell.rstrip("-")
        return bool(far) and not cell.endswith("+") and (far == "all" or (place != HOUSE and place in SEEN[far])) and entity != "user"


def people(role: Role) -> list[User]:
    """Ann in a role, and three others."""
    roles = {OWN: role}
    return [
        User(OWNERS[place], OWNERS[place].title(), f"{OWNERS[place]}@example.com", roles.get(place, Role.REP), TEAMS[place], "UTC",
             regions=("emea",) if place == OWN else ())
        for place in PLACES
    ]  # fmt: skip


def places_of(entity: str) -> tuple[str, ...]:
    """Where records of an entity lie."""
    return (HOUSE,) if entity in NOBODYS else PLACES


def record_id(entity: str, place: str) -> RecordId:
    """The record of an entity at a place; of our people, that person."""
    return RecordId(OWNERS[place] if entity == "user" and place in OWNERS else f"{entity}-{place}")


def book() -> list[Import]:
    """One record of each entity at each place."""
    return [
        Import(record_id(one.name, place), one.name, {field.name: value_of(one, field, place) for field in one.fields})
        for one in SCHEMA.entities if one.name != "user" for place in places_of(one.name)
    ]


def value_of(entity: Entity, one: Field, place: str) -> object:
    """The mark in a field: unlike that of any other record, as far as its kind lets it be."""
    step = (*PLACES, HOUSE).index(place)
    number = 86_000_000 + 10_000 * SCHEMA.entities.index(entity) + 100 * entity.fields.index(one) + step
    if entity.name == "account" and one.name == "region":
        return REGIONS[place]
    values: Mapping[Kind, object] = {
        Kind.REFERENCE: target_of(one, place), Kind.TEXT: mark(entity.name, one.name, place), Kind.NUMBER: number, Kind.MONEY: number,
        Kind.FLAG: step % 2 == 0, Kind.DATE: (date(2026, 1, 1) + timedelta(days=step)).isoformat(),
        Kind.MOMENT: f"2026-02-0{step + 1}T10:00:00+00:00", Kind.ENUM: one.value_names[step % max(len(one.value_names), 1):][:1],
    }  # fmt: skip
    value = values[one.kind]
    return value[0] if isinstance(value, tuple) else value


def mark(entity: str, name: str, place: str) -> str:
    """Words that stand nowhere else."""
    return f"Zq{place}{entity}{name.replace('_', '')}Q"


def target_of(one: Field, place: str) -> str:
    """What a reference at a place points at: the record of its place, or the house's."""
    return record_id(one.to, HOUSE if one.to == "product" else place)
