"""The admins' pages of decisions over a real house: found, told, made again, taken away; and nobody else's business."""

import csv
import io
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.scenarios.household import household
from tests.scenarios.test_web import ADMIN, MANAGER, OURS, REP, Street, answered, token

SAID = "续约折扣最多多少"
AT = "/admin/decisions"
UNCHANGED = ("decisions", "inbox", "outbox", "drafts", "draft_revisions", "records", "content", "uses", "events", "mentions", "topics")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """A server that has read three papers."""
    home = household(tmp_path_factory.mktemp("decisions"))
    with home.served() as served:
        done = home.run("ingest", str(home.folder / "papers"))
        assert 0 == done.returncode, done.stderr
        street = Street(home, served, {})
        yield street
        for browser in street.people.values():
            browser.close()


@pytest.fixture(scope="module")
def decision(street: Street) -> str:
    """A rep asked something."""
    return answered(street.inside(REP), SAID)[2]


def counted(street: Street) -> dict[str, int]:
    """Rows of what a replay must leave alone."""
    with closing(sqlite3.connect(street.home.folder / "home" / "tandem.db")) as file:
        return {name: file.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in UNCHANGED}  # noqa: S608 - ours


def wait_shown(street: Street, decision: str) -> None:
    """Returns when the answer was delivered, after which nothing moves by itself."""
    statement = "SELECT count(*) FROM uses WHERE decision_id = ? AND use = 'shown'"
    until = time.monotonic() + 20
    with closing(sqlite3.connect(street.home.folder / "home" / "tandem.db")) as file:
        while not file.execute(statement, (decision,)).fetchone()[0]:
            assert time.monotonic() < until, "the answer was never delivered"
            time.sleep(0.05)


def test_admin_finds_a_decision_by_its_person(street: Street, decision: str) -> None:
    """By name and by address; somebody else's search is empty, and nobody's is told beside what was typed."""
    admin = street.inside(ADMIN)
    by_name, other = admin.get(AT, params={"person": "Li Wei"}), admin.get(AT, params={"person": MANAGER})
    nobody = admin.get(AT, params={"person": "<script>alert(1)</script>"})

    assert (200, True, False) == (by_name.status_code, decision in by_name.text, decision in other.text)
    assert (400, True, False) == (nobody.status_code, "&lt;script&gt;" in nobody.text, "<script>alert" in nobody.text)


@pytest.mark.parametrize("bad", [
    {"since": "yesterday"}, {"until": "2026-02-30"}, {"became": "x"}, {"spoken": "fr"}, {"account": "Nobody Ltd"},
])  # fmt: skip
def test_what_does_not_fit_is_told_beside_it(street: Street, bad: dict[str, str]) -> None:
    """What was typed stays."""
    answer = street.inside(ADMIN).get(AT, params=bad)

    assert (400, True) == (answer.status_code, 'role="alert"' in answer.text)


def test_story_is_told_whole(street: Street, decision: str) -> None:
    """Words, grounds, the delivery, the steps; that an admin looked is in the audit."""
    story = street.inside(ADMIN).get(f"{AT}/{decision}").text
    with closing(sqlite3.connect(street.home.folder / "home" / "tandem.db")) as file:
        looked = file.execute("SELECT count(*) FROM audit WHERE entry LIKE '%decision.looked%'").fetchone()[0]

    assert (True, True, True, True) == (SAID in story, "10%" in story, 'class="times"' in story, "web" in story)
    assert looked >= 1


@pytest.mark.parametrize("said", [SAID, "我有哪些商机", "刚跟Acme聊完,预算80万,月底签", "what can you do"])
def test_replay_tells_both_and_writes_nothing(street: Street, said: str) -> None:
    """But for the line in the audit that says who did it. Nothing that it is made of has moved, so it is the same."""
    decision, admin = answered(street.inside(REP), said)[2], street.inside(ADMIN)
    wait_shown(street, decision)
    before = counted(street)
    again = admin.post(f"{AT}/{decision}/again", data={"token": token(admin)}, headers=OURS)

    assert (200, True) == (again.status_code, "The same as then." in again.text)
    assert before == counted(street)


def test_press_is_not_made_again(street: Street) -> None:
    """It says why not."""
    rep, admin = street.inside(REP), street.inside(ADMIN)
    decision = answered(rep, "换个话题")[2]
    again = admin.post(f"{AT}/{decision}/again", data={"token": token(admin)}, headers=OURS)

    assert "there are no words to go by" in again.text


def test_search_goes_out_without_words(street: Street, decision: str) -> None:
    """As CSV, a line each, with nothing that anybody said."""
    answer = street.inside(ADMIN).get(f"{AT}.csv", params={"person": REP})
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    assert {REP} == {row["email"] for row in rows}
    assert (True, False, "text/csv; charset=utf-8") == (
        decision in {row["decision"] for row in rows}, SAID in answer.text, answer.headers["content-type"],
    )  # fmt: skip


@pytest.mark.parametrize("person", [REP, MANAGER])
def test_nobody_else_gets_in(street: Street, decision: str, person: str) -> None:
    """Not to the search, nor to a story, a replay or a file; no word of it is in the answer."""
    browser = street.inside(person)
    form = {"token": token(browser)}
    answers = [browser.get(path) for path in (AT, f"{AT}/{decision}", f"{AT}.csv")]
    answers.append(browser.post(f"{AT}/{decision}/again", data=form, headers=OURS))

    assert ([403] * 4, False) == ([one.status_code for one in answers], any(SAID in one.text for one in answers))


def test_own_story_is_its_persons_alone(street: Street, decision: str) -> None:
    """At /why/ID: the rep reads it; a colleague, an admin and whoever is signed out do not."""
    seen = {person: street.inside(person).get(f"/why/{decision}") for person in (REP, MANAGER, ADMIN)}
    with street.browser() as stranger:
        outside = stranger.get(f"/why/{decision}")

    assert [(200, True), (404, False), (404, False)] == [(one.status_code, SAID in one.text) for one in seen.values()]
    assert (303, False) == (outside.status_code, SAID in outside.text)


def test_complaint_is_not_there(street: Street) -> None:
    """Neither in the search nor by its number."""
    decision = answered(street.inside(REP), "这个机器人太慢了，我要吐槽")[2]
    admin = street.inside(ADMIN)
    listed = admin.get(AT).text
    skills = re.findall(r'<option value="(\w+)"', listed)

    assert (404, False, False) == (admin.get(f"{AT}/{decision}").status_code, "太慢了" in listed, "complaint" in skills)


def test_forged_form_makes_nothing_again(street: Street, decision: str) -> None:
    """Without the token of its page, or from another site."""
    admin = street.inside(ADMIN)
    bare = admin.post(f"{AT}/{decision}/again", headers=OURS)
    foreign = admin.post(f"{AT}/{decision}/again", data={"token": token(admin)}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (403, 403) == (bare.status_code, foreign.status_code)
