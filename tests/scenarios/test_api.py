"""Programs with tokens, over HTTP from a real server: what each may read and write, whose threads are whose, and what is kept of it."""

import asyncio
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bot.domain.entities import SCHEMA
from bot.domain.ids import RecordId
from bot.domain.records import Cause, Import
from bot.domain.schema import Entity, Field, Kind
from bot.home import Home
from bot.private_line import call
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.records import SqliteRecords
from tests.scenarios.household import PEOPLE, ROOT, Household, Served, household

pytestmark = pytest.mark.slow

REP, DELIVERY, WEST = "li.wei@example.com", "zhou.gang@example.com", "wang.xi@example.com"
MORE = f"""
[[users]]
name = "Zhou Gang"
email = "{DELIVERY}"
role = "delivery"

[[users]]
name = "Wang Xi"
email = "{WEST}"
role = "rep"
team = "west"

[api]
per_minute = 100000
"""
DISPATCH = {"status", "promised_date", "shipped_date", "delivered_date"}
ENTITIES = [entity for entity in SCHEMA.entities if entity.name != "user"]
MONEY = 48_151_623


@dataclass
class Dock:
    """A served home with one record of each entity, and programs with tokens."""

    home: Household
    served: Served
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, name: str, *scopes: str, as_: str = DELIVERY) -> str:
        """The secret of a token, made once, as the command line asks for it, without waiting for its start."""
        if name not in self.tokens:
            request = {"verb": "token_create", "args": {"name": name, "scopes": scopes, "as_": as_}}
            [made] = call(Home(self.home.folder / "home").socket, request)
            self.tokens[name] = made["result"]["token"]
        return self.tokens[name]

    def program(self, name: str, *scopes: str, as_: str = DELIVERY) -> httpx.Client:
        """A program with a token of these scopes."""
        headers = {"Authorization": f"Bearer {self.token(name, *scopes, as_=as_)}"}
        return httpx.Client(base_url=f"{self.served.url}/api/v1", headers=headers, timeout=30, trust_env=False)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What stands in the file."""
        with closing(sqlite3.connect(self.home.folder / "home" / "tandem.db")) as opened:
            return opened.execute(statement).fetchall()

    def bodies(self) -> dict[str, dict[str, Any]]:
        """Every record's fields."""
        return {entity: json.loads(body) for entity, body in self.rows("SELECT entity, body FROM records")}


def stored(one: Field) -> object:
    """What a field holds at first: money that would be recognised anywhere."""
    samples: Mapping[Kind, object] = {
        Kind.NUMBER: 1, Kind.MONEY: MONEY, Kind.FLAG: False, Kind.DATE: "2026-01-31", Kind.MOMENT: "2026-01-31T09:00:00+00:00",
    }
    return one.value_names[0] if one.values else samples.get(one.kind, f"first {one.name}")


def other(one: Field) -> object:
    """Another value that the field would take."""
    samples: Mapping[Kind, object] = {
        Kind.NUMBER: 2, Kind.MONEY: 2, Kind.FLAG: True, Kind.DATE: "2026-02-28", Kind.MOMENT: "2026-02-28T09:00:00+00:00",
        Kind.REFERENCE: "rec-account",
    }
    return one.value_names[-1] if one.values else samples.get(one.kind, f"second {one.name}")


def planted(entity: Entity, owner: str) -> Import:
    """A record of an entity with every field filled, hanging on the one account of `owner`."""
    hangs = {"owner": owner, "account": "rec-account"}
    values = {one.name: hangs.get(one.name, stored(one)) for one in entity.fields if one.name != "account_name"}
    return Import(RecordId(f"rec-{entity.name}"), entity.name, values)


@pytest.fixture(scope="module")
def dock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dock]:
    """A server over records of Li Wei's in team east."""
    home = household(tmp_path_factory.mktemp("dock"))
    (home.folder / "config.toml").write_text(PEOPLE + MORE, encoding="utf-8")
    assert 0 == home.run("ingest", str(home.folder / "papers")).returncode
    path = home.folder / "home" / "tandem.db"
    with closing(sqlite3.connect(path)) as opened:
        [(owner,)] = opened.execute("SELECT id FROM users WHERE email = ?", [REP]).fetchall()
    database = Database(path)
    records = SqliteRecords(database, SystemClock(), TimeIds())
    asyncio.run(records.put_many([planted(one, owner) for one in ENTITIES], cause=Cause("system")))
    database.close()
    with home.served() as served:
        yield Dock(home, served)


