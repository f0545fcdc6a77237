"""Hear: from what was sent to text. From here on a turn has only words."""

import unicodedata

from bot.domain.dialogue import LONGEST as LONGEST_TALK
from bot.domain.dialogue import is_dialogue
from bot.domain.ids import TurnId
from bot.domain.people import Speaker
from bot.domain.talk import Spoken, Turn, Utterance, language_of
from bot.errors import Unclear

LONGEST = 8_000
"""Characters of one message; what people type is far shorter, what is longer is a document."""
LONGEST_SPOKEN = LONGEST_TALK
"""Characters of what was spoken, is talk of several people, or comes out of a file.

Two hours of fast speech are some 40,000 of Chinese, 120,000 of English.
"""


def hear(turn_id: TurnId, said: Utterance, speaker: Speaker, spoken: Spoken | None = None) -> Turn:
    """The turn in `said`. spoken: as of a `Turn`.  Raises: Unclear when there is nothing to read in it, or far too much."""
    text = "".join(char for char in said.text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"}).strip()
    if not any(char.isalnum() for char in text):
        raise Unclear("nothing_said")
    talk = spoken is not None or (len(text) > LONGEST and is_dialogue(text))
    if len(text) > (LONGEST_SPOKEN if talk else LONGEST):
        raise Unclear("talk_too_long", limit=LONGEST_SPOKEN) if talk else Unclear("too_long", limit=LONGEST)
    return Turn(turn_id, said.origin.thread_id, speaker, text, language_of(text), said.sent_at, spoken=spoken)
