"""What the API says of itself, held against a real server by Schemathesis: whatever is sent, an answer as described, and no failure."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from bot.domain.entities import SCHEMA
from bot.domain.ids import RecordId
from bot.domain.records import Cause, Import
from bot.home import Home
from bot.private_line import call
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.records import SqliteRecords
from tests.browser.reviewed_home import done
from tests.scenarios.household import PEOPLE, Served, household

pytestmark = pytest.mark.slow

CHECKS: list[CheckFunction] = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
TIMES: Mapping[str, int] = {"ask": 15, "search": 25, "record": 40, "change": 40}
"""How many of each kind: a turn takes longer than a look."""
ORDER = {"entity": "order", "record_id": "rec-order"}
SEEDED = settings(derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass
class Pier:
    """A server over one order, and a program that may do everything."""

    served: Served
    secret: str

    @property
    def url(self) -> str:
        """Where the API begins."""
        return f"{self.served.url}/api/v1"

    @property
    def headers(self) -> dict[str, str]:
        """What the program shows."""
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture(scope="module")
def pier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pier]:
    """It serves while this module runs."""
    home = household(tmp_path_factory.mktemp("pier"))
    (home.folder / "config.toml").write_text(f"{PEOPLE}\n[api]\nper_minute = 100000\n", encoding="utf-8")
    kept = Home(home.folder / "home")
    kept.folder.mkdir(parents=True)
    database = Database(kept.truth)
    migrate(database)
    order = Import(RecordId("rec-order"), "order", {"number": "SO-1", "status": "packed"})
    done(SqliteRecords(database, SystemClock(), TimeIds()).put_many([order], cause=Cause("system")))
    database.close()
    with home.served() as served:
        scopes = ["ask", "search", *(f"{may}:{one.name}" for one in SCHEMA.entities if one.name != "user" for may in ("read", "write"))]
        [made] = call(kept.socket, {"verb": "token_create", "args": {"name": "all", "scopes": scopes, "as_": "root@example.com"}})
        yield Pier(served, made["result"]["token"])


def described(pier: Pier) -> Any:  # noqa: ANN401 - whatever Schemathesis makes of it
    """The schema, as the server gives it."""
    return schemathesis.openapi.from_dict(httpx.get(f"{pier.url}/openapi.json", trust_env=False).json())


def test_every_route_for_programs_is_described(pier: Pier) -> None:
    """By the document that anybody may have, without a token."""
    told = httpx.get(f"{pier.url}/openapi.json", trust_env=False)
    ways = {f"{method} {path}" for path, each in told.json()["paths"].items() for method in each if method != "parameters"}

    assert {"post /ask", "get /search", "get /records/{entity}/{record_id}", "patch /records/{entity}/{record_id}"} == ways
    assert "set-cookie" not in told.headers


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: str(mode.value))
@pytest.mark.parametrize("name", TIMES)
def test_whatever_is_sent_is_answered_as_described(pier: Pier, name: str, mode: schemathesis.GenerationMode) -> None:
    """What fits the description and what does not, of records that are there and that are not."""
    [operation] = [one.ok() for one in described(pier).get_all_operations() if one.ok().definition.raw["operationId"] == name]
    cases = operation.as_strategy(mode)
    if "{record_id}" in operation.path:
        cases |= operation.as_strategy(mode, path_parameters=ORDER)
    with requests.Session() as session:
        session.trust_env = False
        _every(cases, TIMES[name], lambda case: _held(pier, session, case))


def _held(pier: Pier, session: requests.Session, case: schemathesis.Case[Any]) -> None:
    """Send it, and hold the answer against the description."""
    answer = case.call(base_url=pier.url, headers=pier.headers, session=session)
    case.validate_response(answer, checks=CHECKS)


ODD = st.sampled_from(["2026-02-30", "shipped", "0"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=5,
)  # fmt: skip


def test_no_value_of_a_real_field_breaks_anything(pier: Pier) -> None:
    """Deeper than the description goes: fields that are there, with values of all kinds, at a revision that is or is not."""
    entity = SCHEMA.entity("order")
    assert entity
    names = st.sampled_from([one.name for one in entity.fields])
    fields = st.dictionaries(names, VALUES, min_size=1, max_size=3)
    bodies = st.fixed_dictionaries({"fields": fields, "revision": st.integers() | st.just(1)})
    with httpx.Client(base_url=pier.url, headers=pier.headers, trust_env=False, timeout=30) as program:

        def sent(body: dict[str, object]) -> None:
            answer = program.patch("/records/order/rec-order", content=json.dumps(body), headers={"Content-Type": "application/json"})
            assert answer.status_code in {200, 400, 403, 409}, (body, answer.text)

        _every(bodies, 100, sent)


def _every(cases: st.SearchStrategy[Any], times: int, check: Callable[[Any], None]) -> None:
    """Check so many, the same each time."""
    settings(SEEDED, max_examples=times)(given(cases)(check))()
