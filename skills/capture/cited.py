"""The words of a note as grounds of what was read in it: verbatim, with where they stand, or when they were said. Knows no field."""

from dataclasses import dataclass

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience
from bot.domain.saying import Saying
from bot.domain.talk import Turn
from skills.capture.field import Field

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Cited:
    """Cites one turn."""

    turn: Turn
    said: Saying

    def of(self, one: Field) -> Evidence | None:
        """The words of a field as grounds; None where they do not stand in what was said."""
        return self.words(one.words, one.sure)

    def words(self, words: str, sure: float = 1.0) -> Evidence | None:
        """Words of the turn as grounds.  A recording is cited by its minute and second."""
        place = self.turn.text.find(words) if words else -1
        if place < 0:
            return None
        spoken = self.turn.spoken
        source = spoken.source if spoken else self.said.say("you_said")
        theirs = Audience(f"user:{self.turn.speaker.user_id}")
        return Evidence(words, source, self._where(place), EvidenceKind.EVENT, round(sure, 2), self.turn.id, theirs)

    def _where(self, place: int) -> str:
        segments = self.turn.spoken.segments if self.turn.spoken else ()
        for start, end, begins, ends in segments:
            if start <= place < end:
                at = int(begins + (ends - begins) * (place - start) / (end - start))
                return f"{at // MINUTE:02d}:{at % MINUTE:02d}"
        return self.said.day(self.said.today)
