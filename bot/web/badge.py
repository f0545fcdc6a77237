"""Signing in by a platform's word: there and back, bound to one browser. It holds no secret: the house exchanges the code."""

import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import quote, unquote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.entering import PATHS
from bot.web.doorway import NEXT, NEXT_LASTS_S, Doorway, is_wecoms_own, seen_of, wanted_of
from bot.web.line import HouseAway, HouseSaid, Line
from bot.web.shell import Shell

STATE_LASTS_S = 600
STATE_BYTES = 24


def badge(line: Line, shell: Shell) -> APIRouter:
    """The routes, a pair for each platform; one that is off says so."""
    router = APIRouter()
    for name, (there, back) in PATHS.items():
        one = _Badge(line, shell, Doorway(line, shell), name)
        router.get(there)(one.go)
        router.get(back)(one.come_back)
    return router


@dataclass(frozen=True)
class _Badge:
    line: Line
    shell: Shell
    door: Doorway
    name: str

    @property
    def _state(self) -> str:
        """Where the browser keeps the state: what set out for one platform cannot come back from another."""
        return f"state-{self.name}"

    async def go(self, request: Request) -> Response:
        """Send the browser to the platform, with a state that only this browser can bring back."""
        cookies, state = self.shell.cookies, secrets.token_hex(STATE_BYTES)
        lang, wanted = cookies.reader(request).lang, wanted_of(request.query_params.get("next", "/"))
        try:
            way = await self.line.ask("badge_way", lang, badge=self.name, state=state, inside=is_wecoms_own(request))
        except (HouseSaid, HouseAway) as said:
            return await self.door.refused(request, said, wanted)
        response = RedirectResponse(way["url"], 303)
        cookies.lend(response, self._state, state, STATE_LASTS_S)
        if wanted != "/":
            cookies.lend(response, NEXT, quote(wanted, safe=""), NEXT_LASTS_S)
        return response

    async def come_back(self, request: Request) -> Response:
        """A code, good once: the house asks the platform whose it is."""
        cookies, asked = self.shell.cookies, request.query_params
        reader, lent, state = cookies.reader(request), cookies.lent(request, self._state), asked.get("state", "")
        wanted = wanted_of(unquote(cookies.lent(request, NEXT)) or "/")
        if not lent or not hmac.compare_digest(lent.encode(), state.encode(errors="replace")):
            return await self.door.page(request, 403, problem=self.shell.words.say("another_browser", reader.lang), wanted=wanted)
        brought = {"code": asked.get("code", ""), "issuer": asked.get("iss", ""), "error": asked.get("error", "")}
        response: Response
        try:
            visit = await self.line.ask(
                "badge_sign_in", reader.lang, badge=self.name, state=state, instead=reader.session, **brought, **seen_of(request)
            )
        except (HouseSaid, HouseAway) as said:
            response = await self.door.refused(request, said, wanted)
        else:
            response = RedirectResponse(wanted, 303)
            cookies.keep(response, visit["session"], visit["lasts_s"])
        for name in (self._state, NEXT):
            cookies.take_back(response, name)
        return response
