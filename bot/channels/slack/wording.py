"""Slack's way of writing text, read and written: mentions, links and its three escapes. Knows no payload."""

import re
from html import unescape

MARKED = re.compile(r"<([^<>\n]{1,3000})>")


def plain(text: str, *, without: str = "") -> str:
    """What a person meant by `text`: "<https://acme.com|acme.com> &amp; <@U1|dana>" is "acme.com & @dana".

    without: a user id whose mentions are left out, our own.
    """
    said = MARKED.sub(lambda found: _meant(found[1], without), text)
    return re.sub(r"[ \t]{2,}", " ", _unescaped(said)).strip()


def escaped(text: str) -> str:
    """`text` with the three characters that Slack would read as markup escaped, so that nobody is called and no link is made."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    """Only Slack's own three: what a person typed as `&copy;` stays as it is."""
    return re.sub("&(?:lt|gt|amp);", lambda found: unescape(found[0]), text)


def _meant(mark: str, without: str) -> str:
    target, _, label = mark.partition("|")
    match target[:1]:
        case "@":
            return "" if target[1:] == without else f"@{label or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return _link(target, label)


def _link(target: str, label: str) -> str:
    address = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in target:
        return label or address
    return f"{label} ({address})"
