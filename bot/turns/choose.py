"""Choose: one skill and one intent for a turn. A press on a choice decides, else the chooser; where that is not sure, the person is asked.

Knows the words with which people start anew or press; knows no skill.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.offering import OFF
from bot.domain.outcome import Answer, Brain, Button
from bot.domain.talk import Turn, goes_on
from bot.ports import Capability, Choice, Chooser, Words
from bot.turns.contracting import about_paper
from bot.turns.minuting import minutes_of

STARTS_ANEW = re.compile(
    r"(?:a )?new(?: topic| chat)?|start over|reset|change the subject|新的?话题|换个?话题|说点别的|重新开始|从头(?:开始|来)", re.IGNORECASE
)
PRESSED = re.compile(r"\[(?P<label>[^\[\]\n]{1,30})\]\s*(?P<words>.*\S)", re.DOTALL)
"""What a button of a choice sends: its label, then the words that were unclear. Typed by hand it is the same."""
PERSON = Brain("person")
"""What chose where a press did."""


@dataclass(frozen=True)
class Chosen:
    """What a turn was taken for, and the turn with it. asks: what to ask back instead of doing it; None when it may be done."""

    choice: Choice
    turn: Turn
    asks: Answer | None = None


def starts_anew(text: str) -> bool:
    """Whether a person wants what was talked about forgotten."""
    return STARTS_ANEW.fullmatch(re.sub(r"^\W+|\W+$", "", text)) is not None


async def choose(turn: Turn, offered: Sequence[Capability], chooser: Chooser, words: Words) -> Chosen:
    """The skill and intent for `turn` among `offered`, or a question back with two or three buttons."""
    if pressed := _pressed(turn, offered):
        return pressed
    if known := next((one for one in offered if turn.intent and turn.intent in one.intents), None):
        return Chosen(Choice(known.name, turn.intent), turn)
    choice = await minutes_of(turn, offered, chooser) or about_paper(turn, offered) or await chooser.choose(turn, offered)
    topic = turn.memory.topic
    continues = topic is not None and topic.intent == choice.intent and goes_on(turn.text)
    turn = replace(turn, intent=choice.intent, memory=replace(turn.memory, continues=continues))
    return Chosen(choice, turn, None if choice.sure else _asks(choice, turn, [one for one in offered if one.status != OFF], words))


def _pressed(turn: Turn, offered: Sequence[Capability]) -> Chosen | None:
    found = PRESSED.fullmatch(turn.text)
    if found is None:
        return None
    wanted = found["label"].strip().casefold()
    for one in offered:
        for intent, label in one.labels.items():
            if wanted in {text.casefold() for text in label.values()}:
                return Chosen(Choice(one.name, intent, by=PERSON), replace(turn, text=found["words"], intent=intent))
    return None


def _asks(choice: Choice, turn: Turn, offered: Sequence[Capability], words: Words) -> Answer | None:
    """The question; None where nothing that could be meant is offered, so that whoever is not offered it says so."""
    labels = {intent: label for one in offered for intent, label in one.labels.items()}
    named = [labels[one.intent] for one in (choice, *choice.others) if one.intent in labels]
    if not named and not any(choice.intent in one.intents for one in offered):
        return None
    key = "which_one_alone" if choice.by.fell_back else "which_one"
    return Answer(words.say(key, turn.lang), buttons=tuple(_button(label[turn.lang], turn.text) for label in named), found=False)


def _button(label: str, text: str) -> Button:
    return Button(label, "say", f"[{label}] {text}")
