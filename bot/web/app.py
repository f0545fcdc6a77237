"""The HTTP side of Tandem. It holds no data: it asks the house, over the private socket."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.requests import Request

Ask = Callable[[str], Awaitable[Any]]
"""Asks the house one verb without arguments.  Raises: OSError, TimeoutError when it does not answer."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def web_app(ask: Ask) -> FastAPI:
    """The application over a house that `ask` reaches."""
    app = FastAPI(title="Tandem", docs_url=None, redoc_url=None, openapi_url=None)

    @app.middleware("http")
    async def guard(request: Request, following: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await following(request)
        response.headers.update(SECURITY_HEADERS)
        return response

    @app.get("/livez")
    async def livez() -> Response:
        """The process is there."""
        return PlainTextResponse("ok\n")

    @app.get("/readyz")
    @app.get("/healthz")
    async def readyz() -> Response:
        """200 only when the house can answer; else 503 with the reason."""
        try:
            status = await ask("status")
        except (OSError, TimeoutError):
            status = {"ready": False, "reason": "the house does not answer"}
        return JSONResponse(status, 200 if status["ready"] else 503)

    @app.get("/metrics")
    async def metrics() -> Response:
        """Numbers of the house, as Prometheus text."""
        try:
            return PlainTextResponse(await ask("metrics"), media_type="text/plain; version=0.0.4")
        except (OSError, TimeoutError):
            return PlainTextResponse("the house does not answer\n", 503)

    return app
