"""What part of the records one person may see and change. Knows reaches and names of fields; knows no record and no store."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.ids import UserId

EVERY = "*"
"""In place of an entity: all that are not named."""


class Reach(StrEnum):
    """How far a person reaches among the records of an entity. Each reach holds what those before it hold.

    OWN: their own and those of their accounts. TEAM: the same for everybody of the team. REGION: and those of accounts in the person's
    regions, whoever owns them. Records that belong to nobody (products, colleagues) are seen at any reach but NONE, and changed only
    at ALL.
    """

    NONE = "none"
    OWN = "own"
    TEAM = "team"
    REGION = "region"
    ALL = "all"


NEAREST_FIRST = tuple(Reach)


def nearer(one: Reach, other: Reach) -> Reach:
    """The lesser of two."""
    return min(one, other, key=NEAREST_FIRST.index)


@dataclass(frozen=True, slots=True)
class Scope:
    """One person's view, fixed when the turn began.

    zone: IANA time zone that their days are counted in. regions: those that REGION means. reach: entity -> how far they see; `other` for
    entities that are not named. hidden: entity -> fields of it that they never see, nor can ask by; shown: entity -> the only fields of
    it that they do. writes: `entity`, `entity.field` or `*` -> how far they change, the most particular name counts; what is named
    nowhere is not theirs to change.
    """

    user_id: UserId
    team: str
    zone: str
    reach: Mapping[str, Reach] = field(default_factory=dict)
    other: Reach = Reach.ALL
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    writes: Mapping[str, Reach] = field(default_factory=dict)
    shown: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, entity: str) -> Reach:
        """How far they see among records of `entity`."""
        return self.reach.get(entity, self.other)

    def hides(self, entity: str, field: str) -> bool:
        """Whether a field, or what it names, is not theirs to see."""
        names = {field, field.removesuffix("_name")}
        shown = self.shown.get(entity)
        return bool(names & self.hidden.get(entity, frozenset())) or (shown is not None and not names & shown)

    def write_reach(self, entity: str, field: str) -> Reach:
        """How far they may change `field`: never further than they see, and never what is hidden from them."""
        if self.hides(entity, field):
            return Reach.NONE
        return nearer(self.of(entity), written(self.writes, entity, field))

    def may_write(self, entity: str, fields: Collection[str]) -> bool:
        """Whether there are records of `entity` in which they may change all of `fields`; which ones, the records' owners decide."""
        return all(self.write_reach(entity, one) is not Reach.NONE for one in fields)

    def narrowed(self, *, reads: Collection[str] = (), writes: Collection[str] = ()) -> "Scope":
        """No more than this scope and no more than is named: what a token for a few things leaves of a person's rights.

        reads: entities, or `*`. writes: `entity`, `entity.field` or `*`. What may be changed and is not named in `reads` is seen by
        the changed fields alone.
        """
        every = EVERY in reads or EVERY in writes
        named = {one.partition(".")[0] for one in writes} | set(reads)
        blind = set() if every else named - set(reads)
        reach = self.reach if every else {one: self.of(one) for one in named}
        other = self.other if every else Reach.NONE
        shown = {**self.shown, **{one: self._left(one, writes) for one in blind if one not in writes}}
        return replace(self, reach=reach, other=other, shown=shown, writes=_kept(self.writes, writes))

    def _left(self, entity: str, writes: Collection[str]) -> frozenset[str]:
        """The fields of `entity` that `writes` names, as far as they were shown before."""
        named = frozenset(one.partition(".")[2] for one in writes if one.startswith(f"{entity}."))
        return named & self.shown.get(entity, named)


def written(writes: Mapping[str, Reach], entity: str, field: str) -> Reach:
    """How far `writes` reaches for a field; the most particular name counts. What a reference names goes with the reference."""
    for name in (f"{entity}.{field}", f"{entity}.{field.removesuffix('_name')}", entity, EVERY):
        if name in writes:
            return writes[name]
    return Reach.NONE


def _kept(writes: Mapping[str, Reach], named: Collection[str]) -> dict[str, Reach]:
    """What stays of `writes` when only `named` counts."""
    if EVERY in named:
        return dict(writes)
    kept: dict[str, Reach] = {}
    for name in named:
        entity, _, field = name.partition(".")
        if field:
            kept[name] = written(writes, entity, field)
        else:
            kept |= {entity: writes.get(entity, writes.get(EVERY, Reach.NONE))}
            kept |= {each: reach for each, reach in writes.items() if each.startswith(f"{entity}.")}
    return kept
