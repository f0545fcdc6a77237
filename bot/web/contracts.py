"""The page of two contracts: both in step, filtered by risk and category, and the redline as a file. Judges nothing; the house does."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web.line import Line
from bot.web.reader import Reader
from bot.web.shell import Shell

Json = dict[str, Any]

RISKS = ("high", "medium", "low")
MOST_CHARS = 40
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def contracts(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), _Contracts(line, shell)
    router.get("/contracts/{old}/{new}")(desk.page)
    router.get("/contracts/{old}/{new}/same")(desk.same)
    router.get("/contracts/{old}/{new}/redline.docx")(desk.redline)
    return router


@dataclass(frozen=True)
class _Contracts:
    line: Line
    shell: Shell

    async def page(self, request: Request, old: str, new: str) -> Response:
        """Both versions, and what of them is asked for; how far it is, while a long comparison is made."""
        reader, asked = self.shell.cookies.reader(request), request.query_params
        risk, whole = asked.get("risk", "") if asked.get("risk", "") in RISKS else "", asked.get("whole") == "1"
        wanted = {"risk": risk, "category": asked.get("category", "")[:MOST_CHARS], "whole": whole}
        told: Json = await self._ask(reader, "contract", old, new, **wanted)
        if "working" in told:
            return self.shell.page("contract_working.html", reader, contract=told, percent=int(told["working"] * 100), me=told["me"])
        facts = {**wanted, "risks": RISKS, "me": told["me"]}
        return HTMLResponse(self.shell.html("contract.html", reader, contract=told, **facts))

    async def same(self, request: Request, old: str, new: str, first: int, count: int) -> Response:
        """What stands unchanged between two changes, for somebody who unfolds it."""
        reader = self.shell.cookies.reader(request)
        told: Json = await self._ask(reader, "contract_same", old, new, first=max(first, 0), count=max(count, 0))
        return self.shell.page("_contract_same.html", reader, rows=told["rows"])

    async def redline(self, request: Request, old: str, new: str) -> Response:
        """The redline, to be kept."""
        reader = self.shell.cookies.reader(request)
        told = await self._ask(reader, "contract_redline", old, new)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(told['name'], safe='')}"}
        return Response(base64.b64decode(told["data"]), headers=headers, media_type=DOCX)

    async def _ask(self, reader: Reader, verb: str, old: str, new: str, **more: object) -> Any:  # noqa: ANN401 - JSON
        return await self.line.ask(verb, reader.lang, session=reader.session, old=old, new=new, **more)
