"""The page of prompts: the list, and one with its editor, what it would change, what waits, and its history. Settles nothing itself."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import HouseSaid, Line
from bot.web.reader import Reader, form_of
from bot.web.shell import STATUS, Place, Shell

Json = dict[str, Any]

PLACE = Place("/admin/prompts", "admin_prompts")
NOT_HERE = frozenset({"signed_out", "only_admins", "no_such_prompt"})
"""What ends in an error page; any other refusal is told above the editor, with what was typed in it."""
DONE = frozenset({"published", "waiting", "dropped"})
BY_CASES = frozenset({"prompt_untried", "prompt_worse"})
"""What the saved cases say against a publish; whoever publishes may do so all the same."""
BESIDE = 2
"""Unchanged lines that are shown beside a change."""


def prompts(line: Line, shell: Shell, rooms: tuple[Place, ...]) -> APIRouter:
    """The routes. rooms: of the admins."""
    router, room = APIRouter(), _Prompts(line, shell, rooms)
    router.get(PLACE.path)(room.page)
    router.post("/admin/prompts-check")(room.check)
    router.post("/admin/prompts-try")(room.tried)
    router.get(PLACE.path + "/{name:path}")(room.one)
    router.post(PLACE.path + "/{name:path}")(room.press)
    return router


@dataclass(frozen=True)
class _Prompts:
    line: Line
    shell: Shell
    rooms: tuple[Place, ...]

    async def page(self, request: Request) -> Response:
        """All prompts."""
        reader = self.shell.cookies.reader(request)
        told: Json = await self.line.ask("prompts", reader.lang, session=reader.session)
        return self.shell.page("admin/prompts.html", reader, rooms=self.rooms, **told)

    async def one(self, request: Request, name: str) -> Response:
        """One prompt; `against` asks how the text in force differs from an edition."""
        reader = self.shell.cookies.reader(request)
        against, did, case = (request.query_params.get(key, "") for key in ("against", "did", "case"))
        return await self._shown(reader, name, _Asked(against, did, case))

    async def check(self, request: Request) -> Response:
        """What is wrong with a text that is being typed, and what it would change."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        asked = {"prompt": form.get("prompt", ""), "text": form.get("text", "")}
        told: Json = await self.line.ask("prompt_check", reader.lang, session=reader.session, **asked)
        return self.shell.page("admin/_prompt_check.html", reader, check=told, parts=parts)

    async def tried(self, request: Request) -> Response:
        """What a text makes of something that was said before, beside the text in force."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        asked = {key: form.get(key, "") for key in ("prompt", "text", "decision")}
        try:
            told = await self._ask("prompt_try", reader, **asked)
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            return self.shell.page("admin/_prompt_tried.html", reader, problem=said.text, tried=None, prompt=asked["prompt"])
        return self.shell.page("admin/_prompt_tried.html", reader, problem="", tried=told, prompt=asked["prompt"])

    async def press(self, request: Request, name: str) -> Response:
        """Publish, go back, agree or put away; a refusal stands above what was typed."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        text, note, base, edition = (form.get(key, "") for key in ("text", "note", "base", "edition"))
        anyway = form.get("anyway", "") == "1"
        try:
            match form.get("action", ""):
                case "publish":
                    done = await self._ask("prompt_publish", reader, prompt=name, text=text, note=note, base=base, anyway=anyway)
                case "back":
                    done = await self._ask("prompt_back", reader, prompt=name, to=edition, base=base)
                case "agree":
                    done = await self._ask("prompt_agree", reader, edition=edition)
                case _:
                    done = await self._ask("prompt_drop", reader, edition=edition)
        except HouseSaid as said:
            if said.key in NOT_HERE:
                raise
            typed, offers = text if form.get("action") == "publish" else "", said.key in BY_CASES
            asked = _Asked(problem=said.text, typed=typed, note=note, offers=offers)
            return await self._shown(reader, name, asked, STATUS.get(said.key, 400))
        return RedirectResponse(f"{PLACE.path}/{name}?did={done['standing']}", 303)

    async def _ask(self, verb: str, reader: Reader, **args: str | bool) -> Json:
        told: Json = await self.line.ask(verb, reader.lang, session=reader.session, **args)
        return told

    async def _shown(self, reader: Reader, name: str, asked: "_Asked", status: int = 200) -> Response:
        told = await self._ask("prompt", reader, prompt=name, against=asked.against)
        check = await self._ask("prompt_check", reader, prompt=name, text=asked.typed) if asked.typed else None
        saved = await self._ask("prompt_cases", reader, prompt=name)
        return self.shell.page(
            "admin/prompt.html", reader, status, rooms=self.rooms, problem=asked.problem, typed=asked.typed, note=asked.note, check=check,
            asked=asked.against, did=asked.did if asked.did in DONE else "", parts=parts, saved=saved, opened=asked.case,
            offers=asked.offers, **told,
        )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """What a page is to show beside the prompt itself.

    against: an edition to compare with. did: what was done just now. case: one to be edited at once. problem: a refusal, with what was
    typed and its note. offers: to publish all the same.
    """

    against: str = ""
    did: str = ""
    case: str = ""
    problem: str = ""
    typed: str = ""
    note: str = ""
    offers: bool = False


def parts(lines: list[Json]) -> list[list[Json]]:
    """The changes of a difference, each with a few lines around it; what is the same between them is left out."""
    near = {
        other for place, line in enumerate(lines) if line["kind"] != "same"
        for other in range(max(0, place - BESIDE), min(len(lines), place + BESIDE + 1))
    }  # fmt: skip
    found: list[list[Json]] = []
    for place in sorted(near):
        if not found or place - 1 not in near:
            found.append([])
        found[-1].append(lines[place])
    return found
