"""The door of the pages: links, visits and their ends, how often one may try, where one goes from there. Over the real line and store."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.errors import NotAllowed, TooMany
from bot.tries import MOST_KEYS, Tries, network
from bot.visits import ADDRESS_TRIES
from tests.fakes.senses import NOON
from tests.unit.signin_street import ANN, LIN, OURS, SESSION, Street, street

SESSIONS = "/account/sessions"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 wxwork/4.1.22 MicroMessenger/7.0.1 Language/zh"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Street]:
    """Lin and Ann work here."""
    async with street(tmp_path) as here:
        yield here


async def entered(here: Street, browser: httpx.AsyncClient, wanted: str = "/", person: object = LIN) -> httpx.Response:
    """Press a link there."""
    code = await here.code(ANN if person is ANN else LIN)
    return await browser.post("/sign-in", data={"code": code, "next": wanted}, headers=OURS)


async def token(browser: httpx.AsyncClient) -> str:
    """What forms of this visit carry."""
    found = re.search(r'name="token" value="(\w+)"', (await browser.get(SESSIONS)).text)
    assert found
    return found[1]


async def visits_of(browser: httpx.AsyncClient) -> list[str]:
    """The ids of the visits that the page lists."""
    return re.findall(r'name="visit" value="(\w+)"', (await browser.get(SESSIONS)).text)


async def test_secret_that_somebody_planted_is_not_the_one_that_lets_in(here: Street) -> None:
    """A visit begins with a new secret, and the one that the browser came with is worth nothing: neither made up nor another's."""
    victim, attacker = await here.browser(), await here.browser()
    await entered(here, attacker, person=ANN)
    planted = attacker.cookies[SESSION]
    victim.cookies.set(SESSION, planted, domain="tandem.example")
    answer = await entered(here, victim)
    secret = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]

    assert (False, "lin", "") == (secret == planted, (await here.visits.speaker(secret)).user_id, await here.is_in(attacker))


async def test_each_sign_in_is_a_visit_of_its_own(here: Street) -> None:
    """And the browser's former one has ended."""
    browser = await here.browser()
    await entered(here, browser)
    before = browser.cookies[SESSION]
    await entered(here, browser)
    with pytest.raises(NotAllowed):
        await here.visits.speaker(before)

    assert (False, 1) == (before == browser.cookies[SESSION], len(await visits_of(browser)))


INSIDE = [("/reviews", "/reviews"), ("/contracts/a/b?x=1&y=%2F", "/contracts/a/b?x=1&y=%2F"), ("/?t=web:1", "/?t=web:1")]
ELSEWHERE = [
    "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/\n/evil.example", "\\\\evil.example",
    "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "", "reviews", "/sign-in?next=//evil.example", "/sign-out", "/oidc/sign-in",
    "/" + "a" * 3000, " /reviews", "/\x00", "/ //evil.example",
]  # fmt: skip


@pytest.mark.parametrize("wanted, leads", INSIDE)
async def test_who_wanted_a_page_gets_there(here: Street, wanted: str, leads: str) -> None:
    """From the page that shut them out, through the door."""
    browser = await here.browser()
    shut = await browser.get(wanted)
    door = await browser.get(shut.headers["location"])
    kept = re.search(r'name="next" value="([^"]*)"', door.text[door.text.index('action="/sign-in"'):])
    assert kept
    answer = await entered(here, browser, kept[1].replace("&amp;", "&"))

    assert (303, leads) == (answer.status_code, answer.headers["location"])


async def test_nobody_is_sent_out_of_the_house(here: Street) -> None:
    """Whatever a link or a form says; and it breaks no header."""
    led = []
    for wanted in ELSEWHERE:
        browser = await here.browser()
        answer = await entered(here, browser, wanted)
        page = await browser.get("/sign-in", params={"next": wanted})
        form = page.text[page.text.index('action="/sign-in"'):]
        if answer.headers["location"] != "/" or "x" in browser.cookies or 'name="next"' in form:
            led.append((wanted[:40], answer.headers["location"][:60]))

    assert [] == led


async def test_address_that_tries_too_often_is_told_when_to_come_again(here: Street) -> None:
    """Refusals count, people who come in do not, and another address is as welcome as before."""
    guesser, colleague = await here.browser("198.51.100.7"), await here.browser("198.51.100.8")
    guesses = [await guesser.post("/sign-in", data={"code": f"guess-{number}"}, headers=OURS) for number in range(ADDRESS_TRIES)]
    bounded = await guesser.post("/sign-in", data={"code": await here.code()}, headers=OURS)
    others = [(await entered(here, colleague)).status_code for _ in range(ADDRESS_TRIES + 5)]
    here.clock.move(timedelta(seconds=int(bounded.headers["retry-after"])))
    then = await entered(here, guesser)

    assert ([401] * ADDRESS_TRIES, 429, {303}, 303) == (
        [one.status_code for one in guesses], bounded.status_code, set(others), then.status_code,
    )
    assert 1 <= int(bounded.headers["retry-after"]) <= 3


