"""The page of the first walk: people, a document, a chat, the first hello. Settles nothing itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import HouseSaid, Line
from bot.web.reader import form_of
from bot.web.shell import Place, Shell

Json = dict[str, Any]

PLACE = Place("/admin/start", "admin_start")
HEARD = f"{PLACE.path}/heard"
NOT_HERE = frozenset({"signed_out", "only_admins"})
FIELDS = ("name", "email", "role", "team")
CONFLICT = 409


def start(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins, this one among them."""
    router, room = APIRouter(), _Start(line, shell, rooms)
    router.get(PLACE.path)(room.page)
    router.get(HEARD)(room.heard)
    router.post(f"{PLACE.path}/people")(room.person)
    router.post(f"{PLACE.path}/keys")(room.keys)
    return router


@dataclass(frozen=True)
class _Start:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def page(self, request: Request) -> Response:
        """All steps, each with how far it is."""
        return await self._page(request, "start")

    async def heard(self, request: Request) -> Response:
        """Whether the hello arrived: the last step alone, which the page asks for until it did."""
        reader = self.shell.cookies.reader(request)
        if not reader.partial:
            return RedirectResponse(f"{PLACE.path}#hello", 303)
        return self.shell.page("admin/_hello.html", reader, heard_at=HEARD, **await self._told(request, "start"))

    async def person(self, request: Request) -> Response:
        """Add one of ours; what was typed stays where it was refused."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        typed = {name: form.get(name, "") for name in FIELDS}
        try:
            await self.line.ask("start_person", reader.lang, session=reader.session, **typed)
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            return await self._page(request, "start", CONFLICT, problem=said.text, typed=typed)
        return RedirectResponse(f"{PLACE.path}#people", 303)

    async def keys(self, request: Request) -> Response:
        """A token and a key for WeCom, shown in this one answer."""
        reader = self.shell.cookies.reader(request)
        await form_of(request, reader)
        return await self._page(request, "start_keys")

    async def _told(self, request: Request, verb: str) -> Json:
        reader = self.shell.cookies.reader(request)
        told: Json = await self.line.ask(verb, reader.lang, session=reader.session)
        return told

    async def _page(
        self, request: Request, verb: str, status: int = 200, *, problem: str = "", typed: Mapping[str, str] | None = None
    ) -> Response:
        told = await self._told(request, verb)
        facts: Json = {
            "rooms": self.rooms, "problem": problem, "typed": typed or dict.fromkeys(FIELDS, ""), "token": "", "aes_key": "",
            "heard_at": HEARD, **told, "manifest": json.dumps(told["manifest"], ensure_ascii=False, indent=2),
        }  # fmt: skip
        return self.shell.page("admin/start.html", self.shell.cookies.reader(request), status, **facts)
