"""Turns over DBOS: what was begun is ended, over crashes. The only room that knows `dbos`; the truth of a turn stands elsewhere."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID, WorkflowStatusString
from structlog.contextvars import bound_contextvars, get_contextvars

from bot.domain.ids import TurnId
from bot.engine.attempts import Attempts
from bot.ports import Clock

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

VERSION = "tandem"
"""Work begun under one version string waits for that very version, so it never changes; turns are short, and old ones run on new code."""

THREADS = 16
CONNECTIONS = 8
ASK_S = 0.2
"""How often a turn that was taken over is asked whether it has ended."""

KEEP = timedelta(days=1)
PURGE_EVERY_S = 3600.0
PURGE_AT_ONCE = 500

Workflow = Callable[[TurnId], Coroutine[object, object, None]]

_WAITS = {WorkflowStatusString.ENQUEUED.value, WorkflowStatusString.DELAYED.value}


class AlreadyRunning(RuntimeError):
    """A second engine was asked for in one process."""


class NotRunning(RuntimeError):
    """A turn was handed over before the start or after the close."""


class Durable:
    """The port `Engine` over one SQLite file of progress. One a process: `dbos` keeps its state in the process."""

    def __init__(self, path: Path, attempts: Attempts, clock: Clock) -> None:
        self.executor = str(uuid4())  # two live processes under one name would run each other's work
        self._path = path
        self._attempts = attempts
        self._clock = clock
        self._under_way: dict[TurnId, asyncio.Task[None]] = {}
        self._takes: dict[TurnId, asyncio.Task[None]] = {}
        self._context: dict[TurnId, dict[str, object]] = {}
        self._purging: asyncio.Task[None] | None = None
        self._workflow: Workflow | None = None
        self._closing = False

    async def start(self) -> None:
        """Open the file and begin to listen. To be called on the loop that turns shall run on.

        Raises: AlreadyRunning when this process has an engine already.
        """
        _write_ahead(self._path)
        _quieten()
        DBOS(config=self._config())
        if self.executor != DBOS.executor_id:
            raise AlreadyRunning
        self._workflow = DBOS.workflow(name="take_turn", max_recovery_attempts=None)(self._body())
        DBOS.launch()
        self._purging = asyncio.create_task(self._purge_hourly())

    async def take(self, turn_id: TurnId) -> None:
        """See the turn to its end, having started it if nobody did; returns when it is settled or given up aloud.

        To be called for unsettled turns by the one who holds the lane: whoever else began this turn has died over it.
        """
        if self._workflow is None or self._closing:
            raise NotRunning
        task = self._takes.get(turn_id)
        if task is None:
            task = self._takes[turn_id] = asyncio.create_task(self._take(turn_id, self._workflow))
            task.add_done_callback(lambda _: self._takes.pop(turn_id))
        await asyncio.shield(task)  # who waits may leave; the turn goes on

    async def close(self, grace_s: float = 5.0) -> None:
        """Stop taking work; what is under way has `grace_s` to end, and is taken up at the next start."""
        if self._closing or self._workflow is None:
            return
        self._closing = True
        turns = {*self._takes.values(), *self._under_way.values()}
        if turns:
            await asyncio.wait(turns, timeout=grace_s)
        tasks = turns if self._purging is None else {*turns, self._purging}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _destroy()

    async def purge(self) -> int:
        """Forget progress older than a day, at most `PURGE_AT_ONCE` turns; says how many.

        Unended ones too: the lane of a turn that is still open begins it anew.
        """
        before = (self._clock.now() - KEEP).isoformat()
        old = await DBOS.list_workflows_async(end_time=before, limit=PURGE_AT_ONCE, load_input=False, load_output=False)
        ids = [each.workflow_id for each in old if each.workflow_id not in self._under_way]
        if ids:
            await DBOS.delete_workflows_async(ids)
        return len(ids)

    async def _take(self, turn_id: TurnId, workflow: Workflow) -> None:
        self._context[turn_id] = get_contextvars()
        try:
            await self._see_through(turn_id, workflow)
        finally:
            del self._context[turn_id]

    async def _see_through(self, turn_id: TurnId, workflow: Workflow) -> None:
        begun = await DBOS.get_workflow_status_async(turn_id)
        if begun is not None and begun.status == WorkflowStatusString.PENDING.value and turn_id not in self._under_way:
            await DBOS.resume_workflow_async(turn_id)
        elif begun is not None and begun.status not in {*_WAITS, WorkflowStatusString.PENDING.value}:
            # Ended here, yet open in the truth (a restored backup, say): the truth wins.
            await DBOS.delete_workflow_async(turn_id)
            begun = None
        if begun is None:
            with SetWorkflowID(turn_id):
                handle = await DBOS.start_workflow_async(workflow, turn_id)
        else:
            log.info("turn_taken_over", turn_id=turn_id)
            handle = await DBOS.retrieve_workflow_async(turn_id)
        await handle.get_result(polling_interval_sec=ASK_S)

    def _body(self) -> Workflow:
        async def take_turn(turn_id: TurnId) -> None:
            task = asyncio.current_task()
            if task is None:
                return
            if (first := self._under_way.get(turn_id)) is not None:
                await asyncio.wait({first})  # handed out twice in the moment of a take-over
                return
            self._under_way[turn_id] = task
            try:
                with bound_contextvars(**{**self._context.get(turn_id, {}), "turn_id": turn_id}):
                    await self._live(turn_id)
            finally:
                del self._under_way[turn_id]

        return take_turn

    async def _live(self, turn_id: TurnId) -> None:
        """Walk the road, unless too many processes have died on it.

        Each life is noted in a step before it begins. Taken over, the workflow reads the notes of lives that ended with their
        processes, and begins one of its own after them.
        """
        for _ in range(self._attempts.patience.lives):
            if await DBOS.run_step_async({"name": "live"}, self._who) == self.executor:
                return await self._attempts.see_through(turn_id)
        log.error("turn_killed_its_processes", turn_id=turn_id, lives=self._attempts.patience.lives)
        return await self._attempts.give_up(turn_id)

    async def _who(self) -> str:
        return self.executor

    async def _purge_hourly(self) -> None:
        while True:
            try:
                while await self.purge() == PURGE_AT_ONCE:
                    pass
            except Exception:
                log.exception("purge_failed")
            await asyncio.sleep(PURGE_EVERY_S)

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name="tandem",
            system_database_url=f"sqlite:///{self._path}",
            db_engine_kwargs={"connect_args": {"factory": _Progress}},
            sys_db_pool_size=CONNECTIONS,
            max_executor_threads=THREADS,
            executor_id=self.executor,
            application_version=VERSION,
            serializer=DBOSPortableJSONSerializer(),
            enable_otlp=False,
            otlp_traces_endpoints=[],
            otlp_logs_endpoints=[],
            log_level="WARNING",
            notification_listener_polling_interval_sec=0.25,  # we use none; closing waits this long for its thread
            scheduler_polling_interval_sec=PURGE_EVERY_S,  # nor schedules
        )


class _Progress(sqlite3.Connection):
    """Progress may lose its last moments with the power, never with the process: what the truth has settled is not done again."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.execute("PRAGMA synchronous = NORMAL")


def _write_ahead(path: Path) -> None:
    """`dbos` never sets it, and without it each reader waits for each writer."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def _quieten() -> None:
    """Let its warnings go where ours go: with a handler in place, `dbos` adds no console of its own."""
    theirs = logging.getLogger("dbos")
    if not theirs.handlers:
        theirs.addHandler(logging.NullHandler())
    theirs.propagate = True


async def _destroy() -> None:
    """End `dbos` from a thread of its own: it waits for its threads, and they for our loop.

    Then give the loop a pool again: `dbos` had put its own in place.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as outside:
        await loop.run_in_executor(outside, lambda: DBOS.destroy(destroy_registry=True))
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))

