"""A payload of Slack's as it came: read with its types checked, so that nothing odd gets further. Knows no arrival."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

Json = Mapping[str, Any]

PATH = "/slack/events"
"""Where Slack reaches us, for events, interactions and commands alike."""
DEEPEST = 64
"""Slack's own payloads are a dozen levels deep."""


class Malformed(ValueError):
    """This is nothing that Slack sends."""


def parsed(content_type: str, body: bytes) -> Json:
    """The payload of a request: JSON of an event, the form of a command, or the JSON inside the form of an interaction.

    Raises: Malformed.
    """
    try:
        text = body.decode()
        if content_type.partition(";")[0].strip().lower() == "application/json":
            return _object(json.loads(text))
        form = parse_qs(text, keep_blank_values=True, max_num_fields=200, strict_parsing=bool(text))
        fields = {name: values[0] for name, values in form.items()}
        return _object(json.loads(fields["payload"])) if "payload" in fields else fields
    except (ValueError, RecursionError) as err:
        raise Malformed(type(err).__name__) from err


def _object(raw: object) -> Json:
    if not isinstance(raw, dict) or not _shallow(raw):
        raise Malformed("shape")
    json.dumps(raw, ensure_ascii=False).encode()  # half a character, which JSON can carry and nothing can keep
    return raw


def _shallow(raw: object) -> bool:
    """Whether nothing in it lies deeper than `DEEPEST`: what reads it may call itself."""
    level: list[object] = [raw]
    for _ in range(DEEPEST):
        if not level:
            return True
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())]
    return False


def part(payload: Json, *path: str) -> Json:
    """The object at `path`, an empty one where there is none."""
    for name in path:
        inner = payload.get(name)
        payload = inner if isinstance(inner, dict) else {}
    return payload


def parts(payload: Json, name: str) -> list[Json]:
    """The objects of the list `name`."""
    raw = payload.get(name)
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []


def word(payload: Json, name: str) -> str:
    """The string `name`, empty where there is none."""
    raw = payload.get(name)
    return raw if isinstance(raw, str) else ""


def needed(payload: Json, name: str) -> str:
    """The string `name`.  Raises: Malformed where there is none."""
    if not (found := word(payload, name)):
        raise Malformed(name)
    return found


def moment(ts: str) -> datetime:
    """When a message was sent: its `ts` is seconds since 1970 and a running number.  Raises: Malformed."""
    seconds, _, _ = ts.partition(".")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= len("99999999999")):
        raise Malformed("ts")
    return datetime.fromtimestamp(int(seconds), UTC)
