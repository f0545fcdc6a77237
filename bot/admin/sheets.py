"""Sheets: rules as the fields of a form, and back. Judges nothing: whatever was typed goes to the reader of the set. Knows no page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from bot.domain.talk import Lang
from bot.table_text import plain

Json = dict[str, Any]
Fields = Mapping[str, str]
"""What stands in the inputs of a form, by their names."""
SPLIT = re.compile(r"[,,、;;\s]+")


class Sheet(Protocol):
    """How one set of rules looks as a form. Its template is `admin/rules/{template}.html`."""

    @property
    def template(self) -> str:
        """Without folder and ending."""
        ...

    def fields(self, value: Any) -> Fields:  # noqa: ANN401 - of whatever set it is the sheet of
        """What stands in the inputs when the page is opened."""
        ...

    def told(self, fields: Fields, lang: Lang) -> Json:
        """What the template needs beside the fields, which may be what somebody typed and does not fit: rows, choices, names.

        `fields`, where it is among that, is shown instead of what was typed: a row more, say.
        """
        ...

    def raw(self, fields: Fields, now: Any) -> Json:  # noqa: ANN401 - the same
        """Tables as the fields say them, still unread; what the form does not show is as in `now`."""
        ...


@dataclass(frozen=True)
class Entry:
    """One input. key: its place in the tables, by dots, and so its name.

    Its label is the sentence `rule_{key}` of the pages, with `_` for the dots; what it means `rule_{key}_about`. many: words apart by
    commas. yes: a box to tick. least, most, step: of numbers, as hints for the browser; the reader of the set has the last word.
    """

    key: str
    kind: Literal["whole", "number", "text", "choice", "many", "yes"] = "whole"
    least: float | None = None
    most: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlatSheet:
    """One input below the other. section: the table of the config that the set is, which all keys begin with."""

    section: str
    entries: Sequence[Entry]
    template: str = "flat"

    def fields(self, value: Any) -> Fields:  # noqa: ANN401 - a dataclass of the config
        """Scalars as people write them."""
        whole = {self.section: plain(value)}
        return {one.key: shown(_at(whole, one.key)) for one in self.entries}

    def told(self, fields: Fields, lang: Lang) -> Json:  # noqa: ARG002 - nothing here has words
        """The inputs in order."""
        return {"entries": [{**asdict(one), "value": fields.get(one.key, ""), "name": one.key.replace(".", "_")} for one in self.entries]}

    def raw(self, fields: Fields, now: Any) -> Json:  # noqa: ANN401 - the same
        """See the protocol."""
        whole: Json = {self.section: plain(now)}
        for one in self.entries:
            put(whole, one.key, typed(one.kind, fields.get(one.key, "")))
        return whole


def shown(value: object) -> str:
    """A scalar or a list as it stands in an input."""
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else ""
        case float() if value.is_integer():
            return str(int(value))
        case list() | tuple():
            return ", ".join(shown(one) for one in value)
    return str(value)


def typed(kind: str, text: str) -> object:
    """What stands in an input, as a table holds it; a number that is none stays the text, for its reader to refuse."""
    text = text.strip()
    match kind:
        case "yes":
            return bool(text)
        case "many":
            return [one for one in SPLIT.split(text) if one]
        case "whole" | "number":
            return number(text)
    return text


def number(text: str) -> object:
    """`1,200` and `0.5` as numbers; what is none as it is. No other way of writing is guessed at."""
    bare = text.strip().replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text.strip()) else text.strip()
    if re.fullmatch(r"[+-]?\d{1,15}", bare):
        return int(bare)
    return float(bare) if re.fullmatch(r"[+-]?\d{1,15}\.\d{1,9}", bare) else bare


def put(whole: Json, key: str, value: object) -> None:
    """Set the place that `key` names by dots."""
    *tables, last = key.split(".")
    for name in tables:
        whole = whole.setdefault(name, {})
    whole[last] = value


def _at(whole: Any, key: str) -> object:  # noqa: ANN401 - tables in tables
    for name in key.split("."):
        whole = whole.get(name) if isinstance(whole, Mapping) else None
    return whole
