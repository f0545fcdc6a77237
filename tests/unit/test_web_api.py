"""The routes for programs over HTTP, before a house that answers as it is told: what passes, what is refused, and with which status."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.private_line import LONGEST_ANSWER_BYTES
from bot.senses import SystemClock
from bot.web.api import LONGEST_BODY_BYTES, STATUS, api
from bot.web.app import web_app
from bot.web.line import Line
from bot.words import TomlWords
from tests.fakes.told_house import ToldHouse, told_house

TOKEN = "tdm_0123456789abcdef_" + "a" * 43
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
PATHS = [("POST", "/api/v1/ask"), ("GET", "/api/v1/search?q=x"), ("GET", "/api/v1/records/order/1"), ("PATCH", "/api/v1/records/order/1")]
FITTING = {"/api/v1/ask": {"text": "hi"}, "/api/v1/records/order/1": {"fields": {"status": "shipped"}, "revision": 1}}


@dataclass
class Wire:
    """A program, the web, and the house behind it."""

    house: ToldHouse
    http: httpx.AsyncClient = field(repr=False)

    async def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """One request with a token; a body that is no text is JSON."""
        content = body if isinstance(body, str | bytes) else json.dumps(FITTING.get(path) if body is None else body)
        sent = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self.http.request(method, path, content=content if method != "GET" else None, headers=sent)


@pytest.fixture(scope="module")
def socket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the house answers."""
    return tmp_path_factory.mktemp("api") / "house.sock"


@pytest.fixture(scope="module")
def app(socket: Path) -> ASGIApp:
    """The real web application."""
    return web_app(Line(socket), SystemClock(), "")


