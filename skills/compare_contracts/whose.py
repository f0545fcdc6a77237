"""With which account a contract is, by the names in it that the records know. Reads records; saves nothing."""

from dataclasses import dataclass

from bot.domain.evidence import Evidence
from bot.domain.found import Known
from bot.domain.query import Filter, Op, Query, Row
from bot.domain.saying import Saying, number, text
from bot.errors import NotAllowed
from bot.ports import SeenRecords
from bot.ports.papers import KeptPaper
from skills.compare_contracts.ours import our_party
from skills.compare_contracts.telling import Usual

HEAD_PARAGRAPHS, HEAD_CHARS, LOOKED = 30, 2_000, 50


@dataclass(frozen=True, slots=True)
class Whose:
    """ours: what the contract calls our firm, "" where it cannot be told. account: the customer's record, None where not just one fits."""

    ours: str
    account: Row | None
    usual: Usual


async def whose(kept: KeptPaper, records: SeenRecords, said: Saying) -> Whose:
    """Who is who in a contract."""
    head = "\n".join(one.text for one in kept.paper.paragraphs[:HEAD_PARAGRAPHS])[:HEAD_CHARS]
    spotted = await records.spot(f"{kept.name}\n{head}")
    named = [(name.words.text, known) for name in spotted for known in name.meant if known.entity == "account"]
    accounts = {known.id: known for _, known in named}
    account = await _row(next(iter(accounts.values())), records) if len(accounts) == 1 else None
    return Whose(our_party([head], [words for words, _ in named]), account, _usual(account, said))


async def _row(known: Known, records: SeenRecords) -> Row | None:
    try:
        rows = (await records.ask(Query("account", (Filter("name", Op.EQ, known.name),), limit=LOOKED))).rows
    except NotAllowed:
        return None
    return next((row for row in rows if row.id == known.id), None)


def _usual(account: Row | None, said: Saying) -> Usual:
    if account is None:
        return Usual()
    late = number(account, "pays_late_days")
    ground: Evidence | None = said.ground("account", account, said.say("late_record", days=f"{late:g}")) if late is not None else None
    return Usual(text(account, "short_name") or text(account, "name"), late, ground)
