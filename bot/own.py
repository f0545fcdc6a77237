"""What is a speaker's own, as skills are handed it: their open drafts, reviews that concern them, contracts. Narrowed here, to be read."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import quote

from bot.domain.contracts import Paper, Paragraph, ParagraphKind
from bot.domain.ids import TurnId, UserId
from bot.domain.people import Speaker
from bot.domain.records import HeldDraft
from bot.domain.review import HeldReview, Watched
from bot.errors import TellUser
from bot.ports import Clock, Document, Drafts, Library, Reviews, Users
from bot.ports.contracts import ContractFiles, Redline
from bot.ports.papers import KeptPaper, PaperStore

SHELVED = "doc:"
"""What the id of a paper begins with that stands in the library."""
WORD = ".docx"
WHOLE = 5_000
"""More passages than a contract has."""
UNDER = re.compile(r"§\s*(?P<path>.+?)(?:,\s*(?:lines?|行)\s.*)?$")


@dataclass(frozen=True)
class OwnOpenDrafts:
    """The ports `OwnDrafts` and `WaitingDrafts`."""

    drafts: Drafts
    user_id: UserId

    async def newest(self, entity: str) -> HeldDraft | None:
        """The newest open one of a kind."""
        return next((one for one in await self.waiting() if one.entity == entity), None)

    async def waiting(self) -> Sequence[HeldDraft]:
        """All open ones, newest first."""
        return await self.drafts.open_of(self.user_id)


@dataclass(frozen=True)
class OwnWatchedReviews:
    """The port `OwnReviews`."""

    reviews: Reviews
    drafts: Drafts
    users: Users
    clock: Clock
    user_id: UserId

    async def sent(self) -> Sequence[Watched]:
        """What they sent to be reviewed, newest first."""
        return await self._watched(await self.reviews.of_author(self.user_id))

    async def to_decide(self) -> Sequence[Watched]:
        """What waits for them, the one that is due first in front."""
        return await self._watched(await self.reviews.waiting_for(self.user_id))

    async def _watched(self, reviews: Sequence[HeldReview]) -> Sequence[Watched]:
        names = {one.id: one.name for one in await self.users.everyone()} if reviews else {}
        now, found = self.clock.now(), []
        for one in reviews:
            if held := await self.drafts.draft(one.draft_id):
                who = [seat_of for seat in one.open_seats for seat_of in seat.eligible if one.may_decide(seat_of, now)]
                found.append(Watched(one, held.entity, held.fields, tuple(dict.fromkeys(names[each] for each in who if each in names))))
        return found


@dataclass(frozen=True)
class OwnKeptPapers:
    """The port `OwnPapers`. public_url: where our pages are, "" where nobody knows. lies: where the file of a turn lies."""

    papers: PaperStore
    library: Library
    contracts: ContractFiles
    clock: Clock
    speaker: Speaker
    public_url: str = ""
    lies: Callable[[TurnId], Awaitable[Path | None]] | None = None

    async def sent(self) -> Sequence[KeptPaper]:
        """What they sent, newest first."""
        return await self.papers.of_owner(self.speaker.user_id)

    async def paper(self, paper_id: str) -> KeptPaper | None:
        """One of these; None for anything else."""
        if not paper_id.startswith(SHELVED):
            return await self.papers.paper(paper_id, self.speaker.user_id)
        found = next((one for one in await self._documents() if f"{SHELVED}{one.id}" == paper_id), None)
        return await self._read(found) if found else None

    async def shelved(self) -> Mapping[str, str]:
        """Current documents of the library that they may read."""
        return {f"{SHELVED}{one.id}": one.title for one in await self._documents()}

    async def redline(
        self, old: KeptPaper, new: KeptPaper, pairs: Sequence[tuple[int, int]], notes: Mapping[int, str], gone: Mapping[int, str]
    ) -> bytes:
        """A DOCX of `old` with every change of `new` tracked."""
        return await self.contracts.redline(Redline(old.paper, new.paper, pairs, self.clock.now(), notes, gone, await self._file(old)))

    def page(self, old: KeptPaper, new: KeptPaper) -> str:
        """Where both stand side by side."""
        return f"{self.public_url}/contracts/{quote(old.id, safe='')}/{quote(new.id, safe='')}" if self.public_url else ""

    async def _file(self, kept: KeptPaper) -> Path | None:
        """The file of a contract where it is Word's and still says what was read of it: a later one of its name takes its place."""
        if self.lies is None or kept.is_ours or PurePath(kept.name).suffix.lower() != WORD:
            return None
        path = await self.lies(TurnId(kept.id))
        try:
            read = await self.contracts.read(path, kept.name) if path else None
        except TellUser:
            return None
        return path if read and read.settled().paragraphs == kept.paper.paragraphs else None

    async def _documents(self) -> Sequence[Document]:
        """What is current, and no file of a person's own: those are handed out as they were sent."""
        today = self.clock.now().date()
        return [
            one for one in await self.library.documents(self.speaker)
            if not one.audience.startswith("user:") and one.superseded_by is None and (one.valid_until is None or one.valid_until >= today)
        ]

    async def _read(self, document: Document) -> KeptPaper | None:
        passages = self.library.for_speaker(self.speaker)
        first = next((one for one in await passages.search(document.title, 50) if one.document_id == document.id), None)
        if first is None:
            return None
        found: list[Paragraph] = []
        above = ""
        for one in await passages.around(first.id, WHOLE, WHOLE):
            under = UNDER.search(one.locator)
            heading = under["path"].rsplit(" > ", 1)[-1].strip() if under else ""
            if heading and heading != above:
                found.append(Paragraph(heading, level=1, kind=ParagraphKind.HEADING))
            above = heading or above
            found += [Paragraph(line.strip()) for line in one.text.splitlines() if line.strip() and line.strip() != heading]
        return KeptPaper(f"{SHELVED}{document.id}", Paper(tuple(found), PurePath(document.source).name), document.ingested_at, is_ours=True)
