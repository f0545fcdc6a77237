"""How signing in is set up: what stops the start, what `tandem check` says of each way, and what the providers answer to it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.checkup import check
from bot.config import channel_secrets, load
from bot.domain.entering import Device, Oidc, device_of, is_safe
from bot.errors import BadConfig
from bot.home import Home
from bot.secrets import OidcSecrets
from tests.fakes.openid import CLIENT_ID, SECRET, OpenIdProvider

SLACK = {"SLACK_BOT_TOKEN": "xoxb", "SLACK_SIGNING_SECRET": "s"}
VOUCHING = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "cs"}
WECOM = {"WECOM_CORP_ID": "ww1", "WECOM_AGENT_ID": "1", "WECOM_SECRET": "s", "WECOM_TOKEN": "t", "WECOM_AES_KEY": "A" * 43}
URL = "https://tandem.example"


def written(folder: Path, text: str) -> Path:
    """A config."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def oidc(issuer: str, more: str = "") -> str:
    """A table."""
    return f'[signin.oidc]\nissuer = "{issuer}"\nclient_id = "{CLIENT_ID}"\n{more}\n'


@pytest.mark.parametrize("text, key", [
    ("[signin]\nlasts_hours = 0", "signin.lasts_hours"), ("[signin]\nidle_hours = 9000", "signin.idle_hours"),
    (oidc("http://id.example"), "signin.oidc.issuer"), (oidc("https://id.example?x=1"), "signin.oidc.issuer"),
    (oidc("https://u:p@id.example"), "signin.oidc.issuer"), (oidc("ftp://id.example"), "signin.oidc.issuer"),
    ('[signin.oidc]\nissuer = "https://id.example"', "signin.oidc.client_id"), ('[signin.oidc]\nclient_id = "x"', "signin.oidc.issuer"),
    (oidc("https://id.example", 'domains = ["@example.com"]'), "signin.oidc.domains"),
    (oidc("https://id.example", 'domains = ["Example.com"]'), "signin.oidc.domains"),
])
def test_what_does_not_fit_stops_the_start_by_name(tmp_path: Path, text: str, key: str) -> None:
    """Hours, addresses to which a secret may not travel, half of a provider, what is no domain."""
    with pytest.raises(BadConfig) as refused:
        load(written(tmp_path, text), {})

    assert ("config_bad_value", key) == (refused.value.key, refused.value.facts["key"])


def test_provider_is_read(tmp_path: Path) -> None:
    """The button says the host where nobody named it."""
    config = load(written(tmp_path, oidc("https://id.example/realms/a/", 'domains = ["example.com"]')), {})

    assert Oidc("https://id.example/realms/a/", CLIENT_ID, ("example.com",)) == config.signin.oidc
    assert "id.example" == config.signin.oidc.shown


def test_secrets_of_signing_in_come_by_the_environment_and_are_not_printed() -> None:
    """Slack's both or neither."""
    told = channel_secrets({**SLACK, **VOUCHING, "OIDC_CLIENT_SECRET": SECRET})
    with pytest.raises(BadConfig, match="SLACK_CLIENT_SECRET"):
        channel_secrets({**SLACK, "SLACK_CLIENT_ID": "1.2"})

    assert (OidcSecrets(SECRET), "1.2") == (told.oidc, told.slack.client_id if told.slack else "")
    assert (False, False) == (SECRET in repr(told), "'cs'" in repr(told))


SAYINGS: list[tuple[dict[str, str], str, dict[str, str]]] = [
    ({}, "", {"check_signin": "on", "check_signin_oidc_off": "off"}),
    (WECOM, "", {"check_signin_wecom_off": "off"}),
    (WECOM, f'[server]\npublic_url = "{URL}/"\n', {"check_signin_wecom": "on"}),
    (SLACK, "", {"check_signin_slack_off": "off"}),
    ({**SLACK, **VOUCHING}, "", {"check_signin_slack_url": "off"}),
    ({**SLACK, **VOUCHING}, f'[server]\npublic_url = "{URL}"\n', {"check_signin_slack": "on"}),
    ({}, oidc("https://id.example"), {"channel_half_configured": "wrong"}),
    ({"OIDC_CLIENT_SECRET": "x"}, oidc("https://id.example"), {"check_signin_oidc": "on"}),
    ({"OIDC_CLIENT_SECRET": "x"}, '[access]\nunknown = "rep"\n' + oidc("https://id.example"), {"check_signin_domains": "warn"}),
]


@pytest.mark.parametrize("environment, text, told", SAYINGS, ids=lambda one: "-".join(one) if isinstance(one, dict) else "")
def test_check_says_which_ways_are_on_and_what_the_others_lack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], text: str, told: dict[str, str]
) -> None:
    """With the address that the platform must be told."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = {one["key"]: one for one in check(written(tmp_path, text), Home(tmp_path / "home"))}

    assert told == {key: found[key]["state"] for key in told if key in found}
    backs = [one["facts"]["back"] for one in found.values() if one["state"] == "on" and "back" in one["facts"]]
    assert [] == [back for back in backs if not back.startswith(("https://tandem.example/", "http://127.0.0.1:8080/"))]


@pytest.mark.parametrize("lie, said", [
    ({}, ("on", "check_signin_answers")), ({"published": []}, ("wrong", "check_signin_no_keys")),
    ({"told": {"issuer": "https://other.example"}}, ("wrong", "check_signin_silent")),
])
async def test_check_asks_the_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lie: dict[str, Any], said: tuple[str, str]
) -> None:
    """What it tells about itself, and its keys; no code, no secret. The check brings a loop of its own."""
    monkeypatch.setenv("OIDC_CLIENT_SECRET", SECRET)
    provider = OpenIdProvider(**lie)
    async with provider.running():
        path = written(tmp_path, oidc(provider.url))
        found = await asyncio.to_thread(check, path, Home(tmp_path / "home"), online=True)

    assert said in [(one["state"], one["key"]) for one in found]
    assert 0 == provider.asks["/token"]


@pytest.mark.parametrize("agent, device", [
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", ("chrome", "windows")),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15", ("safari", "mac")),
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", ("edge", "windows")),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) wxwork/4.1.22 MicroMessenger/7.0.1", ("wecom", "ios")),
    ("Mozilla/5.0 (Linux; Android 14; SM-S911B) SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36", ("samsung", "android")),
    ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0", ("chrome", "harmony")),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0", ("firefox", "linux")),
    ("curl/8.5", ("", "")), ("", ("", "")), ("x" * 100_000 + "firefox", ("", "")),
])
def test_device_is_known_by_name_or_not_at_all(agent: str, device: tuple[str, str]) -> None:
    """Out of a list of ours: no word of the header is kept."""
    assert Device(*device) == device_of(agent)


@pytest.mark.parametrize("url, safe", [
    ("https://id.example", True), ("https://id.example:8443/realms/a", True), ("http://127.0.0.1:9000", True), ("http://localhost/a", True),
    ("http://id.example", False), ("https://", False), ("https://id.example#x", False), ("https://id .example", False),
    ("//id.example", False), ("http://127.0.0.1.evil.example", False), ("https://[::1", False), ("", False),
])
def test_secret_travels_by_https_or_stays_at_home(url: str, safe: bool) -> None:  # noqa: FBT001 - the expectation
    """And to no address with a name and a password in it."""
    assert safe is is_safe(url)
