"""Requests that Slack never sends, well formed but for a thing or three. Knows Slack's payloads; knows nothing of who reads them."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack import TEAM

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
FILE = {"id": "F1", "name": "a", "mimetype": "audio/mp4", "size": 3, "url_private_download": "http://127.0.0.1/x"}
SAID = {
    "type": "message", "channel": "D1", "user": "U1", "text": "hi <@U2|x> 王", "ts": "1784030400.000100", "thread_ts": "1784030400.000100",
    "files": [FILE], "subtype": "file_share",
}  # fmt: skip
ENVELOPE = {
    "type": "event_callback", "team_id": TEAM, "context_team_id": TEAM, "event_id": "Ev1", "is_ext_shared_channel": False,
    "authorizations": [{"team_id": TEAM, "enterprise_id": None}],
}  # fmt: skip
WHO = {"team": {"id": TEAM}, "user": {"id": "U1", "team_id": TEAM}, "trigger_id": "t", "response_url": "http://127.0.0.1/x"}
PRESSED = {
    **WHO, "type": "block_actions", "channel": {"id": "C1"}, "message": {"ts": "1.1"},
    "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1", "is_ephemeral": False},
    "actions": [{"value": "m-1:2", "action_id": "edit-2", "action_ts": "1.2", "type": "button"}],
}  # fmt: skip
FILLED = {
    **WHO, "type": "view_submission",
    "view": {
        "id": "V1", "hash": "h", "callback_id": "edit_draft", "private_metadata": '{"draft": "d", "revision": 1, "place": "D1"}',
        "blocks": [{"type": "input", "block_id": "amount", "element": {"type": "number_input", "initial_value": "1"}}],
        "state": {"values": {"amount": {"value": {"type": "number_input", "value": "2"}}}},
    },
}  # fmt: skip
EVENTS: tuple[Any, ...] = (
    {**ENVELOPE, "event": SAID}, {**ENVELOPE, "event": {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}},
    {**ENVELOPE, "event": {"type": "agent_session_stopped", "user": "U1", "channel": "D1", "thread_ts": "1.1"}},
    {"type": "url_verification", "challenge": "c", "token": "t"},
)  # fmt: skip
INTERACTIONS: tuple[Any, ...] = (
    PRESSED, FILLED, {**WHO, "type": "message_action", "callback_id": "ask_tandem", "message": {"text": "hi"}},
)  # fmt: skip
COMMAND = {
    "command": "/tandem", "team_id": TEAM, "user_id": "U1", "channel_id": "C1", "text": "x", "trigger_id": "t",
    "response_url": "http://127.0.0.1/x",
}  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, "", "x", "\x00", "💥", "\ud83d", [], {}, [[]], [{}], {"a": 1}, "9" * 400, ["x"], 10**30, "D1", TEAM, "m:999",
)  # fmt: skip


def odd_requests(seed: int) -> Iterator[tuple[bytes, str]]:
    """Bodies and their content types, for ever; the same for the same seed."""
    dice = Random(seed)
    while True:
        body, kind = dice.choice((_event, _interaction, _command))(dice)
        if dice.random() < 0.1:  # a bit that fell over on the way
            torn = bytearray(body)
            torn[dice.randrange(len(torn))] = dice.randrange(256)
            body = bytes(torn)
        yield body, kind


def _event(dice: Random) -> tuple[bytes, str]:
    return json.dumps(_mutated(dice.choice(EVENTS), dice)).encode(), JSON


def _interaction(dice: Random) -> tuple[bytes, str]:
    return urlencode({"payload": json.dumps(_mutated(dice.choice(INTERACTIONS), dice))}).encode(), FORM


def _command(dice: Random) -> tuple[bytes, str]:
    fields = _mutated(COMMAND, dice)
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    return urlencode(texts, errors="replace").encode(), FORM


def _mutated(raw: Any, dice: Random) -> Any:  # noqa: ANN401 - JSON
    """A copy in which one to three things are missing, or are something else."""
    copy = json.loads(json.dumps(raw))
    for _ in range(dice.choice((1, 1, 2, 3))):
        node = copy
        while keys := list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []:
            key = dice.choice(keys)
            if isinstance(node[key], dict | list) and node[key] and dice.random() < 0.7:
                node = node[key]
                continue
            if dice.random() < 0.25:
                del node[key]
            else:
                node[key] = json.loads(json.dumps(dice.choice(ODD)))
            break
    return copy
