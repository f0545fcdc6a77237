"""A document as it was read, and what the house keeps of it to find it again. Knows no file format, no index and no storage."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.ids import Audience, DocumentId, PassageId
from bot.domain.talk import Lang

LONGEST_NAME = 100

Audiences = frozenset[Audience] | None
"""Who is asking: the audiences that they belong to; None for somebody from whom no document is hidden."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage as read. text: verbatim, what a quote is taken from. heading: title and headings above it, outermost first, one a line.

    locator: where it stands, as a person reads it: "p. 3 §2.1 Discounts", "§ Warranty > Returns, lines 12-18".
    terms, heading_terms: what the word index holds of both.
    """

    text: str
    locator: str
    heading: str
    lang: Lang
    terms: tuple[str, ...]
    heading_terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document as read. path: absolute, its identity. source: the path below the folder that was taken in, as people see it.

    digest: SHA-256 of the file. supersedes: title or file name of the document that this one replaces, "" for none.
    asked_audience: the one it was taken in with, "" for none.
    """

    path: str
    source: str
    title: str
    digest: str
    audience: Audience
    asked_audience: str
    valid_until: date | None
    supersedes: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept of a file: enough to tell whether it has to be read again."""

    document_id: DocumentId
    source: str
    digest: str
    asked_audience: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a passage's words say about a question.

    length: how many terms its text and its headings have. found: term -> how often in the text and how often in the headings, where
    there at all. embedded: whether it has a vector yet; without one nothing is known of its meaning.
    """

    passage_id: PassageId
    lang: Lang
    length: int
    found: Mapping[str, tuple[int, int]]
    embedded: bool = True


@dataclass(frozen=True, slots=True)
class Counts:
    """What a speaker's passages are like as a whole; nothing is counted that the speaker may not see.

    terms: how many their texts and headings have together. holding: term of the question -> how many passages hold it.
    """

    passages: int
    terms: int
    holding: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A text that has no vector yet, and the key that its vector will be kept by: the text's SHA-256."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The passages of one audience in one language. stamp: differs when they, or their vectors, have changed."""

    number: int
    audience: Audience
    lang: Lang
    stamp: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage's vector (float32, little-endian). number: its place in the order of keeping."""

    number: int
    passage_id: PassageId
    vector: bytes


@dataclass(frozen=True, slots=True)
class Near:
    """A passage near in meaning. cosine: of its vector and the question's."""

    passage_id: PassageId
    lang: Lang
    cosine: float


def safe_name(name: str) -> str:
    """The last part of a path as somebody's program told it, as a name that means nothing to a shell or a file system."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(char if unicodedata.category(char)[0] in "LN" or char in " ._-()+,&()《》【】、,·" else "_" for char in last)
    plain = " ".join(plain.split()).lstrip(". -")
    stem, dot, suffix = plain.rpartition(".")
    kept = f"{stem[:LONGEST_NAME - len(suffix) - 1]}.{suffix}" if dot and len(suffix) < 10 else plain[:LONGEST_NAME]  # noqa: PLR2004
    return kept.strip() or "file"
