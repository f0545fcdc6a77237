"""What was settled: an offer of one side that the other took, or what the account decided aloud. Knows no task."""

import re

from skills.meeting_minutes.clauses import clauses
from skills.meeting_minutes.meeting import Decision, Meeting, Quote, Said
from skills.meeting_minutes.signs import begins, has, plain

NEAR = 2
"""Turns within which an offer is answered."""


def decisions(meeting: Meeting, busy: frozenset[int] = frozenset()) -> tuple[Decision, ...]:
    """The decisions, in order; of one matter only the last words count. busy: turns that tell of tasks or money."""
    found: list[tuple[int, int, Decision]] = []
    for turn in meeting.turns:
        said = plain(turn.text)
        if has("recap", said) and not has("settles", said):
            continue
        answer = _answer(turn, meeting) if has("offers", said) or (has("settles", said) and turn.ours) else None
        if answer is not None:
            _keep(found, turn.place, answer.place, Decision(f"{turn.text} / {answer.text}", Quote(turn.text, turn.speaker, turn.place)))
        elif has("settles", said) and not turn.ours and not _open(said) and turn.place not in busy:
            _keep(found, turn.place, turn.place, Decision(turn.text, Quote(turn.text, turn.speaker, turn.place)))
    return tuple(one for _, _, one in found)


def _answer(turn: Said, meeting: Meeting) -> Said | None:
    """The first word of the other side within reach, if it is a yes without a but."""
    for other in meeting.turns[turn.place + 1 : turn.place + 1 + NEAR]:
        if other.ours != turn.ours:
            said = plain(other.text)
            taken = begins("accepts", said) or any(begins("accepts", one.plain) for one in clauses(other.text)[:1]) or has("settles", said)
            return other if taken and not has("doubts", said) else None
    return None


def _open(said: str) -> bool:
    """Asked, doubted, or a condition."""
    return has("asks", said) or has("doubts", said) or bool(re.search("如果|要是|的话|\\bif\\b", said)) or has("trouble", said)


def _keep(found: list[tuple[int, int, Decision]], first: int, last: int, one: Decision) -> None:
    """Words that go on from the last decision are of the same matter."""
    if found and first - found[-1][1] <= 1:
        begun, _, before = found.pop()
        text = before.text if one.text in before.text else f"{before.text} / {one.text}"
        found.append((begun, last, Decision(text, before.quote)))
        return
    found.append((first, last, one))
