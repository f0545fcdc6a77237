"""Receive: what was sent beside words is fetched and kept; what can be read is taken in for its person alone. Knows no format."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import cast

from bot.domain.contracts import Paper
from bot.domain.documents import safe_name
from bot.domain.ids import Audience, TurnId
from bot.domain.outcome import Answer
from bot.domain.people import Speaker
from bot.domain.records import Retention
from bot.domain.talk import File, Lang
from bot.errors import TellUser
from bot.ports import Belongings, Library, Progress, Words
from bot.ports.contracts import ContractFiles, PagesTold
from bot.ports.papers import PaperStore
from bot.turns.speech import Speech

WORDED = frozenset({".txt", ".text", ".md", ".markdown", ".docx", ".vtt", ".srt"})
"""Names of files that may be what people said, line by line."""
LOCKED = "contract_encrypted"
UNLOCKED = frozenset({".docx", ".docm", ".pdf"})
"""Names of files that are opened with the password that somebody gives in private."""
TAKEN_IN = frozenset({"added", "changed", "unchanged"})


@dataclass(frozen=True)
class Receiving:
    """Receives. Whoever is one of ours may add documents for themselves alone: nobody else's search finds them, but for admins'.

    speech: hears what is a recording. contracts, papers: who reads contracts, and where they are kept; None where nobody does.
    """

    belongings: Belongings
    library: Library
    words: Words
    speech: Speech
    contracts: ContractFiles | None = None
    papers: PaperStore | None = None

    async def file(self, turn_id: TurnId, file: File, speaker: Speaker, lang: Lang) -> Answer:
        """Keep a file, take it in, and say what can be done with it.  Raises: Upstream; TellUser, `LOCKED` where it has a password."""
        path = await self.belongings.fetch(turn_id, file.origin.channel, speaker.user_id, file.media, Retention.TURN)
        read = await self._taken_in(path, speaker, lang)
        if read and read.outcome == "refused" and self.contracts and path.suffix.lower() in UNLOCKED:
            await self.contracts.read(path, safe_name(file.media.name))  # says why in its own words, and whether it wants a password
        if read and read.outcome in TAKEN_IN:
            return Answer(self.words.say("file_taken_in", lang, name=path.name))
        return Answer(self.words.say("file_kept", lang, reason=read.reason if read else ""), found=False)

    async def lines(self, turn_id: TurnId, file: File, speaker: Speaker) -> str | None:
        """Keep a file, and give its words line by line; None where it is no file of words.  Raises: Upstream, TellUser."""
        if PurePath(file.media.name).suffix.lower() not in WORDED:
            return None
        path = await self.belongings.fetch(turn_id, file.origin.channel, speaker.user_id, file.media, Retention.TURN)
        return await self.library.lines(path)

    async def sent_lately(self, speaker: Speaker, since: datetime) -> bool:
        """Whether this person sent a contract since then."""
        newest = await self.papers.newest_at(speaker.user_id) if self.papers else None
        return newest is not None and newest >= since

    async def paper(
        self, turn_id: TurnId, file: File, speaker: Speaker, told: PagesTold, *, password: str = "", beside: str = ""
    ) -> Paper:
        """Keep a contract, as a file and as it was read.  Raises: Upstream; TellUser, saying why it cannot be read.

        turn_id: of the turn that brought it. password: used and forgotten. beside: as of a `KeptPaper`.
        """
        if self.contracts is None or self.papers is None:
            raise TellUser("not_readable_yet")
        if kept := await self.papers.paper(turn_id, speaker.user_id):
            return kept.paper
        path = await self.belongings.fetch(turn_id, file.origin.channel, speaker.user_id, file.media, Retention.TURN)
        paper = await self.contracts.read(path, safe_name(file.media.name), password, told)
        await self.papers.keep(turn_id, speaker.user_id, paper, beside)
        return paper

    async def kept_paper(self, turn_ids: Sequence[TurnId], speaker: Speaker) -> str:
        """The first of these turns that brought a contract of this person; "" where none did."""
        for turn_id in turn_ids:
            if self.papers and await self.papers.paper(turn_id, speaker.user_id):
                return turn_id
        return ""

    async def _taken_in(self, path: Path, speaker: Speaker, lang: Lang) -> Progress | None:
        """The step that tells what became of the file itself, and not of something in it. Vectors are not waited for."""
        mine = Audience(f"user:{speaker.user_id}")
        steps = cast("AsyncGenerator[Progress, None]", self.library.ingest([path], mine, lang, unheard=True))
        async with aclosing(steps):
            async for step in steps:
                if step.outcome and Path(step.about).name == path.name:
                    return step
        return None
