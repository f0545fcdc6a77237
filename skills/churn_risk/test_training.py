"""A house's own model: learned from what became of its accounts, used only where it is better, in one form with the scorecard."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.errors import BadConfig
from skills.churn_risk.features import AHEAD, SIDES, Snapshot, days_of, features_of, past_days
from skills.churn_risk.model import FILE, OwnModel, from_text, judge_for, keep, model_for, to_text
from skills.churn_risk.scorecard import judge, read_scorecard
from skills.churn_risk.story import Code, Invoice, Story
from skills.churn_risk.table.fitting import Array, chances
from skills.churn_risk.training import Enough, train

CARD = read_scorecard()
TODAY = date(2026, 6, 1)
EXPERT = np.array([*(CARD.weights[code].weight for code in Code), CARD.near_renewal])
STEADY = Story(TODAY, seats=50, active=(40.0,) * 12)
LATE = Story(TODAY, seats=50, active=(40.0,) * 12, invoices=(Invoice(date(2026, 2, 1), date(2026, 5, 1)), Invoice(date(2026, 3, 1), None)))


def history(weights: Array, base: float, accounts: int = 400, seed: int = 1) -> list[Snapshot]:
    """Accounts over three years, each leaving by chance as `weights` have it, and gone from then on."""
    dice = np.random.default_rng(seed)
    found = []
    for account in range(accounts):
        for day in past_days(TODAY):
            features = np.append(dice.random(len(Code)) * (dice.random(len(Code)) < 0.3), float(dice.random() < 0.2))
            left = bool(dice.random() < chances(np.array([base + features @ weights]))[0])
            found.append(Snapshot(f"a{account}", day, tuple(features.tolist()), left))
            if left:
                break
    return found


def own() -> Array:
    """A house where late payers leave and usage says little."""
    weights = EXPERT * 0.3
    weights[list(Code).index(Code.LATE_PAYMENT)], weights[list(Code).index(Code.ENGAGED)] = 4.0, -3.0
    weights[list(Code).index(Code.USAGE_DECLINE)] = 0.0
    return weights


@pytest.fixture(scope="module")
def learned() -> OwnModel:
    """What such a house teaches."""
    return train(history(own(), -3.2), CARD, Enough())


def test_a_house_that_differs_from_the_expert_gets_a_model_that_is_on(learned: OwnModel) -> None:
    """On days that it did not know, it ranks better and its chances are nearer."""
    assert (True, True, True) == (learned.on, learned.ours.auc > learned.theirs.auc + 0.03, learned.ours.ece <= learned.theirs.ece)


def test_what_weighs_there_is_learned(learned: OwnModel) -> None:
    """Late payment gained, usage lost."""
    before = {code: CARD.weights[code].weight for code in Code}

    assert learned.weights[Code.LATE_PAYMENT] > before[Code.LATE_PAYMENT] + 1
    assert learned.weights[Code.USAGE_DECLINE] < before[Code.USAGE_DECLINE] - 0.5


def test_no_weight_crosses_to_the_other_side() -> None:
    """Even where the outcomes of this house say so: what speaks for leaving never calms."""
    turned = train(history(-EXPERT, -2.5, accounts=300), CARD, Enough())

    sides = dict(zip(Code, SIDES, strict=False))
    assert [] == [code for code, weight in turned.weights.items() if weight * sides[Code(code)] < 0]
    assert turned.near >= 0


def test_where_the_expert_is_right_the_scorecard_stays() -> None:
    """Outcomes as its weights have them: the model is kept with how it did, and is off."""
    model = train(history(EXPERT, CARD.base), CARD, Enough())

    assert (False, True, "scorecard") == (model.on, model.theirs.auc > 0.75, judge_for(to_text(model), CARD).name)


def test_the_split_knows_nothing_of_what_came_after(learned: OwnModel) -> None:
    """There are days on both sides of it, and it lies on one of them."""
    days = past_days(TODAY)

    assert (True, True) == (days[0] + AHEAD <= learned.split <= days[-1], learned.split in days)


@pytest.mark.parametrize("enough", [Enough(left=10_000), Enough(accounts=10_000)])
def test_too_few_outcomes_are_told(enough: Enough) -> None:
    """How many there are, and how many it takes."""
    with pytest.raises(BadConfig) as refused:
        train(history(own(), -3.2, accounts=60), CARD, enough)

    assert ("churn_own_too_few", 60) == (refused.value.key, refused.value.facts["accounts"])


@pytest.mark.parametrize("told", [[], history(own(), -40.0, accounts=30), history(own(), 40.0, accounts=30)])
def test_houses_without_outcomes_of_both_kinds_are_told_so(told: Sequence[Snapshot]) -> None:
    """Nobody there, nobody left, everybody left."""
    with pytest.raises(BadConfig) as refused:
        train(told, CARD, Enough(left=0, accounts=0))

    assert "churn_own_too_few" == refused.value.key


def test_either_judge_gives_one_form(learned: OwnModel, tmp_path: Path) -> None:
    """Chance, band, reasons with numbers; the one that judged is named."""
    before = model_for(tmp_path, CARD)
    keep(to_text(learned), tmp_path)
    after = model_for(tmp_path, CARD)

    by_card, by_model = before(LATE), after(LATE)

    assert (judge(LATE, CARD), "scorecard", True) == (by_card, before.name, after.name.startswith("model "))
    assert (True, Code.LATE_PAYMENT) == (by_model.chance > after(STEADY).chance, by_model.reasons[0].code)
    assert {one.code: one for one in by_card.reasons}[Code.LATE_PAYMENT] == by_model.reasons[0]


def test_worse_payment_never_calms_the_model(learned: OwnModel) -> None:
    """Its chances rise with the days that an invoice is late."""
    judged = judge_for(to_text(learned), CARD)
    stories = [Story(TODAY, active=(40.0,) * 12, invoices=(Invoice(TODAY - timedelta(days=days), None),)) for days in range(11, 90, 6)]

    made = [judged(one).chance for one in stories]

    assert sorted(made) == made


def test_as_many_are_high_as_were_before(learned: OwnModel) -> None:
    """The work does not jump with the judge: bands begin where they hold as many accounts as the scorecard's."""
    told = np.array([one.features for one in history(own(), -3.2)])
    expert = chances(CARD.base + told @ EXPERT)
    weights = np.array([*(learned.weights[code] for code in Code), learned.near])

    chance = learned.curve.at(learned.base + told @ weights)

    assert float((expert >= CARD.high).mean()) == pytest.approx(float((chance >= learned.high).mean()), abs=0.02)


def test_a_model_is_read_back_as_it_was_written(learned: OwnModel) -> None:
    """All of it, with its curve and how it was judged."""
    assert learned == from_text(to_text(learned))[0]


@pytest.mark.parametrize("text", ["{}", "[]", "null", "x", '{"sha256": "0"}'])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, text: str) -> None:
    """In one way, by the name of the file."""
    (tmp_path / FILE).write_text(text, encoding="utf-8")

    with pytest.raises(BadConfig) as refused:
        model_for(tmp_path, CARD)

    assert "churn_model_broken" == refused.value.key


def test_days_before_somebody_came_and_after_they_left_teach_nothing() -> None:
    """The last day before they left is the one that they left after."""
    since, left = past_days(TODAY)[2], past_days(TODAY)[5] + timedelta(days=10)

    found = list(days_of(since, left, TODAY))

    assert [(day, day == past_days(TODAY)[5]) for day in past_days(TODAY)[2:6]] == found


def test_features_are_the_signals_of_a_story() -> None:
    """With the weights of the scorecard they make its chance."""
    odds = CARD.base + np.array(features_of(LATE)) @ EXPERT

    assert round(judge(LATE, CARD).chance, 9) == round(float(chances(np.array([odds]))[0]), 9)
