"""The menu of the app: three things to say, a press away. Knows WeCom's shape of it; what an item says is its key."""

from bot.channels.wecom.cards import Json
from bot.domain.talk import Lang
from bot.ports import Words

ITEMS = ("today", "drafts", "help")


def menu_json(words: Words, lang: Lang = Lang.ZH) -> Json:
    """The menu. A corp has one, so it speaks one language. Names have at most 16 bytes, keys 128."""
    return {
        "button": [
            {"type": "click", "name": words.say(f"wecom_menu_{item}", lang), "key": words.say(f"wecom_menu_{item}_say", lang)}
            for item in ITEMS
        ]
    }
