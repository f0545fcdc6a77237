"""Pages of admins over more than a hundred times the demo firm: a search and its page. Knows the store and the page, no socket."""

import asyncio
import gzip
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

import sqlite_utils

from bot.admin.decisions import LINES, line_told
from bot.domain.ids import RecordId, UserId
from bot.domain.records import Page
from bot.domain.sought import Became, FoundDecision, Sought
from bot.domain.talk import Lang
from bot.senses import TimeIds
from bot.store.codec import dump, stamp
from bot.store.database import Database
from bot.store.decided import SqliteDecided
from bot.store.migrations import migrate
from bot.store.rows import insert
from bot.web.admin import ROOMS
from bot.web.admin.decisions import ASKED
from bot.web.reader import Cookies, Reader
from bot.web.shell import HERE as PAGES
from bot.web.shell import Shell
from bot.words import TomlWords, read_sentences
from tests.benchmarks.measured import Measured
from tests.fakes.senses import NOON, SetClock

DECISIONS, PEOPLE, ACCOUNTS, SKILLS, AT_ONCE = 100_000, 3_000, 20_000, 20, 5_000
"""A hundred times the demo firm's people and accounts, and some thirty decisions of each person."""
BAR_MS, BAR_KIB, RUNS = 200, 150, 40
USED = "INSERT INTO uses (decision_id, use, user_id, at) SELECT id, 'used', user_id, at FROM decisions WHERE seq % 7 = 0"
SEARCHES = {
    "all": Sought(), "one person": Sought(person=UserId("u17")), "one account": Sought(account=RecordId("a17")),
    "used, in English": Sought(became=Became.USED, lang=Lang.EN),
    "one day of a skill": Sought(skill="skill3", since=NOON, until=NOON + timedelta(days=1)),
    "what nothing fits": Sought(became=Became.USED, skill="skill3", lang=Lang.EN, since=NOON, until=NOON + timedelta(seconds=1)),
    "two frequent that never meet": Sought(skill="skill2", lang=Lang.EN),
}  # fmt: skip


def measure() -> Iterator[Measured]:
    """Fill a store, then search it in every way, each page rendered."""
    with tempfile.TemporaryDirectory() as folder, closing(Database(Path(folder) / "tandem.db")) as database:
        begun = time.perf_counter()
        migrate(database)
        for first in range(0, DECISIONS, AT_ONCE):
            database.write_now(lambda connection, first=first: _fill(connection, first))  # type: ignore[misc]
        database.write_now(lambda connection: connection.execute(USED))
        yield Measured(f"{DECISIONS:,} decisions kept with their terms", time.perf_counter() - begun, "s")
        shell = Shell(TomlWords(read_sentences(PAGES / "strings.toml")), SetClock(NOON), Cookies(secure=False))
        decided = SqliteDecided(database, SetClock(NOON), TimeIds())
        for what, sought in SEARCHES.items():
            taken, size, lines = asyncio.run(_searched(decided, shell, sought))
            detail = f"{lines} lines, {size / 1024:.1f} KiB compressed (bar {BAR_KIB})"
            yield Measured(f"decisions: {what}, p95", quantiles(taken, n=20)[-1] * 1000, "ms", BAR_MS, detail)


def _fill(database: sqlite_utils.Database, first: int) -> None:
    """Rows as settling writes them, without arrivals: the tables that a search does not read stay empty."""
    database.execute("PRAGMA defer_foreign_keys = ON")
    for number in range(first, first + AT_ONCE):
        at = stamp(NOON + timedelta(minutes=number))
        account = f"a{number % ACCOUNTS}"
        row = {"id": f"c{number}", "retention": "turn", "body": f"what was said the {number}th time " * 3, "digest": "", "created_at": at}
        insert(database, "content", row)
        if number < ACCOUNTS:
            record = {"id": account, "entity": "account", "body": "{}", "revision": 1, "created_at": at, "updated_at": at}
            insert(database, "records", record)
        insert(database, "inbox", _arrival(number, at))
        insert(database, "decisions", _decision(number, at, account))


def _arrival(number: int, at: str) -> dict[str, object]:
    return {
        "id": f"t{number}", "kind": "said", "channel": "web", "dedupe_key": f"k{number}", "workspace": "", "sender": "s",
        "thread_id": f"th{number % PEOPLE}", "content_id": f"c{number}", "sent_at": at, "kept_at": at, "state": "settled",
    }  # fmt: skip


def _decision(number: int, at: str, account: str) -> dict[str, object]:
    made = {
        "skill": f"skill{number % SKILLS}", "intent": "intent", "lang": ("zh", "en")[number % 2], "model": "builtin", "code": "c0de" * 16,
        "prompts": {}, "review": "ai_autonomous", "timings_ms": {"choose": 3.0, "do": 40.0, "total": 43.0}, "fell_back": "",
        "chooser": {"model": "builtin", "fell_back": ""},
    }  # fmt: skip
    person, evidence = f"u{number % PEOPLE}", [{"ref": account, "quote_id": f"c{number}"}]
    return {
        "id": f"d{number}", "turn_id": f"t{number}", "thread_id": f"th{number % PEOPLE}", "talk": f"th{number % PEOPLE}", "user_id": person,
        "at": at, "said_id": f"c{number}", "outcome_id": f"c{number}", "evidence": dump(evidence), "made": dump(made), "found": 1,
        "digests": "{}",
    }  # fmt: skip


async def _searched(decided: SqliteDecided, shell: Shell, sought: Sought) -> tuple[Sequence[float], int, int]:
    """Seconds of each run, bytes of the page compressed, its lines."""
    taken, html, lines = list[float](), "", 0
    for _ in range(RUNS):
        begun = time.perf_counter()
        page, skills = await decided.find(sought, limit=LINES), await decided.skills()
        html = _page(shell, page, skills)
        taken.append(time.perf_counter() - begun)
        lines = len(page.items)
    return taken, len(gzip.compress(html.encode())), lines


def _page(shell: Shell, page: Page[FoundDecision], skills: Sequence[str]) -> str:
    names = {str(one.user_id): f"Person {one.user_id}" for one in page.items}
    return shell.html(
        "admin/decisions.html", Reader("s", Lang.EN, "", partial=False, path="/admin/decisions"), rooms=ROOMS, problem="", query="",
        asked=dict.fromkeys(ASKED, ""), lines=[line_told(one, names) for one in page.items], after=page.after, skills=skills,
        becames=list(Became), me={"name": "Root", "role": "admin", "zone": "UTC"},
    )  # fmt: skip
