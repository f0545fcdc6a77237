"""`tandem backup`: a home into one file, beside a running house or without one. All of it or nothing; readable by its owner alone."""

import fcntl
import hashlib
import os
import zipfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from bot.backup.manifest import NAME, Kept, Manifest
from bot.backup.sealed import Sealing
from bot.backup.snapshot import found_in, hashed, plain_config, secrets_here, truth_in, weights_in
from bot.errors import BadConfig
from bot.home import Home, is_nobodys
from bot.store.canonical import canonical
from bot.store.copying import copied, looked_into

Json = dict[str, Any]

TRIES = 5
"""How often it begins again because a file changed while it was read."""
AT_ONCE = 1 << 20
PART = ".tandem-part-"
LEVEL = 3
"""Of zlib: twice as fast as its own choice, and a tenth larger."""


class _Moved(Exception):
    """A file is not what it was when it was hashed."""


def take(home: Home, config: Path, target: Path, passphrase: str, now: datetime) -> Json:
    """Write a backup of `home` to `target`, or below it under a name with the time; says what it holds.

    passphrase: "" for a plain zip. While it is made it takes the room of the truth once more, in the home.
    Raises: BadConfig ("backup_there" where such a file is, "backup_no_home", "backup_unreadable", "backup_unwritten",
    "backup_passphrase_short").
    """
    file = target / f"tandem-{now:%Y%m%d-%H%M%S}.{'sealed' if passphrase else 'zip'}" if target.is_dir() else target
    if file.exists():
        raise BadConfig("backup_there", file=file)
    try:
        if not home.folder.exists():
            raise BadConfig("backup_no_home", folder=home.folder)
        with home.stage() as stage:
            copied(home.truth, truth_in(stage))
            made = _written_whole(home, config, file, passphrase, now, stage)
        told = {
            "file": str(file), "bytes": file.stat().st_size, "files": len(made.files), "sealed": bool(passphrase), "made_at": made.made_at,
            "size": made.head["size"], "root": made.head["root"],
        }  # fmt: skip
        _note(home, told)
    except OSError as error:
        raise BadConfig("backup_unwritten", file=file, why=error.strerror or error) from error
    return told


def _written_whole(home: Home, config: Path, file: Path, passphrase: str, now: datetime, stage: Path) -> Manifest:
    store, head = looked_into(truth_in(stage))
    fixed = [(truth_in(stage).name, truth_in(stage)), *plain_config(config, stage / "config.toml")]
    models = tuple(kept for kept, _ in hashed(weights_in(home)))
    for _ in range(TRIES):
        files = list(hashed([*fixed, *found_in(home)]))
        made = Manifest(
            now.isoformat(), version("tandem-copilot"), store, head, tuple(kept for kept, _ in files), models, secrets_here()
        )
        try:
            _put_in_place(file, passphrase, made, files)
        except (_Moved, FileNotFoundError):
            continue
        return made
    raise BadConfig("backup_unwritten", file=file, why="files change")


def _put_in_place(file: Path, passphrase: str, made: Manifest, files: list[tuple[Kept, Path]]) -> None:
    """Write beside the place, to the disk, then put it there in one step; nobody else's file is written over."""
    for left in file.parent.glob(f"{PART}*.part"):
        if is_nobodys(left):  # of a backup that was killed
            left.unlink(missing_ok=True)
    part = file.with_name(f"{PART}{file.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            _write(out, passphrase, made, files)
            out.flush()
            os.fsync(out.fileno())
        os.link(part, file)
    except FileExistsError:
        raise BadConfig("backup_there", file=file) from None
    finally:
        part.unlink(missing_ok=True)


def _write(out: BinaryIO, passphrase: str, made: Manifest, files: list[tuple[Kept, Path]]) -> None:
    sealing = Sealing(out, passphrase) if passphrase else None
    with zipfile.ZipFile(cast("IO[bytes]", sealing or out), "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        archive.writestr(NAME, made.written())
        for kept, path in files:
            with archive.open(kept.name, "w", force_zip64=True) as there, path.open("rb") as here:
                digest = hashlib.sha256()
                while piece := here.read(AT_ONCE):
                    digest.update(piece)
                    there.write(piece)
            if digest.hexdigest() != kept.sha256:
                raise _Moved
    if sealing:
        sealing.close()


def _note(home: Home, told: Json) -> None:
    part = home.backed_up.with_suffix(".part")
    part.write_bytes(canonical(told) + b"\n")
    part.replace(home.backed_up)
