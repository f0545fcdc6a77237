"""What the records know that a note may name: accounts with their people, products, open opportunities. Reads what the speaker sees."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.domain.ids import RecordId
from bot.domain.query import ME, Dir, Filter, Op, Query, Row, Sort
from bot.domain.saying import number, text
from bot.domain.scope import Reach
from bot.domain.talk import Turn
from bot.errors import NotAllowed
from bot.ports import SeenRecords, SpokenReader
from skills.capture.accounts import GENERIC, near, skeleton
from skills.capture.book import Account, Book, Open, Person, Product
from skills.capture.heard import HAN, fold
from skills.capture.people import TITLES

OPEN_STAGES = ("qualify", "proposal", "negotiation")
MOST = 1000
"""Accounts of the speaker's own that are listened for by sound; of other accounts only what is written as it is called."""
CANDIDATES, PEOPLE, DEALS, USUAL = 60, 400, 200, 40
BETWEEN = re.compile(r"[、,，;；]")
ALIKE = 0.5
"""Share of a Latin name's sounds, three by three, that stand in a text where the name may."""
SIZE = 3
TITLED = re.compile(rf"([\u3400-\u9fff])(?:{'|'.join(sorted(TITLES, key=len, reverse=True))}|经历)")
"""A family name before a title."""


@dataclass(frozen=True, slots=True)
class Known:
    """The book that a note is read against, with the records behind it.

    accounts: by name. people: by the account's id. products: by the name in the book. deals: open opportunities by id.
    """

    book: Book
    accounts: Mapping[str, Row] = field(default_factory=dict)
    people: Mapping[RecordId, tuple[Row, ...]] = field(default_factory=dict)
    products: Mapping[str, Row] = field(default_factory=dict)
    deals: Mapping[str, Row] = field(default_factory=dict)

    def person(self, account: Row | None, name: str) -> Row | None:
        """Somebody of an account by name."""
        return next((one for one in self.people.get(account.id, ()) if text(one, "name") == name), None) if account else None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the book of one turn is looked up."""

    turn: Turn
    records: SeenRecords
    spoken: SpokenReader

    async def known(self) -> Known:
        """The accounts that the words may name, by letters or by sound, with all that belongs to them; the speaker's own come first."""
        mine = await self.seen(Query("account", (Filter("owner", Op.EQ, ME),), sort=Sort("name"), limit=MOST))
        spotted = [one for name in await self.records.spot(self.turn.text) for one in name.meant]
        named = await self._named([one.name for one in spotted if one.entity == "account"])
        others = () if named else await self.seen(Query("account", sort=Sort("name"), limit=MOST))
        return await self._of([*(await self._likely((*mine, *named, *others)))])

    async def by_person(self) -> Known:
        """The accounts at which somebody works whose name, or whose family name, is in the words; the one talked about among them."""
        whole = (Filter("name", Op.IN, names),) if (names := await self._people()) else (Filter("account.owner", Op.EQ, ME),)
        found = await self.seen(Query("contact", whole, limit=MOST))
        folded = fold(self.turn.text)
        families = frozenset(one[1] for one in TITLED.finditer(folded))
        held = [one for one in found if text(one, "name") and _may_name(text(one, "name"), folded, families)]
        accounts = await self._named(list(dict.fromkeys(text(one, "account_name") for one in held))[:CANDIDATES])
        return await self._of(list(accounts))

    async def talked_about(self) -> Known:
        """The account that was talked about before, with the opportunity that was."""
        about = await self.records.called({name: one for name, one in self.turn.memory.about.items() if name in {"account", "opportunity"}})
        account = next((one for one in about if one.entity == "account"), None)
        deal = next((one.id for one in about if one.entity == "opportunity"), "")
        rows = [one for one in await self._named([account.name]) if one.id == account.id] if account else []
        known = await self._of(rows)
        return replace(known, book=replace(known.book, talked=deal))

    async def called(self, names: Sequence[str]) -> Known:
        """The accounts of these names."""
        return await self._of(list(await self._named(names)))

    async def recent(self) -> tuple[str, ...]:
        """The accounts that the speaker dealt with last."""
        found = await self.seen(Query("touchpoint", (Filter("owner", Op.EQ, ME),), sort=Sort("happened_at", Dir.DESC), limit=USUAL))
        return tuple(dict.fromkeys(name for one in found if (name := text(one, "account_name"))))

    async def usual(self, account: Row, currency: str) -> tuple[float, ...]:
        """What the account's opportunities came to so far, in a currency."""
        mine = (Filter("account", Op.EQ, account.id), Filter("amount", Op.NOT_NULL))
        found = await self.seen(Query("opportunity", mine, limit=USUAL))
        return tuple(value for one in found if text(one, "currency") == currency and (value := number(one, "amount")))

    async def seen(self, query: Query) -> tuple[Row, ...]:
        """The rows of `query`; none where the speaker may not see such records, or not ask by that."""
        if self.records.scope.of(query.entity) is Reach.NONE:
            return ()
        try:
            return (await self.records.ask(query)).rows
        except NotAllowed:
            return ()

    async def _named(self, names: Sequence[str]) -> tuple[Row, ...]:
        wanted = tuple(dict.fromkeys(name for name in names if name))
        return await self.seen(Query("account", (Filter("name", Op.IN, wanted),), limit=MOST)) if wanted else ()

    async def _people(self) -> tuple[str, ...]:
        spotted = [one for name in await self.records.spot(self.turn.text) for one in name.meant]
        return tuple(dict.fromkeys(one.name for one in spotted if one.entity == "contact"))

    async def _likely(self, rows: Iterable[Row]) -> list[Row]:
        """Of many accounts those that the words may name: a look that takes microseconds each, and misses none that reading would find."""
        unique = list({one.id: one for one in rows}.values())
        names = {one.id: _names(one) for one in unique}
        flat = tuple(dict.fromkeys(name for one in names.values() for name in one))
        said, *sounds = await self.spoken.sounds((self.turn.text, *flat))
        sound_of = dict(zip(flat, sounds, strict=True))
        ear = _ear(self.turn.text, said)
        return [one for one in unique if any(ear.hears(name, sound_of[name]) for name in names[one.id])][:CANDIDATES]

    async def _of(self, rows: Sequence[Row]) -> Known:
        accounts = {text(one, "name"): one for one in reversed(rows) if text(one, "name")}
        accounts = dict(reversed(accounts.items()))
        ids = tuple(one.id for one in accounts.values())
        people = await self.seen(Query("contact", (Filter("account", Op.IN, ids),), limit=PEOPLE)) if ids else ()
        among = (Filter("account", Op.IN, ids), Filter("stage", Op.IN, OPEN_STAGES))
        deals = await self.seen(Query("opportunity", among, sort=Sort("created_date", Dir.DESC), limit=DEALS)) if ids else ()
        goods = {_code(one): one for one in await self.seen(Query("product", limit=MOST))}
        of = {each: tuple(one for one in people if one.fields.get("account") == each) for each in ids}
        book = Book(
            tuple(_account(one, of[one.id]) for one in accounts.values()),
            tuple(_product(code, one) for code, one in goods.items()),
            tuple(_open(one) for one in deals),
        )
        return Known(book, accounts, of, goods, {one.id: one for one in deals})


