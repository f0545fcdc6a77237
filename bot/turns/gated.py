"""The gate on the road: what a skill made is told with who has to agree before it leaves. Decides no class; holds to what the policy says.

The store finds the same again when it keeps the draft, and at every later step: this is what people are told, that is what holds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.approval import ReviewRules
from bot.domain.figures import TERMS, each_once, figures_of
from bot.domain.gating import CONTRACT_PAPER, gate_of_request
from bot.domain.outcome import Button, Draft
from bot.domain.people import Role, Speaker, User
from bot.domain.policy import Gate, Ground, Reason
from bot.domain.records import HeldDraft
from bot.domain.review import HeldReview, Post, ReviewState, SeatPlan
from bot.domain.talk import Lang
from bot.ports import Ledger, Reviews, Users, Words
from bot.turns.way import Way

LETTER, QUOTE, CONTRACT = "letter", "quote", "contract"
LEAVES = frozenset({LETTER, QUOTE})
"""Records that leave the house once they are saved."""
FLOORS: Mapping[str, Ground] = {"rep_confirms": Ground(Reason.CRM_WRITE), "must_review": Ground(Reason.SKILL)}
KINDS = (
    Reason.EXEC_MESSAGE, Reason.SENSITIVE, Reason.COMMITMENT_OUTSIDE_POLICY, Reason.PRICING_OUTSIDE_POLICY, Reason.UNKNOWN_ADDRESSEE,
    Reason.CONTRACT_RISK, Reason.SKILL,
)  # fmt: skip
"""What a gated thing is called by, the most telling reason first."""
LONG_MIN = 90
EARLIER = 6


@dataclass(frozen=True)
class Gating:
    """Knows the rules and who is there; asks the store for nothing but what is known of people and of waiting."""

    reviews: Reviews
    users: Users
    ledger: Ledger
    words: Words
    rules: Callable[[], ReviewRules]

    async def gated(self, draft: Draft, way: Way) -> tuple[Draft, Gate]:
        """The draft as it is shown, with its buttons and why it waits for whom; and its gate. way: of the turn that made it."""
        floor = FLOORS.get(way.skill.review if way.skill else "")
        request = await self._asked(way) if draft.entity in LEAVES else way.said
        found = await self.reviews.foreseen(draft.entity, draft.fields, record_id=draft.record_id, request=request, paper=paper_of(draft))
        gate = found.joined(Gate((floor,) if floor else ()))
        return await self.shown(draft, gate, way.speaker, way.lang), gate

    async def wished(self, way: Way) -> Gate:
        """Why what was asked for would be gated, where nothing was drafted yet: angles to choose from, a question back."""
        floor = FLOORS.get(way.skill.review if way.skill else "")
        found = gate_of_request(await self._asked(way), authority=self.rules().authority)
        return found.joined(Gate((floor,) if floor else ()))

    async def shown(self, draft: Draft, gate: Gate, author: Speaker, lang: Lang) -> Draft:
        """The draft with what can be done about it, given its gate."""
        if gate.must_review and draft.submits:
            return replace(draft, buttons=self._labelled(lang, edit="button_revise", discard="button_no_thanks"))
        if gate.must_review:
            line = await self.line(gate, draft, author, lang)
            return replace(draft, text=f"{draft.text}\n{line}", buttons=self.buttons(lang))
        if draft.entity == LETTER:
            return replace(draft, buttons=self.letter_buttons(lang))
        return draft

    async def line(self, gate: Gate, draft: Draft | HeldDraft, author: Speaker, lang: Lang) -> str:
        """Why it waits, for whom, one after the other, and how long that takes as a rule."""
        plan = await self.reviews.planned(gate, draft.entity, draft.fields, record_id=draft.record_id)
        stages: dict[int, list[str]] = {}
        for one in plan:
            stages.setdefault(one.stage, []).append(await self._called(one, author, lang))
        first, *later = (together(list(dict.fromkeys(names)), self.words, lang) for _, names in sorted(stages.items()))
        minutes = await self.reviews.usual_wait_min([one.post for one in plan])
        told = {"what": called(gate, draft.entity, self.words, lang), "who": first, "wait": duration(minutes or 0, self.words, lang)}
        if later:
            told["then"] = self.words.say("gate_then", lang).join(later)
        return self.words.say(f"gate_line{'_then' if later else ''}{'' if minutes is None else '_wait'}", lang, **told)

    def buttons(self, lang: Lang) -> tuple[Button, ...]:
        """What the author can do about a draft that waits for a second person."""
        return self._labelled(lang, submit="button_submit", edit="button_revise", discard="button_no_thanks")

    def letter_buttons(self, lang: Lang) -> tuple[Button, ...]:
        """What the author can do about a letter that nobody else has to read."""
        return self._labelled(lang, save="button_send_this", edit="button_revise", discard="button_no_thanks")

    def _labelled(self, lang: Lang, **keys: str) -> tuple[Button, ...]:
        return tuple(Button(self.words.say(key, lang), action) for action, key in keys.items())

    async def _asked(self, way: Way) -> str:
        """All that was said for it: a request told in pieces is one request."""
        said = [way.said]
        for one in await self.ledger.latest(way.speaker.user_id, way.origin.talk, limit=EARLIER):
            if one.draft_id is not None or (one.made.skill, one.made.intent) != (way.choice.skill, way.choice.intent):
                break
            said.append(one.said or "")
        return "\n".join(reversed(said))

    async def _called(self, seat: SeatPlan, author: Speaker, lang: Lang) -> str:
        """The one person who would sit there, or the post where there are several."""
        holders = [one for one in await self.users.everyone() if _holds(one, seat.post) and one.id != author.user_id]
        near = [one for one in holders if one.team == author.team] or holders
        return near[0].name if len(near) == 1 else self.words.say(f"post_{seat.post}", lang)


def paper_of(draft: Draft) -> str:
    """Of a contract, the paper that it was read from; "" for none."""
    ground = draft.evidence.get(CONTRACT_PAPER) if draft.entity == CONTRACT else None
    return ground.ref if ground else ""


def may_leave(gate: Gate, review: HeldReview | None, held: HeldDraft) -> bool:
    """The second lock on the same door: the store saved a letter, and it is asked once more whether that was allowed."""
    if not gate.must_review:
        return True
    return review is not None and review.state is ReviewState.APPROVED and review.revision == held.revision and review.author == held.author


def called(gate: Gate, entity: str, words: Words, lang: Lang, form: str = "what") -> str:
    """What a gated thing is called, by its most telling reason; `form`: "what" for things of that kind, "one" for this one."""
    reasons = {one.reason for one in gate.grounds}
    reason = next((one for one in KINDS if one in reasons), Reason.SKILL)
    return words.say(f"gate_{form}_{QUOTE if entity == QUOTE and reason in TERMS else reason}", lang)


def why_gated(gate: Gate, entity: str, words: Words, lang: Lang) -> tuple[str, ...]:
    """Each reason for which somebody has to agree, in words; of a quote's terms the figures, where there are any."""
    figures = figures_of(gate, lang) if entity == QUOTE else ()
    found: dict[Reason, list[str]] = {}
    for one in gate.grounds:
        if one.reason in KINDS and not (figures and one.reason in TERMS):
            found.setdefault(one.reason, []).extend([one.words] if one.words else [])
    comma = words.say("list_comma", lang)
    told = [(words.say(f"gate_why_{reason}", lang), comma.join(each_once(shown))) for reason, shown in found.items()]
    return (*figures, *(words.say("gate_shown", lang, why=why, words=shown) if shown else why for why, shown in told))


def together(names: Sequence[str], words: Words, lang: Lang) -> str:
    """Those who decide at the same time: A, B and C."""
    *before, last = names
    return words.say("list_and", lang, before=words.say("list_comma", lang).join(before), last=last) if before else last


def duration(minutes: float, words: Words, lang: Lang) -> str:
    """So many minutes as people say it."""
    if minutes < LONG_MIN:
        return words.say("minutes", lang, count=max(1, round(minutes)))
    return words.say("hours", lang, count=f"{minutes / 60:.1f}".removesuffix(".0"))


def _holds(user: User, post: Post) -> bool:
    return user.role is Role(post.value)
