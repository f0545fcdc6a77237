"""What is taught, skill by skill, as the rules show it: the way to each skill's page, for that is where it is taught. Knows no page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.admin.sheets import Fields
from bot.domain.talk import Lang
from bot.domain.teaching import Sayings
from bot.manifests import Manifest

Json = dict[str, Any]


@dataclass(frozen=True)
class ExamplesSheet:
    """See `Sheet`. Nothing is typed here: as a form it says what holds."""

    manifests: Sequence[Manifest]
    template: str = "examples"

    def fields(self, value: Sayings) -> Fields:
        """How many sentences of its own each intent has."""
        return {f"examples.{intent}": str(len(said)) for intent, said in value.items()}

    def told(self, fields: Fields, lang: Lang) -> Json:
        """The skills, those with sentences of the house's own first."""
        skills = [
            {"name": one.name, "called": called(self.manifests, one.intents[0], lang), "summary": one.summary[lang],
             "own": sum(int(fields.get(f"examples.{intent}", "0")) for intent in one.intents),
             "shipped": sum(map(len, one.examples.values()))}
            for one in self.manifests
        ]  # fmt: skip
        return {"skills": sorted(skills, key=lambda one: (not one["own"], one["called"]))}

    def raw(self, fields: Fields, now: Sayings) -> Json:  # noqa: ARG002 - nothing was typed
        """What holds."""
        return {"examples": {intent: list(said) for intent, said in now.items()}}


def called(manifests: Sequence[Manifest], intent: str, lang: Lang) -> str:
    """What people call an intent: as a button does."""
    return next((one.labels[intent][lang] for one in manifests if intent in one.labels), intent)
