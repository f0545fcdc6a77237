"""What Slack asks of an app's manifest, in our own words, and what an app becomes by one. Knows no workspace.

Limits as in Slack's published schema (github.com/slackapi/manifest-schema, read 2026-11; it is in no npm package), and what it does not
say and Slack's settings refuse: an event without its scope, Socket Mode's opposite without addresses.
"""

from dataclasses import dataclass

from tests.fakes.slack.shapes import Json, Rule, anything, flag, items, one_of, shape, string

LINK = string(3500, pattern=r"https?://.+")
COMMAND = shape(
    {"command": string(32, 2, r"/[^\s]+"), "description": string(2000)},
    {"url": string(3000, pattern=r"https?://.+"), "usage_hint": string(1000), "should_escape": flag},
)
SHORTCUT = shape({"type": one_of("message", "global"), "name": string(24), "callback_id": string(255), "description": string(150)})
PROMPTS = items(shape({"title": string(255), "message": string(3000)}), 4)
ACTION = shape({"name": string(255), "description": string(255)})
FEATURES: dict[str, Rule] = {
    "app_home": shape({}, dict.fromkeys(("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), flag)),
    "bot_user": shape({"display_name": string(80)}, {"always_online": flag}),
    "shortcuts": items(SHORTCUT, 10),
    "slash_commands": items(COMMAND, 50),
    "agent_view": shape({}, {"agent_description": string(300), "suggested_prompts": PROMPTS, "actions": items(ACTION, 10)}),
    "assistant_view": shape({"assistant_description": string(300)}, {"suggested_prompts": PROMPTS}),
    "unfurl_domains": items(string(255), 5),
}
SCOPES = items(string(50), 255, 0)
OAUTH: dict[str, Rule] = {
    "redirect_urls": items(string(2500), 1000, 0),
    "scopes": shape({}, dict.fromkeys(("bot", "user", "bot_optional", "user_optional"), SCOPES)),
    "token_management_enabled": flag,
    "pkce_enabled": flag,
}
EVENT_LISTS = ("bot_events", "user_events")
EVENTS = items(string(50), 100, 0)
SETTINGS: dict[str, Rule] = {
    **dict.fromkeys(("org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled", "is_hosted", "is_mcp_enabled"), flag),
    "allowed_ip_address_ranges": items(string(18), 50),
    "event_subscriptions": shape({}, {"request_url": LINK, "metadata_subscriptions": anything, **dict.fromkeys(EVENT_LISTS, EVENTS)}),
    "interactivity": shape({"is_enabled": flag}, {"request_url": LINK, "message_menu_options_url": LINK}),
    "incoming_webhooks": anything,
    "function_runtime": one_of("remote", "slack"),
    "hermes_app_type": string(50),
}
ABOUT = {"description": string(140), "long_description": string(4000, 175), "background_color": string(7, 4, r"#([0-9a-fA-F]{3}){1,2}")}
MANIFEST = shape(
    {"display_information": shape({"name": string(35)}, ABOUT)},
    {
        "_metadata": anything,
        "features": shape({}, FEATURES),
        "oauth_config": shape({}, OAUTH),
        "settings": shape({}, SETTINGS),
        "functions": anything,
    },
)

# docs.slack.dev/reference/events: the scope that each of these wants
WANTED = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.mpim": "mpim:history",
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an app becomes."""

    told: Json

    @property
    def scopes(self) -> set[str]:
        """What its bot may do."""
        return set(self.told.get("oauth_config", {}).get("scopes", {}).get("bot", ()))

    @property
    def events(self) -> set[str]:
        """What it is told."""
        return set(self._settings.get("event_subscriptions", {}).get("bot_events", ()))

    @property
    def socket_mode(self) -> bool:
        """Whether it is told over a socket."""
        return bool(self._settings.get("socket_mode_enabled"))

    @property
    def home_tab(self) -> bool:
        """Whether it has a home."""
        return bool(self._home.get("home_tab_enabled"))

    @property
    def messages_tab(self) -> bool:
        """Whether people may write to it."""
        return bool(self._home.get("messages_tab_enabled")) and not self._home.get("messages_tab_read_only_enabled")

    @property
    def _settings(self) -> Json:
        return self.told.get("settings", {})

    @property
    def _home(self) -> Json:
        return self.told.get("features", {}).get("app_home", {})


def complaints_about_manifest(manifest: Json) -> list[str]:
    """What Slack has against it, before an app is made of it."""
    found = list(MANIFEST(manifest, ""))
    return found or [*_without_scope(Manifest(manifest)), *_without_address(manifest)]


def _without_scope(told: Manifest) -> list[str]:
    wanting = sorted(told.events & WANTED.keys())
    missing = [f"{event} wants the scope {WANTED[event]}" for event in wanting if WANTED[event] not in told.scopes]
    features = told.told.get("features", {})
    if "agent_view" in features and "assistant_view" in features:
        missing.append("agent_view and assistant_view exclude each other")
    if ("slash_commands" in features or "shortcuts" in features) and "commands" not in told.scopes:
        missing.append("slash commands and shortcuts want the scope commands")
    if {"agent_view", "assistant_view"} & features.keys() and "assistant:write" not in told.scopes:
        missing.append("an agent wants the scope assistant:write")
    if told.scopes and "bot_user" not in features:
        missing.append("bot scopes want a bot user")
    if told.home_tab and "app_home_opened" not in told.events:
        missing.append("a home tab wants the event app_home_opened to be of use")
    return missing


def _without_address(manifest: Json) -> list[str]:
    """Over HTTP everything that is told needs an address; over a socket nothing has one."""
    settings, told = manifest.get("settings", {}), Manifest(manifest)
    events, acts = settings.get("event_subscriptions"), settings.get("interactivity", {})
    wanting = {
        "event_subscriptions": events is not None and "request_url" not in events,
        "interactivity": bool(acts.get("is_enabled")) and "request_url" not in acts,
        "slash_commands": any("url" not in each for each in manifest.get("features", {}).get("slash_commands", ())),
    }
    return [] if told.socket_mode else [f"{part} wants a request URL" for part, wants in wanting.items() if wants]
