"""The pages of our people: all of them, and one with their chats and visits. Settles nothing itself."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import HouseSaid, Line
from bot.web.reader import form_of
from bot.web.shell import Place, Shell

Json = dict[str, Any]

PLACE = Place("/admin/people", "admin_people")
STALE = frozenset({"no_such_visit", "no_such_chat"})
"""What is told on the page as it is now: somebody was quicker."""
PRESSED = ("action", "visit", "platform", "workspace", "handle")
CONFLICT = 409


def people(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins, this one among them."""
    router, room = APIRouter(), _People(line, shell, rooms)
    router.get(PLACE.path)(room.page)
    router.get(f"{PLACE.path}/{{user}}")(room.person)
    router.post(f"{PLACE.path}/{{user}}")(room.press)
    return router


@dataclass(frozen=True)
class _People:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def page(self, request: Request) -> Response:
        """Fifty at a time, by name."""
        reader = self.shell.cookies.reader(request)
        asked = {name: request.query_params.get(name, "").strip()[:200] for name in ("wanted", "after")}
        told: Json = await self.line.ask("people", reader.lang, session=reader.session, **asked)
        more = f"{PLACE.path}?{urlencode({'wanted': asked['wanted'], 'after': told['after']})}" if told["after"] else ""
        facts: Json = {"rooms": self.rooms, "people_at": PLACE.path, "more": more, **asked, **told}
        return self.shell.page("admin/people.html", reader, **facts)

    async def person(self, request: Request, user: str) -> Response:
        """One of them."""
        return await self._person(request, user)

    async def press(self, request: Request, user: str) -> Response:
        """End visits of theirs, or take what a chat calls them from them."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        pressed = {name: form.get(name, "") for name in PRESSED}
        try:
            await self.line.ask("person_press", reader.lang, session=reader.session, user=user, **pressed)
        except HouseSaid as said:
            if said.key not in STALE:
                raise
            return await self._person(request, user, CONFLICT, said.text)
        return RedirectResponse(f"{PLACE.path}/{quote(user, safe='')}", 303)

    async def _person(self, request: Request, user: str, status: int = 200, problem: str = "") -> Response:
        reader = self.shell.cookies.reader(request)
        told: Json = await self.line.ask("person", reader.lang, session=reader.session, user=user)
        facts = {"rooms": self.rooms, "people_at": PLACE.path, "problem": problem, **told}
        return self.shell.page("admin/person.html", reader, status, **facts)