def outcome(answer: httpx.Response) -> tuple[int, str]:
    """Status and key of a refusal."""
    return answer.status_code, answer.json()["error"]["key"] if answer.status_code >= 400 else ""


def tried(program: httpx.Client) -> dict[str, int]:
    """Every field of every entity, written by a program that knows each revision; status by `entity.field`."""
    met: dict[str, int] = {}
    for entity in ENTITIES:
        path = f"/records/{entity.name}/rec-{entity.name}"
        seen = program.get(path)
        revision = seen.json()["revision"] if seen.status_code == 200 else 1
        for one in entity.fields:
            answer = program.patch(path, json={"fields": {one.name: other(one)}, "revision": revision})
            met[f"{entity.name}.{one.name}"] = answer.status_code
            revision = answer.json().get("revision", revision)
            assert f"{MONEY}" not in answer.text
    return met


def test_delivery_managers_token_writes_the_dispatch_and_nothing_else(dock: Dock) -> None:
    """Every verb, entity and field: four fields of an order change, are shown, and nothing else is, in any answer or in the file."""
    before = dock.bodies()
    with dock.program("dispatch", "dispatch") as program:
        met = tried(program)
        read = {one.name: program.get(f"/records/{one.name}/rec-{one.name}") for one in ENTITIES}
        asked, found = program.post("/ask", json={"text": "hi"}), program.get("/search", params={"q": "续约"})

    after = dock.bodies()
    changed = {f"{name}.{key}" for name, body in after.items() for key in body if before[name].get(key) != body[key]}
    wanted = {f"order.{name}" for name in DISPATCH}
    assert (wanted, wanted) == ({name for name, status in met.items() if status == 200}, changed)
    assert {403} == {status for name, status in met.items() if name not in wanted}
    assert [("order", DISPATCH)] == [(name, set(one.json()["fields"])) for name, one in read.items() if one.status_code == 200]
    assert [(403, "token_scope")] * 2 == [outcome(asked), outcome(found)]


def test_token_for_everything_is_worth_no_more_than_its_person(dock: Dock) -> None:
    """Delivery reads orders without an amount, cannot read deals at all, and writes the dispatch; the widest scopes add nothing."""
    scopes = [f"{verb}:{one.name}" for one in ENTITIES for verb in ("read", "write")]
    with dock.program("wide", *scopes) as program:
        met = tried(program)
        read = {one.name: program.get(f"/records/{one.name}/rec-{one.name}") for one in ENTITIES}

    assert {f"order.{name}" for name in DISPATCH} == {name for name, status in met.items() if status == 200}
    assert {"order", "account", "contact", "product", "ticket"} == {name for name, one in read.items() if one.status_code == 200}
    assert {404} == {one.status_code for one in read.values() if one.status_code != 200}
    assert ([], True) == ([name for name, one in read.items() if f"{MONEY}" in one.text], f"{MONEY}" in json.dumps(dock.bodies()["order"]))


def test_scope_gives_no_right_that_the_person_lacks(dock: Dock) -> None:
    """A rep sees the team's orders and writes none; a rep of another team does not find them."""
    before = dock.bodies()["order"]
    change = {"fields": {"status": "cancelled"}, "revision": 1}
    met = []
    for name, person in (("rep", REP), ("west", WEST)):
        with dock.program(name, "dispatch", "read:order", as_=person) as program:
            met.append([outcome(program.get("/records/order/rec-order")), outcome(program.patch("/records/order/rec-order", json=change))])

    assert [[(200, ""), (403, "field_not_yours")], [(404, "no_such_record")] * 2] == met
    assert before == dock.bodies()["order"]


@pytest.mark.parametrize("fields, met", [
    ({}, (400, "no_such_field")), ({"colour": "red"}, (400, "no_such_field")), ({"status": "flown"}, (400, "field_value")),
    ({"shipped_date": "tomorrow"}, (400, "field_value")), ({"shipped_date": {"$gt": ""}}, (400, "field_value")),
    ({"status": "shipped", "amount": 1}, (403, "field_not_yours")), ({"shipped_date": "2026-03-01", "status": 1}, (400, "field_value")),
])
def test_change_that_does_not_fit_changes_nothing(dock: Dock, fields: dict[str, object], met: tuple[int, str]) -> None:
    """All fields or none; the refusal names the field."""
    before = dock.bodies()["order"]
    with dock.program("dispatch", "dispatch") as program:
        revision = program.get("/records/order/rec-order").json()["revision"]
        answer = program.patch("/records/order/rec-order", json={"fields": fields, "revision": revision})

    assert (met, before) == (outcome(answer), dock.bodies()["order"])
    assert "amount" not in fields or "“amount”" in answer.json()["error"]["text"]


