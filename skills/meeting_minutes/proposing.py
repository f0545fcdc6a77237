"""The minutes as a draft: a touchpoint, a task for each promise, and the account's fields that they tell of. Saves nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.amending import Amendment
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience
from bot.domain.outcome import Draft, Proposal
from bot.domain.query import Row
from bot.domain.records import HeldDraft
from bot.domain.saying import Saying, text
from bot.domain.scope import Reach, Scope
from bot.domain.talk import Turn
from bot.ports import Reader
from skills.meeting_minutes.due import dues
from skills.meeting_minutes.meeting import Action, Confidence, Meeting, Minutes, Quote
from skills.meeting_minutes.noted import Noting, biggest, dated, subject_of, values_in
from skills.meeting_minutes.whose import Whose

MOST_TASKS = 12
SCORES = {Confidence.HIGH: 0.9, Confidence.MEDIUM: 0.7, Confidence.LOW: 0.4}
GROUNDS = 3
SAME = 30
"""Characters by which a quote is known again where it was cut."""
SHOWS = ("account", "contact", "happened_at", "minutes")
WAYS = (
    ("video", re.compile(r"视频|腾讯会议|飞书会议|线上|\b(?:zoom|teams|video|webex|google meet|online)\b", re.IGNORECASE)),
    ("phone", re.compile(r"电话|通话|\b(?:phone|call)\b", re.IGNORECASE)),
    ("visit", re.compile(r"拜访|现场|上门|当面|\b(?:visit|on.?site|in person)\b", re.IGNORECASE)),
)
"""Channel of a touchpoint -> the words of a heading that tell it, in the order in which they count."""


@dataclass(frozen=True, slots=True)
class Minuted:
    """A meeting that was read, and all that is known around it.

    made: what may be passed on, the sensitive apart. at: when it was held; heading: its words; length_s: 0 where nobody knows.
    source: what the talk is called.
    """

    turn: Turn
    meeting: Meeting
    made: Minutes
    whose: Whose
    at: datetime
    heading: str
    length_s: float
    source: str
    scope: Scope

    @property
    def day(self) -> str:
        """The day of the meeting, ISO."""
        return self.meeting.held_at.astimezone(self.at.tzinfo).date().isoformat()


@dataclass(frozen=True, slots=True)
class Promise:
    """A task to be. told: with its day, as it is listed; waits: whether the account owes it."""

    action: Action
    fields: Mapping[str, object]
    evidence: Mapping[str, Evidence]
    told: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Proposing:
    """Makes the draft of one meeting."""

    minuted: Minuted
    said: Saying
    reader: Reader
    noting: Noting

    async def promises(self) -> tuple[Promise, ...]:
        """A task for each thing that was promised, with its owner and its day."""
        return tuple([await self._promise(one) for one in self.minuted.made.actions[:MOST_TASKS]])

    def draft(self, words: str, promises: Sequence[Promise]) -> Draft:
        """All of it. words: what is said with it."""
        one = self.minuted
        account, deal = one.whose.account, one.whose.deal
        tasks = tuple(
            Proposal(f"task{number}", "task", {**promise.fields, **of_account(account, deal)}, promise.evidence)
            for number, promise in enumerate(promises, 1)
        )
        fields = {
            **of_account(account, deal), **self._contact(), "owner": one.turn.speaker.user_id, "owner_name": one.turn.speaker.name,
            **self._way(), "kind": "meeting", "happened_at": one.at.astimezone(UTC).isoformat(),
            **({"minutes": round(one.length_s / 60)} if one.length_s >= 60 else {}),  # noqa: PLR2004 - seconds of a minute
            "note": self.noting.note([promise.told for promise in promises]),
        }  # fmt: skip
        about = (account.id,) if account else ()
        changes = account_change(account, self._values(), one.scope)
        return Draft(
            words, "touchpoint", fields, self._grounds(), about=about, also=(*tasks, *([changes] if changes else ())), shows=SHOWS
        )

    # --- parts -------------------------------------------------------------------------------------------------------------------

    def _values(self) -> Mapping[str, tuple[str, Evidence]]:
        made = self.minuted.made
        big = biggest(made.pains)
        quotes = {
            "biggest_pain": big.quote if big else None, "decision_window": made.window.quote if made.window else None,
            "budget_progress": made.budget.quote if made.budget else None,
        }  # fmt: skip
        score = SCORES[big.confidence] if big else 0.0
        found = {}
        for name, value in self.noting.values().items():
            if (quote := quotes[name]) is not None:
                sure = score if name == "biggest_pain" else SCORES[Confidence.HIGH]
                found[name] = (dated(value, self.minuted.day, self.said), self.ground(quote, sure))
        return found

    def ground(self, quote: Quote, score: float = SCORES[Confidence.MEDIUM]) -> Evidence:
        """Words of the meeting as grounds, by whom and when."""
        one = self.minuted
        mine = Audience(f"user:{one.turn.speaker.user_id}")
        return Evidence(quote.text, one.source, self.noting.where(quote), EvidenceKind.EVENT, score, one.turn.id, mine)

    def _grounds(self) -> dict[str, Evidence]:
        """Grounds of the note: what hurts most, how money and time stand, then the rest."""
        made = self.minuted.made
        quotes = [(one.quote, SCORES[Confidence.HIGH]) for one in (made.budget, made.window) if one]
        quotes += [(one.quote, SCORES[one.confidence]) for one in made.pains]
        quotes += [(one.quote, SCORES[Confidence.MEDIUM]) for one in made.decisions]
        first = biggest(made.pains)
        quotes.sort(key=lambda one: first is None or one[0] != first.quote)
        return {f"note.{at}" if at else "note": self.ground(*one) for at, one in enumerate(quotes[:GROUNDS])}

    def _contact(self) -> dict[str, object]:
        """Who of theirs talked most."""
        known = self.minuted.whose.contacts or {}
        spoke = [one.speaker for one in self.minuted.meeting.turns if one.speaker in known]
        if not spoke:
            return {}
        row = known[max(dict.fromkeys(spoke), key=spoke.count)]
        return {"contact": row.id, "contact_name": text(row, "name")}

    def _way(self) -> dict[str, object]:
        way = next((name for name, pattern in WAYS if pattern.search(self.minuted.heading)), None)
        return {"channel": way} if way else {}

    async def _promise(self, action: Action) -> Promise:
        one, mine = self.minuted, self.minuted.turn.speaker
        people, colleagues = one.meeting.people, one.whose.colleagues or {}
        owner, what = action.owner, subject_of(action, self.said)
        theirs = owner in (one.whose.contacts or {}) or (owner in people and not people[owner])
        doer = colleagues.get(owner)
        owner_id, owner_name = str(mine.user_id), mine.name
        if doer is not None and str(doer.id) != owner_id and may_write(one.whose.account, one.scope, "account", "biggest_pain"):
            owner_id, owner_name = str(doer.id), doer.name
        subject = self._subject(owner, what, theirs=theirs, is_owners=doer is not None and str(doer.id) == owner_id)
        due = action.due_date
        fields: dict[str, object] = {"subject": subject, "owner": owner_id, "owner_name": owner_name, "status": "open"}
        evidence = {"subject": self.ground(action.quote)}
        if theirs and (row := (one.whose.contacts or {}).get(owner)):
            fields |= {"contact": row.id, "contact_name": text(row, "name")}
        if due:
            fields["due_date"] = due.isoformat()
            evidence["due_date"] = self.ground(await self._day_of(action))
        told = self.said.say("task_due", day=self.said.day(due), task=subject) if due else subject
        return Promise(action, fields, evidence, told, theirs)

    def _subject(self, owner: str, what: str, *, theirs: bool, is_owners: bool) -> str:
        ours = [name for name, side in self.minuted.meeting.people.items() if side]
        if theirs:
            return self.said.say("task_theirs", who=owner, what=what)
        if is_owners or not owner or (ours == [owner] and not self.minuted.whose.colleagues):
            return what
        return self.said.say("task_ours", who=owner, what=what)

    async def _day_of(self, action: Action) -> Quote:
        """The words that name the day of a task; those of the task where no other do."""
        for part in action.what.split(" / "):
            if any(due.day == action.due_date for due in await dues(part, self.minuted.meeting, self.reader)):
                turn = next((one for one in self.minuted.meeting.turns if part in one.text), None)
                if turn is not None:
                    return Quote(part, turn.speaker, turn.place)
        return action.quote


def of_account(account: Row | None, deal: Row | None = None) -> dict[str, object]:
    """What makes a record the account's."""
    fields: dict[str, object] = {"account": account.id, "account_name": text(account, "name")} if account else {}
    return fields | ({"opportunity": deal.id, "opportunity_name": text(deal, "name")} if deal else {})


