"""Redlines of real contracts, read by our own reader and by LibreOffice: all accepted the new text, all rejected the old."""

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.domain.contracts import Paper, Paragraph
from bot.reading.cutting import cut
from knowledge.papers import plain
from knowledge.papers.word import read
from knowledge.reading.formats import File
from skills.compare_contracts.compare import compare
from skills.compare_contracts.library import Library, library
from skills.compare_contracts.redlining import marking, worth_a_note
from tests.contract_papers import both, docx, p, r, redline
from tests.evals.contracts import pairs as own
from tests.office import settled

pytestmark = [pytest.mark.eval, pytest.mark.skipif("EVALS_DIR" not in os.environ, reason="no contracts here: set EVALS_DIR")]
CLAUSES = Path(__file__).parent.parent.parent / "knowledge" / "clauses"


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


def redlined(old: Sequence[Paragraph], new: Sequence[Paragraph], old_file: bytes, rules: Library) -> bytes:
    """By the road of the house: compared, judged, marked up, with a note beside what has to be looked at."""
    first, second = Paper(tuple(old)), Paper(tuple(new))
    report = compare(first, second, rules, "GitHub", cut)
    marked = marking(report, first, second, [(one, one.risk.value) for one in report.changes if worth_a_note(one)])
    return redline(old, new, marked.pairs, old_file, marked.notes, marked.gone)


@pytest.fixture(name="rules")
def _rules() -> Library:
    return library({file.name: file.read_text(encoding="utf-8") for file in CLAUSES.glob("*.toml")})


def test_all_pairs_both_ways(tmp_path: Path, rules: Library) -> None:
    """In a plain document, and in the old contract as a Word file."""
    made: list[tuple[Path, tuple[list[str], list[str]]]] = []
    for number, (first, second) in enumerate(pairs(Path(os.environ["EVALS_DIR"]))):
        old, new = paragraphs(first), paragraphs(second)
        expected = [one.text for one in old], [one.text for one in new]
        of_word = docx("".join(p(r(one.text.replace("&", "&amp;").replace("<", "&lt;"))) for one in old))
        for old_file, side in ((b"", old), (of_word, list(read(of_word)))):
            data = redlined(side, new, old_file, rules)
            assert expected == both(data), first
            made.append((tmp_path / f"{number}-{bool(old_file)}.docx", expected))
            made[-1][0].write_bytes(data)

    opened = settled([file for file, _ in made])

    assert [(after, before) for _, (before, after) in made] == [tuple(one) for one in opened]
    print(f"\nredlines: {len(made)} of {len(made)} word for word, accepted and rejected, in LibreOffice")


def test_own_pairs_both_ways(rules: Library) -> None:
    """Moves, wrapped lines and page footers of exported files lose no word."""
    for name in sorted(file.name for file in Path(__file__).parent.glob("contracts*.toml")):
        for line, *versions in own(name):
            old, new = (list(plain.text(File("a.txt", text.encode()))) for text in versions)

            assert ([one.text for one in old], [one.text for one in new]) == both(redlined(old, new, b"", rules)), line["id"]