async def test_platforms_are_not_asked_for_whoever_tries_too_often(here: Street) -> None:
    """A code that is made up costs a call to the platform, so those are counted too; one that is off is no way around it."""
    browser = await here.browser("198.51.100.7")
    statuses = set()
    for _ in range(ADDRESS_TRIES + 1):
        browser.cookies.set("__Host-tandem-state-oidc", "s", domain="tandem.example")
        statuses.add((await browser.get("/oidc/callback", params={"state": "s", "code": "x"})).status_code)

    assert ({404, 429}, "sign_in_too_often") == (statuses, here.said[-1])


async def test_person_begins_no_endless_row_of_visits() -> None:
    """Sixty an hour, and one more each minute."""
    tries = Tries("sign_in_too_often", 60, 3600)
    for _ in range(60):
        tries.take("lin", NOON)
    with pytest.raises(TooMany) as refused:
        tries.take("lin", NOON)
    tries.take("ann", NOON)
    tries.take("lin", NOON + timedelta(seconds=60))

    assert 60 == refused.value.retry_after_s


def test_no_flood_of_addresses_fills_the_memory() -> None:
    """Those who were counted longest ago are forgotten."""
    tries = Tries("sign_in_too_often", 1, 60)
    for number in range(MOST_KEYS + 10):
        tries.take(str(number), NOON)

    assert MOST_KEYS == len(tries._left)  # noqa: SLF001 - what is kept
    tries.take("0", NOON)
    with pytest.raises(TooMany):
        tries.take(str(MOST_KEYS), NOON)


@pytest.mark.parametrize("address, counted", [
    ("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::ffff:203.0.113.7", "203.0.113.7"),
    ("fe80::1%eth0", "fe80::/64"), ("unix", ""), ("", ""),
])
def test_household_counts_as_one(address: str, counted: str) -> None:
    """IPv6 gives each of them more addresses than could be counted."""
    assert counted == network(address)


async def test_person_sees_where_they_are_signed_in_and_ends_it(here: Street) -> None:
    """Each visit by its device and way; the one at hand is marked, another ends at a press, the rest at one more."""
    desk, phone, old = await here.browser(), await here.browser(agent=PHONE), await here.browser(agent="curl/8 <script>alert(1)</script>")
    for browser in (old, phone, desk):
        await entered(here, browser)
        here.clock.move(timedelta(minutes=6))
        await browser.get(SESSIONS)
    page = await desk.get(SESSIONS)
    listed = await visits_of(desk)
    here_first = page.text.index("this one") < page.text.index("WeCom · iPhone or iPad")
    ended = await desk.post(SESSIONS, data={"token": await token(desk), "action": "end", "visit": listed[1]}, headers=OURS)
    after = (await here.is_in(phone), await here.is_in(old), await here.is_in(desk))
    await desk.post(SESSIONS, data={"token": await token(desk), "action": "end_others"}, headers=OURS)

    assert (3, True, "Chrome · Windows" in page.text, "An unknown device" in page.text, "<script>alert" in page.text) == (
        len(listed), here_first, True, True, False,
    )
    assert (303, ("", "lin", "lin")) == (ended.status_code, after)
    assert (["", "lin"], 1) == ([await here.is_in(one) for one in (old, desk)], len(await visits_of(desk)))


async def test_who_ends_the_visit_at_hand_is_at_the_door(here: Street) -> None:
    """As by signing out."""
    browser = await here.browser()
    await entered(here, browser)
    [mine] = await visits_of(browser)
    answer = await browser.post(SESSIONS, data={"token": await token(browser), "action": "end", "visit": mine}, headers=OURS)

    assert ("/sign-in", False) == (answer.headers["location"], SESSION in browser.cookies)


async def test_nobody_ends_or_sees_somebody_elses_visit(here: Street) -> None:
    """By its id, with another's form, from another site, or without a form's token."""
    mine, theirs = await here.browser(), await here.browser()
    await entered(here, mine)
    await entered(here, theirs, person=ANN)
    [other] = await visits_of(theirs)
    form = {"token": await token(mine), "action": "end", "visit": other}
    answers = [
        await mine.post(SESSIONS, data=form, headers=OURS), await theirs.post(SESSIONS, data=form, headers=OURS),
        await theirs.post(SESSIONS, data={**form, "token": await token(theirs)}, headers={"Sec-Fetch-Site": "cross-site"}),
        await (await here.browser()).post(SESSIONS, data=form, headers=OURS),
    ]

    assert [404, 403, 403, 403] == [one.status_code for one in answers]
    assert ("ann", False) == (await here.is_in(theirs), other in await visits_of(mine))


async def test_door_opens_while_the_house_is_away(here: Street) -> None:
    """With a link's field alone, and a word about it when it is pressed."""
    browser = await here.browser()
    (here.folder / "s").unlink()
    shown = await browser.get("/sign-in")
    tried = await browser.get("/oidc/sign-in")

    assert (200, 503) == (shown.status_code, tried.status_code)