@pytest.fixture
async def wire(socket: Path, app: ASGIApp) -> AsyncIterator[Wire]:
    """It, over the real private line."""
    async with (
        told_house(socket) as house,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tandem.example") as http,
    ):
        yield Wire(house, http)


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and key of a refusal, which is JSON with a sentence."""
    told = answer.json()["error"]
    assert {"key", "text"} == set(told)
    assert told["text"]
    return answer.status_code, told["key"]


def test_every_route_is_walked_here() -> None:
    """A new one fails here until it is among those that the tests below try."""
    all_ways = [way for way in api(Line(Path("nowhere")), TomlWords({})).routes if isinstance(way, Route)]
    ways = [way for way in all_ways if way.path != "/openapi.json"]  # which asks the house nothing
    tried = [(method, path.removeprefix("/api/v1")) for method, path in PATHS]

    missed = [
        way.path for way in ways for method in (way.methods or set()) - {"HEAD"}
        if not any(one == method and way.path_regex.match(path.partition("?")[0]) for one, path in tried)
    ]
    assert (len(PATHS), len(all_ways) - 1, []) == (len(ways), len(ways), missed)


async def test_an_address_with_a_line_break_is_the_apis_too(wire: Wire) -> None:
    """It would fall through to the pages, which answer a program with HTML."""
    answer = await wire.send("GET", "/api/v1/none%0A")

    assert (404, "no_such_page") == error(answer)


async def test_what_a_program_sends_reaches_the_house_whole(wire: Wire) -> None:
    """The token, the words, the thread and the key; the answer comes back as it was given, kept by nobody."""
    answer = await wire.send("POST", "/api/v1/ask", {"text": "续约?", "thread": "t"}, Idempotency_Key="k-1", Accept_Language="zh")

    asked = {"verb": "api.ask", "args": {"bearer": TOKEN, "text": "续约?", "thread": "t", "key": "k-1"}, "lang": "zh"}
    assert ([asked], 200, {"told": True}) == (wire.house.asked, answer.status_code, answer.json())
    assert ("no-store", None) == (answer.headers["cache-control"], answer.headers.get("set-cookie"))


@pytest.mark.parametrize("method, path", PATHS)
@pytest.mark.parametrize("header, shown", [
    (None, ""), ("", ""), ("Basic dTpw", "?"), (f"Bearer  {TOKEN}", TOKEN), (f"bearer {TOKEN}", TOKEN), (TOKEN, "?"), ("Bearer é", "?"),
    ("Bearer " + "a" * 201, "?"), (f"Bearer {TOKEN} {TOKEN}", "?"),
])
async def test_token_comes_in_the_header_alone(wire: Wire, method: str, path: str, header: str | None, shown: str) -> None:
    """A cookie, or a token in the address, is not looked at; what is no bearer token is handed on as unknown."""
    headers: dict[str, Any] = {"Content-Type": "application/json", "Cookie": f"tandem={TOKEN}"}
    if header is not None:
        headers["Authorization"] = header.encode("latin-1")
    where = path + ("&" if "?" in path else "?") + f"access_token={TOKEN}"
    await wire.http.request(method, where, headers=headers, json=FITTING.get(path))

    assert [shown] == [one["args"]["bearer"] for one in wire.house.asked]


@pytest.mark.parametrize("key, status", [*STATUS.items(), ("bad_request", 400), ("a_new_sentence", 400)])
async def test_refusal_of_the_house_has_its_status(wire: Wire, key: str, status: int) -> None:
    """With the sentence of the house, and the challenge that a 401 and a 403 need."""
    wire.house.refuses = {"key": key, "text": "so"}

    answer = await wire.send("GET", "/api/v1/records/order/1")

    challenge = answer.headers.get("www-authenticate", "")
    assert ((status, key), status in {401, 403}) == (error(answer), challenge.startswith('Bearer realm="tandem"'))
    assert ("error=" in challenge) == (status in {401, 403} and key != "token_missing")


async def test_too_many_are_told_when_to_come_again(wire: Wire) -> None:
    """In the header that programs read."""
    wire.house.refuses = {"key": "too_many_requests", "text": "later", "retry_after_s": 7}

    answer = await wire.send("POST", "/api/v1/ask")

    assert ((429, "too_many_requests"), "7") == (error(answer), answer.headers["retry-after"])


async def test_house_that_is_away_is_said_in_the_language_asked_for(wire: Wire) -> None:
    """503, not a page."""
    wire.house.hangs_up = True

    answer = await wire.send("POST", "/api/v1/ask", Accept_Language="zh-CN,zh;q=0.9")

    assert ((503, "house_away"), True) == (error(answer), "搭档" in answer.json()["error"]["text"])


@pytest.mark.parametrize("kind", [
    "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx", "text/json",
])
@pytest.mark.parametrize("method, path", [one for one in PATHS if one[0] != "GET"])
async def test_bodies_are_json_alone(wire: Wire, method: str, path: str, kind: str) -> None:
    """So no form of another page can send one."""
    answer = await wire.send(method, path, Content_Type=kind)

    assert ((415, "api_type"), []) == (error(answer), wire.house.asked)


async def test_compressed_body_is_refused_and_a_charset_is_not(wire: Wire) -> None:
    """What unpacks to anything is not unpacked."""
    packed = await wire.send("POST", "/api/v1/ask", Content_Encoding="gzip")
    plain = await wire.send("POST", "/api/v1/ask", Content_Type="Application/JSON; charset=utf-8")

    assert ((415, "api_type"), 200) == (error(packed), plain.status_code)


@pytest.mark.parametrize("body", [
    "", "{", "[]", '"text"', "null", "{}",
    '{"text": 1}', '{"text": null}', '{"text": ""}', '{"text": " \\n"}', '{"text": "a", "now": "2020"}', '{"text": "a", "as_": "root"}',
    '{"text": "a", "bearer": "x"}', '{"text": "a", "thread": 1}',
    '{"text": "a", "thread": "' + "t" * 201 + '"}',
    '{"text": "\\ud800"}', b'{"text": "\xff"}', '{"text": NaN}', "[" * 30_000, '{"text":' + "[" * 30_000, "9" * 5_000,
])
async def test_body_that_does_not_fit_is_refused_before_the_house(wire: Wire, body: str | bytes) -> None:
    """Nobody chooses a person, a moment or a token by the body; broken, deep and endless ones end in a sentence."""
    answer = await wire.send("POST", "/api/v1/ask", body)

    assert ((400, "api_body"), []) == (error(answer), wire.house.asked)


@pytest.mark.parametrize("body", [
    {}, {"fields": {}}, {"revision": 1}, {"fields": [], "revision": 1}, {"fields": {}, "revision": "1"}, {"fields": {}, "revision": True},
    {"fields": {}, "revision": 1.0}, {"fields": {}, "revision": 1, "scope": "*"}, {"fields": {}, "revision": None},
])
async def test_change_needs_fields_and_the_revision_seen(wire: Wire, body: object) -> None:
    """Nothing else, and each of its own kind."""
    answer = await wire.send("PATCH", "/api/v1/records/order/1", body)

    assert ((400, "api_body"), []) == (error(answer), wire.house.asked)


@pytest.mark.parametrize("key", ["a b", "é", "x" * 201, "\x7f"])
async def test_key_is_short_and_plain(wire: Wire, key: str) -> None:
    """A key is a name, not a text."""
    headers: dict[str, Any] = {**HEADERS, "Idempotency-Key": key.encode("latin-1")}
    answer = await wire.http.post("/api/v1/ask", json={"text": "hi"}, headers=headers)

    assert (400, "api_body") == error(answer)


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=x&limit=", "q=x&limit=-1", "q=x&limit=1e3", "q=x&limit=٣"])
async def test_search_needs_words_and_a_number(wire: Wire, query: str) -> None:
    """Before the house is asked."""
    answer = await wire.send("GET", f"/api/v1/search?{query}")

    assert (400, "api_body") == error(answer)


async def test_bodies_are_bounded_whatever_they_say_of_themselves(wire: Wire) -> None:
    """A long one is refused at its bound, with and without a length; the longest that fits passes."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    said = await wire.send("POST", "/api/v1/ask", '{"text": "' + "x" * LONGEST_BODY_BYTES + '"}')
    unsaid = await wire.http.post("/api/v1/ask", content=endless(), headers=HEADERS)
    fits = await wire.send("POST", "/api/v1/ask", '{"text": "' + "x" * (LONGEST_BODY_BYTES - 12) + '"}')

    assert ((413, "api_too_long"), (413, "api_too_long"), 200) == (error(said), error(unsaid), fits.status_code)
    assert LONGEST_ANSWER_BYTES > LONGEST_BODY_BYTES


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/api/v1/ask", 405), ("DELETE", "/api/v1/records/order/1", 405), ("PUT", "/api/v1/records/order/1", 405),
    ("POST", "/api/v1/records/order", 404), ("GET", "/api/v1/", 404), ("GET", "/api/v1/docs", 404), ("GET", "/api/v1/openapi.yaml", 404),
    ("POST", "/api/v1/ask/", 404),
])
async def test_what_is_no_route_is_said_in_json(wire: Wire, method: str, path: str, status: int) -> None:
    """And leads nowhere."""
    answer = await wire.send(method, path)

    assert (status, []) == (error(answer)[0], wire.house.asked)


async def test_page_of_another_site_cannot_use_a_browser_for_it(wire: Wire) -> None:
    """No cross-origin header is ever given, and what comes from another site's page is refused."""
    sent = await wire.send("POST", "/api/v1/ask", Origin="https://evil.example", Sec_Fetch_Site="cross-site")
    asked = await wire.send("OPTIONS", "/api/v1/ask", Origin="https://evil.example")

    assert (403, 405, []) == (sent.status_code, asked.status_code, wire.house.asked)
    assert [] == [name for one in (sent, asked) for name in one.headers if name.startswith("access-control")]
