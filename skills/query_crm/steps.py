"""What every answer has beside its result: the next steps it offers, and how it says that there is nothing. Knows no query."""

from bot.domain.outcome import Button
from bot.domain.scope import Reach
from skills.query_crm.saying import Saying


def next_steps(saying: Saying, *, rows: bool = False) -> tuple[Button, ...]:
    """[Rows] where the answer was a figure, and [Change]; both say what typing would."""
    keys = ("rows", "change") if rows else ("change",)
    return tuple(Button(saying.say(f"button_{key}"), "say", saying.say(f"said_{key}")) for key in keys)


def nothing(saying: Saying, entity: str) -> str:
    """That there is no such record; only among those that the person may see, where these are not all."""
    key = "nothing" if saying.scope.of(entity) is Reach.ALL else "nothing_seen"
    return saying.say(key, entity=saying.entity(entity))
