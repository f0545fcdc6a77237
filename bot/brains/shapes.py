"""JSON out of what a model wrote, and whether it fits a schema. Knows the part of JSON Schema that `bot.ports.Schema` names."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.ports import Schema

_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,),
    "null": (type(None),),
}  # fmt: skip


def json_in(text: str) -> dict[str, Any] | None:
    """The first JSON object in `text`, thoughts and code fences aside; None when there is none, or half of one."""
    bare = _THOUGHTS.sub("", text)
    start = bare.find("{")
    if start < 0:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(bare, start)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def misfits(value: object, schema: Schema, at: str = "") -> Iterator[str]:
    """Where `value` does not fit, as paths; nothing when it does."""
    wanted = schema.get("type", ())
    kinds = [wanted] if isinstance(wanted, str) else list(wanted) if isinstance(wanted, list | tuple) else []
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{at or '.'}: {'|'.join(kinds)}"
        return
    if "enum" in schema and value not in _list(schema["enum"]):
        yield f"{at or '.'}: enum"
    match value:
        case dict():
            yield from _misfits_of_object(value, schema, at)
        case list():
            if len(value) > _most(schema, "maxItems"):
                yield f"{at}: maxItems"
            items = schema.get("items")
            if isinstance(items, Mapping):
                for number, item in enumerate(value):
                    yield from misfits(item, items, f"{at}[{number}]")
        case str() if len(value) > _most(schema, "maxLength"):
            yield f"{at}: maxLength"


def _misfits_of_object(value: Mapping[str, object], schema: Schema, at: str) -> Iterator[str]:
    yield from (f"{at}.{name}: required" for name in _list(schema.get("required", ())) if name not in value)
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        for name, wanted in properties.items():
            if name in value:
                yield from misfits(value[name], wanted, f"{at}.{name}")


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _most(schema: Schema, key: str) -> float:
    most = schema.get(key)
    return most if isinstance(most, int) else float("inf")


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
