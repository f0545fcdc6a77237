"""The home: one folder, one company, one holder. Knows where things lie and who holds the lock; knows nothing of what they hold."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import HomeHeld

LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel's sockaddr_un takes 108."""


STAGE = ".backup-"


@dataclass(frozen=True)
class Home:
    """A folder with everything that one company keeps."""

    folder: Path

    @property
    def truth(self) -> Path:
        """The database of what is so."""
        return self.folder / "tandem.db"

    @property
    def progress(self) -> Path:
        """The database of what is under way."""
        return self.folder / "dbos.db"

    @property
    def vectors(self) -> Path:
        """The folder of the vector index; it can be made anew from the truth."""
        return self.folder / "vectors"

    @property
    def lessons(self) -> Path:
        """Vectors of examples that did not ship; they can be made anew."""
        return self.folder / "lessons.npz"

    @property
    def models(self) -> Path:
        """The folder of weights that were fetched; they can be fetched anew."""
        return self.folder / "models"

    @property
    def churn(self) -> Path:
        """The folder of what was learned about leaving; it can be learned anew."""
        return self.folder / "churn"

    @property
    def uploads(self) -> Path:
        """The folder of files that were handed over at the page."""
        return self.folder / "uploads"

    @property
    def belongings(self) -> Path:
        """The folder of what people sent in chats beside words."""
        return self.folder / "belongings"

    @property
    def spool(self) -> Path:
        """The folder of files that a chat had to fetch before anybody asked for them."""
        return self.folder / "spool"

    @property
    def heads(self) -> Path:
        """The folder of the audit's heads, to be carried off."""
        return self.folder / "heads"

    @property
    def backups(self) -> Path:
        """The folder of backups that were asked for at the page."""
        return self.folder / "backups"

    @property
    def backed_up(self) -> Path:
        """What is known of the last backup, wherever it went."""
        return self.folder / "backed_up.json"

    def last_backup(self) -> bytes | None:
        """What was said of it when it was whole, as JSON; None before the first."""
        return self.backed_up.read_bytes() if self.backed_up.exists() else None

    @property
    def restored(self) -> Path:
        """Lies there from a restore until the house has seen it."""
        return self.folder / "restored.json"

    @property
    def papers(self) -> Path:
        """The documents of the invented firm."""
        return self.folder / "demo"

    @property
    def socket(self) -> Path:
        """The private socket of the process that serves this home; elsewhere when the folder's name is too long for a socket."""
        here = self.folder.absolute() / "tandem.sock"
        if len(os.fsencode(here)) <= LONGEST_SOCKET_PATH:
            return here
        name = hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"tandem-{os.getuid()}" / f"{name}.sock"

    def make(self) -> None:
        """Make the folder, readable by its owner alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def stage(self) -> Iterator[Path]:
        """A folder for the time that a backup takes, in the home: nobody else reads there. What the dead left of theirs goes first."""
        self.sweep()
        stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=self.folder))
        try:
            with (stage / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield stage
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def sweep(self) -> None:
        """Take away what was left by backups that were killed: copies of what may have been erased since."""
        for lock in self.folder.glob(f"{STAGE}*/lock"):
            if is_nobodys(lock):
                shutil.rmtree(lock.parent, ignore_errors=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the home until the block ends (or the process dies).  Raises: HomeHeld when another process holds it."""
        self.make()
        with (self.folder / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise HomeHeld("home_held", folder=str(self.folder), pid=lock.read().strip() or "?") from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def is_nobodys(file: Path) -> bool:
    """Whether nobody who lives holds this file locked."""
    try:
        with file.open("r+b") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
