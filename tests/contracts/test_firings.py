"""The ports `Firings` and `JobStates`: each moment of a job is somebody's, until it is done; what rests and since when."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.firing import JobState, RunState
from bot.domain.ids import UserId
from bot.store.database import Database
from bot.store.firings import HELD, REMEMBERED, SqliteFirings, SqliteJobStates
from bot.store.migrations import migrate
from tests.fakes.senses import NOON, SetClock

MINUTE = timedelta(minutes=1)
BOSS = UserId("boss")


def opened(folder: Path) -> Database:
    """A file of its own."""
    database = Database(folder / "tandem.db")
    migrate(database)
    return database


def firings(folder: Path, clock: SetClock | None = None) -> SqliteFirings:
    """Somebody over that file."""
    return SqliteFirings(opened(folder), clock or SetClock())


async def test_moment_is_begun_once_whoever_asks(tmp_path: Path) -> None:
    """Of two houses over one store, one does it."""
    one, other = firings(tmp_path), firings(tmp_path)

    assert [1, 0, 0] == [await store.begin("tick", NOON) for store in (one, other, one)]


async def test_another_moment_and_another_job_are_others(tmp_path: Path) -> None:
    """Each is begun; the latest is told."""
    store = firings(tmp_path)
    begun = [await store.begin(job, at) for job, at in (("tick", NOON), ("tick", NOON + MINUTE), ("sweep", NOON))]
    last = [await store.last(job) for job in ("tick", "sweep", "none")]

    assert [1, 1, 1] == begun
    assert [NOON + MINUTE, NOON, None] == [run.fire_time if run else None for run in last]
    assert {"tick": last[0], "sweep": last[1]} == await store.lasts(["tick", "sweep", "none"])


async def test_what_is_long_past_is_forgotten_but_for_the_last(tmp_path: Path) -> None:
    """Rows do not pile up, and a job that rested long is known to have been done."""
    store = firings(tmp_path)
    later = NOON + REMEMBERED + MINUTE
    await store.begin("tick", NOON)
    await store.begin("tick", later)

    assert {later} == set(await store.begun("tick", NOON - MINUTE))


async def test_whoever_dies_in_it_is_followed_by_another(tmp_path: Path) -> None:
    """As soon as the row is held no more; not before, and not while it is held on."""
    clock = SetClock()
    dying, other = firings(tmp_path, clock), firings(tmp_path, clock)
    await dying.begin("digest", NOON)
    clock.move(HELD - MINUTE)
    await dying.hold("digest", NOON)
    clock.move(HELD - MINUTE)
    held = await other.begin("digest", NOON), await other.unfinished(NOON)
    clock.move(MINUTE)
    left = [run.fire_time for run in await other.unfinished(NOON)]

    assert (0, []) == held
    assert ([NOON], 2) == (left, await other.begin("digest", NOON))


async def test_one_who_was_taken_for_dead_ends_nothing(tmp_path: Path) -> None:
    """What the other one is at stays theirs."""
    clock = SetClock()
    slow, other = firings(tmp_path, clock), firings(tmp_path, clock)
    await slow.begin("digest", NOON)
    clock.move(HELD)
    await other.begin("digest", NOON)
    await slow.end("digest", NOON, 7)
    between = await other.last("digest")
    await other.end("digest", NOON, 3)
    after = await other.last("digest")

    assert between
    assert after
    assert (RunState.BEGUN, RunState.DONE, 3) == (between.state, after.state, after.made)


async def test_done_is_done(tmp_path: Path) -> None:
    """However long ago."""
    clock = SetClock()
    store = firings(tmp_path, clock)
    await store.begin("digest", NOON)
    await store.end("digest", NOON, 0)
    clock.move(timedelta(days=1))

    assert (0, []) == (await store.begin("digest", NOON), list(await store.unfinished(NOON)))


async def test_failure_waits_for_its_next_try_and_can_be_given_up(tmp_path: Path) -> None:
    """Its trouble is told."""
    clock = SetClock()
    store = firings(tmp_path, clock)
    await store.begin("digest", NOON)
    await store.fail("digest", NOON, "Upstream mail", NOON + MINUTE)
    early = await store.begin("digest", NOON)
    clock.move(MINUTE)
    again = await store.begin("digest", NOON)
    await store.fail("digest", NOON, "Upstream mail", None)
    clock.move(timedelta(days=1))
    last = await store.last("digest")

    assert last
    assert (0, 2, 0) == (early, again, await store.begin("digest", NOON))
    assert (RunState.GIVEN_UP, "Upstream mail") == (last.state, last.trouble)


async def test_who_goes_lets_go_of_everything(tmp_path: Path) -> None:
    """Another begins at once."""
    going, other = firings(tmp_path), firings(tmp_path)
    await going.begin("digest", NOON)
    await going.release()

    assert 2 == await other.begin("digest", NOON)


async def test_row_of_an_older_tandem_is_done(tmp_path: Path) -> None:
    """It knew no other end."""
    database = opened(tmp_path)
    row = {"job": "tick", "fire_time": "2026-07-14T12:00:00.000000+00:00", "begun_at": "2026-07-14T12:00:00.000000+00:00"}
    database.write_now(lambda connection: connection.table("firings").insert(row))
    store = SqliteFirings(database, SetClock(NOON + timedelta(hours=3)))

    assert (0, []) == (await store.begin("tick", NOON), list(await store.unfinished(NOON)))


async def test_job_counts_from_when_its_line_was_first_seen(tmp_path: Path) -> None:
    """A start changes nothing; another line counts anew."""
    clock = SetClock()
    states = SqliteJobStates(opened(tmp_path), clock)

    async def since(line: str) -> datetime:
        clock.move(MINUTE)
        return (await states.known({"digest@east": line}))["digest@east"].since

    assert [NOON + MINUTE, NOON + MINUTE, NOON + 3 * MINUTE] == [await since(line) for line in ("8:30", "8:30", "9:00")]


async def test_job_rests_and_goes_on_from_then(tmp_path: Path) -> None:
    """What was meant while it rested is gone."""
    clock = SetClock()
    states = SqliteJobStates(opened(tmp_path), clock)
    await states.known({"digest": "8:30"})
    await states.pause("digest", BOSS, paused=True)
    rests = (await states.known({"digest": "8:30"}))["digest"].paused
    clock.move(MINUTE)
    await states.pause("digest", BOSS, paused=False)

    assert rests
    assert {"digest": JobState(NOON + MINUTE)} == await states.known({"digest": "8:30"})
