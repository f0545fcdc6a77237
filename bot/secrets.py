"""The secrets of the channels: from the environment alone, never written, never printed. Knows names; knows no channel."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import BadConfig

NAMES = (
    "WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY", "WECOM_BOT_ID", "WECOM_BOT_SECRET",
    "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "OPENAI_API_KEY",
    "SMTP_PASSWORD", "OIDC_CLIENT_SECRET",
)  # fmt: skip
"""All that the environment may hold and nobody else."""


@dataclass(frozen=True)
class WecomSecrets:
    """Of the self-built app."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)


@dataclass(frozen=True)
class WecomBotSecrets:
    """Of the AI bot. corp_id: empty where the environment does not say it; then its people are not those of the app."""

    bot_id: str
    secret: str = field(repr=False)
    corp_id: str = ""


@dataclass(frozen=True)
class SlackSecrets:
    """Of the Slack app. signing_secret is needed for HTTP, app_token for Socket Mode; one of them is there.

    client_id, client_secret: for signing in at the page by Slack's word; both or neither.
    """

    bot_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class OidcSecrets:
    """Of what else the company signs in with."""

    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class MailSecrets:
    """Of the mail server; empty where nobody signs in there."""

    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class ChannelSecrets:
    """What the environment lends to each channel; None for a channel that is off. mail: None where nothing may be sent at all."""

    wecom: WecomSecrets | None = None
    wecom_bot: WecomBotSecrets | None = None
    slack: SlackSecrets | None = None
    mail: MailSecrets | None = None
    oidc: OidcSecrets | None = None


def channel_secrets(environment: Mapping[str, str] = os.environ) -> ChannelSecrets:
    """The secrets of each channel that has them.  Raises: BadConfig naming what a half configured channel lacks."""
    corp_id = environment.get("WECOM_CORP_ID", "")
    bot = _whole("wecom_bot", ("WECOM_BOT_ID", "WECOM_BOT_SECRET"), environment)
    names = ("WECOM_AGENT_ID", "WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY")
    app = _whole("wecom", names if bot and not any(map(environment.get, names)) else ("WECOM_CORP_ID", *names), environment)
    signing, socket = (environment.get(name, "") for name in ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"))
    slack = _whole("slack", ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET" if signing or not socket else "SLACK_APP_TOKEN"), environment)
    badge = _whole("slack sign-in", ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"), environment) or ("", "")
    oidc = environment.get("OIDC_CLIENT_SECRET", "")
    return ChannelSecrets(
        _wecom_secrets(*app) if app else None,
        WecomBotSecrets(bot[0], bot[1], corp_id) if bot else None,
        SlackSecrets(slack[0], signing, socket, *badge) if slack else None,
        MailSecrets(environment.get("SMTP_PASSWORD", "")),
        OidcSecrets(oidc) if oidc else None,
    )


def _whole(channel: str, names: tuple[str, ...], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The values of `names`, or nothing when none is there."""
    missing = [name for name in names if not environment.get(name)]
    if len(missing) == len(names):
        return ()
    if missing:
        raise BadConfig("channel_half_configured", channel=channel, missing=", ".join(missing))
    return tuple(environment[name] for name in names)


def _wecom_secrets(corp_id: str, agent_id: str, secret: str, token: str, aes_key: str) -> WecomSecrets:
    if not agent_id.isascii() or not agent_id.isdigit():
        raise _bad("WECOM_AGENT_ID", agent_id, "a number, such as 1000002")
    if not re.fullmatch(r"[A-Za-z0-9]{43}", aes_key):
        raise _bad("WECOM_AES_KEY", f"({len(aes_key)})", "EncodingAESKey: 43 A-Z a-z 0-9")
    return WecomSecrets(corp_id, int(agent_id), secret, token, aes_key)


def _bad(key: str, value: str, wanted: str) -> BadConfig:
    return BadConfig("config_bad_value", file="environment", key=key, value=value, wanted=wanted)
