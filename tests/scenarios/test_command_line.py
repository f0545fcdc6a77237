"""Tandem as a new user meets it: a home, documents, questions in both languages, alone and beside a running server."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from tests import papers
from tests.scenarios.household import Household, Served, household

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Household:
    """A home with documents in it and no server."""
    home = household(tmp_path_factory.mktemp("alone"))
    done = home.run("ingest", str(home.folder / "papers"))
    assert (0, "3 added") == (done.returncode, done.stdout[:7]), done.stderr
    return home


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Household, Served]]:
    """A home with a server that was given its documents while it ran."""
    home = household(tmp_path_factory.mktemp("beside"))
    with home.served() as served:
        done = home.run("ingest", str(home.folder / "papers"))
        assert (0, "3 added") == (done.returncode, done.stdout[:7]), done.stderr
        yield home, served


@pytest.fixture(params=["alone", "beside"])
def home(request: pytest.FixtureRequest) -> Household:
    """The same commands, with and without a server."""
    found = request.getfixturevalue(request.param)
    return found if isinstance(found, Household) else found[0]


def test_question_is_answered_with_grounds_that_stand_in_the_document(home: Household) -> None:
    """zh: the answer quotes the policy, word for word, and says where it stands."""
    answer = home.data("ask", "续约最多几折?", "--as", "li.wei@example.com")

    papers = {path.name: path.read_text(encoding="utf-8") for path in (home.folder / "papers").rglob("*.md")}

    assert (True, "answer_knowledge", "zh") == (answer["found"], answer["skill"], answer["lang"])
    assert "10%" in answer["text"]
    assert "价格政策.md" == answer["evidence"][0]["source"]
    assert all(one["quote"] in papers[Path(one["source"]).name] for one in answer["evidence"])


def test_english_question_is_answered_from_the_english_document(home: Household) -> None:
    """en: the same road."""
    answer = home.data("ask", "How long is the warranty of the S3 sensor?", "--as", "Li Wei")

    assert (True, "en") == ("36 months" in answer["text"], answer["lang"])
    assert "Sensors" in answer["evidence"][0]["locator"]


def test_why_tells_the_story_to_its_owner_alone(home: Household) -> None:
    """The one who asked sees question, grounds, code and prompts; a colleague learns nothing, an admin may look."""
    decision = home.data("ask", "续约最多几折?", "--as", "li.wei@example.com")["decision_id"]
    story = home.data("why", decision, "--as", "li.wei@example.com")
    stranger = home.run("why", decision, "--as", "zhang.min@example.com")

    assert ("续约最多几折?", True, True) == (story["said"], bool(story["code"]), "answer_knowledge/answer" in story["prompts"])
    assert (1, True) == (stranger.returncode, "No such decision" in stranger.stderr)
    assert story["said"] == home.data("why", decision, "--as", "root@example.com")["said"]


def test_document_outside_the_audience_does_not_exist(home: Household) -> None:
    """A rep finds no passage, title, score or count of a manager's paper, by any verb; the manager does."""
    question = "What is the floor price of the S3 sensor?"
    seen = [
        json.dumps(home.data(*words, "--as", "li.wei@example.com"), ensure_ascii=False)
        for words in (("ask", question), ("knowledge", "search", question, "-k", "50"), ("knowledge", "list"))
    ]
    help_text = home.data("ask", "what can you do", "--as", "li.wei@example.com")["text"]

    assert [] == [text for text in seen if "412" in text or "floor.md" in text or "Floor" in text]
    assert "about 2 documents" in help_text
    assert "412" in home.data("ask", question, "--as", "zhang.min@example.com")["text"]


def test_story_hides_grounds_that_its_reader_may_not_see(home: Household) -> None:
    """Who told whom does not matter: a manager's decision is no way for a rep to the manager's paper."""
    decision = home.data("ask", "What is the floor price of the S3 sensor?", "--as", "zhang.min@example.com")["decision_id"]

    refused = home.run("--json", "why", decision, "--as", "li.wei@example.com")

    assert (1, "") == (refused.returncode, refused.stdout)


def test_unchanged_documents_are_skipped_and_lost_ones_removed(home: Household) -> None:
    """A second ingest of the folder only does what has changed."""
    extra = home.folder / "papers" / "extra.txt"
    extra.write_text("The showroom opens at nine o'clock.", encoding="utf-8")
    first = home.data("ingest", str(home.folder / "papers"), "--as", "root@example.com")
    found = home.data("ask", "When does the showroom open?", "--as", "li.wei@example.com")["text"]
    extra.unlink()
    second = home.data("ingest", str(home.folder / "papers"), "--as", "root@example.com")
    after = home.data("ask", "When does the showroom open?", "--as", "li.wei@example.com")

    assert ((1, 3), (3, 1)) == ((first["added"], first["unchanged"]), (second["unchanged"], second["removed"]))
    assert ("nine" in found, False) == (True, "nine" in after["text"])


