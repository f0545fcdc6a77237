"""The page at which people come in: which ways there are, what went wrong, where they wanted to go. Lets nobody in itself."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.entering import PATHS
from bot.web.line import HouseAway, HouseSaid, Line
from bot.web.reader import back_to
from bot.web.shell import STATUS, Shell

NOBODY_COMES_IN = 401
NEXT, NEXT_LASTS_S = "next", 600
WECOM = "wecom"


def is_wecoms_own(request: Request) -> bool:
    """Whether the browser is the one inside WeCom."""
    return "wxwork" in request.headers.get("user-agent", "").casefold()


def seen_of(request: Request) -> dict[str, str]:
    """What the house is told of whoever comes in: from where, with what."""
    return {"address": request.client.host if request.client else "", "agent": request.headers.get("user-agent", "")}


@dataclass(frozen=True)
class Doorway:
    """The page."""

    line: Line
    shell: Shell

    async def page(self, request: Request, status: int = 200, *, code: str = "", problem: str = "", wanted: str = "/") -> Response:
        """code: of a link that waits for its press. problem: what went wrong. wanted: where to go once inside."""
        reader = self.shell.cookies.reader(request)
        try:
            told = await self.line.ask("ways", reader.lang)
        except HouseAway:  # the link alone needs nothing to be known beforehand
            told = {"ways": [], "label": "", "days": 0}
        names = sorted((name for name in told["ways"] if name in PATHS), key=lambda name: name != WECOM or not is_wecoms_own(request))
        further = f"?next={quote(wanted, safe='')}" if wanted != "/" else ""
        ways = [{"name": name, "path": PATHS[name][0] + further} for name in names]
        facts = {"ways": ways, "label": told["label"], "days": told["days"], "wanted": wanted}
        return self.shell.page("sign_in.html", reader, status, code=code, problem=problem, me=None, **facts)

    async def refused(self, request: Request, said: HouseSaid | HouseAway, wanted: str = "/") -> Response:
        """The page again, with why nobody came in, and when to come again where that was said."""
        if isinstance(said, HouseAway):
            return await self.page(request, 503, problem=self.shell.words.say("house_away", self.shell.cookies.reader(request).lang))
        status = STATUS.get(said.key, NOBODY_COMES_IN)
        response = await self.page(request, status, problem=said.text, wanted=wanted)
        if said.retry_after_s is not None:
            response.headers["Retry-After"] = str(said.retry_after_s)
        return response


def wanted_of(text: str) -> str:
    """Where somebody wants to go once inside; nowhere but among our own pages, and not in circles."""
    path = back_to(text)
    return "/" if path.partition("?")[0] in {"/sign-in", "/sign-out", *(way for ways in PATHS.values() for way in ways)} else path
