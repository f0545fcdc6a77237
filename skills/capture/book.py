"""Whom and what a note may be about: accounts with their people, products, and the opportunities that are open. Knows no sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at an account. title: as the records have it, empty when they do not tell."""

    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A firm that is known. aliases: other names, also as recognisers mishear them; currency: what it is usually quoted in."""

    name: str
    aliases: tuple[str, ...] = ()
    currency: str = ""
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """Something we sell."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """An opportunity that is open. product: the product's name; amount in whole units of `currency`."""

    id: str
    account: str
    name: str = ""
    product: str = ""
    stage: str = ""
    amount: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """All that a note is read against. talked: the id of the open opportunity that was talked about before, "" where none was."""

    accounts: tuple[Account, ...] = ()
    products: tuple[Product, ...] = ()
    open: tuple[Open, ...] = ()
    talked: str = ""

    def surfaces(self) -> tuple[str, ...]:
        """Every name of an account or a person, once: what sounds are wanted of."""
        names = [name for one in self.accounts for name in (one.name, *one.aliases, *(who.name for who in one.people))]
        return tuple(dict.fromkeys(names))


def from_json(context: Json) -> Book:
    """The book that a context of known names tells; what it leaves out is empty."""
    return Book(
        tuple(
            Account(_str(one, "name"), _strs(one, "aliases"), _str(one, "currency"), tuple(map(_person, _strs(one, "contacts"))))
            for one in _list(context, "accounts")
        ),
        tuple(Product(_str(one, "name"), _strs(one, "aliases")) for one in _list(context, "products")),
        tuple(
            Open(
                _str(one, "id"), _str(one, "account"), _str(one, "name"), _str(one, "product"), _str(one, "stage"), _number(one, "amount"),
                _str(one, "currency"),
            )
            for one in _list(context, "open_opportunities")
        ),
    )  # fmt: skip


def _person(told: str) -> Person:
    """`王立衡 采购经理` or `Ingrid Solheimer, operations manager`."""
    name, _, title = told.partition(", ") if told.isascii() else told.partition(" ")
    return Person(name.strip(), title.strip())


def _list(holder: Json, key: str) -> list[Json]:
    listed = holder.get(key)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _str(holder: Json, key: str) -> str:
    said = holder.get(key)
    return said if isinstance(said, str) else ""


def _strs(holder: Json, key: str) -> tuple[str, ...]:
    said = holder.get(key)
    return tuple(one for one in said if isinstance(one, str) and one) if isinstance(said, list) else ()


def _number(holder: Json, key: str) -> float | None:
    said = holder.get(key)
    return float(said) if isinstance(said, (int, float)) else None
