"""What is said beside an answer: that it is under way, that it waits, that it did not get through. Knows no transport."""

from bot.channels.form.parts import Words
from bot.domain.steps import Partway
from bot.domain.talk import Lang
from bot.ports import Words as Sentences

LONG_S = 30
"""From here on, somebody who waits is told what for."""
STEPS = frozenset({"know", "hear", "read", "choose", "do"})
"""The steps of a turn that have words of their own; see `bot.turns.under_way`."""


def progress(lang: Lang, step: str, seconds: float, words: Sentences) -> Words:
    """That a turn is under way since `seconds`; what it is at, once it takes long."""
    if isinstance(step, Partway) and seconds >= LONG_S:
        return Words(words.say(f"form_working_{step}_part", lang, percent=step.percent, minutes=step.left_min), plain=True)
    key = "form_working" if seconds < LONG_S else f"form_working_{step if step in STEPS else 'long'}"
    return Words(words.say(key, lang), plain=True)


def queued(lang: Lang, seconds: float, words: Sentences) -> Words:
    """That the platform's pace keeps what follows waiting for some `seconds`."""
    return Words(words.say("form_queued", lang, seconds=max(1, round(seconds))), plain=True)


def failed(lang: Lang, words: Sentences) -> Words:
    """That something did not get through yet."""
    return Words(words.say("form_failed", lang), plain=True)
