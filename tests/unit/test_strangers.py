"""Who is met as whom, what strangers are told and how often, and what a code is good for. Over the real store, with a moved clock."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.domain.acquaintance import Alias, Link, link_in
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import Role, User, speaker_of
from bot.domain.talk import Lang, Origin, direct_thread
from bot.domain.transport import Profile
from bot.errors import NotAllowed, TellUser, TooMany, Unheard, Upstream
from bot.places import HERE
from bot.store.rows import every
from bot.turns.know import know
from bot.turns.links import Links, digest
from bot.turns.strangers import Home, Strangers
from bot.words import TomlWords, read_sentences
from tests.contracts.house import Stores
from tests.fakes.directory import ListedPeople

LIN = User(UserId("u-lin"), "Lin Wei", "lin@example.com", Role.REP, "east", "Asia/Shanghai", {"slack": "U01", "wecom": "LinWei"})
MAYA = User(UserId("u-maya"), "Maya", "maya@example.com", Role.MANAGER, "east", "Europe/Berlin")
ROOT = User(UserId("u-root"), "Root", "root@example.com", Role.ADMIN, "", "UTC")
OURS = {"slack": "T1", "wecom": "ww1", "wecom_bot": "ww1"}
WORDS = TomlWords(read_sentences(HERE / "strings.toml"))


@dataclass
class Threshold:
    """A house's door step: who comes is met, or told something."""

    stores: Stores
    unknown: str = "link"
    slack: ListedPeople = field(default_factory=ListedPeople)
    turns: int = 0

    @property
    def links(self) -> Links:
        """What makes codes and takes them."""
        return Links(self.stores.link_codes, self.stores.users, self.stores.outbox, WORDS, self.stores.clock, self.stores.ids)

    @property
    def strangers(self) -> Strangers:
        """What meets people."""
        stores = self.stores

        def tells(workspace: str) -> Home:
            async def home() -> str:
                return workspace

            return home

        return Strangers(
            stores.users, stores.knocks, self.links, stores.outbox, WORDS, stores.clock, stores.ids, self.unknown, "Asia/Shanghai",
            {channel: tells(workspace) for channel, workspace in OURS.items()}, {"slack": self.slack},
        )  # fmt: skip

    async def comes(
        self, sender: str, *, channel: str = "slack", workspace: str = "", place: str = "", turn: str = "", spoke: bool = True
    ) -> str:
        """Somebody writes: the user id they are known by, else the key of what they are told, "" for nothing."""
        self.turns += 1
        where = workspace or OURS[channel]
        origin = Origin(channel, where, sender, direct_thread(channel, where, sender))
        if place:
            origin = Origin(channel, where, sender, ThreadId(f"{channel}:{where}:{place}"), place, group=True)
        turn_id = TurnId(turn or f"turn-{self.turns}")
        try:
            speaker = await know(origin, self.stores.users, "UTC", self.strangers, turn_id=turn_id, lang=Lang.EN, spoke=spoke)
        except Unheard:
            return ""
        except NotAllowed as stop:
            self.last = WORDS.say(stop.key, Lang.EN, **stop.facts)
            return stop.key
        return speaker.user_id

    async def code_of(self, sender: str, channel: str = "slack") -> str:
        """The code that a stranger is told."""
        assert "stranger_code" == await self.comes(sender, channel=channel)
        found = re.search(r"\d{6}", self.last)
        assert found
        return found.group()

    async def types(self, user: User, text: str, *, channel: str = "web", group: bool = False, turn: str = "") -> str:
        """Somebody known types a code: what they are told, or the key of why not."""
        self.turns += 1
        wish = link_in(text)
        assert wish
        origin = Origin(channel, "", user.id, ThreadId("t"), group=group)
        try:
            answer = await self.links.redeem(wish, TurnId(turn or f"turn-{self.turns}"), origin, speaker_of(user), Lang.EN)
        except TellUser as stop:
            return stop.key
        return answer.text

    async def told(self) -> Sequence[tuple[str, str]]:
        """What leaves by the outbox meanwhile: to whom, and the words."""
        return [(one.origin.sender, one.outcome.text) for one in await self.stores.outbox.claim(50)]


@pytest.fixture
async def threshold(tmp_path: Path) -> AsyncIterator[Threshold]:
    """A house with Lin, Maya and Root; Slack knows some people more."""
    stores = Stores(tmp_path / "tandem.db")
    await stores.users.seed([LIN, MAYA, ROOT])
    threshold = Threshold(stores)
    threshold.slack.add(
        Profile("U77", "Kim", "kim@example.com", workspace_member=True),
        Profile("U02", "Maya N", "Maya@Example.com", workspace_member=True), Profile("U66", "Lin Wei", "", workspace_member=True),
        Profile("UG", "Gus", "root@example.com", workspace_member=True, guest=True),
        Profile("UB", "Bot", "root@example.com", workspace_member=True, bot=True), Profile("UX", "Xu", "root@example.com"),
    )  # fmt: skip
    yield threshold
    stores.close()


