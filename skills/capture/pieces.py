"""An open draft taken apart into the records that it would write, and put together again. Knows keys; reads no words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.domain.evidence import Evidence
from bot.domain.ids import RecordId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.records import HeldDraft
from skills.capture.sheet import ACCOUNT, DEAL, PERSON, TASK, TOUCH, shown

NUMBERED = re.compile(r"(?P<kind>[a-z]+)(?P<at>\d*)")
OWN = ""
"""The key of the draft's own record."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One record that a draft would write, as of a `Proposal`."""

    entity: str
    fields: Mapping[str, object]
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    record_id: RecordId | None = None

    def with_values(self, values: Mapping[str, object], grounds: Evidence | None) -> "Piece":
        """The same with some values anew; they stand on these grounds, and on none that they had."""
        evidence = {name: one for name, one in self.evidence.items() if name not in values}
        anew = dict.fromkeys((name for name, value in values.items() if value is not None), grounds) if grounds else {}
        return replace(self, fields={**self.fields, **values}, evidence={**evidence, **anew})

    def without(self, names: Iterable[str]) -> "Piece":
        """The same with some fields left out."""
        gone = frozenset(names)
        return replace(
            self, fields={name: one for name, one in self.fields.items() if name not in gone},
            evidence={name: one for name, one in self.evidence.items() if name not in gone},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pieces:
    """All of a draft. parts: by key, its own record first, under `OWN`."""

    parts: Mapping[str, Piece]

    @property
    def own(self) -> Piece:
        """The draft's own record."""
        return self.parts[OWN]

    @property
    def deal_key(self) -> str | None:
        """Where the first opportunity stands; None where there is none."""
        return OWN if self.own.entity == "opportunity" else DEAL if DEAL in self.parts else None

    @property
    def deal(self) -> Mapping[str, object]:
        """The fields of the first opportunity."""
        return self.parts[self.deal_key].fields if self.deal_key is not None else {}

    def put(self, key: str, piece: Piece) -> "Pieces":
        """The same with one part in another form, or one more."""
        return Pieces({**self.parts, key: piece})

    def drop(self, *keys: str) -> "Pieces":
        """The same without some parts; its own record stays."""
        return Pieces({key: one for key, one in self.parts.items() if key not in keys or key == OWN})

    def without_deal(self, at: int) -> "Pieces | None":
        """The same without an opportunity and what belongs to it; None where there is none, or nothing would be left."""
        if at > 1:
            return self.drop(*self._of(at)) if f"{DEAL}{at}" in self.parts else None
        following = min((int(found["at"]) for found in self._deals() if found["at"]), default=0)
        if self.own.entity != "opportunity" or not following:
            return None
        kept = self.drop(*(key for key in self._of(1) if key != OWN))
        moved = {_renumbered(key, following): one for key, one in kept.parts.items() if key != OWN}
        own = moved.pop(OWN)
        return Pieces({OWN: own, **moved})

    def grounds(self) -> frozenset[str]:
        """The turns that all of it stands on."""
        return frozenset(one.ref for part in self.parts.values() for one in part.evidence.values())

    def draft(self, words: str, held: HeldDraft) -> Draft:
        """The draft that takes the place of `held`."""
        also = tuple(
            Proposal(key, one.entity, one.fields, one.evidence, one.record_id) for key, one in self.parts.items() if key != OWN
        )
        account = self.own.fields.get("account")
        about = tuple(RecordId(str(one)) for one in (account, self.own.record_id) if one and one != MAIN)
        return Draft(
            words, self.own.entity, self.own.fields, self.own.evidence, self.own.record_id, about=about, replaces=held.id, also=also,
            shows=shown(self.own.entity, self.own.fields, [one.name for one in held.own if self.own.entity == "opportunity"]), own=held.own,
        )

    def _deals(self) -> list[re.Match[str]]:
        return [found for key in self.parts if (found := NUMBERED.fullmatch(key)) and found["kind"] == DEAL]

    def _of(self, at: int) -> tuple[str, ...]:
        number = "" if at == 1 else str(at)
        return (*(f"{kind}{number}" for kind in (TOUCH, TASK, PERSON)), *((f"{DEAL}{number}",) if at > 1 else (ACCOUNT,)))


def pieces_of(held: HeldDraft) -> Pieces:
    """A draft taken apart."""
    own = Piece(held.entity, held.fields, held.evidence, held.record_id)
    return Pieces({OWN: own, **{one.key: Piece(one.entity, one.fields, one.evidence, one.record_id) for one in held.also}})


def _renumbered(key: str, following: int) -> str:
    """What a part is called once opportunity `following` is the draft's own."""
    found = NUMBERED.fullmatch(key)
    if found is None or found["at"] != str(following):
        return key
    return OWN if found["kind"] == DEAL else found["kind"]
