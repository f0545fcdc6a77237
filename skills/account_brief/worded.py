"""The brief's points in a chat model's words: it picks the angles and phrases them. Asks the model; what it said is held elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.dossier import Point
from bot.domain.outcome import Brain
from bot.domain.phrasing import listed, phrased, wanted_of
from bot.domain.saying import Saying
from bot.domain.talk import Lang
from bot.errors import ModelDown
from bot.ports import ChatModel
from skills.account_brief.screen import POINTS

PROMPT = "account_brief/points"
ROOM: Mapping[Lang, int] = {Lang.ZH: 80, Lang.EN: 200}
"""Characters that one point may take on the screen."""


@dataclass(frozen=True, slots=True)
class Told:
    """Points as they will be shown, who worded them, and half a sentence where the chat model failed."""

    points: tuple[Point, ...]
    brain: Brain
    note: str = ""


async def worded(asked: str, points: Sequence[Point], said: Saying, writer: ChatModel) -> Told:
    """The points that `writer` picked, in its words where their grounds support them; angles that it left out fill up."""
    try:
        told = await writer.fill(PROMPT, {"request": asked, "points": listed(points)}, wanted_of(points, POINTS))
    except ModelDown as down:
        return _as_they_were(points, said, writer, down.why)
    found = phrased(told["points"], points, room=ROOM[said.lang], most=POINTS)
    return Told(found.points, Brain(writer.name)) if found.held else _as_they_were(points, said, writer, "unproven")


def _as_they_were(points: Sequence[Point], said: Saying, writer: ChatModel, why: str) -> Told:
    key = {"budget": "points_budget", "unproven": "points_unproven"}.get(why, "points_down")
    return Told(tuple(points), Brain(fell_back=f"{writer.name}: {why}"), said.say(key))
