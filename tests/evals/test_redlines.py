"""Redlines of real contracts, read by our own reader and by LibreOffice: all accepted the new text, all rejected the old."""

import csv
import os
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from bot.domain.contracts import Paragraph
from knowledge.papers import plain
from knowledge.papers.word import read
from knowledge.reading.formats import File
from tests.contract_papers import both, docx, p, r, redline
from tests.office import settled

pytestmark = [pytest.mark.eval, pytest.mark.skipif("EVALS_DIR" not in os.environ, reason="no contracts here: set EVALS_DIR")]
ALIKE = 0.5


def pairs(shared: Path) -> Iterator[tuple[Path, Path]]:
    """Old and new, invented and real."""
    for old in sorted((shared / "evals" / "contracts").glob("*_v1.txt")):
        yield old, old.with_name(old.name.replace("_v1", "_v2"))
    versions = shared / "data" / "contracts" / "versions"
    with (versions / "pairs.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            yield versions / row["doc"] / row["old"], versions / row["doc"] / row["new"]


def paragraphs(path: Path) -> list[Paragraph]:
    """A contract in Markdown or text."""
    file = File(path.name, path.read_bytes())
    return list(plain.marked(file) if path.suffix == ".md" else plain.text(file))


def matched(old: list[Paragraph], new: list[Paragraph]) -> list[tuple[int, int]]:
    """What is the same, and in between what is alike."""
    before, after = [one.text for one in old], [one.text for one in new]
    found: list[tuple[int, int]] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += zip(range(i, j), range(k, m), strict=True)
            continue
        left = list(range(k, m))
        for at in range(i, j):
            alike = {to: SequenceMatcher(None, before[at], after[to]).quick_ratio() for to in left}
            best = max(alike, key=alike.__getitem__, default=None)
            if best is not None and alike[best] > ALIKE:
                found.append((at, best))
                left.remove(best)
    return found


def test_all_pairs_both_ways(tmp_path: Path) -> None:
    """In a plain document, and in the old contract as a Word file."""
    made: list[tuple[Path, tuple[list[str], list[str]]]] = []
    for number, (first, second) in enumerate(pairs(Path(os.environ["EVALS_DIR"]))):
        old, new = paragraphs(first), paragraphs(second)
        expected = [one.text for one in old], [one.text for one in new]
        of_word = docx("".join(p(r(one.text.replace("&", "&amp;").replace("<", "&lt;"))) for one in old))
        for old_file, side in ((b"", old), (of_word, list(read(of_word)))):
            data = redline(side, new, matched(old, new), old_file, notes={0: "Risk"})
            assert expected == both(data), first
            made.append((tmp_path / f"{number}-{bool(old_file)}.docx", expected))
            made[-1][0].write_bytes(data)

    opened = settled([file for file, _ in made])

    assert [(after, before) for _, (before, after) in made] == [tuple(one) for one in opened]
    print(f"\nredlines: {len(made)} of {len(made)} word for word, accepted and rejected, in LibreOffice")