async def test_people_of_the_config_are_known_in_our_workspace_alone(threshold: Threshold) -> None:
    """In any case, on the app and on the bot; the same id in another workspace is nobody's, and no platform is asked."""
    came = (("u01", "slack"), ("linwei", "wecom"), ("LINWEI", "wecom_bot"))
    known = [await threshold.comes(sender, channel=channel) for sender, channel in came]
    elsewhere = [await threshold.comes("U01", workspace="T2"), await threshold.comes("linwei", channel="wecom", workspace="ww2")]

    assert ([LIN.id] * 3, ["stranger_refused"] * 2, []) == (known, elsewhere, threshold.slack.asked)


async def test_verified_email_makes_known_and_greets_once(threshold: Threshold) -> None:
    """The handle is kept, so the platform is asked once; the person is called by name once, in their direct chat."""
    seen = [await threshold.comes("U02"), await threshold.comes("u02", place="C1"), await threshold.comes("U02")]

    assert ([MAYA.id] * 3, ["U02"]) == (seen, threshold.slack.asked)
    assert [("U02", "Hello Maya, I know who you are.")] == await threshold.told()
    assert [Alias("slack", "T1", "U02")] == list(await threshold.stores.users.aliases(MAYA.id))


@pytest.mark.parametrize("unknown", ["link", "rep", "refuse"])
@pytest.mark.parametrize("sender", ["UG", "UB", "UX", "U404"])
async def test_guests_programs_and_outsiders_are_refused_alike(threshold: Threshold, unknown: str, sender: str) -> None:
    """Whatever the setting, and though the e-mail is an admin's: one sentence, no code, no user, and no name of ours."""
    threshold.unknown = unknown

    told = await threshold.comes(sender)

    assert "stranger_refused" == told
    assert ([], 3) == (list(await threshold.stores.link_codes.open(TurnId("x"))), len(await threshold.stores.users.everyone()))
    assert not re.search("Lin|Maya|Root|example", threshold.last)


async def test_name_without_a_verified_email_is_no_proof(threshold: Threshold) -> None:
    """Somebody may call themselves Lin Wei."""
    assert "stranger_code" == await threshold.comes("U66")


async def test_handle_of_a_colleague_does_not_follow_them_into_another_workspace(threshold: Threshold) -> None:
    """Maya became known here; who has her id elsewhere is a stranger."""
    await threshold.comes("U02")

    assert "stranger_refused" == await threshold.comes("U02", workspace="T2")


async def test_strangers_are_answered_once_an_hour(threshold: Threshold) -> None:
    """Their later messages are kept and counted; the same turn walked again gets its answer again."""
    told = [await threshold.comes(sender, turn=turn) for sender, turn in (("U77", "a"), ("U77", "b"), ("u77", "c"), ("U77", "a"))]
    threshold.stores.move(minutes=61)
    later = await threshold.comes("U77")

    [knock] = await threshold.stores.knocks.recent()
    assert (["stranger_code", "", "", "stranger_code"], "stranger_code") == (told, later)
    assert ("Kim", "unknown", "slack") == (knock.name, knock.kind, knock.channel)


async def test_who_only_looks_in_knocks_not_and_is_told_nothing(threshold: Threshold) -> None:
    """And is answered when they write; a colleague is known by looking in."""
    looked = [await threshold.comes(sender, spoke=False) for sender in ("U77", "UG", "U02")]

    assert (["", "", MAYA.id], []) == (looked, list(await threshold.stores.knocks.recent()))
    assert "stranger_code" == await threshold.comes("U77")


async def test_name_of_a_stranger_is_no_markup(threshold: Threshold) -> None:
    """Nor a command to a terminal, nor text that runs the other way, nor a page long: it stands in sentences of ours."""
    name = "Kim\x1b[2J\n<!channel> @all [x](http://evil) *\u202eeb" + "y" * 90
    threshold.slack.add(Profile("U77", name, "", workspace_member=True))
    code = await threshold.code_of("U77")

    answer = await threshold.types(MAYA, f"link {code}")

    assert ("Linked: Kim 2J !channel all x http://evil eb", True) == (answer.partition("y")[0], len(answer) < 110)


async def test_two_programs_fall_silent(threshold: Threshold) -> None:
    """A hundred messages of another bot get one answer."""
    told = [await threshold.comes("UB") for _ in range(100)]

    assert ["stranger_refused", *[""] * 99] == told


