"""Complaining: a press hands a complaint in, named or not; an admin says what becomes of it, and its teller hears that."""

import re
from dataclasses import dataclass

from bot.domain.complaints import Area, Fate
from bot.domain.ids import TurnId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang
from bot.errors import NotAllowed, Stale
from bot.ports import Words
from bot.ports.complaints import Complaints
from bot.turns.deeds import Done
from bot.turns.errands import Errands
from bot.turns.wishes import Act

COMPLAINT = "complaint"
ANSWERED = "complaint_answered"
HANDS_IN = re.compile(rf"{COMPLAINT}:(?P<way>named|unnamed|drop):(?P<area>{'|'.join(Area)})")
DECIDES = re.compile(rf"{COMPLAINT}:(?P<fate>taken|mended|declined):(?P<id>[\w-]{{1,64}})")


@dataclass(frozen=True)
class Complaining:
    """The `Deed` of complaints."""

    complaints: Complaints
    errands: Errands
    words: Words

    async def do(self, act: Act, _turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:
        """Hand in what was complained about, or decide about it.  Raises: Stale; NotAllowed("complaints_are_admins")."""
        if found := HANDS_IN.fullmatch(act.action):
            return await self._hand_in(act, found["way"], Area(found["area"]), speaker, lang)
        if found := DECIDES.fullmatch(act.action):
            return await self._decide(found["id"], Fate(found["fate"]), speaker, lang)
        raise Stale("unknown_button")

    async def _hand_in(self, act: Act, way: str, area: Area, speaker: Speaker, lang: Lang) -> Done:
        if way == "drop":
            return Done(Answer(self.words.say("complaint_dropped", lang)), act.label)
        kept = act.decision_id and await self.complaints.hand_in(act.decision_id, area, speaker.user_id, named=way == "named")
        return Done(Answer(self.words.say(f"complaint_{way}" if kept else "complaint_gone", lang)), act.label)

    async def _decide(self, complaint_id: str, fate: Fate, speaker: Speaker, lang: Lang) -> Done:
        if speaker.role is not Role.ADMIN:
            raise NotAllowed("complaints_are_admins")
        complaint = await self.complaints.decide(complaint_id, fate, speaker.user_id)
        teller = await self.complaints.ears(complaint_id)
        if teller:
            facts = {"area": complaint.area, "fate": fate, "day": complaint.day.isoformat()}
            await self.errands.send(teller, ANSWERED, f"complaint:{complaint_id}:{fate}", facts)
            if fate.final:
                await self.complaints.told(complaint_id)
        return Done(Answer(self.words.say("complaint_decided" if teller else "complaint_decided_alone", lang)))
