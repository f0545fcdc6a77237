"""The clock and the identities."""

import itertools
import uuid
from datetime import UTC

from bot.senses import SystemClock, TimeIds

NOON_MS = 1_784_030_400_000


def test_an_id_is_a_version_7_uuid_of_its_time() -> None:
    """Version, variant and milliseconds stand where RFC 9562 puts them."""
    text = TimeIds(lambda: NOON_MS * 1_000_000).new()

    read = uuid.UUID(text)
    assert (text, 7, uuid.RFC_4122, NOON_MS) == (str(read), read.version, read.variant, read.int >> 80)


def test_ids_sort_as_they_were_made() -> None:
    """Also when more are made in a millisecond than its counter can tell apart."""
    ids = TimeIds(lambda: NOON_MS * 1_000_000)

    made = [ids.new() for _ in range(10_000)]

    assert made == sorted(set(made))


def test_a_clock_that_is_set_back_does_not_turn_the_order() -> None:
    """The last time is kept until the clock has caught up; then it counts again."""
    times = iter([NOON_MS, NOON_MS - 60_000, NOON_MS - 59_999, NOON_MS + 1])
    ids = TimeIds(lambda: next(times) * 1_000_000)

    made = [ids.new() for _ in range(4)]

    assert made == sorted(set(made))
    assert [NOON_MS] * 3 + [NOON_MS + 1] == [uuid.UUID(text).int >> 80 for text in made]


def test_two_processes_do_not_make_the_same_ids() -> None:
    """What the counter cannot tell apart, chance does."""
    one, other = TimeIds(lambda: NOON_MS * 1_000_000), TimeIds(lambda: NOON_MS * 1_000_000)

    made = [ids.new() for ids in itertools.islice(itertools.cycle([one, other]), 2_000)]

    assert 2_000 == len(set(made))


def test_the_system_clock_is_aware_and_utc() -> None:
    """A time without a zone would be refused at the store's door."""
    now = SystemClock().now()

    assert UTC is now.tzinfo
