"""Which skills a team is offered. Knows names and teams; which skills there are, and what they do, it does not know."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

EVERY_TEAM = "*"
ALWAYS = frozenset({"help", "courtesy", "complaint"})
"""Skills that nobody takes away: what Tandem can do, a word back, and how people say that something went wrong."""
OFF = "off"
"""The status of a skill, as `help` and the chooser know it, that a team is not offered."""


@dataclass(frozen=True)
class SkillRules:
    """`[skills]`. off: team, or `*` for each -> skills that its people are not offered.

    What was drafted before goes on, and what waits for a second person waits: a gate is no skill.
    """

    off: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_off(self, skill: str, team: str) -> bool:
        """Whether the people of a team go without a skill."""
        return skill not in ALWAYS and (skill in self.off.get(EVERY_TEAM, ()) or skill in self.off.get(team, ()))

    def faults(self, known: Collection[str] = ()) -> Iterator[tuple[str, object, str]]:
        """What cannot be meant: the key, its value, and what would fit. known: the skills there are; empty where that is not known here."""
        for team, skills in self.off.items():
            for skill in skills:
                if skill in ALWAYS:
                    yield f"off.{team}", skill, f"any skill but {', '.join(sorted(ALWAYS))}"
                elif known and skill not in known:
                    yield f"off.{team}", skill, ", ".join(sorted(set(known) - ALWAYS))
