"""`tandem jobs` in a process of its own and beside a running server: one truth, told by whoever holds the home."""

import pytest

from tests.scenarios.household import Household, household

ROWS = """
[[schedule.jobs]]
name = "digest.daily"
cron = "30 8 * * *"
[[schedule.jobs]]
name = "digest.weekly"
cron = "30 8 * * 1"
teams = ["east"]
"""


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Household:
    """Three people in two teams, and two rows."""
    home = household(tmp_path_factory.mktemp("jobs"))
    config = home.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("[schedule]\njobs = []", ROWS), encoding="utf-8")
    return home


def test_what_rests_alone_rests_beside_a_server_and_the_other_way_round(home: Household) -> None:
    """Listed, paused, resumed and run; what is not there is said in one line."""
    paused = home.data("jobs", "pause", "digest.weekly")
    with home.served():
        listed = {job["job"]: job for job in home.data("jobs", "list")}
        ran = home.data("jobs", "run", "digest.daily", "--team", "east")
        home.data("jobs", "resume", "digest.weekly")
        unknown = home.run("jobs", "run", "tea")
    lines = home.run("jobs", "list").stdout.splitlines()

    assert ["digest.weekly@east"] == [job["job"] for job in paused]
    assert [("digest.daily@default", False), ("digest.daily@east", False), ("digest.weekly@east", True)] == [
        (name, job["paused"]) for name, job in listed.items() if not job["inner"]
    ]
    assert [("digest.daily@east", "done")] == [(job["job"], job["last"]["state"]) for job in ran]
    assert (1, 1) == (unknown.returncode, unknown.stderr.count("\n"))
    assert (True, True) == ("done (" in lines[1], "next Mon" in lines[2])
