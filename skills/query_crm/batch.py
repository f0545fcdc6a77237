"""The batch task `query`: one line of a question in, its typed query out. Knows the lines' fields; knows no record."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.query import to_json
from bot.ports import Reader
from skills.query_crm.grammar import understood


async def predict(line: Mapping[str, str], _context: Mapping[str, object], *, reader: Reader) -> Mapping[str, object]:
    """The query that `text` asks, said at `now` in `tz`; null when the words ask for no records. Names stay as they are written."""
    said_at, zone = datetime.fromisoformat(line["now"]), line["tz"]
    reading = await reader.read(line["text"], said_at=said_at, zone=zone)
    query = understood(line["text"], reading, (), said_at.astimezone(ZoneInfo(zone)).date()).query
    return {"id": line["id"], "query": to_json(query) if query else None}
