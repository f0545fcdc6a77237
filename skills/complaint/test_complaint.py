"""What a complaint is taken for, and who sees which of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.complaints import Area, Complaint, Fate
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang, Turn, language_of
from bot.words import TomlWords, read_sentences
from skills.complaint import skill
from skills.complaint.skill import area_of, run

WORDS = TomlWords(read_sentences(skill.AREAS.with_name("strings.toml")))
ANN = Speaker(UserId("ann"), "Ann", Role.ADMIN, "east", "UTC")
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@dataclass
class Heard:
    """Complaints that were handed in."""

    found: Sequence[Complaint] = ()

    async def counts(self, since: datetime) -> Mapping[Area, int]:
        """Of each area."""
        found = [one.area for one in self.found if one.day >= since.date()]
        return {area: found.count(area) for area in dict.fromkeys(found)}

    async def unmended(self, limit: int) -> Sequence[Complaint]:
        """All of them."""
        return self.found[:limit]


def said(text: str, intent: str = "complaint_feedback") -> Turn:
    """A turn of Ann's."""
    return Turn(TurnId("t"), ThreadId("th"), ANN, text, language_of(text), NOW, intent)


@pytest.mark.parametrize(
    "text, area",
    [
        ("它反应也太迟钝了吧", Area.SLOW),
        ("昨天那份报表打不开", Area.BROKEN),
        ("能不能少推一点,推送太频繁", Area.TOO_MUCH),
        ("总觉得被盯着", Area.WATCHED),
        ("希望加个夜间模式", Area.WISH),
        ("它把我说的王总听错成汪总", Area.MISHEARD),
        ("呵呵", Area.OTHER),
        ("It lags whenever I send a picture", Area.SLOW),
        ("far too many pings after lunch, stop sending those", Area.TOO_MUCH),
        ("I'd like a search box", Area.WISH),
        ("the figure it gave for Orbit was wrong", Area.WRONG),
        ("sounds like a robot", Area.STYLE),
    ],
)
def test_a_complaint_is_taken_for_what_it_is_about(text: str, area: Area) -> None:
    """By its words, in both languages; what says nothing in particular is none of them."""
    assert area == area_of(text)


@pytest.mark.parametrize("text, label", [("太慢了", "不署名交"), ("so slow", "Unnamed")])
async def test_it_is_handed_in_by_a_press_alone(text: str, label: str) -> None:
    """Named, unnamed, or not at all: nothing is kept before that."""
    offered = await run(said(text), words=WORDS, complaints=None)

    assert ["complaint:named:slow", "complaint:unnamed:slow", "complaint:drop:slow"] == [one.action for one in offered.buttons]
    assert (label, False) == (offered.buttons[1].label, text in offered.text)


@pytest.mark.parametrize("text", ["吐槽", "我要吐槽一下", "I want to complain", "feedback"])
async def test_who_has_not_said_of_what_is_asked(text: str) -> None:
    """A bare word is nothing to hand in."""
    told = await run(said(text), words=WORDS, complaints=None)

    assert ((), False) == (told.buttons, told.found)


async def test_admins_see_counts_and_those_that_wait() -> None:
    """The most frequent first, with who told it only where they wished that."""
    slow = Complaint("1", Area.SLOW, "so slow", date(2026, 3, 3), Fate.NEW)
    heard = Heard((slow, replace(slow, id="2", teller=UserId("bo")), replace(slow, id="3", area=Area.WISH, text="")))

    told = await run(said("list the complaints", "complaint_list"), words=WORDS, complaints=heard)
    nobody = await run(said("list the complaints", "complaint_list"), words=WORDS, complaints=None)

    assert "3 in 30 days: slow 2, wishes 1.\nWaiting for a word:\n1. “so slow” (slow, unnamed, yesterday)" in told.text
    assert (["complaint:mended:1", "complaint:taken:1"], (), Lang.EN) == (
        [one.action for one in told.buttons[:2]], nobody.buttons, language_of(nobody.text),
    )  # fmt: skip


async def test_a_teller_hears_what_became_of_it_and_not_what_they_said() -> None:
    """The words of one who wished not to be named stand nowhere beside their name."""
    turn = replace(said("", "complaint_answered"), facts={"area": "slow", "fate": "mended", "day": "2026-03-03"}, lang=Lang.ZH)

    told = await run(turn, words=WORDS, complaints=None)

    assert "你昨天说的「反应慢」,改好了。再试试?" == told.text