def account_change(account: Row | None, values: Mapping[str, tuple[str, Evidence | None]], scope: Scope) -> Proposal | None:
    """The account's fields as they would be, with the day in each, so that their history can be read; None where none is to be changed."""
    found = {name: told for name, told in values.items() if may_write(account, scope, "account", name)}
    if account is None or not found:
        return None
    grounds = {name: ground for name, (_, ground) in found.items() if ground}
    return Proposal("firm", "account", {name: value for name, (value, _) in found.items()}, grounds, account.id)


def may_write(account: Row | None, scope: Scope, entity: str, field: str) -> bool:
    """Whether the speaker may change a field of this account, as far as can be told here; saving has the last word."""
    if account is None:
        return False
    match scope.write_reach(entity, field):
        case Reach.NONE:
            return False
        case Reach.OWN:
            return account.fields.get("owner") == scope.user_id
        case Reach.TEAM:
            return account.fields.get("owner") == scope.user_id or account.fields.get("team") in {scope.team, None, ""}
        case _:
            return True


def left_out(held: HeldDraft, wish: Amendment) -> tuple[str, ...]:
    """The keys of what a wish to leave something out means: the task of that number, all tasks, or what the account's fields gain."""
    tasks = tuple(one.key for one in held.also if one.entity == "task")
    match wish.field:
        case "deal":
            return (f"task{wish.at}",) if f"task{wish.at}" in tasks else ()
        case "task" | "due_date" | "next_step":
            return tasks
        case "account":
            return tuple(one.key for one in held.also if one.entity == "account")
        case _:
            return ()


def _ground_of(value: str, held: HeldDraft) -> Evidence | None:
    """Those of a draft's grounds whose words stand in a value."""
    return next((one for one in held.evidence.values() if one.quote[:SAME] in value), None)


def put_down_to(held: HeldDraft, whose: Whose, said: Saying, scope: Scope, words: str) -> Draft:
    """The draft anew for an account that was named later: its tasks are the account's, and what its note tells of it is proposed there."""
    account, deal = whose.account, whose.deal
    at = datetime.fromisoformat(str(held.fields["happened_at"])).astimezone(ZoneInfo(said.zone))
    told = values_in(str(held.fields.get("note") or ""), said)
    values = {name: (dated(value, at.date().isoformat(), said), _ground_of(value, held)) for name, value in told.items()}
    tasks = tuple(replace(one, fields={**one.fields, **of_account(account, deal)}) for one in held.also if one.entity == "task")
    change = account_change(account, values, scope)
    about = (account.id,) if account else ()
    return Draft(
        words, held.entity, {**held.fields, **of_account(account, deal)}, held.evidence, about=about, replaces=held.id,
        also=(*tasks, *([change] if change else ())), shows=SHOWS,
    )  # fmt: skip
