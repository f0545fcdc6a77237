"""Which reader a file gets: by what it holds, not by what it is called. A new format is one module and one line here."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from bot.errors import Refused
from knowledge.splitting import Block

HEAD_BYTES = 4096
MOST_UNPACKED_BYTES = 300_000_000
MOST_UNPACKED_TIMES = 200
SMALL_BYTES = 10_000_000
"""A packed file may grow `MOST_UNPACKED_TIMES`, once it is larger than this."""

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x0cjP  ")
SOUNDS = (b"ID3", b"OggS", b"fLaC", b"#!AMR", b"\xff\xfb", b"\x1a\x45\xdf\xa3")
PARTS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb"}
READERS = {"markdown": "markdown", "text": "text", "html": "html", "pdf": "pdf", "docx": "docx"}
"""Format -> the module beside this one that has `read`."""
BY_NAME = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".txt": "text", ".text": "text", ".log": "text", ".rst": "text", "": "text",
    ".csv": "csv", ".tsv": "csv", ".eml": "eml",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as its reader opens it. title: as the file itself gives it, "" when it does not. front: its front matter."""

    blocks: Iterator[Block]
    title: str = ""
    front: dict[str, str] | None = None


def open_file(path: Path) -> Opened:
    """Begin to read a file; blocks come one by one.  Raises: Refused, now or while the blocks come."""
    kind = sniff(path)
    if kind not in READERS:
        raise Refused("no_reader_yet" if kind in BY_NAME.values() or kind in PARTS.values() else "unknown_kind", kind=kind)
    read: Callable[[Path], Opened] = import_module(f"knowledge.reading.{READERS[kind]}").read
    return read(path)


def sniff(path: Path) -> str:
    """What sort of file this is.  Raises: Refused for what can be told at a glance to be no document for us."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused("empty")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(ZIP):
        return _packed(path)
    if head.startswith(OLE):
        raise Refused("encrypted" if _is_encrypted_office(path) else "old_office")
    if head.startswith(PICTURES) or head[8:12] == b"WEBP":
        raise Refused("picture")
    if head.startswith(SOUNDS) or head[4:8] == b"ftyp" or head[8:12] == b"WAVE":
        raise Refused("sound")
    return _written(path, head)


def _packed(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("broken") from None
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > max(SMALL_BYTES, MOST_UNPACKED_TIMES * path.stat().st_size):
        raise Refused("swells", mb=unpacked // 1_000_000)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("encrypted")
    names = {part.filename for part in parts}
    for name, kind in PARTS.items():
        if name in names:
            return kind
    raise Refused("archive")


def _is_encrypted_office(path: Path) -> bool:
    """An encrypted OOXML file is an OLE box with a stream of this name.  Source: [MS-OFFCRYPTO] 2.3."""
    return "EncryptedPackage".encode("utf-16-le") in path.read_bytes()


def _written(path: Path, head: bytes) -> str:
    if head[:2] not in {b"\xff\xfe", b"\xfe\xff"} and b"\x00" in head:
        raise Refused("not_text")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"{\\rtf"):
        raise Refused("unknown_kind", kind="rtf")
    kind = BY_NAME.get(path.suffix.lower())
    if kind is None:
        raise Refused("unknown_kind", kind=path.suffix.lower().lstrip("."))
    return kind