def test_change_is_noted_with_person_and_token_and_a_stale_one_is_refused(dock: Dock) -> None:
    """The history says who, by what token, and which words; a second program must look again first."""
    with dock.program("dispatch", "dispatch") as program:
        revision = program.get("/records/order/rec-order").json()["revision"]
        body = {"fields": {"promised_date": "2026-09-01"}, "revision": revision}
        answers = [program.patch("/records/order/rec-order", json=body) for _ in range(2)]
        emptied = program.patch("/records/order/rec-order", json={"fields": {"promised_date": None}, "revision": revision + 1})
        token = dock.tokens["dispatch"][4:20]

    [(who, cited)] = dock.rows(
        "SELECT users.email, field_history.evidence FROM field_history JOIN users ON users.id = field_history.actor "
        "WHERE after = '\"2026-09-01\"'"
    )
    quotes = [body for (body,) in dock.rows(f"SELECT body FROM content WHERE id = '{json.loads(cited)['quote_id']}'")]  # noqa: S608 - our own id
    assert ([(200, ""), (409, "record_stale")], None) == ([outcome(one) for one in answers], emptied.json()["fields"]["promised_date"])
    assert (DELIVERY, ["promised_date = '2026-09-01'"], True) == (who, quotes, token in cited and "token dispatch" in cited)


@pytest.mark.parametrize("headers, key", [
    ({}, "token_missing"), ({"Authorization": "Bearer tdm_0000000000000000_" + "a" * 43}, "token_unknown"),
    ({"Cookie": "tandem=x"}, "token_missing"),
])
def test_nobody_gets_in_without_a_token(dock: Dock, headers: dict[str, str], key: str) -> None:
    """By no route, whatever there is behind it."""
    change = {"fields": {"status": "cancelled"}, "revision": 1}
    with httpx.Client(base_url=f"{dock.served.url}/api/v1", headers=headers, trust_env=False) as program:
        answers = [
            program.post("/ask", json={"text": "hi"}), program.get("/search", params={"q": "x"}), program.get("/records/order/rec-order"),
            program.patch("/records/order/rec-order", json=change), program.get("/records/nothing/x"),
        ]

    assert {(401, key)} == {outcome(one) for one in answers}


def test_answer_is_that_of_the_command_line_and_a_key_is_one_request(dock: Dock) -> None:
    """The same keys and the same words; sent again it is the same decision, with another question it is refused."""
    question = "How long is the warranty of the S3 sensor?"
    with dock.program("asking", "ask", "search") as program:
        answers = [program.post("/ask", json={"text": question}, headers={"Idempotency-Key": "one"}).json() for _ in range(2)]
        reused = program.post("/ask", json={"text": "续约最多几折?"}, headers={"Idempotency-Key": "one"})
        passages = program.get("/search", params={"q": "续约折扣", "limit": 2}).json()
    told = dock.home.data("ask", question, "--as", DELIVERY)

    assert (set(told), told["text"], told["evidence"]) == (set(answers[0]), answers[0]["text"], answers[0]["evidence"])
    assert (answers[0]["decision_id"], (422, "key_reused")) == (answers[1]["decision_id"], outcome(reused))
    assert ({"text", "source", "locator", "score"}, 2) == ({"text", "source", "locator", "score"} & set(passages[0]), len(passages))


def test_thread_belongs_to_the_person_whatever_it_is_called(dock: Dock) -> None:
    """Two people with one name have two threads, two tokens of one person one, and no name leads into another's thread."""
    with dock.program("asking", "ask", "search") as one, dock.program("again", "ask") as same, dock.program("reps", "ask", as_=REP) as rep:
        theirs = rep.post("/ask", json={"text": "续约最多几折?", "thread": "price"}).json()["decision_id"]
        [(reps_thread,)] = dock.rows(f"SELECT thread_id FROM decisions WHERE id = '{theirs}'")  # noqa: S608 - our own id
        asked = [(one, "price"), (same, "price"), (one, reps_thread), (one, f"../{reps_thread}")]
        made = [program.post("/ask", json={"text": "付款期多久?", "thread": name}).json()["decision_id"] for program, name in asked]
    threads = [dock.rows(f"SELECT thread_id FROM decisions WHERE id = '{decision}'")[0][0] for decision in made]  # noqa: S608 - our own ids

    assert (True, 3, False) == (threads[0] == threads[1], len(set(threads)), reps_thread in threads)
    assert [(2,)] == dock.rows("SELECT COUNT(DISTINCT user_id) FROM decisions WHERE thread_id LIKE 'api:%'")


