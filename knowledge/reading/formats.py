"""Which reader a file gets: by what it holds, not by what it is called. A new format is one module and one line here."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import PurePosixPath

import olefile

from bot.errors import Refused
from knowledge.splitting import Block

MOST_UNPACKED_BYTES = 300_000_000
MOST_UNPACKED_TIMES = 200
SMALL_BYTES = 10_000_000
"""A packed file may grow `MOST_UNPACKED_TIMES`, once it is larger than this."""

HEAD_BYTES = 4096
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x0cjP  ")
SOUNDS = (b"ID3", b"OggS", b"fLaC", b"#!AMR", b"\xff\xfb", b"\x1a\x45\xdf\xa3")
PARTS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb"}
STREAMS = {"EncryptedPackage": "locked", "Workbook": "xls", "Book": "xls", "WordDocument": "doc", "PowerPoint Document": "ppt"}
"""What an OLE box holds at its top.  Source: [MS-OFFCRYPTO] 2.3, [MS-XLS] 2.1.2, [MS-DOC] 2.1, [MS-PPT] 2.1."""
OPEN_SHEETS = b"application/vnd.oasis.opendocument.spreadsheet"
READERS = {
    "markdown": "markdown", "text": "text", "html": "html", "pdf": "pdf", "docx": "docx", "pptx": "pptx", "csv": "csv", "eml": "eml",
    "xlsx": "sheets", "xlsb": "sheets", "xls": "sheets", "ods": "sheets", "locked": "locked",
}
"""Format -> the module beside this one that has `read`."""
BY_NAME = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".txt": "text", ".text": "text", ".log": "text", ".rst": "text", "": "text",
    ".csv": "csv", ".tsv": "csv", ".eml": "eml",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to read, whole in memory: it may have come in a letter. depth: in how many letters. password: "" for none."""

    name: str
    data: bytes = field(repr=False)
    password: str = field(default="", repr=False)
    depth: int = 0

    @property
    def suffix(self) -> str:
        """The end of its name, as ".docx"."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as its reader opens it. title: as the file itself gives it, "" when it does not. front: its front matter.

    parts: what came with it and is read as documents of their own.
    """

    blocks: Iterator[Block]
    title: str = ""
    front: dict[str, str] | None = None
    parts: Iterable[File] = ()


def open_file(file: File) -> Opened:
    """Begin to read a file; blocks come one by one.  Raises: Refused, now or while the blocks come."""
    kind = sniff(file)
    if kind in {"doc", "ppt"}:
        raise Refused("old_office")
    if kind not in READERS:
        raise Refused("unknown_kind", kind=kind)
    read: Callable[[File], Opened] = import_module(f"knowledge.reading.{READERS[kind]}").read
    return read(file)


def sniff(file: File) -> str:
    """What sort of file this is.  Raises: Refused for what can be told at a glance to be no document for us."""
    head = file.data[:HEAD_BYTES]
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused("empty")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(ZIP):
        return _packed(file.data)
    if head.startswith(OLE):
        return _boxed(file.data)
    if head.startswith(PICTURES) or head[8:12] == b"WEBP":
        raise Refused("picture")
    if head.startswith(SOUNDS) or head[4:8] == b"ftyp" or head[8:12] == b"WAVE":
        raise Refused("sound")
    return _written(file, head)


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            kind = _packed_kind(archive, {part.filename for part in parts})
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        raise Refused("broken") from None
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > max(SMALL_BYTES, MOST_UNPACKED_TIMES * len(data)):
        raise Refused("swells", mb=unpacked // 1_000_000)
    if not kind:
        raise Refused("archive")
    return kind


def _packed_kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    kind = next((kind for name, kind in PARTS.items() if name in names), "")
    if not kind and "mimetype" in names:
        with archive.open("mimetype") as said:
            return "ods" if said.read(len(OPEN_SHEETS)) == OPEN_SHEETS else ""
    return kind


def _boxed(data: bytes) -> str:
    """The kind of an OLE box; one that holds nothing we know is named by what it most often is."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as box:
            return next((kind for stream, kind in STREAMS.items() if box.exists(stream)), "msg")
    except (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError):
        raise Refused("broken") from None


def _written(file: File, head: bytes) -> str:
    if head[:2] not in {b"\xff\xfe", b"\xfe\xff"} and b"\x00" in head:
        raise Refused("not_text")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"{\\rtf"):
        raise Refused("unknown_kind", kind="rtf")
    kind = BY_NAME.get(file.suffix)
    if kind is None:
        raise Refused("unknown_kind", kind=file.suffix.lstrip("."))
    return kind
