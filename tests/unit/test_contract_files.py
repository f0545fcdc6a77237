"""The desk where contracts are opened, with its real processes: what it reads, what it refuses, and what it gives up."""

import asyncio
import os
import socket
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from bot.brains.builtin.sight import BuiltinPictureReader
from bot.domain.contracts import Paper, Paragraph
from bot.domain.talk import Lang
from bot.errors import TellUser
from bot.papers import contract_files
from bot.ports.contracts import ContractFiles, Redline
from bot.words import TomlWords, read_sentences
from knowledge.child import Child, ChildStopped
from knowledge.papers.files import PaperFiles
from tests import papers
from tests.contract_papers import AT, OFFICE, both, docx, p, printed_pdf, r, scan, scanned_pdf

LIMIT_MB = 60
RIGHT = "right"
ROOT = Path(__file__).resolve().parents[2]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[ContractFiles]:
    """The desk as the house builds it."""
    desk = contract_files(LIMIT_MB)
    yield desk
    await desk.close()


def put(path: Path, data: bytes) -> Path:
    """A file with this in it."""
    path.write_bytes(data)
    return path


async def refused(desk: ContractFiles, path: Path, password: str = "") -> str:
    """The key of the sentence that a file is refused with; the sentence is there in both languages."""
    words = TomlWords(read_sentences(ROOT / "bot" / "strings.toml"))
    with pytest.raises(TellUser) as stop:
        await desk.read(path, password=password)
    assert all(path.name in words.say(stop.value.key, lang, **stop.value.facts) for lang in Lang)
    return stop.value.key


async def test_word_pdf_and_text_become_the_same_paper(desk: ContractFiles, tmp_path: Path) -> None:
    """Whatever file a contract came in, it is compared as paragraphs."""
    lines = ["Clause one.", "Clause two."]
    files = [
        put(tmp_path / "a.docx", docx("".join(p(r(line)) for line in lines))),
        printed_pdf(tmp_path / "a.pdf", "Clause one.", "Clause two."),
        put(tmp_path / "a.md", b"Clause one.\n\nClause two.\n"),
        put(tmp_path / "a.txt", "\n".join(lines).encode("utf-16")),
        put(tmp_path / "a.html", b"<!doctype html><html><body><p>Clause one.</p><p>Clause two.</p></body></html>"),
    ]

    read = [await desk.read(file) for file in files]

    assert [lines] * len(files) == [[one.text for one in paper.paragraphs] for paper in read]
    assert ["a.docx", "a.pdf", "a.md", "a.txt", "a.html"] == [paper.name for paper in read]


async def test_a_scan_is_read_and_its_figures_are_to_be_looked_at(desk: ContractFiles, tmp_path: Path) -> None:
    """In a PDF and as a photo; progress is told page by page."""
    lines = ["第一条 付款", "买方应在三十日内付款,逾期按每日0.5%计。", "Article 2. The price is USD 12,500."]
    told: list[tuple[int, int]] = []

    scanned = await desk.read(scanned_pdf(tmp_path / "scan.pdf", lines), told=lambda at, of: told.append((at, of)))
    scan(lines).save(tmp_path / "photo.png")
    photo = await desk.read(tmp_path / "photo.png")

    for paper in (scanned, photo):
        assert paper.scanned
        assert ["0.5%", "USD12,500"] == [look.replace(" ", "") for one in paper.paragraphs for look in one.look]
        assert "买方应在三十日内付款" in "".join(one.text for one in paper.paragraphs)
    assert (1, 1) == told[-1]


async def test_a_password_is_asked_for_and_used_once(desk: ContractFiles, tmp_path: Path) -> None:
    """Office files and PDF alike; nothing of it stays for the next file."""
    locked = papers.locked(papers.docx(tmp_path / "locked.docx"), RIGHT)
    pdf = papers.drawn(tmp_path / "locked.pdf", (72, 700, "Secret."), password=RIGHT)

    for file, opened in ((locked, "We repair within 24 months."), (pdf, "Secret.")):
        assert "contract_encrypted" == await refused(desk, file)
        assert "contract_wrong_password" == await refused(desk, file, "wrong")
        assert opened in [one.text for one in (await desk.read(file, password=RIGHT)).paragraphs]
        assert "contract_encrypted" == await refused(desk, file)


HTML = b"<!doctype html><html><body>"


