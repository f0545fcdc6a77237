"""Contracts that people sent or may look at, as the inside asks for them: kept as they were read, handed to their person alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.domain.contracts import Paper
from bot.domain.ids import TurnId, UserId


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A contract as it was read. id: of the turn that brought it, or `doc:` and the id of a document of the library. at: aware, UTC.

    is_ours: it comes from the library, so it is no draft of the other side. beside: the id of the one that it came with, in one message or
    as a reply to it; "" for none.
    """

    id: str
    paper: Paper
    at: datetime
    is_ours: bool = False
    beside: str = ""

    @property
    def name(self) -> str:
        """The file's, as people see it."""
        return self.paper.name

    def settled(self) -> "KeptPaper":
        """As if everybody's tracked changes were accepted."""
        return replace(self, paper=self.paper.settled())

    def by_marks(self) -> "tuple[KeptPaper, KeptPaper]":
        """The two versions that a file with somebody's tracked changes is: without them, and with them."""
        return replace(self, paper=self.paper.untouched()), self.settled()


class PaperStore(Protocol):
    """Contracts as they were read; they are gone when their class of content is erased."""

    async def keep(self, turn_id: TurnId, owner: UserId, paper: Paper, beside: str = "") -> None:
        """Keep what was read in this turn; kept again, the first stays. beside: as of a `KeptPaper`."""
        ...

    async def paper(self, paper_id: str, owner: UserId) -> KeptPaper | None:
        """One of this person's; None for what is somebody else's, was erased, or never was."""
        ...

    async def of_owner(self, owner: UserId, *, limit: int = 20) -> Sequence[KeptPaper]:
        """This person's, newest first."""
        ...

    async def newest_at(self, owner: UserId) -> datetime | None:
        """When this person last sent one, of what is still kept."""
        ...


class OwnPapers(Protocol):
    """The contracts that one speaker may compare: what they sent themselves, and documents of the library that they may read."""

    async def sent(self) -> Sequence[KeptPaper]:
        """What they sent, newest first."""
        ...

    async def paper(self, paper_id: str) -> KeptPaper | None:
        """One of these; None for anything else."""
        ...

    async def shelved(self) -> Mapping[str, str]:
        """Current documents of the library that they may read: id, as of a `KeptPaper`, -> title."""
        ...

    async def redline(
        self, old: KeptPaper, new: KeptPaper, pairs: Sequence[tuple[int, int]], notes: Mapping[int, str], gone: Mapping[int, str]
    ) -> bytes:
        """A DOCX of `old` with every change of `new` tracked; arguments as of a `Redline`.  Raises: Upstream."""
        ...

    def page(self, old: KeptPaper, new: KeptPaper) -> str:
        """Where both stand side by side, "" where nobody knows."""
        ...
