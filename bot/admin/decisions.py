"""The room of decisions: admins search them, read the whole story of one, make it once more, take a search away. Knows no page.

Complaints, and what led to them, are not here; see `bot.store.decided`. That an admin looked at somebody's words is noted in the audit.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.admin.door import AdminDoor
from bot.admin.replay import Again, Replay
from bot.domain.changes import changes
from bot.domain.decision import Decision, Made
from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence
from bot.domain.ids import DecisionId, RecordId, UserId
from bot.domain.outcome import Draft
from bot.domain.people import Speaker
from bot.domain.records import HeldDraft, Page
from bot.domain.review import HeldReview
from bot.domain.scope import Scope
from bot.domain.sought import Became, FoundDecision, Sending, Sought
from bot.domain.talk import Lang
from bot.drafts_told import draft_told, evidence_told
from bot.errors import NotAllowed, TellUser, Unclear
from bot.house import House
from bot.ports import RecordQueries, Reviews
from bot.visits import me_of

Json = dict[str, Any]

LINES = 30
EXPORTED, AT_ONCE = 5_000, 500
SNIPPET = 120
STEPS = ("know", "hear", "choose", "do")
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a spreadsheet would work out. Source: OWASP, CSV injection (read 2026-11)."""
COLUMNS = (
    "decision", "at_utc", "person", "email", "skill", "intent", "language", "model", "fell_back", "chosen_by", "prompts", "review",
    "became", "total_ms",
)  # fmt: skip


class Decided(Protocol):
    """Decisions as they are searched; see `bot.store.decided`."""

    async def find(self, sought: Sought, *, after: str = "", limit: int = 30) -> Page[FoundDecision]:
        """Newest first."""
        ...

    async def is_told(self, decision_id: DecisionId) -> bool:
        """Whether it can be found at all."""
        ...

    async def skills(self) -> tuple[str, ...]:
        """Those that decided anything."""
        ...

    async def sendings(self, turn_id: str, draft_id: str | None) -> tuple[Sending, ...]:
        """What went out of it."""
        ...

    async def note(self, kind: str, by: UserId, about: dict[str, object]) -> None:
        """In the audit."""
        ...


