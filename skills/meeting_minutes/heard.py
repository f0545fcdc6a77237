"""Who takes part and what they said, out of lists or of a transcript with names. Knows which side each is on; knows no rule of reading."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from skills.meeting_minutes.meeting import Meeting, Said

PERSON = re.compile(r"\s*(?P<name>[^(（]+?)\s*(?:[(（](?P<who>[^)）]*)[)）]?)?\s*")
OURS = re.compile(r"我方|我司|本公司|\bour\b|\bours\b|\bus\b|\bvendor\b|卖方|乙方|供应商方", re.IGNORECASE)
LINE = re.compile(
    r"^\s*(?:\[?(?P<at>\d{1,2}:\d\d(?::\d\d)?)\]?\s*)?(?P<name>[A-Z][\w.' -]{0,30}|[\u3400-\u9fff·]{2,8}|[A-Za-z][\w.' -]{0,30}?)"
    r"\s*(?:[(（][^)）]*[)）])?\s*(?:\d{1,2}:\d\d(?::\d\d)?)?\s*[:：]\s*(?P<said>\S.*)$"
)


def meeting(held_at: datetime, zone: str, participants: Iterable[str], turns: Iterable[tuple[str, str]]) -> Meeting:
    """A meeting. participants: `name (who they are)`; turns: speaker and words.

    One of ours is whoever is called so (我方, our). Where nobody is, whoever speaks first is: the one who asked for the meeting.
    """
    people = {match["name"]: bool(OURS.search(match["who"] or "")) for one in participants if (match := PERSON.fullmatch(one))}
    told = list(turns)
    if told and not any(people.values()):
        people[told[0][0]] = True
    said = tuple(Said(place, speaker, people.get(speaker, False), text) for place, (speaker, text) in enumerate(told))
    return Meeting(held_at, zone, people, said)


def transcript(text: str) -> Sequence[tuple[str, str]]:
    """Speaker and words of each line `name: words`; a line without a name goes on with the one before. Empty when nobody is named."""
    told: list[tuple[str, str]] = []
    for line in text.splitlines():
        if match := LINE.match(line):
            told.append((match["name"].strip(), match["said"].strip()))
        elif told and line.strip():
            told[-1] = (told[-1][0], f"{told[-1][1]} {line.strip()}")
    return told
