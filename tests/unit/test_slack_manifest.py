"""The manifest that an admin pastes, and what the check finds of an app that was made with it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.channels.finding import Found
from bot.channels.slack.api import SlackApi
from bot.channels.slack.builder import slack_check
from bot.channels.slack.door import SlackDoor
from bot.channels.slack.manifest import EVENTS, SCOPES, manifest
from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.secrets import SlackSecrets
from tests.fakes.listening import listening
from tests.fakes.senses import SetClock
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Slack, slack_platform
from tests.unit.slack_lobby import WORDS, Shelf

URL = "https://tandem.example"


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("socket", [True, False])
async def test_slack_takes_the_manifest_as_it_is(lang: Lang, *, socket: bool) -> None:
    """In either language, over HTTP or a socket; it asks for no right that we do not use."""
    made = manifest(WORDS, lang, public_url="" if socket else f"{URL}/", socket=socket)
    async with slack_platform(SetClock()) as slack:
        complaints = slack.install(made)
        scopes, events = slack.space.scopes, slack.space.subscribed

    assert ([], set(SCOPES), set(EVENTS)) == (complaints, set(scopes), set(events))
    backs = [] if socket else [[f"{URL}/slack/oauth"]]
    assert backs == named(made, "redirect_urls")
    addresses = [] if socket else [f"{URL}/slack/events"] * 3
    assert addresses == [*named(made, "request_url"), *named(made, "url")]


def named(raw: object, name: str) -> list[Any]:
    """Every value called so."""
    if isinstance(raw, Mapping):
        return [*([raw[name]] if name in raw else []), *(found for inner in raw.values() for found in named(inner, name))]
    return [found for inner in raw for found in named(inner, name)] if isinstance(raw, list) else []


@pytest.mark.parametrize("url", ["", "http://tandem.example"])
def test_slack_calls_nothing_but_https(url: str) -> None:
    """Without such an address there is Socket Mode, and the error says so."""
    with pytest.raises(BadConfig, match="slack_manifest_needs_url"):
        manifest(WORDS, Lang.EN, public_url=url)


def test_manifest_is_printed_without_a_home_and_without_slacks_packages(tmp_path: Path) -> None:
    """One command, nothing kept, nothing heavy."""
    code = "import sys; from bot.cli import main; code = main(sys.argv[1:]); print('slack_sdk' in sys.modules); sys.exit(code)"
    asked = ["--home", str(tmp_path / "home"), "slack", "manifest", "--url", URL]
    environment = {**os.environ, "LANG": "zh_CN.UTF-8"}
    done = subprocess.run([sys.executable, "-c", code, *asked], capture_output=True, text=True, check=True, env=environment)
    printed, _, heavy = done.stdout.strip().rpartition("\n")

    assert ("问问搭档", "False") == (json.loads(printed)["features"]["shortcuts"][0]["name"], heavy)
    assert [] == list(tmp_path.iterdir())


async def found(slack: Slack, secrets: SlackSecrets, public_url: str = "") -> list[Found]:
    """What the check says."""
    return [one async for one in slack_check(secrets, slack.url, public_url, SetClock())]


async def test_check_finds_an_app_in_order() -> None:
    """Token, rights and the socket, each asked for."""
    async with slack_platform(SetClock()) as slack:
        slack.install(manifest(WORDS, Lang.EN, socket=True))
        told = await found(slack, SlackSecrets(BOT_TOKEN, app_token=APP_TOKEN))

    assert [("on", "check_slack_app"), ("on", "check_slack_scopes_on"), ("on", "check_slack_socket_on")] == [one[:2] for one in told]


async def test_check_finds_what_is_missing() -> None:
    """A right that the app lacks by name, a socket that its token does not open, a wrong token by Slack's word for it."""
    async with slack_platform(SetClock()) as slack:
        slack.install(manifest(WORDS, Lang.EN, socket=True))
        slack.space.scopes.discard("files:read")
        told = await found(slack, SlackSecrets(BOT_TOKEN, "", "xapp-wrong"))
        wrong = await found(slack, SlackSecrets("xoxb-wrong", SIGNING_SECRET))
        nowhere = await found(slack, SlackSecrets(BOT_TOKEN, SIGNING_SECRET))

    lacking = Found("wrong", "check_slack_scopes", {"scopes": "files:read"})
    assert [lacking, Found("wrong", "check_slack_socket", {"code": "invalid_auth"})] == told[1:]
    assert [Found("wrong", "check_slack_token", {"code": "invalid_auth"})] == wrong
    assert ("off", "check_slack_no_url") == nowhere[-1][:2]


async def test_check_says_when_slack_is_away() -> None:
    """Nothing else can be known then."""
    async with slack_platform(SetClock()) as slack:
        url = slack.url
    told = [one async for one in slack_check(SlackSecrets(BOT_TOKEN, SIGNING_SECRET), url, "", SetClock())]

    assert [("wrong", "check_slack_away")] == [one[:2] for one in told]


async def test_check_calls_its_own_address() -> None:
    """As Slack does when it is saved: our own door answers it, with the right secret alone."""
    async with slack_platform(SetClock()) as slack:
        door = SlackDoor(SlackApi(BOT_TOKEN, slack.url), SIGNING_SECRET, Shelf().keep, WORDS, SetClock())
        async with listening(door) as address:
            right = await found(slack, SlackSecrets(BOT_TOKEN, SIGNING_SECRET), address)
            wrong = await found(slack, SlackSecrets(BOT_TOKEN, "another"), address)
        dead = await found(slack, SlackSecrets(BOT_TOKEN, SIGNING_SECRET), address)

    keys = [one[-1].key for one in (right, wrong, dead)]
    assert ["check_slack_callback", "check_slack_callback_dead", "check_slack_callback_dead"] == keys
    assert 401 == wrong[-1].facts["why"]
