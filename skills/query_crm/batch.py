"""The batch task `query`: one line of a question in, its typed query out. Knows the lines' fields; knows no record."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.found import Known, Name, Words
from bot.domain.ids import RecordId, UserId
from bot.domain.query import to_json
from bot.domain.scope import Scope
from bot.ports import ChatModel, Reader
from skills.query_crm.filling import Said, read_again
from skills.query_crm.grammar import understood

NAMED = {"accounts": "account", "contacts": "contact", "products": "product", "users": "user"}
"""The lists of names that a context may hold, and what they name."""
NAMING = ("name", "short_name", "code", "aliases")
"""Where an item of such a list has its names; it may also be a name itself."""


async def predict(
    line: Mapping[str, str], context: Mapping[str, object], *, reader: Reader, writer: ChatModel | None
) -> Mapping[str, object]:
    """The query that `text` asks, said at `now` in `tz`; null when the words ask for no records. Names stay as they are written.

    context: accounts, contacts, products and users that are known. writer: reads what the grammar is not sure of.
    """
    text, said_at, zone = line["text"], datetime.fromisoformat(line["now"]), line["tz"]
    reading = await reader.read(text, said_at=said_at, zone=zone)
    names, today = spotted(text, context), said_at.astimezone(ZoneInfo(zone)).date()
    read = understood(text, reading, names, today)
    read, _ = await read_again(read, Said(text, reading, names, today), Scope(UserId("batch"), "", zone), writer)
    return {"id": line["id"], "query": to_json(read.query) if read.query else None}


def spotted(text: str, context: Mapping[str, object]) -> tuple[Name, ...]:
    """The names of `context` that stand in `text`, in order, the longest where several overlap; as they are written there."""
    found: list[Name] = []
    for surface, entity in sorted(set(_names(context)), key=lambda one: (-len(one[0]), one)):
        whole = rf"(?<![A-Za-z0-9]){re.escape(surface)}(?![A-Za-z0-9])" if surface.isascii() else re.escape(surface)
        for match in re.finditer(whole, text, re.IGNORECASE):
            start, end = match.span()
            if all(end <= one.words.start or one.words.end <= start for one in found):
                found.append(Name(Words(match[0], start, end), (Known(entity, RecordId(match[0]), match[0]),)))
    return tuple(sorted(found, key=lambda one: one.words.start))


def _names(context: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, entity in NAMED.items():
        listed = context.get(key)
        for one in listed if isinstance(listed, list) else ():
            told = [one.get(name) for name in NAMING] if isinstance(one, dict) else [one]
            for text in told:
                yield from ((name, entity) for name in (text if isinstance(text, list) else [text]) if isinstance(name, str) and name)
