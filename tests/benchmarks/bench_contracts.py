"""Contracts: a scanned page, three hundred printed pages, a redline; beside other packages' comparison, where they are installed."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from bot.domain.contracts import Paragraph
from bot.papers import contract_files
from knowledge.papers.files import PaperFiles
from knowledge.papers.wording import edits
from tests.benchmarks.measured import Measured, median_of
from tests.contract_papers import printed_pdf, redline, scanned_pdf

PAGES, CLAUSES, SCANS = 300, 60, 2
LIMIT_MB = 100
CLAUSE = "{0}. The Buyer shall pay {0},000 within {1} days of the invoice, and interest of 0.5 % a month on what is late."
SEEN = "第{0}条 买方应在收到发票后{1}日内付款,逾期按每日0.5‰支付违约金。"


def measure() -> Iterator[Measured]:
    """Reading, then marking, then the others on the same words."""
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_read(Path(folder)))
    old, new = ([CLAUSE.format(number, days) for number in range(1, CLAUSES + 1)] for days in (30, 60))
    begun = time.perf_counter()
    redline([Paragraph(one) for one in old], [Paragraph(one) for one in new], [(at, at) for at in range(CLAUSES)])
    yield Measured(f"redline of {CLAUSES} clauses, all changed", time.perf_counter() - begun, "s", 3)
    yield from _compared("\n".join(old), "\n".join(new))


async def _read(folder: Path) -> list[Measured]:
    desk = contract_files(LIMIT_MB)
    page = [SEEN.format(number, number * 10) for number in range(1, 21)]
    await desk.read(scanned_pdf(folder / "warm.pdf", page[:1]))
    begun = time.perf_counter()
    await desk.read(scanned_pdf(folder / "scan.pdf", *[page] * SCANS))
    rows = [median_of("a scanned page of 20 lines", [(time.perf_counter() - begun) / SCANS], bar=4)]
    text = "\n".join(CLAUSE.format(number, 30)[:90] for number in range(1, 41))
    begun = time.perf_counter()
    paper = await desk.read(printed_pdf(folder / "long.pdf", *[text] * PAGES))
    took = f"{PAGES} pages, {len(paper.paragraphs)} paragraphs"
    rows.append(Measured("a printed contract", time.perf_counter() - begun, "s", None, took))
    if isinstance(desk, PaperFiles) and desk.pid:
        rows.append(Measured("memory of the process that opened it, at most", _most_mb(desk.pid), "MB", 300))
    await desk.close()
    return rows


def _most_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _compared(old: str, new: str) -> Iterator[Measured]:
    """Word differences alone: ours, and those of packages that only a developer installs."""
    begun = time.perf_counter()
    found = sum(len(edits(before, after)) for before, after in zip(old.split("\n"), new.split("\n"), strict=True))
    yield Measured("words compared, ours", time.perf_counter() - begun, "s", None, f"{found} changes")
    if find_spec("redlines"):
        begun = time.perf_counter()
        changes = import_module("redlines").Redlines(old, new).changes
        yield Measured("words compared, redlines", time.perf_counter() - begun, "s", None, f"{len(changes)} changes")
    else:
        yield Measured("words compared, redlines", 0, "s", None, "not installed: pip install redlines")
    if find_spec("diff_match_patch"):
        begun = time.perf_counter()
        compared = import_module("diff_match_patch").diff_match_patch().diff_main(old, new)
        changed = sum(kind != 0 for kind, _ in compared)
        yield Measured("signs compared, diff-match-patch", time.perf_counter() - begun, "s", None, f"{changed} pieces")
    else:
        yield Measured("signs compared, diff-match-patch", 0, "s", None, "not installed: pip install diff-match-patch")
