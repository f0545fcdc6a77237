"""Which points to make first: by what was asked for, by whom is met, no two from one ground. Orders points; makes none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.dossier import Angle, Dossier, Meeting, Point
from bot.domain.saying import text

POINTS = 3
ORDER = (
    Angle.PAIN, Angle.PRIORITY, Angle.PROOF, Angle.NEWS, Angle.VALUE, Angle.MONEY, Angle.TIME, Angle.RIVAL, Angle.INTRODUCTION, Angle.STEP,
    Angle.PROMISE,
)  # fmt: skip
"""What serves best where nothing special was asked for."""
WAITED_FOR = frozenset({"ticket", "order"})
RIVALS = (Angle.RIVAL, Angle.MONEY, Angle.TIME, Angle.PROOF, Angle.PAIN)
LOOKED_AT = {
    r"对手|竞品|竞争|友商|别家|怎么打|\b(?:rivals?|competitors?|competition|battle ?card|beat|versus)\b": RIVALS,
    r"贵|预算|价格|涨价|低价|成本|财务|采购|\b(?:expensive|budget|pric\w+|cost|cfo|purchas\w+|procurement|finance)\b":
        (Angle.MONEY, Angle.VALUE, Angle.PROOF),
    r"续约|续费|续签|\brenew\w*\b": (Angle.VALUE, Angle.PROMISE, Angle.MONEY),
    r"交期|工期|来得及|赶得上|\b(?:lead time|deadline|in time|schedule)\b": (Angle.TIME, Angle.PROOF, Angle.STEP),
    r"董事长|总经理|总裁|一把手|老板|高管|\b(?:ceo|chair\w*|president|managing director|founder|executive|big boss)\b":
        (Angle.PRIORITY, Angle.INTRODUCTION, Angle.NEWS, Angle.PROOF),
    r"技术|设备|机修|维护|演示|功能|质量|\b(?:cto|technolog\w*|maintenance|engineer\w*|demo|quality|logistics|operations)\b":
        (Angle.PAIN, Angle.PROOF, Angle.VALUE),
    r"拉近|吃饭|聊点|开场|第一句|开口|话题|\b(?:dinner|lunch|hooks?|ice-?breaker|open the conversation)\b":
        (Angle.NEWS, Angle.INTRODUCTION, Angle.PRIORITY, Angle.VALUE),
}  # fmt: skip
HINTS = tuple((re.compile(words, re.IGNORECASE), angles) for words, angles in LOOKED_AT.items())
"""Words of the request, or of the title of whoever is met -> what they look at."""
ABOUT_RIVALS = HINTS[0][0]
NEXT = re.compile(
    r"\s*(?:换一批|下一批|再来三个|another three|three more|the next three|next batch)\s*(?P<number>\d{1,2})?\s*$", re.IGNORECASE
)
"""Asks for further ones. number: which three, counted from 1."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Three points, or what is left. number: which three, counted from 1; more: whether there are further ones."""

    points: tuple[Point, ...]
    number: int = 1
    more: bool = False


def batch(said: str, dossier: Dossier) -> Batch:
    """The three that `said` asks for."""
    asked = NEXT.search(said)
    number = max(1, int(asked["number"] or 2)) if asked else 1
    ranked = apart(ranked_for(said, dossier))
    first = (number - 1) * POINTS
    return Batch(tuple(ranked[first : first + POINTS]), number, len(ranked) > first + POINTS)


def asked_for(said: str) -> str:
    """`said` without the words that ask for further ones."""
    return NEXT.sub("", said).strip()


def ranked_for(said: str, dossier: Dossier) -> list[Point]:
    """All points, those first that serve what is asked, or whoever is met.

    What they wait for is closed before anything else is said, but where rivals are asked about.
    """
    against = bool(dossier.rivals) or ABOUT_RIVALS.search(said) is not None
    first = RIVALS if against else _looked_at(said, dossier.met)
    order = [*first, *(one for one in ORDER if one not in first)]
    waited_for = {one.row.id for one in dossier.pending if one.entity in WAITED_FOR}
    return sorted(
        dossier.points,
        key=lambda one: (against or not (one.urgent and one.grounds[0].ref in waited_for), order.index(one.angle)),
    )


def _looked_at(said: str, met: Meeting) -> Sequence[Angle]:
    """What they look at: by the words of the request, else by the title of the first who is met."""
    titles = " ".join(text(row, "title") for row in met.contacts[:1])
    return next((angles for words in (said, titles) for sign, angles in HINTS if sign.search(words)), ())


def apart(points: Sequence[Point]) -> list[Point]:
    """The points in their order, but those that begin with what another has said already come last."""
    kept: list[Point] = []
    later: list[Point] = []
    told: set[str] = set()
    for point in points:
        same = _plain(point.grounds[0].quote) in told
        (later if same else kept).append(point)
        told |= {_plain(one.quote) for one in point.grounds[:1]} if same else {_plain(one.quote) for one in point.grounds}
    return kept + later


def _plain(quote: str) -> str:
    return re.sub(r"\W", "", quote).casefold()
