"""Hear: from what was sent to text. From here on a turn has only words."""

import unicodedata

from bot.domain.ids import TurnId
from bot.domain.people import Speaker
from bot.domain.talk import Turn, Utterance, language_of
from bot.errors import Unclear

LONGEST = 8_000
"""Characters of one message; what people type is far shorter, what is longer is a document."""


def hear(turn_id: TurnId, said: Utterance, speaker: Speaker) -> Turn:
    """The turn in `said`.  Raises: Unclear when there is nothing to read in it, or far too much."""
    text = "".join(char for char in said.text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"}).strip()
    if not any(char.isalnum() for char in text):
        raise Unclear("nothing_said")
    if len(text) > LONGEST:
        raise Unclear("too_long", limit=LONGEST)
    return Turn(turn_id, said.origin.thread_id, speaker, text, language_of(text), said.sent_at)
