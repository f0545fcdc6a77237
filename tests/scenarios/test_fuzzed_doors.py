"""Whatever is thrown at the doors of the platforms, signed or not: an answer that says whose fault it is, and never a failure of ours."""

import json
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.config import load
from bot.front import Bell, Entry, entry_of, hooks_of
from bot.home import Home
from bot.secrets import ChannelSecrets, channel_secrets
from bot.senses import SystemClock
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.web.app import web_app
from bot.web.line import Line
from tests.fakes.slack import SIGNING_SECRET, TEAM, Slack, slack_platform
from tests.fakes.wecom import Caller, WecomApp
from tests.scenarios.town import SECRETS

SLACK, WECOM = "/slack/events", "/wecom/callback"
SAID = ("hi", "续约几折?", "\x00", "\N{GRINNING FACE}", "\u202eabc", "汉" * 3000, "", "]]>", "<@U1>")
ATOMS: tuple[Any, ...] = (None, True, 0, -1, 1e300, "", "x", "U0001", "message", "event_callback", [], {}, [[]], {"id": None}, *SAID)
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
Thrown = tuple[str, str, dict[str, str], Mapping[str, str] | Mapping[bytes, bytes], bytes]
"""Method, path, query, headers, body."""


@dataclass
class Thrower:
    """Makes what is thrown, the same for the same seed."""

    dice: random.Random
    slack: Slack
    caller: Caller

    def throw(self) -> Thrown:
        """One request, more or less like a platform's."""
        ways = (self.noise, self.signed_json, self.signed_json, self.signed_form, self.sealed, self.sealed, self.bent_seal)
        return self.dice.choice(ways)()

    def noise(self) -> Thrown:
        """Bytes, with headers of all kinds."""
        odd = {b"x-slack-signature": b"v0=\xc3\xa9", b"x-slack-request-timestamp": b"nan"}
        headers: Mapping[bytes, bytes] = self.dice.choice(({}, odd))
        body = self.dice.choice((self.dice.randbytes(self.dice.randrange(300)), BOMB.encode(), b"{" * 5000, b"payload=%7B", b"<xml>"))
        names = ("msg_signature", "timestamp", "nonce", "echostr")
        query = {self.dice.choice(names): self.text()[:300] for _ in range(self.dice.randrange(5))}
        return self.dice.choice(("GET", "POST")), self.dice.choice((SLACK, WECOM)), query, headers, body

    def signed_json(self) -> Thrown:
        """A true signature on JSON that is nearly an event."""
        event = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U0001", "text": self.text(), "ts": "1.2"}
        body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{self.dice.random()}", "event": event, "event_time": 1}
        return self.by_slack(json.dumps(self.bent(body)).encode(), "application/json")

    def signed_form(self) -> Thrown:
        """A true signature on a form that is nearly a press or a command."""
        press = {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": "U0001", "team_id": TEAM}, "trigger_id": "1.2",
            "container": {"message_ts": "1.2", "channel_id": "D1"}, "actions": [{"action_id": "a", "value": "x:1", "action_ts": "1.4"}],
        }  # fmt: skip
        command = {"command": "/tandem", "text": self.text(), "team_id": TEAM, "user_id": "U0001", "trigger_id": "1.3"}
        form = {"payload": json.dumps(self.bent(press))} if self.dice.random() < 0.7 else self.bent(command)
        pairs = form if isinstance(form, dict) else {"payload": str(form)}
        return self.by_slack(urlencode(pairs, errors="replace").encode(), "application/x-www-form-urlencoded")

    def by_slack(self, body: bytes, content_type: str) -> Thrown:
        """As Slack would send it."""
        return "POST", SLACK, {}, self.slack.sender.signed(body, content_type, secret=SIGNING_SECRET), body

    def sealed(self) -> Thrown:
        """A true seal on XML that is nearly a message."""
        kind = self.dice.choice(("text", "voice", "image", "event", "file", "link", "location", "video", "", "unheard of"))
        told = {name: self.text() for name in ("Content", "MediaId", "Event", "EventKey", "MsgId", "Label") if self.dice.random() < 0.6}
        xml = self.caller.xml(self.dice.choice(("p0001", "", "@all", "汉")), kind, told)
        if self.dice.random() < 0.3:
            at = self.dice.randrange(len(xml))
            xml = self.dice.choice((xml[:at], xml[:at] + self.text() + xml[at:], BOMB))
        query, body = self.caller.sealed(xml, receive_id=self.dice.choice(("", "", "ww_else")))
        return "POST", WECOM, query, {"content-type": "text/xml"}, body

    def bent_seal(self) -> Thrown:
        """A true seal of which something was changed on the way."""
        query, body = self.caller.sealed(self.caller.xml("p0001", "text", {"Content": "hi", "MsgId": "1"}))
        name = self.dice.choice(sorted(query))
        changed = {**query, name: self.dice.choice((query[name][:-1], query[name] + "0", "-1", "", "9" * 400))}
        at = self.dice.randrange(len(body))
        return "POST", WECOM, self.dice.choice((query, changed)), {}, self.dice.choice((body, body[:at] + b"\xff" + body[at + 1 :]))

    def bent(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """The same with some of it put wrong."""
        if self.dice.random() < 0.06:
            return self.dice.choice(ATOMS)
        if isinstance(value, dict):
            return {name: self.bent(each) for name, each in value.items() if self.dice.random() > 0.04}
        return [self.bent(each) for each in value] if isinstance(value, list) else value

    def text(self) -> str:
        """Words, or what is none."""
        return self.dice.choice(SAID)


@asynccontextmanager
async def doors(folder: Path) -> AsyncIterator[tuple[Entry, httpx.AsyncClient, Slack, Caller]]:
    """The shipped doors over a real store, behind the real web application."""
    async with slack_platform() as slack, WecomApp(SystemClock()).running() as wecom:
        (folder / "config.toml").write_text("", encoding="utf-8")
        api = {"TANDEM__CHANNELS__SLACK__API_BASE": slack.url, "TANDEM__CHANNELS__WECOM__API_BASE": wecom.url}
        config, home, secrets = load(folder / "config.toml", api), Home(folder), channel_secrets(SECRETS)
        assert ChannelSecrets() != secrets
        database = Database(home.truth)
        migrate(database)
        database.close()
        async with entry_of(home, config, Bell(home.socket)) as entry, hooks_of(config, secrets, entry) as hooks:
            app = web_app(Line(home.socket), SystemClock(), "", hooks)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=True), base_url="http://t") as client:
                yield entry, client, slack, Caller(wecom, "")


async def thrown(folder: Path, times: int, seed: int, tell: Callable[[Counter[int]], None]) -> None:
    """Throw, and look at every answer."""
    async with doors(folder) as (_, client, slack, caller):
        thrower, statuses = Thrower(random.Random(seed), slack, caller), Counter[int]()
        for number in range(times):
            method, path, query, headers, body = thrower.throw()
            answer = await client.request(method, path, params=query, headers=headers, content=body if method == "POST" else None)
            statuses[answer.status_code] += 1
            assert answer.status_code < 500, (seed, number, method, path, query, headers, body)
    tell(statuses)
    assert {200, 400, 401, 403} <= statuses.keys()


async def test_two_thousand_fuzzed_inputs_are_answered_without_a_failure(tmp_path: Path) -> None:
    """Right, wrong and nearly right, in a seeded order."""
    await thrown(tmp_path, 2_000, 11, lambda _: None)


@pytest.mark.soak
async def test_hundred_thousand_fuzzed_inputs_are_answered_without_a_failure(tmp_path: Path) -> None:
    """The same at length."""
    await thrown(tmp_path, int(os.environ.get("SOAK_FUZZ", "100000")), 12, lambda statuses: print(f"\n{dict(statuses)}"))  # noqa: T201 - a number to read