def test_answer_stays_within_what_the_person_may_read(dock: Dock) -> None:
    """A paper for managers does not exist for a delivery manager's program, by either verb."""
    question = "What is the floor price of the S3 sensor?"
    with dock.program("asking", "ask", "search") as program:
        told = [program.post("/ask", json={"text": question}).text, program.get("/search", params={"q": question, "limit": 50}).text]

    assert [] == [text for text in told if "412" in text or "floor.md" in text]


def test_revoked_token_ends_at_once_and_no_secret_is_kept_anywhere(dock: Dock) -> None:
    """Beside a running server; listed without its secret, in both languages; in no file of the home and in no log line."""
    with dock.program("leaving", "read:product") as program:
        first = program.get("/records/product/rec-product")
        listed = dock.home.run("token", "list").stdout
        ended = dock.home.run("token", "revoke", "leaving", lang="zh_CN.UTF-8")
        second = program.get("/records/product/rec-product", headers={"Accept-Language": "zh"})
    secrets = [secret[21:].encode() for secret in dock.tokens.values()]
    files = [path for path in dock.home.folder.rglob("*") if path.is_file()]

    assert (200, (401, "token_revoked"), "停用") == (first.status_code, outcome(second), ended.stdout[-10:-8] or "")
    assert "停用" in second.json()["error"]["text"]
    assert ("leaving" in listed, "Zhou Gang" in listed, "read:product" in listed) == (True, True, True)
    assert [] == [path.name for path in files for secret in secrets if secret in path.read_bytes() or secret.decode() in listed]


def test_command_line_says_what_is_wrong_with_a_token(dock: Dock) -> None:
    """One line, what to do instead, in the language of the terminal; wrong usage is 2; what it made opens something."""
    made = dock.home.run("token", "create", "by hand", "--scope", "ask", "read:order", "--scope", "dispatch", "--as", DELIVERY)
    shown = {"Authorization": f"Bearer {made.stdout.splitlines()[-1]}"}
    read = httpx.get(f"{dock.served.url}/api/v1/records/order/rec-order", headers=shown, trust_env=False)
    wrong = dock.home.run("token", "create", "x", "--scope", "read:orders")
    zh = dock.home.run("token", "revoke", "nobody", lang="zh_CN.UTF-8")
    usage = dock.home.run("token", "create", "x")

    assert (0, 2, 200) == (made.returncode, len(made.stdout.splitlines()), read.status_code)
    assert (1, True, 1) == (wrong.returncode, "read:order," in wrong.stderr, wrong.stderr.strip().count("\n") + 1)
    assert (1, True, 2) == (zh.returncode, "没有可停用的令牌" in zh.stderr, usage.returncode)


def test_examples_of_the_documentation_work(dock: Dock) -> None:
    """Each shell example of docs/api.md, as it stands there."""
    shell = shutil.which("bash")
    if not shell or not shutil.which("curl"):
        pytest.skip("no bash and curl here to run the examples with")
    examples = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    token = dock.token("documented", "ask", "search", "dispatch")
    with dock.program("dispatch", "dispatch") as program:
        revision = program.get("/records/order/rec-order").json()["revision"]
    given = {"TANDEM": dock.served.url, "TOKEN": token, "KEY": "doc-1", "ORDER": "rec-order", "REVISION": str(revision), "NO_PROXY": "*"}
    ran = [
        subprocess.run([shell, "-c", one], env={**os.environ, **given}, capture_output=True, text=True, check=False, timeout=60)
        for one in examples
    ]
    told = [json.loads(one.stdout) for one in ran if one.returncode == 0]

    assert [(0, "")] * 4 == [(one.returncode, one.stderr) for one in ran]
    assert ("10%" in told[0]["text"], bool(told[1]), set(told[2]["fields"])) == (True, True, DISPATCH)
    assert {"status": "shipped", "shipped_date": "2026-07-31"}.items() <= told[3]["fields"].items()
