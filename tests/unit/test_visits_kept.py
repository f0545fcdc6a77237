"""Visits as they are kept: how long they last, what is known of each, whose they are and who ends them; and the admins' room of people."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlite_utils

from bot.admin.door import AdminDoor
from bot.admin.people import PeopleRoom
from bot.domain.acquaintance import Alias, Knock, Stranger
from bot.domain.entering import Arrival, Device
from bot.domain.ids import TurnId, UserId
from bot.domain.people import Role, User
from bot.domain.talk import Lang
from bot.errors import NotAllowed, TellUser
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.meeting import SqliteKnocks
from bot.store.migrations import STEPS, migrate
from bot.store.rows import every
from bot.store.users import SqliteUsers
from bot.store.visits import MOST_EACH, SqliteVisits, visit_lines
from bot.visits import Visits
from tests.fakes.senses import SetClock

ANN = User(UserId("ann"), "Ann", "ann@example.com", Role.REP, "east", "UTC")
BO = User(UserId("bo"), "Bo", "bo@example.com", Role.MANAGER, "west", "UTC")
ROOT = User(UserId("root"), "Root", "root@example.com", Role.ADMIN, "", "UTC")
IDLE = timedelta(hours=8)
PHONE = Arrival("wecom", Device("wecom", "ios"))


class Gate:
    """Visits of eight idle hours, their clock, and the admins' room."""

    def __init__(self, database: Database) -> None:
        self.clock, self.database = SetClock(), database
        self.users = SqliteUsers(database, self.clock, TimeIds())
        self.kept, self.knocks = SqliteVisits(database, self.clock, IDLE), SqliteKnocks(database, self.clock)
        self.visits = Visits(self.kept, self.users, self.clock, "https://tandem.example", "UTC")
        self.room = PeopleRoom(AdminDoor(self.visits), self.users, self.knocks)

    async def enter(self, person: User, arrival: Arrival = PHONE) -> str:
        """The secret of a new visit of theirs."""
        return str((await self.visits.begin(person.id, arrival))["session"])

    async def is_in(self, session: str) -> bool:
        """Whether it still is a visit."""
        try:
            await self.visits.speaker(session)
        except NotAllowed:
            return False
        return True


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    """Ann, Bo, and Root."""
    database = Database(tmp_path / "tandem.db")
    migrate(database)
    gate = Gate(database)
    await gate.users.seed([ANN, BO, ROOT])
    yield gate
    database.close()


async def test_visit_that_nobody_looks_at_ends(gate: Gate) -> None:
    """Each look begins the hours anew; what is over is listed no more."""
    used, left = await gate.enter(ANN), await gate.enter(ANN)
    looks = []
    for _ in range(3):
        gate.clock.move(IDLE - timedelta(minutes=1))
        looks.append(await gate.is_in(used))

    assert ([True] * 3, False, 1) == (looks, await gate.is_in(left), len(await gate.kept.theirs(ANN.id)))


async def test_person_keeps_so_many_visits_and_loses_the_one_seen_longest_ago(gate: Gate) -> None:
    """A browser that forgets its cookies fills nothing."""
    first = last = await gate.enter(ANN)
    for _ in range(MOST_EACH):
        gate.clock.move(timedelta(minutes=2))
        last = await gate.enter(ANN)

    assert (MOST_EACH, False, True) == (len(await gate.kept.theirs(ANN.id)), await gate.is_in(first), await gate.is_in(last))


async def test_beginning_and_end_of_a_visit_are_audited(gate: Gate) -> None:
    """Who, by which way, ended by whom; no secret and no digest."""
    own, other = await gate.enter(ANN), await gate.enter(ANN)
    await gate.visits.sign_out(own)
    await gate.kept.end_theirs(ANN.id, ROOT.id)
    rows = await gate.database.read(lambda database: every(database, "SELECT entry FROM audit ORDER BY seq"))
    told = [(entry["kind"], entry["actor"], entry["about"].get("way")) for entry in (json.loads(row["entry"]) for row in rows)]

    assert [("visit.begun", "ann", "wecom")] * 2 + [("visit.ended", "ann", None), ("visit.ended", "root", None)] == told
    assert (False, False) == (await gate.is_in(other), own in str(rows))


async def test_end_of_all_visits_takes_links_too(gate: Gate) -> None:
    """A link that was not pressed yet would be a way back in."""
    code = str((await gate.visits.link(as_="ann@example.com"))["path"]).partition("code=")[2]
    await gate.kept.end_theirs(ANN.id, ROOT.id)

    with pytest.raises(NotAllowed):
        await gate.visits.sign_in(code)


def test_visits_of_an_older_home_can_be_ended_too(tmp_path: Path) -> None:
    """They get ids; what they came with nobody knows."""
    database = Database(tmp_path / "old.db")
    old = {"token_digest": "d", "user_id": "ann", "created_at": "2026-07-14T12:00:00", "seen_at": "x", "expires_at": "y"}
    names = ", ".join(old)

    def older(connection: sqlite_utils.Database) -> None:
        for step in STEPS[: STEPS.index(visit_lines)]:
            step(connection)

    database.write_now(older)
    values = ", ".join(f":{name}" for name in old)
    for digest in ("d", "e"):
        statement, row = f"INSERT INTO visits ({names}) VALUES ({values})", {**old, "token_digest": digest}  # noqa: S608 - names from above
        database.write_now(partial(_executed, statement, row))
    database.write_now(visit_lines)
    rows = database.write_now(lambda connection: every(connection, "SELECT id, way, app FROM visits"))
    database.close()

    assert (2, {("", "", 24)}) == (len({row["id"] for row in rows}), {(row["way"], row["app"], len(row["id"])) for row in rows})


