"""Hear: from what was sent to text. From here on a turn has only words."""

import unicodedata

from bot.domain.ids import TurnId
from bot.domain.people import Speaker
from bot.domain.talk import Spoken, Turn, Utterance, language_of
from bot.errors import Unclear

LONGEST = 8_000
"""Characters of one message; what people type is far shorter, what is longer is a document."""
LONGEST_SPOKEN = 200_000
"""Characters of what was spoken, or comes out of a file: two hours of fast speech are some 40,000 of Chinese, 120,000 of English."""


def hear(turn_id: TurnId, said: Utterance, speaker: Speaker, spoken: Spoken | None = None) -> Turn:
    """The turn in `said`. spoken: as of a `Turn`.  Raises: Unclear when there is nothing to read in it, or far too much."""
    text = "".join(char for char in said.text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"}).strip()
    if not any(char.isalnum() for char in text):
        raise Unclear("nothing_said")
    longest = LONGEST if spoken is None else LONGEST_SPOKEN
    if len(text) > longest:
        raise Unclear("too_long", limit=longest)
    return Turn(turn_id, said.origin.thread_id, speaker, text, language_of(text), said.sent_at, spoken=spoken)
