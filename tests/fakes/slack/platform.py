"""Slack itself, as the app and the people in it meet it: what people do here becomes what the app is told. Knows no rules of methods."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.ports import Clock
from bot.senses import SystemClock
from tests.fakes.openid import OpenIdProvider, Paths
from tests.fakes.slack.conduct import Conduct, Fault, Kind, Pace
from tests.fakes.slack.inputs import filled
from tests.fakes.slack.manifests import Manifest, complaints_about_manifest
from tests.fakes.slack.rooms import checked_view
from tests.fakes.slack.sender import Delivery, Sender
from tests.fakes.slack.server import Server
from tests.fakes.slack.shapes import Json
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.workspace import APP, BOT, TEAM, Person, Place, Posted, Refusal, Refused, View, Workspace, pressable

FOREVER_S = float("inf")
VOUCHING = Paths("/openid/connect/authorize", "/api/openid.connect.token", "/openid/connect/keys")
"""Sign in with Slack.  Source: docs.slack.dev/authentication/sign-in-with-slack, read 2026-11."""


class Slack:
    """One workspace, one app. url: of the Web API, ends with a slash; base: of everything. app_url: where the app listens.

    `says`, `press`, `command`, `shortcut`, `submit`, `opens`, `stops` are what people do; each returns how it was taken by the app.
    openid: signs people in elsewhere. `messages`, `ephemeral`, `homes`, `modals`, `errors`, `failed` are there to be looked at.
    """

    def __init__(self, clock: Clock, *, socket_mode: bool) -> None:
        self.space = Workspace(clock)
        self.sockets = Sockets()
        self.conduct = Conduct(self.space.now)
        self.sender = Sender(self.sockets, self.space.now, by_socket=socket_mode)
        self.openid = OpenIdProvider(clock, VOUCHING, pkce=False, secret_in="client_secret_post", plain=True)  # noqa: S106 - a method
        self.server = Server(self.space, self.conduct, self.sockets)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request of whoever calls Slack."""
        return await (self.openid if request.path in self.openid.places else self.server).answer(request)

    @property
    def base(self) -> str:
        """Where all of it is."""
        return self.server.base

    @property
    def url(self) -> str:
        """Where the Web API is."""
        return f"{self.base}/api/"

    @property
    def messages(self) -> list[Posted]:
        """What the app posted, in order, as it stands now."""
        return self.space.messages

    @property
    def ephemeral(self) -> list[Posted]:
        """What one person alone was shown."""
        return self.space.ephemeral

    @property
    def homes(self) -> dict[str, View]:
        """The app's home by person."""
        return self.space.homes

    @property
    def views(self) -> dict[str, View]:
        """Homes by person and modals by id."""
        return {**self.space.homes, **self.space.modals}

    @property
    def errors(self) -> list[Refusal]:
        """Calls that were refused, in order."""
        return self.space.errors

    @property
    def failed(self) -> list[Delivery]:
        """What the app did not take in time."""
        return self.sender.failed

    # --- the stage ---------------------------------------------------------------------------------------------------------------

    def person(self, id: str, name: str = "", email: str = "", **about: Json) -> Person:  # noqa: A002 - what Slack calls it
        """Somebody who is here."""
        return self.space.joins(Person(id, name or id, email, **about))

    def channel(self, id: str, members: Iterable[str], *, kind: str = "channel", with_app: bool = True, shared: bool = False) -> Place:  # noqa: A002 - the same
        """A channel or a private group."""
        return self.space.opens(Place(id, kind, [*members, *([BOT] if with_app else [])], name=id.lower(), shared=shared))

    def install(self, manifest: Json) -> list[str]:
        """Make the app what a manifest says: scopes, events, tabs. What Slack has against it; then nothing changes."""
        found = complaints_about_manifest(manifest)
        if not found:
            told = Manifest(manifest)
            self.space.scopes, self.space.subscribed = told.scopes, told.events
            self.space.home_tab, self.space.messages_tab = told.home_tab, told.messages_tab
            self.sender.by_socket = told.socket_mode
        return found

    def fail(self, kind: Kind, *, times: int | None = 1, method: str = "", done: bool = False, retry_after_s: int = 1) -> None:
        """For the next calls: a 500, no answer, a cut line, or a 429. done: they take effect all the same. times=None: until `recover`.

        method: of these alone; "upload" and "download" are the two addresses of files.
        """
        self.conduct.faults.append(Fault(kind, done, times, method, retry_after_s))

    def recover(self) -> None:
        """All is well again."""
        self.conduct.faults.clear()
        self.conduct.token_until = 0.0

    def expire_token(self, for_s: float = FOREVER_S, says: str = "token_expired") -> None:
        """The app's token does not work for a while; also token_revoked, account_inactive, invalid_auth."""
        self.conduct.token_says, self.conduct.token_until = says, self.space.now() + for_s

    # --- what people do ----------------------------------------------------------------------------------------------------------

    async def says(
        self,
        user: str,
        text: str,
        channel: str = "",
        thread_ts: str = "",
        *,
        files: Iterable[Json] = (),
        copies: int = 1,
    ) -> Delivery:
        """Write somewhere, directly to the app where no channel is named. copies: how often each event comes, whatever the answer.

        A message that mentions the app in a channel it reads comes as two events. The last delivery is returned; none but the app's
        own subscriptions and memberships decide whether there is one.  Raises: ValueError when nothing was there to be told.
        """
        place = self.space.places[channel] if channel else self.space.direct(user)
        shared = list(files)
        message = self.space.post(Posted(self.space.ts(), place.id, user, text, thread_ts=thread_ts, files=shared))
        kinds = [kind for kind in _told_as(place, text) if kind in self.space.subscribed]
        if not kinds:
            told = f"the app is not subscribed to anything that {place.id} tells"
            raise ValueError(told)
        deliveries = [await self.event(_message_event(kind, place, message), user, shared=place.shared, copies=copies) for kind in kinds]
        return deliveries[-1]

    def puts_up(self, name: str, content: bytes, mimetype: str, *, voice: bool = False) -> Json:
        """A file that somebody shares with a message; a voice clip where `voice` says so."""
        about = {"subtype": "slack_audio", "media_display_type": "audio", "duration_ms": 1000} if voice else {}
        file = self.space.share(name, content, mimetype, **about)
        file["url_private_download"] = f"{self.base}/files/{file['id']}/download/{name}"
        file["url_private"] = file["url_private_download"]
        return file

    async def event(self, event: Json, user: str = "", *, shared: bool = False, copies: int = 1, team: str = TEAM) -> Delivery:
        """Any event, in its envelope. copies: the same one again, as Slack does when an answer was lost."""
        person = self.space.people.get(user)
        if person is not None and person.team != TEAM:
            event = {**event, "user_team": person.team, "source_team": person.team}
        mine = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
        about = {"token": "fake", "team_id": team, "context_team_id": TEAM, "api_app_id": APP, "event_time": int(self.space.now())}
        envelope = {**about, "type": "event_callback", "event_id": f"Ev{secrets.token_hex(6).upper()}", "event": event}
        delivery = await self.sender.bring("events_api", {**envelope, "authorizations": [mine], "is_ext_shared_channel": shared})
        for number in range(1, copies):
            await self.sender.again(delivery, number)
        return delivery

    async def press(self, user: str, on: Posted | View, label: str) -> Delivery:
        """Press what is labelled so (or has this value or action id) on a message, a home or a modal, as it stands now.

        Raises: ValueError when there is nothing of the kind: people cannot press what is not shown.
        """
        blocks = on.blocks if isinstance(on, Posted) else on.body["blocks"]
        for shown, block, action in pressable(blocks):
            if label in (shown, action.get("value"), action["action_id"]):
                acted = {**action, "block_id": block["block_id"], "action_ts": self.space.ts()}
                return await self._interact("block_actions", user, {"actions": [acted], "state": {"values": {}}, **self._where(user, on)})
        told = f"no {label!r} is shown among {[shown for shown, _, _ in pressable(blocks)]}"
        raise ValueError(told)

    async def shortcut(self, user: str, message: Posted, callback_id: str) -> Delivery:
        """Choose a message shortcut."""
        about = {"callback_id": callback_id, "action_ts": self.space.ts(), "message_ts": message.ts}
        return await self._interact("message_action", user, {**about, **self._where(user, message)})

    async def command(self, user: str, command: str, text: str = "", channel: str = "") -> Delivery:
        """Type a slash command; what the app answers at once is shown to that person alone."""
        place = self.space.places[channel] if channel else self.space.direct(user)
        who = {"user_id": user, "user_name": user.lower(), "team_id": self.space.people[user].team, "team_domain": "tandem"}
        where = {"channel_id": place.id, "channel_name": "directmessage" if place.kind == "im" else place.name}
        about = {"token": "fake", "api_app_id": APP, "command": command, "text": text, "is_enterprise_install": "false"}
        leaves = {"trigger_id": self.space.trigger(user), "response_url": f"{self.base}/response/{self.space.reply(user, place.id)}"}
        delivery = await self.sender.bring("slash_commands", {**about, **who, **where, **leaves})
        if delivery.taken and delivery.answer:
            told, blocks = delivery.answer, self.space.named(delivery.answer.get("blocks", []))
            self.space.ephemeral.append(Posted(self.space.ts(), place.id, BOT, told.get("text", ""), blocks, receiver=user))
        return delivery

    async def submit(self, user: str, view: View, values: Mapping[str, str]) -> Delivery:
        """Fill in a modal by block id and send it; what the app answers happens to the windows. Untouched inputs keep their first value.

        Raises: ValueError when Slack itself would not let it be sent.
        """
        state = {"values": filled(view.body["blocks"], values)}
        told = {**view.told(), "state": state}
        delivery = await self._interact("view_submission", user, {"view": told, "response_urls": []})
        if delivery.taken:
            self._after_submission(user, view, delivery.answer or {})
        return delivery

    async def opens(self, user: str, tab: str = "home") -> Delivery:
        """Open the app: its home, or its messages."""
        about = {"type": "app_home_opened", "user": user, "channel": self.space.direct(user).id, "tab": tab, "event_ts": self.space.ts()}
        known = {"view": self.space.homes[user].told()} if tab == "home" and user in self.space.homes else {}
        return await self.event({**about, **known}, user)

    async def stops(self, user: str, channel: str, thread_ts: str) -> Delivery:
        """Press Stop under a thread.  Raises: ValueError where nothing is under way: there is no such button then."""
        streams = [each for each in self.space.places[channel].thread(thread_ts) if self.space.streaming(each)]
        if not streams and self.space.sessions.get((channel, thread_ts), {}).get("status") != "processing":
            told = f"nothing is under way in {channel} {thread_ts}"
            raise ValueError(told)
        for each in streams:
            if each.stream is not None:
                each.stream.ended = "user"
        about = {"type": "agent_session_stopped", "user": user, "channel": channel, "thread_ts": thread_ts}
        return await self.event({**about, "streaming_message_ts": [each.ts for each in streams], "event_ts": self.space.ts()}, user)

    async def verify_url(self) -> Delivery:
        """What Slack asks once when a request URL is entered."""
        return await self.sender.bring("events_api", {"token": "fake", "type": "url_verification", "challenge": secrets.token_hex(8)})

    async def echoes(self, message: Posted) -> Delivery:
        """Tell the app of a message of its own, as Slack does wherever it subscribed to a place's messages."""
        place = self.space.places[message.channel]
        return await self.event({**_message_event("message.im", place, message), "bot_id": "B0BOT", "app_id": APP}, BOT)

    def _where(self, user: str, on: Posted | View) -> Json:
        if isinstance(on, View):
            return {"container": {"type": "view", "view_id": on.id}, "view": on.told()}
        place = self.space.places[on.channel]
        thread = {"thread_ts": on.thread_ts} if on.thread_ts else {}
        container = {"type": "message", "message_ts": on.ts, "channel_id": place.id, "is_ephemeral": bool(on.receiver), **thread}
        name = "directmessage" if place.kind == "im" else place.name
        reply = f"{self.base}/response/{self.space.reply(user, place.id, on.ts)}"
        message = on.told(metadata=False)
        return {"container": container, "channel": {"id": place.id, "name": name}, "message": message, "response_url": reply}

    async def _interact(self, kind: str, user: str, about: Json) -> Delivery:
        person = self.space.people[user]
        who = {"id": user, "username": user.lower(), "name": user.lower(), "team_id": person.team}
        team = {"team": {"id": TEAM, "domain": "tandem"}, "enterprise": None, "is_enterprise_install": False}
        payload = {"type": kind, "user": who, "api_app_id": APP, "token": "fake", "trigger_id": self.space.trigger(user), **team, **about}
        return await self.sender.bring("interactive", payload)

    def _after_submission(self, user: str, view: View, answer: Json) -> None:
        match answer.get("response_action"):
            case None:
                view.closed = True
            case "clear":
                for each in self.space.modals.values():
                    each.closed = each.closed or each.root == view.root
            case "errors":
                known = {block.get("block_id") for block in view.body["blocks"] if block["type"] == "input"}
                if not answer.get("errors") or answer["errors"].keys() - known:
                    self._refuse("invalid_arguments", "errors must name inputs")
            case "update" | "push" as action:
                try:
                    body = checked_view(self.space, answer.get("view"), "modal")
                except Refused as refused:
                    self._refuse(refused.error, *refused.messages)
                    return
                if action == "update":
                    view.body, view.hash = body, self.space.ts()
                else:
                    name = self.space.id("V")
                    self.space.modals[name] = View(name, user, body, self.space.ts(), view.root)
            case other:
                self._refuse("invalid_arguments", f"unknown response_action {other}")

    def _refuse(self, error: str, *messages: str) -> None:
        self.space.errors.append(Refusal("view_submission", error, messages))


