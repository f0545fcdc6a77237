"""The pages of decisions: a search, the whole story of one, the same made again, and a search as a file. Settles nothing itself."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.web.line import HouseSaid, Line
from bot.web.reader import Reader, form_of
from bot.web.shell import Place, Shell

Json = dict[str, Any]

PLACE = Place("/admin/decisions", "nav_decisions")
ASKED = ("person", "account", "skill", "became", "spoken", "since", "until")
UNFIT = frozenset({
    "decisions_nobody", "decisions_no_account", "decisions_several_accounts", "decisions_no_day", "several_people", "unknown_button",
})  # fmt: skip
"""What is told beside the form; anything else is an error page."""


def decisions(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins, beside this one."""
    router, room = APIRouter(), _Decisions(line, shell, rooms)
    router.get(PLACE.path)(room.page)
    router.get(f"{PLACE.path}.csv")(room.file)
    router.get(f"{PLACE.path}/{{decision}}")(room.story)
    router.post(f"{PLACE.path}/{{decision}}/again")(room.again)
    return router


@dataclass(frozen=True)
class _Decisions:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def page(self, request: Request) -> Response:
        """A page of a search, or the next lines of it; what does not fit is told beside what was typed."""
        reader, asked = self.shell.cookies.reader(request), _asked(request)
        problem, status = "", 200
        try:
            told: Json = await self._ask(reader, "decisions", after=request.query_params.get("after", ""), **asked)
        except HouseSaid as said:
            if said.key not in UNFIT:
                raise
            problem, status = said.text, 400
            told = {**await self._ask(reader, "decisions"), "lines": [], "after": None}
        query = urlencode({name: value for name, value in asked.items() if value})
        return self.shell.page("admin/decisions.html", reader, status, rooms=self.rooms, asked=asked, query=query, problem=problem, **told)

    async def file(self, request: Request) -> Response:
        """The same search as CSV."""
        reader = self.shell.cookies.reader(request)
        told = await self._ask(reader, "decisions_export", **_asked(request))
        headers = {"Content-Disposition": 'attachment; filename="decisions.csv"'}
        return Response("\ufeff" + told["csv"], media_type="text/csv; charset=utf-8", headers=headers)

    async def story(self, request: Request, decision: str) -> Response:
        """The whole of one."""
        reader = self.shell.cookies.reader(request)
        told = await self._ask(reader, "decision", decision=decision)
        return await self._page(reader, decision, {"again": None, "refusal": "", **told})

    async def again(self, request: Request, decision: str) -> Response:
        """It as it would be made now, below it."""
        reader = self.shell.cookies.reader(request)
        await form_of(request, reader)
        told = await self._ask(reader, "decision_again", decision=decision)
        return await self._page(reader, decision, told)

    async def _page(self, reader: Reader, decision: str, told: Json) -> Response:
        cases = await self._ask(reader, "decision_prompts", decision=decision)
        return self.shell.page("admin/decision.html", reader, rooms=self.rooms, cases=cases["prompts"], **told)

    async def _ask(self, reader: Reader, verb: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        return await self.line.ask(verb, reader.lang, session=reader.session, **args)


def _asked(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip()[:200] for name in ASKED}
