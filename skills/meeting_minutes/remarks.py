"""What stays open, and what is not for many eyes. Knows words only."""

import re

from bot.domain.sensitive import sensitive_in
from skills.meeting_minutes.clauses import clauses
from skills.meeting_minutes.meeting import Meeting, Quote, Said
from skills.meeting_minutes.signs import has, plain

GUARDED = frozenset({"gift", "condolence", "dispute"})
"""Kinds of sensitive words that make a remark one; complaints are what minutes are for."""
UNKNOWN = re.compile(
    "不知道|不清楚|说不好|不好说|回头(?:再)?(?:说|看|问|定)|再(?:说|看|议|想想)|还没(?:想|定|看)|待定|得(?:问|查)|要(?:问|查)一?下|不确定|没想好"
    r"|\b(?:not sure|dont know|no idea|need to check|have to check|let me think|get back|come back to|too early|to be (?:decided|confirmed)"
    r"|tbd|will see|find out|havent decided|good question)\b"
)


def sensitive(meeting: Meeting) -> tuple[Quote, ...]:
    """Remarks said in confidence, of people's fate, health, favours or lawsuits."""
    return tuple(_quote(one) for one in meeting.turns if has("sensitive", plain(one.text)) or GUARDED & set(sensitive_in(one.text)))


def open_questions(meeting: Meeting) -> tuple[Quote, ...]:
    """Questions that nobody answered: the next word of the other side is another question, says it is not known, or never came."""
    found = []
    for turn in meeting.turns:
        if not any(one.asked or has("asks", one.plain) for one in clauses(turn.text)[-1:]) or len(turn.text) < 6:  # noqa: PLR2004 - 是吗
            continue
        others = (one for one in meeting.turns[turn.place + 1 : turn.place + 3] if one.speaker != turn.speaker or not turn.speaker)
        answer = next(others, None)
        if answer is None or UNKNOWN.search(plain(answer.text)):
            found.append(_quote(turn))
    return tuple(found)


def _quote(turn: Said) -> Quote:
    return Quote(turn.text, turn.speaker, turn.place)
