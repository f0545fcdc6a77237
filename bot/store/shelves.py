"""The tables of the library, and an index of words for each shelf: the passages of one audience in one language.

A shelf has an index of its own so that nothing which a speaker may not see takes part in a search: not even as a count.
"""

from collections.abc import Iterable, Mapping, Sequence

import sqlite_utils

from bot.domain.documents import Audiences, Piece
from bot.domain.ids import Audience
from bot.domain.talk import Lang
from bot.store.codec import Row
from bot.store.rows import change, every, insert, one

HEADING_WEIGHT = 2.0
"""How much more a term counts in a heading than in the text, where the best candidates are picked."""
AT_ONCE = 500
"""Values in one statement; SQLite of old takes 999."""


def library(database: sqlite_utils.Database) -> None:
    """A step of the migrations. Documents, their passages, the shelves these stand on, and vectors by the text they were made of."""
    documents = database.table("documents")
    documents.create(
        {
            "n": int, "id": str, "path": str, "source": str, "title": str, "title_key": str, "name_key": str, "stem_key": str,
            "digest": str, "audience": str, "asked_audience": str, "valid_until": str, "supersedes_key": str, "ingested_at": str,
        },
        pk="n",
        not_null={
            "id", "path", "source", "title", "title_key", "name_key", "stem_key", "digest", "audience", "asked_audience",
            "supersedes_key", "ingested_at",
        },
        strict=True,
    )
    documents.create_index(["id"], unique=True)
    documents.create_index(["path"], unique=True)
    documents.create_index(["supersedes_key"])
    shelves = database.table("shelves")
    shelves.create({"n": int, "audience": str, "lang": str, "epoch": int}, pk="n", not_null={"audience", "lang", "epoch"}, strict=True)
    shelves.create_index(["audience", "lang"], unique=True)
    passages = database.table("passages")
    passages.create(
        {
            "n": int, "id": str, "document_n": int, "shelf_n": int, "ordinal": int, "text": str, "locator": str, "heading": str,
            "length": int, "text_key": str,
        },
        pk="n",
        not_null={"id", "document_n", "shelf_n", "ordinal", "text", "locator", "heading", "length", "text_key"},
        foreign_keys=[("document_n", "documents", "n"), ("shelf_n", "shelves", "n")],
        strict=True,
    )
    passages.create_index(["id"], unique=True)
    passages.create_index(["document_n", "ordinal"])
    passages.create_index(["text_key"])
    passages.create_index(["shelf_n", "text_key"])
    passages.create_index(["shelf_n", "length"])
    embeddings = database.table("embeddings")
    embeddings.create(
        {"seq": int, "embedder": str, "text_key": str, "vector": bytes},
        pk="seq",
        not_null={"embedder", "text_key", "vector"},
        strict=True,
    )
    embeddings.create_index(["embedder", "text_key"], unique=True)
    embeddings.create_index(["embedder", "seq"])


def narrowed(database: sqlite_utils.Database, audiences: Audiences) -> list[Row]:
    """The shelves of these audiences that hold something."""
    shelves = every(
        database, "SELECT * FROM shelves WHERE EXISTS (SELECT 1 FROM passages WHERE passages.shelf_n = shelves.n) ORDER BY n"
    )
    return [shelf for shelf in shelves if audiences is None or Audience(shelf["audience"]) in audiences]


def shelf_for(database: sqlite_utils.Database, audience: Audience, lang: Lang) -> int:
    """The number of a shelf, made if it was not there."""
    wanted = {"audience": audience, "lang": str(lang)}
    made = insert(database, "shelves", {**wanted, "epoch": 0}, or_ignore="audience, lang")
    row = one(database, "SELECT n FROM shelves WHERE audience = :audience AND lang = :lang", wanted)
    number = int(row["n"]) if row else 0
    if made:
        database.execute(
            f"CREATE VIRTUAL TABLE words_{number} USING fts5(terms, heading, tokenize = \"unicode61 remove_diacritics 0 tokenchars '.,%'\")"
        )
        database.execute(f"CREATE VIRTUAL TABLE terms_{number} USING fts5vocab('words_{number}', 'row')")
    return number


def put_words(database: sqlite_utils.Database, shelf: int, passage: int, piece: Piece) -> None:
    """Index one passage. Two blanks part terms, so that counting " term " misses none of a run of equal ones."""
    values = {"rowid": passage, "terms": spaced(piece.terms), "heading": spaced(piece.heading_terms)}
    insert(database, f"words_{shelf:d}", values)


def drop_words(database: sqlite_utils.Database, passages: Iterable[Row]) -> None:
    """Take passages (n, shelf_n) out of the index."""
    for passage in passages:
        change(database, f"DELETE FROM words_{passage['shelf_n']:d} WHERE rowid = :n", {"n": passage["n"]})  # noqa: S608 - a number


def move(database: sqlite_utils.Database, passages: Sequence[Row], audience: Audience) -> None:
    """Put passages (n, shelf_n, lang) on the shelves of another audience, with their words."""
    touched: set[int] = set()
    for passage in passages:
        number, old, new = passage["n"], passage["shelf_n"], shelf_for(database, audience, Lang(passage["lang"]))
        words = one(database, f"SELECT terms, heading FROM words_{old:d} WHERE rowid = :n", {"n": number})  # noqa: S608 - a number
        drop_words(database, [passage])
        if words:
            insert(database, f"words_{new:d}", {"rowid": number, **words})
        change(database, "UPDATE passages SET shelf_n = :shelf WHERE n = :n", {"n": number, "shelf": new})
        touched |= {old, new}
    for shelf in touched:
        change(database, "UPDATE shelves SET epoch = epoch + 1 WHERE n = :n", {"n": shelf})


def best(database: sqlite_utils.Database, shelf: int, terms: Sequence[str], limit: int) -> list[int]:
    """Numbers of the passages of a shelf that hold some of `terms`, best first."""
    wanted = " OR ".join(f'"{term}"' for term in terms)
    table = f"words_{shelf:d}"
    found = every(
        database,
        f"SELECT rowid AS n FROM {table} WHERE {table} MATCH :wanted ORDER BY bm25({table}, 1.0, :weight) LIMIT :limit",  # noqa: S608
        {"wanted": wanted, "weight": HEADING_WEIGHT, "limit": limit},
    )
    return [int(row["n"]) for row in found]


def words_of(database: sqlite_utils.Database, passages: Mapping[int, int]) -> dict[int, tuple[str, str]]:
    """Passage number -> its terms and its headings' terms, as they are indexed. passages: number -> shelf."""
    words: dict[int, tuple[str, str]] = {}
    for shelf in set(passages.values()):
        numbers = [number for number, where in passages.items() if where == shelf]
        for some in parcels(numbers):
            marks = ", ".join("?" * len(some))
            rows = database.execute(f"SELECT rowid, terms, heading FROM words_{shelf:d} WHERE rowid IN ({marks})", list(some))  # noqa: S608
            words.update({number: (terms, heading) for number, terms, heading in rows})
    return words


def spaced(terms: Sequence[str]) -> str:
    """Terms as the index holds them."""
    return f" {'  '.join(terms)} " if terms else ""


def parcels(values: Sequence[object]) -> Iterable[Sequence[object]]:
    """`values` in parts that one statement can take."""
    return (values[at:at + AT_ONCE] for at in range(0, len(values), AT_ONCE))
