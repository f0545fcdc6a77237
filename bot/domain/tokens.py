"""API tokens: whom one acts for, how long, and what its scopes let it do. Knows no secret and no record; standard library only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import TokenId, UserId
from bot.domain.schema import Entity, Field, Kind, Schema

DISPATCH = "dispatch"
LOGISTICS = ("status", "promised_date", "shipped_date", "delivered_date")
"""The fields of an order that `dispatch` stands for."""
PEOPLE = "user"
"""Our own people are no records: no scope names them."""


class Verb(StrEnum):
    """What a token may be used for; a scope is one of these, or one with what it is about after a colon."""

    ASK = "ask"
    SEARCH = "search"
    READ = "read"
    WRITE = "write"


class TokenState(StrEnum):
    """Why a token opens something, or does not. GONE: the person it acts for is no user any more."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token. digest: SHA-256 of the secret as hexadecimal text; the secret itself is nowhere.

    user_id: whom it acts for; created_by: who made it. last_used_at: None when it never was.
    """

    id: TokenId
    name: str
    user_id: UserId
    created_by: UserId
    scopes: tuple[str, ...]
    digest: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> TokenState:
        """What it is worth at `now`, as far as the token itself can tell."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        return TokenState.EXPIRED if self.expires_at <= now else TokenState.LIVE


@dataclass(frozen=True, slots=True)
class Grants:
    """What scopes let a token do, at most: its person's own rights come on top.

    reads: entities whose records may be read whole. writes: `entity.field` that may be written; where the entity is not among `reads`,
    these fields are shown too, for nobody can change what they may not look at.
    """

    asks: bool = False
    searches: bool = False
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()

    def writes_of(self, entity: str) -> frozenset[str]:
        """The fields of `entity` that may be written."""
        return frozenset(name for one, _, name in (each.partition(".") for each in self.writes) if one == entity)

    def opens(self, entity: str) -> bool:
        """Whether records of `entity` may be looked at, whole or in part."""
        return entity in self.reads or bool(self.writes_of(entity))


def grants_of(scopes: Iterable[str], schema: Schema) -> Grants:
    """What `scopes` name; one that names nothing (any more) lets nobody do anything."""
    parsed = [found for found in (_parsed(scope, schema) for scope in scopes) if found]
    verbs = {verb for verb, _, _ in parsed}
    return Grants(
        Verb.ASK in verbs,
        Verb.SEARCH in verbs,
        frozenset(entity for verb, entity, _ in parsed if verb is Verb.READ),
        frozenset(f"{entity}.{name}" for _, entity, names in parsed for name in names),
    )


def meant_instead(scope: str, schema: Schema) -> tuple[str, ...]:
    """Scopes that may have been meant by one that names nothing; empty when `scope` is one."""
    return () if _parsed(scope, schema) else tuple(_neighbours(scope, schema))


def writable(entity: Entity) -> Sequence[Field]:
    """The fields that a program may write.

    No references, nor the names copied beside them: whose a record is, and what it hangs on, is a person's to decide, and decides
    who may see it.
    """
    references = {one.name for one in entity.fields if one.kind is Kind.REFERENCE}
    copies = {f"{name}_name" for name in references}
    return [one for one in entity.fields if one.name not in references | copies]


def _parsed(scope: str, schema: Schema) -> tuple[Verb, str, frozenset[str]] | None:
    """Verb, entity and fields of a scope; an entity alone means all that can be written of it."""
    if scope == DISPATCH:
        return Verb.WRITE, "order", frozenset(LOGISTICS)
    if scope in {Verb.ASK, Verb.SEARCH}:
        return Verb(scope), "", frozenset()
    verb, _, about = scope.partition(":")
    entity, dot, name = about.partition(".")
    found = _entity(entity, schema)
    if found is None or (dot and verb != Verb.WRITE):
        return None
    names = frozenset(one.name for one in writable(found))
    if verb == Verb.READ:
        return Verb.READ, entity, frozenset()
    if verb == Verb.WRITE and (not dot or name in names):
        return Verb.WRITE, entity, frozenset({name}) if dot else names
    return None


def _neighbours(scope: str, schema: Schema) -> Iterator[str]:
    verb, _, about = scope.partition(":")
    found = _entity(about.partition(".")[0], schema)
    if verb == Verb.WRITE and found:
        yield from (f"write:{found.name}.{one.name}" for one in writable(found))
    elif verb in {Verb.READ, Verb.WRITE}:
        yield from (f"{verb}:{entity.name}" for entity in schema.entities if entity.name != PEOPLE)
    else:
        yield from (Verb.ASK, Verb.SEARCH, DISPATCH, "read:ENTITY", "write:ENTITY", "write:ENTITY.FIELD")


def _entity(name: str, schema: Schema) -> Entity | None:
    return schema.entity(name) if name != PEOPLE else None
