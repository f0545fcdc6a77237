"""Listen: a recording becomes words, with the names of the speaker's own records spelt as there. Knows no recogniser and no store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.hearing import Transcript
from bot.domain.people import Speaker
from bot.domain.query import MOST_ROWS, Query
from bot.ports import Mender, SeenRecords, Transcriber

SPELT = (("account", ("name", "short_name")), ("contact", ("name", "title")), ("product", ("name", "code")))
"""Whose names may be spoken of, likeliest first: entity, and the fields that they stand in."""
SHORTEST = 2


@dataclass(frozen=True)
class Listening:
    """Listens. records: what one speaker may see; nothing else of ours can come into their words."""

    transcriber: Transcriber
    mender: Mender
    records: Callable[[Speaker], SeenRecords]

    async def listen(self, path: Path, speaker: Speaker, moved: Callable[[float, float], None]) -> Transcript:
        """What is said in a recording. moved: told the seconds heard, and those in all.  Raises: TellUser, Upstream, as `Transcriber`."""
        names = await self._names(speaker)
        heard = await self.transcriber.transcribe(path, names, moved)
        return Transcript(heard, await self.mender.mend(heard.text, names))

    async def mended(self, transcript: Transcript, speaker: Speaker) -> Transcript:
        """Somebody else's transcript, names mended."""
        return Transcript(transcript.heard, await self.mender.mend(transcript.heard.text, await self._names(speaker)))

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
