"""The process that holds Chroma: a collection for each shelf. Answers `knowledge.vectors.chroma`; sends nothing to anybody else."""

import base64
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.wire import Wire

MARK = "embedder"
"""A file beside Chroma's that names the model whose vectors these are."""
PAGE = 5_000


def main() -> None:
    """Answer until the parent hangs up. Arguments: the folder, the embedder's name."""
    folder, embedder = Path(sys.argv[1]), sys.argv[2]
    wire = Wire()
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    index = Index(_client(folder, embedder))
    for question in wire.questions():
        wire.say({"done": index.answer(question)})


def _client(folder: Path, embedder: str) -> Any:  # noqa: ANN401 - chromadb is imported here alone, late
    import chromadb  # noqa: PLC0415 - seconds, so never in the process that serves
    from chromadb.config import Settings  # noqa: PLC0415

    mark = folder / MARK
    if folder.exists() and (not mark.exists() or mark.read_text(encoding="utf-8") != embedder):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(embedder, encoding="utf-8")
    settings = Settings(anonymized_telemetry=False, allow_reset=False)
    return chromadb.PersistentClient(path=str(folder), settings=settings)


class Index:
    """Chroma's collections, one a shelf, by the shelf's number."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - as above
        self._client = client
        self._collections: dict[int, Any] = {}

    def answer(self, question: Mapping[str, Any]) -> object:
        """One of: ids of a shelf; put; drop; nearest. What it does not know, it does not answer."""
        match question:
            case {"ids": int(shelf)}:
                return self._ids(shelf)
            case {"put": int(shelf), "passages": ids, "vectors": str(vectors)}:
                self._collection(shelf).upsert(ids=ids, embeddings=_matrix(vectors, len(ids)))
            case {"drop": int(shelf), "passages": ids}:
                self._collection(shelf).delete(ids=ids)
            case {"nearest": str(vector), "shelves": shelves, "limit": int(limit)}:
                return [self._nearest(shelf, _matrix(vector, 1), limit) for shelf in shelves]
        return None

    def _collection(self, shelf: int) -> Any:  # noqa: ANN401 - as above
        if shelf not in self._collections:
            self._collections[shelf] = self._client.get_or_create_collection(
                f"shelf-{shelf}", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        return self._collections[shelf]

    def _ids(self, shelf: int) -> list[str]:
        collection = self._collection(shelf)
        ids: list[str] = []
        while page := collection.get(limit=PAGE, offset=len(ids), include=[])["ids"]:
            ids.extend(page)
        return ids

    def _nearest(self, shelf: int, vector: npt.NDArray[np.float32], limit: int) -> Sequence[tuple[str, float]]:
        found = self._collection(shelf).query(query_embeddings=vector, n_results=limit, include=["distances"])
        return [(passage, 1 - distance) for passage, distance in zip(found["ids"][0], found["distances"][0], strict=True)]


def _matrix(coded: str, rows: int) -> npt.NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(coded), dtype="<f4").reshape(rows, -1)


if __name__ == "__main__":
    main()