async def test_code_links_and_both_are_told(threshold: Threshold) -> None:
    """Typed by Maya on the page; from now on the stranger is Maya, and knocks no more."""
    code = await threshold.code_of("U77")

    answer = await threshold.types(MAYA, f"绑定 {code}")

    assert "Linked: Kim is you. Not you? Tell your admin right away." == answer
    assert [("U77", "We've met now, Maya. Just ask me anything.")] == await threshold.told()
    assert (MAYA.id, []) == (await threshold.comes("u77"), list(await threshold.stores.knocks.recent()))


async def test_code_is_good_once_but_for_the_turn_that_used_it(threshold: Threshold) -> None:
    """That turn may be walked again after a crash, and says the same; nobody is told twice."""
    code = await threshold.code_of("U77")
    first = await threshold.types(MAYA, f"link {code}", turn="m")

    again, other = await threshold.types(MAYA, f"link {code}", turn="m"), await threshold.types(LIN, f"link {code}")

    assert (first, "no_such_link_code") == (again, other)
    assert 1 == len(await threshold.told())


async def test_code_ends_after_a_quarter_of_an_hour_or_with_the_next(threshold: Threshold) -> None:
    """And a new one comes with the next answer."""
    old = await threshold.code_of("U77")
    threshold.stores.move(minutes=16)
    late = await threshold.types(MAYA, f"link {old}")
    threshold.stores.move(minutes=60)
    new = await threshold.code_of("U77")

    assert ("no_such_link_code", True) == (late, (await threshold.types(MAYA, f"link {new}")).startswith("Linked"))


async def test_five_wrong_codes_are_the_end_for_a_while(threshold: Threshold) -> None:
    """Even the right one is not tried then; others may go on; after a quarter of an hour it begins anew."""
    code = await threshold.code_of("U77")
    wrong = [f"link {(int(code) + number) % 1_000_000:06}" for number in range(1, 6)]
    tried = [await threshold.types(MAYA, text) for text in wrong]
    sixth = await threshold.types(MAYA, f"link {code}")
    other = await threshold.types(LIN, wrong[0])
    threshold.stores.move(minutes=16)

    assert (["no_such_link_code"] * 5, "link_too_often", "no_such_link_code") == (tried, sixth, other)
    assert "no_such_link_code" == await threshold.types(MAYA, f"link {code}")


async def test_codes_are_not_kept(threshold: Threshold) -> None:
    """What stands in the table is none of them, and differs for the same code each time."""
    code = await threshold.code_of("U77")
    [row] = await threshold.stores.database.read(lambda each: every(each, "SELECT * FROM link_codes"))

    assert code not in row.values()
    assert (digest(code, row["salt"]), True) == (row["digest"], digest(code, "00" * 16) != row["digest"])


@pytest.mark.parametrize("where", [{"group": True}, {"channel": "api"}])
async def test_codes_are_typed_by_a_person_alone(threshold: Threshold, where: dict[str, object]) -> None:
    """Not where others read along, not by a program; it costs no try."""
    code = await threshold.code_of("U77")

    refused = await threshold.types(MAYA, f"link {code}", **where)  # type: ignore[arg-type]

    assert ("link_not_here", True) == (refused, (await threshold.types(MAYA, f"link {code}")).startswith("Linked"))


async def test_no_code_is_told_in_a_group(threshold: Threshold) -> None:
    """Whoever reads along could type it."""
    told = await threshold.comes("U77", place="C1")

    assert ("stranger_in_group", []) == (told, list(await threshold.stores.link_codes.open(TurnId("x"))))


async def test_only_admins_say_who_somebody_else_is(threshold: Threshold) -> None:
    """By e-mail, in either language."""
    code = await threshold.code_of("U77")

    refused = await threshold.types(LIN, f"link {code} to maya@example.com")
    answer = await threshold.types(ROOT, f"绑定 {code} 给 maya@example.com")

    assert ("link_only_admins", "Linked: Kim is Maya.") == (refused, answer)
    assert MAYA.id == await threshold.comes("U77")


@pytest.mark.parametrize("whom,key", [("nobody@example.com", "no_such_person"), ("u-gone", "no_such_person")])
async def test_code_for_somebody_who_is_not_there_stays_good(threshold: Threshold, whom: str, key: str) -> None:
    """A user who was removed, or never was."""
    code = await threshold.code_of("U77")

    refused = await threshold.types(ROOT, f"link {code} to {whom}")

    assert (key, True) == (refused, (await threshold.types(MAYA, f"link {code}")).startswith("Linked"))


