"""When an alert is given, to whom, when again, and what answers teach: rules as values."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.alert import (
    Alert,
    AlertRules,
    AlertState,
    Reply,
    action_of,
    calls_for_one,
    chain,
    is_storm,
    is_worse,
    learned,
    reply_in,
)
from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role, User
from bot.domain.risk import Band, RiskReason, RiskScore

RULES = AlertRules()
NOW = datetime(2026, 7, 14, 1, tzinfo=UTC)
REASONS = (RiskReason("usage_decline"), RiskReason("champion_left"))


def score(chance: float, band: Band = Band.HIGH, active: float | None = 40, reasons: tuple[RiskReason, ...] = REASONS) -> RiskScore:
    """A score of an account."""
    return RiskScore(RecordId("a"), date(2026, 7, 14), chance, band, reasons, active=active)


def alert(state: AlertState = AlertState.OPEN, reply: Reply | None = None, chance: float = 0.7, active: float | None = 40) -> Alert:
    """An alert as it was told."""
    return Alert("x", RecordId("a"), state, NOW, chance, active, REASONS, RecordId("t"), reply=reply)


def person(name: str, role: Role, team: str = "east") -> User:
    """One of ours."""
    return User(UserId(name), name, f"{name}@example.com", role, team, "Asia/Shanghai")


@pytest.mark.parametrize(
    "now, before, told",
    [
        (score(0.7), None, True), (score(0.5, Band.MEDIUM), None, False), (score(0.5, Band.MEDIUM), score(0.1, Band.MEDIUM), True),
        (score(0.3, Band.MEDIUM), score(0.1, Band.MEDIUM), False), (score(0.05, Band.LOW), score(0.01, Band.LOW), False),
    ],
)  # fmt: skip
def test_one_is_given_for_a_high_band_or_a_jump(now: RiskScore, before: RiskScore | None, *, told: bool) -> None:
    """High is told; so is a chance that rose by a third within a month, be it medium."""
    assert told == calls_for_one(now, before, RULES)


@pytest.mark.parametrize(
    "given, now, worse",
    [
        (alert(), score(0.7), False), (alert(), score(0.75), False), (alert(), score(0.81), True), (alert(), score(0.7, active=36), True),
        (alert(), score(0.7, active=37), False), (alert(active=0), score(0.7, active=0), False), (alert(active=None), score(0.7), False),
        (alert(AlertState.QUIET, Reply.SEASONAL), score(0.99), False),
        (alert(AlertState.QUIET, Reply.SEASONAL), score(0.7, active=35), True),
        (alert(AlertState.QUIET, Reply.SETTLED), score(0.7), False),
        (alert(AlertState.QUIET, Reply.SETTLED), score(0.7, reasons=(RiskReason("late_payment"), *REASONS)), True),
        (alert(AlertState.TAKEN, Reply.TAKE), score(0.7, reasons=(RiskReason("late_payment"), *REASONS)), False),
    ],
)  # fmt: skip
def test_it_is_told_again_only_when_it_got_worse(given: Alert, now: RiskScore, *, worse: bool) -> None:
    """By a margin of chance, by a tenth of usage; a season by usage alone; what was settled by news, too."""
    assert worse == is_worse(given, now, RULES)


def test_the_owner_is_told_first_then_managers_of_the_team_then_admins() -> None:
    """Each once; another team's manager never; without an owner it begins at the manager."""
    ann, max_, eva = person("ann", Role.REP), person("max", Role.MANAGER), person("eva", Role.MANAGER, "west")
    root = person("root", Role.ADMIN, "")
    people = (root, eva, max_, ann)

    assert (("ann", "max", "root"), ("max", "root"), ("max", "root")) == (
        tuple(one.id for one in chain(ann.id, "east", people)), tuple(one.id for one in chain(None, "east", people)),
        tuple(one.id for one in chain(max_.id, "", people)),
    )  # fmt: skip


def test_a_storm_is_half_of_all_and_more_than_a_few() -> None:
    """Three of four are a bad week of a small team; half of a hundred are the data."""
    assert (False, False, True, True) == (is_storm(3, 4, RULES), is_storm(40, 100, RULES), is_storm(50, 100, RULES), is_storm(6, 8, RULES))


def test_a_reason_mostly_said_to_be_none_weighs_less_within_bounds() -> None:
    """Eight of eleven: by what is more than half; all of them: never under half; few answers, wrong data and taken ones teach nothing."""
    late, usage = ("late_payment",), ("usage_decline",)
    eight_of_eleven = [(late, Reply.SETTLED)] * 8 + [(late, Reply.TAKE)] * 2 + [(late, None)]
    taught = learned([*eight_of_eleven, *[(usage, Reply.SEASONAL)] * 7])
    always, wrong, taken = (learned([(late, reply)] * 20) for reply in (Reply.SEASONAL, Reply.WRONG, Reply.TAKE))

    assert {"late_payment": (11, 8, 0.773)} == {code: (one.told, one.none, round(one.factor, 3)) for code, one in taught.items()}
    assert (0.5, {}, {}) == (always["late_payment"].factor, wrong, taken)


def test_a_button_says_which_alert_and_what_and_nothing_else_is_one() -> None:
    """What a button carries comes back; other words are no answer."""
    assert (("01a2", Reply.SEASONAL), None, None, None) == (
        reply_in(action_of("01a2", Reply.SEASONAL)), reply_in("alert:01a2:explode"), reply_in("alert::take"), reply_in("task:1:done"),
    )  # fmt: skip
