"""A letter in a chat model's words: it phrases what stands between greeting and sign-off, each sentence on its grounds. Knows no vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.evidence import Evidence
from bot.domain.gaps import gaps_in
from bot.domain.grounding import sentences
from bot.domain.outcome import Brain
from bot.errors import ModelDown
from bot.ports import ChatModel
from skills.exec_outreach.claims import Claim, stands
from skills.exec_outreach.compose import Letter, Plan, joined, names_between
from skills.exec_outreach.register import ROOM, faults

PROMPT = "exec_outreach/letter"
MOST = 8
SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "grounds": {"type": "array", "items": {"type": "integer"}}},
                "required": ["text", "grounds"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Told:
    """A letter as it will be shown, who worded it, and what to tell the rep (a key of strings.toml, "" for nothing). dropped: sentences."""

    letter: Letter
    brain: Brain
    note: str = ""
    dropped: int = 0


async def worded(letter: Letter, plan: Plan, request: str, writer: ChatModel) -> Told:
    """The letter in `writer`'s words where its grounds support them; as it was built otherwise, and that is said."""
    values = {
        "request": request, "language": "Chinese" if plan.lang == "zh" else "English", "room": str(ROOM[plan.lang]), "letter": letter.body,
        "sentences": "\n".join(one.text for one in letter.middle), "grounds": _listed(letter), "manner": _manner(plan),
    }  # fmt: skip
    try:
        told = await writer.fill(PROMPT, values, SCHEMA)
    except ModelDown as down:
        return Told(letter, Brain(fell_back=f"{writer.name}: {down.why}"), "budget" if down.why == "budget" else "down")
    phrased = [Claim(one["text"].strip(), _cited(one["grounds"], letter)) for one in told["sentences"] if one["text"].strip()]
    kept = tuple(replace(one, gaps=gaps_in(one.text)) for one in phrased if _holds(one, letter, plan))
    proposed = replace(letter, middle=kept)
    if not _whole(proposed, letter, plan):
        return Told(letter, Brain(fell_back=f"{writer.name}: unproven"), "unproven")
    return Told(proposed, Brain(writer.name), "dropped" if len(kept) < len(phrased) else "", len(phrased) - len(kept))


def _listed(letter: Letter) -> str:
    return "\n".join(f"{at}. {one.source} · {one.locator}: {one.quote}" for at, one in enumerate(letter.grounds, 1))


def _manner(plan: Plan) -> str:
    voice = plan.voice
    if voice is None or plan.formal:
        return "formal and plain"
    return f"as in: {voice.opening or '(no courtesy)'} · about {voice.length} characters or words"


def _cited(numbers: Sequence[int], letter: Letter) -> tuple[Evidence, ...]:
    grounds = letter.grounds
    return tuple(grounds[at - 1] for at in dict.fromkeys(numbers) if 1 <= at <= len(grounds))


def _holds(claim: Claim, letter: Letter, plan: Plan) -> bool:
    """Every sentence of a piece on its own: what it cites, and the plain draft, say all of it."""
    frame = [one.text for one in letter.middle if not one.grounds or set(one.grounds) <= set(claim.grounds)]
    return all(stands(one, claim.grounds, frame, names_between(plan)) for one in sentences(claim.text))


def _whole(proposed: Letter, letter: Letter, plan: Plan) -> bool:
    """Whether it still says what it is for: its first ground, its gaps, and nothing that does not fit."""
    grounded = not letter.grounds or set(proposed.grounds) & set(letter.grounds)
    return bool(
        joined([one.text for one in proposed.middle], plan.lang) and grounded and proposed.gaps == letter.gaps
        and not faults(proposed.body, plan.lang, executive=plan.person.executive)
    )  # fmt: skip
