"""What every answer has beside its result: the next steps it offers, and how it says that there is nothing. Knows no query."""

from collections.abc import Iterable

from bot.domain.evidence import Evidence
from bot.domain.outcome import Answer, Button
from bot.domain.scope import Reach
from skills.query_crm.posed import Posed
from skills.query_crm.saying import Saying

GROUNDS = 3
"""Grounds that an answer carries, where there are so many."""


def next_steps(saying: Saying, *, rows: bool = False) -> tuple[Button, ...]:
    """[Rows] where the answer was a figure, and [Change]; both say what typing would."""
    keys = ("rows", "change") if rows else ("change",)
    return tuple(Button(saying.say(f"button_{key}"), "say", saying.say(f"said_{key}")) for key in keys)


def nothing(saying: Saying, entity: str) -> str:
    """That there is no such record; only among those that the person may see, where these are not all."""
    key = "nothing" if saying.scope.of(entity) is Reach.ALL else "nothing_seen"
    return saying.say(key, entity=saying.entity(entity))


def finished(
    saying: Saying, posed: Posed, lines: Iterable[str], grounds: Iterable[Evidence], beside: Iterable[str] = (), *, found: bool = True,
    rows: bool = False,
) -> Answer:
    """The answer to a posed question: its lines, the result first, then how it was read. beside: what the query does not say of that."""
    how = saying.joint([saying.read_as(posed.query), *beside])
    return Answer(
        "\n".join([*lines, saying.say("read_as", how=how)]), tuple(grounds)[:GROUNDS], next_steps(saying, rows=rows and found), found,
        query=posed.to_json(),
    )
