"""Trials: the saved cases of a prompt are said again, with the text in use and with another, one after the other. Kept in memory alone.

A trial ends by itself: when all cases were said, when its time is over, when its admin's budget of the model is spent. One admin has one.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from bot.admin.rehearsal import Rehearsal, Rehearsed, Words
from bot.domain.ids import UserId
from bot.domain.people import Speaker
from bot.domain.prompt_cases import Case, Check, Tried, checks, holds
from bot.errors import TellUser, Upstream
from bot.ports import Ids, Prompt

TRIAL_S, CASE_S = 600.0, 45.0
"""How long all of a trial may take, and one case of it: longer than a model that answers at all."""
KEPT = 12
BUDGET = "budget"
BUILTIN = "builtin"

log = structlog.get_logger()


class TrialState(StrEnum):
    """How far a trial is: under way; through; ended by its admin, by the clock, by the budget, by a fault of ours."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    LATE = "late"
    BUDGET = "budget"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Side:
    """What one text made of a case, and how that is by its phrases."""

    came: Rehearsed
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether it is as the case wishes."""
        return holds(self.checks)


@dataclass(frozen=True, slots=True)
class Tested:
    """One case, said with both texts. today: with the one in use. refusal: a sentence's key, where it could not be said; then no sides."""

    case: Case
    said: str
    today: Side | None = None
    candidate: Side | None = None
    refusal: str = ""

    @property
    def is_worse(self) -> bool:
        """Whether it held with the text in use and holds no more."""
        return self.today is not None and self.candidate is not None and self.today.holds and not self.candidate.holds


@dataclass
class Trial:
    """One trial, as far as it is. prompt, candidate: as in use when it began, and as tried."""

    id: str
    by: UserId
    prompt: Prompt
    candidate: Prompt
    cases: tuple[Case, ...]
    tested: list[Tested] = field(default_factory=list)
    state: TrialState = TrialState.RUNNING

    @property
    def tried(self) -> Tried:
        """How it stands, in numbers. Cases that could not be said do not count."""
        told = [one for one in self.tested if one.today and one.candidate]
        models = [side.came.model for one in told for side in (one.today, one.candidate) if side]
        held = sum(one.candidate.holds for one in told if one.candidate)
        before = sum(one.today.holds for one in told if one.today)
        model = next((name for name in models if name != BUILTIN), BUILTIN)
        return Tried(len(told), held, before, sum(one.is_worse for one in told), model)

    def is_of(self, prompt: Prompt, version: str, cases: Sequence[Case]) -> bool:
        """Whether it is a whole one of just this text beside just the one in use, on the cases as they are now."""
        same = (self.prompt.name, self.prompt.version, self.candidate.version) == (prompt.name, prompt.version, version)
        return self.state is TrialState.DONE and same and _marks(self.cases) == _marks(cases)


@dataclass
class Trials:
    """Those under way, and the last ones. skills: prompt -> which of them may do what was written by hand."""

    rehearsal: Rehearsal
    ids: Ids
    skills: Callable[[str], Sequence[str]]
    trial_s: float = TRIAL_S
    case_s: float = CASE_S
    _kept: dict[str, Trial] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def begin(self, prompt: Prompt, candidate: Prompt, cases: Sequence[Case], by: Speaker) -> Trial:
        """Begin one; another of the same admin ends."""
        for other in list(self._kept.values()):
            if other.by == by.user_id:
                await self.stop(other.id)
        trial = Trial(self.ids.new(), by.user_id, prompt, candidate, tuple(cases))
        self._kept[trial.id] = trial
        for old in list(self._kept)[:-KEPT]:
            await self.stop(old)
            del self._kept[old]
        self._tasks[trial.id] = asyncio.create_task(self._run(trial, by))
        return trial

    def trial(self, trial_id: str, by: UserId) -> Trial | None:
        """One of this admin's; None where it is not there any more."""
        found = self._kept.get(trial_id)
        return found if found and found.by == by else None

    async def stop(self, trial_id: str) -> None:
        """End one; what was tested stays."""
        if (task := self._tasks.pop(trial_id, None)) and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def of(self, prompt: Prompt, version: str, cases: Sequence[Case]) -> Trial | None:
        """The last whole trial of a text, by whomever; see `Trial.is_of`."""
        return next((one for one in reversed(self._kept.values()) if one.is_of(prompt, version, cases)), None)

    async def close(self) -> None:
        """End all of them."""
        for trial_id in list(self._tasks):
            await self.stop(trial_id)

    async def _run(self, trial: Trial, by: Speaker) -> None:
        try:
            async with asyncio.timeout(self.trial_s):
                for case in trial.cases:
                    tested = await self._tested(trial, case, by)
                    if any(side and side.came.down == BUDGET for side in (tested.today, tested.candidate)):
                        trial.state = TrialState.BUDGET
                        return
                    trial.tested.append(tested)
            trial.state = TrialState.DONE
        except TimeoutError:
            trial.state = TrialState.LATE
        except asyncio.CancelledError:
            trial.state = TrialState.STOPPED
            raise
        except Exception:
            trial.state = TrialState.FAILED
            log.exception("trial_failed", trial=trial.id, prompt=trial.prompt.name)
        finally:
            self._tasks.pop(trial.id, None)

    async def _tested(self, trial: Trial, case: Case, by: Speaker) -> Tested:
        said = ""
        try:
            words = await self._words(case, by)
            said = await self.rehearsal.masked(words.turn.text)
            today, candidate = await asyncio.gather(
                self._side(trial, case, words, by, trial.prompt), self._side(trial, case, words, by, trial.candidate)
            )
        except TellUser as stop:
            return Tested(case, said, refusal=stop.key)
        except Upstream:
            return Tested(case, said, refusal="upstream")
        return Tested(case, said, today, candidate)

    async def _words(self, case: Case, by: Speaker) -> Words:
        if case.wish.decision:
            return await self.rehearsal.said(case.wish.decision)
        return self.rehearsal.written(case.wish.said, case.wish.lang, by)

    async def _side(self, trial: Trial, case: Case, words: Words, by: Speaker, prompt: Prompt) -> Side:
        came = await self.rehearsal.play(
            prompt.name, words, by, {prompt.name: prompt}, among=self.skills(trial.prompt.name), patience_s=self.case_s
        )
        return Side(came, checks(case.wish, came.text))


def _marks(cases: Sequence[Case]) -> set[tuple[str, int]]:
    return {(one.id, one.revision) for one in cases}
