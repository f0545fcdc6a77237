"""Values as rows hold them: times, JSON, outcomes without their quotes. Knows no table and no SQL.

Times are ISO 8601 text in UTC with microseconds, so they sort as they passed. JSON is canonical (sorted keys, no spaces), so
equal values have equal digests.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias, assert_never
from zoneinfo import ZoneInfo

from bot.domain.chart import chart_from_json, chart_to_json
from bot.domain.decision import Made
from bot.domain.digest import digest_from_json, digest_to_json
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, RecordId
from bot.domain.outcome import Answer, Brain, Button, Draft, Enclosed, Letter, Outcome, Proposal
from bot.domain.schema import Field, Kind, Label, Value
from bot.domain.talk import Lang

Row: TypeAlias = dict[str, Any]
Ref: TypeAlias = dict[str, Any]
"""An `Evidence` whose quote is replaced by the id of its content row."""


def span(first: date, last: date, zone: str) -> tuple[str, str]:
    """From the beginning of one day to the end of another, both counted, in a zone (IANA): at or after the one, before the other."""
    begins, ends = (stamp(datetime.combine(day, time(), ZoneInfo(zone))) for day in (first, last + timedelta(days=1)))
    return begins, ends


def stamp(at: datetime) -> str:
    """`at` as rows hold it.  Raises: ValueError when it has no time zone."""
    if at.tzinfo is None:
        message = f"a time without a zone: {at!r}"
        raise ValueError(message)
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The time that `stamp` wrote."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """As `moment`, for a time that may not be there."""
    return None if text is None else moment(text)


def dump(value: object) -> str:
    """Canonical JSON.  Raises: TypeError or ValueError for what JSON does not have (dates go in as ISO text)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def load(text: str) -> Any:  # noqa: ANN401 - what was dumped
    """What `dump` wrote."""
    return json.loads(text)


def ref_of(evidence: Evidence, quote_id: str) -> Ref:
    """`evidence` with its quote by reference."""
    return {
        "quote_id": quote_id,
        "source": evidence.source,
        "locator": evidence.locator,
        "kind": str(evidence.kind),
        "score": evidence.score,
        "ref": evidence.ref,
        "audience": evidence.audience,
        "stale": evidence.stale,
    }


def evidence_of(ref: Ref, quote: Callable[[str], str | None]) -> Evidence:
    """The evidence again; `quote` reads a content row. A quote that was erased reads as the empty text."""
    return Evidence(
        quote(ref["quote_id"]) or "",
        ref["source"],
        ref["locator"],
        EvidenceKind(ref["kind"]),
        ref["score"],
        ref["ref"],
        Audience(ref["audience"]),
        ref["stale"],
    )


def all_evidence(outcome: Outcome) -> tuple[Evidence, ...]:
    """The grounds of an outcome, in its order; those of a draft's own fields come before those of what it proposes beside."""
    match outcome:
        case Answer():
            return outcome.evidence
        case Draft():
            return (*outcome.evidence.values(), *(one for part in outcome.also for one in part.evidence.values()))
        case other:
            assert_never(other)


def outcome_to_json(outcome: Outcome, refs: Iterable[Ref]) -> str:
    """An outcome with `refs` in the places of its evidence (in the order of `all_evidence`)."""
    match outcome:
        case Answer():
            return dump(
                {
                    "kind": "answer",
                    "text": outcome.text,
                    "evidence": list(refs),
                    "buttons": _buttons(outcome.buttons),
                    "found": outcome.found,
                    "chart": chart_to_json(outcome.chart) if outcome.chart else None,
                    **_forward(outcome),
                    **({"letter": asdict(outcome.letter)} if outcome.letter else {}),
                    **({"enclosed": asdict(outcome.enclosed)} if outcome.enclosed else {}),
                    **({"digest": digest_to_json(outcome.digest)} if outcome.digest else {}),
                }
            )
        case Draft():
            left = iter(refs)
            return dump(
                {
                    "kind": "draft",
                    "text": outcome.text,
                    "entity": outcome.entity,
                    "fields": dict(outcome.fields),
                    "evidence": [[name, next(left)] for name in outcome.evidence],
                    "record_id": outcome.record_id,
                    "buttons": _buttons(outcome.buttons),
                    "expires_at": stamp(outcome.expires_at) if outcome.expires_at else None,
                    **_forward(outcome),
                    **({"also": [_proposal(one, left) for one in outcome.also]} if outcome.also else {}),
                    **({"shows": list(outcome.shows)} if outcome.shows else {}),
                    **({"before": dict(outcome.before)} if outcome.before else {}),
                    **({"own": [asdict(one) for one in outcome.own]} if outcome.own else {}),
                    **({"submits": True} if outcome.submits else {}),
                }
            )
        case other:
            assert_never(other)


