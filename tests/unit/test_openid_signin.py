"""Signing in with the company's account: from the page over the private line to a provider of OpenID Connect, and what must hold."""

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey

from bot.badges.company import CompanyBadge
from bot.badges.openid import Client, OpenId
from bot.badges.wire import WITHIN_S
from bot.domain.acquaintance import Alias, Link
from bot.domain.ids import ThreadId, TurnId
from bot.domain.people import Role, speaker_of
from bot.domain.talk import Lang, Origin
from tests.fakes.openid import CLIENT_ID, DISCOVERY, EC, OTHER_RSA, RSA, SECRET, OpenIdProvider
from tests.unit.signin_street import ANN, LIN, SESSION, URL, Street, street, walked

THERE, BACK = "/oidc/sign-in", "/oidc/callback"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"
SHORT_S = 0.3


class Lobby:
    """A street with a provider at its end."""

    def __init__(self, here: Street, provider: OpenIdProvider) -> None:
        self.here = here
        self.provider = provider
        self.numbers = itertools.count(10)
        self.openid = self.another()
        provider.person = {"sub": "s-lin", "email": "lin@example.com", "email_verified": True, "name": "Lin Yu"}
        self.trusts()

    def trusts(self, *domains: str) -> None:
        """Which e-mail addresses are ours."""
        self.here.badges["oidc"] = CompanyBadge(self.openid, domains)

    def another(self, within_s: float = WITHIN_S) -> OpenId:
        """Our side anew, as after a restart. within_s: how long it waits."""
        client = Client(self.provider.url, CLIENT_ID, SECRET, URL + BACK)
        openid = OpenId(client, self.here.clock, within_s=within_s)
        self.here.stack.push_async_callback(openid.close)
        return openid

    async def tries(self, **lies: str) -> tuple[int, str]:
        """Status, and who is in, of a new browser at another address that went all the way."""
        browser = await self.here.browser(f"203.0.113.{next(self.numbers)}")
        answer = await walked(browser, THERE, lies)
        return answer.status_code, await self.here.is_in(browser)


@pytest.fixture
async def lobby(tmp_path: Path) -> AsyncIterator[Lobby]:
    """Lin sits at the provider."""
    async with street(tmp_path) as here, OpenIdProvider(here.clock).running() as provider:
        yield Lobby(here, provider)


async def test_person_comes_in_as_whoever_has_their_verified_email(lobby: Lobby) -> None:
    """Once; from then on by what the provider calls them, whatever becomes of the address."""
    first = await lobby.tries()
    lobby.provider.person = {"sub": "s-lin", "email": "yu.lin@elsewhere.example", "email_verified": False}
    again = await lobby.tries()
    aliases = await lobby.here.users.aliases(LIN.id)

    assert ((303, "lin"), (303, "lin")) == (first, again)
    assert Alias("oidc", lobby.provider.url, "s-lin") in aliases


async def test_way_there_binds_the_answer_and_tells_no_secret(lobby: Lobby) -> None:
    """State, nonce and PKCE's challenge differ each time; the state is the browser's alone to bring back."""
    browser = await lobby.here.browser()
    told = [parse_qs(urlsplit((await browser.get(THERE)).headers["location"]).query) for _ in range(2)]
    cookie = (await browser.get(THERE)).headers["set-cookie"]

    names = ("client_id", "redirect_uri", "response_type", "code_challenge_method", "scope")
    assert {(CLIENT_ID, URL + BACK, "code", "S256", "openid email profile")} == {tuple(one[name][0] for name in names) for one in told}
    assert [2, 2, 2] == [len({one[name][0] for one in told}) for name in ("state", "nonce", "code_challenge")]
    assert SECRET not in str(told)
    assert all(mark in cookie for mark in ("__Host-tandem-state-oidc=", "Secure", "HttpOnly", "SameSite=lax"))


SOON, LONG_AGO = 300, -86_400
WORDS_THAT_DO_NOT_HOLD: list[dict[str, Any]] = [
    {"nonce": "another"}, {"nonce": None}, {"aud": "somebody-else"}, {"aud": None}, {"aud": [CLIENT_ID, "other"]},
    {"azp": "somebody-else"}, {"iss": "https://evil.example"}, {"iss": None}, {"exp": LONG_AGO}, {"exp": None}, {"iat": None},
    {"nbf": SOON}, {"at_hash": "AAAA"}, {"sub": None}, {"sub": ""}, {"sub": ["a"]}, {"sub": "x" * 300}, {"exp": "soon"},
]  # fmt: skip