async def test_each_hostile_file_costs_one_clear_sentence(desk: ContractFiles, tmp_path: Path) -> None:
    """And the next file is read as if nothing had been."""
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(400):
            part.write(b"0" * 1_000_000)
    deep = f"{'<w:tbl><w:tr><w:tc>' * 10_000}{p(r('x'))}{'</w:tc></w:tr></w:tbl>' * 10_000}"
    Image.new("L", (1200, 1600), 255).save(tmp_path / "nothing.png")
    whole = docx(p(r("x")))
    expected = {
        tmp_path / "bomb.docx": "contract_swells",
        put(tmp_path / "deep.docx", docx(deep)): "contract_too_deep",
        put(tmp_path / "long.txt", b"word " * 10_000_000): "contract_too_long",
        tmp_path / "nothing.png": "contract_no_text",
        scanned_pdf(tmp_path / "nothing.pdf", [""]): "contract_no_text",
        put(tmp_path / "lists.html", HTML + b"<ul><li>x" * 10_000): "contract_too_deep",
        put(tmp_path / "lists.docx", docx(f"{'<w:sdt><w:sdtContent>' * 10_000}{p(r('x'))}{'</w:sdtContent></w:sdt>' * 10_000}")):
            "contract_too_deep",
        put(tmp_path / "long.html", HTML + b"word " * 10_000_000): "contract_too_long",
        put(tmp_path / "long.docx", docx(p(r("word " * 10_000_000)))): "contract_swells",
        put(tmp_path / "cut.docx", whole[: len(whole) // 2]): "contract_broken",
        put(tmp_path / "cut.pdf", b"%PDF-1.7 and no more"): "contract_broken",
        put(tmp_path / "cut.jpg", b"\xff\xd8\xff and no more"): "contract_broken",
        put(tmp_path / "empty.docx", docx("")): "contract_no_text",
        put(tmp_path / "void.docx", b""): "contract_empty",
        put(tmp_path / "a.csv", b"a,b\n"): "contract_unknown_kind",
        tmp_path / "gone.docx": "contract_missing",
    }

    assert list(expected.values()) == [await refused(desk, file) for file in expected]
    assert 1 == len((await desk.read(put(tmp_path / "good.docx", whole))).paragraphs)


async def test_links_out_of_a_contract_are_never_followed(desk: ContractFiles, tmp_path: Path) -> None:
    """A template, a picture, an entity from elsewhere: the one who listens there hears nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        links = "".join(
            f'<Relationship Id="x{number}" Type="{OFFICE}/{kind}" Target="http://127.0.0.1:{port}/{kind}" TargetMode="External"/>'
            for number, kind in enumerate(("attachedTemplate", "image", "oleObject", "subDocument"))
        )
        field = f'<w:r><w:instrText>INCLUDETEXT "http://127.0.0.1:{port}"</w:instrText></w:r>'
        file = put(tmp_path / "a.docx", docx(p(r("Clause."), field), links))
        paper = await desk.read(file)
        await desk.redline(Redline(paper, Paper((Paragraph("Changed."),), "b"), [(0, 0)], AT, old_file=file))
        listening.settimeout(0)

        with pytest.raises(BlockingIOError):
            listening.accept()


async def test_a_redline_is_written_into_the_contract_that_was_sent(desk: ContractFiles, tmp_path: Path) -> None:
    """With a note beside the change, and no paragraph touched that did not change."""
    file = put(tmp_path / "old.docx", docx(p(r("Pay in 30 days.")) + p(r("Law of China."))))
    old = await desk.read(file)
    new = Paper((replace(old.paragraphs[0], text="Pay in 90 days."), old.paragraphs[1]), "new.docx")

    made = await desk.redline(Redline(old, new, [(0, 0), (1, 1)], AT, {0: "High risk"}, old_file=file))

    assert ([one.text for one in old.paragraphs], [one.text for one in new.paragraphs]) == both(made)


async def test_whoever_cancels_ends_the_work(tmp_path: Path) -> None:
    """A long contract that nobody waits for any more costs nothing further."""
    desk = PaperFiles(BuiltinPictureReader(Child("nobody.there"), ChildStopped), LIMIT_MB)
    file = put(tmp_path / "long.docx", docx("".join(p(r(f"Clause {number}.")) for number in range(40_000))))
    reading = asyncio.create_task(desk.read(file))
    while desk.pid is None:  # noqa: ASYNC110 - a process's beginning has no event
        await asyncio.sleep(0.01)
    pid = desk.pid
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    await desk.close()


async def test_the_processes_end_when_nobody_sends_anything(tmp_path: Path) -> None:
    """Memory is given back."""
    desk = PaperFiles(BuiltinPictureReader(Child("nobody.there"), ChildStopped), LIMIT_MB, linger_s=0)
    await desk.read(put(tmp_path / "a.txt", b"Clause."))
    while desk.pid is not None:  # noqa: ASYNC110 - a process's end has no event
        await asyncio.sleep(0.01)
    await desk.close()
