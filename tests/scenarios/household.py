"""A real home, a real server and the real command line, for scenarios that a person would walk through."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START_S = 60

PEOPLE = """
[server]
port = 0

[schedule]
jobs = []

[[users]]
name = "Li Wei"
email = "li.wei@example.com"
role = "rep"
team = "east"

[[users]]
name = "Zhang Min"
email = "zhang.min@example.com"
role = "manager"
team = "east"

[[users]]
name = "Root"
email = "root@example.com"
role = "admin"
"""

POLICY = """---
title: 价格政策 2026
---
# 价格政策

## 2.1 续约折扣

续约总折扣不超过10%。超过10%的折扣由区域经理书面批准。

## 2.2 付款

标准付款期为发票日后30天。预付全款的客户另享2%的优惠。
"""

WARRANTY = """# Warranty terms

## Sensors

The S3 sensor carries a warranty of 36 months from delivery. Repairs are finished within ten working days.

## Gateways

The G1 gateway carries a warranty of 24 months. Damage by lightning is not covered.
"""

FLOOR = """---
title: Floor prices
audience: role:manager
---
# Floor prices

The floor price of the S3 sensor is 412 euros. Nobody below a manager may know the floor price.
"""


@dataclass(frozen=True)
class Household:
    """A home and a config, and the command line over them."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What every command runs with."""
        return {**os.environ, "TANDEM_HOME": str(self.folder / "home"), "LANG": "en_US.UTF-8", "LC_ALL": "", "PYTHONWARNINGS": "default"}

    def command(self, *words: str) -> list[str]:
        """A command line of ours."""
        return [sys.executable, "-m", "bot.cli", "--config", str(self.folder / "config.toml"), *words]

    def run(self, *words: str, lang: str = "en_US.UTF-8") -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            self.command(*words), env={**self.environment, "LANG": lang}, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
        )

    def data(self, *words: str) -> Any:  # noqa: ANN401 - JSON
        """The JSON that a command prints."""
        done = self.run("--json", *words)
        assert 0 == done.returncode, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def served(self) -> Iterator["Served"]:
        """A server over this home, ready to answer; stopped at the end."""
        with self.process() as process:
            yield self.awaited(process)

    @contextmanager
    def process(self) -> Iterator["subprocess.Popen[str]"]:
        """A server over this home that has begun; stopped at the end."""
        with (self.folder / "server.log").open("a") as log:
            process = subprocess.Popen(self.command("run"), env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
            assert process.stdout is not None
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
                process.stdout.close()

    def awaited(self, process: "subprocess.Popen[str]") -> "Served":
        """That server, once it can answer."""
        assert process.stdout is not None
        served = Served(process, next(word for word in process.stdout.readline().split() if word.startswith("http")))
        served.wait_ready()
        return served


@dataclass(frozen=True)
class Served:
    """A running server."""

    process: "subprocess.Popen[str]"
    url: str

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310 - our own loopback address
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def wait_ready(self) -> None:
        """Return when it can answer."""
        deadline = time.monotonic() + START_S
        while not self._is_ready():
            assert time.monotonic() < deadline, "the server did not become ready"
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        """A house that a busy machine starts slowly keeps a request waiting."""
        with suppress(TimeoutError):
            return self.get("/readyz")[0] == 200
        return False


def household(folder: Path) -> Household:
    """A config with three people, and three documents of which one is for managers alone."""
    (folder / "config.toml").write_text(PEOPLE, encoding="utf-8")
    (folder / "papers" / "en").mkdir(parents=True)
    (folder / "papers" / "价格政策.md").write_text(POLICY, encoding="utf-8")
    (folder / "papers" / "en" / "warranty.md").write_text(WARRANTY, encoding="utf-8")
    (folder / "papers" / "floor.md").write_text(FLOOR, encoding="utf-8")
    return Household(folder)
