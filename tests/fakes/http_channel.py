"""A channel to the receiver: the port `Channel` over real HTTP."""

import httpx

from bot.domain.decision import Message
from bot.domain.talk import Lang, Origin
from bot.errors import Unsure, Upstream


class HttpChannel:
    """Sends to the receiver with our message id. can_be_asked: whether the platform knows about earlier tries."""

    def __init__(self, name: str, port: int, *, can_be_asked: bool) -> None:
        self.name = name
        self._can_be_asked = can_be_asked
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, limits=httpx.Limits(max_keepalive_connections=0))

    async def deliver(self, message: Message) -> str:
        """Deliver; a refusal surely was no delivery, a line cut after the request may have been one."""
        body = {"id": message.id, "thread": message.origin.thread_id, "text": message.outcome.text}
        try:
            answer = await self._client.post("/deliver", json=body)
        except httpx.ConnectError as err:
            raise Upstream(self.name, retry_after_s=0.05) from err
        except httpx.TransportError as err:
            raise Unsure(type(err).__name__) from err
        if answer.is_server_error:
            raise Upstream(self.name, retry_after_s=0.05)
        return str(answer.json()["receipt"])

    async def reached(self, message: Message) -> bool | None:
        """Ask whether it has our message id."""
        if not self._can_be_asked:
            return None
        return bool((await self._client.get("/has", params={"id": message.id})).json())

    async def working(self, _origin: Origin, _lang: Lang, _step: str, _seconds: float, /) -> None:
        """Nobody looks."""

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()
