"""How an outcome is shown: one place decides what becomes of it on a transport that can do less. Knows no vendor and no JSON."""

from bot.channels.form.asides import failed, progress, queued
from bot.channels.form.capabilities import CAPABILITIES, CONSOLE, SLACK, WEB, WECOM, WECOM_BOT, WECOM_WEBHOOK
from bot.channels.form.dialects import mrkdwn
from bot.channels.form.layout import gist, laid_out
from bot.channels.form.parts import Attachment, Card, Part, Picture, Style, WireButton, Words

__all__ = [
    "CAPABILITIES", "CONSOLE", "SLACK", "WEB", "WECOM", "WECOM_BOT", "WECOM_WEBHOOK", "Attachment", "Card", "Part", "Picture", "Style",
    "WireButton", "Words", "failed", "gist", "laid_out", "mrkdwn", "progress", "queued",
]  # fmt: skip
