"""The HTTP of Slack: Web API, uploads, downloads, response URLs, the door of Socket Mode. Knows requests; the rules are the methods'."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, hdrs, web

from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.conduct import Conduct, Fault
from tests.fakes.slack.methods import METHODS, Method
from tests.fakes.slack.shapes import Json, complaints_about_blocks
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.workspace import BOT, Posted, Refusal, Refused, Workspace

BOT_TOKEN, APP_TOKEN = "xoxb-fake", "xapp-fake"
JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to your workspace</body></html>"


@dataclass(slots=True)
class Called:
    """One call of a method as it came in. place: the channel that is written to, for its pace."""

    name: str
    token: str
    arguments: Arguments
    warning: str = ""


class Server:
    """Answers requests. base: where it listens, without a slash at the end; known once it does."""

    def __init__(self, space: Workspace, conduct: Conduct, sockets: Sockets) -> None:
        self.base = ""
        self._space = space
        self._conduct = conduct
        self._sockets = sockets
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Let go of everybody who was left hanging."""
        self._ended.set()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request."""
        _, kind, rest = request.path.split("/", 2) if request.path.count("/") > 1 else ("", request.path, "")
        match kind:
            case "api":
                return await self._call(rest, request)
            case "upload":
                return await self._upload(rest, request)
            case "files":
                return await self._download(rest, request)
            case "response":
                return await self._respond(rest, request)
            case "socket":
                return await self._sockets.accept(request)
        return web.Response(status=HTTPStatus.NOT_FOUND)

    async def _call(self, name: str, request: web.BaseRequest) -> web.StreamResponse:
        self._conduct.calls[name] += 1
        fault = self._conduct.fault(name)
        if fault is not None and not fault.done:
            return await self._misbehave(fault, request)
        try:
            called = await _called(name, request)
            told = self._done(called)
        except Refused as refused:
            self._space.errors.append(Refusal(name, refused.error, tuple(refused.messages)))
            if refused.error == "ratelimited":
                return _limited(refused.more["retry_after_s"])
            told = {"ok": False, "error": refused.error, **refused.more}
            if refused.messages:
                told["response_metadata"] = {"messages": refused.messages}
        if fault is not None:
            return await self._misbehave(fault, request)
        return self._json(told)

    def _done(self, called: Called) -> Json:
        if called.name == "apps.connections.open":
            return {"ok": True, "url": self._opened_socket(called.token)}
        method = METHODS.get(called.name)
        if method is None:
            raise Refused("unknown_method", req_method=called.name)
        self._authorize(called, method)
        channel = called.arguments.text("channel")
        if wait_s := self._conduct.wait_s(called.name, method, channel):
            raise Refused("ratelimited", retry_after_s=wait_s)
        told = method.run(self._space, called.arguments)
        if called.name == "files.getUploadURLExternal":
            told["upload_url"] = f"{self.base}/upload/{told['upload_url']}"
        return {"ok": True, **told, **({"warning": called.warning} if called.warning else {})}

    def _authorize(self, called: Called, method: Method) -> None:
        if not called.token:
            raise Refused("not_authed")
        if called.token == APP_TOKEN:
            raise Refused("not_allowed_token_type")
        if called.token != BOT_TOKEN:
            raise Refused("invalid_auth")
        if failure := self._conduct.token_fails():
            raise Refused(failure)
        if method.scope:
            self._space.need(method.scope)

    def _opened_socket(self, token: str) -> str:
        if token != APP_TOKEN:
            raise Refused("not_allowed_token_type" if token == BOT_TOKEN else "invalid_auth" if token else "not_authed")
        return f"{self.base.replace('http', 'ws', 1)}/socket/{self._sockets.ticket()}"

    async def _upload(self, file: str, request: web.BaseRequest) -> web.StreamResponse:
        fault = self._conduct.fault("upload")
        if fault is not None and not fault.done:
            return await self._misbehave(fault, request)
        if file not in self._space.files or "waiting" not in self._space.files[file]:
            return web.Response(status=HTTPStatus.NOT_FOUND, text="no such upload")
        content = await _content(request)
        self._space.contents[file] = content
        if fault is not None:
            return await self._misbehave(fault, request)
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, path: str, request: web.BaseRequest) -> web.StreamResponse:
        fault = self._conduct.fault("download")
        if fault is not None:
            return await self._misbehave(fault, request)
        file = path.partition("/")[0]
        known = request.headers.get(hdrs.AUTHORIZATION) == f"Bearer {BOT_TOKEN}" and not self._conduct.token_fails()
        if not known or "files:read" not in self._space.scopes:
            return web.Response(text=LOGIN_PAGE, content_type="text/html")  # as Slack does: 200 and a page for people
        if file not in self._space.contents:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return web.Response(body=self._space.contents[file], content_type=self._space.files[file]["mimetype"])

    async def _respond(self, name: str, request: web.BaseRequest) -> web.StreamResponse:
        reply = self._space.replies.get(name)
        if reply is None or not reply.uses or self._space.now() > reply.until:
            self._space.errors.append(Refusal("response_url", "used_url" if reply and not reply.uses else "expired_url"))
            return web.Response(status=HTTPStatus.NOT_FOUND, text=self._space.errors[-1].error)
        body = json.loads(await request.read())
        if found := complaints_about_blocks(body.get("blocks", [])):
            self._space.errors.append(Refusal("response_url", "invalid_blocks", tuple(found)))
            return web.Response(status=HTTPStatus.BAD_REQUEST, text="invalid_blocks")
        reply.uses -= 1
        body["blocks"] = self._space.named(body.get("blocks", []))
        pressed = self._space.places[reply.channel].messages.get(reply.message)
        if body.get("delete_original") and pressed is not None:
            self._space.places[reply.channel].messages.pop(pressed.ts)
        elif body.get("replace_original") and pressed is not None:
            pressed.edits.append(pressed.kept())
            pressed.text, pressed.blocks = body.get("text", ""), body["blocks"]
        else:
            self._beside(reply.user, reply.channel, body)
        return web.Response(text="ok")

    def _beside(self, user: str, channel: str, body: Json) -> None:
        seen_by_all = body.get("response_type") == "in_channel"
        message = Posted(self._space.ts(), channel, BOT, body.get("text", ""), body["blocks"], body.get("thread_ts", ""))
        if seen_by_all:
            self._space.post(message)
        else:
            message.receiver = user
            self._space.ephemeral.append(message)

    async def _misbehave(self, fault: Fault, request: web.BaseRequest) -> web.StreamResponse:
        match fault.kind:
            case "ratelimited":
                return _limited(fault.retry_after_s)
            case "drop":
                if request.transport is not None:
                    request.transport.abort()
            case "hang":
                await self._ended.wait()
            case "error":
                pass
        return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, text="<html>upstream connect error</html>", content_type="text/html")

    def _json(self, told: Json) -> web.Response:
        headers = {"x-oauth-scopes": ",".join(sorted(self._space.scopes)), "x-accepted-oauth-scopes": ""}
        return web.Response(body=json.dumps(told).encode(), content_type=JSON, headers=headers)


def _limited(retry_after_s: int) -> web.Response:
    told = json.dumps({"ok": False, "error": "ratelimited"})
    headers = {hdrs.RETRY_AFTER: str(retry_after_s)}
    return web.Response(status=HTTPStatus.TOO_MANY_REQUESTS, text=told, content_type=JSON, headers=headers)


async def _called(name: str, request: web.BaseRequest) -> Called:
    kind, body = request.content_type, await request.read()
    bearer = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
    asked = dict(parse_qsl(request.query_string, keep_blank_values=True))
    warning = ""
    values: Mapping[str, Json] = {}
    if body and kind == JSON:
        values = _object(body)
        if name in METHODS and not METHODS[name].json:
            raise Refused("invalid_arguments", ["[ERROR] this method reads forms only"])
        warning = "" if request.charset else "missing_charset"
    elif body and kind == FORM:
        values = dict(parse_qsl(body.decode(), keep_blank_values=True))
    elif body and kind == MULTIPART:
        values = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    elif body:
        raise Refused("invalid_post_type")
    token = bearer or str((values if kind != JSON else {}).get("token", "")) or asked.get("token", "")
    return Called(name, token, Arguments({**asked, **values}), warning)


def _object(body: bytes) -> Mapping[str, Json]:
    try:
        values = json.loads(body)
    except ValueError as err:
        raise Refused("invalid_json") from err
    if not isinstance(values, dict):
        raise Refused("json_not_object")
    return values


async def _content(request: web.BaseRequest) -> bytes:
    if request.content_type == MULTIPART:
        part = await (await request.multipart()).next()
        return bytes(await part.read()) if isinstance(part, BodyPartReader) else b""
    return await request.content.read()
