"""A chat endpoint that words letters for pages: it says the plain letter again, and in a new tone where its prompt asks for one."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fakes.chat_endpoint import ChatEndpoint, Json, chat_endpoint, said_to

TONE = "9. Warm, as to a neighbour."
WARMER = "向您请教。"
"""What a letter has in the new tone, and in no other."""
MIDDLE = re.compile(r"Its sentences between greeting and sign-off:\n<<< \S+\n(?P<lines>.*?)\n>>> ", re.DOTALL)


def tell(body: Json) -> str:
    """The plain letter's sentences, all on the first of its grounds; warmer where that is asked for. Chooses nothing."""
    said = said_to(body)
    found = MIDDLE.search(said)
    if found is None:
        return '{"tool": "unsure", "arguments": {}}'
    lines = [*found["lines"].splitlines(), *([WARMER] if TONE in said else [])]
    return json.dumps({"sentences": [{"text": line, "grounds": [1] if line != WARMER else []} for line in lines]}, ensure_ascii=False)


@contextmanager
def answering() -> Iterator[ChatEndpoint]:
    """The endpoint, in a thread of its own, for the browser's loop is in this one."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    begun: list[ChatEndpoint] = []
    ready = threading.Event()

    async def serve() -> None:
        async with chat_endpoint(tell) as endpoint:
            begun.append(endpoint)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(10)
    try:
        yield begun[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
