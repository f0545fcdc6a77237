"""The ports `Firings` and `JobStates`: which job was begun for which moment, by whom, what became of it, which rest. Knows no job."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlite_utils

from bot.domain.firing import JobState, Run, RunState
from bot.domain.ids import UserId
from bot.ports import Clock
from bot.store.audit import Within, append_audit
from bot.store.codec import Row, dump, moment, moment_or_none, stamp
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

REMEMBERED = timedelta(days=3)
"""Longer than any moment is made up for; of each job the last one stays, however old."""
HELD = timedelta(seconds=90)
"""So long a row is held without a word from whoever is at it."""
LAST = "SELECT * FROM firings WHERE job = :job ORDER BY fire_time DESC LIMIT 1"
LASTS = """
    SELECT firings.* FROM (SELECT job, max(fire_time) AS fire_time FROM firings
        WHERE job IN (SELECT value FROM json_each(:jobs)) GROUP BY job) AS latest
    CROSS JOIN firings ON firings.job = latest.job AND firings.fire_time = latest.fire_time"""
THAT = "SELECT * FROM firings WHERE job = :job AND fire_time = :fire_time"
BEGUN = "SELECT fire_time FROM firings WHERE job = :job AND fire_time > :since"
UNFINISHED = """
    SELECT * FROM firings WHERE state IN ('begun', 'failed') AND held_until <= :now AND fire_time >= :since ORDER BY fire_time, job"""
TAKE = """
    UPDATE firings SET state = 'begun', holder = :holder, held_until = :held_until, tries = tries + 1, ended_at = NULL
    WHERE job = :job AND fire_time = :fire_time"""
HOLD = "UPDATE firings SET held_until = :held_until WHERE job = :job AND fire_time = :fire_time AND holder = :holder AND state = 'begun'"
END = """
    UPDATE firings SET state = :state, held_until = :held_until, ended_at = :ended_at, made = :made, trouble = :trouble
    WHERE job = :job AND fire_time = :fire_time AND (holder = :holder OR held_until <= :ended_at) AND state IN ('begun', 'failed')"""
RELEASE = "UPDATE firings SET held_until = :now WHERE holder = :holder AND state = 'begun' AND held_until > :now"
OLD = "DELETE FROM firings WHERE job = :job AND fire_time < :before"
STATES = "SELECT * FROM jobs"
KNOW = """
    INSERT INTO jobs (job, line, since, paused) VALUES (:job, :line, :since, 0)
    ON CONFLICT (job) DO UPDATE SET line = excluded.line, since = excluded.since"""
PAUSE = "UPDATE jobs SET paused = :paused, since = :since WHERE job = :job AND paused <> :paused"


def firings(database: sqlite_utils.Database) -> None:
    """Which job was begun for which moment: each once, whoever else has the same schedule."""
    database.table("firings").create(
        {"job": str, "fire_time": str, "begun_at": str}, pk=("job", "fire_time"), not_null={"begun_at"}, strict=True
    )


def firings_held(database: sqlite_utils.Database) -> None:
    """Who is at a moment and until when nobody else may be, what became of it; since when jobs are known, and which rest.

    What was begun before is taken to be done. jobs.line: when it fires. jobs.since: moments up to it are none of it.
    """
    table = database.table("firings")
    table.add_column("state", str, not_null_default="done")
    table.add_column("holder", str, not_null_default="")
    table.add_column("held_until", str, not_null_default="")
    table.add_column("tries", int, not_null_default=1)
    table.add_column("ended_at", str)
    table.add_column("made", int, not_null_default=0)
    table.add_column("trouble", str, not_null_default="")
    database.execute("CREATE INDEX firings_open ON firings (held_until) WHERE state IN ('begun', 'failed')")
    database.table("jobs").create(
        {"job": str, "line": str, "since": str, "paused": int}, pk="job", not_null={"line", "since", "paused"}, strict=True
    )


class SqliteFirings:
    """The port `Firings`. holder: who asks; made up where it is empty, for no two live ones may have the same."""

    def __init__(self, database: Database, clock: Clock, holder: str = "") -> None:
        self._database = database
        self._clock = clock
        self._holder = holder or secrets.token_hex(8)

    async def begin(self, job: str, fire_time: datetime) -> int:
        """Which try at this moment is ours: 1 for the first, more where another died in it or failed; 0 where it is not ours."""
        return await self._database.write(lambda database: self._begin(database, job, fire_time))

    async def hold(self, job: str, fire_time: datetime) -> None:
        """Say that we are still at it."""
        row = self._row(job, fire_time) | {"held_until": stamp(self._clock.now() + HELD)}
        await self._database.write(lambda database: change(database, HOLD, row))

    async def end(self, job: str, fire_time: datetime, made: int) -> None:
        """It is done. made: how much came of it. Nothing happens where another took it over meanwhile."""
        await self._ended(job, fire_time, {"state": RunState.DONE.value, "held_until": "", "made": made, "trouble": ""})

    async def fail(self, job: str, fire_time: datetime, trouble: str, again_at: datetime | None) -> None:
        """It failed, and is to be tried again, or is given up (None). trouble: one line for an admin, without anybody's words."""
        state = RunState.FAILED if again_at else RunState.GIVEN_UP
        told = {"state": state.value, "held_until": stamp(again_at) if again_at else "", "made": 0, "trouble": trouble}
        await self._ended(job, fire_time, told)

    async def release(self) -> None:
        """We go: what we hold is anybody's at once."""
        row = {"holder": self._holder, "now": stamp(self._clock.now())}
        await self._database.write(lambda database: change(database, RELEASE, row))

    async def unfinished(self, since: datetime) -> Sequence[Run]:
        """What was meant since, is not done, and is held by nobody now; in order."""
        values = {"now": stamp(self._clock.now()), "since": stamp(since)}
        rows = await self._database.read(lambda database: every(database, UNFINISHED, values))
        return [_run(row) for row in rows]

    async def begun(self, job: str, since: datetime) -> Collection[datetime]:
        """The moments since for which it was begun by anybody."""
        values = {"job": job, "since": stamp(since)}
        rows = await self._database.read(lambda database: every(database, BEGUN, values))
        return {moment(row["fire_time"]) for row in rows}

    async def last(self, job: str) -> Run | None:
        """The latest moment that was begun."""
        row = await self._database.read(lambda database: one(database, LAST, {"job": job}))
        return _run(row) if row else None

    async def lasts(self, jobs: Collection[str]) -> Mapping[str, Run]:
        """Of each of these jobs that was ever begun, its latest moment."""
        rows = await self._database.read(lambda database: every(database, LASTS, {"jobs": dump(list(jobs))}))
        return {row["job"]: _run(row) for row in rows}

    def _begin(self, database: sqlite_utils.Database, job: str, fire_time: datetime) -> int:
        now, row = self._clock.now(), self._row(job, fire_time)
        held = {**row, "held_until": stamp(now + HELD)}
        found = one(database, THAT, {"job": job, "fire_time": row["fire_time"]})
        if found is None:
            insert(database, "firings", {**held, "begun_at": stamp(now), "state": RunState.BEGUN.value})
            change(database, OLD, {"job": job, "before": stamp(fire_time - REMEMBERED)})
            return 1
        if found["state"] not in {RunState.BEGUN, RunState.FAILED} or found["held_until"] > stamp(now):
            return 0
        change(database, TAKE, held)
        return int(found["tries"]) + 1

    async def _ended(self, job: str, fire_time: datetime, told: Row) -> None:
        row = self._row(job, fire_time) | told | {"ended_at": stamp(self._clock.now())}
        await self._database.write(lambda database: change(database, END, row))

    def _row(self, job: str, fire_time: datetime) -> Row:
        return {"job": job, "fire_time": stamp(fire_time), "holder": self._holder}


