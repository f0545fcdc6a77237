"""Contracts: read, compared and marked up, at the size of a deal and at three hundred pages; beside others on the same pairs."""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.comparisons import Comparisons
from bot.domain.comparison import Report, Risk
from bot.domain.contracts import Paper, Paragraph
from bot.papers import contract_files
from bot.ports.contracts import Redline
from knowledge.papers.files import PaperFiles
from skills.compare_contracts.redlining import marking
from tests.benchmarks import rivals
from tests.benchmarks.measured import Measured, median_of
from tests.contract_papers import AT, printed_pdf, scanned_pdf

PAGES, CLAUSES, SCANS, RUNS = 300, 60, 2, 5
LONG, LONGEST = 3_000, 10_000
"""Clauses of three hundred pages, and of what nobody signs."""
LIMIT_MB = 100
CLAUSE = "{0}. The Buyer shall pay {0},000 within {1} days of the invoice, and interest of 0.5 % a month on what is late."
SEEN = "第{0}条 买方应在收到发票后{1}日内付款,逾期按每日0.5‰支付违约金。"
ARTICLE = (
    ("Article {0}. Lot {0}\nThe Supplier shall deliver lot {0} to the plant of the Buyer within {1} days of the order. "
     "The Buyer shall pay {0},000 within {2} days of the invoice, and interest of 0.5 % a month on what is late."),
    ("第{0}条 第{0}批次\n乙方应在收到订单后{1}日内将第{0}批货物交付至甲方指定地点。"
     "甲方应在收到发票后{2}日内支付{0},000元,逾期按每日0.5‰支付违约金。"),
)
EVERY = 10
"""One clause in so many changes."""


def measure() -> Iterator[Measured]:
    """Reading, comparing, marking, then the others on the same words."""
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_read(Path(folder)))
    yield from asyncio.run(_compared())
    yield from rivals.measure()


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


async def _compared() -> list[Measured]:
    """From two papers to a report and a redline, each by its process."""
    clauses = {file.name: file.read_text(encoding="utf-8") for file in rivals.CLAUSES.glob("*.toml")}
    comparisons, desk = Comparisons(clauses, kept_s=0), contract_files(LIMIT_MB)
    begun = time.perf_counter()
    await comparisons.compare(*_pair(CLAUSES, 0), "Acme")
    rows = [Measured(f"two contracts of {CLAUSES} clauses, process begun", time.perf_counter() - begun, "s", 3)]
    seconds = []
    for run in range(1, RUNS + 1):
        begun = time.perf_counter()
        await comparisons.compare(*_pair(CLAUSES, run), "Acme")
        seconds.append(time.perf_counter() - begun)
    rows.append(median_of(f"two contracts of {CLAUSES} clauses, process there", seconds, bar=3))
    for count in (LONG, LONGEST):
        pair = _pair(count, 0)
        begun = time.perf_counter()
        report = await comparisons.compare(*pair, "Acme")
        found = f"{sum(len(one.text) for one in pair[0].paragraphs):,} characters, {len(report.changes)} changes"
        rows.append(Measured(f"two contracts of {count:,} clauses", time.perf_counter() - begun, "s", None, found))
        rows.append(Measured("memory of the process that compared, at most", max(map(_most_mb, comparisons.pids)), "MB", 600))
        if count == LONG:
            rows.append(await _marked(desk, *pair, report))
    await comparisons.close()
    await desk.close()
    return rows


async def _marked(desk: object, old: Paper, new: Paper, report: Report) -> Measured:
    assert isinstance(desk, PaperFiles)
    begun = time.perf_counter()
    marked = marking(report, old, new, [(one, "High risk") for one in report.changes if one.risk is Risk.HIGH])
    data = await desk.redline(Redline(old, new, marked.pairs, AT, marked.notes, marked.gone))
    return Measured("a redline of it", time.perf_counter() - begun, "s", None, f"{len(data) / 2**20:.1f} MB")


def _pair(count: int, run: int) -> tuple[Paper, Paper]:
    """Two versions, half English and half Chinese: in every tenth clause the days to pay change. run: to have another one."""
    return _paper(count, run, 30), _paper(count, run, 90)


def _paper(count: int, run: int, days: int) -> Paper:
    languages: Sequence[str] = ARTICLE
    return Paper(tuple(
        Paragraph(languages[number % 2].format(number, 20 + run, days if number % EVERY == 0 else 30)) for number in range(1, count + 1)
    ), "contract")  # fmt: skip


def _most_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
