"""Events in their versions."""

from datetime import UTC, datetime

import pytest

from bot.domain.events import EVENT_TYPES, EventType, EventTypes, Payload, UnknownVersion
from bot.domain.ids import EventId
from bot.domain.records import Event

AT = datetime(2026, 7, 14, tzinfo=UTC)


def split_the_name(old: Payload) -> Payload:
    """Version 1 had one name."""
    first, last = str(old["name"]).split(" ")
    return {"first": first, "last": last}


def add_the_title(old: Payload) -> Payload:
    """Version 2 had no title."""
    return {**old, "title": ""}


MET = EventTypes((EventType("contact.met", (split_the_name, add_the_title)), EventType("turn.settled")))


def met(version: int, **payload: object) -> Event:
    """A contact was met."""
    return Event(EventId("e1"), "contact.met", version, AT, payload, 7)


def test_oldest_event_reads_as_of_today() -> None:
    """Each version is brought to the next, one after the other; what else stands in the event stays."""
    today = MET.as_of_today(met(1, name="Maya Lin"))

    assert met(3, first="Maya", last="Lin", title="") == today


def test_event_in_between_is_brought_up_from_where_it_stands() -> None:
    """Only what is missing is done."""
    today = MET.as_of_today(met(2, first="Maya", last="Lin"))

    assert met(3, first="Maya", last="Lin", title="") == today


def test_newest_event_is_left_as_it_is() -> None:
    """Nothing is done to what is new."""
    new = met(3, first="Maya", last="Lin", title="Dr.")

    assert new == MET.as_of_today(new)


@pytest.mark.parametrize("version", [0, 4])
def test_event_of_a_version_that_never_was_is_refused(version: int) -> None:
    """An event kept by newer code is not guessed at."""
    with pytest.raises(UnknownVersion):
        MET.as_of_today(met(version))


def test_new_events_get_the_newest_version() -> None:
    """One more than there are ways up."""
    assert (3, 1) == (MET.newest("contact.met"), MET.newest("turn.settled"))


def test_unlisted_type_has_no_version() -> None:
    """A slip of the pen in a type's name is found where it is made."""
    with pytest.raises(KeyError):
        EVENT_TYPES.newest("turn.setled")
