"""Tables as TOML text, a key a line, so that two texts differ by lines: what `bot.tables` reads, written. Knows no section and no file."""

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from enum import Enum
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def plain(value: object) -> Any:  # noqa: ANN401 - whatever TOML holds
    """A value of a config as tables, lists and scalars; keys as people write them."""
    if dataclasses.is_dataclass(value):
        return {one.name.removesuffix("_"): plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    match value:
        case Enum():
            return value.value
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value


def toml_of(table: Mapping[str, object]) -> str:
    """`table`, as `plain` makes them, so that reading it gives the same; ends with a line end where there is anything.

    Numbers without a fraction are written as whole ones.  Raises: TypeError for what TOML does not hold.
    """
    return "\n".join(_lines(table, "")).lstrip("\n") + "\n" if table else ""


def _lines(table: Mapping[str, object], path: str) -> Iterator[str]:
    later: list[tuple[str, object]] = []
    for name, value in table.items():
        if isinstance(value, Mapping) or _is_rows(value):
            later.append((name, value))
        else:
            yield f"{_key(name)} = {_said(value)}"
    for name, value in later:
        below = f"{path}.{_key(name)}".lstrip(".")
        if isinstance(value, Mapping):
            if not value or not all(isinstance(one, Mapping) or _is_rows(one) for one in value.values()):
                yield f"\n[{below}]"
            yield from _lines(value, below)
        for row in value if isinstance(value, list) else ():
            yield f"\n[[{below}]]"
            yield from _lines(row, below)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _said(value: object) -> str:
    match value:
        case list():
            return f"[{', '.join(_said(one) for one in value)}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(name)} = {_said(one)}' for name, one in value.items())} }}"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case date() | time():
            return value.isoformat()
    return _number(value)


def _number(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return repr(value)
    msg = type(value).__name__
    raise TypeError(msg)


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _said(name)