@dataclass(frozen=True, slots=True)
class _Ear:
    """How the words sound, for a first look. pairs: of neighbouring syllables; joined: without blanks; heard: as Latin names sound."""

    folded: str
    joined: str
    heard: str
    pairs: frozenset[tuple[str, str]]

    def hears(self, name: str, sounds: Sequence[str]) -> bool:
        """Whether a name may be said in the words."""
        if HAN.search(name[:2]):
            return len(sounds) > 1 and (near(sounds[0]), near(sounds[1])) in self.pairs
        words = fold(name).split()
        initials = "".join(word[0] for word in words if word[0].isalnum())
        if (len(initials) >= SIZE and initials in self.joined) or words[0] in self.folded:
            return True
        sound = skeleton(name)
        parts = [sound[at : at + SIZE] for at in range(max(1, len(sound) - SIZE + 1))]
        return sum(part in self.heard for part in parts) >= ALIKE * len(parts)


def _ear(said: str, sounds: Sequence[str]) -> _Ear:
    folded, syllables = fold(said), [near(one) for one in sounds]
    return _Ear(folded, "".join(folded.split()), skeleton(folded), frozenset(pairwise(syllables)))


def _names(row: Row) -> tuple[str, ...]:
    aliases = (one.strip() for one in BETWEEN.split(text(row, "aliases")))
    return tuple(dict.fromkeys(name for name in (text(row, "name"), text(row, "short_name"), *aliases) if len(name) > 1))


def _account(row: Row, people: Sequence[Row]) -> Account:
    name, *aliases = _names(row) or ("",)
    aliases += [word for one in aliases if (word := one.split(" ")[0]) != one and len(word) > SIZE + 1 and word.lower() not in GENERIC]
    staff = tuple(Person(text(one, "name"), text(one, "title")) for one in people if text(one, "name") and text(one, "status") != "left")
    return Account(name, tuple(aliases), text(row, "currency"), staff)


def _product(code: str, row: Row) -> Product:
    bare = tuple(text(row, name).removeprefix(code).strip() for name in ("name", "name_en"))
    return Product(code, tuple(dict.fromkeys(name for name in (text(row, "name"), text(row, "name_en"), *bare) if len(name) > 1)))


def _open(row: Row) -> Open:
    told = (text(row, "account_name"), text(row, "name"), text(row, "product_name"), text(row, "stage"))
    return Open(row.id, *told, number(row, "amount"), text(row, "currency"))


def _code(row: Row) -> str:
    return text(row, "code") or text(row, "name")


def _may_name(name: str, folded: str, families: frozenset[str]) -> bool:
    """Whether somebody called so may be named: a family name before a title is enough in Chinese, a first name in other languages."""
    if HAN.match(name):
        return name[0] in families or name[1:] in folded
    return any(word in folded for word in fold(name).split() if len(word) >= SIZE)
