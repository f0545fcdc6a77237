"""The sheet of the skills: which team is offered what, a box for each. Knows no page; what a skill does, its manifest says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.admin.sheets import Fields
from bot.domain.offering import ALWAYS, EVERY_TEAM, SkillRules
from bot.domain.talk import Lang

Json = dict[str, Any]


@dataclass(frozen=True)
class SkillSheet:
    """Boxes are named `on.{number of the team}.{skill}`, teams `team.{number}`, the first of them for each team.

    What a form does not name stays as it is. skills: name -> what it does. teams: those that have people.
    """

    skills: Mapping[str, Mapping[str, str]]
    teams: Sequence[str]
    template: str = "skills"

    def fields(self, value: SkillRules) -> Fields:
        """A box for each skill and team, ticked where it is on."""
        teams = list(dict.fromkeys((EVERY_TEAM, *sorted(self.teams), *sorted(value.off))))
        boxes = {
            f"on.{number}.{skill}": "" if skill in value.off.get(team, ()) else "on"
            for number, team in enumerate(teams) for skill in self._loose()
        }  # fmt: skip
        return {**{f"team.{number}": team for number, team in enumerate(teams)}, **boxes}

    def told(self, fields: Fields, lang: Lang) -> Json:
        """Teams in order, and the skills with what they do."""
        return {
            "teams": [{"number": number, "name": team} for number, team in _teams(fields)],
            "skills": [{"name": skill, "summary": self.skills[skill][lang]} for skill in self._loose()],
            "always": [self.skills[skill][lang] for skill in self.skills if skill in ALWAYS],
        }

    def raw(self, fields: Fields, now: SkillRules) -> Json:
        """See the protocol."""
        off = {team: list(skills) for team, skills in now.off.items()}
        for number, team in _teams(fields):
            unnamed = [skill for skill in off.get(team, ()) if skill not in self._loose()]
            off[team] = [skill for skill in self._loose() if not fields.get(f"on.{number}.{skill}")] + unnamed
        return {"skills": {"off": {team: skills for team, skills in sorted(off.items()) if skills}}}

    def _loose(self) -> list[str]:
        """Those that can be switched off."""
        return [skill for skill in self.skills if skill not in ALWAYS]


def _teams(fields: Fields) -> list[tuple[str, str]]:
    numbers = sorted((name.removeprefix("team.") for name in fields if name.startswith("team.")), key=lambda one: (len(one), one))
    return [(number, fields[f"team.{number}"]) for number in numbers]
