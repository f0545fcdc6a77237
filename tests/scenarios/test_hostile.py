"""Files that mean harm or are worn out: each is taken in or refused in one line, and the next one is read."""

import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.ports import Progress
from tests import hostile, papers
from tests.libraries import OWNER, Shelved

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_BYTES = 1_000_000_000
LONGEST_SILENCE_S = 25
TAKEN, LEFT = {"added", "unchanged"}, {"refused", "waiting"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelved(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shelved]:
    """One house for all; each test has a folder of its own."""
    shelved = Shelved(tmp_path_factory.mktemp("home"), max_file_mb=50, linger_s=60)
    yield shelved
    await shelved.close()


def told(steps: list[Progress]) -> dict[str, str]:
    """File -> what became of it."""
    return {step.about: step.outcome for step in steps if step.stage == "words"}


def reason(steps: list[Progress], file: str) -> str:
    """Why a file was left."""
    return next(step.reason for step in steps if step.about == file and step.outcome in LEFT)


async def words_of(shelved: Shelved, question: str) -> list[str]:
    """Texts that are found for a question."""
    return [passage.text for passage in await shelved.library.for_speaker(OWNER).search(question, 50)]


async def test_entities_are_neither_multiplied_nor_followed(shelved: Shelved, tmp_path: Path) -> None:
    """Whether the file is read or refused, it brings no file of this machine in and costs no memory."""
    hostile.laughing(tmp_path / "laughing.docx")
    hostile.pointing(tmp_path / "pointing.docx")

    steps = await shelved.ingest(tmp_path)
    texts = await words_of(shelved, "harmless words root nologin")

    assert {"laughing.docx", "pointing.docx"} == set(told(steps))
    assert "damaged" in reason(steps, "laughing.docx")
    assert [] == [text for text in texts if hostile.SECRET in text or "haha" in text]


async def test_what_swells_is_not_unpacked(shelved: Shelved, tmp_path: Path) -> None:
    """Its own table of contents gives it away."""
    hostile.swelling(tmp_path / "a.xlsx")

    steps = await shelved.ingest(tmp_path)

    assert "500 MB" in reason(steps, "a.xlsx")


async def test_a_sheet_spread_out_beyond_measure_costs_only_itself(shelved: Shelved, tmp_path: Path) -> None:
    """Its reader dies of it; the next file gets another."""
    hostile.far(tmp_path / "a.xlsx")
    papers.xlsx(tmp_path / "b.xlsx")

    steps = await shelved.ingest(tmp_path)

    assert {"a.xlsx": "refused", "b.xlsx": "added"} == told(steps)
    assert "spread out" in reason(steps, "a.xlsx")


async def test_letters_in_letters_are_read_to_a_depth(shelved: Shelved, tmp_path: Path) -> None:
    """The outer ones are in, the one too many is named."""
    hostile.nested_letter(tmp_path / "a.eml")

    outcomes = told(await shelved.ingest(tmp_path))

    assert "added" == outcomes["a.eml"]
    assert [4] == [name.count(" › ") for name, outcome in outcomes.items() if outcome == "refused"]


async def test_a_file_that_stalls_is_left_and_the_next_one_read(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    """A hundred thousand boxes in each other keep their reader busy for ever; it is ended, and said so."""
    hostile.deep_page(tmp_path / "a.html")
    (tmp_path / "b.md").write_text("Words after it.", encoding="utf-8")
    hasty = Shelved(tmp_path_factory.mktemp("hasty"), max_file_mb=50, patience_s=3)

    steps = await hasty.ingest(tmp_path)
    await hasty.close()

    assert {"a.html": "refused", "b.md": "added"} == told(steps)
    assert "no progress for 3 seconds" in reason(steps, "a.html")


async def test_what_came_with_a_letter_is_found_under_both_names(shelved: Shelved, tmp_path: Path) -> None:
    """The second time nothing is read; what is no longer attached is gone; a part that was refused is tried again."""
    path = tmp_path / "mail.eml"
    path.write_bytes(papers.letter(terms_md=b"# Terms\n\nNet 30 zulu.", notes_txt=b"zulu notes", scan_png=b"\x89PNG 1").as_bytes())
    first = told(await shelved.ingest(tmp_path))
    again = told(await shelved.ingest(tmp_path))
    path.write_bytes(papers.letter(terms_md=b"# Terms\n\nNet 45 zulu.").as_bytes())
    changed = told(await shelved.ingest(tmp_path))
    alone = told(await shelved.ingest(path))

    parts = ("mail.eml › terms.md", "mail.eml › notes.txt", "mail.eml › scan.png", "mail.eml")
    assert dict(zip(parts, ("added", "added", "waiting", "added"), strict=True)) == first
    assert dict(zip(parts, ("unchanged", "unchanged", "waiting", "unchanged"), strict=True)) == again
    assert {"mail.eml › terms.md": "changed", "mail.eml": "changed", "mail.eml › notes.txt": "removed"} == changed
    assert {"unchanged"} == set(alone.values())
    assert [] == [text for text in await words_of(shelved, "zulu") if "Net 30" in text]


async def test_a_locked_file_is_taken_in_with_its_password(shelved: Shelved, tmp_path: Path) -> None:
    """Asked for in private, and nowhere kept: not in the store, not on the command line of the reader, not in its environment."""
    papers.locked(papers.docx(tmp_path / "a.docx"), "hush-4711")

    refused = await shelved.ingest(tmp_path)
    wrong = await shelved.ingest(tmp_path, password="wrong")  # noqa: S106 - invented
    taken = await shelved.ingest(tmp_path, password="hush-4711")  # noqa: S106 - invented
    kept = b"".join(path.read_bytes() for path in shelved.home.rglob("*") if path.is_file())
    process = Path(f"/proc/{shelved.intake.pid}")

    assert "tandem ingest --password" in reason(refused, "a.docx")
    assert "does not fit" in reason(wrong, "a.docx")
    assert {"a.docx": "added"} == told(taken)
    assert b"hush-4711" not in kept + (process / "cmdline").read_bytes() + (process / "environ").read_bytes()


async def test_what_the_machine_refuses_is_told_from_what_is_broken(shelved: Shelved, tmp_path: Path) -> None:
    """Root is refused little, so: a memory that cannot be read, a link that leads to itself, a name that is not there."""
    (tmp_path / "loop.md").symlink_to("loop.md")

    steps = await shelved.ingest(Path("/proc/self/mem"), tmp_path, tmp_path / "none.md")

    assert "the disk failed" in reason(steps, "mem")
    assert "not there" in reason(steps, "loop.md")
    assert "not there" in reason(steps, str(tmp_path / "none.md"))


@contextmanager
def files_no_larger_than(most: int) -> Iterator[None]:
    """No file of this process may grow beyond that: what a full disk does, without one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_is_said_so_and_what_was_kept_stays(tmp_path: Path) -> None:
    """With room again, the ingest goes on from there."""
    folder, home = tmp_path / "papers", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    shelved = Shelved(home, linger_s=60)
    (folder / "a.md").write_text("Yankee words.", encoding="utf-8")
    await shelved.ingest(folder)
    (folder / "b.md").write_text("Yankee words and more. " * 20_000, encoding="utf-8")

    with files_no_larger_than(600_000), pytest.raises(BadConfig) as full:
        await shelved.ingest(folder)
    found = await words_of(shelved, "Yankee")
    after = told(await shelved.ingest(folder))
    await shelved.close()

    assert "disk_full" == full.value.key
    assert ["Yankee words."] == found
    assert {"a.md": "unchanged", "b.md": "added"} == after


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_every_real_file_is_taken_in_or_left_with_a_reason(evals_dir: Path, tmp_path: Path) -> None:
    """Ordinary, encrypted, cut off, with macros, DDE, OLE: none crashes the reader, takes a gigabyte or falls silent."""
    shelved = Shelved(tmp_path, max_file_mb=50, linger_s=60)
    folder = evals_dir / "data" / "documents"
    there = [path for path in folder.rglob("*") if path.is_file()]
    steps: list[Progress] = []
    silences, last = [0.0], time.monotonic()
    async for step in shelved.library.ingest([folder], None, Lang.EN):
        steps.append(step)
        silences.append(time.monotonic() - last)
        last = time.monotonic()
        assert shelved.intake.pid is None or _peak_bytes(shelved.intake.pid) < MOST_BYTES
    reasons = {step.about: step.reason for step in steps if step.outcome in LEFT}
    await shelved.close()

    assert {str(path.relative_to(folder)) for path in there} == set(told(steps))
    assert TAKEN | LEFT >= set(told(steps).values())
    assert all(why.startswith(f"{file}: ") and "\n" not in why and why.count(". ") >= 1 for file, why in reasons.items())
    assert [] == [file for file, why in reasons.items() if "ended the program" in why]
    assert max(silences) < LONGEST_SILENCE_S


def _peak_bytes(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:  # it was ended for what it read
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


async def test_the_reader_may_neither_write_nor_leave(tmp_path: Path, shelved: Shelved) -> None:
    """Its limits are the kernel's, whatever a library does in native code."""
    (tmp_path / "a.md").write_text("Xray words.", encoding="utf-8")
    await shelved.ingest(tmp_path)

    limits = Path(f"/proc/{shelved.intake.pid}/limits").read_text(encoding="utf-8")  # noqa: ASYNC240 - no disk is read

    assert ["0", "0"] == next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max file size"))
