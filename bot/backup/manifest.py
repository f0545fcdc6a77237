"""What a backup says of itself before anything of it is used: which files, how long, what they hash to. Knows names; opens nothing."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from bot.errors import BadConfig

Json = dict[str, Any]

FORMAT = 1
NAME = "manifest.json"
TRUTH, CONFIG = "tandem.db", "config.toml"
FOLDERS = ("belongings", "uploads", "spool", "heads", "churn", "demo")
"""What of a home is in it beside the truth. The rest is made anew: vectors, what is under way, lessons; weights are fetched again."""
LONGEST_BYTES = 64 << 20
LONGEST_PART_BYTES = 255
MOST_FILES = 1_000_000
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Kept:
    """One file. name: where it lies below the home, with slashes. bytes: its length; sha256: hexadecimal."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """One backup. head: size and root of the audit in it. store: the steps that made its tables, in order.

    models: weights that the home had, which are not in it. secrets: names, never values, of what the environment held.
    """

    made_at: str
    version: str
    store: tuple[str, ...]
    head: Mapping[str, Any]
    files: tuple[Kept, ...]
    models: tuple[Kept, ...]
    secrets: tuple[str, ...]

    @property
    def total_bytes(self) -> int:
        """What it takes on a disk."""
        return sum(one.bytes for one in self.files)

    def written(self) -> bytes:
        """As it stands in the file."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode() + b"\n"


def manifest_of(raw: bytes) -> Manifest:
    """The manifest in `raw`.  Raises: BadConfig("backup_newer"); BadConfig("backup_broken") for what is none, or names a place outside."""
    try:
        told: Json = json.loads(raw)
        if int(told["format"]) > FORMAT:
            raise BadConfig("backup_newer", version=str(told.get("version", "?")))
        head = {"size": int(told["head"]["size"]), "root": str(told["head"]["root"])}
        files, models = _kept(told["files"]), _kept(told["models"])
        store, secrets = tuple(map(str, told["store"])), tuple(map(str, told["secrets"]))
        made = Manifest(str(told["made_at"]), str(told["version"]), store, head, files, models, secrets)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadConfig("backup_broken", why=f"{NAME}: {error}") from error
    names = [one.name for one in files]
    if len(set(names)) != len(names) or len(names) > MOST_FILES or TRUTH not in names:
        raise BadConfig("backup_broken", why=f"{NAME}: files")
    for name in names:
        if not is_ours(name):
            raise BadConfig("backup_broken", why=repr(name[:80]))
    return made


def is_ours(name: str) -> bool:
    """Whether a backup of ours may hold a file of this name: one of the two, or below one of the folders and nowhere else."""
    if name in {TRUTH, CONFIG}:
        return True
    parts = name.split("/")
    return (
        len(parts) > 1
        and parts[0] in FOLDERS
        and not PurePosixPath(name).is_absolute()
        and all(part not in {"", ".", ".."} and len(part.encode()) <= LONGEST_PART_BYTES for part in parts)
        and not any(sign in name for sign in "\\\0\r\n")
    )


def _kept(rows: Sequence[Json]) -> tuple[Kept, ...]:
    kept = tuple(Kept(str(row["name"]), int(row["bytes"]), str(row["sha256"])) for row in rows)
    if any(one.bytes < 0 or not SHA256.fullmatch(one.sha256) for one in kept):
        raise ValueError("bytes, sha256")  # noqa: TRY003 - becomes the reason of a sentence
    return kept
