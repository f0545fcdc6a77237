"""Talking points in a chat model's words: it picks the angles and phrases them, each held against its own grounds. Knows no vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.dossier import Angle, Point
from bot.domain.grounding import sentences, supports, unproven
from bot.domain.outcome import Brain
from bot.domain.saying import Saying
from bot.domain.talk import Lang
from bot.errors import ModelDown
from bot.ports import ChatModel
from skills.account_brief.screen import POINTS

PROMPT = "account_brief/points"
ROOM = {Lang.ZH: 80, Lang.EN: 200}
"""Characters that one point may take on the screen."""
SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "points": {
            "type": "array",
            "maxItems": POINTS,
            "items": {
                "type": "object",
                "properties": {"angle": {"type": "string", "enum": [str(one) for one in Angle]}, "text": {"type": "string"}},
                "required": ["angle", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["points"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Told:
    """Points as they will be shown, who worded them, and half a sentence where the chat model failed."""

    points: tuple[Point, ...]
    brain: Brain
    note: str = ""


async def worded(asked: str, points: Sequence[Point], said: Saying, writer: ChatModel) -> Told:
    """The points that `writer` picked, in its words where their grounds support them, else as they were.

    What must be closed first stays first, whatever it picked; angles that it left out fill up.
    """
    try:
        told = await writer.fill(PROMPT, {"request": asked, "points": _listed(points)}, SCHEMA)
    except ModelDown as down:
        return _as_they_were(points, said, writer, down.why)
    known, kept = {str(one.angle): one for one in points}, dict[str, Point]()
    held = 0
    for one in told["points"]:
        point = known.get(one["angle"])
        if point is not None and one["angle"] not in kept:
            phrased = one["text"].strip()
            stands = _stands(phrased, point, said)
            held += stands
            kept[one["angle"]] = replace(point, text=phrased) if stands else point
    if not held:
        return _as_they_were(points, said, writer, "unproven")
    ranked = [*kept.values(), *(one for name, one in known.items() if name not in kept)]
    ranked.sort(key=lambda one: not one.urgent)
    return Told(tuple(ranked[:POINTS]), Brain(writer.name))


def _listed(points: Sequence[Point]) -> str:
    return "\n\n".join(
        f"angle: {point.angle}\n" + "\n".join(f"- {one.source} · {one.locator}: {one.quote}" for one in point.grounds) for point in points
    )


def _stands(phrased: str, point: Point, said: Saying) -> bool:
    """Whether every sentence says nothing but what the point's own grounds say."""
    grounds = [f"{one.quote}\n{one.source}\n{one.locator}" for one in point.grounds]
    parts = sentences(phrased)
    return bool(parts) and len(phrased) <= ROOM[said.lang] and all(supports(grounds, one) and not unproven(one, grounds) for one in parts)


def _as_they_were(points: Sequence[Point], said: Saying, writer: ChatModel, why: str) -> Told:
    key = {"budget": "points_budget", "unproven": "points_unproven"}.get(why, "points_down")
    return Told(tuple(points), Brain(fell_back=f"{writer.name}: {why}"), said.say(key))
