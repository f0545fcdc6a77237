"""`tandem restore`: a backup into an empty home. Believes nothing that the file says before it was held against its bytes."""

import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from bot.backup.manifest import CONFIG, LONGEST_BYTES, NAME, TRUTH, Kept, Manifest, manifest_of
from bot.backup.sealed import is_sealed, unsealed
from bot.errors import BadConfig
from bot.home import Home
from bot.store.copying import looked_into
from bot.store.migrations import NUMBERED

Json = dict[str, Any]

STAGE = ".restoring"
CONFIG_AS = "config.from-backup.toml"
"""The config of the backup, to be compared: this machine has one of its own."""
SPARE_BYTES = 64 << 20
"""Room that a restore leaves on the disk."""
AT_ONCE = 1 << 20


def restore(home: Home, archive: Path, passphrase: str, now: datetime) -> Json:
    """Put the backup in `archive` into `home`, which holds nothing yet; says what it held. The truth comes last: without it there is none.

    Every file is held against its hash, the audit against its head, before any is put in its place; a fault leaves the home as empty
    as it was. Raises: BadConfig ("restore_not_empty", "backup_locked", "backup_broken", "backup_newer", "store_newer", "restore_no_room",
    "backup_unreadable", "backup_unwritten"), HomeHeld.
    """
    there = sorted(path.name for path in home.folder.iterdir() if path.name not in {"lock", STAGE}) if home.folder.exists() else []
    if there:
        raise BadConfig("restore_not_empty", folder=home.folder, found=", ".join(there[:5]))
    was_there = home.folder.exists()
    try:
        with home.held(), _stage(home) as stage:
            made = _unpacked(archive, passphrase, stage)
            _settle(home, stage / "files", made, now)
    except OSError as error:
        raise BadConfig("backup_unwritten", file=home.folder, why=error.strerror or error) from error
    except BadConfig:
        if not was_there:
            shutil.rmtree(home.folder, ignore_errors=True)
        raise
    return {
        "home": str(home.folder), "made_at": made.made_at, "files": len(made.files), "bytes": made.total_bytes, "size": made.head["size"],
        "root": made.head["root"], "models": [one.name for one in made.models], "secrets": list(made.secrets),
    }  # fmt: skip


def _unpacked(archive: Path, passphrase: str, stage: Path) -> Manifest:
    """All files of the archive below `stage`/files, each as long and with the hash that the manifest says."""
    try:
        with archive.open("rb") as raw, _plain(raw, passphrase, stage) as plain, zipfile.ZipFile(plain) as packed:
            made = _checked(packed, stage)
            for kept in made.files:
                _unpack(packed, kept, stage / "files" / kept.name)
    except OSError as error:
        raise BadConfig("backup_broken", why=error.strerror or error) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise BadConfig("backup_broken", why=error) from error
    store, head = looked_into(stage / "files" / TRUTH)
    if set(store) - set(NUMBERED):
        raise BadConfig("store_newer", path=archive)
    if head != made.head or store != made.store:
        raise BadConfig("backup_broken", why="audit")
    return made


def _checked(packed: zipfile.ZipFile, stage: Path) -> Manifest:
    """The manifest, once the archive holds just what it names and the disk has room.  Raises: BadConfig."""
    members = packed.infolist()
    if not members or members[0].filename != NAME or members[0].file_size > LONGEST_BYTES:
        raise BadConfig("backup_broken", why=NAME)
    with packed.open(members[0]) as file:
        made = manifest_of(file.read(LONGEST_BYTES + 1))
    if [one.filename for one in members[1:]] != [kept.name for kept in made.files]:
        raise BadConfig("backup_broken", why=f"{NAME}: files")
    if set(made.store) - set(NUMBERED):
        raise BadConfig("store_newer", path=packed.filename or TRUTH)
    free = shutil.disk_usage(stage).free
    if made.total_bytes + SPARE_BYTES > free:
        raise BadConfig("restore_no_room", needed_mb=made.total_bytes >> 20, free_mb=free >> 20)
    return made


def _unpack(packed: zipfile.ZipFile, kept: Kept, to: Path) -> None:
    """One file; no byte more than the manifest says is written."""
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    to.touch(0o600, exist_ok=False)
    digest, left = hashlib.sha256(), kept.bytes
    with packed.open(kept.name) as source, to.open("wb") as target:
        while piece := source.read(AT_ONCE):
            left -= len(piece)
            if left < 0:
                break
            digest.update(piece)
            target.write(piece)
    if left or digest.hexdigest() != kept.sha256:
        raise BadConfig("backup_broken", why=kept.name)


def _settle(home: Home, files: Path, made: Manifest, now: datetime) -> None:
    """Put all of it in its place, the truth last; and leave word for the house, which has to doubt what waited to be sent."""
    home.restored.write_text(json.dumps({"made_at": made.made_at, "restored_at": now.isoformat()}), encoding="utf-8")
    for path in sorted(files.iterdir()):
        if path.name != TRUTH:
            path.rename(home.folder / (CONFIG_AS if path.name == CONFIG else path.name))
    (files / TRUTH).rename(home.truth)


@contextmanager
def _plain(raw: BinaryIO, passphrase: str, stage: Path) -> Iterator[BinaryIO]:
    """The archive as a zip: itself, or opened into a file that is gone afterwards."""
    if not is_sealed(raw):
        yield raw
        return
    opened = stage / "opened.zip"
    opened.touch(0o600)
    with opened.open("wb") as target:
        for piece in unsealed(raw, passphrase):
            target.write(piece)
    with opened.open("rb") as plain:
        yield plain
    opened.unlink()


@contextmanager
def _stage(home: Home) -> Iterator[Path]:
    stage = home.folder / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    (stage / "files").mkdir(mode=0o700, parents=True)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)
