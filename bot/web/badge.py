"""Signing in by WeCom's word: there and back, bound to one browser. It holds no secret and believes no id: the house exchanges the code."""

import hmac
import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import HouseAway, HouseSaid, Line
from bot.web.shell import Shell

THERE, BACK = "/wecom/sign-in", "/wecom/oauth"
STATE_LASTS_S = 600
STATE_BYTES = 24


def is_wecoms_own(request: Request) -> bool:
    """Whether the browser is the one inside WeCom."""
    return "wxwork" in request.headers.get("user-agent", "").casefold()


def badge(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, cookies = APIRouter(), shell.cookies

    @router.get(THERE)
    async def go(request: Request) -> Response:
        """Send the browser to WeCom, with a state that only this browser can bring back."""
        reader, state = cookies.reader(request), secrets.token_hex(STATE_BYTES)
        try:
            way = await line.ask("wecom_way", reader.lang, state=state, inside=is_wecoms_own(request))
        except HouseSaid as said:
            return shell.page("sign_in.html", reader, 400, code="", problem=said.text, wecom=False, me=None)
        response = RedirectResponse(way["url"], 303)
        cookies.lend(response, "state", state, STATE_LASTS_S)
        return response

    @router.get(BACK)
    async def come_back(request: Request) -> Response:
        """A code, good once: the house asks WeCom whose it is."""
        reader, asked = cookies.reader(request), request.query_params
        lent = cookies.lent(request, "state")
        if not lent or not hmac.compare_digest(lent.encode(), asked.get("state", "").encode(errors="replace")):
            problem = shell.words.say("another_browser", reader.lang)
            return shell.page("sign_in.html", reader, 403, code="", problem=problem, wecom=is_wecoms_own(request), me=None)
        try:
            visit = await line.ask("wecom_sign_in", reader.lang, code=asked.get("code", ""))
        except (HouseSaid, HouseAway) as said:
            problem = said.text if isinstance(said, HouseSaid) else shell.words.say("house_away", reader.lang)
            response = shell.page("sign_in.html", reader, 401, code="", problem=problem, wecom=is_wecoms_own(request), me=None)
        else:
            response = RedirectResponse("/", 303)
            cookies.keep(response, visit["session"], visit["lasts_s"])
        cookies.take_back(response, "state")
        return response

    return router
