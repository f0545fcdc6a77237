"""The records of the invented firm and their ids. Knows that records have fields; knows no entity by name."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.ids import RecordId, UserId
from bot.domain.people import User
from bot.domain.records import Import

EPOCH_MS = 1_577_836_800_000  # 2020-01-01: before any id that a running house makes
Fields = dict[str, object]


def demo_id(entity: str, number: int) -> str:
    """The id of the `number`-th record of an entity: the same on every day and machine, sorting by number.

    Shaped as a UUIDv7 (RFC 9562, section 5.7), with the number for the time and a digest for the random part.
    """
    digest = int.from_bytes(hashlib.sha256(f"{entity}/{number}".encode()).digest()[:10])
    bits = (EPOCH_MS + number) << 80 | 0x7 << 76 | (digest >> 68) << 64 | 0b10 << 62 | digest & ((1 << 62) - 1)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of one record on the way to how it stands today. by: id of the contact or user who made it."""

    record_id: RecordId
    entity: str
    field: str
    before: object
    after: object
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Company:
    """The whole firm as of `today`. records: entity -> its records as they stand now, oldest first. amendments: oldest first."""

    today: date
    users: tuple[User, ...]
    records: Mapping[str, tuple[Import, ...]]
    amendments: tuple[Amendment, ...] = ()


@dataclass
class Book:
    """Where records are written down one by one; ids follow the order of writing."""

    entries: dict[str, list[Import]] = field(default_factory=dict)

    def add(self, entity: str, fields: Fields) -> Import:
        """Write one down."""
        kept = self.entries.setdefault(entity, [])
        entry = Import(RecordId(demo_id(entity, len(kept) + 1)), entity, fields)
        kept.append(entry)
        return entry

    def closed(self) -> dict[str, tuple[Import, ...]]:
        """All that was written."""
        return {entity: tuple(entries) for entity, entries in self.entries.items()}


def owned_by(user: User) -> Fields:
    """The fields that say whose a record is."""
    return {"owner": user.id, "owner_name": user.name}


def to(entity: str, record_id: str | None, name: str | None) -> Fields:
    """The fields that point at another record."""
    return {entity: record_id, f"{entity}_name": name}


def day(value: date | None) -> str | None:
    """A day as records keep it."""
    return value.isoformat() if value else None


def user_id(number: int) -> UserId:
    """The id of the `number`-th colleague."""
    return UserId(demo_id("user", number))
