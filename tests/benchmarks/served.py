"""A home, its command line, and a server of its own over it, as whoever uses them has them. Knows verbs and routes, no code of ours."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 600
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "bot.cli")
"""Of this very tree, wherever it lies."""


@dataclass(frozen=True, slots=True)
class Server:
    """One that answers. pid: of its first process. ready_s: from its start until it could answer."""

    pid: int
    url: str
    ready_s: float


def tandem(home: Path, *words: str) -> str:
    """What a command of ours prints."""
    command = [*COMMAND, "--home", str(home), *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE_S, cwd=ROOT)
    assert 0 == done.returncode, done.stderr
    return done.stdout


@contextmanager
def served(home: Path, config: Path | None = None) -> Iterator[Server]:
    """A server on `home` for as long as the block runs. config: another than the one that is found."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, log = f"http://127.0.0.1:{port}", home.parent / "server.log"
    chosen = ["--config", str(config)] if config else []
    begun = time.perf_counter()
    with log.open("ab") as told:
        environment = os.environ | {"TANDEM__SERVER__PORT": str(port)}
        command = [*COMMAND, "--home", str(home), *chosen, "run"]
        server = subprocess.Popen(command, env=environment, stdout=told, stderr=told, cwd=ROOT)
    try:
        _until_ready(server, f"{url}/readyz", log)
        yield Server(server.pid, url, time.perf_counter() - begun)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_S)


def _until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    begun = time.perf_counter()
    while True:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        assert time.perf_counter() - begun < PATIENCE_S, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_S):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)

