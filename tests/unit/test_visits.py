"""Who is let in at the page, for how long, and as whom. Over the real store, with a clock that tests move."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.errors import NotAllowed, Unclear
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.rows import every
from bot.store.users import SqliteUsers
from bot.store.visits import SqliteVisits
from bot.visits import LINK_LASTS, Visits
from tests.fakes.senses import SetClock

ANN = User(UserId("ann"), "Ann", "ann@example.com", Role.REP, "east", "UTC")
ROOT = User(UserId("root"), "Root", "root@example.com", Role.ADMIN, "", "UTC")


@dataclass
class Gate:
    """The door, its clock, and what stands in the file behind it."""

    visits: Visits
    users: SqliteUsers
    clock: SetClock
    database: Database

    async def code(self, as_: str = "") -> str:
        """A link's secret."""
        return str((await self.visits.link(as_=as_))["path"]).partition("code=")[2]

    async def enter(self, as_: str = "") -> str:
        """The secret of a visit."""
        return str((await self.visits.sign_in(await self.code(as_)))["session"])


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    """A home without users."""
    database, clock = Database(tmp_path / "tandem.db"), SetClock()
    migrate(database)
    users = SqliteUsers(database, clock, TimeIds())
    yield Gate(Visits(SqliteVisits(database, clock), users, clock, "https://tandem.example", "UTC"), users, clock, database)
    database.close()


async def test_link_lets_its_person_in_once(gate: Gate) -> None:
    """The second to press it is told so."""
    await gate.users.seed([ANN, ROOT])
    code = await gate.code("ann@example.com")

    session = (await gate.visits.sign_in(code))["session"]
    with pytest.raises(NotAllowed) as refused:
        await gate.visits.sign_in(code)

    assert ("ann", "link_used_up") == ((await gate.visits.speaker(session)).user_id, refused.value.key)


async def test_link_is_good_for_fifteen_minutes(gate: Gate) -> None:
    """Until then, and not at that moment."""
    codes = [await gate.code(), await gate.code()]
    gate.clock.move(LINK_LASTS - timedelta(seconds=1))
    await gate.visits.sign_in(codes[0])
    gate.clock.move(timedelta(seconds=1))

    with pytest.raises(NotAllowed):
        await gate.visits.sign_in(codes[1])


async def test_visit_ends_after_thirty_days_or_when_signed_out(gate: Gate) -> None:
    """And other visits of the same person go on."""
    out, stays = await gate.enter(), await gate.enter()
    await gate.visits.sign_out(out)
    for _ in range(29):
        gate.clock.move(timedelta(days=1))
        await gate.visits.speaker(stays)
    gate.clock.move(timedelta(days=1) - timedelta(seconds=1))
    speaker = await gate.visits.speaker(stays)
    gate.clock.move(timedelta(seconds=1))

    for session in (out, stays):
        with pytest.raises(NotAllowed):
            await gate.visits.speaker(session)
    assert Role.ADMIN is speaker.role


async def test_owner_of_a_home_without_users_is_nobody_once_there_are_some(gate: Gate) -> None:
    """Their visit ends with their reason."""
    session = await gate.enter()
    await gate.users.seed([ANN])

    with pytest.raises(NotAllowed):
        await gate.visits.speaker(session)


async def test_link_without_a_name_is_the_admins_and_a_wrong_name_is_said(gate: Gate) -> None:
    """A home with people and no admin asks whom it is for."""
    await gate.users.seed([ANN])
    keys = []
    for as_ in ("", "nobody", "owner"):
        with pytest.raises(Unclear) as refused:
            await gate.visits.link(as_=as_)
        keys.append(refused.value.key)
    await gate.users.seed([ROOT])
    link = await gate.visits.link()

    assert (["say_who", "no_such_person", "no_such_person"], "Root") == (keys, link["name"])
    assert f"https://tandem.example{link['path']}" == link["url"]


async def test_file_holds_no_secret(gate: Gate) -> None:
    """Only digests: what stands there opens nothing."""
    code = await gate.code()
    session = (await gate.visits.sign_in(code))["session"]
    asked = ("SELECT * FROM visits", "SELECT * FROM sign_in_links")
    rows = await gate.database.read(lambda database: [every(database, statement) for statement in asked])

    assert (1, 1) == tuple(map(len, rows))
    assert not {code, session} & {value for table in rows for row in table for value in row.values()}


async def test_seen_is_noted_now_and_then(gate: Gate) -> None:
    """A look at a page waits for the disk once in five minutes at most."""
    session = await gate.enter()
    seen = []
    for _ in range(4):
        gate.clock.move(timedelta(minutes=2))
        await gate.visits.speaker(session)
        [row] = await gate.database.read(lambda database: every(database, "SELECT created_at, seen_at FROM visits"))
        seen.append(row["seen_at"] == row["created_at"])

    assert [True, True, False, False] == seen
