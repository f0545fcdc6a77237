"""Points in a chat model's words, held against their own grounds. Knows what was asked of it and what came back; knows no model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.dossier import Point
from bot.domain.grounding import sentences, supports, unproven


@dataclass(frozen=True, slots=True)
class Phrased:
    """Points in the order in which they will be shown. held: how many of them are in the chat model's words."""

    points: tuple[Point, ...]
    held: int


def wanted_of(points: Sequence[Point], most: int) -> Mapping[str, object]:
    """The JSON Schema of an answer about these points."""
    return {
        "type": "object",
        "properties": {
            "points": {
                "type": "array",
                "maxItems": most,
                "items": {
                    "type": "object",
                    "properties": {
                        "angle": {"type": "string", "enum": [str(one.angle) for one in points]},
                        "text": {"type": "string"},
                    },
                    "required": ["angle", "text"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["points"],
        "additionalProperties": False,
    }


def listed(points: Sequence[Point]) -> str:
    """The points as the model reads them: each angle with its quotes."""
    return "\n\n".join(
        f"angle: {point.angle}\n" + "\n".join(f"- {one.source} · {one.locator}: {one.quote}" for one in point.grounds) for point in points
    )


def phrased(told: Sequence[Mapping[str, str]], points: Sequence[Point], *, room: int, most: int) -> Phrased:
    """The points that the model picked, in its words where their grounds support them, else as they were; the others after them.

    room: characters that one point may take. What must be closed first stays first, whatever was picked.
    """
    known, kept, held = {str(one.angle): one for one in points}, dict[str, Point](), 0
    for one in told:
        point = known.get(one["angle"])
        if point is not None and one["angle"] not in kept:
            words = one["text"].strip()
            stands = _stands(words, point, room)
            held += stands
            kept[one["angle"]] = replace(point, text=words) if stands else point
    ranked = [*kept.values(), *(one for name, one in known.items() if name not in kept)]
    ranked.sort(key=lambda one: not one.urgent)
    return Phrased(tuple(ranked[:most]), held)


def _stands(words: str, point: Point, room: int) -> bool:
    """Whether every sentence says nothing but what the point's own grounds say."""
    grounds = [f"{one.quote}\n{one.source}\n{one.locator}" for one in point.grounds]
    parts = sentences(words)
    return bool(parts) and len(words) <= room and all(supports(grounds, one) and not unproven(one, grounds) for one in parts)
