"""The rules in force, as digests: whoever changes one leaves a trace. Knows values; knows no meaning and no store."""

import hashlib
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from typing import Any


def digests(**rules: object) -> Mapping[str, str]:
    """Name -> SHA-256 (hexadecimal) of what the rules under it say: dataclasses, mappings, sets and plain values."""
    return {name: hashlib.sha256(json.dumps(_plain(rule), sort_keys=True).encode()).hexdigest() for name, rule in rules.items()}


def _plain(value: object) -> Any:  # noqa: ANN401 - what JSON takes
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case AbstractSet():
            return sorted(json.dumps(_plain(one), sort_keys=True) for one in value)
        case list() | tuple():
            return [_plain(one) for one in value]
        case None | bool() | int() | float() | str():
            return value
    return str(value)
