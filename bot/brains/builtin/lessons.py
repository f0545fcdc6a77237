"""The examples' vectors, kept in a file so that a start need not make them: by the hash of each text. Knows no intent and no model.

A text that was edited has another hash, so its old vector is never taken for it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bot.brains.builtin.traits import Numbers

SHIPPED = Path(__file__).with_name("lessons.npz")
"""Vectors of every example that ships, by the builtin embedder: `make lessons` writes it."""
FULL = 127


def read(path: Path, embedder: str) -> Mapping[int, Numbers]:
    """Key of a text -> its vector. Empty when there is no such file, it cannot be read, or another embedder made it."""
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            if str(kept["embedder"]) != embedder:
                return {}
            vectors = kept["vectors"].astype(np.float32) * kept["scales"][:, None]
            return dict(zip(kept["keys"].tolist(), vectors, strict=True))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}


def write(path: Path, embedder: str, vectors: Mapping[int, Numbers]) -> None:
    """Keep `vectors`, at eight bits a number, in place of what `path` held: all of it or, if this is cut off, none."""
    keys = sorted(vectors)
    rows = np.array([vectors[key] for key in keys], np.float32)
    scales = (np.abs(rows).max(axis=1) / FULL).astype(np.float32)
    small = np.round(rows / scales[:, None]).astype(np.int8)
    half = path.with_name(f"{path.stem}.new.npz")
    np.savez(half, embedder=np.array(embedder), keys=np.array(keys, np.uint64), vectors=small, scales=scales)
    half.replace(path)


def key(text: str) -> int:
    """The name of a text's vector: the first 64 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def missing(texts: Iterable[str], vectors: Mapping[int, Numbers]) -> list[str]:
    """The texts, each once, that have no vector yet."""
    return [text for text in dict.fromkeys(texts) if key(text) not in vectors]
