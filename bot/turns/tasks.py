"""Tasks in a chat: one press does them, takes that back, or puts their reminder off. Writes with the person's own rights; sends nothing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.day_names import day_said
from bot.domain.decision import Message
from bot.domain.ids import RecordId, TurnId
from bot.domain.outcome import Answer, Button
from bot.domain.people import Speaker
from bot.domain.records import Cause, Record
from bot.domain.reminders import PutOff, morning
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.errors import NotAllowed, Stale
from bot.ports import Clock, Records, Reminders, Words, WorkCalendar
from bot.turns.deeds import Done
from bot.turns.wishes import Act

TASK = "task"
OPEN, DONE = "open", "done"
ACTION = re.compile(r"task:(?P<ids>[\w-]{1,64}(?:,[\w-]{1,64}){0,20}):(?P<chore>done|later|undo)(?::(?P<revision>\d{1,9}))?")


class Chore(StrEnum):
    """What a person does about tasks."""

    DONE = "done"
    LATER = "later"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Tend:
    """Tasks are done, or put off, or that is taken back. revision: what the press made that is taken back."""

    tasks: tuple[RecordId, ...]
    chore: Chore
    revision: int | None = None


CHORES = {Chore.DONE: "button_task_done", Chore.LATER: "button_task_later", Chore.UNDO: "form_button_undo"}
"""What each is called on a button."""


def is_done_with(card: Message, wish: Tend) -> bool:
    """Whether the message that was pressed has nothing left to press: it is about one task, or all were put off."""
    about = {one for button in card.outcome.buttons if (found := tend_in(button.action)) for one in found.tasks}
    return about <= set(wish.tasks)


def chore_action(chore: Chore, tasks: Sequence[RecordId], revision: int | None = None) -> str:
    """What a button about tasks carries. revision: which a press made, and undo takes back."""
    return ":".join((TASK, ",".join(tasks), chore.value, *((str(revision),) if revision else ())))


def tend_in(action: str) -> Tend | None:
    """What a button about tasks stands for; None where it is none."""
    found = ACTION.fullmatch(action)
    if found is None:
        return None
    ids = tuple(RecordId(one) for one in found["ids"].split(","))
    return Tend(ids, Chore(found["chore"]), int(found["revision"]) if found["revision"] else None)


@dataclass(frozen=True)
class Tasks:
    """scope: what a person may see and change. Everything here may be done again after a crash: it answers as it did."""

    records: Records
    reminders: Reminders
    scope: Callable[[Speaker], Scope]
    words: Words
    clock: Clock
    calendar: WorkCalendar

    async def do(self, act: Act, _turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:
        """Do what a button says; a card about several tasks still holds for the others.

        Raises: Stale("task_gone") for a task that is not to be done any more, Stale("record_changed"), Stale("unknown_button"); NotAllowed,
        as for any record.
        """
        wish = tend_in(act.action)
        if wish is None:
            raise Stale("unknown_button")
        answer = await self._tend(wish, speaker, lang)
        done_with = act.card is not None and is_done_with(act.card, wish)
        return Done(answer, self.words.say(CHORES[wish.chore], lang) if done_with else None)

    async def _tend(self, wish: Tend, speaker: Speaker, lang: Lang) -> Answer:
        match wish.chore:
            case Chore.DONE:
                return await self._done(wish.tasks[0], speaker, lang)
            case Chore.UNDO:
                return await self._undo(wish.tasks[0], wish.revision, speaker, lang)
            case Chore.LATER:
                return await self._later(wish.tasks, speaker, lang)

    async def _done(self, record_id: RecordId, speaker: Speaker, lang: Lang) -> Answer:
        task = await self._task(record_id, speaker)
        if task.fields.get("status") != DONE:
            if not is_open(task):
                raise Stale("task_gone")
            today = self._now(speaker).date().isoformat()
            task = await self._put(task, {"status": DONE, "done_date": today}, speaker)
        undo = Button(self.words.say("form_button_undo", lang), chore_action(Chore.UNDO, (task.id,), task.revision))
        return Answer(self.words.say("task_done", lang, what=task.fields.get("subject") or ""), buttons=(undo,))

    async def _undo(self, record_id: RecordId, revision: int | None, speaker: Speaker, lang: Lang) -> Answer:
        task = await self._task(record_id, speaker)
        if task.fields.get("status") == DONE and task.revision == revision:
            await self._put(task, {"status": OPEN, "done_date": None}, speaker)
        elif not is_open(task):
            raise Stale("record_changed")
        return Answer(self.words.say("task_reopened", lang, what=task.fields.get("subject") or ""))

    async def _later(self, record_ids: Sequence[RecordId], speaker: Speaker, lang: Lang) -> Answer:
        left = [task.id for one in record_ids if is_open(task := await self._task(one, speaker))]
        if not left:
            raise Stale("task_gone")
        today = self._now(speaker).date()
        next_one = morning(today + timedelta(days=1), self.calendar.after, speaker.zone).astimezone(ZoneInfo(speaker.zone)).date()
        await self.reminders.put_off(PutOff(tuple(left), next_one), speaker.user_id)
        return Answer(self.words.say("task_later", lang, day=day_said(next_one, today, lang)))

    async def _task(self, record_id: RecordId, speaker: Speaker) -> Record:
        task = await self.records.record(record_id, scope=self.scope(speaker))
        if task is None or task.entity != TASK:
            raise NotAllowed("no_such_record")
        return task

    async def _put(self, task: Record, fields: dict[str, object], speaker: Speaker) -> Record:
        cause = Cause(speaker.user_id)
        return await self.records.put(TASK, fields, cause=cause, record_id=task.id, revision=task.revision, scope=self.scope(speaker))

    def _now(self, speaker: Speaker) -> datetime:
        return self.clock.now().astimezone(ZoneInfo(speaker.zone))


def is_open(task: Record) -> bool:
    """Whether it is still to be done."""
    return task.archived_at is None and task.erased_at is None and (task.fields.get("status") or OPEN) == OPEN
