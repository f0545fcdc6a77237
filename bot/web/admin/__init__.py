"""The admins' rooms and the hall between them. Holds no data; each room is a module of its own and joins `ROOMS`."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.admin import cases, decisions, examples, jobs, knowledge, people, prompts, rules, skills, start, system
from bot.web.admin.days import bars
from bot.web.line import Line
from bot.web.shell import Place, Shell

ROOMS: tuple[Place, ...] = (
    prompts.PLACE, skills.PLACE, rules.PLACE, decisions.PLACE, knowledge.PLACE, people.PLACE, jobs.PLACE, system.PLACE, start.PLACE,
)
"""In the order of the navigation. A room's key names it in the sentences; `KEY_about` says what it is for."""

WAITS_AT = {
    "prompts": prompts.PLACE.path, "rules": rules.PLACE.path, "stuck": system.PLACE.path, "jobs": jobs.PLACE.path,
    "gaps": f"{knowledge.PLACE.path}/unanswered", "knocks": people.PLACE.path, "backup": system.PLACE.path,
}
"""What may wait for an admin, the gravest first -> the room where it is seen to."""


def admin(line: Line, shell: Shell) -> APIRouter:
    """The routes of the hall."""
    router, hall = APIRouter(), _Hall(line, shell)
    router.get("/admin")(hall.page)
    router.include_router(cases.cases(line, shell))
    router.include_router(prompts.prompts(line, shell, ROOMS))
    router.include_router(rules.rules(line, shell, ROOMS))
    router.include_router(skills.skills(line, shell, ROOMS))
    router.include_router(examples.examples(line, shell, ROOMS))
    router.include_router(decisions.decisions(line, shell, ROOMS))
    router.include_router(jobs.jobs(line, shell, ROOMS))
    router.include_router(people.people(line, shell, ROOMS))
    router.include_router(start.start(line, shell, ROOMS))
    router.include_router(system.system(line, shell, ROOMS))
    router.include_router(knowledge.knowledge(line, shell, ROOMS))
    return router


@dataclass(frozen=True)
class _Hall:
    line: Line
    shell: Shell

    async def page(self, request: Request) -> Response:
        """What there is to do for an admin; in a home with nobody and nothing yet, the first walk."""
        reader = self.shell.cookies.reader(request)
        told = await self.line.ask("admin", reader.lang, session=reader.session)
        if told["fresh"]:
            return RedirectResponse(start.PLACE.path, 303)
        waiting = {**told.pop("waiting"), "backup": int(not told["backed_up"])}
        notices = [{"kind": kind, "path": path, "count": waiting[kind]} for kind, path in WAITS_AT.items() if waiting.get(kind)]
        facts = {"bars": bars(told["days"], "count"), "asked": sum(day["count"] for day in told["days"]), "notices": notices}
        return self.shell.page("admin/hall.html", reader, rooms=ROOMS, **facts, **told)
