"""Heads of the audit, and proofs against them, as they are handed out. Knows hashes as hexadecimal text; knows no store."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.merkle import is_included


@dataclass(frozen=True, slots=True)
class Head:
    """What an audit of `size` entries hashes to, as it stood `at` (ISO 8601). root: hexadecimal."""

    size: int
    root: str
    at: str

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {"size": self.size, "root": self.root, "at": self.at}


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry is in the audit with this head. path: hexadecimal, from the leaf up (RFC 6962 §2.1.1)."""

    entry: Mapping[str, Any]
    path: tuple[str, ...]
    head: Head

    @property
    def seq(self) -> int:
        """Which entry it is, from 1 on."""
        return int(self.entry["seq"])

    def holds(self, leaf: bytes) -> bool:
        """Whether the entry, whose leaf hash this is, stands at its place under the head."""
        return is_included(leaf, self.seq - 1, self.head.size, [bytes.fromhex(one) for one in self.path], bytes.fromhex(self.head.root))

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {"entry": dict(self.entry), "leaf_index": self.seq - 1, "path": list(self.path), "head": self.head.told()}


def head_from(told: object) -> Head:
    """The head that `Head.told` told.  Raises: ValueError for anything else."""
    match told:
        case {"size": int(size), "root": str(root), "at": str(at)} if size >= 0 and len(bytes.fromhex(root)) == 32:  # noqa: PLR2004 - SHA-256
            return Head(size, root, at)
    message = "no head of an audit"
    raise ValueError(message)


def proof_from(told: object) -> Proof:
    """The proof that `Proof.told` told.  Raises: ValueError for anything else."""
    match told:
        case {"entry": {"seq": int()} as entry, "path": list(path), "head": dict(head)} if all(_is_hash(one) for one in path):
            return Proof(entry, tuple(path), head_from(head))
    message = "no proof of an entry"
    raise ValueError(message)


def _is_hash(one: object) -> bool:
    return isinstance(one, str) and len(bytes.fromhex(one)) == 32  # noqa: PLR2004 - SHA-256
