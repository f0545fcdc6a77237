"""Documents, as the inside asks for them: what one speaker may read, the library, vectors."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from bot.domain.evidence import Passage
from bot.domain.ids import Audience, DocumentId, PassageId
from bot.domain.people import Speaker
from bot.domain.talk import Lang


class Passages(Protocol):
    """What this speaker may read: already narrowed, it cannot find what it was never handed."""

    async def search(self, query: str, limit: int = 10) -> Sequence[Passage]:
        """The passages that bear on `query`, best first, by words and by meaning, in both languages."""
        ...

    async def around(self, passage_id: PassageId, before: int = 1, after: int = 1) -> Sequence[Passage]:
        """A passage with its neighbours in the document, in reading order; empty when the speaker may not see it."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """One document as kept. passages, embedded: how many it has, and how many of them have a vector."""

    id: DocumentId
    source: str
    title: str
    audience: Audience
    digest: str
    valid_until: date | None
    superseded_by: str | None
    passages: int
    embedded: int
    ingested_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of long work. stage: `reading`, `words`, `vectors`, `done`. done of total; about: the file concerned.

    outcome: for a document, `added` `changed` `unchanged` `removed`, `waiting` (for something that is still to come) or `refused`;
    of these two `reason` says why, what to do.
    """

    stage: str
    done: int
    total: int
    about: str = ""
    outcome: str = ""
    reason: str = ""


class Library(Protocol):
    """All documents of the house; hands each speaker the part they may see."""

    def for_speaker(self, speaker: Speaker) -> Passages:
        """The passages of this speaker."""
        ...

    async def documents(self, speaker: Speaker) -> Sequence[Document]:
        """The documents that this speaker may see."""
        ...

    async def newest(self, speaker: Speaker, today: date, limit: int) -> Sequence[str]:
        """Titles of the documents that this speaker may see, that hold on `today` and that none replaced, the newest in front."""
        ...

    def ingest(
        self, paths: Sequence[Path], audience: Audience | None, lang: Lang, *, password: str = "", unheard: bool = False,
        spares: bool = False,
    ) -> AsyncIterator[Progress]:
        """Take in files and folders; words are searchable when a file's step is reported, vectors follow. Closing the iterator stops it.

        password: of files that are under one; used and forgotten. unheard: whom the files say they are for, and what they say they
        replace, counts for nothing: they come from somebody who has no say in that. spares: what was kept of a file stays where a
        newer version of it is refused.
        """
        ...

    async def lines(self, path: Path) -> str | None:
        """The words of a text, of subtitles, or of a Word document, line by line, at most a million characters; None for any other file.

        Nothing of it is taken in.
        """
        ...


class Embedder(Protocol):
    """Texts to unit vectors. `name` changes when vectors of the old and the new do not compare."""

    name: str
    dimensions: int

    async def query(self, text: str) -> Sequence[float]:
        """The vector of a question."""
        ...

    async def passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """The vectors of passages, at low priority."""
        ...