@asynccontextmanager
async def slack_platform(clock: Clock | None = None, *, socket_mode: bool = False, pace: Pace | None = None) -> AsyncIterator[Slack]:
    """Slack on a port of its own, gone at the end, hanging calls and all. pace: None lets the app call as often as it likes."""
    slack = Slack(clock or SystemClock(), socket_mode=socket_mode)
    slack.conduct.pace = pace
    runner = web.ServerRunner(web.Server(slack.answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    slack.server.base = slack.openid.url = f"http://{host}:{port}"
    slack.sender.client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None))
    try:
        yield slack
    finally:
        slack.server.end()
        slack.openid.end()
        await asyncio.sleep(0)
        await slack.sender.client.close()
        await runner.cleanup()


def _told_as(place: Place, text: str) -> list[str]:
    """What a message in a place is to the app, by the names of subscriptions."""
    if BOT not in place.members:
        return []
    of_place = {"im": "message.im", "channel": "message.channels", "group": "message.groups", "mpim": "message.mpim"}[place.kind]
    return [of_place, *(["app_mention"] if f"<@{BOT}>" in text and place.kind != "im" else [])]


def _message_event(kind: str, place: Place, message: Posted) -> Json:
    about = {**message.told(metadata=False), "channel": place.id, "event_ts": message.ts, "client_msg_id": secrets.token_hex(16)}
    if kind == "app_mention":
        return {**about, "type": "app_mention"}
    channel_type = {"im": "im", "channel": "channel", "group": "group", "mpim": "mpim"}[place.kind]
    return {**about, "channel_type": channel_type, **({"subtype": "file_share"} if message.files else {})}
