"""Sets up the stores that the suites run on."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contracts.house import Stores


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's file with its tables made: making them takes longer than most tests."""
    path = tmp_path_factory.mktemp("store") / "tandem.db"
    Stores(path).close()
    return path


@pytest.fixture(params=[pytest.param(Stores, id="sqlite")])
def stores(request: pytest.FixtureRequest, tmp_path: Path, empty_file: Path) -> Iterator[Stores]:
    """Every port of the store, empty; once for each engine that we ship."""
    build: Callable[[Path], Stores] = request.param
    stores = build(shutil.copyfile(empty_file, tmp_path / "tandem.db"))
    yield stores
    stores.close()
