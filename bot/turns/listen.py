"""Listen: a recording becomes words, with the names of the speaker's own records spelt as there. Knows no recogniser and no store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.hearing import UNSURE, Heard, Mended
from bot.domain.people import Speaker
from bot.domain.query import MOST_ROWS, Query
from bot.domain.talk import Lang, language_of
from bot.ports import Mender, SeenRecords, Transcriber, Words

SPELT = (("account", ("name", "short_name")), ("contact", ("name", "title")), ("product", ("name", "code")))
"""Whose names may be spoken of, likeliest first: entity, and the fields that they stand in."""
MOST_MENDS = 4
MOST_UNSURE = 3
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Listened:
    """What was heard. text: in words, names mended; told: the sentence about it that people read first."""

    text: str
    told: str
    lang: Lang


@dataclass(frozen=True)
class Listening:
    """Listens. records: what one speaker may see; nothing else of ours can come into their words."""

    transcriber: Transcriber
    mender: Mender
    records: Callable[[Speaker], SeenRecords]
    words: Words

    async def listen(self, path: Path, speaker: Speaker, moved: Callable[[], None]) -> Listened:
        """What is said in a recording. moved: called as it goes on.  Raises: TellUser, Upstream, as the port `Transcriber`."""
        names = await self._names(speaker)
        heard = await self.transcriber.transcribe(path, names, lambda _at, _of: moved())
        mended = await self.mender.mend(heard.text, names)
        lang = language_of(mended.text)
        return Listened(mended.text, self._told(heard, mended, lang), lang)

    async def _names(self, speaker: Speaker) -> Sequence[str]:
        """Names of accounts, contacts with their titles, and products that the speaker may see."""
        records = self.records(speaker)
        found: dict[str, None] = {}
        for entity, fields in SPELT:
            rows = (await records.ask(Query(entity, limit=MOST_ROWS))).rows
            for row in rows:
                for name in (row.fields.get(field) for field in fields):
                    if isinstance(name, str) and len(name) >= SHORTEST:
                        found[name] = None
        return tuple(found)

    def _told(self, heard: Heard, mended: Mended, lang: Lang) -> str:
        """What was heard, what was spelt otherwise, what is not sure, and whether it breaks off."""
        if mended.mends:
            mends = [self.words.say("heard_mend", lang, heard=one.heard, meant=one.meant) for one in mended.mends[:MOST_MENDS]]
            told = [self.words.say("heard_with_mends", lang, text=mended.text, mends=_listed(mends, lang))]
        else:
            told = [self.words.say("heard", lang, text=mended.text)]
        unsure = [f"“{one.text}”" for one in heard.segments if one.confidence < UNSURE]
        if unsure and len(heard.segments) > 1:
            told.append(self.words.say("heard_unsure", lang, where=_listed(unsure[:MOST_UNSURE], lang)))
        if heard.cut:
            told.append(self.words.say("heard_cut", lang))
        return "\n".join(told)


def _listed(parts: Sequence[str], lang: Lang) -> str:
    return ("、" if lang is Lang.ZH else ", ").join(parts)
