"""What an admin does about people: sees who is called what and who knocked, and says who is who. Over the real store."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.checkup import check
from bot.domain.acquaintance import OURS, Alias, Knock, Stranger
from bot.domain.ids import TurnId, UserId
from bot.domain.people import Role, User
from bot.domain.talk import Lang
from bot.errors import TellUser
from bot.home import Home
from bot.people import People
from bot.places import HERE
from bot.senses import SystemClock
from bot.terminal import Terminal
from bot.words import TomlWords, read_sentences
from tests.contracts.house import Stores
from tests.fakes.senses import NOON, SetClock

LIN = User(UserId("u-lin"), "Lin Wei", "lin@example.com", Role.REP, "east", "Asia/Shanghai", {"wecom": "LinWei"})
ROOT = User(UserId("u-root"), "Root", "root@example.com", Role.ADMIN, "", "UTC")


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    """A house with Lin and Root."""
    stores = Stores(tmp_path / "tandem.db")
    await stores.users.seed([LIN, ROOT])
    yield stores
    stores.close()


async def knocks(stores: Stores, handle: str, kind: Stranger = Stranger.UNKNOWN, workspace: str = "T1") -> None:
    """Somebody writes."""
    knock = Knock(Alias("slack", workspace, handle), "slack", "Kim", kind, 1, NOON, NOON)
    await stores.knocks.note(knock, TurnId(stores.ids.new()), silence_s=3600)


async def refusal(people: People, verb: str, *args: str) -> str:
    """Why a verb does nothing."""
    with pytest.raises(TellUser) as stop:
        await people.verbs()[verb](*args)
    return stop.value.key


async def test_people_are_listed_with_what_platforms_call_them(stores: Stores) -> None:
    """By name."""
    told = await People(stores.users, stores.knocks).list()

    assert [("Lin Wei", [{"channel": "wecom", "workspace": OURS, "handle": "LinWei"}]), ("Root", [])] == [
        (one["name"], one["handles"]) for one in told
    ]


async def test_knocks_tell_who_and_how_often(stores: Stores) -> None:
    """And when, and nothing that was said."""
    people = People(stores.users, stores.knocks)
    await knocks(stores, "U7")
    stores.move(minutes=3)
    await knocks(stores, "U7")

    [told] = await people.knocked()
    assert told == {
        "channel": "slack", "workspace": "T1", "handle": "U7", "name": "Kim", "kind": "unknown", "times": 2,
        "first_at": "2026-07-14T12:00:00+00:00", "last_at": "2026-07-14T12:03:00+00:00",
    }  # fmt: skip


async def test_admin_links_who_knocked_where_they_knocked(stores: Stores) -> None:
    """In any case; from then on they knock no more, and it is in the audit as the admin's deed."""
    people = People(stores.users, stores.knocks)
    await knocks(stores, "U7")

    told = await people.link("Slack", " u7 ", "lin@example.com")

    assert ("slack", "T1", "U7", "Lin Wei") == tuple(told[one] for one in ("channel", "workspace", "handle", "name"))
    found = await stores.users.by_handle(Alias("slack", "T1", "u7"))
    assert (LIN.id, []) == (found and found.id, list(await people.knocked()))
    assert [ROOT.id] == [one.payload["by"] for one in await stores.events.since(0) if one.type == "handle.linked"]


async def test_admin_names_somebody_who_has_not_come_yet(stores: Stores) -> None:
    """In our own workspace, as the config would; the bot of WeCom is WeCom."""
    people = People(stores.users, stores.knocks)

    told = await people.link("wecom_bot", "WangMin", "u-root")

    assert (OURS, "wecom") == (told["workspace"], told["channel"])
    assert await stores.users.by_handle(Alias("wecom", OURS, "wangmin"))


