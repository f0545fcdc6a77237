"""The web process: serves on a listening socket that it was handed, until the house that started it goes away."""

import asyncio
import socket
import sys
from pathlib import Path

import uvicorn

from bot.senses import SystemClock
from bot.web.app import web_app
from bot.web.line import Line


async def serve(listening: socket.socket, house: Path, public_url: str) -> None:
    """Serve until standard input ends, which it does when the house dies, however it dies."""
    app = web_app(Line(house), SystemClock(), public_url)
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_keep_alive=30, timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server.serve([listening]))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]), sys.argv[3]))
