"""The page of reviews and its parts: lists, one review, what can be done about it, numbers, absence. Settles nothing; the house does."""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import HouseSaid, Line
from bot.web.numbers import number_of
from bot.web.reader import Reader, form_of
from bot.web.shell import Shell

Json = dict[str, Any]

LISTS = ("waiting", "mine", "decided")
MORE = ("numbers", "away")
NOT_TO_SEE = frozenset({"no_such_review", "signed_out", "unknown_button"})
"""What ends in an error page; any other refusal is told beside the review as it stands now."""
CONFLICT = 409
FORM_FIELDS = frozenset({"token", "version", "tab"})
"""What a form carries for the page alone."""


def reviews(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), _Reviews(line, shell)
    router.get("/reviews")(desk.page)
    router.get("/reviews/list")(desk.listed)
    router.get("/reviews/count")(desk.count)
    router.post("/reviews/away")(desk.away)
    router.post("/reviews/back")(desk.back)
    router.get("/reviews/{review}")(desk.one)
    router.post("/reviews/{review}/{action}")(desk.press)
    return router


@dataclass(frozen=True)
class _Reviews:
    line: Line
    shell: Shell

    async def page(self, request: Request) -> Response:
        """A list, or the numbers, or the form of an absence."""
        reader = self._reader(request)
        tab = _tab(request.query_params.get("tab", ""))
        facts: Json = {}
        if tab == "numbers":
            days = request.query_params.get("days", "")
            facts["numbers"] = await self._ask(reader, "review_numbers", **({"days": number} if (number := number_of(days)) else {}))
        elif tab == "away":
            facts["absence"] = await self._ask(reader, "absence")
        return self.shell.page("reviews.html", reader, **await self._list(reader, tab), **facts)

    async def listed(self, request: Request) -> Response:
        """The list again, where it is not as the page has it; and whether the review that is open there has moved."""
        reader, asked = self._reader(request), request.query_params
        tab, opened, seen = _tab(asked.get("tab", "")), asked.get("open", ""), asked.get("seen", "")
        told = await self._list(reader, tab, opened, seen)
        moved = told["open"] is not None and str(told["open"]) != asked.get("version", "")
        if told["seen"] == seen:
            if not moved:
                return Response(status_code=204)
            told = await self._list(reader, tab, opened)
        return self.shell.page("_reviews_now.html", reader, moved=moved, open_id=asked.get("open", ""), **told)

    async def count(self, request: Request) -> Response:
        """How many wait."""
        reader = self._reader(request)
        return self.shell.page("_waiting.html", reader, reviews_waiting=await self._ask(reader, "reviews_count"), first=False)

    async def one(self, request: Request, review: str) -> Response:
        """One review beside its list."""
        reader, tab = self._reader(request), _tab(request.query_params.get("tab", ""))
        told = await self._ask(reader, "review", review=review)
        return await self._shown(reader, told, tab)

    async def press(self, request: Request, review: str, action: str) -> Response:
        """Do something about a review. A refusal stands beside the review as it is now, with what was written."""
        reader = self._reader(request)
        fields = await form_of(request, reader)
        tab, version = _tab(fields.get("tab", "")), number_of(fields.get("version", ""))
        form = {name: text for name, text in fields.items() if name not in FORM_FIELDS}
        try:
            told = await self._ask(reader, "review_press", review=review, version=version, action=action, form=form)
        except HouseSaid as said:
            if said.key in NOT_TO_SEE:
                raise
            told = await self._ask(reader, "review", review=review)
            return await self._shown(reader, told, tab, problem=said.text, tried=action, form_values=form)
        if reader.partial:
            return await self._shown(reader, told, tab, done=action)
        return RedirectResponse(f"/reviews/{quote(review, safe='')}?{urlencode({'tab': tab})}", 303)

    async def away(self, request: Request) -> Response:
        """Keep an absence."""
        reader = self._reader(request)
        fields = await form_of(request, reader)
        form = {name: fields.get(name, "") for name in ("from_date", "until_date", "stand_in")}
        try:
            await self._ask(reader, "away", **form)
        except HouseSaid as said:
            if said.key == "signed_out":
                raise
            told = await self._list(reader, "away")
            absence = await self._ask(reader, "absence")
            return self.shell.page("reviews.html", reader, 400, **told, absence=absence, problem=said.text, form=form)
        return RedirectResponse("/reviews?tab=away", 303)

    async def back(self, request: Request) -> Response:
        """End an absence."""
        reader = self._reader(request)
        await form_of(request, reader)
        await self._ask(reader, "back")
        return RedirectResponse("/reviews?tab=away", 303)

    async def _shown(self, reader: Reader, told: Json, tab: str, *, problem: str = "", **about: object) -> Response:
        facts: Json = {"problem": problem, "form_values": {}, "tried": "", "done": "", **about, **await self._list(reader, tab)}
        template, status = ("_review_now.html", 200) if reader.partial else ("reviews.html", CONFLICT if problem else 200)
        return self.shell.page(template, reader, status, review=told, key=secrets.token_urlsafe(12), **facts)

    async def _list(self, reader: Reader, tab: str, opened: str = "", seen: str = "") -> Json:
        listed = tab if tab in LISTS else LISTS[0]
        told: Json = await self._ask(reader, "reviews", tab=listed, opened=opened, seen=seen)
        return {**told, "tab": tab, "list_tab": listed}

    def _reader(self, request: Request) -> Reader:
        return self.shell.cookies.reader(request)

    async def _ask(self, reader: Reader, verb: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        return await self.line.ask(verb, reader.lang, session=reader.session, **args)


def _tab(asked: str) -> str:
    return asked if asked in {*LISTS, *MORE} else LISTS[0]
