"""Three points in a chat model's words. Asks the model; what it said is held against the grounds elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.dossier import Angle, Point
from bot.domain.outcome import BUILTIN, Brain
from bot.domain.phrasing import listed, phrased, wanted_of
from bot.domain.saying import Saying
from bot.domain.talk import Lang
from bot.errors import ModelDown
from bot.ports import ChatModel

PROMPT = "talking_points/points"
ROOM: Mapping[Lang, int] = {Lang.ZH: 60, Lang.EN: 160}
"""Characters that one point may take."""


@dataclass(frozen=True, slots=True)
class Told:
    """Points in their order, what the chat model made of them by angle, and half a sentence where it failed."""

    points: tuple[Point, ...]
    words: dict[Angle, str] = field(default_factory=dict)
    brain: Brain = BUILTIN
    note: str = ""


async def worded(asked: str, points: Sequence[Point], said: Saying, writer: ChatModel) -> Told:
    """The same points, in the model's order and words where their grounds support them."""
    try:
        told = await writer.fill(PROMPT, {"request": asked, "points": listed(points)}, wanted_of(points, len(points)))
    except ModelDown as down:
        return _as_they_were(points, said, writer, down.why)
    found = phrased(told["points"], points, room=ROOM[said.lang], most=len(points))
    if not found.held:
        return _as_they_were(points, said, writer, "unproven")
    before = {one.angle: one for one in points}
    words = {one.angle: one.text for one in found.points if one.text != before[one.angle].text}
    return Told(tuple(before[one.angle] for one in found.points), words, Brain(writer.name))


def _as_they_were(points: Sequence[Point], said: Saying, writer: ChatModel, why: str) -> Told:
    key = {"budget": "points_budget", "unproven": "points_unproven"}.get(why, "points_down")
    return Told(tuple(points), brain=Brain(fell_back=f"{writer.name}: {why}"), note=said.say(key))
