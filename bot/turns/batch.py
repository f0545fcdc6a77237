"""The batch task `route`: one line of what was said in, its intent and language out. Knows the lines' fields; does nothing else."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.talk import Turn, language_of
from bot.ports import Capability, Chooser

HAN = re.compile(r"[\u3400-\u9fff]")
FOREIGN_WORD = re.compile(r"(?<![A-Za-z])[a-z]{2,}")
"""A Latin word in lower case: names and abbreviations (NPS, AGV-300) make no Chinese sentence a mixed one."""


async def predict(
    line: Mapping[str, str], _context: Mapping[str, object], *, chooser: Chooser, offered: Sequence[Capability]
) -> Mapping[str, object]:
    """The intent of `text`, said by somebody in `user_role` at `now` in `tz`, and its language: `zh`, `en` or `mixed`."""
    text = line["text"]
    speaker = Speaker(UserId("batch"), "batch", Role(line["user_role"]), "", line["tz"])
    turn = Turn(TurnId(line["id"]), ThreadId("batch"), speaker, text, language_of(text), datetime.fromisoformat(line["now"]))
    choice = await chooser.choose(turn, offered)
    return {"id": line["id"], "route": choice.intent, "lang": _spoken(text)}


def _spoken(text: str) -> str:
    if not HAN.search(text):
        return "en"
    return "mixed" if FOREIGN_WORD.search(text) else "zh"
