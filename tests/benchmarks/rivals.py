"""Others that compare texts, on the same pairs: what of the changed sentences they tell, what else, and what it costs. Judges no risk."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from docx import Document

from bot.domain.changes import Change, ChangeKind
from bot.domain.comparison import ClauseChangeKind
from bot.domain.contracts import Paper, Paragraph
from bot.reading.cutting import cut
from knowledge.papers.wordml import PARAGRAPH, mark_of, words
from skills.compare_contracts.compare import compare
from skills.compare_contracts.folded import essence
from skills.compare_contracts.library import Library, library
from tests.benchmarks.measured import Measured
from tests.contract_papers import docx, p, r
from tests.evals.contracts import pairs
from tests.office import compared, is_here

SETS = ("contracts.toml", "contracts_unseen.toml", "contracts_later.toml")
CLAUSES = Path(__file__).parent.parent.parent / "knowledge" / "clauses"
EXPORTED = re.compile(r"^(?:第 \d+ 页|Page \d+)$", re.MULTILINE)
"""Pages that were broken anew are left out: to all but ours each line of them is another."""
NUMBER = re.compile(
    r"^\s*(?:(?:第[一二三四五六七八九十]+条|[一二三四五六七八九十]+、|(?:article|section)\s+\d+[.:]?|\d+[.:]|/)\s*)+", re.IGNORECASE
)
SENTENCE = re.compile(r"\n|(?<=[。；;])|(?<=[.])\s+(?=[A-Z])")
SHORTEST = 6
DEL_INS = re.compile(r"<(del|ins)>(.*?)</\1>", re.DOTALL)

Pair = tuple[str, str, str]
"""The old text, the new one, and what they call our firm."""
Told = Callable[[Sequence[Pair]], Sequence[Sequence[Change]]]
"""For each pair what became of it, in pieces."""


@dataclass(frozen=True, slots=True)
class Rival:
    """One that compares. needs: how to get what is not here, "" where all is."""

    name: str
    told: Told
    needs: str = ""


def measure() -> Iterator[Measured]:
    """A row for each, ours first."""
    texts = [(old, new, str(line["our_party"])) for name in SETS for line, old, new in pairs(name) if not EXPORTED.search(new)]
    for rival in _rivals():
        if rival.needs:
            yield Measured(f"{len(texts)} pairs, {rival.name}", 0, "s", None, f"not here: {rival.needs}")
            continue
        begun = time.perf_counter()
        told = rival.told(texts)
        yield Measured(f"{len(texts)} pairs, {rival.name}", time.perf_counter() - begun, "s", None, _scored(texts, told))


def _rivals() -> Sequence[Rival]:
    rules = library({file.name: file.read_text(encoding="utf-8") for file in CLAUSES.glob("*.toml")})
    return (
        Rival("ours, with judgement", lambda texts: [_ours(one, rules) for one in texts]),
        Rival("redlines", _by_redlines, "" if find_spec("redlines") else "pip install redlines"),
        Rival("diff-match-patch", _by_signs, "" if find_spec("diff_match_patch") else "pip install diff-match-patch"),
        Rival("LibreOffice's comparison", _by_office, "" if is_here() else "LibreOffice with its Python bridge"),
    )


def _ours(pair: Pair, rules: Library) -> Sequence[Change]:
    old, new = (Paper(tuple(Paragraph(one) for one in re.split(r"\n[^\S\n]*\n", text) if one.strip())) for text in pair[:2])
    report = compare(old, new, rules, pair[2], cut)
    told: list[Change] = []
    for change in report.changes:
        if change.kind is not ClauseChangeKind.MOVED:
            alone = change.old if change.new is None else change.new if change.old is None else None
            kind = ChangeKind.REMOVED if change.new is None else ChangeKind.ADDED
            heading = [Change(kind, f"{alone.heading}\n")] if alone else []
            told += [*heading, *change.words, Change(ChangeKind.KEPT, "\n\n")]
    return told


def _by_redlines(texts: Sequence[Pair]) -> Sequence[Sequence[Change]]:
    redlines = import_module("redlines").Redlines
    return [list(_marked(redlines(old, new, markdown_style="none").output_markdown)) for old, new, _ in texts]


def _marked(text: str) -> Iterator[Change]:
    """Text in which `<del>` and `<ins>` stand."""
    at = 0
    for found in DEL_INS.finditer(text):
        yield Change(ChangeKind.KEPT, text[at : found.start()])
        yield Change(ChangeKind.REMOVED if found[1] == "del" else ChangeKind.ADDED, found[2])
        at = found.end()
    yield Change(ChangeKind.KEPT, text[at:])


def _by_signs(texts: Sequence[Pair]) -> Sequence[Sequence[Change]]:
    differ = import_module("diff_match_patch").diff_match_patch()
    kinds = {-1: ChangeKind.REMOVED, 0: ChangeKind.KEPT, 1: ChangeKind.ADDED}
    found = []
    for old, new, _ in texts:
        told = differ.diff_main(old, new)
        differ.diff_cleanupSemantic(told)
        found.append([Change(kinds[kind], text) for kind, text in told])
    return found


def _by_office(texts: Sequence[Pair]) -> Sequence[Sequence[Change]]:
    with TemporaryDirectory() as folder:
        files = []
        for number, (old, new, _) in enumerate(texts):
            names = [Path(folder) / f"{number}-{name}.docx" for name in ("old", "new", "told")]
            for name, text in zip(names, (old, new), strict=False):
                lines = (line.replace("&", "&amp;").replace("<", "&lt;") for line in text.splitlines() if line.strip())
                name.write_bytes(docx("".join(p(r(line)) for line in lines)))
            files.append(names)
        compared(files)
        return [list(_tracked(told)) for _, _, told in files]


def _tracked(file: Path) -> Iterator[Change]:
    """A Word file with tracked changes."""
    for paragraph in Document(str(file)).element.body.iter(PARAGRAPH):
        for one in (*words(paragraph), mark_of(paragraph)):
            kind = ChangeKind.ADDED if one.inserted else ChangeKind.REMOVED if one.deleted else ChangeKind.KEPT
            yield Change(kind, one.text or "\n")


def _scored(texts: Sequence[Pair], told: Sequence[Sequence[Change]]) -> str:
    found = wanted = extra = 0
    for (old, new, _), changes in zip(texts, told, strict=True):
        before, after = _sentences(old), _sentences(new)
        for own, right in ((ChangeKind.REMOVED, before - after), (ChangeKind.ADDED, after - before)):
            near = _touched(changes, own, near=True)
            wanted += len(right)
            found += sum(any(_is_same(one, other) for other in near) for one in right)
            extra += sum(not any(_is_same(one, other) for other in right) for one in _touched(changes, own))
    return f"told {found / wanted:.0%} of {wanted} changed sentences, and {extra} that did not change"


def _sentences(text: str) -> set[str]:
    keys = (essence(NUMBER.sub("", one)) for one in SENTENCE.split(text))
    return {one for one in keys if len(one) >= SHORTEST}


def _touched(changes: Sequence[Change], own: ChangeKind, *, near: bool = False) -> set[str]:
    """The sentences of one side in which a piece of that side stands; near: or where one of the other side went or came."""
    text, spans = "", list[tuple[int, int]]()
    for one in changes:
        if re.search(r"\w", one.text) and one.kind is not ChangeKind.KEPT and (near or one.kind is own):
            spans.append((len(text) - (one.kind is not own), len(text) + (len(one.text) if one.kind is own else 1)))
        text += one.text if one.kind in {ChangeKind.KEPT, own} else ""
    found, at = set[str](), 0
    for sentence in SENTENCE.split(text):
        begin = text.find(sentence, at)
        at = begin + len(sentence)
        if any(first < at and last > begin for first, last in spans):
            found |= _sentences(sentence)
    return found


def _is_same(one: str, other: str) -> bool:
    """Whether it is the same sentence: some tell it with its heading, some without."""
    return one in other or other in one
