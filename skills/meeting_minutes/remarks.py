"""What stays open, and what is not for many eyes. Knows words only."""

import re
from collections.abc import Collection

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


AMOUNT = re.compile(
    r"[\d一二两三四五六七八九十百]+(?:多|来)?[万亿]|[$£€¥] ?\d|\b(?:hundred|thousand|million|grand)\b|\d+ ?k\b"
    r"|\d+ ?(?:percent|%)|打.折|百分之|[便低高贵].{0,4}(?:成|%|个点)|\b(?:cheaper|lower|less)\b"
)
OTHER = re.compile(
    r"(?:别|另一|另外一|其他|对)家[^ ]{0,6}(?:报|价|开|给)|(?:竞品|竞对|友商|对手|对方家)[^ ]{0,8}(?:报|价|开|给)"
    r"|\b(?:the )?(?:other|another|competing) (?:vendor|supplier|bidder|bid|quote|offer)s?\b|\bcompetitors?\b"
)
"""Somebody else who sells: with an amount it is what they ask."""


def sensitive(meeting: Meeting, rivals: Collection[str] = ()) -> tuple[Quote, ...]:
    """Remarks said in confidence, of people's fate, health, favours or lawsuits, and what a rival asks. rivals: their names."""
    return tuple(_quote(one) for one in meeting.turns if _is_sensitive(one.text, rivals))


def _is_sensitive(text: str, rivals: Collection[str]) -> bool:
    said = plain(text)
    prices = AMOUNT.search(said) is not None and (OTHER.search(said) is not None or any(plain(one) in said for one in rivals))
    return prices or has("sensitive", said) or bool(GUARDED & set(sensitive_in(text)))


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