async def test_word_that_does_not_hold_lets_nobody_in(lobby: Lobby) -> None:
    """For another, from another, of another time, or unfinished. Numbers are seconds from now."""
    now, believed = int(lobby.here.clock.now().timestamp()), []
    for lies in WORDS_THAT_DO_NOT_HOLD:
        lobby.provider.lies = {name: now + value if isinstance(value, int) else value for name, value in lies.items()}
        if (401, "") != await lobby.tries():
            believed.append(lies)
    lobby.provider.lies = {}

    assert ([], {"badge_untrue"}, (303, "lin")) == (believed, set(lobby.here.said), await lobby.tries())


@pytest.mark.parametrize("key, alg", [
    (RSA, "none"), (OctKey.import_key(SECRET * 2, {"kid": "one"}), "HS256"), (OTHER_RSA, "RS256"), (EC, "ES256"),
])
async def test_word_signed_by_nobody_or_by_another_lets_nobody_in(lobby: Lobby, key: Any, alg: str) -> None:  # noqa: ANN401 - of several kinds
    """No signature and no keys, one by a secret that we know too, one by keys that the provider does not show."""
    lobby.provider.key, lobby.provider.alg = key, alg
    if alg == "none":
        lobby.provider.published = []

    assert (401, "") == await lobby.tries()
    assert ["badge_untrue"] == lobby.here.said


@pytest.mark.parametrize("key, alg", [(RSA, "PS256"), (EC, "ES256"), (OTHER_RSA, "RS512")])
async def test_provider_may_change_its_keys(lobby: Lobby, key: Any, alg: str) -> None:  # noqa: ANN401 - of several kinds
    """Those that it shows now are asked for, though not at every word that does not hold."""
    before = await lobby.tries()
    lobby.provider.key, lobby.provider.alg, lobby.provider.published, lobby.provider.lies = key, alg, [key], {"at_hash": None}
    if key is not RSA:
        assert (401, "") == await lobby.tries()
    lobby.here.clock.move(timedelta(seconds=61))
    after = await lobby.tries()

    assert ((303, "lin"), (303, "lin")) == (before, after)
    assert lobby.provider.asks["/keys"] <= 2


async def test_nobody_is_signed_in_by_somebody_elses_link(lobby: Lobby) -> None:
    """A code lets in the browser that set out for it: without its state nothing is asked; with a state of one's own, PKCE holds."""
    mine, theirs = await lobby.here.browser(), await lobby.here.browser()
    async with httpx.AsyncClient(trust_env=False) as outside:
        sent = await outside.get((await mine.get(THERE)).headers["location"])
    brought = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    their_state = parse_qs(urlsplit((await theirs.get(THERE)).headers["location"]).query)["state"][0]
    answers = [
        await theirs.get(BACK, params=brought), await mine.get(BACK, params={**brought, "state": "x"}),
        await mine.get("/slack/oauth", params=brought),
    ]
    unasked = lobby.provider.asks["/token"]
    stolen = await theirs.get(BACK, params={**brought, "state": their_state})

    assert ([403, 403, 403], 0, 401) == ([one.status_code for one in answers], unasked, stolen.status_code)
    assert (["badge_refused"], ["invalid_grant"], "") == (lobby.here.said, lobby.provider.refused, await lobby.here.is_in(theirs))


async def test_answer_of_another_provider_is_not_mixed_in(lobby: Lobby) -> None:
    """Who says that it sent them must be whom we sent them to; the code is not shown to it."""
    assert (401, "") == await lobby.tries(iss="https://evil.example")
    assert (["badge_untrue"], 0) == (lobby.here.said, lobby.provider.asks["/token"])


async def test_who_cancels_is_told_so_and_may_start_again(lobby: Lobby) -> None:
    """The provider's own word is shown as far as it is one."""
    person, lobby.provider.person = lobby.provider.person, None
    cancelled = await walked(await lobby.here.browser(), THERE)
    odd = await walked(await lobby.here.browser(), THERE, {"error": "<b>no</b>"})
    lobby.provider.person = person

    assert (401, 401, (303, "lin")) == (cancelled.status_code, odd.status_code, await lobby.tries())
    assert ("access_denied" in cancelled.text, "<b>no" in odd.text) == (True, False)


