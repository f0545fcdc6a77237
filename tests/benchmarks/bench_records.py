"""Questions to a firm a hundred times as large as the demo: 40,000 opportunities. Knows the skill and the store, no server."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.book import Company
from bot.demo.company import company
from bot.domain.entities import SCHEMA
from bot.domain.ids import RecordId, ThreadId, TurnId
from bot.domain.people import Role, User, speaker_of
from bot.domain.permissions import Permissions
from bot.domain.records import Cause, Import
from bot.domain.talk import Turn, language_of
from bot.errors import TellUser
from bot.reading.reader import RuleReader
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.queries import SqliteQueries
from bot.store.records import SqliteRecords
from bot.store.users import SqliteUsers
from bot.words import TomlWords, read_sentences
from skills.query_crm.skill import run
from tests.benchmarks.measured import Measured
from tests.evals import asked
from tests.evals.asked import questions

TIMES = 100
COPIED = ("account", "contact", "opportunity")
BAR_S = 0.3
WORDS = Path(run.__code__.co_filename).with_name("strings.toml")


def measure() -> Iterator[Measured]:
    """Fill a store, then ask it every question of ours, as somebody who sees their team's records."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "tandem.db")
        migrate(database)
        queries = SqliteQueries(database, SCHEMA)
        begun = time.perf_counter()
        records, rep = asyncio.run(_fill(database, company(datetime.now(UTC).date())))
        yield Measured(f"{records:,} records kept and ready to be asked", time.perf_counter() - begun, "s")
        taken = sorted(asyncio.run(_ask(queries, rep)))
        at = taken[int(len(taken) * 0.95)]
        yield Measured("a question answered, p95", at, "s", BAR_S, f"{len(taken)} questions, median {statistics.median(taken):.3f}")
        database.close()


async def _fill(database: Database, firm: Company) -> tuple[int, User]:
    clock, ids = SystemClock(), TimeIds()
    await SqliteUsers(database, clock, ids).seed(firm.users)
    store, kept = SqliteRecords(database, clock, ids), 0
    for entity, listed in firm.records.items():
        for copy in range(TIMES if entity in COPIED else 1):
            kept += await store.put_many(_copied(listed, copy), cause=Cause("system"))
    return kept, next(user for user in firm.users if user.role is Role.REP)


def _copied(listed: Sequence[Import], copy: int) -> list[Import]:
    """The same records with ids and names of their own, each pointing at its own copies."""
    if not copy:
        return list(listed)
    return [
        Import(RecordId(f"{one.id}-{copy}"), one.entity, {name: _copy_of(name, value, copy) for name, value in one.fields.items()})
        for one in listed
    ]


def _copy_of(name: str, value: object, copy: int) -> object:
    if not isinstance(value, str) or name not in {"account", "contact", "name", "short_name", "account_name", "aliases"}:
        return value
    return f"{value}-{copy}"


async def _ask(queries: SqliteQueries, rep: User) -> list[float]:
    speaker, words, taken = speaker_of(rep), TomlWords(read_sentences(WORDS)), []
    for place, one in enumerate(questions(Path(asked.__file__).with_name("questions.toml"))):
        said_at = datetime.combine(one.today, datetime.min.time(), UTC)
        turn = Turn(TurnId(str(place)), ThreadId("bench"), speaker, one.text, language_of(one.text), said_at)
        begun = time.perf_counter()
        with suppress(TellUser):
            await run(turn, records=queries.within(Permissions().scope(speaker)), reader=RuleReader(), words=words)
        taken.append(time.perf_counter() - begun)
    return taken
