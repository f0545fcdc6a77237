"""A decision once more, as it would be made now: the words of then, with the skills, prompts, models and records of today.

Nothing is written and nothing is sent: the road is walked up to the outcome, and never settled. It is walked with the rights that its
person has today, for them alone, at the moment they said it; only what the talk was last about is known of what went before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.domain.decision import Decision, Made
from bot.domain.ids import DecisionId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Draft, Outcome
from bot.domain.people import Speaker, speaker_of
from bot.domain.policy import Gate
from bot.domain.talk import Memories, Origin, Utterance
from bot.errors import TellUser, Unclear, Upstream
from bot.ports import Chooser, Reviews, Users, Words
from bot.turns.answering import Answering
from bot.turns.gated import FLOORS, paper_of
from bot.turns.hear import hear
from bot.turns.know import WEB
from bot.turns.under_way import UnderWay
from bot.turns.way import ReadySkill, Way

HOUSE, UNSURE = "house", "unsure"
PATIENCE_S = 15.0
"""Less than a page waits."""


@dataclass(frozen=True)
class Again:
    """What would come of it now."""

    outcome: Outcome
    made: Made


@dataclass(frozen=True)
class _Then:
    """The port `Memory`, as it was when a decision was made."""

    memories: Memories

    async def recall(self, _user_id: UserId, _thread_id: ThreadId) -> Memories:
        """What had been talked about."""
        return self.memories


@dataclass(frozen=True)
class Replay:
    """Makes decisions again.

    chooser: on whose budget it asks -> who chooses. skills: what somebody may use, and on whose budget their models are asked.
    before: what had been talked about before a decision.
    """

    users: Users
    chooser: Callable[[Speaker], Chooser]
    skills: Callable[[Speaker, Speaker], Sequence[ReadySkill]]
    words: Words
    reviews: Reviews
    before: Callable[[DecisionId], Awaitable[Memories]]
    patience_s: float = PATIENCE_S

    async def again(self, story: Decision, by: Speaker) -> Again:
        """The outcome of today. by: an admin, on whose budget of the model it goes.

        Raises: Unclear where there is nothing to make again: words that were erased, a press, a person who has left, what the house did of
        its own accord, a file that came along; TellUser("replay_late"), TellUser("replay_down").
        """
        speaker = await self._speaker(story)
        mine = self.skills(speaker, by)
        if any(story.made.intent in one.capability.errands for one in mine):
            raise Unclear("replay_unasked")
        origin = Origin(WEB, "", speaker.user_id, story.thread_id)
        way = Way(self.words, story.made.lang, origin, story.said or "", person=speaker)
        turn = hear(TurnId(story.turn_id), Utterance(origin, f"replay:{story.id}", story.said or "", story.at), speaker)
        then = _Then(await self.before(story.id))
        answering = Answering(then, self.chooser(by), lambda _: mine, self.words, UnderWay(), strangers=None)
        try:
            async with asyncio.timeout(self.patience_s):
                outcome = await answering.answer(turn, way)
                way.gate = await self._gate(outcome, way)
        except TimeoutError:
            raise TellUser("replay_late") from None
        except Upstream as down:
            raise TellUser("replay_down") from down
        except TellUser as stop:
            outcome = Answer(way.words.say(stop.key, way.lang, **stop.facts), found=False)
        way.watch.lap("do")
        return Again(outcome, way.made(outcome))

    async def _speaker(self, story: Decision) -> Speaker:
        if story.said is None:
            raise Unclear("replay_erased")
        user = await self.users.by_id(story.user_id) if story.user_id else None
        if user is None:
            raise Unclear("replay_nobody")
        speaker = speaker_of(user)
        is_press = story.made.skill == HOUSE and story.made.intent != UNSURE
        if is_press or not any(char.isalnum() for char in story.said):
            raise Unclear("replay_nothing")
        return speaker

    async def _gate(self, outcome: Outcome, way: Way) -> Gate | None:
        """Why a draft would wait, and for whom, as the store would find it."""
        if not isinstance(outcome, Draft):
            return None
        floor = FLOORS.get(way.skill.review if way.skill else "")
        found = await self.reviews.foreseen(
            outcome.entity, outcome.fields, record_id=outcome.record_id, request=way.said, paper=paper_of(outcome)
        )
        return found.joined(Gate((floor,) if floor else ()))
