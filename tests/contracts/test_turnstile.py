"""Several processes that write one database, taking turns."""

import subprocess
import sys
import time
from pathlib import Path

from bot.store.database import Database
from bot.store.turnstile import Turnstile

HOLDER = """
import sys, time
from pathlib import Path
from bot.store.turnstile import Turnstile
with Turnstile(Path(sys.argv[1])).passed():
    print("held", flush=True)
    time.sleep(60)
"""
GREEDY = """
import sys
from pathlib import Path
from bot.store.turnstile import Turnstile
turnstile = Turnstile(Path(sys.argv[1]))
print("writing", flush=True)
while True:
    with turnstile.passed():
        sum(range(20_000))
"""


def _beside(script: str, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def _killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_what_a_killed_process_held_is_free(tmp_path: Path) -> None:
    """Nobody waits for the dead."""
    path = tmp_path / "tandem.db"
    process = _beside(HOLDER, path)
    _killed(process)

    database = Database(path)
    assert 1 == database.write_now(lambda here: int(here.execute("SELECT 1").fetchone()[0]))
    database.close()


def test_who_waits_gets_the_next_turn(tmp_path: Path) -> None:
    """A process that writes without a pause lets one that asks now and then through, again and again."""
    path = tmp_path / "tandem.db"
    process = _beside(GREEDY, path)
    turnstile, passed = Turnstile(path), 0
    try:
        for _ in range(20):
            with turnstile.passed():
                passed += 1
            time.sleep(0.005)
    finally:
        _killed(process)
        turnstile.close()

    assert 20 == passed