STRANGER = {"sub": "s-new", "email": "new@example.com", "email_verified": True, "name": "New <b>Person</b>"}


@pytest.mark.parametrize("unknown, domains, key", [
    ("refuse", ("example.com",), "oidc_stranger"), ("rep", (), "oidc_stranger"), ("link", (), "oidc_stranger"),
    ("rep", ("other.example",), "oidc_other_domain"),
])
async def test_whom_nobody_named_is_not_let_in(lobby: Lobby, unknown: str, domains: tuple[str, ...], key: str) -> None:
    """Unless the config says so, and the address is of a domain that it names: a provider of the whole world vouches for anybody."""
    lobby.here.knows(unknown)
    lobby.trusts(*domains)
    lobby.provider.person = STRANGER

    assert ((401, ""), [key]) == (await lobby.tries(), lobby.here.said)
    assert [] == await lobby.here.users.named("new@example.com")


async def test_who_is_refused_is_seen_to_have_knocked(lobby: Lobby) -> None:
    """By an admin, with the name that they gave themselves, made plain."""
    lobby.provider.person = STRANGER
    await lobby.tries()
    [knock] = await lobby.here.knocks.recent()

    assert ("oidc", "s-new", "New b Person /b") == (knock.alias.platform, knock.alias.handle, knock.name)


async def test_new_colleague_becomes_a_rep_where_the_house_wants_it(lobby: Lobby) -> None:
    """Of team default, with the least that anybody may do; and is the same person the next time."""
    lobby.here.knows("rep")
    lobby.trusts("example.com")
    lobby.provider.person = STRANGER
    came = [await lobby.tries(), await lobby.tries()]
    [made] = await lobby.here.users.named("new@example.com")

    assert [(303, made.id)] * 2 == came
    assert (Role.REP, "default") == (made.role, made.team)


async def test_code_makes_a_stranger_known(lobby: Lobby) -> None:
    """It is shown at the page; typed by who is known, it lets them in the next time."""
    lobby.here.knows("link")
    lobby.trusts("example.com")
    lobby.provider.person = {**STRANGER, "email": "lin.private@example.com"}
    told = await walked(await lobby.here.browser(), THERE)
    code = next(word for word in told.text.replace("”", " ").split() if word.isdigit() and len(word) == 6)
    ann = await lobby.here.users.by_id(ANN.id)
    assert ann is not None
    await lobby.here.links.redeem(Link(code), TurnId("t"), Origin("web", "", "ann", ThreadId("web:1")), speaker_of(ann), Lang.EN)

    assert (303, "ann") == await lobby.tries()


UNVERIFIED: list[dict[str, Any]] = [
    {"email_verified": False}, {"email_verified": None}, {"email_verified": 1}, {"email_verified": ["true"]}, {"email": None},
    {"email": ["lin@example.com"]}, {"email": "lin@example.com\x00"}, {"email": ""},
]  # fmt: skip


async def test_address_that_nobody_verified_is_nobodys(lobby: Lobby) -> None:
    """Whoever may write any address into their account would be anybody here."""
    person, believed = lobby.provider.person or {}, []
    for claims in UNVERIFIED:
        lobby.provider.person = {**person, **claims}
        if (401, "") != await lobby.tries():
            believed.append(claims)

    assert ([], {"oidc_stranger"}) == (believed, set(lobby.here.said))


async def test_address_that_was_given_to_another_account_lets_nobody_in_by_itself(lobby: Lobby) -> None:
    """Until an admin has unlinked the old one."""
    first = await lobby.tries()
    lobby.provider.person = {**(lobby.provider.person or {}), "sub": "s-second"}
    second = await lobby.tries()
    await lobby.here.users.unlink(Alias("oidc", lobby.provider.url, "s-lin"), ANN.id)
    then = await lobby.tries()

    assert ((303, "lin"), (401, ""), (303, "lin")) == (first, second, then)
    assert ["badge_other_account"] == lobby.here.said


MOODS = ("500", "redirect", "huge", "html", "deep")


