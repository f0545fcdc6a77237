"""A library over a folder, as the house builds it, with an embedder that tests can afford. Knows every part of knowledge."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import knowledge
from bot.domain.documents import Manuscript, Piece
from bot.domain.ids import Audience, UserId
from bot.domain.people import EVERYONE, Role, Speaker, User, parse_audience
from bot.domain.talk import Lang, language_of
from bot.ports import Embedder, Progress
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.library import SqliteLibrary
from bot.store.migrations import migrate
from bot.words import TomlWords, read_sentences
from knowledge.copyist import STALLED_S
from knowledge.filing import Filing
from knowledge.intake import Intake
from knowledge.library import HouseLibrary
from knowledge.terms import index_terms
from knowledge.vectors.scan import ScannedVectors
from tests.fakes.letters import LettersEmbedder, vector
from tests.fakes.senses import SetClock

STRINGS = Path(knowledge.__file__).parent / "strings.toml"
MAYA = User(UserId("maya"), "Maya", "maya@example.com", Role.MANAGER, "east", "UTC")
OWNER = Speaker(UserId("owner"), "Owner", Role.ADMIN, "", "UTC")
REP = Speaker(UserId("lin"), "Lin", Role.REP, "east", "UTC")
MANAGER = Speaker(UserId("maya"), "Maya", Role.MANAGER, "east", "UTC")


async def parse(text: str) -> Audience | None:
    """What front matter says about who may see, in a house whose only user is Maya."""
    return parse_audience(text, [MAYA])


@dataclass
class Shelved:
    """A library at work and what it stands on."""

    home: Path
    embedder: Embedder = field(default_factory=LettersEmbedder)
    max_file_mb: int = 1
    linger_s: float = 0.0
    patience_s: float = STALLED_S

    def __post_init__(self) -> None:
        """Open the home and build the library."""
        self.database = Database(self.home / "tandem.db")
        migrate(self.database)
        self.store = SqliteLibrary(self.database, SetClock(), TimeIds())
        self.vectors = ScannedVectors(self.store, self.embedder.name, self.embedder.dimensions)
        words = TomlWords(read_sentences(STRINGS))
        self.intake = Intake(self.store, words, parse, self.max_file_mb, linger_s=self.linger_s, patience_s=self.patience_s)
        self.filing = Filing(self.store, self.embedder)
        self.library = HouseLibrary(self.store, self.embedder, self.vectors, self.intake, self.filing)

    async def ingest(self, *paths: Path, audience: Audience | None = None, password: str = "") -> list[Progress]:
        """All steps of an ingest."""
        return [step async for step in self.library.ingest(paths, audience, Lang.EN, password=password)]

    async def close(self) -> None:
        """Close everything."""
        await self.library.close()
        self.database.close()


def manuscript(
    path: str, *texts: str, title: str = "", audience: Audience = EVERYONE, supersedes: str = "", digest: str = "d1"
) -> Manuscript:
    """A document as the reading process would hand it over, a passage for each text."""
    title = title or Path(path).stem
    pieces = tuple(
        Piece(text, f"line {number}", title, language_of(text), tuple(index_terms(text)), tuple(index_terms(title)))
        for number, text in enumerate(texts, 1)
    )
    return Manuscript(path, Path(path).name, title, digest, audience, "", None, supersedes, pieces)


def blob(text: str) -> bytes:
    """A vector as the store keeps it."""
    return np.asarray(vector(text), "<f4").tobytes()


async def embed_all(store: SqliteLibrary, embedder: str = "letters") -> None:
    """Give every passage its vector."""
    while texts := await store.without_vector(embedder, 50):
        await store.put_vectors(embedder, {one.key: blob(one.text) for one in texts})
