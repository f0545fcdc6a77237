"""The routes for programs, below /api/v1: bearer tokens and JSON, never a cookie. Turns HTTP into verbs of the house; holds no right.

What a token may do, the house decides. Errors are JSON, too: `{"error": {"key", "text"}}`.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.domain.talk import Lang
from bot.ports import Words
from bot.web.guard import TooLong
from bot.web.line import HouseAway, HouseSaid, Line
from bot.web.openapi import openapi
from bot.web.reader import preferred

Json = dict[str, Any]

LONGEST_BODY_BYTES = 64 << 10
LONGEST_THREAD = 200
KEY = re.compile(r"[\x21-\x7e]{1,200}")
BEARER = re.compile(r"bearer +([\w.~+/=-]{1,200})", re.ASCII | re.IGNORECASE)
"""Source: RFC 6750, section 2.1."""
JSON_TYPE = "application/json"

STATUS = {
    "token_missing": 401, "token_unknown": 401, "token_expired": 401, "token_revoked": 401, "token_gone": 401,
    "token_scope": 403, "field_not_yours": 403, "may_not_write_field": 403, "may_not_write_record": 403,
    "unknown_person": 403, "no_such_record": 404,
    "record_stale": 409, "record_changed": 409, "key_reused": 422, "too_many_requests": 429, "backlog_full": 429,
    "failed": 500, "upstream": 502, "disk_full": 503, "still_working": 504,
}
"""What a sentence of the house is in HTTP; any other is a 400."""
CHALLENGE = {401: 'Bearer realm="tandem", error="invalid_token"', 403: 'Bearer realm="tandem", error="insufficient_scope"'}
"""Source: RFC 6750, section 3."""


class Unfit(Exception):
    """A request that the house need not be asked about. key: of the sentence."""

    def __init__(self, status: int, key: str, **facts: object) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.facts = facts


def api(line: Line, words: Words) -> FastAPI:
    """An application of its own, so that none of its errors is a page."""
    app = FastAPI(title="Tandem API", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    desk = _Programs(line, words)
    for problem in (HouseSaid, HouseAway, Unfit, TooLong, HTTPException, Exception):
        app.add_exception_handler(problem, desk.error)
    app.post("/ask")(desk.ask)
    app.get("/search")(desk.search)
    app.get("/records/{entity}/{record_id}")(desk.record)
    app.patch("/records/{entity}/{record_id}")(desk.change)
    app.get("/openapi.json")(desk.described)
    return app


@dataclass(frozen=True)
class _Programs:
    line: Line
    words: Words

    async def ask(self, request: Request) -> Response:
        """One turn; the answer as `tandem ask --json`."""
        body = await _body(request, {"text": str, "thread": str}, needed={"text"})
        if not body["text"].strip():
            raise Unfit(400, "api_body", why="text: empty")
        if len(body.get("thread", "")) > LONGEST_THREAD:
            raise Unfit(400, "api_body", why=f"thread: > {LONGEST_THREAD}")
        return await self._asked(request, "ask", key=_key(request), **body)

    async def search(self, request: Request) -> Response:
        """Passages; `?q=…&limit=…`."""
        query, limit = request.query_params.get("q", ""), request.query_params.get("limit", "10")
        if not query.strip() or not re.fullmatch(r"[0-9]{1,3}", limit):
            raise Unfit(400, "api_body", why="?q=…&limit=1…100")
        return await self._asked(request, "search", query=query, limit=int(limit))

    async def record(self, request: Request, entity: str, record_id: str) -> Response:
        """One record."""
        return await self._asked(request, "record", entity=entity, record_id=record_id)

    async def change(self, request: Request, entity: str, record_id: str) -> Response:
        """Change fields of a record."""
        body = await _body(request, {"fields": dict, "revision": int}, needed={"fields", "revision"})
        return await self._asked(request, "change", entity=entity, record_id=record_id, **body)

    async def described(self) -> Response:
        """These routes, as an OpenAPI document; whoever asks, for it tells nothing of anybody."""
        return JSONResponse(openapi(key_pattern=KEY.pattern, longest_thread=LONGEST_THREAD))

    async def _asked(self, request: Request, verb: str, **args: object) -> Response:
        """What the house answers whoever shows the token of this request."""
        shown = BEARER.fullmatch(request.headers.get("authorization", "").strip())
        unreadable = "?" if request.headers.get("authorization") else ""
        return JSONResponse(await self.line.program(verb, _lang(request), bearer=shown[1] if shown else unreadable, **args))

    async def error(self, request: Request, problem: Exception) -> Response:
        """How an error looks to a program."""
        lang, headers = _lang(request), dict[str, str]()
        match problem:
            case HouseSaid():
                status, key, text = STATUS.get(problem.key, 400), problem.key, problem.text
                if problem.retry_after_s is not None:
                    headers["Retry-After"] = str(problem.retry_after_s)
            case HouseAway():
                status, key = 503, "house_away"
                text = self.words.say(key, lang)
            case Unfit():
                status, key = problem.status, problem.key
                text = self.words.say(key, lang, **problem.facts)
            case TooLong():
                status, key = 413, "api_too_long"
                text = self.words.say(key, lang, limit=LONGEST_BODY_BYTES >> 10)
            case _:
                status = int(getattr(problem, "status_code", 500))
                key = {404: "no_such_page", 405: "api_method"}.get(status, "went_wrong")
                text = self.words.say(key, lang)
                headers |= getattr(problem, "headers", None) or {}
        if status in CHALLENGE:
            headers["WWW-Authenticate"] = 'Bearer realm="tandem"' if key == "token_missing" else CHALLENGE[status]
        return JSONResponse({"error": {"key": key, "text": text}}, status, headers=headers)


async def _body(request: Request, shape: dict[str, type], needed: set[str]) -> Json:
    """The object in a JSON body, with these keys and no others.  Raises: Unfit, TooLong."""
    kind, _, _ = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != JSON_TYPE or request.headers.get("content-encoding", "identity") != "identity":
        raise Unfit(415, "api_type")
    content = bytearray()
    async for some in request.stream():
        content += some
        if len(content) > LONGEST_BODY_BYTES:
            raise TooLong
    try:
        text = content.decode()
        body = json.loads(text, parse_constant=_no_number)
        json.dumps(body, ensure_ascii=False).encode()  # half of a surrogate pair is no character
    except (ValueError, RecursionError):
        raise Unfit(400, "api_body", why="JSON?") from None
    if not isinstance(body, dict):
        raise Unfit(400, "api_body", why="{…}?")
    for name, value in body.items():
        if name not in shape:
            raise Unfit(400, "api_body", why=f"{name[:40]!r}? ({', '.join(shape)})")
        if not isinstance(value, shape[name]) or isinstance(value, bool):
            raise Unfit(400, "api_body", why=f"{name}: {shape[name].__name__}")
    if missing := sorted(needed - set(body)):
        raise Unfit(400, "api_body", why=f"{', '.join(missing)}?")
    return body


def _key(request: Request) -> str:
    """What the program calls this request; "" where it does not.  Raises: Unfit."""
    key = request.headers.get("idempotency-key", "")
    if key and not KEY.fullmatch(key):
        raise Unfit(400, "api_body", why="Idempotency-Key: 1…200 ASCII")
    return key


def _no_number(name: str) -> NoReturn:
    """NaN and infinity are no JSON, though Python reads them."""
    raise ValueError(name)


def _lang(request: Request) -> Lang:
    return preferred(request.headers.get("accept-language", ""))
