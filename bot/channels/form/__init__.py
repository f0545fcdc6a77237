"""How an outcome is shown: one place decides what becomes of it on a transport that can do less. Knows no vendor and no JSON."""

from bot.channels.form.capabilities import CAPABILITIES
from bot.channels.form.parts import Attachment, Card, Part, Picture, Style, WireButton, Words

__all__ = ["CAPABILITIES", "Attachment", "Card", "Part", "Picture", "Style", "WireButton", "Words"]
