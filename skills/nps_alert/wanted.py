"""What is wanted of rules: to make one, hear of them, change, rest or end one. Knows no rule."""

from enum import StrEnum

from bot.domain.numerals import fold
from skills.nps_alert.cues import first


class Wanted(StrEnum):
    """What a turn is about. The values are rows of `cues.toml`, where their order tells which counts first; `new` makes one, too."""

    MAKE = "make"
    LIST = "list"
    WHY = "why"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


def wanted(text: str) -> Wanted:
    """What `text` is about: a new rule where it says nothing else."""
    said = first("wanted", fold(text))
    return Wanted(said) if said in set(Wanted) else Wanted.MAKE
