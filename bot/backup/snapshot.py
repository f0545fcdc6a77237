"""The files of a home, found and hashed, beside the copy of its truth. Knows where things lie; writes no archive."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.backup.manifest import CONFIG, FOLDERS, TRUTH, Kept
from bot.home import Home
from bot.secrets import NAMES

UNFINISHED = frozenset({".parts"})
"""Folders of what is on its way in: it is of no use to anybody but who sends it."""
IN_A_URL = re.compile(r"(?<=://)[^/@\s\"']+@")
"""Who, and with what word, in an address: such a secret may stand in a config by mistake."""


def found_in(home: Home) -> Iterator[tuple[str, Path]]:
    """The files of the folders, by name, in order; no link is followed, nothing that is only half there."""
    for folder in FOLDERS:
        for here, below, files in os.walk(home.folder / folder):
            below[:] = sorted(name for name in below if name not in UNFINISHED and not (Path(here) / name).is_symlink())
            for name in sorted(files):
                path = Path(here, name)
                if path.is_file() and not path.is_symlink() and not name.endswith(".part"):
                    yield path.relative_to(home.folder).as_posix(), path


def weights_in(home: Home) -> Iterator[tuple[str, Path]]:
    """Weights that were fetched."""
    for path in sorted(home.models.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(home.folder).as_posix(), path


def hashed(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[Kept, Path]]:
    """Each with its length and hash; what is gone by now is left out."""
    for name, path in files:
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                yield Kept(name, file.tell(), digest), path
        except FileNotFoundError:
            continue


def plain_config(path: Path, to: Path) -> list[tuple[str, Path]]:
    """The config as a file of its own; whoever stands in an address of it is left out."""
    if not path.exists():
        return []
    to.touch(0o600)
    to.write_text(IN_A_URL.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    return [(CONFIG, to)]


def secrets_here() -> tuple[str, ...]:
    """Names of the secrets that the environment holds: whoever restores needs them again."""
    return tuple(name for name in NAMES if os.environ.get(name))


def truth_in(folder: Path) -> Path:
    """Where the copy of the truth lies."""
    return folder / TRUTH

