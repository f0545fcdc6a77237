"""The page of two contracts: both in step, filtered by risk and category, and the redline as a file. Judges nothing; the house does."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.web.line import Line
from bot.web.reader import Reader
from bot.web.shell import Shell

Json = dict[str, Any]

RISKS = ("high", "medium", "low")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def contracts(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), _Contracts(line, shell)
    router.get("/contracts/{old}/{new}")(desk.page)
    router.get("/contracts/{old}/{new}/redline.docx")(desk.redline)
    return router


@dataclass(frozen=True)
class _Contracts:
    line: Line
    shell: Shell

    async def page(self, request: Request, old: str, new: str) -> Response:
        """Both versions, and what of them is asked for."""
        reader = self.shell.cookies.reader(request)
        told: Json = await self._ask(reader, "contract", old, new)
        asked = request.query_params
        risk = asked.get("risk", "") if asked.get("risk", "") in RISKS else ""
        category = asked.get("category", "") if asked.get("category", "") in told["categories"] else ""
        groups = list(_groups([row for row in told["rows"] if _fits(row, risk, category)]))
        shown = sum(group["change"] for group in groups)
        return self.shell.page(
            "contract.html", reader, contract=told, groups=groups, shown=shown, risks=RISKS, risk=risk, category=category, me=told["me"],
        )  # fmt: skip

    async def redline(self, request: Request, old: str, new: str) -> Response:
        """The redline, to be kept."""
        reader = self.shell.cookies.reader(request)
        told = await self._ask(reader, "contract_redline", old, new)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(told['name'], safe='')}"}
        return Response(base64.b64decode(told["data"]), headers=headers, media_type=DOCX)

    async def _ask(self, reader: Reader, verb: str, old: str, new: str) -> Any:  # noqa: ANN401 - JSON
        return await self.line.ask(verb, reader.lang, session=reader.session, old=old, new=new)


def _fits(row: Json, risk: str, category: str) -> bool:
    change = row["change"]
    if change is None:
        return not (risk or category)
    return (not risk or change["risk"] == risk) and (not category or change["category"] == category)


def _groups(rows: list[Json]) -> list[Json]:
    """Each change by itself; what stands unchanged between two of them together, to be folded."""
    found: list[Json] = []
    for row in rows:
        changed = row["change"] is not None
        if changed or not found or found[-1]["change"]:
            found.append({"change": changed, "rows": []})
        found[-1]["rows"].append(row)
    return found
