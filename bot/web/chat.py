"""The chat page and its parts. Turns what the house tells into HTML; with a part asked for by htmx it gives the part, else a whole page."""

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from bot.web.line import HouseAway, HouseSaid, Line
from bot.web.numbers import number_of
from bot.web.reader import Reader, form_of
from bot.web.shell import Shell

Json = dict[str, Any]

HEARTBEAT_S = 15
RETRY_MS = 1000
UNREAD = 422
FILLED = "f."
"""What the names of a draft's fields begin with in its form."""
DONE_AT = 100_001
"""The place of the last thing told of a turn; whoever has heard it needs no more."""


def chat(line: Line, shell: Shell) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), _Chat(line, shell)
    router.get("/")(desk.page)
    router.get("/threads")(desk.threads)
    router.post("/ask")(desk.ask)
    router.post("/password")(desk.confide)
    router.get("/turns/{turn}/events")(desk.events)
    router.post("/turns/{turn}/stop")(desk.stop)
    router.get("/answers/{decision}/why")(desk.why)
    router.get("/why/{decision}")(desk.why)
    router.get("/answers/{decision}/sources/{place}")(desk.source)
    router.get("/answers/{decision}/chart.png")(desk.chart)
    router.get("/answers/{decision}/file")(desk.file)
    router.post("/answers/{decision}/feedback")(desk.judge)
    router.post("/answers/{decision}/copied")(desk.copied)
    router.post("/drafts/{draft}/press")(desk.press)
    router.get("/drafts/{draft}/form")(desk.form)
    router.post("/drafts/{draft}/form")(desk.fill)
    router.get("/words")(desk.words)
    router.post("/messages/{message}/tap")(desk.tap)
    return router


