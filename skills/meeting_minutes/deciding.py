"""How far the money is, and until when the account means to decide. Knows no pain and no task."""

import re

from bot.ports import Reader
from skills.meeting_minutes.clauses import clauses
from skills.meeting_minutes.due import Due, dues
from skills.meeting_minutes.meeting import Budget, Meeting, Money, Quote, Said, Window
from skills.meeting_minutes.signs import has, plain

STATES = (Budget.FROZEN, Budget.NONE, Budget.PENDING, Budget.APPROVED)
"""In the order in which they count when one turn shows several."""
AMOUNT = re.compile(r"[\d一二两三四五六七八九十百]+[万亿]|[$£€¥]\s?\d|\b(?:hundred|thousand|million)\b|\d+ ?k\b")
FIRM = re.compile(r"最晚|必须|一定|不然|赶不上|\blatest\b|\bmust\b|\bhas to\b|\bneeds? to\b|\bdeadline\b")

REASON = re.compile(r"不然|否则|因为|要不|定不下来|\b(?:because|otherwise|since|or else)\b")
"""What stands behind is why, not when."""


def budget(meeting: Meeting) -> Money | None:
    """The last that the account said of its budget; None when it said nothing."""
    found = None
    for turn in meeting.turns:
        if turn.ours:
            continue
        said = plain(turn.text)
        status = _status(said, _context(turn, meeting))
        if status is not None and (found is None or _tells(said) or status is not Budget.PENDING):
            found = Money(status, Quote(turn.text, turn.speaker, turn.place))
    return found


def _tells(said: str) -> bool:
    return has("money", said)


def _context(turn: Said, meeting: Meeting) -> str:
    """What was said of money just before."""
    return " ".join(plain(one.text) for one in meeting.turns[max(0, turn.place - 2) : turn.place])


def _status(said: str, before: str) -> Budget | None:
    own = has("money", said)
    if not own and not (has("money", before) or (AMOUNT.search(said) and has("approved", said))):
        return None
    return next((one for one in STATES if has(one.value, said)), None)


async def window(meeting: Meeting, reader: Reader) -> Window | None:
    """Until when the account means to decide: by signing and deciding rather than by going live, by the last that was said of it."""
    best: tuple[int, int, Window] | None = None
    for turn in meeting.turns:
        if _is_our_promise(turn, meeting):
            continue
        for place, due in enumerate(await dues(turn.text, meeting, reader)):
            weight = _weight(turn, due, meeting, first=place == 0)
            if weight and (best is None or (weight, turn.place) >= best[:2]):
                best = (weight, turn.place, Window(due.day, Quote(turn.text, turn.speaker, turn.place)))
    return best[2] if best else None


def _is_our_promise(turn: Said, meeting: Meeting) -> bool:
    after = meeting.turns[turn.place + 1 : turn.place + 2]
    said = plain(turn.text)
    return turn.ours and not (after and has("decides_first", plain(after[0].text)) and has("decides_first", said))


def _weight(turn: Said, due: Due, meeting: Meeting, *, first: bool) -> int:
    """0 when the day is none of deciding."""
    said = plain(turn.text)
    if REASON.search(said[: due.start]):
        return 0
    parts = [one.plain for one in clauses(turn.text)]
    near = next((one for one in parts if said.find(one) <= due.start < said.find(one) + len(one)), said)
    before = [plain(one.text) for one in meeting.turns[max(0, turn.place - 2) : turn.place] if one.ours]
    asked = any(has("window_ask", one) and has("decides", one) for one in before)
    if has("promise", near) and not has("decides_first", near):
        return 0
    if has("wants", said) and not has("decides_first", near):
        return 0
    weight = 4 * has("decides_first", near) + (6 if first else 2) * asked + 2 * has("decides", near) + bool(FIRM.search(said))
    return weight if weight > 1 else 0
