"""Pages as they travel: compressed where the browser takes it. Knows bytes and headers, no page.

What is compressed together with something that a stranger chose can be guessed by its length (BREACH). The one secret in a page is the
token of its forms, so that is another one in each answer; see `Reader.token`.
"""

import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES = 1000
"""Below it nothing is won: it is one packet anyway."""
LEVEL = 5
"""The knee: 6 and more take half as long again for a hundredth."""


class Packed:
    """An ASGI layer. Whole pages alone: what comes in pieces is read as it comes, and a file is mostly packed already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back, smaller."""
        if scope["type"] != "http" or "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            await self._app(scope, receive, send)
            return
        begun: Message | None = None

        async def packed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and _is_page(message):
                begun = message
                return
            if begun is not None:
                start, begun = begun, None
                if not message.get("more_body") and len(message.get("body", b"")) >= LEAST_BYTES:
                    message = {**message, "body": gzip.compress(message["body"], LEVEL, mtime=0)}
                    headers = MutableHeaders(scope=start)
                    headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(message["body"]))
                    headers.add_vary_header("Accept-Encoding")
                await send(start)
            await send(message)

        await self._app(scope, receive, packed)


def _is_page(start: Message) -> bool:
    headers = Headers(scope=start)
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers
