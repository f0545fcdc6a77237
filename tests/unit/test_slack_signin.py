"""Signing in by Slack's word: from the page over the private line to the fake workspace, and whom of it we know."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.badges.openid import Client, OpenId
from bot.badges.slack import TEAM as TEAM_CLAIM
from bot.badges.slack import USER as USER_CLAIM
from bot.badges.slack import SlackBadge
from bot.channels.slack.api import SlackApi
from bot.channels.slack.directory import SlackDirectory
from bot.domain.people import Role
from bot.turns.strangers import Strangers
from tests.fakes.openid import CLIENT_ID, SECRET
from tests.fakes.slack import BOT_TOKEN, TEAM, Person, Slack, slack_platform
from tests.unit.signin_street import ANN, URL, WORDS, Street, street, walked

THERE, BACK = "/slack/sign-in", "/slack/oauth"


class Lobby:
    """A street with a workspace at its end, in which our app is."""

    def __init__(self, here: Street, slack: Slack, api: SlackApi) -> None:
        self.here = here
        self.slack = slack
        self.api = api

        async def home() -> str:
            return (await api.team()).id

        openid = OpenId(Client(slack.base, CLIENT_ID, SECRET, URL + BACK, pkce=False), here.clock)
        here.stack.push_async_callback(openid.close)
        here.badges["slack"] = SlackBadge(openid, home)
        self.strangers = Strangers(
            here.users, here.knocks, here.links, here.outbox, WORDS, here.clock, here.ids, "link", "UTC",
            {"slack": home}, {"slack": SlackDirectory(api)},
        )  # fmt: skip
        here.knows("link", self.strangers)

    def sits(self, person: Person, team: str = TEAM) -> None:
        """This one is at the browser, signed in to Slack."""
        self.slack.space.people[person.id] = person
        self.slack.openid.person = {
            "sub": person.id, TEAM_CLAIM: team, USER_CLAIM: person.id, "email": person.email, "email_verified": person.confirmed,
            "name": person.name,
        }  # fmt: skip

    async def tries(self) -> tuple[int, str]:
        """Status, and who is in, of a new browser that went all the way."""
        browser = await self.here.browser()
        answer = await walked(browser, THERE)
        return answer.status_code, await self.here.is_in(browser)


@pytest.fixture
async def lobby(tmp_path: Path) -> AsyncIterator[Lobby]:
    """Lin is U1 there, says our config."""
    async with street(tmp_path) as here, slack_platform(here.clock) as slack:
        api = SlackApi(BOT_TOKEN, slack.url)
        yield Lobby(here, slack, api)
        await api.close()


async def test_member_is_let_in_as_themselves(lobby: Lobby) -> None:
    """By their id, whatever their address; at our workspace, without a secret on the way."""
    lobby.sits(Person("U1", "Lin", "someone@elsewhere.example"))
    came = await lobby.tries()
    way = parse_qs(urlsplit((await (await lobby.here.browser()).get(THERE)).headers["location"]).query)

    assert (303, "lin") == came
    assert ([TEAM], [URL + BACK], False, False) == (way["team"], way["redirect_uri"], "code_challenge" in way, SECRET in str(way))


async def test_proof_is_given_once_slack_takes_it(lobby: Lobby) -> None:
    """By its own word."""
    lobby.slack.openid.pkce = True
    lobby.sits(Person("U1", "Lin"))
    way = parse_qs(urlsplit((await (await lobby.here.browser()).get(THERE)).headers["location"]).query)

    assert (["S256"], (303, "lin")) == (way["code_challenge_method"], await lobby.tries())


async def test_member_of_another_workspace_is_nobody_here(lobby: Lobby) -> None:
    """Even one who is called there as one of ours is here."""
    lobby.sits(Person("U1", "Lin", "lin@example.com"), team="T0OTHER")

    assert ((401, ""), ["slack_other_team"]) == (await lobby.tries(), lobby.here.said)


async def test_colleague_whom_slack_knows_by_a_confirmed_address_is_known_from_now_on(lobby: Lobby) -> None:
    """In the chat as at the page, where they are greeted."""
    lobby.sits(Person("U2", "Ann", "ann@example.com"))
    came = await lobby.tries()

    assert (303, "ann") == came
    assert [("slack", TEAM, "U2")] == [(one.platform, one.workspace, one.handle) for one in await lobby.here.users.aliases(ANN.id)]


@pytest.mark.parametrize("person", [
    Person("U3", "New", "new@example.com"), Person("U2", "Ann", "ann@example.com", confirmed=False),
    Person("U2", "Ann", "ann@example.com", guest=True), Person("U2", "Ann", "ann@example.com", deleted=True),
    Person("U2", "Ann", "ann@example.com", bot=True),
], ids=lambda one: f"{one.id}-{one.confirmed}-{one.guest}-{one.deleted}-{one.bot}")
async def test_whom_we_do_not_know_is_told_to_write_first(lobby: Lobby, person: Person) -> None:
    """A new member, one with an address that nobody confirmed, a guest, one who left, a bot: no page makes them known."""
    lobby.sits(person)

    assert ((401, ""), ["slack_stranger"]) == (await lobby.tries(), lobby.here.said)
    assert [] == list(await lobby.here.users.aliases(ANN.id))


async def test_new_member_becomes_a_rep_where_the_house_wants_it(lobby: Lobby) -> None:
    """As by writing in the chat; a guest does not."""
    lobby.strangers = Strangers(**{**vars(lobby.strangers), "unknown": "rep"})
    lobby.here.knows("rep", lobby.strangers)
    lobby.sits(Person("U3", "New", "new@example.com"))
    came = await lobby.tries()
    [made] = await lobby.here.users.named("new@example.com")
    lobby.sits(Person("U4", "Guest", "guest@example.com", guest=True))

    assert ((303, made.id), Role.REP, (401, "")) == (came, made.role, await lobby.tries())


async def test_slacks_no_is_told_and_slack_away_is_too(lobby: Lobby) -> None:
    """It says no with 200."""
    lobby.sits(Person("U1", "Lin"))
    browser = await lobby.here.browser()
    state = parse_qs(urlsplit((await browser.get(THERE)).headers["location"]).query)["state"][0]
    refused = await browser.get(BACK, params={"code": "made-up", "state": state})
    lobby.slack.openid.moods["/openid/connect/keys"] = "500"
    away = await walked(await lobby.here.browser(), THERE)

    assert (401, True, 502) == (refused.status_code, "invalid_code" in refused.text, away.status_code)
