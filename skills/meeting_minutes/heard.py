"""Who takes part and what they said, out of lists or of a dialogue. Knows which side each is on; knows no rule of reading."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from bot.domain.dialogue import Dialogue, Spoke, clock, sentences
from bot.domain.talk import Spoken
from skills.meeting_minutes.meeting import Meeting, Said
from skills.meeting_minutes.signs import has, plain

PERSON = re.compile(r"\s*(?P<name>[^(（]+?)\s*(?:[(（](?P<who>[^)）]*)[)）]?)?\s*")
OURS = re.compile(r"我方|我司|本公司|\bour\b|\bours\b|\bus\b|\bvendor\b|卖方|乙方|供应商方", re.IGNORECASE)
SELLS = re.compile(
    r"报价|方案|演示|样机|样品给|我们(?:的)?(?:产品|设备|系统|平台|方案|公司|价格|工程师)|贵司|贵方|您(?:这边|那边|们)"
    r"|\b(?:quote|proposal|demo|our (?:product|platform|system|solution|team|price|pricing|engineers?|tool)"
    r"|your (?:team|plant|side|process))\b"
)
"""What mostly those say who sell."""


def meeting(held_at: datetime, zone: str, participants: Iterable[str], turns: Iterable[tuple[str, str]]) -> Meeting:
    """A meeting. participants: `name (who they are)`; turns: speaker and words.

    One of ours is whoever is called so (我方, our). Where nobody is, whoever speaks first is: the one who asked for the meeting.
    """
    return held(held_at, zone, sides(participants), tuple(Spoke(speaker, text) for speaker, text in turns))


def held(held_at: datetime, zone: str, people: dict[str, bool], spoke: Collection[Spoke]) -> Meeting:
    """A meeting. people: names -> whether one of ours, as far as that is known; whoever is not among them is not ours.

    Where nobody is, whoever speaks first is.
    """
    people = dict(people)
    if not any(people.values()) and (first := next((one.speaker for one in spoke if one.speaker), "")):
        people[first] = True
    said = tuple(Said(place, one.speaker, people.get(one.speaker, False), one.text, one.at) for place, one in enumerate(spoke))
    return Meeting(held_at, zone, people, said)


def sides(participants: Iterable[str]) -> dict[str, bool]:
    """Names -> whether they are called ours; of one that is listed twice the first counts."""
    found: dict[str, bool] = {}
    for one in participants:
        if match := PERSON.fullmatch(one):
            found.setdefault(match["name"], bool(OURS.search(match["who"] or "")))
    return found


def seller(spoke: Collection[Spoke], theirs: Collection[str]) -> str:
    """Who of those not known to be theirs sounds like one of ours: asks, offers, sends; tells of no trouble and no budget.

    The first of those who sound so the most; "" where nobody is left.
    """
    scores = {one.speaker: 0.0 for one in spoke if one.speaker and one.speaker not in theirs}
    for one in spoke:
        if one.speaker in scores:
            said = plain(one.text)
            scores[one.speaker] += has("asks", said) + has("offers", said) + 2.0 * bool(SELLS.search(said))
            scores[one.speaker] -= has("trouble", said) + has("money", said) * (not has("asks", said)) + has("wants", said)
    return max(scores, key=lambda name: scores[name], default="")


def unlabelled(text: str, spoken: Spoken | None) -> tuple[Spoke, ...]:
    """The sentences of talk in which nobody is named, with their times where the recording has them."""
    return tuple(Spoke("", said, _at(start, spoken)) for start, said in sentences(text))


def timed(dialogue: Dialogue, text: str, spoken: Spoken | None) -> tuple[Spoke, ...]:
    """The stretches of a dialogue; those without a time get that of the recording, where it has one."""
    return tuple(_with_times(dialogue.spoke, text, spoken)) if spoken and spoken.segments else dialogue.spoke


def _with_times(spoke: Iterable[Spoke], text: str, spoken: Spoken) -> Iterator[Spoke]:
    reached = 0
    for one in spoke:
        place = text.find(one.text[:20], reached)
        reached = max(reached, place)
        yield Spoke(one.speaker, one.text, one.at or _at(reached, spoken), one.at_s)


def _at(place: int, spoken: Spoken | None) -> str:
    """The time of the segment in which a character stands; "" where no times are known."""
    found = next((one for one in spoken.segments if one[0] <= place < one[1]), None) if spoken else None
    return clock(found[2]) if found else ""
