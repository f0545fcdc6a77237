"""How comparing contracts does: the labelled pairs, pairs of our own, real versions of real agreements, and clauses of real contracts."""

import csv
import importlib.util
import io
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from bot.domain.changes import Change, ChangeKind
from bot.domain.comparison import Category, ClauseChangeKind, Report
from bot.domain.contracts import Paper, Paragraph
from bot.reading.cutting import cut
from skills.compare_contracts.batch import changes_told
from skills.compare_contracts.categories import categories
from skills.compare_contracts.compare import compare
from skills.compare_contracts.folded import essence, fold, unlisted, unmarked
from skills.compare_contracts.library import Library, library
from skills.compare_contracts.wording import sentences
from tests.evals.contracts import pairs

pytestmark = pytest.mark.eval

CLAUSES = Path(__file__).parent.parent.parent / "knowledge" / "clauses"
SHOWN = (
    "detect_f1", "moves_wording_told_apart", "category_acc", "direction_acc", "risk_acc", "high_risk_recall", "_high_rated_low_or_none",
)  # fmt: skip
BARS = {
    "detect_f1": 0.97, "moves_wording_told_apart": 0.93, "category_acc": 0.90, "direction_acc": 0.85, "risk_acc": 0.85,
    "high_risk_recall": 1.0,
}  # fmt: skip
OWN_HIGH = 0.93
"""Of our own pairs, some high risks may be rated medium, for their labels admit it."""
_SENTENCE = 20
"""Letters of what is a sentence, and not a heading or an "and" of its own."""
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
OURS = {
    "Renewal Term": (Category.RENEWAL,),
    "Notice Period To Terminate Renewal": (Category.RENEWAL, Category.TERMINATION),
    "Governing Law": (Category.GOVERNING_LAW,),
    "Most Favored Nation": (Category.PRICE,),
    "Non-Compete": (Category.EXCLUSIVITY,),
    "Exclusivity": (Category.EXCLUSIVITY,),
    "No-Solicit Of Customers": (Category.EXCLUSIVITY,),
    "Competitive Restriction Exception": (Category.EXCLUSIVITY,),
    "Termination For Convenience": (Category.TERMINATION,),
    "Change Of Control": (Category.ASSIGNMENT, Category.TERMINATION),
    "Anti-Assignment": (Category.ASSIGNMENT,),
    "Revenue/Profit Sharing": (Category.PAYMENT, Category.PRICE),
    "Price Restrictions": (Category.PRICE,),
    "Minimum Commitment": (Category.PRICE,),
    "Volume Restriction": (Category.PRICE,),
    "Ip Ownership Assignment": (Category.IP,),
    "Joint Ip Ownership": (Category.IP,),
    "License Grant": (Category.IP,),
    "Non-Transferable License": (Category.IP,),
    "Affiliate License-Licensor": (Category.IP,),
    "Affiliate License-Licensee": (Category.IP,),
    "Unlimited/All-You-Can-Eat-License": (Category.IP,),
    "Irrevocable Or Perpetual License": (Category.IP,),
    "Source Code Escrow": (Category.IP,),
    "Post-Termination Services": (Category.TERMINATION,),
    "Uncapped Liability": (Category.LIABILITY_CAP,),
    "Cap On Liability": (Category.LIABILITY_CAP,),
    "Liquidated Damages": (Category.LIABILITY_CAP, Category.TERMINATION),
    "Warranty Duration": (Category.WARRANTY,),
    "Covenant Not To Sue": (Category.IP,),
}
"""What CUAD calls a span -> which of our categories are right for it. What is left out (insurance, audits, dates, parties) has none."""


@pytest.fixture(name="rules")
def _rules() -> Library:
    return library({file.name: file.read_text(encoding="utf-8") for file in CLAUSES.glob("*.toml")})


