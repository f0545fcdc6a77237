"""The ports `Knocks` and `LinkCodes`, and the part of `Users` by which people become known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.acquaintance import OURS, Alias, Knock, LinkCode, Stranger
from bot.domain.ids import TurnId, UserId
from bot.domain.people import Role, User
from bot.domain.talk import Lang, Origin, direct_thread
from bot.errors import Stale, Unclear
from tests.contracts.house import Stores
from tests.fakes.senses import NOON

LIN = User(UserId("u-lin"), "Lin Wei", "Lin.Wei@Example.com", Role.REP, "east", "Asia/Shanghai", {"slack": "U01", "wecom": "LinWei"})
MAYA = User(UserId("u-maya"), "Maya", "maya@example.com", Role.MANAGER, "east", "Europe/Berlin")
ROOT = UserId("root")
SEEN = Alias("slack", "T1", "U77")
KNOCK = Knock(SEEN, "slack", "Kim", Stranger.UNKNOWN, 1, NOON, NOON)
HOUR_S = 3600.0


def turn(name: str) -> TurnId:
    """A turn of somebody's."""
    return TurnId(name)


def code(name: str = "c1", sender: str = "U77", channel: str = "slack", workspace: str = "T1") -> LinkCode:
    """A code told to a stranger."""
    origin = Origin(channel, workspace, sender, direct_thread(channel, workspace, sender))
    return LinkCode(name, origin, "Kim", Lang.EN, "00", f"digest of {name}", NOON + timedelta(minutes=15))


async def said_of_handles(stores: Stores) -> list[tuple[str, object, object]]:
    """What the audit says of handles: type, handle, by whom."""
    events = await stores.events.since(0)
    return [(one.type, one.payload["handle"], one.payload["by"]) for one in events if one.type.startswith("handle.")]


async def test_knock_is_counted_once_a_turn_and_answered_once_an_hour(stores: Stores) -> None:
    """A turn that is walked again counts nothing, and is answered as it was; an hour after an answer there is another."""
    first = [await stores.knocks.note(KNOCK, turn("a"), silence_s=HOUR_S) for _ in range(2)]
    stores.move(minutes=59)
    second = await stores.knocks.note(KNOCK, turn("b"), silence_s=HOUR_S)
    stores.move(minutes=2)
    third = await stores.knocks.note(replace(KNOCK, name="Kim Lee"), turn("c"), silence_s=HOUR_S)

    [kept] = await stores.knocks.recent()
    assert ([True, True], False, True) == (first, second, third)
    assert replace(KNOCK, name="Kim Lee", times=3, last_at=stores.clock.now()) == kept


async def test_people_of_two_workspaces_knock_apart_and_in_any_case_once(stores: Stores) -> None:
    """The same id elsewhere is somebody else; the same in capitals is not. The latest stands first."""
    for number, alias in enumerate((SEEN, replace(SEEN, workspace="T2"), replace(SEEN, handle="u77"))):
        stores.move(seconds=1)
        await stores.knocks.note(replace(KNOCK, alias=alias), turn(str(number)), silence_s=HOUR_S)

    assert [("T1", "u77", 2), ("T2", "U77", 1)] == [
        (one.alias.workspace, one.alias.handle, one.times) for one in await stores.knocks.recent()
    ]


async def test_knocks_are_forgotten_after_three_months_and_once_linked(stores: Stores) -> None:
    """Whoever is known knocks no more."""
    await stores.users.seed([MAYA])
    await stores.knocks.note(KNOCK, turn("a"), silence_s=HOUR_S)
    stores.move(days=91)
    await stores.knocks.note(replace(KNOCK, alias=Alias("wecom", "ww1", "kim")), turn("b"), silence_s=HOUR_S)
    old = [one.alias.handle for one in await stores.knocks.recent()]

    await stores.users.link(Alias("wecom", "ww1", "KIM"), MAYA.id, ROOT)

    assert (["kim"], []) == (old, list(await stores.knocks.recent()))


async def test_stranger_has_one_code_at_a_time_on_both_chats_of_wecom(stores: Stores) -> None:
    """The app and the bot are one person; another workspace is not. What is over is gone."""
    for one in (code("c1", "LiWei", "wecom"), code("c2", "liwei", "wecom_bot"), code("c3", "liwei", "wecom", "T2")):
        await stores.link_codes.offer(one)
    here = [one.id for one in await stores.link_codes.open(turn("x"))]
    stores.move(minutes=16)

    assert (["c2", "c3"], []) == (here, list(await stores.link_codes.open(turn("x"))))


async def test_code_reads_back_as_offered(stores: Stores) -> None:
    """With the chat that its stranger is told in."""
    await stores.link_codes.offer(code())

    assert [code()] == list(await stores.link_codes.open(turn("x")))


async def test_used_code_makes_the_handle_theirs_once(stores: Stores) -> None:
    """Walked again, the turn that used it finds it and changes nothing; to any other turn it is used up."""
    await stores.users.seed([LIN, MAYA])
    await stores.link_codes.offer(code())

    aliases = [await stores.link_codes.use(code(), MAYA.id, MAYA.id, turn("x")) for _ in range(2)]
    with pytest.raises(Stale) as used:
        await stores.link_codes.use(code(), LIN.id, LIN.id, turn("y"))

    seen = [[one.id for one in await stores.link_codes.open(turn(name))] for name in ("x", "y")]
    assert ([SEEN, SEEN], "link_code_used", [["c1"], []]) == (aliases, used.value.key, seen)
    assert [SEEN] == list(await stores.users.aliases(MAYA.id))
    assert [("handle.linked", "U77", MAYA.id)] == await said_of_handles(stores)


