"""How Slack brings things to the app: signed, by HTTP or over a socket, again where nobody answered in time. Knows no event's meaning."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal, TypeAlias
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack.shapes import Json
from tests.fakes.slack.sockets import Sockets

Kind: TypeAlias = Literal["events_api", "interactive", "slash_commands"]
SIGNING_SECRET = "not-a-secret"  # noqa: S105 - the secret of a fake
PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. status: what the app answered, 0 without an answer; body: what came with it, parsed where it is JSON."""

    status: int
    reason: str
    body: Json = None


@dataclass(slots=True)
class Delivery:
    """Something that was brought to the app, and how it went. An answer counts when it is a 200 within three seconds."""

    kind: Kind
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def taken(self) -> bool:
        """Whether the app took it."""
        return bool(self.attempts) and self.attempts[-1].status == HTTPStatus.OK

    @property
    def answer(self) -> Json:
        """What came with the last answer."""
        return self.attempts[-1].body if self.attempts else None


@dataclass(slots=True)
class Sender:
    """url: the app's one request URL. by_socket: whether the app is in Socket Mode. retry_waits_s: Slack's own are 0, 60 and 300."""

    sockets: Sockets
    now: Callable[[], float]
    url: str = ""
    by_socket: bool = False
    patience_s: float = PATIENCE_S
    retry_waits_s: tuple[float, ...] = (0.0, 0.0, 0.0)
    deliveries: list[Delivery] = field(default_factory=list)
    client: aiohttp.ClientSession | None = None

    @property
    def failed(self) -> list[Delivery]:
        """What the app did not take, after all tries; presses and commands have one."""
        return [each for each in self.deliveries if not each.taken]

    async def bring(self, kind: Kind, payload: Json) -> Delivery:
        """Bring it; events up to four times."""
        delivery = Delivery(kind, payload)
        self.deliveries.append(delivery)
        await self.again(delivery)
        if kind == "events_api":
            for number, wait_s in enumerate(self.retry_waits_s, start=1):
                if delivery.taken or delivery.attempts[-1].reason == "no_retry":
                    break
                await asyncio.sleep(wait_s)
                await self.again(delivery, number)
        return delivery

    async def again(self, delivery: Delivery, number: int = 0) -> None:
        """One more try of the same thing, as its `number`th retry."""
        reason = delivery.attempts[-1].reason if delivery.attempts else ""
        try:
            attempt = await (self._by_socket if self.by_socket else self._by_http)(delivery, number, reason)
        except TimeoutError:
            attempt = Attempt(0, "http_timeout")
        except (aiohttp.ClientError, ConnectionError):
            attempt = Attempt(0, "connection_failed")
        delivery.attempts.append(attempt)

    def signed(self, body: bytes, content_type: str, *, at: float | None = None, secret: str = SIGNING_SECRET) -> dict[str, str]:
        """The headers of a request from Slack. at: seconds since 1970, for one that comes late."""
        timestamp = str(int(self.now() if at is None else at))
        digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}", "content-type": content_type}

    async def _by_http(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        assert self.client is not None
        body, content_type = _written(delivery)
        headers = self.signed(body, content_type)
        if number:
            headers |= {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
        async with asyncio.timeout(self.patience_s), self.client.post(self.url, data=body, headers=headers) as answer:
            told = _read(await answer.read())
            refused = answer.headers.get("x-slack-no-retry") == "1"
            return Attempt(answer.status, "" if answer.ok else "no_retry" if refused else "http_error", told)

    async def _by_socket(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        told = await self.sockets.send(delivery.kind, delivery.payload, attempt=number, reason=reason, patience_s=self.patience_s)
        return Attempt(HTTPStatus.OK, "", told)


def _written(delivery: Delivery) -> tuple[bytes, str]:
    match delivery.kind:
        case "events_api":
            return json.dumps(delivery.payload).encode(), "application/json"
        case "interactive":
            return urlencode({"payload": json.dumps(delivery.payload)}).encode(), "application/x-www-form-urlencoded"
        case "slash_commands":
            return urlencode(delivery.payload).encode(), "application/x-www-form-urlencoded"


def _read(body: bytes) -> Json:
    try:
        return json.loads(body) if body else {}
    except ValueError:
        return {"text": body.decode(errors="replace")}