@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/keys"])
async def test_provider_in_trouble_is_told_as_such(lobby: Lobby, path: str) -> None:
    """Nothing is followed or read without bound; once it is well again, people come in."""
    statuses = []
    for mood in MOODS:
        lobby.provider.moods[path] = mood
        lobby.here.clock.move(timedelta(seconds=4))
        browser = await lobby.here.browser()
        statuses.append((await browser.get(THERE) if path == DISCOVERY else await walked(browser, THERE)).status_code)
    lobby.provider.moods.clear()
    lobby.here.clock.move(timedelta(seconds=4))

    assert ([502] * 5, ["upstream"] * 5, 0) == (statuses, lobby.here.said, lobby.provider.asks["/elsewhere"])
    assert (303, "lin") == await lobby.tries()


async def test_provider_that_is_silent_is_left_alone_for_a_while(lobby: Lobby) -> None:
    """It is waited for within bounds, and nobody waits in a row for it."""
    lobby.openid = lobby.another(within_s=SHORT_S)
    lobby.trusts()
    lobby.provider.moods[DISCOVERY] = "hang"
    browser = await lobby.here.browser()
    statuses = [(await browser.get(THERE)).status_code for _ in range(3)]
    at_once = lobby.provider.asks[DISCOVERY]
    lobby.here.clock.move(timedelta(seconds=4))
    statuses.append((await browser.get(THERE)).status_code)

    assert ([502] * 4, 1, 2) == (statuses, at_once, lobby.provider.asks[DISCOVERY])


async def test_silent_provider_keeps_no_code_waiting(lobby: Lobby) -> None:
    """A code was brought, and the provider says nothing to it."""
    browser = await lobby.here.browser()
    lobby.openid = lobby.another(within_s=SHORT_S)
    lobby.trusts()
    lobby.provider.moods["/token"] = "hang"
    brought = {"code": "c", "state": "s"}
    browser.cookies.set("__Host-tandem-state-oidc", "s", domain="tandem.example")

    assert 502 == (await browser.get(BACK, params=brought)).status_code


ELSEWHERE: list[dict[str, Any]] = [
    {"issuer": "https://evil.example"}, {"issuer": None}, {"token_endpoint": "http://internal.example/token"},
    {"jwks_uri": "ftp://id.example/keys"}, {"jwks_uri": "https://user:pw@id.example/keys"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"token_endpoint": None}, {"jwks_uri": "http://169.254.169.254/latest"},
]  # fmt: skip


async def test_what_a_provider_tells_of_itself_leads_nowhere_else(lobby: Lobby) -> None:
    """Another's document, and addresses to which no secret may travel."""
    browser, statuses = await lobby.here.browser(), set()
    for told in ELSEWHERE:
        lobby.provider.told = told
        statuses.add((await browser.get(THERE)).status_code)

    assert ({502}, {DISCOVERY}) == (statuses, set(lobby.provider.asks))


@pytest.mark.parametrize("secret_in, pkce", [("client_secret_basic", True), ("client_secret_post", True), ("client_secret_post", False)])
async def test_secret_is_shown_as_the_provider_wants_it(lobby: Lobby, secret_in: str, pkce: bool) -> None:  # noqa: FBT001 - whether it says so
    """In a header or in the form."""
    lobby.provider.secret_in, lobby.provider.pkce = secret_in, pkce

    assert (303, "lin") == await lobby.tries()


async def test_what_was_under_way_during_a_restart_begins_again(lobby: Lobby) -> None:
    """The nonce was another process's to know."""
    browser = await lobby.here.browser()
    way = await browser.get(THERE)
    lobby.openid = lobby.another()
    lobby.trusts()
    async with httpx.AsyncClient(trust_env=False) as outside:
        sent = await outside.get(way.headers["location"])
    back = urlsplit(sent.headers["location"])
    answer = await browser.get(f"{back.path}?{back.query}")

    assert (401, (303, "lin")) == (answer.status_code, await lobby.tries())


async def test_visit_is_known_by_its_way_and_device(lobby: Lobby) -> None:
    """And the one that this browser had before has ended."""
    browser = await lobby.here.browser(agent=AGENT)
    for _ in range(2):
        await walked(browser, THERE)
    [visit] = await lobby.here.visits.kept.theirs(LIN.id)

    assert ("oidc", "firefox", "linux") == (visit.arrival.way, visit.arrival.device.app, visit.arrival.device.system)
    assert SESSION in browser.cookies