def outcome_from_json(text: str, quote: Callable[[str], str | None]) -> Outcome:
    """The outcome that `outcome_to_json` wrote."""
    kept = load(text)
    forward = kept.get("forward")
    buttons = tuple(Button(**button) for button in kept["buttons"])
    if kept["kind"] == "answer":
        chart = chart_from_json(kept["chart"]) if kept.get("chart") else None
        grounds = tuple(evidence_of(ref, quote) for ref in kept["evidence"])
        letter = Letter(**kept["letter"]) if kept.get("letter") else None
        enclosed = Enclosed(**kept["enclosed"]) if kept.get("enclosed") else None
        digest = digest_from_json(kept["digest"]) if kept.get("digest") else None
        return Answer(
            kept["text"], grounds, buttons, kept["found"], chart=chart, forward=forward, letter=letter, enclosed=enclosed, digest=digest
        )
    evidence = {field: evidence_of(ref, quote) for field, ref in kept["evidence"]}
    record_id = RecordId(kept["record_id"]) if kept["record_id"] else None
    expires_at = moment_or_none(kept["expires_at"])
    also = tuple(_proposal_from(one, quote) for one in kept.get("also", ()))
    return Draft(
        kept["text"], kept["entity"], kept["fields"], evidence, record_id, buttons, expires_at, forward=forward, also=also,
        shows=tuple(kept.get("shows", ())), before=kept.get("before", {}),
        own=tuple(_field(one) for one in kept.get("own", ())), submits=kept.get("submits", False),
    )


def _field(kept: Row) -> Field:
    values = tuple(Value(one["name"], Label(**one["label"])) for one in kept["values"])
    return Field(kept["name"], Kind(kept["kind"]), Label(**kept["label"]), values, kept["to"], kept["unit"])


def _proposal(proposal: Proposal, refs: Iterator[Ref]) -> Row:
    """A proposal with its evidence taken from `refs`."""
    evidence = [[name, next(refs)] for name in proposal.evidence]
    return {
        "key": proposal.key, "entity": proposal.entity, "fields": dict(proposal.fields), "evidence": evidence,
        "record_id": proposal.record_id, **({"before": dict(proposal.before)} if proposal.before else {}),
    }  # fmt: skip


def _proposal_from(kept: Row, quote: Callable[[str], str | None]) -> Proposal:
    evidence = {field: evidence_of(ref, quote) for field, ref in kept["evidence"]}
    record_id = RecordId(kept["record_id"]) if kept["record_id"] else None
    return Proposal(kept["key"], kept["entity"], kept["fields"], evidence, record_id, kept.get("before", {}))


def _forward(outcome: Outcome) -> Row:
    """Left out where there is none, as a letter is, so that outcomes kept before read, and digest, as they did."""
    return {} if outcome.forward is None else {"forward": outcome.forward}


def made_to_json(made: Made) -> str:
    """How an outcome came to be, but for the query, which is content."""
    return dump(
        {
            "skill": made.skill,
            "intent": made.intent,
            "lang": str(made.lang),
            "model": made.model,
            "code": made.code,
            "prompts": dict(made.prompts),
            "review": made.review,
            "timings_ms": dict(made.timings_ms),
            "fell_back": made.fell_back,
            "chooser": {"model": made.chooser.model, "fell_back": made.chooser.fell_back},
        }
    )


def made_from_json(text: str, query: Mapping[str, object] | None) -> Made:
    """What `made_to_json` wrote, with its query."""
    kept = load(text)
    kept["lang"] = Lang(kept["lang"])
    kept["chooser"] = Brain(**kept.get("chooser", {}))
    return Made(**kept, query=query)


def _buttons(buttons: Iterable[Button]) -> list[dict[str, str]]:
    return [{"label": button.label, "action": button.action, "text": button.text} for button in buttons]
