"""The pages of knowledge: the list, a document, a question tried, contradictions, missing pages. Settles nothing itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import HouseSaid, Line
from bot.web.reader import Reader, form_of
from bot.web.shell import STATUS, Place, Shell

Json = dict[str, Any]

PLACE = Place("/admin/knowledge", "admin_knowledge")
BELOW = f"{PLACE.path}/"
NOT_HERE = frozenset({"signed_out", "only_admins", "no_such_document"})
"""What ends in an error page; any other refusal is told beside what was asked."""
LISTED = ("shown", "words", "audience")
WRITTEN = ("title", "text", "audience", "valid_until")
MOST_IDS = 300
PLACE_IN = re.compile("[0-9]{1,8}")
CONFLICT = 409


def knowledge(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins, beside this one."""
    router, room, missing = APIRouter(), _Knowledge(line, shell, rooms), _Missing(line, shell, rooms)
    router.get(PLACE.path)(room.page)
    router.post(f"{BELOW}unread")(room.dismiss)
    router.get(f"{BELOW}try")(room.tried)
    router.get(f"{BELOW}documents/{{document}}")(room.document)
    router.post(f"{BELOW}documents/{{document}}")(room.press)
    router.get(f"{BELOW}contradictions")(missing.contradictions)
    router.post(f"{BELOW}contradictions")(missing.settle)
    router.get(f"{BELOW}unanswered")(missing.unanswered)
    router.post(f"{BELOW}unanswered")(missing.drop)
    router.get(f"{BELOW}write")(missing.blank)
    router.post(f"{BELOW}draft")(missing.draft)
    router.post(f"{BELOW}write")(missing.write)
    return router


@dataclass(frozen=True)
class _Pages:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def _ask(self, reader: Reader, verb: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        return await self.line.ask(verb, reader.lang, session=reader.session, **args)

    def _show(self, name: str, reader: Reader, told: Json, status: int = 200, **facts: Any) -> Response:  # noqa: ANN401 - the template's
        return self.shell.page(f"admin/{name}.html", reader, status, rooms=self.rooms, **facts, **told)


@dataclass(frozen=True)
class _Knowledge(_Pages):
    """Documents."""

    async def page(self, request: Request) -> Response:
        """A page of the list."""
        reader = self.shell.cookies.reader(request)
        asked = {name: request.query_params.get(name, "").strip()[:200] for name in LISTED}
        told = await self._ask(reader, "knowledge", after=request.query_params.get("after", ""), **asked)
        query = urlencode({name: value for name, value in asked.items() if value})
        return self._show("knowledge", reader, told, asked=asked, query=query, did=_did(request, "removed"))

    async def dismiss(self, request: Request) -> Response:
        """Put one refusal away."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        await self._ask(reader, "knowledge_dismiss", path=form.get("path", ""))
        return RedirectResponse(f"{PLACE.path}?shown=unread", 303)

    async def tried(self, request: Request) -> Response:
        """What search finds for somebody."""
        reader = self.shell.cookies.reader(request)
        asked = {name: request.query_params.get(name, "") for name in ("question", "audience")}
        try:
            return self._show("knowledge_try", reader, await self._ask(reader, "knowledge_try", **asked), problem="")
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            told = await self._ask(reader, "knowledge_try")
            return self._show("knowledge_try", reader, told | {"question": asked["question"]}, STATUS.get(said.key, 400), problem=said.text)

    async def document(self, request: Request, document: str) -> Response:
        """One, with some of its passages."""
        reader, first = self.shell.cookies.reader(request), request.query_params.get("first", "")
        place = int(first) if PLACE_IN.fullmatch(first) else 0
        return await self._one(reader, document, first=place, did=_did(request, "audience"))

    async def press(self, request: Request, document: str) -> Response:
        """Another audience, or away with it; a refusal stands above the document."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        try:
            if form.get("action") == "remove":
                await self._ask(reader, "knowledge_remove", document=document)
                return RedirectResponse(f"{PLACE.path}?did=removed", 303)
            await self._ask(reader, "knowledge_audience", document=document, audience=form.get("audience", ""))
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            return await self._one(reader, document, STATUS.get(said.key, 400), problem=said.text)
        return RedirectResponse(f"{BELOW}documents/{document}?did=audience", 303)

    async def _one(self, reader: Reader, document: str, status: int = 200, *, first: int = 0, problem: str = "", did: str = "") -> Response:
        told = await self._ask(reader, "knowledge_document", document=document, first=first)
        return self._show("knowledge_document", reader, told, status, problem=problem, did=did)


@dataclass(frozen=True)
class _Missing(_Pages):
    """What is wrong with the documents: they contradict each other, or say nothing."""

    async def contradictions(self, request: Request) -> Response:
        """A page of them, and what was decided."""
        reader = self.shell.cookies.reader(request)
        told = await self._ask(reader, "contradictions", after=request.query_params.get("after", ""))
        return self._show("contradictions", reader, told, problem="")

    async def settle(self, request: Request) -> Response:
        """Say which holds, or take that back."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        try:
            if settled := form.get("settled", ""):
                await self._ask(reader, "contradiction_back", settled=settled)
            else:
                await self._ask(reader, "contradiction_settle", pair=form.get("pair", ""), holds=form.get("holds", ""))
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            told = await self._ask(reader, "contradictions")
            return self._show("contradictions", reader, told, STATUS.get(said.key, CONFLICT), problem=said.text)
        return RedirectResponse(f"{BELOW}contradictions", 303)

    async def unanswered(self, request: Request) -> Response:
        """Questions that found no answer."""
        reader = self.shell.cookies.reader(request)
        return self._show("unanswered", reader, await self._ask(reader, "unanswered"))

    async def drop(self, request: Request) -> Response:
        """Let some be."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        await self._ask(reader, "unanswered_drop", decisions=_ids(form))
        return RedirectResponse(f"{BELOW}unanswered", 303)

    async def blank(self, request: Request) -> Response:
        """A page that nobody asked for."""
        reader = self.shell.cookies.reader(request)
        return self._show("knowledge_write", reader, await self._ask(reader, "knowledge_draft"), typed=_typed({}), problem="")

    async def draft(self, request: Request) -> Response:
        """A page that somebody missed, with the question above it."""
        reader = self.shell.cookies.reader(request)
        told = await self._ask(reader, "knowledge_draft", decisions=_ids(await form_of(request, reader)))
        return self._show("knowledge_write", reader, told, typed=_typed({"title": told["title"]}), problem="")

    async def write(self, request: Request) -> Response:
        """Keep it; a refusal stands above what was typed."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        typed, decisions = _typed(form), _ids(form)
        try:
            done = await self._ask(reader, "knowledge_write", decisions=decisions, **typed)
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            told = await self._ask(reader, "knowledge_draft", decisions=decisions)
            return self._show("knowledge_write", reader, told, STATUS.get(said.key, 400), typed=typed, problem=said.text)
        return RedirectResponse(f"{BELOW}documents/{done['document']}", 303)


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    return {name: form.get(name, "") for name in WRITTEN}


def _ids(form: Mapping[str, str]) -> list[str]:
    return [one for one in form.get("decisions", "").split(",") if one][:MOST_IDS]


def _did(request: Request, *known: str) -> str:
    did = request.query_params.get("did", "")
    return did if did in known else ""
