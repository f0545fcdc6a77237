"""What a person presses under an alert: on it, no risk and why, tomorrow. Writes with their own rights; what it teaches is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.alert import WHY_NOT, Alert, AlertRules, AlertState, Reply, action_of, reply_in
from bot.domain.day_names import day_said
from bot.domain.ids import TurnId
from bot.domain.outcome import Answer, Button
from bot.domain.people import Speaker
from bot.domain.records import Cause
from bot.domain.reminders import morning
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.errors import NotAllowed, Stale
from bot.ports import Clock, Records, Users, Words, WorkCalendar
from bot.ports.churn import Alerts
from bot.turns.deeds import Done
from bot.turns.tasks import OPEN, TASK
from bot.turns.wishes import Act

DAY = timedelta(days=1)
ALIKE = 0.1
"""Two courses that fell by about the same part are alike."""


@dataclass(frozen=True)
class AlertReplies:
    """The `Deed` of alerts. scope: what a person may see and change. Everything may be pressed again: it answers as it did."""

    alerts: Alerts
    records: Records
    users: Users
    scope: Callable[[Speaker], Scope]
    words: Words
    clock: Clock
    calendar: WorkCalendar
    rules: Callable[[], AlertRules]

    async def do(self, act: Act, _turn_id: TurnId, speaker: Speaker, lang: Lang) -> Done:
        """Do what the button says.  Raises: Stale("unknown_button"), Stale("alert_gone"); NotAllowed("no_such_record")."""
        found = reply_in(act.action)
        alert = await self.alerts.alert(found[0]) if found else None
        if found is None or alert is None:
            raise Stale("unknown_button")
        if await self.records.record(alert.account_id, scope=self.scope(speaker)) is None:
            raise NotAllowed("no_such_record")
        if alert.state is AlertState.CLOSED:
            raise Stale("alert_gone")
        match found[1]:
            case Reply.TAKE:
                return Done(await self._take(alert, speaker, lang), act.label)
            case Reply.NOT:
                return Done(Answer(self.words.say("alert_why_not", lang), buttons=tuple(self._button(alert, one, lang) for one in WHY_NOT)))
            case Reply.LATER:
                return Done(await self._later(alert, speaker, lang), act.label)
            case Reply.SEASONAL | Reply.SETTLED | Reply.WRONG as reply:
                return Done(await self._quiet(alert, reply, speaker, lang), act.label)

    async def _take(self, alert: Alert, speaker: Speaker, lang: Lang) -> Answer:
        if alert.state is AlertState.TAKEN and alert.by != speaker.user_id:
            other = await self.users.by_id(alert.by) if alert.by else None
            return Answer(self.words.say("alert_taken_by", lang, who=other.name if other else ""), about=(alert.account_id,))
        await self.alerts.answer(alert.id, Reply.TAKE, speaker.user_id, self.clock.now())
        day = await self._follow_up(alert, speaker, lang)
        if day is None:
            return Answer(self.words.say("alert_taken", lang), about=(alert.account_id,))
        shown = day_said(day, self._today(speaker), lang)
        return Answer(self.words.say("alert_taken_asks", lang, day=shown), about=(alert.account_id,))

    async def _follow_up(self, alert: Alert, speaker: Speaker, lang: Lang) -> date | None:
        """The day on which they will be asked: that of a task of theirs, kept once; None where they may keep none."""
        if kept := await self.records.record(alert.task_id):
            return date.fromisoformat(str(kept.fields["due_date"])) if kept.fields.get("due_date") else None
        day = self._working_day(self.rules().follow_up_days, speaker)
        fields = {
            "subject": self.words.say("alert_task", lang, account=alert.name), "account": alert.account_id, "account_name": alert.name,
            "owner": speaker.user_id, "owner_name": speaker.name, "status": OPEN, "due_date": day.isoformat(),
        }  # fmt: skip
        if not self.scope(speaker).may_write(TASK, fields):
            return None
        await self.records.put(TASK, fields, cause=Cause(speaker.user_id), record_id=alert.task_id)
        return day

    async def _later(self, alert: Alert, speaker: Speaker, lang: Lang) -> Answer:
        day = self._working_day(1, speaker)
        await self.alerts.answer(alert.id, Reply.LATER, speaker.user_id, self.clock.now(), day)
        return Answer(self.words.say("alert_later", lang, day=day_said(day, self._today(speaker), lang)), about=(alert.account_id,))

    async def _quiet(self, alert: Alert, reply: Reply, speaker: Speaker, lang: Lang) -> Answer:
        await self.alerts.answer(alert.id, reply, speaker.user_id, self.clock.now())
        percent = f"{100 * self.rules().drops_by:g}"
        text = self.words.say(f"alert_{reply}", lang, percent=percent)
        if reply is Reply.SEASONAL:
            text = self.words.say(_season(alert), lang, percent=percent, **_course(alert))
        why = Button(self.words.say("button_alert_why", lang), "say", self.words.say("say_alert_why", lang, account=alert.name))
        return Answer(text, buttons=(why, self._button(alert, Reply.TAKE, lang)), about=(alert.account_id,))

    def _button(self, alert: Alert, reply: Reply, lang: Lang) -> Button:
        return Button(self.words.say(f"button_alert_{reply}", lang), action_of(alert.id, reply))

    def _working_day(self, ahead: int, speaker: Speaker) -> date:
        """The day so many working days on, where the person is."""
        day = self._today(speaker)
        for _ in range(ahead):
            day = self._at_work(day + DAY, speaker)
        return day

    def _at_work(self, day: date, speaker: Speaker) -> date:
        return morning(day, self.calendar.after, speaker.zone).astimezone(ZoneInfo(speaker.zone)).date()

    def _today(self, speaker: Speaker) -> date:
        now: datetime = self.clock.now()
        return now.astimezone(ZoneInfo(speaker.zone)).date()


def _course(alert: Alert) -> dict[str, str]:
    """The figures of usage that the alert stood on: last year's same months."""
    numbers = next((dict(one.numbers) for one in alert.reasons if "year_before" in one.numbers), {})
    return {"before": f"{numbers.get('year_before_from', 0):g}", "now": f"{numbers.get('year_before', 0):g}"}


def _season(alert: Alert) -> str:
    """Which sentence answers that it is the season: whether last year's same months looked like it."""
    numbers = next((one.numbers for one in alert.reasons if "year_before" in one.numbers), None)
    if numbers is None or not numbers.get("from") or not numbers.get("year_before_from"):
        return "alert_seasonal"
    now, then = numbers["to"] / numbers["from"], numbers["year_before"] / numbers["year_before_from"]
    return "alert_seasonal_like" if then <= now + ALIKE else "alert_seasonal_unlike"
