"""The web process: serves on a listening socket that it was handed, until the house that started it goes away."""

import asyncio
import socket
import sys
from pathlib import Path

import uvicorn

from bot.private_line import ask_house
from bot.web.app import web_app

HOUSE_TIMEOUT_S = 2


async def serve(listening: socket.socket, house: Path) -> None:
    """Serve until standard input ends, which it does when the house dies, however it dies."""

    async def ask(verb: str) -> object:
        answer = await ask_house(house, {"verb": verb}, timeout_s=HOUSE_TIMEOUT_S)
        if "result" not in answer:
            raise ConnectionError(verb)
        return answer["result"]

    server = uvicorn.Server(uvicorn.Config(web_app(ask), log_config=None, access_log=False, server_header=False, timeout_keep_alive=30))
    serving = asyncio.create_task(server.serve([listening]))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])))
