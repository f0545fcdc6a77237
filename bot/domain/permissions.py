"""Who may see and change what: role by entity by field. The whole policy as values; knows no record, no store and no sentence."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.entities import SCHEMA
from bot.domain.ids import UserId
from bot.domain.people import Role, Speaker
from bot.domain.schema import Entity, Field, Kind, Label, Schema
from bot.domain.scope import EVERY, Reach, Scope

PEOPLE = "user"
"""Our own people: seen as an entity, and changed elsewhere, by no record."""
ROLES: Mapping[Role, Label] = {
    Role.REP: Label("销售", "rep"), Role.MANAGER: Label("经理", "manager"), Role.COACH: Label("教练", "coach"),
    Role.MARKETING: Label("市场", "marketing"), Role.DELIVERY: Label("交付", "delivery"), Role.SERVICE: Label("客服", "service"),
    Role.LEGAL: Label("法务", "legal"), Role.REVIEWER: Label("复核", "reviewer"), Role.ADMIN: Label("管理员", "admin"),
}
"""What people call the roles."""
MARGINS = ("product.list_margin", "product.margin_floor")
"""What stays between those who approve prices."""
AMOUNTS = "amounts"
"""Among what is hidden: every field that tells money."""
CURRENCIES = frozenset({"CNY", "USD", "EUR"})
TELLING = frozenset({"discount", "budget_progress", "biggest_pain", "list_margin", "margin_floor"})
"""Fields beside those of money that tell an amount: a share of a price, or words that mostly name a sum."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one role may do.

    reads: entity, or `*` for all others -> how far. writes: entity, `entity.field` or `*` -> how far, never further than they read.
    hidden: `entity.field`, `*.field`, or `amounts`.
    """

    reads: Mapping[str, Reach] = field(default_factory=dict)
    writes: Mapping[str, Reach] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a policy that the schema does not know. part: `reads`, `writes` or `hidden`; name: as written; known: what would fit."""

    role: Role
    part: str
    name: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one role may do with one entity. writes: the reach of every field that may be changed, in the entity's order.

    hidden: fields that are never seen, in the entity's order; empty where nothing of the entity is seen.
    """

    role: Role
    entity: str
    reads: Reach
    writes: Mapping[str, Reach]
    hidden: tuple[str, ...]


BOOK = ("account", "contact", "opportunity", "touchpoint", "task", "quote", "letter", "contract")
"""What a seller keeps up to date."""
FOR_OTHERS = ("tells_owner", "assigns_to", "assigns_team", "tells_group", "opens_task")
"""The fields of a rule by which it speaks to others, or gives them work."""
LOGISTICS = ("status", "promised_date", "shipped_date", "delivered_date")
"""The fields of an order that delivery writes."""


def _each(reach: Reach, *names: str) -> dict[str, Reach]:
    return dict.fromkeys(names, reach)


OWN_TIMES = _each(Reach.OWN, "schedule", "rule")
FOR_ONESELF = {**OWN_TIMES, **_each(Reach.NONE, *(f"rule.{one}" for one in FOR_OTHERS))}
"""Everybody may want to be told something, at times of their own too; what others get is for those who lead them to say."""
SHIPPED: Mapping[Role, Rights] = {
    Role.REP: Rights(
        {EVERY: Reach.TEAM, "schedule": Reach.OWN},
        {
            **_each(Reach.OWN, *BOOK), "account.credit_rating": Reach.NONE, "account.pays_late_days": Reach.NONE,
            "account.care_group": Reach.NONE, **FOR_ONESELF,
        },
        MARGINS,
    ),
    Role.MANAGER: Rights(
        {EVERY: Reach.TEAM, "schedule": Reach.OWN},
        {
            **_each(Reach.TEAM, *BOOK, "suggestion", "correction", "rule"), "account.credit_rating": Reach.NONE,
            "account.pays_late_days": Reach.NONE, "account.care_group": Reach.NONE, "schedule": Reach.OWN, "tip": Reach.OWN,
        },
    ),
    Role.COACH: Rights(
        {EVERY: Reach.TEAM, "schedule": Reach.OWN}, {**FOR_ONESELF, "tip": Reach.OWN}, ("contact.email", "contact.phone", *MARGINS),
    ),
    Role.MARKETING: Rights(
        {**_each(Reach.ALL, "signal", "consent", "account", "contact", "product", "user"), **OWN_TIMES}, FOR_ONESELF,
        (AMOUNTS, "account.credit_rating", "account.pays_late_days", "account.decision_window", "contact.phone", "contact.weight"),
    ),
    Role.DELIVERY: Rights(
        {**_each(Reach.ALL, "order", "account", "contact", "product", "ticket", "user"), **OWN_TIMES},
        {**_each(Reach.ALL, *(f"order.{one}" for one in LOGISTICS)), **FOR_ONESELF},
        (AMOUNTS, "account.credit_rating", "account.pays_late_days", "account.decision_window", "contact.weight"),
    ),
    Role.SERVICE: Rights(
        {
            **_each(Reach.ALL, "ticket", "account", "contact", "usage", "feature_usage", "nps", "suggestion", "product", "user"),
            **_each(Reach.OWN, "schedule", "rule", "task"),
        },
        {**_each(Reach.ALL, "ticket"), **_each(Reach.OWN, "task.status", "task.done_date"), **FOR_ONESELF},
        (AMOUNTS, "account.credit_rating", "account.decision_window", "contact.weight"),
    ),
    Role.LEGAL: Rights(
        {**_each(Reach.ALL, "contract", "account", "contact", "quote", "product", "user"), **OWN_TIMES},
        {**_each(Reach.ALL, "contract.status"), **FOR_ONESELF},
        ("contact.phone", "contact.weight", *MARGINS),
    ),
    Role.REVIEWER: Rights({EVERY: Reach.ALL, "schedule": Reach.OWN}, FOR_ONESELF),
    Role.ADMIN: Rights({EVERY: Reach.ALL}, {EVERY: Reach.ALL}),
}
"""What holds where the config does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """The policy of a house. A role that is not named may do nothing."""

    roles: Mapping[Role, Rights] = field(default_factory=lambda: SHIPPED)
    schema: Schema = SCHEMA
    _known: dict[tuple[str, ...], dict[str, frozenset[str]]] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What was hidden from a role is looked up in each field of each entity; everybody's every step asks."""

    def scope(self, speaker: Speaker) -> Scope:
        """What `speaker` may see and change; no record at all where others read along."""
        if speaker.overheard:
            return Scope(speaker.user_id, speaker.team, speaker.zone, other=Reach.NONE)
        rights = self.roles.get(speaker.role, Rights())
        reach = {name: far for name, far in rights.reads.items() if name != EVERY}
        return Scope(
            speaker.user_id, speaker.team, speaker.zone, reach, rights.reads.get(EVERY, Reach.NONE), self._hidden(rights.hidden),
            speaker.regions, {**rights.writes, PEOPLE: Reach.NONE},
        )

    def writers(self, entity: str, name: str) -> tuple[Role, ...]:
        """The roles that may change a field of some records, in the order of roles."""
        return tuple(
            role for role, _ in self._in_order()
            if self.scope(_somebody(role)).may_write(entity, [name])
        )

    def matrix(self) -> Iterator[Cell]:
        """Every role by every entity, as it really holds: writing capped by reading, what belongs to nobody seen by all or by none."""
        for role, _ in self._in_order():
            scope = self.scope(_somebody(role))
            for entity in self.schema.entities:
                yield _cell(role, entity, scope)

    def faults(self) -> Iterator[Fault]:
        """Names in the policy that the schema does not know."""
        fits = {part: frozenset(self._fits(part)) for part in ("reads", "writes", "hidden")}
        for role, rights in self._in_order():
            for part, names in (("reads", rights.reads), ("writes", rights.writes), ("hidden", rights.hidden)):
                yield from (Fault(role, part, name, self._near(part, name)) for name in names if name not in fits[part])

    def _in_order(self) -> Iterator[tuple[Role, Rights]]:
        return ((role, self.roles.get(role, Rights())) for role in Role)

    def _near(self, part: str, name: str) -> tuple[str, ...]:
        """What would fit in place of `name`."""
        whole = name.partition(".")[0]
        return tuple(one for one in self._fits(part) if one.startswith(f"{whole}.")) or self._fits("reads")

    def _fits(self, part: str) -> tuple[str, ...]:
        """What may stand there."""
        entities = (EVERY, *(one.name for one in self.schema.entities))
        match part:
            case "reads":
                return entities
            case "writes":
                return tuple(one for one in (*entities, *self._paths()) if one.partition(".")[0] != PEOPLE)
            case _:
                titles = {f"{one.name}.{one.title}" for one in self.schema.entities}  # stand beside every reference: hidden, they are told
                anywhere = dict.fromkeys(f"{EVERY}.{path.partition('.')[2]}" for path in self._paths() if path not in titles)
                return (AMOUNTS, *anywhere, *(path for path in self._paths() if path not in titles))

    def _paths(self) -> tuple[str, ...]:
        return tuple(f"{entity.name}.{one.name}" for entity in self.schema.entities for one in entity.fields)

    def _hidden(self, names: tuple[str, ...]) -> dict[str, frozenset[str]]:
        if names not in self._known:
            hidden = {
                entity.name: frozenset(one.name for one in entity.fields if _is_hidden(entity, one, names))
                for entity in self.schema.entities
            }
            self._known[names] = {entity: fields for entity, fields in hidden.items() if fields}
        return self._known[names]