def _executed(statement: str, row: dict[str, str], connection: sqlite_utils.Database) -> None:
    connection.execute(statement, row)


async def test_admin_sees_people_with_their_chats_and_visits_and_who_knocked(gate: Gate) -> None:
    """By name; found by words of name, address, role or team."""
    await gate.users.link(Alias("slack", "T1", "U1"), ANN.id, ROOT.id)
    knock = Knock(Alias("oidc", "https://id.example", "s-9"), "oidc", "Zoe", Stranger.OUTSIDER, 1, gate.clock.now(), gate.clock.now())
    await gate.knocks.note(knock, TurnId("t"), silence_s=0)
    await gate.enter(ANN)
    session = await gate.enter(ROOT)
    told = await gate.room.shown(session, lang=Lang.EN)
    found = [
        [one["name"] for one in (await gate.room.shown(session, lang=Lang.EN, wanted=words))["people"]]
        for words in ("WEST", "rep east", "example.com", "nobody")
    ]

    assert [("Ann", ["slack"], 1), ("Bo", [], 0), ("Root", [], 1)] == [(one["name"], one["chats"], one["visits"]) for one in told["people"]]
    assert [("Zoe", False)] == [(one["name"], one["ours"]) for one in told["knocks"]]
    assert [["Bo"], ["Ann"], ["Ann", "Bo", "Root"], []] == found


async def test_many_people_are_shown_by_pages(gate: Gate) -> None:
    """Each once."""
    many = [User(UserId(f"u{number}"), f"Person {number:03}", f"u{number}@example.com", Role.REP, "e", "UTC") for number in range(120)]
    await gate.users.seed(many)
    session, after, names, pages = await gate.enter(ROOT), "", [], 0
    while True:
        told = await gate.room.shown(session, lang=Lang.EN, after=after)
        names += [one["name"] for one in told["people"]]
        pages, after = pages + 1, told["after"]
        if not after:
            break

    assert (3, 123, 123) == (pages, len(names), len(set(names)))


async def test_admin_ends_one_visit_or_all_and_takes_a_chat_away(gate: Gate) -> None:
    """Of that person alone."""
    alias = Alias("wecom", "ww1", "Ann")
    await gate.users.link(alias, ANN.id, ROOT.id)
    root, bo = await gate.enter(ROOT), await gate.enter(BO)
    anns = [await gate.enter(ANN) for _ in range(3)]
    listed = (await gate.room.person(root, lang=Lang.EN, user="ann"))["sessions"]
    await gate.room.press(root, lang=Lang.EN, user="ann", action="end", visit=listed[0]["id"])
    one_left = sum([await gate.is_in(session) for session in anns])
    await gate.room.press(root, lang=Lang.EN, user="ann", action="end_all")
    await gate.room.press(root, lang=Lang.EN, user="ann", action="unlink", platform="wecom", workspace="ww1", handle="ann")

    assert (2, [False] * 3, [True] * 2) == (
        one_left, [await gate.is_in(session) for session in anns], [await gate.is_in(session) for session in (bo, root)],
    )
    assert None is await gate.users.by_handle(alias)


async def test_what_is_not_theirs_is_not_ended_through_their_page(gate: Gate) -> None:
    """Each refusal by its sentence."""
    await gate.users.link(Alias("wecom", "ww1", "Bo"), BO.id, ROOT.id)
    root, bo = await gate.enter(ROOT), await gate.enter(BO)
    [his] = await gate.kept.theirs(BO.id)
    keys = []
    for form in (
        {"user": "ann", "action": "end", "visit": his.id}, {"user": "none", "action": "end_all"}, {"user": "ann", "action": "sink"},
        {"user": "ann", "action": "unlink", "platform": "wecom", "workspace": "ww1", "handle": "Bo"},
    ):
        with pytest.raises(TellUser) as refused:
            await gate.room.press(root, lang=Lang.EN, **form)
        keys.append(refused.value.key)

    assert ["no_such_visit", "no_such_user", "unknown_button", "no_such_chat"] == keys
    assert (True, 1) == (await gate.is_in(bo), len(await gate.users.aliases(BO.id)))


@pytest.mark.parametrize("person", [ANN, BO], ids=lambda person: person.role)
async def test_nobody_but_an_admin_is_shown_people(gate: Gate, person: User) -> None:
    """By any verb of the room."""
    session = await gate.enter(person)
    for verb, args in (("people", {}), ("person", {"user": "ann"}), ("person_press", {"user": "root", "action": "end_all"})):
        with pytest.raises(NotAllowed, match="only_admins"):
            await gate.room.verbs()[verb](session, lang=Lang.EN, **args)
