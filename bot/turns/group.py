"""In a group: what everybody there may hear, and the offer to tell the rest alone. Knows outcomes; no platform and no record."""

from bot.domain.evidence import EvidenceKind
from bot.domain.outcome import Answer, Button, Outcome
from bot.domain.people import EVERYONE
from bot.domain.talk import Lang
from bot.ports import Words

ALONE = "alone"
"""The action of the button that has what was asked (its `text`) answered in the person's direct chat."""


def is_for_all(outcome: Outcome) -> bool:
    """Whether everybody may read `outcome`: words that stand on nothing but documents for everyone. Never a draft.

    It was made with ports that reach no further; this is the second lock on the same door.
    """
    if not isinstance(outcome, Answer) or outcome.query is not None or outcome.chart is not None or outcome.about:
        return False
    return all(one.kind is EvidenceKind.DOCUMENT and one.audience == EVERYONE for one in outcome.evidence)


def is_something(outcome: Outcome | None) -> bool:
    """Whether there is anything in `outcome` that a person would want to hear."""
    return outcome is not None and (not isinstance(outcome, Answer) or outcome.found)


def offered_alone(text: str, words: Words, lang: Lang) -> Answer:
    """That there is an answer for the person alone, without a word of it. text: what they asked."""
    return Answer(words.say("for_you_alone", lang), buttons=(_alone(text, words, lang),))


def not_here(text: str, words: Words, lang: Lang) -> Answer:
    """That this is nothing to talk about among others, whether there is anything to tell or not."""
    return Answer(words.say("told_alone", lang), buttons=(_alone(text, words, lang),), found=False)


def _alone(text: str, words: Words, lang: Lang) -> Button:
    return Button(words.say("send_privately", lang), ALONE, text)
