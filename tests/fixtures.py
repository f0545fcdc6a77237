"""What tests borrow from each other; the root conftest lends it to skills too. Knows how to set a stage, not what is played on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests import network
from tests.second.opinion import SecondOpinion, second_opinion_in


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """What is logged on purpose in a test is printed plainly: drawn with every variable, one traceback takes seconds."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.stdlib.add_log_level, plain])


@pytest.fixture(scope="session", autouse=True)
def outside_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which attempts to leave this machine are noted; from here on the network is shut but for loopback."""
    log = tmp_path_factory.mktemp("network") / "outside.log"
    log.touch()
    network.shut(log)
    return log


@pytest.fixture(autouse=True)
def nothing_left_the_machine(outside_log: Path) -> Iterator[None]:
    """Fail a test during which something tried to leave, even where the refusal was swallowed, here or in a child process."""
    outside_log.write_text("", encoding="utf-8")

    yield

    assert "" == outside_log.read_text(encoding="utf-8")


@pytest.fixture
def evals_dir() -> Path:
    """The folder with evaluation data; a test that needs it skips where there is none."""
    where = os.environ.get("EVALS_DIR")
    if not where:
        pytest.skip("EVALS_DIR is not set: no evaluation data here")
    return Path(where)


@pytest.fixture(scope="session")
def second_opinion(tmp_path_factory: pytest.TempPathFactory) -> SecondOpinion:
    """The platforms' own npm packages, to be asked about what we make; a test that needs them skips where they are not installed."""
    return second_opinion_in(tmp_path_factory.mktemp("second"))
