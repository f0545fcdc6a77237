"""Signing in and out, and the choices that a browser remembers: language and theme."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.talk import Lang
from bot.web.doorway import Doorway, seen_of, wanted_of
from bot.web.line import HouseSaid, Line
from bot.web.reader import THEMES, back_to, form_of
from bot.web.shell import Shell


def entry(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, cookies, door = APIRouter(), shell.cookies, Doorway(line, shell)

    @router.get("/sign-in")
    async def ask_in(request: Request) -> Response:
        """A page with one button: a link is used up by pressing it, not by whoever looks at links on their way."""
        asked = request.query_params
        return await door.page(request, code=asked.get("code", ""), wanted=wanted_of(asked.get("next", "/")))

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        """Use a link up."""
        reader = cookies.reader(request)
        form = await form_of(request, None)
        code, wanted = form.get("code", "").strip().rpartition("code=")[2], wanted_of(form.get("next", "/"))
        try:
            visit = await line.ask("sign_in", reader.lang, code=code, instead=reader.session, **seen_of(request))
        except HouseSaid as said:
            return await door.refused(request, said, wanted)
        response = RedirectResponse(wanted, 303)
        cookies.keep(response, visit["session"], visit["lasts_s"])
        return response

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        """End the visit."""
        reader = cookies.reader(request)
        await form_of(request, reader)
        await line.ask("sign_out", reader.lang, session=reader.session)
        response = RedirectResponse("/sign-in", 303)
        cookies.forget(response)
        return response

    @router.post("/preferences")
    async def prefer(request: Request) -> Response:
        """Remember language or theme, and go back."""
        fields = await form_of(request, None)
        response = RedirectResponse(back_to(fields.get("next", "/")), 303)
        if fields.get("lang") in set(Lang):
            cookies.prefer(response, "lang", fields["lang"])
        if fields.get("theme") in {*THEMES, "system"}:
            cookies.prefer(response, "theme", fields["theme"])
        return response

    return router
