"""Writing: a few words go on with the open draft they are about; a person's voice is learned when they say so, and they are asked once.

Knows words and drafts; knows no skill by its name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.amending import amends
from bot.domain.ids import UserId
from bot.domain.outcome import Answer, Button
from bot.domain.records import Event
from bot.domain.talk import Lang, Turn
from bot.domain.voice import Consent, voice_wish
from bot.ports import Capability, Choice, Drafts, Outbox, Voices, Words
from bot.turns.choose import Chosen
from bot.turns.reach import Reach

LETTER = "letter"


@dataclass(frozen=True)
class Writing:
    """Goes on with drafts, and minds whose voice may be learned."""

    drafts: Drafts
    voices: Voices
    words: Words

    async def goes_on(self, turn: Turn, offered: Sequence[Capability]) -> Chosen | None:
        """The skill that goes on with an open draft of its own, where `turn` changes it; else None.

        It is that of this talk's topic; or one that no talk is ever about, where its draft is the newest.
        """
        ready, topic = [one for one in offered if one.amends and one.status == "ready"], turn.memory.topic
        of_topic = next((one for one in ready if topic and one.name == topic.skill), None)
        if of_topic is None and all(one.topic for one in ready):
            return None
        held = await self.drafts.open_of(turn.speaker.user_id)
        mine = next((one for one in held if of_topic and one.entity in of_topic.amends), None)
        if topic and of_topic and mine and amends(mine, turn.text):
            return _going_on(turn, of_topic.name, topic.intent)
        apart = next((one for one in ready if not one.topic and held and held[0].entity in one.amends), None)
        if apart is None or not amends(held[0], turn.text):
            return None
        return _going_on(turn, apart.name, apart.intents[0])

    async def minds(self, turn: Turn, lang: Lang) -> Answer | None:
        """What is said to somebody who wants their voice learned, or forgotten; None where the turn is about something else."""
        wish = voice_wish(turn.text)
        if wish is None:
            return None
        await self.voices.decide(turn.speaker.user_id, Consent.GIVEN if wish else Consent.WITHDRAWN, turn_id=turn.id)
        return Answer(self.words.say("voice_learned" if wish else "voice_forgotten", lang))


def _going_on(turn: Turn, skill: str, intent: str) -> Chosen:
    return Chosen(Choice(skill, intent), replace(turn, intent=intent, memory=replace(turn.memory, continues=True)))


@dataclass(frozen=True)
class AskingVoices:
    """Asks people once whether letters shall be in their own voice, after their second one was let through.

    wake: tells the delivery that there is something to send.
    """

    voices: Voices
    outbox: Outbox
    reach: Reach
    words: Words
    wake: Callable[[], None]

    async def saved(self, event: Event) -> None:
        """A draft was saved: it may have been somebody's second letter."""
        author = UserId(str(event.payload.get("author") or ""))
        if author and event.payload.get("entity") == LETTER and await self.ask(author):
            self.wake()

    async def ask(self, user_id: UserId) -> bool:
        """Ask, where it is time to, in the chat in which they were heard last; says whether they were asked."""
        if not await self.voices.due(user_id):
            return False
        place = await self.reach.of(user_id)
        if place is None:
            return False
        lang = await self.reach.lang_of(user_id, Lang.ZH)
        yes = Button(self.words.say("button_voice_yes", lang), "say", self.words.say("say_voice_yes", lang))
        no = Button(self.words.say("button_voice_no", lang), "say", self.words.say("say_voice_no", lang))
        await self.outbox.say(place, Answer(self.words.say("voice_ask", lang), buttons=(yes, no)), key=f"voice:{user_id}", lang=lang)
        await self.voices.decide(user_id, Consent.ASKED)
        return True
