"""A Merkle tree as in RFC 6962: roots, proofs that a leaf is in it, proofs that a longer one only added. Knows hashes; knows no entry.

Hashes are 32 bytes of SHA-256. Indexes begin at 0. Trees are never held: what is worked out takes memory for the height alone.
Sources: RFC 6962 §2.1 (hashes and proofs), RFC 9162 §2.1.3.2 and §2.1.4.2 (how proofs are checked).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()
Range = tuple[int, int]
"""Leaves from the first number on, up to the second and without it."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry; the first byte keeps it apart from a node's."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Edge:
    """All that is needed of a tree to add leaves: the roots of its full subtrees, the largest first; one for each bit set in `size`."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def added(self, leaf: bytes) -> "Edge":
        """The edge with one more leaf hash."""
        nodes, full = list(self.nodes), self.size
        while full & 1:
            leaf = node_hash(nodes.pop(), leaf)
            full >>= 1
        return Edge(self.size + 1, (*nodes, leaf))

    @property
    def root(self) -> bytes:
        """The hash of the whole tree."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


def edge_of(leaves: Iterable[bytes]) -> Edge:
    """The edge of a tree of these leaf hashes."""
    edge = Edge()
    for leaf in leaves:
        edge = edge.added(leaf)
    return edge


def inclusion_path(leaves: Iterable[bytes], index: int, size: int) -> tuple[bytes, ...]:
    """What proves that leaf `index` is in the tree of the first `size` leaf hashes, read once.

    Raises: ValueError when there is no such leaf, or fewer leaves than `size`.
    """
    if not 0 <= index < size:
        message = f"no leaf {index} in a tree of {size}"
        raise ValueError(message)
    return _roots(leaves, _beside(index, (0, size)))


def consistency_path(leaves: Iterable[bytes], old_size: int, size: int) -> tuple[bytes, ...]:
    """What proves that the tree of `size` leaf hashes begins with the tree of `old_size`.  Raises: ValueError as `inclusion_path`."""
    if not 0 <= old_size <= size:
        message = f"a tree of {old_size} cannot be the beginning of one of {size}"
        raise ValueError(message)
    return _roots(leaves, _between(old_size, (0, size), is_whole=True)) if old_size else ()


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` is number `index` of the tree of `size` leaves that has this root."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for node in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(node, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, node)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree `new` (size, root) begins with the tree `old`."""
    (old_size, old_root), (size, root) = old, new
    if not 0 <= old_size <= size:
        return False
    if old_size == 0:
        return not path and old_root == EMPTY_ROOT
    if old_size == size:
        return not path and old_root == root
    return _grows(old, new, [old_root, *path] if old_size & (old_size - 1) == 0 else list(path))


def _grows(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    if not path:
        return False
    place, last = old[0] - 1, new[0] - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_found = new_found = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_found, new_found = node_hash(node, old_found), node_hash(node, new_found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_found = node_hash(new_found, node)
        place, last = place >> 1, last >> 1
    return last == 0 and old_found == old[1] and new_found == new[1]


def _beside(index: int, within: Range) -> Iterator[Range]:
    """The subtrees that stand beside the way from a leaf to the root, the lowest first."""
    begin, end = within
    if end - begin == 1:
        return
    cut = begin + _largest_below(end - begin)
    if index < cut:
        yield from _beside(index, (begin, cut))
        yield cut, end
    else:
        yield from _beside(index, (cut, end))
        yield begin, cut


def _between(old_size: int, within: Range, *, is_whole: bool) -> Iterator[Range]:
    """The subtrees of which the old root and the new one can both be made. is_whole: nothing was cut off the old tree so far."""
    begin, end = within
    if old_size == end:
        if not is_whole:
            yield begin, end
        return
    cut = begin + _largest_below(end - begin)
    if old_size <= cut:
        yield from _between(old_size, (begin, cut), is_whole=is_whole)
        yield cut, end
    else:
        yield from _between(old_size, (cut, end), is_whole=False)
        yield begin, cut


def _largest_below(size: int) -> int:
    """The largest power of two that is smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _roots(leaves: Iterable[bytes], wanted: Iterable[Range]) -> tuple[bytes, ...]:
    """The roots over parts of `leaves` that do not meet, in the order they are wanted; the leaves are read once."""
    parts = list(wanted)
    roots: dict[Range, bytes] = {}
    numbered = enumerate(leaves)
    for begin, end in sorted(parts):
        edge = Edge()
        for number, leaf in numbered:
            if number >= begin:
                edge = edge.added(leaf)
            if number == end - 1:
                break
        if edge.size != end - begin:
            message = f"leaves {begin} to {end} are not all there"
            raise ValueError(message)
        roots[begin, end] = edge.root
    return tuple(roots[part] for part in parts)
