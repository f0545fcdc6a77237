"""Tables: what TOML holds, read into frozen dataclasses by their types. Knows no section; names what does not fit by file and key."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from bot.errors import BadConfig


def read(wanted: Any, raw: object, key: str, file: str, base: object = None) -> Any:  # noqa: ANN401 - one reader for every type that a config has
    """What `raw` says, as a value of the type `wanted`.  Raises: BadConfig.

    key: where it stands in `file`, "" for the whole. base: of a table, what holds where it says nothing.
    """
    if dataclasses.is_dataclass(wanted):
        return _read_table(wanted, raw, key, file, base)
    if typing.get_origin(wanted) is tuple:
        if not isinstance(raw, list):
            raise bad(file, key, raw, f"[[{key}]]" if dataclasses.is_dataclass(typing.get_args(wanted)[0]) else f'["…", "…"] as {key}')
        return tuple(read(typing.get_args(wanted)[0], item, f"{key}[{number}]", file) for number, item in enumerate(raw, 1))
    if typing.get_origin(wanted) is Mapping:
        if not isinstance(raw, dict):
            raise bad(file, key, raw, f"[{key}]")
        return {name: read(typing.get_args(wanted)[1], value, f"{key}.{name}", file) for name, value in raw.items()}
    if typing.get_origin(wanted) is Literal:
        if raw not in typing.get_args(wanted):
            raise bad(file, key, raw, ", ".join(map(repr, typing.get_args(wanted))))
        return raw
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        if raw not in list(wanted):
            raise bad(file, key, raw, ", ".join(wanted))
        return wanted(str(raw))
    return _read_scalar(wanted, raw, key, file)


def _read_table(wanted: Any, raw: object, key: str, file: str, base: object = None) -> Any:  # noqa: ANN401 - returns the dataclass it was asked for
    if not isinstance(raw, dict):
        raise bad(file, key, raw, f"[{key}]")
    types_by_name = typing.get_type_hints(wanted)
    fields_by_key = {name.removesuffix("_"): name for name in types_by_name}  # "from" cannot name a field
    for name in raw:
        if name not in fields_by_key:
            raise BadConfig("config_unknown_key", file=file, key=f"{key}.{name}".lstrip("."), known=", ".join(fields_by_key))
    raw = {fields_by_key[name]: value for name, value in raw.items()}
    for entry in dataclasses.fields(wanted):
        if entry.name not in raw and entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING:
            raise BadConfig("config_missing_key", file=file, key=f"{key}.{entry.name}".lstrip("."))
    defaults = {entry.name: entry.default for entry in dataclasses.fields(wanted)}
    said = {name: read(types_by_name[name], value, f"{key}.{name}".lstrip("."), file, defaults[name]) for name, value in raw.items()}
    return dataclasses.replace(base, **said) if isinstance(base, wanted) else wanted(**said)


def _read_scalar(wanted: type | types.UnionType, raw: object, key: str, file: str) -> object:
    if wanted is bool and str(raw).lower() in {"true", "false"}:
        return str(raw).lower() == "true"
    if wanted is int and not isinstance(raw, bool):
        try:
            return int(str(raw))
        except ValueError:
            raise bad(file, key, raw, "a whole number") from None
    if wanted is float and not isinstance(raw, bool):
        try:
            return float(str(raw))
        except ValueError:
            raise bad(file, key, raw, "a number") from None
    if wanted is str and isinstance(raw, str):
        return raw
    raise bad(file, key, raw, getattr(wanted, "__name__", str(wanted)))


def bad(file: str, key: str, value: object, wanted: str) -> BadConfig:
    """What is raised where a value does not fit: with what would."""
    return BadConfig("config_bad_value", file=file, key=key, value=value, wanted=wanted)
