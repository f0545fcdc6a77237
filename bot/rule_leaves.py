"""How each set of rules is shown to admins: its form, and what a change of it would do. Knows no page; judges nothing."""

from collections.abc import Mapping

from bot.admin.rules import Leaf


def leaves() -> Mapping[str, Leaf]:
    """By set."""
    return {}
