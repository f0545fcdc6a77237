"""The page where one skill is taught: what it listens to, what a sentence would change, keep it, take one back. Settles nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import HouseSaid, Line
from bot.web.reader import Reader, form_of
from bot.web.shell import STATUS, Place, Shell

Json = dict[str, Any]

PATH = "/admin/skills/{skill}"
NOT_HERE = frozenset({"signed_out", "only_admins", "no_such_skill"})
"""What ends in an error page; any other refusal is told at the field, with what was typed in it."""
ASKED = ("intent", "text")
DONE = frozenset({"kept", "learning", "dropped"})


def examples(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins."""
    router, room = APIRouter(), _Examples(line, shell, rooms)
    router.get(PATH)(room.page)
    router.post(PATH)(room.press)
    return router


@dataclass(frozen=True)
class _Examples:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def page(self, request: Request, skill: str) -> Response:
        """One skill."""
        did = request.query_params.get("did", "")
        return await self._shown(self.shell.cookies.reader(request), skill, did=did if did in DONE else "")

    async def press(self, request: Request, skill: str) -> Response:
        """See what a sentence would change, keep it, or take one back; a refusal stands beside it."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        asked, action = {key: form.get(key, "") for key in ASKED}, form.get("action", "")
        try:
            if action in {"keep", "drop"}:
                done = await self._ask(f"example_{action}", reader, skill=skill, base=form.get("base", ""), **asked)
                did = "dropped" if action == "drop" else "kept" if done["learned"] else "learning"
                return RedirectResponse(f"/admin/skills/{skill}?did={did}", 303)
            effect = await self._ask("example_weigh", reader, skill=skill, drop=action == "weigh_drop", **asked)
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            return await self._refused(reader, skill, asked, said)
        base = form.get("base", "")
        facts: Json = {"effect": effect, "asked": asked, "base": base, "skill": skill, "drop": action == "weigh_drop", "problem": ""}
        if reader.partial:
            return self.shell.page("admin/_example_effect.html", reader, **facts)
        return await self._shown(reader, skill, 200, **facts)

    async def _refused(self, reader: Reader, skill: str, asked: Mapping[str, str], said: HouseSaid) -> Response:
        facts: Json = {"asked": asked, "problem": said.text, "skill": skill}
        if reader.partial:
            return self.shell.page("admin/_example_effect.html", reader, effect=None, drop=False, **facts)
        return await self._shown(reader, skill, STATUS.get(said.key, 400), **facts)

    async def _ask(self, verb: str, reader: Reader, **args: object) -> Json:
        told: Json = await self.line.ask(verb, reader.lang, session=reader.session, **args)
        return told

    async def _shown(self, reader: Reader, skill: str, status: int = 200, **facts: object) -> Response:
        told = await self._ask("skill", reader, skill=skill)
        nothing: Json = {"effect": None, "asked": dict.fromkeys(ASKED, ""), "problem": "", "did": "", "drop": False}
        return self.shell.page("admin/skill.html", reader, status, rooms=self.rooms, **{**nothing, **told, **facts, "base": told["base"]})
