"""What a team is not offered rests for that team alone: its jobs, its buttons, and what the choosers offer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.firing import Firing
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.offering import OFF, SkillRules
from bot.domain.outcome import Answer, Button
from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang, Turn
from bot.errors import NotAllowed
from bot.ports import Capability, Choice, JobKind
from bot.turns.choose import choose
from bot.turns.deeds import Done
from bot.turns.switched import Switched, resting
from bot.turns.wishes import Act
from bot.words import TomlWords
from tests.fakes.choosing import OneChoice

ANN = Speaker(UserId("u1"), "Ann", Role.REP, "east", "Europe/Berlin")
WU = replace(ANN, user_id=UserId("u2"), team="west")
RULES = SkillRules({"east": ("churn_risk",), "*": ("digest",)})
AT = datetime(2026, 3, 4, tzinfo=UTC)
WORDS = TomlWords({"which_one": {Lang.ZH: "哪一个?", Lang.EN: "Which?"}})
LABELS = {name: {Lang.ZH: name, Lang.EN: name.title()} for name in ("ask", "note", "late")}
OFFERED = [Capability(name, {}, (name,), {name: (name,)}, "ready", {name: LABELS[name]}) for name in ("ask", "note")]
LATE = Capability("late", {}, ("late",), {"late": ("late",)}, OFF, {"late": LABELS["late"]})


class AlwaysDone:
    """A deed that always does."""

    async def do(self, act: Act, turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:  # noqa: ARG002 - the port
        """Seven of it."""
        return Done(Answer("done"), "pressed")


async def worked(firing: Firing) -> int:  # noqa: ARG001 - as jobs are
    """Seven were told."""
    return 7


@pytest.mark.parametrize("team, skill, told", [("east", "churn_risk", 0), ("west", "churn_risk", 7), ("west", "digest", 0)])
async def test_a_job_rests_for_the_teams_that_go_without_its_skill(team: str, skill: str, told: int) -> None:
    """Asked anew each time."""
    rules = [RULES]
    kind = resting(JobKind("job", worked, personal=True), skill, lambda: rules[-1])
    first = await kind.work(Firing("job", "job", team, AT, "UTC"))
    rules.append(SkillRules())

    assert (told, 7, True) == (first, await kind.work(Firing("job", "job", team, AT, "UTC")), kind.personal)


async def test_a_button_of_a_skill_that_is_off_says_so() -> None:
    """To whoever's team goes without it; others are served."""
    deed = Switched(AlwaysDone(), "churn_risk", lambda: RULES, lambda skill, lang: f"{skill} in {lang}")
    with pytest.raises(NotAllowed) as stop:
        await deed.do(Act("alert:take:1"), TurnId("1"), ANN, Lang.EN)

    assert ("skill_off", {"what": "churn_risk in en"}) == (stop.value.key, stop.value.facts)
    assert "pressed" == (await deed.do(Act("alert:take:1"), TurnId("1"), WU, Lang.EN)).pressed


async def test_what_is_off_is_no_button_of_a_question_back() -> None:
    """It is left out among others; where it alone could be meant, it says itself that it is off."""
    turn = Turn(TurnId("1"), ThreadId("t"), ANN, "the pumps", Lang.EN, AT)
    unsure = Choice("late", "late", 0.4, sure=False, others=(Choice("note", "note", 0.3, sure=False),))
    asked = await choose(turn, [*OFFERED, LATE], OneChoice(unsure), WORDS)
    alone = await choose(turn, [*OFFERED, LATE], OneChoice(replace(unsure, others=())), WORDS)

    assert asked.asks is not None
    assert (Button("Note", "say", "[Note] the pumps"),) == asked.asks.buttons
    assert (None, "late") == (alone.asks, alone.choice.skill)
