"""The page of skills: what each does and who is offered it, with the ways to where that is changed. Settles nothing itself."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.web.line import Line
from bot.web.shell import Place, Shell

Json = dict[str, Any]

PLACE = Place("/admin/skills", "admin_skills")


def skills(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins."""
    router, room = APIRouter(), _Skills(line, shell, rooms)
    router.get(PLACE.path)(room.page)
    return router


@dataclass(frozen=True)
class _Skills:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def page(self, request: Request) -> Response:
        """All of them."""
        reader = self.shell.cookies.reader(request)
        told: Json = await self.line.ask("skills", reader.lang, session=reader.session)
        return self.shell.page("admin/skills.html", reader, rooms=self.rooms, **told)
