"""A webhook of ours on a port of its own, as the process that listens serves it. Knows HTTP; knows no platform."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.ports.hooks import Hook


@asynccontextmanager
async def listening(hook: Hook) -> AsyncIterator[str]:
    """Serve `hook` at any path of the address that this yields."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        status, told, body = await hook(request.method, dict(request.query), headers, await request.read())
        return web.Response(status=status, headers=dict(told), body=body)

    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
