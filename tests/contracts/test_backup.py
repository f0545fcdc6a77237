"""A backup and what comes back of it: the same records, the same audit, whoever writes meanwhile; nothing of a file that is not whole."""

import asyncio
import hashlib
import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.backup.manifest import NAME, is_ours
from bot.backup.restoring import restore
from bot.backup.taking import take
from bot.domain.ids import UserId
from bot.domain.records import Cause
from bot.domain.visits import Entered
from bot.errors import BadConfig
from bot.home import Home
from bot.store.verifying import Verification
from bot.store.visits import SqliteVisits
from tests.contracts.house import Stores

NOW = datetime(2026, 7, 20, 9, tzinfo=UTC)
PASSPHRASE = "correct horse battery"  # noqa: S105 - of this test alone
CAUSE = Cause(UserId("lin"))
Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A home that is at work, and where its backups go."""

    stores: Stores
    folder: Path

    @property
    def home(self) -> Home:
        """The one."""
        return Home(self.stores.path.parent)

    def take(self, name: str = "b.zip", passphrase: str = "") -> Path:
        """A backup."""
        config = self.folder / "config.toml"
        config.write_text('url = "https://me:secret@proxy.example.com/"\n', encoding="utf-8")
        take(self.home, config, self.folder / name, passphrase, NOW)
        return self.folder / name


@pytest.fixture
def place(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A home with a file of somebody's, and files that are no part of a backup."""
    home = Home(stores.path.parent)
    texts = {"belongings/lin/合同.txt": "付款30天", "uploads/price.md": "# P", "uploads/.parts/half": "h", "heads/1.json": "{}"}
    for name, text in texts.items():
        (home.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (home.folder / name).write_text(text, encoding="utf-8")
    (home.vectors / "x").mkdir(parents=True)
    home.models.mkdir()
    (home.models / "small.bin").write_bytes(b"weights")
    return Place(stores, tmp_path_factory.mktemp("kept"))


def rows(path: Path) -> Mapping[str, list[tuple[object, ...]]]:
    """All that a truth holds, table by table."""
    stores = Stores(path)
    try:
        held = stores.database._connection().conn  # noqa: SLF001 - the test reads what no port tells
        tables = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: held.execute(f"SELECT * FROM [{name}]").fetchall() for name in tables}  # noqa: S608 - the names that it told
    finally:
        stores.close()


def root_of(path: Path) -> tuple[list[object], str]:
    """What is wrong with an audit, and its head."""
    look = Verification(path)
    return list(look.wrongs()), look.tally.root


def why(archive: Path, to: Path, passphrase: str = "") -> str:
    """What a restore says that is refused."""
    with pytest.raises(BadConfig) as refused:
        restore(Home(to), archive, passphrase, NOW)
    return refused.value.key


async def test_backup_under_load_is_one_moment_of_the_audit(place: Place, tmp_path: Path) -> None:
    """Two processes and this one write: what comes back is whole, a beginning of what they wrote, with the head that was told."""
    stores = place.stores
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.contracts.busy_auditor", str(stores.path), "40", str(number))
        for number in range(2)
    ]
    for number in range(10):
        await stores.records.put("account", {"name": f"before-{number}"}, cause=CAUSE)
    taking = asyncio.create_task(asyncio.to_thread(take, place.home, place.folder / "none.toml", place.folder, "", NOW))
    while not taking.done():
        await stores.records.put("account", {"name": "meanwhile"}, cause=CAUSE)
    told = await taking
    await stores.records.put("account", {"name": "after"}, cause=CAUSE)
    assert [0, 0] == [await process.wait() for process in running]
    back = Home(tmp_path / "back")
    restore(back, Path(told["file"]), "", NOW)
    then, now = rows(back.truth)["audit"], rows(stores.path)["audit"]

    assert ([], told["root"]) == root_of(back.truth)
    assert (True, now[: len(then)]) == (10 <= len(then) < len(now), then)


