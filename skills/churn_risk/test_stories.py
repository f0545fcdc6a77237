"""Stories out of records: what each kind of record says, and what records that say nothing sensible do not."""

import math
from datetime import date, timedelta

import pytest

from bot.domain.ids import RecordId
from bot.domain.query import Row
from bot.domain.risk import Band
from skills.churn_risk.scorecard import judge, read_scorecard
from skills.churn_risk.stories import story_of
from skills.churn_risk.story import Code, Story

DAY = date(2026, 7, 14)
ZONE = "Asia/Shanghai"
ACCOUNT = Row(RecordId("a"), {"name": "北岭泵业", "status": "customer", "renewal_date": "2027-03-01"})
CARD = read_scorecard()


def row(record_id: str, /, **fields: object) -> Row:
    """A record."""
    return Row(RecordId(record_id), fields)


def usage(*active: object, until: str = "2026-06") -> tuple[Row, ...]:
    """Users of the months up to one, 50 seats each."""
    year, month = (int(part) for part in until.split("-"))
    months = [(year * 12 + month - 1 - back) for back in reversed(range(len(active)))]
    return tuple(
        row(f"u{one}", month=f"{one // 12}-{one % 12 + 1:02}-01", active_users=users, seats=50)
        for one, users in zip(months, active, strict=True)
    )


def told(**records: tuple[Row, ...]) -> Story:
    """The story of the account with these records."""
    return story_of(ACCOUNT, records, DAY, ZONE)


def codes(story: Story) -> dict[Code, dict[str, float | str]]:
    """The reasons given, with their figures."""
    return {one.code: dict(one.numbers) for one in judge(story, CARD).reasons}


SEASON = (40, 41, 40, 39, 41, 22, 15, 14, 30, 40, 41, 40)


def test_the_same_months_last_year_tell_a_season_without_a_word() -> None:
    """Low in June as in the June before: a season. Low where last year was high: a fall, with both years' figures."""
    as_always = codes(told(usage=usage(*SEASON, *SEASON, 40, 41, 40, 39, 41, 22, until="2026-06")))
    fell = codes(told(usage=usage(*(40,) * 20, 36, 30, 24, 18)))

    assert (True, False) == (Code.SEASONAL_DIP in as_always, Code.USAGE_DECLINE in as_always)
    assert (40, 18, 40) == tuple(fell[Code.USAGE_DECLINE][name] for name in ("from", "to", "year_before"))


def test_a_month_that_still_runs_is_no_fall() -> None:
    """On the fourteenth a month has half its users: it does not count yet."""
    assert (40.0,) * 12 == told(usage=(*usage(*(40,) * 12), row("now", month="2026-07-01", active_users=9, seats=50))).active


def test_people_contracts_quotes_deals_and_complaints_are_read_as_they_stand() -> None:
    """Who left and with what say, the last day for notice, a price that rose, a rival in a deal, a complaint nobody closed."""
    story = told(
        usage=usage(*(40,) * 12),
        contact=(row("c", name="谢南", status="left", left_date="2026-06-20", weight=60), row("d", name="杜川", status="active")),
        contract=(row("k", kind="subscription", status="active", end_date="2026-09-20", notice_date="2026-07-28"),),
        quote=(
            row("q1", product="p", currency="CNY", amount=1000, quantity=10, quote_date="2025-07-01", status="accepted"),
            row("q2", product="p", currency="USD", amount=9000, quantity=10, quote_date="2026-05-01", status="sent"),
            row("q3", product="p", currency="CNY", amount=1200, quantity=10, quote_date="2026-06-01", status="sent"),
        ),
        opportunity=(row("o", name="二期", competitor="恩锐", stage="proposal", created_date="2026-05-01"),),
        touchpoint=(row("t", kind="complaint", happened_at="2026-06-02T02:00:00+00:00", note="三天没人回", contact_name="杜川"),),
    )
    found = codes(story)

    assert (date(2026, 9, 20), date(2026, 7, 28)) == (story.renewal_date, story.notice_date)
    assert ("谢南", 20, "恩锐") == (found[Code.CHAMPION_LEFT]["days"] and story.leavers[0].who, story.rises[0].percent, story.rivals[0].who)
    assert {"count": 1, "days": 42} == found[Code.COMPLAINT]


def test_answers_of_ten_and_scores_of_a_hundred_are_told_in_their_own_scale() -> None:
    """Eight to three is a fall told as such; nine to eight is the same mood; minus twenty is on the other scale."""
    def rated(*scores: float) -> dict[Code, dict[str, float | str]]:
        answers = tuple(row(f"n{at}", score=one, answered_date=f"2026-0{at + 1}-10") for at, one in enumerate(scores))
        return codes(told(usage=usage(*(40,) * 12), nps=answers))

    assert {"from": 8.0, "to": 3.0} == rated(8, 3)[Code.NPS_DROP]
    assert Code.NPS_DROP not in rated(9, 8)
    assert {"from": 30.0, "to": -20.0} == rated(30, -20)[Code.NPS_DROP]


