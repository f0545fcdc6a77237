"""Reminding: what is brought to mind on a working morning, once: a draft that waits, tasks that come due; what a save may promise.

Whoever cannot be reached now is asked again a minute on. Nothing is said while people are not at work.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.day_names import day_said
from bot.domain.drafted import draft_of, entity_label
from bot.domain.ids import DraftId, TurnId, UserId
from bot.domain.offers import DECIDING
from bot.domain.outcome import Answer, Button, Draft, Outcome
from bot.domain.people import Speaker, User, speaker_of
from bot.domain.records import DraftState, HeldDraft
from bot.domain.reminders import DAY, WAITS, OpenTask, Reminder, WaitingDraft, is_working, morning
from bot.domain.talk import Lang
from bot.errors import TellUser, Upstream
from bot.ports import Clock, Drafts, Reminders, Reviews, Users, Words, WorkCalendar
from bot.turns.drafting import Drafting
from bot.turns.gated import Gating
from bot.turns.press import fields_of
from bot.turns.reach import Reach
from bot.turns.tasks import TASK, Chore, chore_action

log = logging.getLogger(__name__)
T = TypeVar("T")

LATE = timedelta(days=4)
"""So much later, over a weekend and a house that was down, a reminder is still worth giving."""
MOST_DONE = 4
"""Tasks of one message that have a button each."""
MOST_TOLD = 8
LONGEST_WHAT = 16
"""Characters of a task that a promise repeats."""


@dataclass(frozen=True)
class Reminding:
    """drafting: what the records hold now that a draft would change."""

    reminders: Reminders
    drafts: Drafts
    reviews: Reviews
    users: Users
    words: Words
    clock: Clock
    calendar: WorkCalendar
    reach: Reach
    gating: Gating
    drafting: Drafting | None = None

    async def remind(self) -> int:
        """Give all reminders that are due; says how many."""
        people = {one.id: one for one in await self.users.everyone()}
        given = 0
        for user_id, waiting in _each(await self.reminders.drafts(), lambda one: one.held.author).items():
            given += await self._tried(people.get(user_id), self._draft_word, waiting)
        now = self.clock.now()
        coming = await self.reminders.tasks((now - LATE).date() - DAY, self._furthest(now))
        for user_id, tasks in _each(coming, lambda one: one.owner).items():
            given += await self._tried(people.get(user_id), self._task_word, tasks)
        return given

    async def promised(self, answer: Answer, draft_id: DraftId, speaker: Speaker, lang: Lang) -> Answer:
        """What is said of a save, with when its tasks will be brought to mind, where they really will."""
        held = await self.drafts.draft(draft_id)
        if held is None or held.state is not DraftState.SAVED:
            return answer
        coming = await self._coming(held, speaker)
        if not coming:
            return answer
        at, first = coming[0]
        what = str(first.record.fields.get("subject") or "")
        facts = {"day": self._said(at, speaker.zone, lang), "what": what if len(what) <= LONGEST_WHAT else ""}
        if len(coming) > 1:
            return replace(answer, text=self.words.say("draft_saved_reminds_more", lang, more=len(coming) - 1, **facts))
        return replace(answer, text=self.words.say("draft_saved_reminds", lang, **facts))

    async def _coming(self, held: HeldDraft, speaker: Speaker) -> list[tuple[datetime, OpenTask]]:
        """The reminders that this person will get of what was saved, the first one in front."""
        made = [(held.entity, held.record_id), *((one.entity, one.record_id) for one in held.also)]
        found = []
        for record_id in (one for entity, one in made if entity == TASK and one):
            task = await self.reminders.task(record_id)
            at = task.at(self.calendar.after, speaker.zone) if task and task.owner == speaker.user_id else None
            if task and at and at > self.clock.now() and await self._reached(speaker.user_id, held.turn_id):
                found.append((at, task))
        return sorted(found, key=lambda one: one[0])

    async def _reached(self, user_id: UserId, turn_id: TurnId) -> bool:
        try:
            return await self.reach.author(user_id, turn_id) is not None
        except Upstream:
            return False

    async def _tried(self, user: User | None, word: Callable[[User, Sequence[T]], Awaitable[Reminder | None]], found: Sequence[T]) -> int:
        """Give one person their word, if they are there and at work."""
        if user is None or not is_working(self.clock.now(), self.calendar.after, user.zone):
            return 0
        try:
            reminder = await word(user, found)
            return int(reminder is not None and await self.reminders.give(reminder))
        except (TellUser, Upstream) as stop:
            log.warning("reminder_waits", extra={"user": user.id, "why": type(stop).__name__})
            return 0

    async def _draft_word(self, user: User, waiting: Sequence[WaitingDraft]) -> Reminder | None:
        """The newest with its card; of others that there are some."""
        now = self.clock.now()
        due = [one.held for one in waiting if now >= self._next_morning(one.since, user.zone)]
        if not due:
            return None
        held, lang = due[-1], await self.reach.lang_of(user.id, Lang.ZH)
        place = await self.reach.author(user.id, held.turn_id)
        if place is None:
            return None
        card = await self._card(held, speaker_of(user), lang, others=len(due) - 1)
        outcome: Outcome = card
        if place.channel not in self.reach.homes:  # a page shows the words of the house, and no card
            lines = fields_of(replace(card, text="", buttons=()), self.words, lang)
            outcome = Answer(f"{card.text}\n{lines}", buttons=card.buttons)
        return Reminder(place, outcome, lang, {one.id: WAITS for one in due}, held)

    async def _card(self, held: HeldDraft, author: Speaker, lang: Lang, *, others: int) -> Draft:
        draft = await self.drafting.held(held, author) if self.drafting else draft_of(held)
        key = "remind_draft_more" if others else "remind_draft"
        text = self.words.say(key, lang, what=entity_label(held.entity, lang), others=others)
        buttons = tuple(Button(self.words.say(f"form_button_{action}", lang), action) for action in DECIDING)
        gate = await self.reviews.gate(held.id)
        return await self.gating.shown(replace(draft, text=text, buttons=buttons), gate, author, lang)

    async def _task_word(self, user: User, tasks: Sequence[OpenTask]) -> Reminder | None:
        """All that are due, in one message."""
        now = self.clock.now()
        moments = [(one.at(self.calendar.after, user.zone), one) for one in tasks]
        due = sorted((one for at, one in moments if at and now - LATE <= at <= now), key=lambda one: (one.due, one.record.id))
        if not due:
            return None
        asked = next((one.turn_id for one in reversed(due) if one.turn_id), None)
        place = await self.reach.author(user.id, asked) if asked else await self.reach.of(user.id)
        if place is None:
            return None
        lang = await self.reach.lang_of(user.id, Lang.ZH)
        return Reminder(place, self._told(due, user.zone, lang), lang, {one.record.id: one.what for one in due})

    def _told(self, due: Sequence[OpenTask], zone: str, lang: Lang) -> Answer:
        later = Button(self.words.say("button_task_later", lang), chore_action(Chore.LATER, [one.record.id for one in due[:MOST_TOLD]]))
        if len(due) == 1:
            done = Button(self.words.say("button_task_done", lang), chore_action(Chore.DONE, [due[0].record.id]))
            return Answer(self._line(due[0], zone, lang), buttons=(done, later))
        lines = [self.words.say("remind_tasks", lang, count=len(due))]
        lines += [f"{number}. {self._line(one, zone, lang)}" for number, one in enumerate(due[:MOST_TOLD], 1)]
        lines += [self.words.say("remind_tasks_more", lang, more=len(due) - MOST_TOLD)] if len(due) > MOST_TOLD else []
        dones = [
            Button(self.words.say("button_task_done_of", lang, number=number), chore_action(Chore.DONE, [one.record.id]))
            for number, one in enumerate(due[:MOST_DONE], 1)
        ]
        return Answer("\n".join(lines), buttons=(*dones, later))

    def _line(self, task: OpenTask, zone: str, lang: Lang) -> str:
        today, fields = self._today(zone), task.record.fields
        account = str(fields.get("account_name") or "")
        told = {"what": fields.get("subject") or "", "day": day_said(task.due, today, lang)}
        told["whose"] = self.words.say("remind_whose", lang, account=account) if account and account not in str(told["what"]) else ""
        return self.words.say("remind_task_over" if task.due < today else "remind_task", lang, **told)

    def _next_morning(self, since: datetime, zone: str) -> datetime:
        return morning(since.astimezone(ZoneInfo(zone)).date() + DAY, self.calendar.after, zone)

    def _furthest(self, now: datetime) -> date:
        """No task that is due later is brought to mind now, wherever its owner is: the day after the next working day."""
        return morning(now.date() + 2 * DAY, self.calendar.after, "UTC").date() + DAY

    def _said(self, at: datetime, zone: str, lang: Lang) -> str:
        return day_said(at.astimezone(ZoneInfo(zone)).date(), self._today(zone), lang)

    def _today(self, zone: str) -> date:
        return self.clock.now().astimezone(ZoneInfo(zone)).date()


def _each(found: Iterable[T], whose: Callable[[T], UserId]) -> dict[UserId, list[T]]:
    """What belongs to each person, in its order."""
    each: dict[UserId, list[T]] = {}
    for one in found:
        each.setdefault(whose(one), []).append(one)
    return each