@dataclass(frozen=True)
class _Chat:
    line: Line
    shell: Shell

    async def page(self, request: Request) -> Response:
        """A thread, or the beginning of a new one."""
        reader = self._reader(request)
        thread, before = request.query_params.get("t", ""), request.query_params.get("before", "")
        told = await self._ask(reader, "thread", thread=thread, after=before)
        if reader.partial and before:
            return self.shell.page("_turns.html", reader, **told)
        openings = [] if thread else await self._ask(reader, "openings")
        audiences = await self._ask(reader, "audiences") if told["me"]["may_ingest"] else []
        return self.shell.page("chat.html", reader, openings=openings, audiences=audiences, key=_key(), **told)

    async def threads(self, request: Request) -> Response:
        """The list of threads, or what follows in it."""
        reader = self._reader(request)
        told = await self._ask(reader, "threads", after=request.query_params.get("after", ""))
        return self.shell.page("_threads.html", reader, thread=request.query_params.get("t", ""), **told)

    async def ask(self, request: Request) -> Response:
        """Keep what was said."""
        reader = self._reader(request)
        fields = await form_of(request, reader)
        text, key, thread = fields.get("text", ""), fields.get("key") or _key(), fields.get("thread", "")
        if files := [one for one in fields.get("files", "").split(",") if one]:
            return self._kept(reader, *await self._ask(reader, "send", files=files, text=text, key=key, thread=thread))
        return self._kept(reader, await self._ask(reader, "ask", text=text, key=key, thread=thread))

    async def confide(self, request: Request) -> Response:
        """Hand on the password of a file; it stands in no talk."""
        reader = self._reader(request)
        fields = await form_of(request, reader)
        key, thread = fields.get("key") or _key(), fields.get("thread", "")
        return self._kept(reader, await self._ask(reader, "confide", password=fields.get("password", ""), key=key, thread=thread))

    async def press(self, request: Request, draft: str) -> Response:
        """Keep a press on a draft."""
        reader = self._reader(request)
        fields = await form_of(request, reader)
        revision = number_of(fields.get("revision", ""))
        kept = await self._ask(
            reader, "press", draft=draft, revision=revision, action=fields.get("action", ""),
            key=fields.get("key") or _key(), thread=fields.get("thread", ""),
        )
        return self._kept(reader, {**kept, "said": fields.get("label", "")})

    async def form(self, request: Request, draft: str) -> Response:
        """The form in which a draft is changed."""
        reader = self._reader(request)
        form = await self._ask(reader, "draft_form", draft=draft)
        return self._form(reader, form, request.query_params.get("thread", ""))

    async def fill(self, request: Request, draft: str) -> Response:
        """Keep what was filled in; where something in it cannot be read, the form again, with that said at its field."""
        reader = self._reader(request)
        fields = await form_of(request, reader)
        revision = number_of(fields.get("revision", ""))
        thread, key = fields.get("thread", ""), fields.get("key") or _key()
        filled = {name.removeprefix(FILLED): text for name, text in fields.items() if name.startswith(FILLED)}
        told = await self._ask(reader, "draft_fill", draft=draft, revision=revision, fields=filled, key=key, thread=thread)
        if "sections" in told:
            return self._form(reader, told, thread, UNREAD)
        return self._kept(reader, {**told, "said": self.shell.words.say("press_edit", reader.lang)})

    async def words(self, request: Request) -> Response:
        """What the house has said in a thread since the page was made."""
        reader = self._reader(request)
        thread, since = request.query_params.get("thread", ""), request.query_params.get("since", "")
        if not thread:
            return self.shell.page("_words.html", reader, words=[], since=0)
        told = await self._ask(reader, "words", thread=thread, since=number_of(since))
        return self.shell.page("_words.html", reader, **told)

    async def tap(self, request: Request, message: str) -> Response:
        """Keep a press on a button of something that the house said."""
        reader = self._reader(request)
        fields = await form_of(request, reader)
        button = number_of(fields.get("button", ""), -1)
        key, thread = fields.get("key") or _key(), fields.get("thread", "")
        kept = await self._ask(reader, "tap", message=message, button=button, key=key, thread=thread)
        return self._kept(reader, {**kept, "said": fields.get("label", "")})

    async def events(self, request: Request, turn: str) -> Response:
        """A turn as it comes."""
        reader = self._reader(request)
        after = number_of(request.headers.get("last-event-id", ""))
        if after >= DONE_AT:
            return Response(status_code=204)
        steps = self.line.follow("follow", reader.lang, session=reader.session, turn=turn, after=after)
        try:
            first = await anext(steps, None)
        except HouseAway:
            return StreamingResponse(_retry(), media_type="text/event-stream")
        return StreamingResponse(self._told(reader, first, steps), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def stop(self, request: Request, turn: str) -> Response:
        """End a turn that is under way."""
        reader = self._reader(request)
        await form_of(request, reader)
        await self._ask(reader, "stop", turn=turn)
        return Response(status_code=204)

    async def why(self, request: Request, decision: str) -> Response:
        """The story of an answer."""
        reader = self._reader(request)
        story = await self._ask(reader, "why", decision=decision)
        return self.shell.page("_why.html" if reader.partial else "why.html", reader, story=story, me=None)

    async def source(self, request: Request, decision: str, place: int) -> Response:
        """A ground where it stands."""
        reader = self._reader(request)
        source = await self._ask(reader, "source", decision=decision, place=place)
        return self.shell.page("_source.html" if reader.partial else "source.html", reader, source=source, me=None)

    async def chart(self, request: Request, decision: str) -> Response:
        """The chart of an answer as a picture."""
        told = await self._ask(self._reader(request), "chart", decision=decision)
        return Response(base64.b64decode(told["png"]), media_type="image/png")

    async def file(self, request: Request, decision: str) -> Response:
        """The file that went with an answer, to be kept."""
        told = await self._ask(self._reader(request), "enclosed", decision=decision)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(told['name'], safe='')}"}
        return Response(base64.b64decode(told["data"]), headers=headers, media_type="application/octet-stream")

    async def judge(self, request: Request, decision: str) -> Response:
        """Keep a verdict."""
        reader = self._reader(request)
        fields = await form_of(request, reader)
        reason = " · ".join(part for part in (fields.get("kind", ""), fields.get("reason", "").strip()) if part)
        turn = await self._ask(reader, "judge", decision=decision, verdict=fields.get("verdict", ""), reason=reason)
        if reader.partial:
            return self.shell.page("_tools.html", reader, turn=turn)
        return _to_thread(turn["thread"])

    async def copied(self, request: Request, decision: str) -> Response:
        """The person took the words with them."""
        reader = self._reader(request)
        await form_of(request, reader)
        await self._ask(reader, "copied", decision=decision)
        return Response(status_code=204)

    async def _told(self, reader: Reader, first: Json | None, steps: AsyncGenerator[Json, None]) -> AsyncIterator[str]:
        """Events for the browser, with a sign of life where nothing happens."""
        yield f"retry: {RETRY_MS}\n\n"
        if first is not None:
            yield self._event(reader, first)
        async with aclosing(steps):
            coming: asyncio.Future[Json] | None = None
            try:
                while True:
                    coming = coming or asyncio.ensure_future(anext(steps))
                    done, _ = await asyncio.wait({coming}, timeout=HEARTBEAT_S)
                    if not done:
                        yield ": here\n\n"
                        continue
                    step, coming = coming.result(), None
                    yield self._event(reader, step)
            except (StopAsyncIteration, HouseAway):
                return
            except HouseSaid as said:
                yield f"event: gone\ndata: {json.dumps({'text': said.text}, ensure_ascii=False)}\n\n"
            finally:
                if coming is not None:
                    coming.cancel()
                    with suppress(asyncio.CancelledError, StopAsyncIteration, HouseAway, HouseSaid):
                        await coming

    def _event(self, reader: Reader, step: Json) -> str:
        say = self.shell.words.say
        match step["state"]:
            case "text":
                data: Json = {"text": step["text"]}
            case "evidence":
                turn = {"decision_id": step["decision"], "evidence": step["evidence"]}
                data = {"html": self.shell.html("_grounds.html", reader, turn=turn)}
            case "done":
                data = {"html": self.shell.html("_reply.html", reader, turn=step["answer"])}
            case _ if "percent" in step:
                data = {"label": say(f"state_{step['step']}_part", reader.lang, percent=step["percent"], minutes=step["minutes"])}
            case state:
                data = {"label": say(f"state_{step.get('step', state)}", reader.lang)}
        return f"id: {step['place']}\nevent: {step['state']}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"

    def _form(self, reader: Reader, form: Json, thread: str, status: int = 200) -> Response:
        """In its panel, where it takes the place of the one that was sent; else as a page."""
        if not reader.partial:
            return self.shell.page("form.html", reader, status, form=form, thread=thread, key=_key(), me=None)
        headers = {"HX-Retarget": "#panel-body", "HX-Reswap": "innerHTML"}
        return self.shell.page("_form.html", reader, headers=headers, form=form, thread=thread, key=_key())

    def _kept(self, reader: Reader, *kept: Json) -> Response:
        thread = kept[-1]["thread"]
        if not reader.partial:
            return _to_thread(thread)
        headers = {"HX-Push-Url": _path(thread)}
        return self.shell.page("_kept.html", reader, headers=headers, waiting=kept, thread=thread, key=_key())

    def _reader(self, request: Request) -> Reader:
        return self.shell.cookies.reader(request)

    async def _ask(self, reader: Reader, verb: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        return await self.line.ask(verb, reader.lang, session=reader.session, **args)


def _key() -> str:
    """Names one sending of a form: sent again with it, it is the same message."""
    return secrets.token_urlsafe(12)


def _path(thread: str) -> str:
    return f"/?t={quote(thread, safe='')}"


def _to_thread(thread: str) -> Response:
    return RedirectResponse(_path(thread), 303)


async def _retry() -> AsyncIterator[str]:
    """Nothing yet: the browser comes back by itself."""
    yield f"retry: {RETRY_MS}\n\n"

