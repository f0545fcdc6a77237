"""A meeting read into minutes: each part by its own rules, one after the other. Knows no channel and saves nothing."""

import asyncio
from collections.abc import Collection

from bot.ports import Embedder, Reader
from skills.meeting_minutes.actions import actions
from skills.meeting_minutes.deciding import budget, window
from skills.meeting_minutes.meeting import Meeting, Minutes
from skills.meeting_minutes.pains import pains
from skills.meeting_minutes.remarks import open_questions, sensitive
from skills.meeting_minutes.settled import decisions
from skills.meeting_minutes.sounding import sounds


async def minutes(meeting: Meeting, reader: Reader, embedder: Embedder, *, rivals: Collection[str] = ()) -> Minutes:
    """What `meeting` came to. Every quote stands verbatim in one of its turns; a part that nobody spoke of stays empty.

    rivals: names of competitors, whose prices are not for many eyes. Two hours of talk take a second: others are let in between.
    """
    money, deadline = await asyncio.to_thread(budget, meeting), await window(meeting, reader)
    of_money = frozenset({money.quote.place} if money else ())
    of_time = frozenset({deadline.quote.place} if deadline else ())
    sounding = await sounds([one.text for one in meeting.turns if not one.ours], embedder)
    return Minutes(
        await asyncio.to_thread(pains, meeting, of_money | of_time, sounding or {}),
        await asyncio.to_thread(decisions, meeting, of_money),
        await actions(meeting, reader, of_money),
        deadline,
        money,
        await asyncio.to_thread(open_questions, meeting),
        await asyncio.to_thread(sensitive, meeting, rivals),
        by_words=sounding is None,
    )
