"""The manifest of the Slack app: what a workspace's admin pastes, least rights, over HTTP or a socket. Knows names; asks nobody."""

from pathlib import Path
from typing import Any

from bot.channels.slack.payload import PATH
from bot.channels.slack.presses import SHORTCUT
from bot.domain.entering import PATHS
from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.ports import Words

SENTENCES = Path(__file__).parent / "strings.toml"
SCOPES = (
    "app_mentions:read",  # mentions in channels
    "assistant:write",  # the agent's place in Slack; it comes with agent_view
    "channels:history",  # threads of ours, and whether a message of ours arrived
    "chat:write",  # answers
    "commands",  # /tandem and the shortcut
    "files:read",  # voice clips and documents that people send us
    "files:write",  # charts
    "groups:history",  # as channels:history, where a channel is private
    "im:history",  # what people write to us
    "im:write",  # a direct chat with somebody who asked in a channel
    "users:read",  # who somebody is
    "users:read.email",  # whom of ours they are
)
"""Bot scopes, each with what cannot be had without it.  Source: https://docs.slack.dev/reference/scopes"""
EVENTS = ("agent_session_stopped", "app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")
COMMAND = "/tandem"


def manifest(words: Words, lang: Lang, *, public_url: str = "", socket: bool = False) -> dict[str, Any]:
    """What "Create New App › From a manifest" accepts as it is.

    public_url: where this server is reached, without a slash at the end; not needed with `socket`, but for people who sign in at the page.
    Raises: BadConfig when it is needed and not https.  Source: https://docs.slack.dev/reference/app-manifest
    """
    if not socket and not public_url.startswith("https://"):
        raise BadConfig("slack_manifest_needs_url", url=public_url)
    back = {"redirect_urls": [public_url.rstrip("/") + PATHS["slack"][1]]} if public_url.startswith("https://") else {}
    address = {} if socket else {"request_url": f"{public_url.rstrip('/')}{PATH}"}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Tandem", "description": words.say("slack_app_description", lang), "background_color": "#1f3a5f",
        },
        "features": _features(words, lang, {"url": address["request_url"]} if address else {}),
        "oauth_config": {**back, "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }  # fmt: skip


def _features(words: Words, lang: Lang, address: dict[str, str]) -> dict[str, Any]:
    prompts = [
        {"title": words.say(f"slack_prompt_{name}_title", lang), "message": words.say(f"slack_prompt_{name}", lang)}
        for name in ("help", "renewals", "brief")
    ]  # fmt: skip
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "agent_view": {"agent_description": words.say("slack_app_description", lang), "suggested_prompts": prompts},
        "bot_user": {"display_name": "tandem", "always_online": True},
        "shortcuts": [{
            "type": "message", "callback_id": SHORTCUT, "name": words.say("slack_shortcut", lang),
            "description": words.say("slack_shortcut_description", lang),
        }],
        "slash_commands": [{
            "command": COMMAND, "description": words.say("slack_command_description", lang),
            "usage_hint": words.say("slack_command_hint", lang), "should_escape": False, **address,
        }],
    }  # fmt: skip
