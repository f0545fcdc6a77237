"""A process of our own that answers JSON lines, started when needed and ended when it stalls. Knows the wire; knows no question."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

START_S = 120
"""Seconds a child may take to import what it needs on a busy machine."""
LONGEST_LINE = 64_000_000
INHERITED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "LD_LIBRARY_PATH")
"""What a child sees of our environment: no secret is among it."""
HOUSE = Path(__file__).resolve().parent.parent


class ChildStopped(Exception):
    """The child died, or said nothing for too long and was ended. stalled: which of the two."""

    def __init__(self, *, stalled: bool) -> None:
        super().__init__("stalled" if stalled else "died")
        self.stalled = stalled


class Child:
    """One child, one question at a time. Its first line is `{"ready": …}`; what it prints to stderr is dropped.

    linger_s: how long it waits for another question before it ends; None for as long as nobody stops it.
    """

    def __init__(
        self, module: str, arguments: Sequence[str] = (), environment: Mapping[str, str] | None = None, *, linger_s: float | None = None
    ) -> None:
        self._command = (sys.executable, "-m", module, *arguments)
        self._environment = dict(environment or {})
        self._process: asyncio.subprocess.Process | None = None
        self._ending: set[asyncio.subprocess.Process] = set()
        self._turn = asyncio.Lock()
        self._linger_s = linger_s
        self._leaving: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def ask(self, question: Mapping[str, object], patience_s: float) -> AsyncGenerator[dict[str, Any], None]:
        """Put one question; answers until the caller stops listening. Leaving before the last answer ends the child.

        patience_s: longest silence.  Raises: ChildStopped.
        """
        async with self._turn:
            self._stay()
            whole = False
            try:
                process = await self._running()
                await self._tell(process, question)
                while True:
                    answer = await self._line(process, patience_s)
                    whole = bool(answer.keys() & {"done", "refused"})
                    yield answer
                    if whole:
                        return
            finally:
                if not whole:
                    await self.stop()
                elif self._linger_s is not None:
                    self._leaving = asyncio.create_task(self._leave(self._linger_s))

    async def stop(self) -> None:
        """End the process, if there is one; what somebody else has begun to end is waited for, too."""
        self._stay()
        process, self._process = self._process, None
        if process is not None:
            self._ending.add(process)
            with suppress(ProcessLookupError):
                process.kill()
        for one in tuple(self._ending):
            await one.wait()
            self._ending.discard(one)

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    async def _leave(self, linger_s: float) -> None:
        await asyncio.sleep(linger_s)
        self._leaving = None
        async with self._turn:
            await self.stop()

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        path = os.pathsep.join(part for part in (str(HOUSE), os.environ.get("PYTHONPATH", "")) if part)
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={**inherited, "PYTHONPATH": path, **self._environment}, limit=LONGEST_LINE, start_new_session=True,
        )
        await self._line(process, START_S)
        return process

    async def _tell(self, process: asyncio.subprocess.Process, question: Mapping[str, object]) -> None:
        if process.stdin is None:
            raise ChildStopped(stalled=False)
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            raise ChildStopped(stalled=False) from None

    async def _line(self, process: asyncio.subprocess.Process, patience_s: float) -> dict[str, Any]:
        if process.stdout is None:
            raise ChildStopped(stalled=False)
        try:
            line = await asyncio.wait_for(process.stdout.readline(), patience_s)
        except TimeoutError:
            raise ChildStopped(stalled=True) from None
        except ValueError:  # a line beyond the limit
            raise ChildStopped(stalled=False) from None
        if not line:
            raise ChildStopped(stalled=False)
        answer: dict[str, Any] = json.loads(line)
        return answer
