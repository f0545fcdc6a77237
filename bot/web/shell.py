"""What all pages share: templates, words, times, assets, and how an error looks. Knows no page by name."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.domain.people import Role
from bot.domain.talk import Lang
from bot.ports import Clock, Words
from bot.web.guard import TooLong
from bot.web.line import HouseAway, HouseSaid
from bot.web.reader import Cookies, Forged, Reader

HERE = Path(__file__).parent
STATIC = HERE / "static"

STATUS = {
    "signed_out": 401, "link_used_up": 401, "sign_in_too_often": 429, "badge_off": 404, "no_such_visit": 404, "no_such_user": 404,
    "only_admins_ingest": 403, "no_such_thread": 404, "no_such_turn": 404, "no_such_decision": 404,
    "no_such_source": 404, "no_such_upload": 404, "no_such_chart": 404, "no_such_review": 404, "no_such_recording": 404,
    "no_such_digest": 404, "no_such_contract": 404, "no_such_file": 404, "no_such_prompt": 404, "prompt_moved": 409, "prompt_gone": 409,
    "prompt_untried": 409, "prompt_worse": 409, "case_moved": 409, "case_many": 409, "run_gone": 404,
    "no_such_skill": 404, "no_such_rules": 404, "rules_moved": 409, "rules_gone": 409,
    "no_such_message": 404,
    "no_such_document": 404, "contradiction_gone": 409, "library_busy": 503,
    "not_your_draft": 403, "only_admins": 403, "recording_preparing": 503, "only_managers_count": 403,
    "upload_too_large": 413, "backlog_full": 429, "too_many_uploads": 429, "failed": 500, "upstream": 502,
}
"""What a sentence of the house is in HTTP; any other is a 400."""

GONE_HOME = "/sign-in"


@dataclass(frozen=True)
class Place:
    """A page in the navigation. key: of its name. count: where the number of what waits there is told; "" for none.

    roles: who is shown the way there, empty for everyone; whoever goes there all the same is asked by the house.
    """

    path: str
    key: str
    count: str = ""
    roles: tuple[str, ...] = ()

    def is_here(self, path: str) -> bool:
        """Whether `path` is this page, or below it."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


NAVIGATION = (
    Place("/", "nav_chat"),
    Place("/reviews", "nav_reviews", "/reviews/count"),
    Place("/admin", "nav_admin", roles=(Role.ADMIN,)),
)
"""Pages join here as they come."""


@dataclass(frozen=True)
class Shell:
    """Renders pages. sentences: of the pages, in both languages."""

    words: Words
    clock: Clock
    cookies: Cookies
    _templates: jinja2.Environment = field(default_factory=lambda: _environment(HERE / "templates"))
    _assets: Mapping[str, str] = field(default_factory=lambda: _fingerprints(STATIC))

    def html(self, template: str, reader: Reader, **facts: object) -> str:
        """A template, filled."""
        say, when, moment = self._say(reader.lang), partial(self._when, reader.lang), partial(self._moment, reader.lang)
        return self._templates.get_template(template).render(
            reader=reader, t=say, asset=self._asset, when=when, moment=moment, navigation=NAVIGATION, **facts
        )

    def page(self, template: str, reader: Reader, status: int = 200, headers: Mapping[str, str] | None = None, **facts: object) -> Response:
        """A template as an answer."""
        return HTMLResponse(self.html(template, reader, **facts), status, headers=dict(headers or {}))

    async def error(self, request: Request, problem: Exception) -> Response:
        """How an error looks: to a part of a page, its sentence alone."""
        reader = self.cookies.reader(request)
        status, text = self._problem(problem, reader.lang)
        if isinstance(problem, HouseSaid) and problem.key == "signed_out":
            return self._way_in(request, reader, text)
        if reader.partial or request.headers.get("accept", "").startswith(("text/event-stream", "application/json")):
            return PlainTextResponse(text, status)
        return self.page("error.html", reader, status, text=text, me=None)

    def _problem(self, problem: Exception, lang: Lang) -> tuple[int, str]:
        match problem:
            case HouseSaid():
                return STATUS.get(problem.key, 400), problem.text
            case HouseAway():
                return 503, self.words.say("house_away", lang)
            case Forged():
                return 403, self.words.say("page_too_old", lang)
            case TooLong():
                return 413, self.words.say("too_long", lang)
            case _:
                status = int(getattr(problem, "status_code", 500))
                return status, self.words.say({404: "no_such_page", 405: "no_such_page"}.get(status, "went_wrong"), lang)

    def _way_in(self, request: Request, reader: Reader, text: str) -> Response:
        """Somebody signed out is shown the way in; a part of a page takes its whole page there."""
        if request.method == "GET" and not reader.partial and "text/html" in request.headers.get("accept", ""):
            wanted = f"?next={quote(reader.path, safe='')}" if reader.path != "/" else ""
            response: Response = RedirectResponse(GONE_HOME + wanted, 303)
        else:
            response = PlainTextResponse(text, 401, headers={"HX-Redirect": GONE_HOME} if reader.partial else None)
        if reader.session:
            self.cookies.forget(response)
        return response

    def _say(self, lang: Lang) -> Callable[..., str]:
        def say(key: str, /, **facts: object) -> str:
            return self.words.say(key, lang, **facts)

        return say

    def _asset(self, name: str) -> str:
        return f"/static/{name}?v={self._assets[name]}"

    def _when(self, lang: Lang, told: str, zone: str) -> str:
        """A time as people say it: the hour today, the day else."""
        at, now = (one.astimezone(ZoneInfo(zone)) for one in (datetime.fromisoformat(told), self.clock.now()))
        if at.date() == now.date():
            return f"{at:%H:%M}"
        return self._day(lang, at, now)

    def _moment(self, lang: Lang, told: str, zone: str) -> str:
        """A time with its hour, whichever day it is."""
        at, now = (one.astimezone(ZoneInfo(zone)) for one in (datetime.fromisoformat(told), self.clock.now()))
        return f"{at:%H:%M}" if at.date() == now.date() else f"{self._day(lang, at, now)} {at:%H:%M}"

    def _day(self, lang: Lang, at: datetime, now: datetime) -> str:
        if lang is Lang.ZH:
            return f"{at.month}月{at.day}日" if at.year == now.year else f"{at.year}年{at.month}月{at.day}日"
        return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def as_words(quote: str) -> str:
    """A quote as people read it: a row of a table without its bars."""
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in quote.strip().splitlines()]
    if not all(row.startswith("|") and row.endswith("|") for row in quote.strip().splitlines()):
        return quote
    return "\n".join(" · ".join(filter(None, row)) for row in rows)


def _environment(folder: Path) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["as_words"] = as_words
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment


def _fingerprints(folder: Path) -> dict[str, str]:
    """Asset -> a hash of its content, so that a browser may keep it for good."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return found
