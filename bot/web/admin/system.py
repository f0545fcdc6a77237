"""The page of the system itself: what is on and why, what waits, costs, the audit, backups. Settles nothing itself."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.admin.days import bars
from bot.web.line import HouseSaid, Line
from bot.web.reader import form_of
from bot.web.shell import Place, Shell

Json = dict[str, Any]

PLACE = Place("/admin/system", "admin_system")
CHECKS = f"{PLACE.path}/checks"
NOT_HERE = frozenset({"signed_out", "only_admins", "unknown_button"})
"""What ends in an error page; any other refusal is told on the page."""
CONFLICT = 409


def system(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins, this one among them."""
    router, room = APIRouter(), _System(line, shell, rooms)
    router.get(PLACE.path)(room.page)
    router.post(PLACE.path)(room.press)
    router.get(CHECKS)(room.checks)
    return router


@dataclass(frozen=True)
class _System:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def page(self, request: Request) -> Response:
        """All but the checks, which the page asks for by itself: they take longer."""
        return await self._page(request)

    async def checks(self, request: Request) -> Response:
        """What is on, off and why: as a part of the page, or where nothing fetches parts, as a page."""
        reader = self.shell.cookies.reader(request)
        online, problem = request.query_params.get("online") == "1", ""
        told: Json = {"findings": []}
        try:
            told = await self.line.ask("system_check", reader.lang, session=reader.session, online=online)
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            problem = said.text
        off = [one for one in told["findings"] if one["state"] != "on"]
        on = [one for one in told["findings"] if one["state"] == "on"]
        facts: Json = {"problem": problem, "off": sorted(off, key=lambda one: one["state"] == "off"), "on": on, "checks": CHECKS}
        if reader.partial:
            return self.shell.page("admin/_checks.html", reader, **facts)
        me = (await self.line.ask("admin", reader.lang, session=reader.session))["me"]
        return self.shell.page("admin/checks.html", reader, rooms=self.rooms, me=me, **facts)

    async def press(self, request: Request) -> Response:
        """Do something; a refusal stands above all as it is now."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        asked = {"action": form.get("action", ""), "message": form.get("message", "")}
        try:
            await self.line.ask("system_press", reader.lang, session=reader.session, **asked)
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            return await self._page(request, CONFLICT, said.text)
        return RedirectResponse(f"{PLACE.path}#{'stuck' if asked['message'] else asked['action']}", 303)

    async def _page(self, request: Request, status: int = 200, problem: str = "") -> Response:
        reader = self.shell.cookies.reader(request)
        told: Json = await self.line.ask("system", reader.lang, session=reader.session)
        facts = {"rooms": self.rooms, "problem": problem, "bars": bars(told["costs"]["days"], "tokens"), "checks": CHECKS, **told}
        return self.shell.page("admin/system.html", reader, status, **facts)
