"""The page of what is done by the clock: what comes next, what became of the last, pause, go on, run now. Settles nothing itself."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import HouseSaid, Line
from bot.web.reader import form_of
from bot.web.shell import Place, Shell

Json = dict[str, Any]

PLACE = Place("/admin/jobs", "nav_jobs")
NOT_HERE = frozenset({"signed_out", "only_admins", "unknown_button"})
"""What ends in an error page; any other refusal is told above the list."""
CONFLICT = 409
LONGEST_NUMBER = 7
NAMED = frozenset({"churn.score", "digest.daily", "digest.weekly", "coach.tip"})
"""Kinds that have a name for people."""


def jobs(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins, beside this one."""
    router, room = APIRouter(), _Jobs(line, shell, rooms)
    router.get(PLACE.path)(room.page)
    router.post(PLACE.path)(room.press)
    return router


@dataclass(frozen=True)
class _Jobs:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def page(self, request: Request) -> Response:
        """All jobs by kind, people's own, and the house's."""
        reader = self.shell.cookies.reader(request)
        asked = request.query_params.get("own", "")
        skip = int(asked) if asked.isdecimal() and len(asked) < LONGEST_NUMBER else 0
        told: Json = await self.line.ask("jobs", reader.lang, session=reader.session, skip=skip)
        return self.shell.page("admin/jobs.html", reader, rooms=self.rooms, problem="", **_sorted(told))

    async def press(self, request: Request) -> Response:
        """Do something about one job; a refusal stands above the list as it is now."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        asked = {"job": form.get("job", ""), "action": form.get("action", "")}
        try:
            await self.line.ask("job_press", reader.lang, session=reader.session, **asked)
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            told: Json = await self.line.ask("jobs", reader.lang, session=reader.session)
            return self.shell.page("admin/jobs.html", reader, CONFLICT, rooms=self.rooms, problem=said.text, **_sorted(told))
        return RedirectResponse(PLACE.path, 303)


def _sorted(told: Json) -> Json:
    """The config's by kind, and the rest apart."""
    kinds: dict[str, list[Json]] = {}
    for job in told["jobs"]:
        job["name"] = f"job_{job['kind'].replace('.', '_')}" if job["kind"] in NAMED else "job_other"
        if not (job["inner"] or job["owner"]):
            kinds.setdefault(job["kind"], []).append(job)
    return {
        **{name: told[name] for name in ("me", "skipped", "more")}, "kinds": kinds,
        "own": [job for job in told["jobs"] if job["owner"]], "inner": [job for job in told["jobs"] if job["inner"]],
    }  # fmt: skip
