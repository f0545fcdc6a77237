"""Prepare a meeting: one screen about the account, computed from its records and our papers. Reads only; invents no text."""

import asyncio
from dataclasses import replace

from bot.domain.dossier import Which
from bot.domain.outcome import Answer, Button
from bot.domain.saying import Saying, saying
from bot.domain.talk import Turn
from bot.ports import ChatModel, Dossiers, Reader, Words
from skills.account_brief.people import people
from skills.account_brief.risks import risks
from skills.account_brief.screen import ANGLES, Brief, screen
from skills.account_brief.worded import worded


async def run(turn: Turn, *, dossiers: Dossiers, reader: Reader, words: Words, writer: ChatModel | None = None) -> Answer:
    """The brief for whom `turn` names; a question back, with buttons, where that is nobody or several.

    Numbers are computed from records that the speaker may see, texts are quoted; only the talking points may be worded by a `writer`,
    and each of its words is held against their grounds.
    """
    said = saying(turn, words)
    reading, met = await asyncio.gather(reader.read(turn.text, said_at=turn.said_at, zone=turn.speaker.zone), dossiers.whom(turn))
    if isinstance(met, Which):
        return _asks(met, said)
    dossier = await dossiers.dossier(met, turn, angles=ANGLES)
    brief = Brief(dossier, people(dossier.facts, met.contacts, said), risks(dossier.facts, said), dossier.points)
    if writer is None or not dossier.points:
        return screen(brief, reading.days, said)
    told = await worded(turn.text, dossier.points, said, writer)
    answer = screen(replace(brief, points=told.points), reading.days, said)
    return replace(answer, text=f"{answer.text}\n{told.note}" if told.note else answer.text, brain=told.brain)


def _asks(which: Which, said: Saying) -> Answer:
    buttons = tuple(Button(label, "say", said.say("say_again", name=name)) for label, name in which.options)
    return Answer(said.say(which.key), buttons=buttons, found=which.several)