@pytest.mark.parametrize(
    "words, complaint",
    [
        (("ask", "hi", "--as", "nobody"), "Nobody here is called"),
        (("ask", "hi", "--now", "yesterday"), "Cannot read the time"),
        (("why", "x"), "No such decision"),
        (("knowledge", "search", "x", "-k", "0"), "must be 1 to 100"),
        (("ingest", "no/such/path"), "no/such/path"),
        (("ingest", "README.md", "--as", "li.wei@example.com"), "Only admins"),
        (("ingest", "README.md", "--audience", "aliens"), "no audience"),
    ],
)
def test_mistake_is_one_clear_line(home: Household, words: tuple[str, ...], complaint: str) -> None:
    """What, why, and what to do, on standard error; exit code 1."""
    done = home.run(*words)

    assert (1, 1, True) == (done.returncode, len(done.stderr.strip().splitlines()), complaint in done.stderr), done.stderr


LOADED = """
import sys
from bot.cli import main
code = main(sys.argv[1:])
heavy = {"av", "chromadb", "dbos", "fastapi", "faster_whisper", "llama_index", "openai", "phonenumbers", "reportlab", "slack_sdk"}
skills = {name.split(".")[1] for name in sys.modules if name.startswith("skills.") and name.endswith(".skill")}
sys.stderr.write(" ".join(sorted(skills | heavy & set(sys.modules))))
sys.exit(code)
"""


def test_command_loads_the_skill_that_it_runs_and_no_heavy_package(alone: Household) -> None:
    """Whoever asks for help alone waits neither for other skills nor for what serving, reading and chat models need."""
    words = ("-c", LOADED, *alone.command("ask", "what can you do", "--as", "Li Wei")[3:])
    done = subprocess.run([sys.executable, *words], env=alone.environment, capture_output=True, text=True, check=True)

    assert "help" == done.stderr


def test_wrong_usage_is_told_apart(alone: Household) -> None:
    """Exit code 2 for what is no command of ours."""
    assert (2, 2) == (alone.run("sing").returncode, alone.run("ask").returncode)


def test_help_speaks_the_persons_language(alone: Household) -> None:
    """Zh and en by LANG."""
    assert ("用法" in alone.run("--help", lang="zh_CN.UTF-8").stdout, "usage" in alone.run("--help").stdout) == (True, True)


def test_check_names_what_is_on_and_off(alone: Household) -> None:
    """A sound home has nothing wrong; a broken config is named with its key."""
    fine = alone.run("check")
    broken = alone.folder / "broken.toml"
    broken.write_text("[server]\nprot = 1\n", encoding="utf-8")
    wrong = alone.run("--config", str(broken), "check")

    assert (0, True, 1, True) == (fine.returncode, "skill answer_knowledge" in fine.stdout, wrong.returncode, "server.prot" in wrong.stdout)


def test_second_server_is_told_that_the_home_is_held(beside: tuple[Household, Served]) -> None:
    """It says by which process, and leaves the first alone."""
    home, served = beside
    second = home.run("run")

    assert (1, True) == (second.returncode, str(served.process.pid) in second.stderr), second.stderr
    assert 200 == served.get("/readyz")[0]


def test_server_says_what_is_on_what_is_off_and_how_to_sign_in(beside: tuple[Household, Served]) -> None:
    """Whoever starts it sees at once what it can do, and what would turn on the rest."""
    out = beside[1].process.stdout
    assert out is not None
    told = [*takewhile(lambda line: "ign in" not in line, out)]

    assert any(line.startswith("off") and "builtin brain alone" in line for line in told)
    assert any(line.startswith("on") and "embedding" in line for line in told)
    assert any(line.startswith("off") and "SLACK_BOT_TOKEN" in line for line in told)


def test_health_and_numbers_are_served(beside: tuple[Household, Served]) -> None:
    """Alive, ready, counted; nothing else is there."""
    home, served = beside
    home.data("ask", "续约最多几折?", "--as", "li.wei@example.com")

    assert (200, 200, 200) == (served.get("/livez")[0], served.get("/healthz")[0], served.get("/readyz")[0])
    assert 'skill="answer_knowledge"' in served.get("/metrics")[1]


def test_server_killed_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    """After kill -9 the web process goes too, the home is free, and the next server answers."""
    home = household(tmp_path)
    with home.served() as served:
        children = subprocess.run(["pgrep", "-P", str(served.process.pid)], capture_output=True, text=True, check=True).stdout.split()  # noqa: S607
        os.kill(served.process.pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while any(_alive(int(child)) for child in children) and time.monotonic() < deadline:
            time.sleep(0.1)
        orphans = [child for child in children if _alive(int(child))]
        answer = home.data("ask", "what can you do", "--as", "li.wei@example.com")

    assert ([], "help") == (orphans, answer["skill"])


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_password_is_given_in_private_and_kept_nowhere(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the environment, or typed; whoever serves the home opens the file, and no log or table holds the password afterwards."""
    locked = papers.locked(papers.docx(home.folder / "locked.docx"), "hush-4711")

    refused = home.run("ingest", str(locked))
    monkeypatch.setenv("TANDEM_FILE_PASSWORD", "hush-4711")
    taken = home.run("ingest", str(locked))
    kept = [path.name for path in home.folder.rglob("*") if path.is_file() and b"hush-4711" in path.read_bytes()]

    assert (1, True) == (refused.returncode, "tandem ingest --password" in refused.stderr)
    assert (0, "1 added") == (taken.returncode, taken.stdout[:7])
    assert [] == kept
    assert "hush" not in taken.stdout + taken.stderr
