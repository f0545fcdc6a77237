"""Which files stand at or below a path, and which of them are not even opened. Knows folders, links and permissions; reads no file."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Refused


@dataclass(frozen=True, slots=True)
class Found:
    """A file to take in. source: as people will see it. refused: why it is not even opened."""

    path: Path
    source: str
    refused: Refused | None = None


def identity(path: Path) -> Path:
    """The absolute path without dots; links stay, for they are what the person named."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps "..", and resolve follows links


def files(path: Path) -> tuple[list[Found], list[Path]]:
    """The files at or below a path, sorted, and the folders that could not be looked into. Hidden ones are nobody's documents."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return [Found(path, str(path), Refused("missing"))], []
    except OSError:
        return [Found(path, path.name, Refused("no_permission"))], [path]
    if not stat.S_ISDIR(mode):
        return [Found(path, path.name, None if stat.S_ISREG(mode) else Refused("not_a_file"))], []
    unseen: list[Path] = []
    found = list(_below(path, path, unseen))
    refused = [Found(folder, f"{folder.relative_to(path)}/", Refused("no_permission")) for folder in unseen]
    return [*found, *refused], unseen


def _below(folder: Path, root: Path, unseen: list[Path]) -> Iterator[Found]:
    for where, folders, names in os.walk(folder, onerror=lambda error: unseen.append(Path(str(error.filename)))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")):
                yield _found(Path(where) / name, root)


def _found(path: Path, root: Path) -> Found:
    source = path.relative_to(root).as_posix()
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root.resolve()):
            return Found(path, source, Refused("outside"))
        return Found(path, source, None if stat.S_ISREG(path.stat().st_mode) else Refused("not_a_file"))
    except (OSError, RuntimeError):  # the latter for a link that leads to itself
        return Found(path, source, Refused("missing"))
