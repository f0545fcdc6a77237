"""The tree of hashes: the standard's vectors, and proofs of every leaf and every growth of small trees."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.merkle import (
    EMPTY_ROOT,
    Edge,
    consistency_path,
    edge_of,
    inclusion_path,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
)

LEAVES = [leaf_hash(bytes([number])) for number in range(40)]


def standard() -> dict[str, Any]:
    """The vectors of RFC 6962."""
    folder = os.environ.get("EVALS_DIR")
    if not folder:
        pytest.skip("EVALS_DIR does not say where the standards' vectors lie")
    vectors: dict[str, Any] = json.loads((Path(folder) / "data/standards/rfc6962/vectors.json").read_text())
    return vectors


def hashes(vectors: dict[str, Any]) -> list[bytes]:
    """The leaf hashes of the vectors."""
    return [leaf_hash(bytes.fromhex(one)) for one in vectors["leaves_hex"]]


def by_the_book(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 §2.1 defines it, by recursion."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return node_hash(by_the_book(leaves[:cut]), by_the_book(leaves[cut:]))


def test_the_standards_roots() -> None:
    """Every size of the vectors."""
    vectors = standard()
    leaves = hashes(vectors)

    roots = {size: edge_of(leaves[: int(size)]).root.hex() for size in vectors["roots"]}

    assert vectors["roots"] == roots


def test_the_standards_proofs_of_a_leaf() -> None:
    """Made as they stand there, and they hold."""
    vectors = standard()
    leaves = hashes(vectors)
    for wanted in vectors["inclusion"]:
        index, size = wanted["index"], wanted["size"]

        path = inclusion_path(leaves, index, size)

        assert wanted["proof"] == [one.hex() for one in path]
        assert is_included(leaves[index], index, size, path, bytes.fromhex(vectors["roots"][str(size)]))


def test_the_standards_proofs_of_a_growth() -> None:
    """Made as they stand there, and they hold."""
    vectors = standard()
    leaves = hashes(vectors)
    for wanted in vectors["consistency"]:
        old, new = wanted["first"], wanted["second"]

        path = consistency_path(leaves, old, new)

        roots = [bytes.fromhex(vectors["roots"][str(size)]) for size in (old, new)]
        assert wanted["proof"] == [one.hex() for one in path]
        assert is_consistent((old, roots[0]), (new, roots[1]), path)


def test_a_tree_grows_into_the_books_roots() -> None:
    """Leaf by leaf, the root is that of the definition."""
    edge, grown = Edge(), []
    for leaf in LEAVES:
        edge = edge.added(leaf)
        grown.append(edge.root)

    assert [by_the_book(LEAVES[:size]) for size in range(1, len(LEAVES) + 1)] == grown


def test_the_edge_is_as_short_as_its_size_has_bits() -> None:
    """So a leaf costs the height of the tree, however many there are."""
    assert [size.bit_count() for size in range(41)] == [len(edge_of(LEAVES[:size]).nodes) for size in range(41)]


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    """SHA-256 of the empty string."""
    assert "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" == Edge().root.hex()


@pytest.mark.parametrize("size", range(1, 18))
def test_every_leaf_can_be_proven_and_no_other_in_its_place(size: int) -> None:
    """For each leaf of each small tree: its own proof holds for it alone."""
    root = edge_of(LEAVES[:size]).root
    for index in range(size):
        path = inclusion_path(LEAVES, index, size)

        holds = [other for other in range(size) if is_included(LEAVES[other], other, size, path, root)]

        assert [index] == holds


@pytest.mark.parametrize("size", range(18))
def test_every_growth_can_be_proven(size: int) -> None:
    """From each smaller tree to this one; with the root of another, it does not hold."""
    root = edge_of(LEAVES[:size]).root
    other = leaf_hash(b"other")
    for old in range(size + 1):
        path = consistency_path(LEAVES, old, size)
        old_root = edge_of(LEAVES[:old]).root

        assert (True, False) == (
            is_consistent((old, old_root), (size, root), path), is_consistent((old, other), (size, root), path)
        )


@given(st.integers(1, 40), st.data())
def test_a_proof_with_any_bit_changed_holds_no_more(size: int, data: st.DataObject) -> None:
    """Whatever is changed: the leaf, a node of the path, or the root."""
    index = data.draw(st.integers(0, size - 1))
    proof = [LEAVES[index], *inclusion_path(LEAVES, index, size), edge_of(LEAVES[:size]).root]
    place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    proof[place] = (int.from_bytes(proof[place]) ^ (1 << bit)).to_bytes(32)

    assert not is_included(proof[0], index, size, proof[1:-1], proof[-1])


@given(st.integers(0, 40), st.integers(0, 40), st.lists(st.sampled_from(LEAVES), max_size=8))
def test_a_made_up_path_proves_no_growth(old: int, new: int, path: list[bytes]) -> None:
    """Between trees of which the second does not begin with the first."""
    first, second = edge_of(LEAVES[:old]).root, edge_of(LEAVES[::-1][:new]).root

    assert (old in {0, new} and not path and (first == second or old == 0)) == is_consistent((old, first), (new, second), path)


def test_a_leaf_that_is_not_there_cannot_be_proven() -> None:
    """Nor one of a tree that is larger than what is there."""
    for index, size in ((0, 0), (3, 3), (-1, 3), (0, 41)):
        with pytest.raises(ValueError, match=r"no leaf|not all there"):
            inclusion_path(LEAVES, index, size)


def test_a_tree_does_not_begin_with_a_larger_one() -> None:
    """And no path says so."""
    with pytest.raises(ValueError, match="beginning"):
        consistency_path(LEAVES, 5, 4)

    assert not is_consistent((5, EMPTY_ROOT), (4, EMPTY_ROOT), ())
