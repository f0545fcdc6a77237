"""What knowledge asks of the outside beside the house's ports: a place for the truth, and a place for vectors."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from bot.domain.catalog import Claim
from bot.domain.documents import Audiences, Counts, Manuscript, Near, Placed, Shelf, Standing, Unembedded, Weighed
from bot.domain.evidence import Passage
from bot.domain.ids import Audience, PassageId
from bot.ports import Document


class LibraryStore(Protocol):
    """The truth about documents. Every method that takes `audiences` is narrowed to them before anything is searched or counted."""

    async def standing(self, below: Path) -> Mapping[str, Standing]:
        """What is kept of a file, or of all files of a folder: absolute path -> what it was."""
        ...

    async def keep(self, manuscript: Manuscript) -> bool:
        """Put a document in the place of the one with the same path, at once; True when there was one."""
        ...

    async def remove(self, paths: Sequence[str]) -> None:
        """Take documents out, by absolute path."""
        ...

    async def refuse(
        self, path: Path, source: str, reason: str, facts: Mapping[str, object], audience: Audience | None, *, waiting: bool
    ) -> None:
        """Note a file that was not taken in; forgotten once it is, or when it is removed. audience: whom it was meant for."""
        ...

    async def documents(self, audiences: Audiences, embedder: str) -> Sequence[Document]:
        """Documents by source. embedder: whose vectors are counted."""
        ...

    async def newest(self, audiences: Audiences, today: date, limit: int) -> Sequence[str]:
        """Titles of documents that hold on `today` and that none replaced, the newest in front."""
        ...

    async def matching(self, terms: Sequence[str], audiences: Audiences, limit: int) -> Sequence[PassageId]:
        """Passages that hold some of `terms`, common ones aside, for each audience the best `limit`."""
        ...

    async def weighed(
        self, ids: Collection[PassageId], terms: Sequence[str], audiences: Audiences, embedder: str
    ) -> tuple[Sequence[Weighed], Counts]:
        """The passages among `ids` that these audiences may see, with what is needed to score them. embedder: whose vectors count."""
        ...

    async def passages(self, ids: Sequence[PassageId], audiences: Audiences) -> Sequence[Passage]:
        """The passages among `ids` that these audiences may see, in the order of `ids`; their scores are still 0."""
        ...

    async def around(self, passage_id: PassageId, before: int, after: int, audiences: Audiences) -> Sequence[Passage]:
        """A passage with its neighbours in reading order; empty when these audiences may not see it."""
        ...

    async def without_vector(self, embedder: str, limit: int) -> Sequence[Unembedded]:
        """Texts of passages that `embedder` has not seen, oldest first, each text once."""
        ...

    async def put_vectors(self, embedder: str, vectors: Mapping[str, bytes]) -> None:
        """Keep vectors (float32, little-endian) by the keys of their texts; they outlive the passages, so nothing is embedded twice."""
        ...

    async def embedded(self, embedder: str) -> tuple[int, int]:
        """How many passages have a vector, and how many there are."""
        ...

    async def shelves(self, audiences: Audiences, embedder: str) -> Sequence[Shelf]:
        """Where passages of these audiences stand; empty shelves are left out."""
        ...

    async def placed(self, embedder: str, shelf: Shelf, after: int) -> Sequence[Placed]:
        """Vectors of a shelf's passages, those numbered above `after`, in order."""
        ...


class ClaimStore(Protocol):
    """What passages say in figures, and what of it contradicts what."""

    async def unproven(self, limit: int) -> Sequence[tuple[Passage, str]]:
        """Passages whose statements were not read yet, with their headings, oldest first."""
        ...

    async def put(self, passage: PassageId, said: Sequence[Claim], judge: Callable[[Claim, Claim], bool]) -> None:
        """Keep what a passage says, each statement held by `judge` against what other documents say."""
        ...


class Vectors(Protocol):
    """Passages by meaning. What it answers is a hint: the truth decides what a speaker may see."""

    async def nearest(self, vector: Sequence[float], audiences: Audiences, limit: int) -> Sequence[Near]:
        """The `limit` nearest of each shelf of these audiences.  Raises: Upstream when it cannot answer now."""
        ...

    async def start(self) -> None:
        """Begin to follow the truth; returns at once."""
        ...

    async def close(self) -> None:
        """End."""
        ...
