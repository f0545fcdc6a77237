"""Minuting: which turns are talk of several people, or long, so that minutes are made of them. Knows no skill by name."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.dialogue import KEYED, LONGEST, is_dialogue, read_dialogue
from bot.domain.documents import safe_name
from bot.domain.ids import TurnId
from bot.domain.talk import File, Spoken, Turn, Utterance, asks
from bot.ports import Capability, Choice, Chooser
from bot.turns.hear import hear
from bot.turns.way import Way

LONG_S = 180
"""Seconds from which a recording is a meeting's, unless its words are asked for something else: notes to oneself are shorter."""
ORDERS = re.compile(
    r"^\W*(?:请|帮|麻烦|替|给我|把|将|用|从|按|根据|基于|写|起草|拟|翻译|查|列|找|统计|看看|看一下|记|录入|建|改)"
    r"|^\W*(?:please|can you|could you|write|draft|translate|find|list|look|check|tell|give|make|create|update|log|note|record|reply"
    r"|answer)\b",
    re.IGNORECASE,
)


def is_meeting(turn: Turn) -> bool:
    """Whether what was said is a meeting's by its length or its look."""
    long = turn.spoken is not None and turn.spoken.length_s > LONG_S
    return long or is_dialogue(turn.text)


async def minutes_of(turn: Turn, offered: Sequence[Capability], chooser: Chooser, words: str | None = None) -> Choice | None:
    """The skill that makes minutes, where `turn` is for it; None where it is not.

    words: what the person says of the talk, None where that stands above it. Talk is for minutes unless its words order something else;
    a text that is no talk by its look is where they order minutes.
    """
    taker = next((one for one in offered if one.dialogues and one.status == "ready"), None)
    talk = is_meeting(turn)
    if taker is None or not (talk or words):
        return None
    mine = Choice(taker.name, taker.intents[0])
    said = _without_keys(_above(turn) if words is None else words)
    if not said:
        return mine if talk else None
    choice = await chooser.choose(replace(turn, text=said, spoken=None), offered)
    if choice.skill == taker.name:
        return replace(choice, sure=True) if talk or choice.sure else None
    ordered = choice.sure and (asks(said) or ORDERS.match(said) is not None)
    return mine if talk and not ordered else None


async def talk_in(
    turn_id: TurnId, file: File, lines: str | None, offered: Sequence[Capability], chooser: Chooser, way: Way
) -> Turn | None:
    """The turn that a file of talk is, with what was said about it above; None where no minutes are to be made of it.

    lines: the words of the file, None where it has none. Answered in the language of who sent it, whatever the talk's.
    Raises: Unclear("talk_too_long") where it is talk, and more than is read at once.
    """
    if lines is None or not any(char.isalnum() for char in lines[:LONGEST]) or (len(lines) > LONGEST and not is_dialogue(lines)):
        return None
    caption = file.text.strip()
    said = Utterance(file.origin, file.dedupe_key, f"{caption}\n\n{lines}", file.sent_at)
    turn = hear(turn_id, said, way.speaker, Spoken(safe_name(file.media.name)))
    choice = await minutes_of(turn, offered, chooser, caption)
    return replace(turn, intent=choice.intent, lang=way.lang) if choice else None


def _above(turn: Turn) -> str:
    """What stands above talk that was pasted."""
    talk = read_dialogue(turn.text)
    return talk.head if talk.spoke else ""


def _without_keys(words: str) -> str:
    """Words without the lines that head a page: time, place, who took part."""
    return "\n".join(line for line in words.splitlines() if line.strip() and not KEYED.match(line)).strip()
