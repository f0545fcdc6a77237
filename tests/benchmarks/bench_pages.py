"""Every page over a hundred times the demo firm, by HTTP from a real server: how long it takes, what a first visit fetches.

TANDEM_BENCH_HOME: a folder in which the large home is kept between runs; making it takes some minutes.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.hundredfold import grow, stock_vectors
from tests.benchmarks.lived import Places, entered, work
from tests.benchmarks.measured import Measured
from tests.benchmarks.served import Server, served, tandem
from tests.benchmarks.visitor import Visitor

FIRMS, YEARS = 100, 2
BAR_MS, BAR_KB, RUNS, WARM = 200, 150, 40, 3
PEOPLE = (
    ("zhang.min", "manager"), ("lin.xiao", "rep"), ("wu.yue", "rep"), ("shen.yi", "marketing"), ("zhou.lan", "legal"),
    ("zhao.lei", "manager"), ("sun.yue", "rep"), ("zheng.nan", "coach"), ("han.song", "delivery"), ("tang.ning", "service"),
    ("maya.lindqvist", "manager"), ("owen.hartwell", "rep"), ("liang.bo", "reviewer"), ("gu.ran", "admin"),
)  # fmt: skip
REP, MANAGER, ADMIN = "lin.xiao", "zhang.min", "gu.ran"
HOUSE = "@hengyu.example"
QUIET = "[schedule]\njobs = []\n"
"""No digest falls into the measuring."""
EVERYBODYS = ("/", "/threads", "/reviews", "/reviews?tab=mine", "/reviews/list", "/reviews/count", "/account/sessions")
MANAGERS = ("/reviews?tab=numbers&days=90",)
ADMINS = (
    "/admin", "/admin/prompts", "/admin/prompts/exec_outreach/letter", "/admin/decisions", "/admin/decisions?became=used&spoken=en",
    f"/admin/decisions?person={REP}{HOUSE}", "/admin/decisions?skill=query_crm&since=2020-01-01", "/admin/jobs", "/admin/jobs?own=600",
    "/admin/system", "/admin/start", "/admin/skills", "/admin/rules", "/admin/rules/schedule", "/admin/rules/permissions", "/admin/people",
    "/admin/people?wanted=lin", "/admin/knowledge", "/admin/knowledge?words=price", "/admin/knowledge/unanswered",
    "/admin/knowledge/contradictions",
)  # fmt: skip
MET = {
    "an answer": ("{}/why", "{}/sources/0"), "a draft's form": ("{}",), "a digest": ("{}",), "a review": ("{}",), "two contracts": ("{}",),
    "a chart as a picture": ("{}",),
}  # fmt: skip
"""Pages of what somebody did, by what was met; see `lived`."""
FIRST = ("/", "/reviews", "/admin/decisions", "/admin/prompts", "/admin/knowledge", "/admin/people", "/admin/jobs", "/admin/system")


@dataclass(frozen=True)
class Large:
    """A large home, and where pages of what its first people did are."""

    home: Path
    config: Path
    places: Mapping[str, Places]


def measure() -> Iterator[Measured]:
    """Make the home, serve it, and look at each page again and again; then at what a browser that has nothing fetches."""
    with _large() as (large, made_s), served(large.home, large.config) as server:
        yield Measured(f"{FIRMS} firms, {YEARS} years of their work each, made", made_s, "s")
        yield Measured("server ready over them", server.ready_s, "s", 6)
        _settled(server)
        visitors = {who: entered(server, large.home, who + HOUSE) for who in (REP, MANAGER, ADMIN)}
        for who, paths in _paths(large).items():
            for path in paths:
                yield _looked_at(visitors[who], who, path)
        for path in FIRST:
            weight, files = visitors[ADMIN].weight(path)
            yield Measured(f"first visit: {path}", weight / 1000, "kB", BAR_KB, f"{files} files, compressed")


def _looked_at(visitor: Visitor, who: str, path: str) -> Measured:
    got = [visitor.get(path) for _ in range(WARM + RUNS)][WARM:]
    taken = [one.taken_s * 1000 for one in got]
    shown, last = path if len(path) < len("/admin/decisions?became=used&s") else f"{path[:27]}…", got[-1]
    rows = last.text.count("<tr") + last.text.count("<li")
    detail = f"p50 {median(taken):.0f}, {last.sent_bytes / 1000:.1f} kB of {len(last.body) / 1000:.0f}, {rows} rows"
    fault = "" if last.status == 200 else f"  status {last.status}"
    return Measured(f"{who}: {shown}", quantiles(taken, n=20)[-1], "ms", BAR_MS, detail + fault)


def _paths(large: Large) -> Mapping[str, Sequence[str]]:
    def met(who: str) -> list[str]:
        found = large.places[who + HOUSE].found
        return [ending.format(found[kind]) for kind, endings in MET.items() if kind in found for ending in endings]

    threads = [f"/?t={thread}" for thread in large.places[REP + HOUSE].threads[:1]]
    return {
        REP: [*EVERYBODYS, *threads, *met(REP)], MANAGER: [*EVERYBODYS, *MANAGERS, *met(MANAGER)],
        ADMIN: [*EVERYBODYS, *MANAGERS, *met(ADMIN), *ADMINS],
    }  # fmt: skip


def _settled(server: Server) -> None:
    """What a start leaves behind ends by itself."""
    visitor, quick = Visitor(server.url), 0
    while quick < 20:
        quick = quick + 1 if visitor.get("/readyz").taken_s < 0.05 else 0
        time.sleep(0.1)
    visitor.close()


@contextmanager
def _large() -> Iterator[tuple[Large, float]]:
    """The home, and how long it took to make."""
    with tempfile.TemporaryDirectory() as folder:
        kept, begun = os.environ.get("TANDEM_BENCH_HOME", ""), time.perf_counter()
        at = Path(folder)
        if kept and (Path(kept) / "places.json").exists():
            shutil.copytree(kept, at, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock"))
        else:
            _make(at)
            if kept:
                shutil.copytree(at, kept, dirs_exist_ok=True)
        yield Large(at / "home", at / "config.toml", Places.read(at / "places.json")), time.perf_counter() - begun


def _make(at: Path) -> None:
    home, config = at / "home", at / "config.toml"
    config.write_text(QUIET, encoding="utf-8")
    tandem(home, "init", "--demo")
    stock_vectors(home / "tandem.db")
    with served(home, config) as server:
        found = dict(work(server, home, [(who + HOUSE, role) for who, role in PEOPLE]))
    Places.write(at / "places.json", found)
    for _ in grow(home / "tandem.db", FIRMS, YEARS):
        pass
