"""Parts as WeCom's JSON: text, Markdown, template cards. Knows their shapes; what fits was decided before.

Source: developer.work.weixin.qq.com/document/path/90236 (messages of the app), read 2026-11.
"""

import hashlib
from typing import Any

from bot.channels.form import Card, Style, Words

Json = dict[str, Any]

STYLES = {Style.MAIN: 1, Style.PLAIN: 4, Style.AWAY: 4}
"""A blue button, and quiet ones."""
MARKS = "\u200b\u200c\u200d\ufeff"
MARK_LENGTH = 6
MARK_BYTES = 3 * MARK_LENGTH + 1
"""What `mark_of` adds in UTF-8."""


def words_json(words: Words, mark: str = "") -> Json:
    """A text or Markdown message."""
    kind = "text" if words.plain or words.forward else "markdown"
    return {"msgtype": kind, kind: {"content": words.markdown + mark}}


def card_json(card: Card, task_id: str) -> Json:
    """A template card with buttons. task_id: unique in the app, at most 128 of `[0-9A-Za-z_@-]`."""
    told: Json = {
        "card_type": "button_interaction", "task_id": task_id, "main_title": {"title": card.title},
        "button_list": [{"text": one.label, "style": STYLES[one.style], "key": one.id} for one in card.buttons],
    }  # fmt: skip
    if card.text:
        told["sub_title_text"] = card.text
    if card.quotes:
        told["quote_area"] = {"type": 0, "quote_text": "\n".join(card.quotes)}
    if card.rows:
        told["horizontal_content_list"] = [{"keyname": name, "value": value} for name, value in card.rows]
    return {"msgtype": "template_card", "template_card": told}


def plain_card(card: Card) -> Words:
    """A card without buttons, as words: WeCom's cards must have some."""
    lines = [card.title, card.text, *(f"{name}: {value}" for name, value in card.rows), *card.quotes, card.settled]
    return Words("\n".join(filter(None, lines)), plain=True)


def mark_of(what: str) -> str:
    """Invisible letters that differ from message to message, and are the same whenever one is sent again.

    WeCom's duplicate check compares contents: without a mark it would also swallow an answer that is rightly given twice.
    """
    bits = int.from_bytes(hashlib.sha256(what.encode()).digest()[:4], "big")
    return " " + "".join(MARKS[bits >> 2 * place & 3] for place in range(MARK_LENGTH))
