"""What the routes for programs take and give, as an OpenAPI document. Describes; takes nothing in and decides nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.entities import SCHEMA
from bot.domain.tokens import PEOPLE

Json = dict[str, Any]

VERSION = "3.1.0"
"""Source: OpenAPI Specification 3.1.0."""
TEXT: Json = {"type": "string"}
EVIDENCE: Json = {
    "type": "object", "required": ["quote", "source", "locator", "kind", "score"],
    "properties": {
        "quote": TEXT, "source": TEXT, "locator": TEXT, "kind": {"enum": ["document", "record", "event", "benchmark"]},
        "score": {"type": "number"},
    },
}  # fmt: skip
ANSWER: Json = {
    "type": "object", "required": ["decision_id", "skill", "intent", "lang", "text", "evidence", "drafts", "model"],
    "properties": {
        "decision_id": TEXT, "skill": TEXT, "intent": TEXT, "lang": {"enum": ["zh", "en"]}, "text": TEXT,
        "evidence": {"type": "array", "items": EVIDENCE}, "query": {"type": ["object", "null"]}, "drafts": {"type": "array"},
        "review": {"type": ["object", "null"]}, "model": TEXT, "timings_ms": {"type": "object"},
    },
}  # fmt: skip
PASSAGE: Json = {
    "type": "object", "required": ["text", "source", "locator", "score"],
    "properties": {"text": TEXT, "source": TEXT, "locator": TEXT, "score": {"type": "number"}, "title": TEXT},
}  # fmt: skip
RECORD: Json = {
    "type": "object", "required": ["entity", "id", "revision", "fields", "updated_at"],
    "properties": {
        "entity": TEXT, "id": TEXT, "revision": {"type": "integer"}, "fields": {"type": "object"},
        "updated_at": {"type": "string", "format": "date-time"},
    },
}  # fmt: skip
ERROR: Json = {
    "type": "object", "required": ["error"],
    "properties": {"error": {"type": "object", "required": ["key", "text"], "properties": {"key": TEXT, "text": TEXT}}},
}  # fmt: skip
MEANINGS: Mapping[int, str] = {
    400: "The request does not fit; the sentence says where.", 401: "No token, or one that is not good any more.",
    403: "The token, or its person, may not do this.", 404: "No such record, as far as the token may see.",
    409: "Somebody changed the record since this revision.", 413: "The body is too long.", 415: "The body is no JSON.",
    422: "This Idempotency-Key names another request.", 429: "Too much at once; Retry-After says when to come again.",
    500: "A failure of ours.", 502: "A service that the answer needs is away.", 503: "Tandem cannot answer now.",
    504: "The answer takes longer; come back with the same Idempotency-Key.",
}  # fmt: skip


def openapi(*, key_pattern: str, longest_thread: int) -> Json:
    """The document. key_pattern: what an Idempotency-Key has to look like; longest_thread: how long the name of a thread may be."""
    names = [one.name for one in SCHEMA.entities if one.name != PEOPLE]
    place = [_path("entity", {"enum": names}), _path("record_id", TEXT)]
    ask = _body({"text": {"type": "string", "minLength": 1}, "thread": {"type": "string", "maxLength": longest_thread}}, ["text"])
    change = _body({"fields": {"type": "object", "minProperties": 1}, "revision": {"type": "integer"}}, ["fields", "revision"])
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "pattern": f"^{key_pattern}$"}}
    query = [
        {"name": "q", "in": "query", "required": True, "schema": {"type": "string", "minLength": 1}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}},
    ]
    found: Json = {"type": "array", "items": PASSAGE}
    return {
        "openapi": VERSION, "info": {"title": "Tandem", "version": "1"}, "servers": [{"url": "/api/v1"}], "security": [{"token": []}],
        "paths": {
            "/ask": {"post": {**_told("ask", "One turn, and its answer.", ANSWER, (413, 415, 422, 504)), "parameters": [key], **ask}},
            "/search": {"get": {**_told("search", "Passages that bear on a question, best first.", found), "parameters": query}},
            "/records/{entity}/{record_id}": {
                "parameters": place, "get": _told("record", "One record, with the fields that may be seen.", RECORD, (404,)),
                "patch": {**_told("change", "Change fields of a record, all or none.", RECORD, (404, 409, 413, 415)), **change},
            },
        },
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }  # fmt: skip


def _told(name: str, says: str, gives: Json, refused: Sequence[int] = ()) -> Json:
    always = (400, 401, 403, 429, 500, 502, 503)
    answers = {str(status): _answer(MEANINGS[status], ERROR) for status in sorted({*always, *refused})}
    return {"operationId": name, "summary": says, "responses": {"200": _answer("Done.", gives), **answers}}


def _answer(says: str, shape: Json) -> Json:
    return {"description": says, "content": {"application/json": {"schema": shape}}}


def _path(name: str, shape: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": shape}


def _body(properties: Json, required: Sequence[str]) -> Json:
    shape = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": shape}}}}