def test_a_habit_of_paying_late_is_no_news() -> None:
    """Who always pays twenty days late is not leaving; who begins to is worth a word."""
    def paid(*late: int) -> bool:
        dues = [date(2025, 1, 15) + timedelta(days=60 * at) for at in range(len(late))]
        rows = (row(f"i{at}", due_date=str(due), paid_date=str(due + timedelta(days=days)))
                for at, (due, days) in enumerate(zip(dues, late, strict=True)))  # fmt: skip
        return Code.LATE_PAYMENT in codes(told(usage=usage(*(40,) * 12), invoice=tuple(rows)))

    assert (False, True) == (paid(20, 21, 19, 20, 22, 20, 21, 20), paid(0, 1, 0, 2, 1, 0, 25, 31))


def test_talk_about_another_deal_is_no_threat_and_about_the_renewal_it_is() -> None:
    """Penalties and rivals are talked of by whoever buys; where the renewal is at stake the same words count."""
    def heard(deal: str) -> bool:
        note = row("t", kind="call", happened_at="2026-07-01T02:00:00+00:00", note="问提前终止要付多少违约金,也在看别家报价",
                   opportunity="o", opportunity_name=deal)  # fmt: skip
        return Code.OFFBOARDING in codes(told(usage=usage(*(40,) * 8, 38, 33, 27, 20), touchpoint=(note,)))

    assert (False, True) == (heard("二期 S3×120"), heard("北岭续约 2026"))


def test_long_silence_is_told_beside_what_is_usual() -> None:
    """Somebody who was met each fortnight and not for three months."""
    days = [date(2026, 1, 5) + timedelta(days=14 * at) for at in range(8)]
    met = tuple(row(f"t{at}", kind="call", happened_at=f"{day}T02:00:00+00:00", note="例会") for at, day in enumerate(days))

    assert {"quiet_days": 92, "usual_days": 14} == codes(told(usage=usage(*(40,) * 12), touchpoint=met))[Code.DISENGAGED]


def test_as_many_people_who_come_half_as_often_are_the_first_sign() -> None:
    """Users stay, log-ins per user fall: said as what it is."""
    def course(*logins: int) -> tuple[Row, ...]:
        return tuple(Row(one.id, {**one.fields, "logins": 40 * each}) for one, each in zip(usage(*(40,) * 12), logins, strict=True))

    steady, rarer = codes(told(usage=course(*(20,) * 12))), codes(told(usage=course(*(20,) * 9, 10, 9, 8)))

    assert (False, {"logins_from": 20, "logins_to": 9}) == (Code.USAGE_DECLINE in steady, rarer[Code.USAGE_DECLINE])


HOSTILE: tuple[dict[str, tuple[Row, ...]], ...] = (
    {}, {"usage": usage(*(0,) * 12)}, {"usage": usage(*(math.nan,) * 12)}, {"usage": usage(None, "x", [], math.inf)},
    {"usage": usage(40, 40, 40, 40, until="2031-01")}, {"usage": (row("u", month=None, active_users=4), row("v", month="gestern"))},
    {"ticket": (row("t", severity="P1", status="open", opened_at="2031-01-01T00:00:00+00:00"),)},
    {"invoice": (row("i", due_date="2031-01-01"), row("j", due_date="99-99"))},
    {"contact": (row("c", status="left", left_date="2031-01-01"), row("d", status="left"))},
    {"nps": (row("n", score=math.nan, answered_date="2026-01-01"), row("m", score="7", answered_date="2026-01-01"))},
    {"quote": tuple(row(f"q{at}", amount=one, quantity=0, quote_date="2026-01-01", status="sent") for at, one in enumerate((0, -5, None)))},
    {"contract": (row("k", end_date="1999-01-01", status="active"), row("l", end_date=None))},
    {"touchpoint": (row("t", happened_at="nie", note=None), row("s", happened_at="2031-01-01T00:00:00+00:00", note="他们要解约"))},
)


@pytest.mark.parametrize("records", HOSTILE)
def test_nothing_sensible_is_neither_a_crash_nor_an_alarm(records: dict[str, tuple[Row, ...]]) -> None:
    """No figure, days to come, nothing at all: a band, and not the highest."""
    assert judge(told(**records), CARD).band is not Band.HIGH


def test_what_is_kept_twice_counts_once() -> None:
    """The same case under two numbers is one case, the same month twice one month."""
    case = {"severity": "P1", "status": "open", "opened_at": "2026-05-01T02:00:00+00:00", "subject": "断线"}
    again = row("x", month="2026-06-01", active_users=3)
    story = told(ticket=(row("1", number="T-1", **case), row("2", number="T-2", **case)), usage=(*usage(40, 40), again))

    assert (1, (40.0, 40.0)) == (len(story.tickets), story.active)