def test_backup_that_is_killed_leaves_nothing_half(place: Place, tmp_path: Path) -> None:
    """No archive; and the next one takes away what was left, in the home and where it goes."""
    with (place.home.folder / "uploads" / "long.bin").open("wb") as file:
        file.truncate(1 << 28)  # zeros without a disk: hashed and packed for seconds
    words = (str(place.home.folder), str(place.folder))
    running = subprocess.Popen([sys.executable, "-m", "tests.contracts.busy_backup", *words])
    while not list(place.folder.glob(".tandem-part-*")):
        assert running.poll() is None
        time.sleep(0.01)
    running.kill()
    running.wait()
    left = [path.name for path in place.folder.iterdir() if not path.name.startswith(".")], list(place.home.folder.glob(".backup-*"))
    (place.home.folder / "uploads" / "long.bin").unlink()
    archive = place.take()
    restore(Home(tmp_path / "back"), archive, "", NOW)

    assert ([], 1) == (left[0], len(left[1]))
    assert ["b.zip", "config.toml"] == sorted(path.name for path in place.folder.iterdir())
    assert [] == list(place.home.folder.glob(".backup-*"))
    assert rows(place.stores.path) == rows(tmp_path / "back" / "tandem.db")


async def test_everything_comes_back(place: Place, tmp_path: Path) -> None:
    """Records, texts, files and the audit's head; not what can be made anew; readable by the owner alone."""
    await place.stores.records.put("account", {"name": "海蓝科技"}, cause=CAUSE)
    back = Home(tmp_path / "back")
    archive = place.take()
    told = restore(back, archive, "", NOW)
    found = {path.relative_to(back.folder).as_posix() for path in back.folder.rglob("*") if path.is_file()}

    assert rows(place.stores.path) == rows(back.truth)
    assert (root_of(place.stores.path), ["models/small.bin"]) == (root_of(back.truth), told["models"])
    assert {
        "tandem.db", "lock", "restored.json", "config.from-backup.toml", "belongings/lin/合同.txt", "uploads/price.md", "heads/1.json",
    } == found  # fmt: skip
    assert "secret" not in (back.folder / "config.from-backup.toml").read_text(encoding="utf-8")
    assert (0o600, 0o600) == (archive.stat().st_mode & 0o777, back.truth.stat().st_mode & 0o777)


def test_a_sealed_backup_opens_for_its_passphrase_alone(place: Place, tmp_path: Path) -> None:
    """No word of it can be read; another passphrase, a changed byte and a cut end are refused."""
    archive = place.take("b.sealed", PASSPHRASE)
    raw = archive.read_bytes()
    (cut := tmp_path / "cut").write_bytes(raw[:-20])
    (changed := tmp_path / "changed").write_bytes(raw[:-9] + bytes([raw[-9] ^ 1]) + raw[-8:])
    asked = [(archive, ""), (archive, "another passphrase"), (cut, PASSPHRASE), (changed, PASSPHRASE)]
    heard = [why(file, tmp_path / "no", passphrase) for file, passphrase in asked]
    restore(Home(tmp_path / "back"), archive, PASSPHRASE, NOW)

    assert (["backup_locked"] * 4, False, False) == (heard, b"manifest" in raw, (tmp_path / "no").exists())
    assert rows(place.stores.path) == rows(tmp_path / "back" / "tandem.db")


def test_a_short_passphrase_writes_nothing(place: Place) -> None:
    """Whoever has the file may guess as long as they like."""
    with pytest.raises(BadConfig, match="backup_passphrase_short"):
        place.take("b.sealed", "hunter2")

    assert ["config.toml"] == [path.name for path in place.folder.iterdir()]


def test_nothing_is_written_over(place: Place, tmp_path: Path) -> None:
    """Neither a file by a backup, nor a home by a restore."""
    archive = place.take()
    before = archive.read_bytes()
    with pytest.raises(BadConfig, match="backup_there"):
        place.take()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "mine.txt").touch()

    assert (before, "restore_not_empty") == (archive.read_bytes(), why(archive, tmp_path / "home"))


