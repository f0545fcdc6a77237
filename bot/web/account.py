"""The page of one's own visits: where one is signed in, and the end of it. Knows no page but its own."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import Line
from bot.web.reader import form_of
from bot.web.shell import Shell

SESSIONS = "/account/sessions"


def account(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, room = APIRouter(), _Account(line, shell)
    router.get(SESSIONS)(room.page)
    router.post(SESSIONS)(room.press)
    return router


@dataclass(frozen=True)
class _Account:
    line: Line
    shell: Shell

    async def page(self, request: Request) -> Response:
        """All of them, this one first seen to be this one."""
        reader = self.shell.cookies.reader(request)
        told = await self.line.ask("sessions", reader.lang, session=reader.session)
        return self.shell.page("account_sessions.html", reader, sessions_at=SESSIONS, **told)

    async def press(self, request: Request) -> Response:
        """End one, or all others. Who ends the one at hand is at the door."""
        cookies = self.shell.cookies
        reader = cookies.reader(request)
        form = await form_of(request, reader)
        if form.get("action") == "end_others":
            await self.line.ask("sessions_end", reader.lang, session=reader.session)
            return RedirectResponse(SESSIONS, 303)
        ended = await self.line.ask("session_end", reader.lang, session=reader.session, visit=form.get("visit", ""))
        response = RedirectResponse("/sign-in" if ended["here"] else SESSIONS, 303)
        if ended["here"]:
            cookies.forget(response)
        return response
