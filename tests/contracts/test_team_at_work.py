"""A team in figures: counted together, for who leads it, and never where one person could be told from it."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.decision import Use
from bot.domain.digest import MANY, Adoption, Interrupted
from bot.domain.firing import ScheduleRules
from bot.domain.ids import UserId
from bot.domain.people import Role, User, speaker_of
from bot.store.adoption import SqliteUsesMade
from bot.store.interruptions import SqliteInterruptions
from bot.store.users import SqliteUsers
from bot.teamwork import OwnTeam
from tests.contracts.house import Stores

TODAY = date(2026, 7, 14)
"""The day of the stores' clock."""


def _people(count: int) -> list[User]:
    reps = [User(UserId(f"rep{one}"), f"Rep {one}", f"rep{one}@x.example", Role.REP, "east", "UTC") for one in range(count - 1)]
    return [User(UserId("min"), "Min", "min@x.example", Role.MANAGER, "east", "UTC"), *reps]


async def _team(stores: Stores, people: list[User], reader: User) -> OwnTeam:
    users = SqliteUsers(stores.database, stores.clock, stores.ids)
    outside = User(UserId("sun"), "Sun", "sun@x.example", Role.REP, "north", "UTC")
    await users.seed([*people, outside])
    interruptions = SqliteInterruptions(stores.database, stores.clock, lambda: ScheduleRules(quiet=""), lambda _team, _day: True)
    for number, one in enumerate((people[1], people[1], people[2], outside)):
        await interruptions.claim(one, f"key-{number}", stores.clock.now())
    return OwnTeam(users, SqliteUsesMade(stores.database), interruptions, speaker_of(reader))


async def test_what_a_team_was_shown_and_used_is_counted_together(tmp_path: Path) -> None:
    """Each suggestion once, whatever was done with it; what was before and who is of another team do not count."""
    stores = Stores(tmp_path / "tandem.db")
    people = _people(MANY)
    for person, uses in (("rep0", (Use.SHOWN, Use.USED, Use.EDITED)), ("rep1", (Use.SHOWN,)), ("sun", (Use.SHOWN, Use.USED))):
        settled = replace(stores.settlement(await stores.kept(), said="hello"), user_id=UserId(person))
        await stores.ledger.settle(settled)
        for use in uses:
            await stores.ledger.note_use(settled.decision_id, use, UserId(person))
    team = await _team(stores, people, people[0])
    found = [await team.adoption(day, day) for day in (TODAY, TODAY - timedelta(days=1))]

    assert [Adoption(MANY, 2, 2, 1), Adoption(MANY, 0, 0, 0)] == found


@pytest.mark.parametrize("size, role", [(MANY - 1, Role.MANAGER), (MANY, Role.REP), (MANY, Role.LEGAL)])
async def test_small_teams_and_those_who_lead_none_are_told_nothing_of_use(tmp_path: Path, size: int, role: Role) -> None:
    """Four are too few to hide one; a rep reads nothing of their colleagues."""
    people = _people(size)
    reader = people[0] if role is Role.MANAGER else User(UserId("rep0"), "Rep 0", "rep0@x.example", role, "east", "UTC")
    team = await _team(Stores(tmp_path / "tandem.db"), people, reader)

    assert await team.adoption(TODAY, TODAY) is None


async def test_interruptions_are_those_of_the_team_and_of_all_for_an_admin(tmp_path: Path) -> None:
    """How many in all, and the most of anybody, without a name."""
    stores, people = Stores(tmp_path / "tandem.db"), _people(MANY)
    admin = User(UserId("root"), "Root", "root@x.example", Role.ADMIN, "", "UTC")
    team = await _team(stores, people, people[0])
    whole = OwnTeam(team.users, team.uses, team.interruptions, speaker_of(admin))

    assert (Interrupted(5, 3, 2), Interrupted(6, 4, 2)) == (await team.interrupted(TODAY, TODAY), await whole.interrupted(TODAY, TODAY))
