"""Why Slack will never take something, in a sentence that an admin can act on. Knows codes; the words stand in `strings.toml`."""

from bot.channels.slack.api import SERVICE
from bot.domain.talk import Lang
from bot.errors import Undeliverable
from bot.ports import Words

TOLD = frozenset({
    "channel_not_found", "not_in_channel", "is_archived", "account_inactive", "user_not_found", "messages_tab_disabled",
})  # fmt: skip
"""Codes with a sentence of their own.  Source: https://docs.slack.dev/reference/methods/chat.postMessage"""


def never(code: str, words: Words, lang: Lang) -> Undeliverable:
    """The error that makes a message dead."""
    return Undeliverable(SERVICE, words.say(f"slack_never_{code}" if code in TOLD else "slack_never", lang, code=code))