async def test_guest_may_be_named_and_an_outsider_not(stores: Stores) -> None:
    """Whoever is of another workspace stays outside, whatever an admin types."""
    people = People(stores.users, stores.knocks)
    await knocks(stores, "UG", Stranger.GUEST)
    await knocks(stores, "UX", Stranger.OUTSIDER, "T2")

    told, refused = await people.link("slack", "UG", "Lin Wei"), await refusal(people, "people_link", "slack", "UX", "Lin Wei")

    assert ("T1", "handle_outside") == (told["workspace"], refused)


@pytest.mark.parametrize(
    "args,key",
    [
        (("fax", "U7", "Lin Wei"), "no_such_platform"), (("slack", "U7", "Nobody"), "no_such_person"),
        (("slack", " ", "Lin Wei"), "no_such_handle"), (("slack", "U" * 129, "Lin Wei"), "no_such_handle"),
        (("wecom", "linwei", "Root"), "handle_taken_by"),
    ],
)  # fmt: skip
async def test_link_that_makes_no_sense_is_refused(stores: Stores, args: tuple[str, str, str], key: str) -> None:
    """By name."""
    assert key == await refusal(People(stores.users, stores.knocks), "people_link", *args)


async def test_link_is_undone(stores: Stores) -> None:
    """Once, whatever workspace it was in."""
    people = People(stores.users, stores.knocks)
    await knocks(stores, "U7")
    await people.link("slack", "U7", "Lin Wei")

    told = await people.unlink("slack", "u7")

    assert ("T1", "Lin Wei") == (told["workspace"], told["name"])
    assert (None, "no_such_handle") == (
        await stores.users.by_handle(Alias("slack", "T1", "U7")), await refusal(people, "people_unlink", "slack", "U7")
    )


@pytest.mark.parametrize("lang,line", [(Lang.ZH, "有1个不认识的人最近7天来找过搭档"), (Lang.EN, "1 unknown people wrote to Tandem")])
async def test_check_tells_of_those_who_knocked_lately(tmp_path: Path, lang: Lang, line: str) -> None:
    """Who knocked longer ago is left out; and in a home that an older Tandem made nobody is looked for."""
    home, config = Home(tmp_path / "home"), tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")
    home.make()
    stores = Stores(home.truth, SetClock(SystemClock().now() - timedelta(days=8)))
    await knocks(stores, "U6")
    stores.move(days=7)
    await knocks(stores, "U7")
    found = [one for one in await asyncio.to_thread(check, config, home) if one["key"] == "check_knocks"]
    await stores.database.write(lambda each: each.execute("DROP TABLE knocks").rowcount)
    older = [one for one in await asyncio.to_thread(check, config, home) if one["key"] == "check_knocks"]
    stores.close()

    words = TomlWords(read_sentences(HERE / "cli.toml"))
    assert ([{"count": 1, "who": "slack:U7 Kim"}], []) == ([one["facts"] for one in found], older)
    assert line in words.say("check_knocks", lang, **found[0]["facts"])


@pytest.mark.parametrize(
    "lang,lines",
    [
        (Lang.ZH, ["slack:U7  Kim  还不认识  3次  最近 2026-07-14 12:03  最早 2026-07-14 12:00",
                   "认识的话:tandem people link slack U7 邮箱"]),
        (Lang.EN, ["slack:U7  Kim  not known  3 times  last 2026-07-14 12:03  first 2026-07-14 12:00",
                   "If you know them: tandem people link slack U7 EMAIL"]),
    ],
)  # fmt: skip
def test_knocks_are_shown_with_what_to_do(capsys: pytest.CaptureFixture[str], lang: Lang, lines: list[str]) -> None:
    """One a line, then how to link the first who can be."""
    terminal = Terminal(TomlWords(read_sentences(HERE / "cli.toml")), lang, as_json=False)
    knock = {
        "channel": "slack", "workspace": "T1", "handle": "U7", "name": "Kim", "kind": "unknown", "times": 3,
        "first_at": "2026-07-14T12:00:00+00:00", "last_at": "2026-07-14T12:03:00+00:00",
    }  # fmt: skip

    terminal.show_knocks([knock])

    assert lines == capsys.readouterr().out.splitlines()
