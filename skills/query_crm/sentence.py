"""A cut question seen as being about one entity: what each of its tokens means there. Knows the schema; decides nothing about the query."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.entities import SCHEMA
from bot.domain.query import terminal
from bot.domain.schema import Kind
from skills.query_crm.lexicon import Sense
from skills.query_crm.tokens import Cut, Token

JOINED = ("account",)
"""References that are asked through with a dotted path."""
OWNED = frozenset({"opportunity", "account", "touchpoint", "task", "quote", "contract"})
"""Entities whose own owner "my" means; of the others it is the account's."""
MONEY_OF = {"opportunity": "amount", "order": "amount", "invoice": "amount", "quote": "amount", "contract": "value", "account": "arr"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One question about `entity`, as of `today` in the asking person's zone."""

    cut: Cut
    entity: str
    today: date

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens, in order."""
        return self.cut.tokens

    def path(self, sense: Sense) -> str | None:
        """Where the field of a sense lies from this entity, None when it is out of reach."""
        if sense.entity == self.entity or (sense.entity == "any" and terminal(SCHEMA, self.entity, sense.field)):
            return sense.field
        if sense.entity in {"any", *JOINED} and terminal(SCHEMA, self.entity, f"account.{sense.field}"):
            return f"account.{sense.field}"
        return None

    def meant(self, place: int, *kinds: str) -> tuple[Sense, str] | None:
        """What the token at `place` means here as one of `kinds`, with the path of its field; its own entity's before an account's."""
        found = [
            (sense, path) for sense in self.tokens[place].senses if sense.kind in kinds and (path := self.path(sense)) is not None
        ]
        own = [pair for pair in found if pair[0].entity == self.entity]
        return next(iter(own or found), None)

    def fields(self, *kinds: Kind) -> Iterator[tuple[int, str]]:
        """Tokens that name a field of these kinds, with its path."""
        for place in range(len(self.tokens)):
            if (meant := self.meant(place, "field")) and self.kind(meant[1]) in kinds:
                yield place, meant[1]

    def kind(self, path: str) -> Kind | None:
        """What a field holds."""
        found = terminal(SCHEMA, self.entity, path)
        return found.kind if found else None

    def has(self, path: str) -> bool:
        """Whether a path leads somewhere."""
        return terminal(SCHEMA, self.entity, path) is not None

    def before(self, place: int, reach: int = 1) -> Iterator[int]:
        """The nearest tokens before `place` that are not idle, nearest first."""
        found = [one for one in range(place - 1, -1, -1) if not self.tokens[one].idle]
        yield from found[:reach]

    def after(self, place: int, reach: int = 1) -> Iterator[int]:
        """The nearest tokens after `place` that are not idle, nearest first."""
        found = [one for one in range(place + 1, len(self.tokens)) if not self.tokens[one].idle]
        yield from found[:reach]

    def nearest(self, place: int, others: list[int]) -> int | None:
        """Which of `others` stands nearest to `place`, by characters; of two as near, the one behind it."""
        here = self.tokens[place]

        def distance(other: int) -> tuple[int, int]:
            there = self.tokens[other]
            return (there.start - here.end, 0) if other > place else (here.start - there.end, 1)

        return min((other for other in others if other != place), key=distance, default=None)

    def says(self, kind: str, value: str = "") -> list[int]:
        """Tokens with a sense of this kind and value."""
        return [place for place, token in enumerate(self.tokens) if token.sense(kind, value)]

    @property
    def owner(self) -> str:
        """The path of the owner that "my" means here."""
        return "owner" if self.entity in OWNED else "account.owner"
