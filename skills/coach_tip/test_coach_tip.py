"""Tips: what they stand on, that a coach's morning has three, and that only who may posts one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.ids import RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Draft
from bot.domain.people import Role, Speaker
from bot.domain.practice import Counts, Example, Practice
from bot.domain.review import RejectReason
from bot.domain.talk import Lang, Turn, language_of
from bot.ports import Capability
from bot.words import TomlWords, read_sentences
from skills.coach_tip import skill
from skills.coach_tip.skill import run

WORDS = TomlWords(read_sentences(skill.FILE.with_name("strings.toml")))
COACH = Speaker(UserId("co"), "Co", Role.COACH, "east", "UTC")
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
EXAMPLE = Example(RecordId("l1"), UserId("lin"), "Lin", "Acme", "Your new line in Ulm runs since May. We sell sensors.", date(2026, 3, 2))
POINTS = Capability("points", {}, ("points",), {}, "ready", {"points": {Lang.EN: "Talking points", Lang.ZH: "要点"}})

DAY, WEEK = Practice(date(2026, 3, 3), date(2026, 3, 3)), Practice(date(2026, 2, 25), date(2026, 3, 3))


@dataclass
class Told:
    """A practice of a day, and that of a week."""

    day: Practice = DAY
    week: Practice = WEEK

    async def between(self, first: date, last: date) -> Practice:
        """The one that is asked for."""
        return self.day if first == last else self.week

    def capabilities(self) -> Sequence[Capability]:
        """One."""
        return [POINTS]

    async def documents(self) -> int:
        """None."""
        return 0


def turn(text: str = "", intent: str = "coach_tips", **facts: str) -> Turn:
    """A turn of the coach's."""
    lang = language_of(text) if text else Lang.EN
    return Turn(TurnId("t"), ThreadId("th"), COACH, text, lang, NOW, intent, facts=facts)


async def asked(of: Turn, told: Told | None = None) -> Answer:
    """What is answered."""
    given = told or Told()
    outcome = await run(of, practice=given, catalogue=given, words=WORDS)
    assert isinstance(outcome, Answer)
    return outcome


async def test_a_morning_brings_three_from_what_the_team_did() -> None:
    """An opening of one who agreed, what came back most, and the rest from the house; each with its ground."""
    told = Told(week=replace(WEEK, rejected={RejectReason.TONE: 3}, example=EXAMPLE))

    tips = await asked(turn(day="2026-03-04"), told)

    assert "1. Lin's note to Acme went through at once. It opens: “Your new line in Ulm runs since May.”" in tips.text
    assert "2. This past week 3 came back for tone." in tips.text
    assert ["Lin's note (with consent)", "Your team's reviews", "Comes with Tandem"] == [one.source for one in tips.evidence]
    assert ["Use 1", "Use 2", "Use 3"] == [one.label for one in tips.buttons]


async def test_what_is_left_and_what_is_used_is_told_where_there_is_enough_of_it() -> None:
    """Two looks at something say nothing of a team."""
    few, enough = (Told(replace(DAY, skills={"points": one})) for one in (Counts(2, 0, 2), Counts(6, 1, 4)))

    quiet, told = await asked(turn(day="2026-03-04"), few), await asked(turn(day="2026-03-04"), enough)

    assert ("Talking points" in quiet.text, "Yesterday the team saw “Talking points” 6 times and left 4." in told.text) == (False, True)


async def test_a_new_house_has_three_of_its_own_and_others_the_next_day() -> None:
    """Nobody did anything yet: the coach is not left with nothing."""
    first, second = await asked(turn(day="2026-03-04")), await asked(turn(day="2026-03-05"))

    told = [one.ref for one in (*first.evidence, *second.evidence)]
    assert 6 == len(told) == len(set(told))


@pytest.mark.parametrize("said, heard", [("对方嫌我们贵怎么谈", "比"), ("the customer has gone quiet, what now", "silent")])
async def test_a_question_gets_a_tip_that_fits_it(said: str, heard: str) -> None:
    """In the language it was asked in."""
    assert heard in (await asked(turn(said, "coach_tip"))).text


@pytest.mark.parametrize("said", ["发技巧 先说对方的事", "[发技巧] 先说对方的事", "给组里发一条技巧:先说对方的事"])
async def test_a_coach_posts_a_tip_in_their_own_name_after_a_look(said: str) -> None:
    """It is a draft with their name on it; anybody else is told whom to tell."""
    of = turn(said, "tip_post")
    draft = await run(of, practice=Told(), catalogue=Told(), words=WORDS)
    other = await run(replace(of, speaker=replace(COACH, role=Role.REP)), practice=Told(), catalogue=Told(), words=WORDS)

    assert isinstance(draft, Draft)
    named = ("text", "owner_name", "team", "posted_date")
    assert ("先说对方的事", "Co", "east", "2026-03-04") == tuple(draft.fields[name] for name in named)
    assert isinstance(other, Answer)
    assert not other.found


async def test_an_author_is_asked_and_a_team_hears_what_was_posted() -> None:
    """Two errands: one with two buttons, one with the words and whose they are."""
    consent = await asked(turn(intent="example_asked", record="l1", account="Acme", text="…"))
    posted = await asked(replace(turn(intent="tip_posted"), facts={"author": "Co", "text": "Ask twice."}))

    assert (["example:yes:l1", "example:no:l1"], "Co shares a tip: Ask twice.") == ([one.action for one in consent.buttons], posted.text)