Spoil = Callable[[dict[str, bytes], Json], None]


def _longer(files: dict[str, bytes], _: Json) -> None:
    files["uploads/price.md"] += b"\0" * (1 << 20)


def _other(files: dict[str, bytes], _: Json) -> None:
    files["uploads/price.md"] = b"# Q"


def _unnamed(files: dict[str, bytes], _: Json) -> None:
    files["uploads/more.md"] = b"more"


def _outside(files: dict[str, bytes], manifest: Json) -> None:
    _name(files, manifest, "belongings/../../outside.txt")


def _elsewhere(files: dict[str, bytes], manifest: Json) -> None:
    _name(files, manifest, "dbos.db")


def _bomb(_: dict[str, bytes], manifest: Json) -> None:
    manifest["files"][0]["bytes"] = 1 << 60


def _newer_form(_: dict[str, bytes], manifest: Json) -> None:
    manifest["format"] = 2


def _newer_store(_: dict[str, bytes], manifest: Json) -> None:
    manifest["store"].append("9999_later")


def _other_head(_: dict[str, bytes], manifest: Json) -> None:
    manifest["head"]["size"] += 1


def _no_database(files: dict[str, bytes], manifest: Json) -> None:
    _put(files, manifest, "tandem.db", b"SQLite format 3\0 but no more")


def _name(files: dict[str, bytes], manifest: Json, name: str) -> None:
    files[name] = b"x"
    manifest["files"].append({"name": name, "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()})


def _put(files: dict[str, bytes], manifest: Json, name: str, data: bytes) -> None:
    files[name] = data
    row = next(row for row in manifest["files"] if row["name"] == name)
    row |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


@pytest.mark.parametrize(
    "spoil,expected",
    [
        (_longer, "backup_broken"), (_other, "backup_broken"), (_unnamed, "backup_broken"), (_outside, "backup_broken"),
        (_elsewhere, "backup_broken"), (_bomb, "restore_no_room"), (_newer_form, "backup_newer"), (_newer_store, "store_newer"),
        (_other_head, "backup_broken"), (_no_database, "backup_unreadable"),
    ],
)  # fmt: skip
def test_what_is_not_whole_leaves_the_home_empty(place: Place, tmp_path: Path, spoil: Spoil, expected: str) -> None:
    """A longer, another, an unnamed or a misplaced file, more than the disk, a newer form or store, another audit, no database."""
    with zipfile.ZipFile(place.take()) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop(NAME))
    spoil(files, manifest)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, json.dumps(manifest))
        for name, data in files.items():
            archive.writestr(name, data)
    (spoiled := tmp_path / "spoiled.zip").write_bytes(written.getvalue())

    assert (expected, False) == (why(spoiled, tmp_path / "back"), (tmp_path / "back").exists())


@pytest.mark.parametrize("name", ["/etc/passwd", "uploads", "uploads//x", "uploads/./x", "uploads/a\\b", "vectors/x", "uploads/a\nb", ""])
def test_no_name_leads_outside(name: str) -> None:
    """A name is below one of the folders, plainly, or is none."""
    assert not is_ours(name)


async def test_what_waited_to_be_sent_is_doubted_and_nobody_is_signed_in(place: Place) -> None:
    """The house that it was taken from may have sent it since; a person decides, and the audit tells."""
    stores = place.stores
    await stores.settled()
    visits = SqliteVisits(stores.database, stores.clock)
    await visits.offer("code", UserId("lin"), stores.clock.now().replace(year=2100))
    await visits.redeem("code", Entered("visit", "token", stores.clock.now().replace(year=2100)))
    doubted = await stores.sqlite_outbox.doubt("restored")
    await visits.end_all()

    assert (1, (), None) == (doubted, await stores.outbox.claim(10), await visits.visit("token"))
    assert [] == root_of(stores.path)[0]
