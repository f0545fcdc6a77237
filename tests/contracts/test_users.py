"""The port `Users`."""

from dataclasses import replace

import pytest

from bot.domain.acquaintance import OURS, Alias
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.errors import BadConfig
from tests.contracts.house import Stores

LIN = User(UserId("u-lin"), "Lin Wei", "Lin.Wei@Example.com", Role.REP, "east", "Asia/Shanghai", {"slack": "U01", "wecom": "LinWei"})
MAYA = User(UserId("u-maya"), "Maya", "maya@example.com", Role.MANAGER, "east", "Europe/Berlin", {"slack": "U02"})


async def test_a_user_reads_back_as_seeded(stores: Stores) -> None:
    """With role, zone and handles."""
    await stores.users.seed([LIN, MAYA])

    by_handle = await stores.users.by_handle(Alias("slack", OURS, "U02"))
    found = [await stores.users.by_id(LIN.id), by_handle, await stores.users.by_id(UserId("x"))]

    assert [LIN, MAYA, None] == found


async def test_handles_are_compared_without_case_and_within_their_channel(stores: Stores) -> None:
    """WeCom's ids have no case; a Slack id means nothing there."""
    await stores.users.seed([LIN, MAYA])

    asked = (("wecom", "linwei"), ("wecom", "U01"), ("slack", "u01"))
    found = [await stores.users.by_handle(Alias(platform, OURS, handle)) for platform, handle in asked]

    assert [LIN, None, LIN] == found


@pytest.mark.parametrize("text", ["u-lin", "lin.wei@example.com", " lin wei ", "LINWEI", "u01"])
async def test_a_user_is_found_by_any_of_their_names(stores: Stores, text: str) -> None:
    """By id, e-mail, name or handle, without case."""
    await stores.users.seed([LIN, MAYA])

    found = await stores.users.named(text)

    assert [LIN] == found


async def test_a_name_that_several_share_finds_them_all(stores: Stores) -> None:
    """Whoever asks must choose; and no name at all finds nobody."""
    other = replace(LIN, id=UserId("u-lin-2"), email="lin2@example.com", handles={})
    await stores.users.seed([other, LIN])

    found = (await stores.users.named("lin wei"), await stores.users.named("  "))

    assert ([LIN, other], []) == found


async def test_everyone_is_listed_by_name(stores: Stores) -> None:
    """In the order that a person would look for them."""
    await stores.users.seed([MAYA, LIN])

    everyone = await stores.users.everyone()

    assert [LIN, MAYA] == everyone


async def test_the_store_wins_over_the_config(stores: Stores) -> None:
    """An e-mail that is known keeps its user as it is; a new one is added."""
    await stores.users.seed([LIN])

    await stores.users.seed([replace(LIN, id=UserId("x"), email="lin.wei@example.COM", role=Role.ADMIN), MAYA])

    assert [LIN, MAYA] == await stores.users.everyone()


async def test_a_user_without_an_id_gets_one(stores: Stores) -> None:
    """Config names people, not ids; an empty handle is none."""
    await stores.users.seed([replace(LIN, id=UserId(""), handles={"slack": ""})])

    [user] = await stores.users.everyone()
    assert (36, {}) == (len(user.id), user.handles)
    assert user == await stores.users.by_id(user.id)


@pytest.mark.parametrize(
    "broken,key",
    [(replace(MAYA, handles={"slack": "u01"}), "handle_taken"), (replace(MAYA, email=" "), "user_without_email")],
)
async def test_a_config_that_contradicts_itself_adds_nobody(stores: Stores, broken: User, key: str) -> None:
    """Two people with one handle, or one without an e-mail: the operator is asked, and nothing is half done."""
    with pytest.raises(BadConfig) as refused:
        await stores.users.seed([LIN, broken])

    assert (key, []) == (refused.value.key, await stores.users.everyone())
