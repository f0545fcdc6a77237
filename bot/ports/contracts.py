"""Contracts, as the inside asks for them: read out of any file, and given back to Word with every change tracked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.comparison import Report
from bot.domain.contracts import Paper
from bot.domain.ids import TurnId
from bot.domain.seen import SeenPage

PagesTold = Callable[[int, int], None]
"""Called with the pages read so far, and the pages of the file."""
PairsTold = Callable[[int, int], None]
"""Called with the pairs of clauses that are compared so far, and how many there are."""


@dataclass(frozen=True, slots=True)
class Redline:
    """What a marked-up contract is made of. old, new: settled papers (see `Paper.settled`).

    pairs: index of an old paragraph -> index of the new one that it became; each at most once, in any order. Old ones without a partner
    are taken out, new ones put in; a pair out of its order is a move: taken out there, put in here.
    notes: index of a new paragraph -> what is written beside it. gone: the same for old ones that are taken out.
    old_file: the old contract, when it is Word's: its formatting is kept. password: of that file, used and forgotten.
    """

    old: Paper
    new: Paper
    pairs: Sequence[tuple[int, int]]
    at: datetime
    notes: Mapping[int, str] = field(default_factory=dict)
    gone: Mapping[int, str] = field(default_factory=dict)
    old_file: Path | None = None
    password: str = field(default="", repr=False)


class ContractFiles(Protocol):
    """Reads contracts, and writes what changed in them. What people sent is opened in a process of its own."""

    async def read(self, path: Path, name: str = "", password: str = "", told: PagesTold | None = None) -> Paper:
        """The contract in the file at `path`. Whoever cancels this ends the work.

        path: DOCX, DOCM, PDF (with text or scanned), PNG, JPEG, WebP, BMP, TIFF, Markdown, text or HTML. name: as people see it, for the
        sentences. password: used and forgotten. told: for progress, on the caller's loop.
        Raises: TellUser("contract_…", file=…): `contract_encrypted` and `contract_wrong_password` ask for a password in private; the
        others say why it cannot be read, and what to do.
        """
        ...

    async def redline(self, asked: Redline) -> bytes:
        """A DOCX with real tracked changes and comments by Tandem: accepting all gives the new words, rejecting all the old ones.

        Raises: Upstream when it cannot be written now.
        """
        ...

    async def close(self) -> None:
        """End the process that reads."""
        ...


class Comparer(Protocol):
    """Holds two versions of a contract against each other, in a process of its own. What came of it is kept for a while, never saved."""

    async def compare(
        self, old: Paper, new: Paper, our_party: str, *, turn_id: TurnId | None = None, told: PairsTold | None = None
    ) -> Report:
        """What became of `old` in `new`, both settled. Whoever cancels this ends the work, unless somebody else waits for the same.

        our_party: what the contract calls our firm, several writings parted by "/". turn_id: in which this is asked, so that whoever
        waits for that turn hears how far it is. told: for progress, on the caller's loop.
        Raises: TellUser("contract_too_big", file=…) for what no contract is; Upstream when it cannot be done now.
        """
        ...

    async def close(self) -> None:
        """End the processes, and forget what was kept."""
        ...


class PictureReader(Protocol):
    """Reads the words in pictures."""

    async def page(self, width: int, height: int, grey: bytes) -> SeenPage:
        """The lines of a page drawn in shades of grey, a byte each, row by row.  Raises: TellUser("contract_no_ocr"); Upstream."""
        ...

    async def photo(self, path: Path) -> SeenPage:
        """The lines of a photo or screenshot.  Raises: TellUser("contract_no_ocr", "contract_broken", "contract_too_big"); Upstream."""
        ...

    async def close(self) -> None:
        """Let go of the model."""
        ...
