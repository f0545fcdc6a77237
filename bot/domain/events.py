"""Which events there are, each with its newest version, and how an old one reads today. Knows no storage."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.records import Event

Payload = Mapping[str, object]
Upcaster = Callable[[Payload], Payload]
"""From the payload of one version to that of the next. Pure: the same for every event, whenever it is read."""


class UnknownVersion(ValueError):
    """An event was kept by newer code than this."""


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of event. upcasters: how version 1 becomes 2, 2 becomes 3, and so on; the newest version is one more than their number."""

    name: str
    upcasters: tuple[Upcaster, ...] = ()

    @property
    def version(self) -> int:
        """The newest version, which new events get."""
        return len(self.upcasters) + 1


class EventTypes:
    """All types of event that the house knows."""

    def __init__(self, types: Sequence[EventType]) -> None:
        self._types = {each.name: each for each in types}

    def newest(self, name: str) -> int:
        """The newest version of a type.  Raises: KeyError for a type that nobody listed."""
        return self._types[name].version

    def as_of_today(self, event: Event) -> Event:
        """The event in the newest version of its type.  Raises: KeyError; UnknownVersion when it is newer than we are."""
        known = self._types[event.type]
        if not 1 <= event.version <= known.version:
            raise UnknownVersion(event.type, event.version)
        payload = event.payload
        for upcast in known.upcasters[event.version - 1 :]:
            payload = upcast(payload)
        return replace(event, version=known.version, payload=payload)


TURN_SETTLED = EventType("turn.settled")
"""turn_id, decision_id, thread_id: a turn came to its end, and what it says is in the outbox."""

RECORD_SAVED = EventType("record.saved")
"""record_id and what the store notes with it: a record was made or changed."""

DRAFT_SAVED = EventType("draft.saved")
"""draft_id, revision, record_id, entity, author: something that is made to leave the house was released, and is kept as a record."""

REVIEW_CHANGED = EventType("review.changed")
"""review_id, draft_id, revision, version, state, stage, author, what, by: a review was opened, moved on, or came to its end.

what: opened, approved, edited, countered, accepted, asked, replied, rejected, withdrawn, nudged, escalated, joined (others may decide as
well), expired. by: a user id, or `system`.
"""

CONTRACT_SIGNED = EventType("contract.signed")
"""record_id, draft_id, author, account, value, currency, start_date, end_date, notice_date, payment_days: a contract was confirmed
as signed.

account: an id. Days are ISO; what the contract does not name is None. The rest is in its record.
"""

CONTRACT_UNSIGNED = EventType("contract.unsigned")
"""record_id, draft_id, author, account: whoever confirmed the signing took that back."""

PROMPT_PUBLISHED = EventType("prompt.published")
"""edition, prompt, number, version: another text of a prompt is in force."""

RULES_PUBLISHED = EventType("rules.published")
"""edition, rules, number, version: another edition of a set of rules is in force."""

EVENT_TYPES = EventTypes((
    TURN_SETTLED, RECORD_SAVED, DRAFT_SAVED, REVIEW_CHANGED, CONTRACT_SIGNED, CONTRACT_UNSIGNED, PROMPT_PUBLISHED, RULES_PUBLISHED,
))  # fmt: skip