def test_labelled_pairs(evals_dir: Path, rules: Library) -> None:
    """The development half holds every bar."""
    folder = evals_dir / "evals"
    rows = [json.loads(line) for line in (folder / "contract_pairs.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
    texts = [[(folder / row[side]).read_text(encoding="utf-8") for side in ("v1", "v2")] for row in rows]

    scored = _scored(evals_dir, "labelled", rules, [(row, old, new) for row, (old, new) in zip(rows, texts, strict=True)])

    assert set() == {name for name, bar in BARS.items() if scored[name] < bar}


@pytest.mark.parametrize(
    "name",
    [
        "contracts.toml", "contracts_unseen.toml", "contracts_later.toml", "contracts_last.toml", "contracts_wide_zh.toml",
        "contracts_wide_en.toml", "contracts_second.toml", "contracts_third.toml", "contracts_fourth.toml", "contracts_fifth.toml",
        "contracts_sixth.toml", "contracts_rewordings.toml",
    ],
)  # fmt: skip
def test_own_pairs(evals_dir: Path, rules: Library, name: str) -> None:
    """Other parties, products and phrasings hold the same bars, and no high risk passes for low."""
    scored = _scored(evals_dir, name, rules, pairs(name))

    low = {one for one, bar in BARS.items() if scored[one] < min(bar, OWN_HIGH)}
    assert (set(), 0) == (low, scored["_high_rated_low_or_none"])


def test_real_versions(evals_dir: Path, rules: Library) -> None:
    """Every sentence that a plain line difference calls changed, formatting aside, is in the report, and nothing unchanged is.

    Numbers of clauses and lists, and references that follow, are formatting; a sentence that is told as gone and as come has moved.
    """
    folder = evals_dir / "data" / "contracts" / "versions"
    told = list(csv.DictReader((folder / "pairs.csv").read_text(encoding="utf-8").splitlines()))
    missed: list[str] = []
    extra: list[str] = []
    for row in told:
        old, new = (_unfronted((folder / row["doc"] / row[side]).read_text(encoding="utf-8")) for side in ("old", "new"))
        begun = time.perf_counter()
        report = compare(_paper(old), _paper(new), rules, "GitHub", cut)
        took = time.perf_counter() - begun
        lost, more = _held(old, new, report)
        missed += lost
        extra += more
        kinds = Counter(one.kind.value for one in report.changes)
        print(f"{row['doc']} {row['old'][:10]}>{row['new'][:10]}: {dict(kinds)}, missed {len(lost)}, extra {len(more)}, {took:.2f} s")
    print(f"versions: {len(told)} pairs, missed {len(missed)}, extra {len(extra)}", *missed[:12], "--", *extra[:12], sep="\n  ")

    assert ([], []) == (missed, extra)


def test_clauses_of_real_contracts(evals_dir: Path, rules: Library) -> None:
    """What a labelled span is about is found for 65 %, and is among the first two for 75 %."""
    folder = evals_dir / "data" / "contracts" / "cuad"
    right, second, count, wrong = 0, 0, 0, Counter[str]()
    for label, span in _spans(folder):
        likely = categories(rules, "", fold(unmarked(span)))
        count += 1
        right += likely[0] in OURS[label]
        second += any(one in OURS[label] for one in likely[:2])
        if likely[0] not in OURS[label]:
            wrong[f"{label} as {likely[0].value}"] += 1
    print(f"\ncuad: {count} spans, first {right / count:.3f}, among two {second / count:.3f}", *wrong.most_common(25), sep="\n  ")

    assert (True, True) == (right / count >= 0.65, second / count >= 0.75)


def _spans(folder: Path) -> Iterator[tuple[str, str]]:
    for row in csv.DictReader(io.StringIO((folder / "clauses.csv").read_text(encoding="utf-8-sig"))):
        for column, told in row.items():
            label = next((one for one in OURS if one.lower() == column.lower()), None)
            if label and told.startswith("["):
                yield from ((label, "".join(span)) for span in _QUOTED.findall(told) if any(span))


def _scored(evals_dir: Path, name: str, rules: Library, rows: Sequence[tuple[dict[str, object], str, str]]) -> Mapping[str, float]:
    found = {}
    begun = time.perf_counter()
    for row, old, new in rows:
        report = compare(_paper(old), _paper(new), rules, str(row["our_party"]), cut)
        found[row["id"]] = {"id": row["id"], "changes": changes_told(report)}
    took = time.perf_counter() - begun
    scored: Mapping[str, float] = _score(evals_dir).score_contracts([row for row, _, _ in rows], found)
    print(f"\n{name}: {len(rows)} pairs in {took:.1f} s", *(f"{one} {scored[one]:.3f}" for one in SHOWN), sep=", ")
    return scored


def _score(evals_dir: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", evals_dir / "evals" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    return score


def _paper(text: str) -> Paper:
    return Paper(tuple(Paragraph(one) for one in re.split(r"\n[^\S\n]*\n", text) if one.strip()))


def _unfronted(text: str) -> str:
    """A page without what it tells its site's software."""
    return text.split("\n---\n", 1)[1] if text.startswith("---\n") else text


def _held(old: str, new: str, report: Report) -> tuple[list[str], list[str]]:
    """Sentences that changed and are not told, and sentences that are told and did not change."""
    before, after = _said(old), _said(new)
    gone, come = (
        Counter({one: count for one, count in (here - there).items() if one not in whole})
        for here, there, whole in ((before, after, _plain(unlisted(new))), (after, before, _plain(unlisted(old))))
    )
    told_gone, told_come, near_gone, near_come = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    heads = [""], [""]
    for change in report.changes:
        if change.kind is ClauseChangeKind.MOVED:
            continue
        told_gone += _touched(change.words, ChangeKind.REMOVED)
        told_come += _touched(change.words, ChangeKind.ADDED)
        near_gone += _touched(change.words, ChangeKind.REMOVED, near=True)
        near_come += _touched(change.words, ChangeKind.ADDED, near=True)
        if change.old and change.new and essence(change.old.heading) != essence(change.new.heading):
            heads[0].append(essence(change.old.heading))
            heads[1].append(essence(change.new.heading))
        elif not (change.old and change.new):
            heads[0 if change.old else 1].extend(essence(one.heading) for one in (change.old, change.new) if one)
    all_gone, all_come = ("|".join((*told, *head)) for told, head in zip((near_gone, near_come), heads, strict=True))
    missed = [one for one in gone if one not in all_gone] + [one for one in come if one not in all_come]
    kept = {one for one in before if one in after and len(one) >= _SENTENCE} - gone.keys() - come.keys()
    return missed, [one for one in kept if (one in told_gone) != (one in told_come)]


def _said(text: str) -> Counter[str]:
    """The sentences of a text, by what they say; marks of headings and lists are none."""
    found = Counter[str]()
    for line in unmarked(text).splitlines():
        bare = re.sub(r"^[\s>*\-|#]*(?:\d{1,2}(?:\.\d{1,2})*[.)]?(?=\s)|\(?(?:[A-Za-z]|[ivx]+)[.)](?=\s))?\s*", "", line)
        found.update(one for sentence in sentences(bare) if (one := _plain(sentence)))
    return found


def _plain(sentence: str) -> str:
    """What a sentence says, whatever the numbers of the clauses it refers to."""
    return essence(re.sub(r"\b(section|article|clause)s? \d+(?:\.\d+)*", r"\1", sentence, flags=re.IGNORECASE))


def _touched(words: Sequence[Change], kind: ChangeKind, *, near: bool = False) -> Counter[str]:
    """The sentences of one side in which something of `kind` stands; near: or where something of the other side went or came, too."""
    text, marks = "", list[tuple[int, int]]()
    for piece, said in words:
        if piece is kind:
            marks.append((len(text), len(text) + len(said)))
        elif piece is not ChangeKind.KEPT and near:
            marks.append((len(text) - 1, len(text) + 1))
        if piece in {ChangeKind.KEPT, kind}:
            text += said
    found, at = Counter[str](), 0
    for line in text.splitlines(keepends=True):
        for sentence in sentences(line):
            if any(begin < at + len(sentence) and end > at for begin, end in marks) and (one := _plain(sentence)):
                found[one] += 1
            at += len(sentence)
    return found
