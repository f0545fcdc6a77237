"""The scorecard: what an account's story is judged by, and what it makes of stories that are hardly any."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.errors import BadConfig
from skills.churn_risk.batch import predict, story
from skills.churn_risk.scorecard import FILE, Band, judge, read_scorecard
from skills.churn_risk.signs import shown
from skills.churn_risk.story import Code, Invoice, Note, Rating, Story, Ticket

DAY = date(2026, 6, 1)
STEADY = Story(DAY, seats=50, renewal_date=date(2027, 3, 1), active=(40, 41, 40, 39, 41, 40, 40, 41, 39, 40, 41, 40))
CARD = read_scorecard()


def codes(told: Story) -> set[Code]:
    """The reasons that are given for `told`."""
    return {one.code for one in judge(told, CARD).reasons}


def touched(told: Story, *notes: tuple[date, str, str, str]) -> Story:
    """`told` with these contacts."""
    return replace(told, touches=tuple(Note(*one) for one in notes))


def test_an_account_of_which_nothing_is_known_alarms_nobody() -> None:
    """No months, no notes, no invoices: no reason is made up, and the band is not high."""
    made = judge(Story(DAY), CARD)

    assert ((), True) == (made.reasons, made.band is not Band.HIGH)


def test_a_lasting_fall_is_told_with_its_figures() -> None:
    """Where users fell for months, the reason says from what to what."""
    made = judge(replace(STEADY, active=(40, 41, 40, 39, 36, 33, 30, 26, 22, 19, 15, 12)), CARD)

    assert (Code.USAGE_DECLINE, {"from": 40, "to": 12, "months": 12}) == (made.reasons[0].code, dict(made.reasons[0].numbers))


def test_a_dip_in_the_season_is_no_fall() -> None:
    """The same low months are a season where somebody said so, and they came back."""
    dipped = replace(STEADY, active=(40, 41, 40, 39, 20, 12, 14, 36, 40, 41, 40, 41))

    told = codes(touched(dipped, (date(2026, 5, 20), "call", "Ann", "closed for the season until January, all back now")))

    assert (True, False) == (Code.SEASONAL_DIP in told, Code.USAGE_DECLINE in told)


def test_a_champion_who_left_weighs_less_once_a_successor_is_met() -> None:
    """A warm meeting with the next one takes most of the worry away."""
    left = (date(2026, 3, 1), "email", "刘工", "月底离职,由陈工接手")
    met = (date(2026, 5, 10), "meeting", "陈工", "排了下半年的培训")

    alone, followed = judge(touched(STEADY, left), CARD), judge(touched(STEADY, left, met), CARD)

    assert (True, Code.NEW_CHAMPION) == (followed.chance < alone.chance, followed.reasons[0].code)


def test_what_is_denied_is_not_heard() -> None:
    """No plan to look at rivals is no sign of a rival."""
    assert (False, False, True) == (
        shown("rival", "没有招标的打算"), shown("rival", "they ruled out a tender"), shown("rival", "they issued a tender"),
    )  # fmt: skip


def test_a_cause_in_the_office_excuses_a_late_payment() -> None:
    """An invoice that went to the wrong address is paid late by nobody's will."""
    late = replace(STEADY, invoices=(Invoice(date(2026, 3, 1), date(2026, 4, 10)),))
    excused = touched(late, (date(2026, 4, 5), "email", "Finance", "invoice went to the wrong address"))

    assert (True, True, False) == (Code.LATE_PAYMENT in codes(late), Code.LATE_ADMIN in codes(excused), Code.LATE_PAYMENT in codes(excused))


def test_worse_facts_never_lower_the_chance() -> None:
    """Older open cases, lower ratings, later payments: each makes leaving as likely or likelier."""
    def chance(days: int) -> float:
        opened, score = date.fromordinal(DAY.toordinal() - days), 40.0 - days / 2
        told = replace(
            STEADY,
            tickets=(Ticket(opened, 1, None, "x"),), ratings=(Rating(date(2026, 1, 1), 40, ""), Rating(date(2026, 5, 1), score, "")),
            invoices=(Invoice(opened, None),),
        )  # fmt: skip
        return judge(told, CARD).chance

    chances = [chance(days) for days in range(5, 170, 15)]

    assert sorted(chances) == chances


def test_days_to_come_nan_and_duplicates_are_left_out() -> None:
    """What is dated after the day, is no number, or stands twice says nothing more."""
    ticket = {"opened": "2026-05-01", "severity": "P1", "status": "open", "subject": "x", "closed": None}
    line = {
        "as_of": "2026-06-01", "account": {"seats": float("nan"), "renewal_date": None},
        "usage": {"months": ["2026-04", "2026-05", "2026-07"], "active_users": [3, float("nan"), 9]},
        "tickets": [ticket, dict(ticket), {**ticket, "opened": "2026-07-01"}], "nps": [{"date": "2026-05-01", "score": None}],
        "invoices": None,
    }  # fmt: skip

    told = story(line)

    assert (None, (3.0,), 1, (), ()) == (told.seats, told.active, len(told.tickets), told.ratings, told.invoices)


@pytest.mark.parametrize("active", [(0,) * 12, (5,), (), (0, 0, 0, 0, 0, 7)])
async def test_odd_months_are_judged_all_the_same(active: tuple[int, ...]) -> None:
    """All zero, one month, none, or one that just began: a band, and no crash."""
    months = [f"2025-{place + 1:02}" for place in range(len(active))]

    made = await predict({"id": "a", "as_of": "2026-06-01", "usage": {"months": months, "active_users": list(active)}}, {})

    assert made["band"] in list(Band)


def test_a_weight_of_the_wrong_sign_is_refused(tmp_path: Path) -> None:
    """A risk that calms is a slip of the hand: the file and the key are named."""
    file = tmp_path / "scorecard.toml"
    told = FILE.read_text(encoding="utf-8").replace("[champion_left]\nweight = ", "[champion_left]\nweight = -")
    file.write_text(told, encoding="utf-8")

    with pytest.raises(BadConfig) as refused:
        read_scorecard(file)

    assert "champion_left.weight" == refused.value.facts["key"]


def test_an_unknown_signal_is_refused(tmp_path: Path) -> None:
    """A signal that nobody finds is named."""
    file = tmp_path / "scorecard.toml"
    file.write_text(FILE.read_text(encoding="utf-8") + "\n[moon_phase]\nweight = 1.0\ntells = 1.0\n", encoding="utf-8")

    with pytest.raises(BadConfig) as refused:
        read_scorecard(file)

    assert "moon_phase" == refused.value.facts["key"]