class Policy(Protocol):
    """What people may, whoever knows it: `Permissions`, or those that hold when asked."""

    @property
    def schema(self) -> Schema:
        """What records are made of."""
        ...

    def scope(self, speaker: Speaker) -> Scope:
        """See `Permissions`."""
        ...

    def writers(self, entity: str, name: str) -> tuple[Role, ...]:
        """See `Permissions`."""
        ...


@dataclass(frozen=True, slots=True)
class LivePolicy:
    """The permissions that hold when they are asked. now: tells them; its schema never changes."""

    now: Callable[[], Permissions]

    @property
    def schema(self) -> Schema:
        """What records are made of."""
        return self.now().schema

    def scope(self, speaker: Speaker) -> Scope:
        """What `speaker` may see and change at this moment."""
        return self.now().scope(speaker)

    def writers(self, entity: str, name: str) -> tuple[Role, ...]:
        """The roles that may change a field of some records at this moment."""
        return self.now().writers(entity, name)


def tells_money(one: Field) -> bool:
    """Whether a field tells an amount, a price, or a share of one."""
    return one.kind is Kind.MONEY or one.unit in CURRENCIES or one.name in TELLING


def belongs(entity: Entity) -> bool:
    """Whether its records are somebody's, so that a reach between none and all means something."""
    return entity.field("owner") is not None or entity.field("account") is not None


def _is_hidden(entity: Entity, one: Field, names: tuple[str, ...]) -> bool:
    anywhere = f"{EVERY}.{one.name}" in names and one.name != entity.title
    return anywhere or f"{entity.name}.{one.name}" in names or (AMOUNTS in names and tells_money(one))


def _somebody(role: Role) -> Speaker:
    return Speaker(UserId(""), "", role, "", "UTC")


def _cell(role: Role, entity: Entity, scope: Scope) -> Cell:
    reads = scope.of(entity.name)
    if reads is Reach.NONE:
        return Cell(role, entity.name, reads, {}, ())
    reaches = {one.name: scope.write_reach(entity.name, one.name) for one in entity.fields}
    writes = {name: far for name, far in reaches.items() if far is Reach.ALL or (far is not Reach.NONE and belongs(entity))}
    hidden = tuple(one.name for one in entity.fields if scope.hides(entity.name, one.name))
    return Cell(role, entity.name, reads if belongs(entity) else Reach.ALL, writes, hidden)