async def test_code_whose_time_is_over_makes_nobody_known(stores: Stores) -> None:
    """Even in the hands of who held it before."""
    await stores.users.seed([MAYA])
    await stores.link_codes.offer(code())
    stores.move(minutes=16)

    with pytest.raises(Stale) as late:
        await stores.link_codes.use(code(), MAYA.id, MAYA.id, turn("x"))

    assert ("link_code_used", []) == (late.value.key, list(await stores.users.aliases(MAYA.id)))


async def test_tries_are_counted_once_a_turn_and_forgotten_after_a_success(stores: Stores) -> None:
    """Each person's for themselves, those since then."""
    since = NOON - timedelta(minutes=15)
    await stores.users.seed([MAYA])
    mine = [await stores.link_codes.tried(MAYA.id, turn(name), since) for name in ("a", "a", "b")]
    other = await stores.link_codes.tried(LIN.id, turn("c"), since)
    await stores.link_codes.offer(code())
    await stores.link_codes.use(code(), MAYA.id, MAYA.id, turn("b"))
    after = await stores.link_codes.tried(MAYA.id, turn("d"), since)
    stores.move(minutes=16)
    later = await stores.link_codes.tried(MAYA.id, turn("e"), NOON + timedelta(minutes=1))

    assert ([1, 1, 2], 1, 2, 1) == (mine, other, after, later)


async def test_handle_of_another_workspace_is_somebody_else(stores: Stores) -> None:
    """The same id in another workspace finds nobody, and can become another user's."""
    await stores.users.seed([LIN, MAYA])
    await stores.users.link(Alias("slack", "T1", "U5"), LIN.id, ROOT)
    before = await stores.users.by_handle(Alias("slack", "T2", "U5"))
    await stores.users.link(Alias("slack", "T2", "U5"), MAYA.id, ROOT)

    found = [await stores.users.by_handle(Alias("slack", workspace, "u5")) for workspace in ("T1", "T2")]

    assert (None, [LIN.id, MAYA.id]) == (before, [one and one.id for one in found])


@pytest.mark.parametrize("taken", [Alias("slack", "T1", "u01"), Alias("wecom", "ww1", "LINWEI"), Alias("slack", "T9", "U9")])
async def test_handle_that_is_somebodys_stays_theirs(stores: Stores, taken: Alias) -> None:
    """In any case; also one that the config gave, for it holds in whichever workspace is ours."""
    await stores.users.seed([LIN, MAYA])
    await stores.users.link(Alias("slack", "T9", "U9"), LIN.id, ROOT)

    with pytest.raises(Stale) as refused:
        await stores.users.link(taken, MAYA.id, ROOT)

    assert ("handle_taken_by", "Lin Wei", []) == (
        refused.value.key, refused.value.facts["name"], list(await stores.users.aliases(MAYA.id))
    )


async def test_nobody_is_linked_who_is_not_there(stores: Stores) -> None:
    """A user that was removed gets no handle."""
    with pytest.raises(Unclear) as refused:
        await stores.users.link(SEEN, UserId("gone"), ROOT)

    assert ("no_such_person", None) == (refused.value.key, await stores.users.by_handle(SEEN))


async def test_handle_is_taken_away_once(stores: Stores) -> None:
    """And finds nobody afterwards; both are in the audit."""
    await stores.users.seed([MAYA])
    await stores.users.link(SEEN, MAYA.id, ROOT)

    gone = [await stores.users.unlink(replace(SEEN, handle="u77"), ROOT) for _ in range(2)]

    assert ([MAYA.id, None], None) == ([one and one.id for one in gone], await stores.users.by_handle(SEEN))
    assert [("handle.linked", "U77", ROOT), ("handle.unlinked", "u77", ROOT)] == await said_of_handles(stores)


async def test_email_finds_one_user_and_an_empty_one_nobody(stores: Stores) -> None:
    """Without case; also where somebody has none."""
    await stores.users.seed([LIN])
    await stores.users.enrol(replace(MAYA, email=""), SEEN)

    found = [await stores.users.by_email(text) for text in (" LIN.WEI@example.com", "", " ", "slack:T1:u77")]

    assert [LIN, None, None, None] == found


async def test_two_who_enrol_the_same_stranger_make_one_user(stores: Stores) -> None:
    """The second gets the first's; people without an e-mail do not stand in each other's way."""
    first = await stores.users.enrol(replace(MAYA, id=UserId("a"), email=""), SEEN)
    again = await stores.users.enrol(replace(MAYA, id=UserId("b"), email=""), replace(SEEN, handle="u77"))
    other = await stores.users.enrol(replace(MAYA, id=UserId("c"), email=""), replace(SEEN, workspace="T2"))

    assert ("a", "a", "c") == (first.id, again.id, other.id)
    assert [Alias("slack", "T1", "U77")] == list(await stores.users.aliases(UserId("a")))


async def test_config_gives_handles_for_our_own_workspace(stores: Stores) -> None:
    """Wherever that is."""
    await stores.users.seed([LIN])

    assert [Alias("slack", OURS, "U01"), Alias("wecom", OURS, "LinWei")] == list(await stores.users.aliases(LIN.id))
