"""The parts of a prompt's page that are about its saved cases: the list, saving one, a run of all of them. Settles nothing itself."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.line import HouseSaid, Line
from bot.web.reader import Reader, form_of
from bot.web.shell import Shell

Json = dict[str, Any]

PROMPTS = "/admin/prompts"
CASES, RUNS = "/admin/prompts-cases", "/admin/prompts-run"
FORM = ("case", "revision", "decision", "said", "spoken", "must", "must_not", "note")
NOT_HERE = frozenset({"signed_out", "only_admins", "no_such_prompt"})
"""What ends in an error page; any other refusal is told where it was pressed."""


def cases(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, room = APIRouter(), _Cases(line, shell)
    router.post(CASES)(room.press)
    router.post(RUNS)(room.begin)
    router.get(f"{RUNS}/{{run}}")(room.run)
    router.post(f"{RUNS}/{{run}}/stop")(room.stop)
    return router


@dataclass(frozen=True)
class _Cases:
    line: Line
    shell: Shell

    async def press(self, request: Request) -> Response:
        """Save, put away or put back; on the prompt's page its list comes back, from anywhere else the way leads there."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        prompt, action = form.get("prompt", ""), form.get("action", "")
        asked = {name: form[name] for name in FORM if name in form}
        problem, done = "", Json()
        try:
            done = await self._ask(reader, "prompt_case", prompt=prompt, action=action, **asked)
        except HouseSaid as said:
            if said.key in NOT_HERE or not reader.partial:
                raise
            problem = said.text
        if not reader.partial:
            return RedirectResponse(f"{PROMPTS}/{prompt}?case={done['case']}#case-{done['case']}", 303)
        told = await self._ask(reader, "prompt_cases", prompt=prompt)
        facts: Json = {"open": done.get("case", "") if action == "add" else "", "dropped": done.get("case", "") if action == "drop" else ""}
        typed = {name: asked.get(name, "") for name in FORM} if problem and action == "save" else None
        return self.shell.page("admin/_prompt_cases.html", reader, problem=problem, typed=typed, saved=told, name=prompt, **facts)

    async def begin(self, request: Request) -> Response:
        """Run them all with a text."""
        reader = self.shell.cookies.reader(request)
        form = await form_of(request, reader)
        try:
            told = await self._ask(reader, "prompt_run", prompt=form.get("prompt", ""), text=form.get("text", ""))
        except HouseSaid as said:
            if said.key in NOT_HERE or not reader.partial:
                raise
            return self.shell.page("admin/_prompt_run.html", reader, run=None, problem=said.text, runs=RUNS)
        return self._run(reader, told)

    async def run(self, request: Request, run: str) -> Response:
        """How far one is: the part of the page that asks for itself until it is over."""
        reader = self.shell.cookies.reader(request)
        return self._run(reader, await self._ask(reader, "prompt_run_told", run=run))

    async def stop(self, request: Request, run: str) -> Response:
        """End one."""
        reader = self.shell.cookies.reader(request)
        await form_of(request, reader)
        return self._run(reader, await self._ask(reader, "prompt_run_stop", run=run))

    def _run(self, reader: Reader, told: Json) -> Response:
        if not reader.partial:
            return RedirectResponse(f"{PROMPTS}/{told['prompt']}", 303)
        return self.shell.page("admin/_prompt_run.html", reader, run=told, problem="", runs=RUNS)

    async def _ask(self, reader: Reader, verb: str, **asked: str) -> Json:
        told: Json = await self.line.ask(verb, reader.lang, session=reader.session, **asked)
        return told
