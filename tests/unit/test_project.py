"""The project around the code: the lock, the commands, and what the README promises of them."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.tracked import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
OURS = {"bot", "skills", "knowledge"}
SURFACE_COMMANDS = {"run", "test", "check", "eval", "bench", "soak"}


def _pinned(lock: str) -> Mapping[str, list[str]]:
    """Each requirement of a lock, `name==version`, with the lines that belong to it."""
    entries: dict[str, list[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace():
            entries[line.split(" ")[0]] = []
        else:
            entries[list(entries)[-1]].append(line.strip())
    return entries


def _name(requirement: str) -> str:
    return re.split(r"[=<>~!\[; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_in_the_lock_is_pinned_and_hashed(lock: str) -> None:
    """An exact version and at least one SHA-256 each, so that an index cannot hand over something else."""
    loose = [name for name, lines in _pinned(lock).items() if "==" not in name or not any("--hash=sha256:" in line for line in lines)]

    assert [] == loose


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_host(lock: str) -> None:
    """Where packages come from is the business of the machine that installs them."""
    assert [] == re.findall(r"^--.*|\w+://\S+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_what_pyproject_asks_for_is_in_the_lock(lock: str) -> None:
    """A dependency added without `make lock` is found here and not on somebody's first start."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {_name(each) for each in [*project["project"]["dependencies"], *project["dependency-groups"]["build"]]}

    assert set() == asked - {_name(each) for each in _pinned(lock)}


def _imported(file: Path) -> Iterator[str]:
    """The top-level packages that a file imports, late imports too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                yield from (alias.name.split(".")[0] for alias in node.names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.split(".")[0]


def test_what_the_code_imports_is_asked_for_by_name() -> None:
    """A package that came along with another may go away with it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {_name(each) for each in project["project"]["dependencies"]}
    shipped = [file for room in OURS for file in (ROOT / room).rglob("*.py") if not file.name.startswith("test_")]
    vendors = {name for file in shipped for name in _imported(file)} - sys.stdlib_module_names - OURS
    owners = packages_distributions()

    assert {} == {vendor: owners.get(vendor) for vendor in vendors if not asked & {_name(owner) for owner in owners.get(vendor, [])}}


def test_each_dependency_has_its_reason_written_down() -> None:
    """The first table of DECISIONS.md has a row for it, with licence, age and size."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    told = set(re.findall(r"^\| ([a-z0-9-]+) \|", (ROOT / "DECISIONS.md").read_text(encoding="utf-8"), re.MULTILINE))

    assert set() == {_name(each) for each in project["project"]["dependencies"]} - told


def test_both_locks_agree() -> None:
    """Tests run on the versions that are shipped."""
    shipped, tested = (set(_pinned(lock)) for lock in LOCKS)

    assert set() == shipped - tested


@pytest.mark.parametrize("unwanted", ["torch", "pandas", "dbos-enterprise", "llama-index", "llama-index-readers-file"])
def test_what_costs_too_much_stays_out(unwanted: str) -> None:
    """Two gigabytes, two seconds at every start, or a licence that is not ours (DECISIONS.md says which)."""
    assert unwanted not in {_name(each) for each in _pinned("requirements.lock")}


def test_the_wheel_holds_what_the_house_reads_at_start_and_no_test(tmp_path: Path) -> None:
    """Code alone does not start: sentences, manifests, prompts and the config go along."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, check=True, capture_output=True
    )

    [wheel] = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    folders = ("bot", "skills", "knowledge", "prompts")
    read_at_start = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in {".toml", ".md"}]
    assert set() == {"config.toml", "bot/cli.py", *(path.relative_to(ROOT).as_posix() for path in read_at_start)} - packed
    assert [] == [name for name in packed if "test_" in name or name.startswith("tests/")]


def test_every_command_that_is_promised_is_there() -> None:
    """The commands of the surface, and each `make ...` that the README or the changelog names."""
    told = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CHANGELOG.md"))

    assert set() == (SURFACE_COMMANDS | set(re.findall(r"(?:^|`)make ([a-z]+)", told, re.MULTILINE))) - _targets()


def test_the_readme_speaks_both_languages_of_the_two_commands() -> None:
    """Each half stands by itself."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [2, 2] == [readme.count(f"\n{command}") for command in ("make run", "make test")]
