"""Comparisons of contracts: made by a process of their own, once for everybody who waits for one, kept for a while. Judges nothing."""

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.domain.comparison import Clause, ClauseChange, Report
from bot.domain.comparison_json import change_from_json, clause_from_json
from bot.domain.contracts import Paper
from bot.domain.ids import TurnId
from bot.errors import TellUser, Upstream
from bot.ports.contracts import PairsTold
from knowledge.child import Child, ChildStopped
from knowledge.papers import wire

SCALES = "bot.scales"
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
LINGER_S = 60.0
PATIENCE_S = 90.0
"""How long the process may be silent: pairing the clauses of ten thousand takes ten seconds."""
LONG_CHARS = 200_000
"""Papers of more characters have a process of their own, so that nobody's three pages wait behind three hundred."""
KEPT_S = 1_800.0
MOST_KEPT_CHARS = 8_000_000
STEP = "do"
"""The step of a turn that this is part of; see `bot.turns.under_way`."""

Partway = Callable[[TurnId, str], Callable[[float, float], None]]
"""What is told how far a step of a turn has come."""


@dataclass
class _Run:
    """One comparison under way. waiting: how many wait for it. told: who hears how far it is."""

    task: asyncio.Task[Report]
    waiting: int = 0
    told: list[PairsTold] = field(default_factory=list)


@dataclass(frozen=True)
class _Kept:
    report: Report
    chars: int
    end: asyncio.TimerHandle


class Comparisons:
    """The port `Comparer`.

    clauses: the files of the clause library, as text, looked at anew for each comparison. partway: see `Partway`. kept_s: how long one
    is kept.
    """

    def __init__(
        self, clauses: Mapping[str, str], partway: Partway | None = None, *, linger_s: float = LINGER_S, kept_s: float = KEPT_S
    ) -> None:
        self._clauses = clauses
        self._partway = partway
        self._kept_s = kept_s
        self._short, self._long = (Child(SCALES, (), ONE_CORE, linger_s=linger_s) for _ in range(2))
        self._runs: dict[str, _Run] = {}
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that run."""
        return tuple(pid for pid in (self._short.pid, self._long.pid) if pid is not None)

    async def compare(
        self, old: Paper, new: Paper, our_party: str, *, turn_id: TurnId | None = None, told: PairsTold | None = None
    ) -> Report:
        """What became of `old` in `new`."""
        return await self.compare_by(dict(self._clauses), old, new, our_party, turn_id=turn_id, told=told)

    async def compare_by(
        self, clauses: Mapping[str, str], old: Paper, new: Paper, our_party: str, *, turn_id: TurnId | None = None,
        told: PairsTold | None = None,
    ) -> Report:
        """The same, by other clauses than those that hold."""
        key = _key(old, new, our_party, clauses)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key].report
        run = self._runs.get(key) or self._begin(key, clauses, old, new, our_party)
        listeners = [one for one in (told, self._partway(turn_id, STEP) if turn_id and self._partway else None) if one is not None]
        run.told += listeners
        run.waiting += 1
        try:
            return await asyncio.shield(run.task)
        finally:
            run.waiting -= 1
            for one in listeners:
                run.told.remove(one)
            if not run.waiting and not run.task.done():
                self._runs.pop(key, None)
                run.task.cancel()
                await asyncio.wait({run.task})

    async def close(self) -> None:
        """End the processes, and forget what was kept."""
        under_way = [run.task for run in self._runs.values()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        for key in list(self._kept):
            self._forget(key)
        for child in (self._short, self._long):
            await child.stop()

    def _begin(self, key: str, clauses: Mapping[str, str], old: Paper, new: Paper, our_party: str) -> _Run:
        chars = sum(len(one.text) for paper in (old, new) for one in paper.paragraphs)
        run = self._runs[key] = _Run(asyncio.create_task(self._made(key, clauses, old, new, our_party, chars)))

        def ended(task: asyncio.Task[Report]) -> None:
            if self._runs.get(key) is run:
                del self._runs[key]
            if not task.cancelled() and task.exception() is None:
                self._keep(key, task.result(), chars)

        run.task.add_done_callback(ended)
        return run

    async def _made(self, key: str, clauses: Mapping[str, str], old: Paper, new: Paper, our_party: str, chars: int) -> Report:
        question = {
            "old": [wire.told(one) for one in old.paragraphs], "new": [wire.told(one) for one in new.paragraphs], "name": new.name,
            "our_party": our_party, "clauses": dict(clauses),
        }  # fmt: skip
        child = self._long if chars > LONG_CHARS else self._short
        before, after, changes, pairs = list[Clause](), list[Clause](), list[ClauseChange](), list[list[int | None]]()
        try:
            async with aclosing(child.ask(question, PATIENCE_S)) as answers:
                async for answer in answers:
                    if "refused" in answer:
                        raise _refusal(answer)
                    before += [clause_from_json(one) for one in answer.get("old", ())]
                    after += [clause_from_json(one) for one in answer.get("new", ())]
                    changes += [change_from_json(one) for one in answer.get("changes", ())]
                    if "at" in answer:
                        self._tell(key, answer["at"], answer["of"])
                    pairs = answer.get("done", {}).get("pairs", pairs)
        except ChildStopped as stopped:
            raise Upstream("comparing") from stopped
        return Report(tuple(before), tuple(after), tuple((here, there) for here, there in pairs), tuple(changes))

    def _tell(self, key: str, at: int, of: int) -> None:
        run = self._runs.get(key)
        for told in run.told if run else ():
            told(at, of)

    def _keep(self, key: str, report: Report, chars: int) -> None:
        end = asyncio.get_running_loop().call_later(self._kept_s, self._forget, key)
        self._kept[key] = _Kept(report, chars, end)
        while len(self._kept) > 1 and sum(one.chars for one in self._kept.values()) > MOST_KEPT_CHARS:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: str) -> None:
        if kept := self._kept.pop(key, None):
            kept.end.cancel()


def _refusal(answer: Mapping[str, object]) -> TellUser | Upstream:
    facts = answer["facts"]
    return TellUser(str(answer["refused"]), **facts) if answer["refused"] and isinstance(facts, dict) else Upstream("comparing")


def _key(old: Paper, new: Paper, our_party: str, clauses: Mapping[str, str]) -> str:
    """What a comparison is made of, as one word: equal papers have equal ones, whoever sent them."""
    digest = hashlib.sha256(our_party.encode())
    digest.update(json.dumps(sorted(clauses.items())).encode())
    for paper in (old, new):
        digest.update(json.dumps([wire.told(one) for one in paper.paragraphs]).encode())
    return digest.hexdigest()