@dataclass(frozen=True)
class DecisionsRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin.

    scope: of the records that somebody may see. labels: by intent, what people call it; of what is no intent any more there is none.
    skills: skill -> its intents.
    """

    door: AdminDoor
    house: House
    decided: Decided
    records: RecordQueries
    scope: Callable[[Speaker], Scope]
    reviews: Reviews
    replay: Replay
    labels: Mapping[str, Mapping[str, str]]
    skills: Mapping[str, Sequence[str]]

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {
            "decisions": self.found, "decision": self.story, "decision_again": self.again, "decisions_export": self.exported,
        }  # fmt: skip

    async def found(self, session: str, *, lang: Lang, after: str = "", **asked: str) -> Json:
        """A page of a search. asked: person, account, skill, became, spoken, since, until; days in the admin's zone, the last included.

        Raises: NotAllowed("only_admins"); Unclear for what fits nothing or several, or is no day.
        """
        admin = await self.door.admin(session)
        page = await self.decided.find(await self._sought(admin, asked), after=after, limit=LINES)
        names = await self._names(one.user_id for one in page.items)
        return {
            "me": me_of(admin), "after": page.after, "becames": list(Became),
            "lines": [{**line_told(one, names), "label": self._label(one.made.intent, lang)} for one in page.items],
            "skills": [{"name": one, "label": self._called(one, lang)} for one in await self.decided.skills()],
        }  # fmt: skip

    async def exported(self, session: str, *, lang: Lang, **asked: str) -> Json:  # noqa: ARG002 - the same
        """A search as CSV, the newest `EXPORTED` lines of it. No words of people: what was taken away could never be erased again."""
        admin = await self.door.admin(session)
        sought, file = await self._sought(admin, asked), io.StringIO()
        written, after, count = csv.writer(file, lineterminator="\r\n"), "", 0
        written.writerow(COLUMNS)
        while count < EXPORTED:
            page = await self.decided.find(sought, after=after, limit=min(AT_ONCE, EXPORTED - count))
            people = await self._people(one.user_id for one in page.items)
            written.writerows([_cell(one) for one in _row(found, people)] for found in page.items)
            count += len(page.items)
            if page.after is None:
                break
            after = page.after
        await self.decided.note("decisions.exported", admin.user_id, {"decisions": count})
        return {"csv": file.getvalue()}

    async def story(self, session: str, *, lang: Lang, decision: str) -> Json:
        """All that is known of one.  Raises: NotAllowed("only_admins"), NotAllowed("no_such_decision")."""
        admin = await self.door.admin(session)
        story = await self._story(decision)
        if story.user_id != admin.user_id:
            await self.decided.note("decision.looked", admin.user_id, {"decision": story.id})
        return await self._told(story, admin, lang)

    async def again(self, session: str, *, lang: Lang, decision: str) -> Json:
        """One as it was and as it would be made now, side by side; a `refusal` where it cannot be made again. Nothing is written or sent.

        Raises: as `story`.
        """
        admin = await self.door.admin(session)
        story = await self._story(decision)
        await self.decided.note("decision.replayed", admin.user_id, {"decision": story.id})
        told = await self._told(story, admin, lang)
        try:
            made = await self.replay.again(story, admin)
        except TellUser as stop:
            return {**told, "again": None, "refusal": stop.key}
        held = await self.house.drafts.revision(story.draft_id, 1) if story.draft_id and story.text is not None else None
        return {**told, "again": _again_told(story, held, made, admin, lang), "refusal": ""}

    async def _told(self, story: Decision, admin: Speaker, lang: Lang) -> Json:
        told = await self.house.story(story, admin)
        people = [story.user_id, *(by for _, by, _ in story.uses), *(one.user_id for one in story.feedback)]
        review = await self.reviews.of_draft(story.draft_id) if story.draft_id else None
        seats = [seat.approved_by for seat in review.seats] if review else []
        names = await self._names([*people, *seats, review.decided_by if review else None])
        hidden = sum(not admin.may_see(one.audience) for one in story.evidence)
        sendings = await self.decided.sendings(story.turn_id, story.draft_id)
        return {
            "me": me_of(admin), "label": self._label(story.made.intent, lang), "names": names, "hidden": hidden,
            "story": {**told, "zone": admin.zone, "recording": None},
            "person": names.get(story.user_id or "", ""), "steps": _steps(story.made), "draft": await self._draft(story, admin, lang),
            "erased_quotes": sum(not one.quote for one in story.evidence), "gate": await self._gate(story),
            "reviewed": _review_told(review, names) if review else None, "sendings": [_sending_told(one) for one in sendings],
        }  # fmt: skip

    def _label(self, intent: str, lang: Lang) -> str:
        return self.labels[intent][lang] if intent in self.labels else intent

    def _called(self, skill: str, lang: Lang) -> str:
        """A skill by all that it does."""
        return " / ".join(dict.fromkeys(self._label(one, lang) for one in self.skills.get(skill, (skill,))))

    async def _draft(self, story: Decision, admin: Speaker, lang: Lang) -> Json | None:
        held = await self.house.drafts.draft(story.draft_id) if story.draft_id else None
        return await draft_told(held, admin, lang, self.house.drafting) if held else None

    async def _gate(self, story: Decision) -> list[str]:
        """Why it waited for somebody."""
        if story.draft_id is None:
            return []
        with suppress(TellUser, KeyError):  # what it was about may be erased
            return list(dict.fromkeys(str(one.reason) for one in (await self.reviews.gate(story.draft_id)).grounds))
        return []

    async def _story(self, decision: str) -> Decision:
        story = await self.house.ledger.decision(DecisionId(decision))
        if story is None or not await self.decided.is_told(story.id):
            raise NotAllowed("no_such_decision", decision=decision)
        return story

    async def _people(self, ids: Iterable[UserId | None]) -> Mapping[str, tuple[str, str]]:
        """Id -> name and address."""
        found = [await self.house.users.by_id(one) for one in dict.fromkeys(ids) if one]
        return {one.id: (one.name, one.email) for one in found if one}

    async def _names(self, ids: Iterable[UserId | None]) -> Json:
        return {known: name for known, (name, _) in (await self._people(ids)).items()}

    async def _sought(self, admin: Speaker, asked: Mapping[str, str]) -> Sought:
        became, spoken, zone = asked.get("became", ""), asked.get("spoken", ""), ZoneInfo(admin.zone)
        last = _day(asked.get("until", ""), zone)
        if (became and became not in set(Became)) or (spoken and spoken not in set(Lang)):
            raise Unclear("unknown_button")
        return Sought(
            await self._person(asked.get("person", "").strip()), await self._account(asked.get("account", "").strip(), admin),
            asked.get("skill", ""), Became(became) if became else None, Lang(spoken) if spoken else None,
            _day(asked.get("since", ""), zone), last + timedelta(days=1) if last else None,
        )  # fmt: skip

    async def _person(self, text: str) -> UserId | None:
        if not text:
            return None
        if known := await self.house.users.by_id(UserId(text)):
            return known.id
        match await self.house.users.named(text):
            case [only]:
                return only.id
            case []:
                raise Unclear("decisions_nobody", name=text[:SNIPPET])
            case several:
                raise Unclear("several_people", name=text[:SNIPPET], names=", ".join(one.email for one in several[:10]))

    async def _account(self, text: str, admin: Speaker) -> RecordId | None:
        if not text:
            return None
        seen = self.records.within(self.scope(admin))
        if known := await seen.called({"account": RecordId(text)}):
            return known[0].id
        named = [one for name in await seen.spot(text) for one in name.meant if one.entity == "account"]
        match {one.id: one.name for one in named}:
            case {} as meant if not meant:
                raise Unclear("decisions_no_account", name=text[:SNIPPET])
            case meant if len(meant) > 1:
                raise Unclear("decisions_several_accounts", names=", ".join(list(meant.values())[:10]))
            case meant:
                return next(iter(meant))


def _day(text: str, zone: ZoneInfo) -> datetime | None:
    """Its beginning there.  Raises: Unclear("decisions_no_day")."""
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone)
    except ValueError:
        raise Unclear("decisions_no_day", day=text[:SNIPPET]) from None


def line_told(one: FoundDecision, names: Mapping[str, str]) -> Json:
    """A line of a search as the page is told it. names: of people, by id."""
    said = None if one.said is None else " ".join(one.said.split())
    return {
        "id": one.id, "at": one.at.isoformat(), "person": names.get(one.user_id or "", ""), "skill": one.made.skill,
        "said": said if said is None or len(said) <= SNIPPET else f"{said[:SNIPPET]}…", "model": one.made.model,
        "became": list(one.became), "total_ms": one.made.timings_ms.get("total", 0),
    }  # fmt: skip


def _row(one: FoundDecision, people: Mapping[str, tuple[str, str]]) -> tuple[object, ...]:
    made, (name, email) = one.made, people.get(one.user_id or "", ("", ""))
    prompts = " ".join(f"{prompt}@{version[:12]}" for prompt, version in made.prompts.items())
    at = one.at.isoformat(timespec="seconds").removesuffix("+00:00")
    return (
        one.id, at, name, email, made.skill, made.intent, made.lang, made.model, made.fell_back or made.chooser.fell_back,
        made.chooser.model, prompts, made.review, " ".join(one.became), f"{made.timings_ms.get('total', 0):.0f}",
    )  # fmt: skip


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _steps(made: Made) -> list[Json]:
    """Each step with its share of the whole, in percent, and where it begins in it."""
    known = [(step, max(made.timings_ms[step], 0.0)) for step in STEPS if step in made.timings_ms]
    whole, begun, told = sum(ms for _, ms in known) or 1.0, 0.0, []
    for step, ms in known:
        told.append({"step": step, "ms": ms, "from": round(begun / whole * 100, 2), "share": round(ms / whole * 100, 2)})
        begun += ms
    return told


def _review_told(review: HeldReview, names: Mapping[str, str]) -> Json:
    return {
        "id": review.id, "state": review.state, "by": names.get(review.decided_by or "", ""), "reason": review.reason or "",
        "at": review.decided_at.isoformat() if review.decided_at else "", "opened_at": review.opened_at.isoformat(),
        "agreed": [
            {"name": names.get(seat.approved_by, ""), "at": seat.approved_at.isoformat() if seat.approved_at else ""}
            for seat in review.seats if seat.approved_by
        ],
    }  # fmt: skip


def _sending_told(one: Sending) -> Json:
    return {**asdict(one), "state": one.state, "queued_at": one.queued_at.isoformat(), "changed_at": one.changed_at.isoformat()}


def _again_told(story: Decision, held: HeldDraft | None, again: Again, admin: Speaker, lang: Lang) -> Json:
    """Now, and what differs. An evidence that this admin may not see is left out on both sides."""
    now, made, was = again.outcome, again.made, story.made
    proven: Iterable[Evidence] = now.evidence.values() if isinstance(now, Draft) else now.evidence
    rows = (
        ("skill", was.skill, made.skill), ("intent", was.intent, made.intent), ("model", was.model, made.model),
        ("review", was.review, made.review), ("code", was.code[:12], made.code[:12]), ("prompts", _versions(was), _versions(made)),
    )  # fmt: skip
    return {
        "text": now.text, "evidence": [evidence_told(one) for one in proven if admin.may_see(one.audience)],
        "fell_back": made.fell_back, "total_ms": made.timings_ms.get("total", 0),
        "rows": [{"name": name, "then": then, "now": today, "same": then == today} for name, then, today in rows],
        "changes": [{"kind": one.kind, "text": one.text} for one in changes(story.text or "", now.text)],
        "same": (story.text or "") == now.text, "fields": _fields(held, now if isinstance(now, Draft) else None, lang),
    }  # fmt: skip


def _versions(made: Made) -> str:
    return " ".join(f"{name}@{version[:8]}" for name, version in sorted(made.prompts.items()))


def _fields(held: HeldDraft | None, now: Draft | None, lang: Lang) -> list[Json]:
    """Fields of a draft that are not as they were; ids, which have their names beside them, are left out."""
    entity = SCHEMA.entity(now.entity if now else held.entity if held else "")
    before, after = held.fields if held else {}, now.fields if now else {}
    told = []
    for name in dict.fromkeys((*before, *after)):
        then, today = before.get(name) or "", after.get(name) or ""
        if then != today and f"{name}_name" not in {*before, *after}:
            known = entity.field(name) if entity else None
            label = {Lang.ZH: known.label.zh, Lang.EN: known.label.en}[lang] if known else name
            told.append({"name": label, "then": str(then) or "–", "now": str(today) or "–"})
    return told
