"""Who may what, as a grid for a terminal of eighty columns: an entity a line, a role a column. Knows columns; knows no rule."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bot.domain.entities import SCHEMA
from bot.domain.permissions import ROLES
from bot.domain.scope import NEAREST_FIRST, Reach
from bot.domain.talk import Lang
from bot.render.blocks import columns_of

Json = dict[str, Any]

WIDTH, COLUMN = 80, 7
LABELS = {one.name: one.label for one in SCHEMA.entities}


def grid_lines(matrix: Sequence[Json], say: Callable[..., str], lang: Lang) -> Iterator[str]:
    """The grid, then by role the fields that are never shown, and where only some fields may be changed, which.

    matrix: cells `{role, entity, reads, writes, hidden}`. say: the sentence of a key, in `lang`.
    """
    yield say("grid_title")
    roles = list(dict.fromkeys(one["role"] for one in matrix))
    first = max(columns_of(_label(one["entity"], lang)) for one in matrix) + 1
    yield _wide("", first) + "".join(_wide(say(f"grid_{role}"), COLUMN) for role in roles).rstrip()
    cells = {(one["entity"], one["role"]): one for one in matrix}
    for entity in dict.fromkeys(one["entity"] for one in matrix):
        row = "".join(_wide(_cell(cells[entity, role], say), COLUMN) for role in roles)
        yield (_wide(_label(entity, lang), first) + row).rstrip()
    yield from _wrapped(say("grid_legend"))
    for role in ROLES:
        yield from _particulars([one for one in matrix if one["role"] == role], say, getattr(ROLES[role], lang))


def _particulars(cells: Sequence[Json], say: Callable[..., str], role: str) -> Iterator[str]:
    some = [f"{one['entity']}({_some(one, say)})" for one in cells if one["writes"] and len(one["writes"]) < _shown(one)]
    hidden = [f"{one['entity']}({', '.join(one['hidden'])})" for one in cells if one["hidden"]]
    for key, listed in (("grid_some", some), ("grid_hidden", hidden)):
        if listed:
            yield from _wrapped(say(key, role=role, fields=" ".join(listed)))


def _some(cell: Json, say: Callable[..., str]) -> str:
    """The fields that may be changed, or where these are the fewer, those that may not."""
    names = [one.name for entity in SCHEMA.entities if entity.name == cell["entity"] for one in entity.fields]
    not_them = [name for name in names if name not in cell["writes"] and name not in cell["hidden"]]
    writes = list(cell["writes"])
    return ", ".join(writes) if len(writes) <= len(not_them) else say("grid_but", fields=", ".join(not_them))


def _shown(cell: Json) -> int:
    return sum(len(one.fields) for one in SCHEMA.entities if one.name == cell["entity"]) - len(cell["hidden"])


def _cell(cell: Json, say: Callable[..., str]) -> str:
    far = max((Reach(one) for one in cell["writes"].values()), key=NEAREST_FIRST.index, default=None)
    seen = say(f"grid_{cell['reads']}")
    if far is None:
        return seen
    more = "" if len(cell["writes"]) == _shown(cell) and len(set(cell["writes"].values())) == 1 else "+"
    return f"{seen}/{say(f'grid_{far}')}{more}"


def _label(entity: str, lang: Lang) -> str:
    return str(getattr(LABELS[entity], lang))


def _wide(text: str, columns: int) -> str:
    return text + " " * (columns - columns_of(text))


def _wrapped(text: str) -> Iterator[str]:
    """Lines of at most eighty columns, broken at blanks; what follows the first is set in."""
    line = ""
    for word in text.split(" "):
        if line.strip() and columns_of(f"{line} {word}") > WIDTH:
            yield line
            line = f"  {word}"
        else:
            line = f"{line} {word}" if line else word
    yield line