async def test_removed_user_links_nothing_and_is_a_stranger_again(threshold: Threshold) -> None:
    """What was open at their browser is of no use, and their handle finds nobody."""
    code = await threshold.code_of("U77")
    await threshold.comes("U02")
    await threshold.stores.database.write(lambda each: each.execute("DELETE FROM handles WHERE user_id = 'u-maya'").rowcount)
    await threshold.stores.database.write(lambda each: each.execute("DELETE FROM users WHERE id = 'u-maya'").rowcount)

    assert ("no_such_person", "stranger_code") == (await threshold.types(MAYA, f"link {code}"), await threshold.comes("U02"))


async def test_nobody_is_talked_into_lending_their_name(threshold: Threshold) -> None:
    """Lin is on Slack already: a second account there is an admin's matter."""
    code = await threshold.code_of("U77")

    mine = await threshold.types(LIN, f"link {code}")
    theirs = await threshold.types(ROOT, f"link {code} to lin@example.com")

    assert ("linked_before", "Linked: Kim is Lin Wei.") == (mine, theirs)


async def test_setting_rep_makes_a_rep_of_a_colleague_once(threshold: Threshold) -> None:
    """Of team default, by the name and the e-mail that the platform vouches for, and greeted; on both of WeCom's chats the same one."""
    threshold.unknown = "rep"

    kim, again = await threshold.comes("U77"), await threshold.comes("u77")
    app, bot = await threshold.comes("wang", channel="wecom"), await threshold.comes("WANG", channel="wecom_bot")

    made = await threshold.stores.users.by_id(UserId(kim))
    assert made
    assert (True, True, 5) == (kim == again, app == bot, len(await threshold.stores.users.everyone()))
    assert ("Kim", "kim@example.com", Role.REP, "default") == (made.name, made.email, made.role, made.team)
    assert ["Hello Kim, I know who you are.", "Hello wang, I know who you are."] == [text for _, text in await threshold.told()]


async def test_setting_refuse_tells_colleagues_to_ask_an_admin(threshold: Threshold) -> None:
    """Without a code."""
    threshold.unknown = "refuse"

    assert ("unknown_person", []) == (await threshold.comes("U77"), list(await threshold.stores.link_codes.open(TurnId("x"))))


async def test_platform_that_cannot_say_who_it_is_is_asked_again_later(threshold: Threshold) -> None:
    """Nobody is taken for a stranger because of a failure."""
    threshold.slack.down = True
    with pytest.raises(Upstream):
        await threshold.comes("U02")
    threshold.slack.down = False

    assert (MAYA.id, []) == (await threshold.comes("U02"), list(await threshold.stores.knocks.recent()))


async def test_nobody_is_sent_away_while_their_channel_is_off(threshold: Threshold) -> None:
    """A house without Slack's secrets meets what was sent before: it cannot tell whose workspace that was."""
    origin = Origin("slack", "T1", "U01", direct_thread("slack", "T1", "U01"))
    alone = replace(threshold.strangers, homes={})

    with pytest.raises(Upstream):
        await know(origin, threshold.stores.users, "UTC", alone, turn_id=TurnId("a"))

    assert [] == list(await threshold.stores.knocks.recent())


async def test_too_many_codes_says_when_to_come_again(threshold: Threshold) -> None:
    """In minutes for a person."""
    for number in range(5):
        await threshold.types(MAYA, f"link 00000{number}")

    with pytest.raises(TooMany) as stop:
        await threshold.links.redeem(Link("000009"), TurnId("last"), Origin("web", "", MAYA.id, ThreadId("t")), speaker_of(MAYA), Lang.ZH)

    assert "错了太多次,15分钟后再试。" == WORDS.say(stop.value.key, Lang.ZH, **stop.value.facts)


@pytest.mark.parametrize(
    "text,wish",
    [
        ("绑定 123456", Link("123456")), ("绑定123456。", Link("123456")), ("link 123456", Link("123456")),
        ("LINK: 123 456", Link("123456")), ("“绑定 123456”", Link("123456")),
        ("绑定:123456", Link("123456")), ("link 123-456!", Link("123456")),
        ("绑定 123456 给 lin@example.com", Link("123456", "lin@example.com")), ("link 123456 to Lin Wei.", Link("123456", "Lin Wei")),
        ("绑定 12345", None), ("link 1234567", None), ("123456", None), ("怎么绑定我的账号", None), ("link 123456 and the price?", None),
        ("订单 123456 给 海蓝", None),
    ],
)  # fmt: skip
def test_wish_to_link_is_read(text: str, wish: Link | None) -> None:
    """In both languages, with blanks and full-width digits; nothing else is one."""
    assert wish == link_in(text)
