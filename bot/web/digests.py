"""The page of a digest: every line with its question, its grounds and why it is there. Works nothing out; the house tells it."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.web.line import Line
from bot.web.reader import Reader, form_of
from bot.web.shell import Shell


def digests(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), _Digests(line, shell)
    router.get("/digests/{turn}")(desk.page)
    router.post("/digests/{turn}/mail")(desk.mail)
    return router


@dataclass(frozen=True)
class _Digests:
    line: Line
    shell: Shell

    async def page(self, request: Request, turn: str) -> Response:
        """The whole of it."""
        reader = self.shell.cookies.reader(request)
        told = await self._ask(reader, "digest", turn)
        return self.shell.page("digest.html", reader, digest=told, mailed=False, me=told["me"])

    async def mail(self, request: Request, turn: str) -> Response:
        """Have it sent to the reader's own address."""
        reader = self.shell.cookies.reader(request)
        await form_of(request, reader)
        told = await self._ask(reader, "digest_mail", turn)
        return self.shell.page("digest.html", reader, digest=told, mailed=True, me=told["me"])

    async def _ask(self, reader: Reader, verb: str, turn: str) -> Any:  # noqa: ANN401 - JSON
        return await self.line.ask(verb, reader.lang, session=reader.session, turn=turn)