class SqliteJobStates:
    """The port `JobStates`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def known(self, lines: Mapping[str, str]) -> Mapping[str, JobState]:
        """Of each of these jobs. lines: job -> when it fires; where that is new or another one, it counts from now on."""
        rows = {row["job"]: row for row in await self._database.read(lambda database: every(database, STATES))}
        if other := {job: line for job, line in lines.items() if job not in rows or rows[job]["line"] != line}:
            rows = await self._database.write(lambda database: self._know(database, other))
        return {job: JobState(moment(rows[job]["since"]), bool(rows[job]["paused"])) for job in lines}

    async def pause(self, job: str, by: UserId, *, paused: bool) -> None:
        """Let a known job rest, or go on; moments in between are gone."""
        now = self._clock.now()

        def work(database: sqlite_utils.Database) -> None:
            if change(database, PAUSE, {"job": job, "paused": int(paused), "since": stamp(now)}):
                append_audit(Within(database, now), "job.paused" if paused else "job.resumed", by, {"job": job})

        await self._database.write(work)

    def _know(self, database: sqlite_utils.Database, lines: Mapping[str, str]) -> dict[str, Row]:
        for job, line in lines.items():
            change(database, KNOW, {"job": job, "line": line, "since": stamp(self._clock.now())})
        return {row["job"]: row for row in every(database, STATES)}


def _run(row: Row) -> Run:
    return Run(
        row["job"], moment(row["fire_time"]), RunState(row["state"]), row["tries"], moment(row["begun_at"]),
        moment_or_none(row["ended_at"]), row["made"], row["trouble"],
    )  # fmt: skip
