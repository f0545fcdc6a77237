"""A review as the page is told it, with what one person may see and do of it. Knows no store, no words of the page and no HTML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.changes import changes
from bot.domain.drafted import DraftRow, entity_label, grounds_for, rows_of, told_rows
from bot.domain.evidence import Evidence
from bot.domain.figures import TERMS as TERMS_REASONS
from bot.domain.figures import each_once, figures_of, left_of
from bot.domain.ids import UserId
from bot.domain.outcome import Draft
from bot.domain.people import Speaker
from bot.domain.policy import Reason, ReviewClass, class_of
from bot.domain.records import HeldDraft
from bot.domain.review import UNDECIDED, HeldReview, ReviewState, Seat
from bot.domain.talk import Lang

Json = dict[str, Any]
Names = Mapping[UserId, str]

GROUNDS_SHOWN = 3
NUDGE_EVERY = timedelta(hours=1)
LETTER, QUOTE = "letter", "quote"
ABOUT = ("credit_rating", "pays_late_days")
"""What a reviewer of terms is told of the account."""
WRITTEN: Mapping[str, tuple[str, ...]] = {LETTER: ("subject", "body")}
"""What a reviewer may change in an approval, by kind of draft."""
TERMS: Mapping[str, tuple[str, ...]] = {"quote": ("discount", "payment_days", "valid_until")}
"""What a reviewer may offer instead."""


@dataclass(frozen=True)
class Folder:
    """All that is known of a review. draft: at the revision that counts; first: as its author had submitted it; None where it is gone.

    known: what the records tell the person who looks of the addressee (`title`), the account (`credit_rating`, `pays_late_days`), the
    product (`list_margin`, `margin_floor`), and what became of a letter (`status`).
    """

    review: HeldReview
    draft: HeldDraft | None
    first: HeldDraft | None
    names: Names
    known: Mapping[str, object] = field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, object]:
        """Of the revision that counts."""
        return self.draft.fields if self.draft else {}


def line_told(review: HeldReview, draft: HeldDraft | None, names: Names, speaker: Speaker, now: datetime, lang: Lang) -> Json:
    """A review as one line of a list."""
    fields = draft.fields if draft else {}
    return {
        "id": review.id, "version": review.version, "state": review.state, "title": _title(draft, lang),
        "whom": _text(fields, "addressee") or _text(fields, "contact_name") or _text(fields, "account_name"),
        "author": names.get(review.author, ""), "mine": review.author == speaker.user_id,
        "at": (review.decided_at or review.opened_at).isoformat(), "due_at": review.due_at.isoformat(),
        "late": review.state in UNDECIDED and now > review.due_at, "my_turn": _is_my_turn(review, speaker, now), "edited": review.edited,
    }


def review_told(folder: Folder, speaker: Speaker, now: datetime, lang: Lang) -> Json:
    """A review with everything that `speaker` may see of it; whoever asks has made sure that it is any business of theirs."""
    review, draft = folder.review, folder.draft
    return {
        **line_told(review, draft, folder.names, speaker, now, lang), "entity": draft.entity if draft else "", "zone": speaker.zone,
        "kind": entity_label(draft.entity, lang) if draft else "", "is_letter": draft is not None and draft.entity == LETTER,
        "text": folder.fields.get("body"), "subject": _text(folder.fields, "subject"), "written_in": _text(folder.fields, "language"),
        "to": _addressee_told(folder), "class": review.gate.review_class,
        "why": list(_why(review, draft, lang)), "rows": _rows(folder, lang),
        "sent": _sent(folder, lang), "margin": _margin(folder), "account_rows": _account_rows(folder, lang),
        "evidence": list(_grounds(draft, speaker)), "talk": _talk(folder, speaker),
        "times": list(_times(review, now)), "seats": [_seat_told(one, folder, now) for one in review.seats],
        "changes": _changes(folder, lang), "by": folder.names.get(review.decided_by, "") if review.decided_by else "",
        "reason": review.reason, "note": review.note, "counter": _counter(folder, lang), "may": _may(review, draft, speaker, now),
        "write": {name: _text(folder.fields, name) for name in (WRITTEN.get(draft.entity, ()) if draft else ())},
        "terms": _terms(draft, lang), "nudged_at": review.nudged_at.isoformat() if review.nudged_at else None,
    }


def _title(draft: HeldDraft | None, lang: Lang) -> str:
    if draft is None:
        return ""
    named = _text(draft.fields, "subject") or _text(draft.fields, "number") or _text(draft.fields, "name")
    return named or " · ".join(filter(None, (entity_label(draft.entity, lang), _text(draft.fields, "account_name"))))


def _why(review: HeldReview, draft: HeldDraft | None, lang: Lang) -> Iterator[Json]:
    """The reasons that call for a second person, each once with all that showed it; where none does, those that there are."""
    strict = [one for one in review.gate.grounds if class_of(one.reason) is ReviewClass.MUST_REVIEW]
    figures = figures_of(review.gate, lang) if draft is not None and draft.entity == QUOTE else ()
    found: dict[Reason, list[str]] = {Reason.PRICING_OUTSIDE_POLICY: list(figures)} if figures else {}
    for one in strict or review.gate.grounds:
        if not (figures and one.reason in TERMS_REASONS):
            found.setdefault(one.reason, []).extend([one.words] if one.words else [])
    yield from ({"reason": reason, "words": list(each_once(words))} for reason, words in found.items())


def _addressee_told(folder: Folder) -> Json:
    fields = folder.fields
    return {
        "name": _text(fields, "contact_name") or _text(fields, "addressee"), "called": _text(fields, "addressee"),
        "title": str(folder.known.get("title") or ""), "account": _text(fields, "account_name"), "address": _text(fields, "address"),
        "channel": _text(fields, "channel"),
    }


def _rows(folder: Folder, lang: Lang) -> list[Json]:
    """The terms of what is no letter, as a table; of a letter what does not stand at its head."""
    if folder.draft is None or folder.draft.entity == LETTER:
        return []
    draft = Draft("", folder.draft.entity, folder.fields, folder.draft.evidence)
    return [_row(one) for one in told_rows(draft, lang)]


def _sent(folder: Folder, lang: Lang) -> str:
    """What became of a letter that was approved, in words; "" for nothing yet."""
    status = folder.known.get("status")
    return rows_of(Draft("", LETTER, {"status": status}), lang)[0].value if status else ""


def _margin(folder: Folder) -> Json | None:
    """The margin at list price and after the discount, and the lowest allowed, in %; None where this person may not see it."""
    left = left_of(folder.known, folder.fields.get("discount") or 0)
    return {"before": left.before, "after": left.after, "floor": left.floor, "short": left.short} if left else None


def _account_rows(folder: Folder, lang: Lang) -> list[Json]:
    known = {name: value for name, value in folder.known.items() if name in ABOUT}
    if folder.draft is None or folder.draft.entity == LETTER:
        return []
    return [_row(one) for one in rows_of(Draft("", "account", known), lang)]


def _row(row: DraftRow) -> Json:
    return {"name": row.name, "value": row.value.strip() or "–", "proven": row.proven}


def _grounds(draft: HeldDraft | None, speaker: Speaker) -> Iterator[Json]:
    """Up to three, each quote once, and none that this person may not see."""
    seen: dict[tuple[str, str], Evidence] = {}
    for one in grounds_for(draft, speaker) if draft else ():
        seen.setdefault((one.quote, one.source), one)
    for one in list(seen.values())[:GROUNDS_SHOWN]:
        yield {"quote": one.quote, "source": one.source, "locator": one.locator, "kind": one.kind, "stale": one.stale}


def _talk(folder: Folder, speaker: Speaker) -> list[Json]:
    return [
        {"by": folder.names.get(one.by, ""), "mine": one.by == speaker.user_id, "author": one.by == folder.review.author,
         "text": one.text, "at": one.at.isoformat()}
        for one in folder.review.talk
    ]


def _times(review: HeldReview, now: datetime) -> Iterator[Json]:
    """What has happened and what comes, in the order of time."""
    waits = review.state in UNDECIDED
    stand_ins = [one.stand_in_at for one in review.seats if one.stand_in_at and one.approved_by is None] if waits else []
    found = [
        ("opened", review.opened_at, True), *(("approved", one.approved_at, True) for one in review.seats if one.approved_at),
        *([("nudged", review.nudged_at, True)] if review.nudged_at else []), *([("stand_in", min(stand_ins), waits)] if stand_ins else []),
        ("due", review.due_at, waits), ("escalates", review.escalate_at, waits), ("expires", review.expires_at, waits),
    ]
    if review.state is ReviewState.EXPIRED:
        found.append(("expired", review.expires_at, True))
    elif review.decided_at is not None and review.state is not ReviewState.APPROVED:
        found.append((str(review.state), review.decided_at, True))
    for what, at, shown in sorted(found, key=lambda one: one[1]):
        if shown:
            yield {"what": what, "at": at.isoformat(), "past": at <= now}


def _seat_told(seat: Seat, folder: Folder, now: datetime) -> Json:
    review, names = folder.review, folder.names
    late = seat.stand_in_at is not None and now >= seat.stand_in_at
    asked = (*seat.eligible, *(seat.stand_ins if late else ()))
    return {
        "number": seat.number, "post": seat.post, "stage": seat.stage, "by": names.get(seat.approved_by, "") if seat.approved_by else "",
        "at": seat.approved_at.isoformat() if seat.approved_at else None, "people": [names[one] for one in asked if one in names],
        "waits": review.state in UNDECIDED and seat in review.open_seats,
    }


def _changes(folder: Folder, lang: Lang) -> Json | None:
    """What became of what the author had submitted; None where nothing did, or it is no longer kept."""
    first, now = folder.first, folder.draft
    if first is None or now is None or first.revision == now.revision:
        return None
    texts = []
    for name in WRITTEN.get(now.entity, ()):
        before, after = _text(first.fields, name), _text(now.fields, name)
        if before != after:
            texts.append({"name": name, "pieces": [{"kind": one.kind, "text": one.text} for one in changes(before, after)]})
    rows = _changed_rows(first, now, lang)
    return {"texts": texts, "rows": rows} if texts or rows else None


def _changed_rows(first: HeldDraft, now: HeldDraft, lang: Lang) -> list[Json]:
    written = WRITTEN.get(now.entity, ())
    before, after = (
        {one.field: one for one in rows_of(Draft("", each.entity, each.fields), lang) if one.field not in written} for each in (first, now)
    )
    return [
        {"name": row.name, "before": before[name].value if name in before else "", "after": row.value}
        for name, row in after.items() if name not in before or before[name].value != row.value
    ]


def _counter(folder: Folder, lang: Lang) -> list[Json]:
    """The terms that a reviewer would approve, beside those that were asked for."""
    if folder.draft is None or not folder.review.counter:
        return []
    offered = {**folder.fields, **folder.review.counter}
    asked = {one.field: one.value for one in rows_of(Draft("", folder.draft.entity, folder.fields), lang)}
    rows = rows_of(Draft("", folder.draft.entity, offered), lang)
    return [
        {"name": one.name, "before": asked.get(one.field, "–"), "after": one.value} for one in rows if one.field in folder.review.counter
    ]


def _terms(draft: HeldDraft | None, lang: Lang) -> list[Json]:
    if draft is None:
        return []
    names = [name for name in TERMS.get(draft.entity, ()) if draft.fields.get(name) is not None]
    rows = {one.field: one.name for one in rows_of(Draft("", draft.entity, {name: draft.fields[name] for name in names}), lang)}
    return [{"field": name, "name": rows[name], "value": draft.fields[name]} for name in names if name in rows]


def _is_my_turn(review: HeldReview, speaker: Speaker, now: datetime) -> bool:
    if review.author == speaker.user_id:
        return review.state in {ReviewState.ASKED, ReviewState.COUNTERED}
    return review.may_decide(speaker.user_id, now)


def _may(review: HeldReview, draft: HeldDraft | None, speaker: Speaker, now: datetime) -> Sequence[str]:
    """The buttons that would be heard."""
    entity = draft.entity if draft else ""
    if review.author != speaker.user_id:
        if not review.may_decide(speaker.user_id, now):
            return ()
        more = [action for action, fields in (("edit", WRITTEN), ("counter", TERMS)) if entity in fields]
        return ("approve", *more, "ask", "reject")
    if review.state not in UNDECIDED:
        return ()
    nudged = review.nudged_at is not None and now - review.nudged_at < NUDGE_EVERY
    turn = {ReviewState.ASKED: ["reply"], ReviewState.COUNTERED: ["accept", "reply"]}.get(review.state, [] if nudged else ["nudge"])
    return (*turn, "withdraw")


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
