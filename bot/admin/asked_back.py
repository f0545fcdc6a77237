"""What other thresholds of the chooser would have done to what people asked of late: how much would be asked back. Keeps nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.admin.lately import AskedLately
from bot.domain.talk import Lang
from bot.domain.teaching import ChoosingRules, Stand

Json = dict[str, Any]

TOLD = 8
"""Sentences of each kind that are shown."""


class Judges(Protocol):
    """The chooser; see `bot.brains.builtin.choosing`."""

    async def stands(self, texts: Sequence[str], sure: float) -> Sequence[Stand]:
        """What each text is taken for, as the first of its thread."""
        ...


@dataclass(frozen=True)
class AskedBackEffect:
    """An `Effect` of the set `choosing`. called: the name of an intent."""

    lately: AskedLately
    chooser: Judges
    called: Callable[[str, Lang], str]

    async def __call__(self, now: ChoosingRules, then: ChoosingRules, lang: Lang) -> Json:
        """How many of these sentences are asked back about now and then, and which change."""
        said = await self.lately.sentences()
        stands = list(zip(said, await self.chooser.stands(said, now.sure), strict=True))
        quieter = [text for text, stand in stands if not stand.sure and stand.share >= then.sure]
        louder = [text for text, stand in stands if stand.sure and stand.share < then.sure]
        masked = await self.lately.shown([*quieter[:TOLD], *louder[:TOLD]])
        intents = {text: (self.called(stand.intent, lang), round(100 * stand.share)) for text, stand in stands}

        def told(texts: Sequence[str]) -> list[Json]:
            return [{"text": masked[one], "intent": intents[one][0], "percent": intents[one][1]} for one in texts[:TOLD]]

        return {
            "asked": len(said), "before": sum(not stand.sure for _, stand in stands),
            "after": sum(stand.share < then.sure for _, stand in stands), "quieter": told(quieter), "louder": told(louder),
            "quieter_count": len(quieter), "louder_count": len(louder),
        }  # fmt: skip
