"""`tandem audit` as an auditor meets it: checked, carried off, proven, beside a house that serves or without one."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.cli import ROOT, main
from bot.domain.talk import Lang
from bot.home import Home
from bot.store.heads import SqliteHeads
from bot.words import TomlWords, read_sentences
from tests.contracts.house import Stores
from tests.scenarios.household import household

Verb = Callable[..., tuple[int, str, str]]


@pytest.fixture
async def home(tmp_path: Path, empty_file: Path) -> Home:
    """A home with three decisions, and a head after the second."""
    home = Home(tmp_path / "home")
    home.make()
    stores = Stores(shutil.copyfile(empty_file, home.truth))
    for _ in range(2):
        await stores.settled()
    await SqliteHeads(stores.database, stores.clock, home.heads).take()
    await stores.settled()
    stores.close()
    return home


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without anything in it."""
    path = tmp_path_factory.mktemp("store") / "tandem.db"
    Stores(path).close()
    return path


@pytest.fixture
def audit(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Verb:
    """The command line over that home: exit code, what it said, what it complained of."""

    def run(*words: str, lang: str = "en_US.UTF-8", folder: Path = home.folder) -> tuple[int, str, str]:
        for name in ("LC_ALL", "LC_MESSAGES"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("LANG", lang)
        code = main(["--home", str(folder), "audit", *words])
        return code, *capsys.readouterr()

    return run


def spoil(home: Home, statement: str) -> None:
    """Change the store as nobody should."""
    with closing(sqlite3.connect(home.truth, isolation_level=None)) as database:
        database.execute(statement)


def data(said: tuple[int, str, str]) -> Any:  # noqa: ANN401 - JSON
    """The JSON that a verb printed."""
    return json.loads(said[1])


def test_a_whole_audit_is_said_to_be_whole(audit: Verb) -> None:
    """How much was looked at, and the root."""
    code, said, complained = audit("verify")
    told = data(audit("verify", "--json"))

    assert (0, "") == (code, complained)
    assert "Nothing is wrong: 4 entries, 2 heads" in said
    assert (True, 4, 2, 3, []) == (told["ok"], told["entries"], told["heads"], told["rows"], told["wrong"])
    assert told["root"] in said


def test_what_is_wrong_is_told_in_a_line_each(home: Home, audit: Verb) -> None:
    """In the reader's language, with exit code 1."""
    spoil(home, "UPDATE audit SET kind = 'x' WHERE seq = 1")
    spoil(home, "DELETE FROM decisions WHERE seq = 2")

    code, said, _ = audit("verify")
    chinese = audit("verify", lang="zh_CN.UTF-8")[1]
    told = data(audit("verify", "--json"))

    lines = said.splitlines()
    assert (1, 3, "entry 1: its number, time or kind is not what stands in it") == (code, len(lines), lines[0])
    assert re.fullmatch(r"decisions/\S+: entry 2 tells of it, and it is gone", lines[1])
    assert "第1条" in chinese
    assert (False, ["audit_columns", "audit_row_gone"], 2) == (told["ok"], [one["key"] for one in told["wrong"]], told["wrongs"])


def test_a_dropped_tail_is_found_by_the_head_that_lies_in_the_home(home: Home, audit: Verb) -> None:
    """Even where the edge and the kept heads were rewritten with it."""
    spoil(home, "DELETE FROM audit WHERE seq > 1")
    spoil(home, "DELETE FROM audit_heads")

    assert "head of 2 entries (heads/000000000002.json): the audit has only 1, its tail was dropped" in audit("verify")[1]


def test_a_dropped_tail_is_found_by_a_head_that_was_carried_off(home: Home, audit: Verb, tmp_path: Path) -> None:
    """Whoever took the files of the home's heads away too."""
    carried = tmp_path / "carried.json"
    audit("head", "--out", str(carried))
    spoil(home, "DELETE FROM audit WHERE seq > 1")
    shutil.rmtree(home.heads)

    code, said, _ = audit("verify", "--head", str(carried))

    assert (1, True) == (code, f"head of 4 entries ({carried}): the audit has only 1, its tail was dropped" in said)


def test_a_head_file_that_is_none_is_told(home: Home, audit: Verb, tmp_path: Path) -> None:
    """One in the home is wrong; one that was given cannot be used."""
    (home.heads / "000000000002.json").write_text('{"size": 2}')
    nothing = tmp_path / "nothing.json"

    assert "head file heads/000000000002.json: it cannot be read" in audit("verify")[1]
    assert (1, f"{nothing} cannot be used: No such file or directory\n") == audit("verify", "--head", str(nothing))[::2]


def test_an_entry_is_proven_without_the_home(audit: Verb, tmp_path: Path) -> None:
    """Whoever holds the head and the proof needs nothing else."""
    head, proof = tmp_path / "head.json", tmp_path / "proof.json"
    audit("head", "--out", str(head))
    written = audit("proof", "2", "--head", str(head), "--out", str(proof))

    code, said, _ = audit("prove", str(proof), "--head", str(head), folder=tmp_path / "nowhere")

    assert (0, 0) == (written[0], code)
    assert said.startswith("It holds: entry 2 (decision.settled,")
    assert (False, 2) == ((tmp_path / "nowhere").exists(), data(audit("prove", str(proof), "--json"))["seq"])


def test_every_entry_is_proven_against_every_later_head(home: Home, audit: Verb, tmp_path: Path) -> None:
    """The head of the home's folder, and the one as it stands."""
    older = home.heads / "000000000002.json"
    proof = tmp_path / "proof.json"
    heads: tuple[tuple[str, ...], ...] = ((), ("--head", str(older)))
    codes = []
    for seq, head in [(1, heads[0]), (2, heads[0]), (3, heads[0]), (4, heads[0]), (1, heads[1]), (2, heads[1])]:
        codes += [audit("proof", str(seq), *head, "--out", str(proof))[0], audit("prove", str(proof), *head)[0]]

    assert [0] * 12 == codes


@pytest.mark.parametrize(
    "before, after",
    [('"actor":"lin"', '"actor":"max"'), ('"leaf_index":1', '"leaf_index":1,"x":1'), ('"seq":2', '"seq":3'), ('"size":4', '"size":5')],
)
def test_a_changed_proof_holds_no_more(audit: Verb, tmp_path: Path, before: str, after: str) -> None:
    """Of what it says about the entry, its place or the tree; what it says beside that means nothing."""
    proof = tmp_path / "proof.json"
    audit("proof", "2", "--out", str(proof))
    assert before in proof.read_text()
    proof.write_text(proof.read_text().replace(before, after))

    code, _, complained = audit("prove", str(proof))

    assert ("x" in after[1:-1] and "leaf" in after) == (code == 0)
    assert ("does not hold" in complained) == (code == 1)


def test_a_proof_is_not_taken_for_one_against_another_head(home: Home, audit: Verb, tmp_path: Path) -> None:
    """It says against which it stands."""
    proof = tmp_path / "proof.json"
    audit("proof", "2", "--out", str(proof))

    code, _, complained = audit("prove", str(proof), "--head", str(home.heads / "000000000002.json"))

    assert (1, True) == (code, "against a head of 4 entries, not the one given (2)" in complained)


def test_what_is_not_in_the_audit_is_not_proven(home: Home, audit: Verb) -> None:
    """No such entry; or one that was changed."""
    missing = audit("proof", "9")
    spoil(home, "UPDATE audit SET entry = replace(entry, 'lin', 'max') WHERE seq = 2")

    assert [(1, "There is no entry 9; there are 4.\n"), True] == [missing[::2], "does not hold" in audit("proof", "2")[2]]


def test_where_there_is_nothing_it_is_said(home: Home, audit: Verb, tmp_path: Path) -> None:
    """No home; a home from before the audit; a file that is no store. Nothing is made."""
    spoil(home, "DROP TABLE audit_edge")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "tandem.db").write_bytes(b"no database" * 100)

    said = [audit("verify", folder=folder) for folder in (tmp_path / "nowhere", home.folder, broken)]

    assert [1, 1, 1] == [code for code, _, _ in said]
    assert (False, True, True, True) == (
        (tmp_path / "nowhere").exists(), "There is nothing in" in said[0][2], "before there was an audit" in said[1][2],
        "cannot be read: file is not a database" in said[2][2],
    )  # fmt: skip


def test_everything_that_can_be_wrong_has_its_sentence() -> None:
    """In both languages."""
    words = TomlWords({**read_sentences(ROOT / "strings.toml"), **read_sentences(ROOT / "cli.toml")})
    code = "".join((ROOT / path).read_text() for path in ("store/verifying.py", "proving.py"))
    keys = set(re.findall(r'(?:Wrong|BadConfig|show_line)\("(audit_\w+)"', code))
    facts = dict.fromkeys(("seq", "expected", "where", "head", "size", "text", "said", "count", "row", "folder", "path", "why", "file",
                           "kind", "at", "root"), 1)  # fmt: skip

    assert 25 < len(keys)
    assert [] == [key for key in keys for lang in Lang if not words.say(key, lang, **facts)]


@pytest.mark.slow
def test_a_house_that_serves_is_checked_beside_it_and_lays_out_its_heads(tmp_path: Path) -> None:
    """While it writes; each day and at its stop a head lies in its folder."""
    lived = household(tmp_path)
    with lived.served():
        lived.data("ask", "how much did we win this year", "--as", "li.wei@example.com")
        beside = lived.data("audit", "verify")
    after = lived.data("audit", "verify")

    heads = sorted((lived.folder / "home" / "heads").iterdir())
    with closing(sqlite3.connect(lived.folder / "home" / "tandem.db")) as database:
        rules = database.execute("SELECT entry FROM audit WHERE kind = 'rules.changed'").fetchall()
    assert (True, True) == (beside["ok"], after["ok"])
    assert [set()] == [{"code", "people", "permissions", "prompts", "review"} - set(json.loads(entry)["about"]) for (entry,) in rules]
    assert 1 <= len(heads)
    assert after["entries"] == json.loads(heads[-1].read_text())["size"] + 1
