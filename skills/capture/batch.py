"""The batch task `voice`: one transcript in, the opportunities that it tells of out. Knows the lines' fields; knows no record."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.ports import SpokenReader
from skills.capture.book import Book, from_json
from skills.capture.field import Field, Told
from skills.capture.heard import Heard, hear
from skills.capture.note import read_note
from skills.capture.people import TITLES
from skills.capture.products import hidden

SINGLE = (
    "account",
    "contact",
    "amount",
    "currency",
    "quantity",
    "unit",
    "product",
    "close_date",
    "stage",
    "budget_status",
    "decision_role",
)


async def predict(line: Mapping[str, str], context: Mapping[str, object], *, spoken: SpokenReader) -> Mapping[str, object]:
    """The opportunities in `transcript`, said at `said_at` in `tz`; none when it tells of no deal.

    context: accounts with aliases, currency and contacts; products with aliases; open_opportunities.
    """
    book = from_json(context)
    heard = await listen(line["transcript"], datetime.fromisoformat(line["said_at"]), line["tz"], book, spoken)
    return {"id": line["id"], "opportunities": [_json(told) for told in read_note(heard, book)]}


async def listen(text: str, said_at: datetime, zone: str, book: Book, spoken: SpokenReader) -> Heard:
    """`text` with its figures and days, and with how it and the known names sound."""
    reading = await spoken.read(hidden(text, book.products), said_at=said_at, zone=zone)
    wanted = (text, *book.surfaces(), *TITLES)
    sounds = await spoken.sounds(wanted)
    return hear(text, reading, sounds[0], dict(zip(wanted[1:], sounds[1:], strict=True)), said_at.astimezone(ZoneInfo(zone)).date())


def _json(told: Told) -> Mapping[str, object]:
    fields = told.fields
    step, due = fields.get("next_step"), fields.get("due_date")
    evidence = {name: one.words for name, one in fields.items() if one.words}
    evidence |= {f"competitors[{at}]": one.words for at, one in enumerate(told.competitors)}
    evidence |= {f"pains[{at}]": one.words for at, one in enumerate(told.pains)}
    return {
        "action": told.action,
        "opportunity_id": told.open_id,
        "expect": "ask" if told.asks else "ok",
        **{name: _plain(fields.get(name)) for name in SINGLE},
        "next_step": {"what": _plain(step), "due_date": _plain(due)} if step else None,
        "competitors": [one.value for one in told.competitors],
        "pains": [one.value for one in told.pains],
        "evidence": evidence,
        "confidence": {name: one.sure for name, one in fields.items()},
    }


def _plain(one: Field | None) -> object:
    if one is None:
        return None
    return one.value.isoformat() if isinstance(one.value, date) else one.value
