"""Accounts that may leave, told as a dialogue: to whom, when, once, and what each button does. Real scorecard, skill, store and road."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.alert import AlertRules, AlertState, ChurnRules, Reply
from bot.domain.chart import ChartKind
from bot.domain.ids import RecordId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, User, speaker_of
from bot.domain.permissions import Permissions
from bot.domain.records import Cause
from bot.errors import Upstream
from tests.scenarios.alert_stage import FALLING, STEADY, SYSTEM, AlertStage, alert_stage
from tests.scenarios.gate_stage import BO, LIN, ROOT, ZHANG, ZONE

NORTH = "北风泵业"
ALONE = User(UserId("alone"), "Alone", "alone@example.com", Role.REP, "east", ZONE, {})


async def told(stage: AlertStage) -> RecordId:
    """One account is scored at night, and its owner told in the morning; which account."""
    account = await stage.customer(NORTH)
    await stage.night()
    await stage.tell()
    return account


async def test_the_owner_hears_first_with_reasons_figures_and_the_course(tmp_path: Path) -> None:
    """By name, the chance in words, three numbered reasons, what to do next, four buttons, and the trend to look at."""
    async with alert_stage(tmp_path) as stage:
        await told(stage)
        card = stage.card().outcome

    assert isinstance(card, Answer)
    assert "小林,北风泵业90天内可能流失(高):①活跃62→21 ②谢南乔离职(7/1) ③1张严重工单没关,最久116天。先给杜予川打个电话?" == card.text
    assert ["我来跟", "不算风险", "明早提醒", "起草"] == [one.label for one in card.buttons]
    assert 3 == len(card.evidence)
    assert (ChartKind.TREND, 21) == (card.chart and card.chart.kind, card.chart and card.chart.series[0].values[-1])


async def test_nobody_is_told_at_night_and_a_second_look_tells_nothing(tmp_path: Path) -> None:
    """Quiet hours pass first; the same minute again, and the same night again, say nothing more."""
    async with alert_stage(tmp_path) as stage:
        await stage.customer(NORTH)
        await stage.night()
        at_night = await stage.tell(hour=6)
        first = await stage.tell(hour=9)
        await stage.night()
        second = await stage.tell(hour=10)

    assert ((0, 1, 0), 1) == ((at_night, first, second), len(stage.texts()))


async def test_a_steady_account_and_an_empty_house_alarm_nobody(tmp_path: Path) -> None:
    """No customer, one that is steady, one of which nothing is known: nothing is said."""
    async with alert_stage(tmp_path) as stage:
        nobody = await stage.night()
        await stage.customer("恒稳水务", STEADY)
        await stage.customer("无记录公司", ())
        scored = await stage.night()
        given = await stage.tell()

    assert (0, 2, 0, []) == (nobody, scored, given, stage.texts())


async def test_on_it_becomes_a_task_that_is_asked_about(tmp_path: Path) -> None:
    """Pressed once or twice: one task for the day after tomorrow, the card is done with, and nobody else is told."""
    async with alert_stage(tmp_path) as stage:
        account = await told(stage)
        card = stage.card()
        first = await stage.stage.press(LIN, card, "我来跟")
        again = await stage.stage.press(LIN, card, "我来跟")
        alert = await stage.the_alert(account)
        tasks = (await stage.stage.records.page("task")).items
        later = await stage.tell(day=17)

    assert ("好,周四问你进展。", "好,周四问你进展。") == (first, again)
    assert [("跟进北风泵业的流失风险", "2026-07-16", "lin")] == [
        (one.fields["subject"], one.fields["due_date"], one.fields["owner"]) for one in tasks
    ]
    assert (AlertState.TAKEN, LIN.id, 0) == (alert.state, alert.by, later)


async def test_seasonal_is_kept_and_doubted_where_last_year_was_not_like_it(tmp_path: Path) -> None:
    """Why not? The season; last year's months are shown beside it; from there it goes on to the grounds or to being on it."""
    async with alert_stage(tmp_path) as stage:
        account = await stage.customer(NORTH, (55, 56, 57, 59, 60, 60, 59, 58, 58, 57, 56, 55, *FALLING))
        await stage.night()
        await stage.tell()
        which = await stage.stage.press(LIN, stage.card(), "不算风险")
        kinds = [one.label for one in stage.card().outcome.buttons]
        answer = await stage.stage.press(LIN, stage.card(), "季节性")
        alert = await stage.the_alert(account)
        grounds = [one.label for one in stage.card().outcome.buttons]
        stage.choose()
        why = await stage.stage.press(LIN, stage.card(), "依据")
        took = await stage.stage.press(LIN, stage.stage.last(LIN, "wecom", "我来跟"), "我来跟")

    assert ("哪种情况?", ["季节性", "已谈妥", "数据不对"]) == (which, kinds)
    assert "去年同期59→55,不太像。先按你的记,再掉10%才打扰。" == answer
    assert (AlertState.QUIET, Reply.SEASONAL, ["依据", "我来跟"]) == (alert.state, alert.reply, grounds)
    assert why.startswith("北风泵业:90天内流失可能")
    assert "好,周四问你进展。" == took


async def test_the_season_is_told_again_only_when_it_falls_further(tmp_path: Path) -> None:
    """The same figures, however often scored, stay quiet; a tenth less opens it again, as worse."""
    async with alert_stage(tmp_path) as stage:
        account = await told(stage)
        await stage.stage.press(LIN, stage.card(), "不算风险")
        await stage.stage.press(LIN, stage.card(), "季节性")
        await stage.night(15)
        quiet = await stage.tell(15)
        await stage.month_on(account, NORTH, 12)
        await stage.night(3, month=8)
        told_again = await stage.tell(3, month=8)

    assert (0, 1) == (quiet, told_again)
    assert stage.card().outcome.text.startswith("小林,北风泵业更差了(高):①活跃62→12")


async def test_settled_and_wrong_data_are_quiet_for_the_same_reasons(tmp_path: Path) -> None:
    """Each is kept as it was said, and the same news is not told again."""
    async with alert_stage(tmp_path) as stage:
        first, second = await stage.customer(NORTH), await stage.customer("南岭泵业")
        await stage.night()
        await stage.tell()
        for label, name in (("已谈妥", NORTH), ("数据不对", "南岭泵业")):
            card = next(one for one in stage.stage.at(LIN, "wecom") if name in one.outcome.text and one.outcome.buttons)
            await stage.stage.press(LIN, card, "不算风险")
            await stage.stage.press(LIN, stage.card(), label)
        await stage.night(15)
        again = await stage.tell(15)
        kept = [(await stage.the_alert(one)).reply for one in (first, second)]

    assert ([Reply.SETTLED, Reply.WRONG], 0) == (kept, again)


async def test_tomorrow_brings_it_again_on_the_next_working_morning(tmp_path: Path) -> None:
    """On Friday it is Monday, with its card; in between nobody hears of it."""
    async with alert_stage(tmp_path) as stage:
        await stage.customer(NORTH)
        await stage.night(17)
        await stage.tell(17)
        answer = await stage.stage.press(LIN, stage.card(), "明早提醒")
        between = await stage.tell(17, hour=19)
        monday = await stage.tell(20)

    assert ("好,下周一早上再提。", 0, 1) == (answer, between, monday)
    assert "我来跟" in [one.label for one in stage.card().outcome.buttons]


async def test_draft_says_it_in_the_persons_place(tmp_path: Path) -> None:
    """The words go the way of every letter: the skill that writes drafts it, and its gate decides."""
    async with alert_stage(tmp_path) as stage:
        await told(stage)
        [draft] = [one for one in stage.card().outcome.buttons if one.label == "起草"]
        await stage.stage.press(LIN, stage.card(), "起草")
        held = await stage.stage.held()

    assert (("say", "给北风泵业的杜予川写封信,约个时间聊聊近况"), "letter") == ((draft.action, draft.text), held.entity)


async def test_untouched_it_goes_to_the_manager_then_to_an_admin_once_each(tmp_path: Path) -> None:
    """Eight working hours each; whoever has heard of it is not told again."""
    async with alert_stage(tmp_path) as stage:
        await told(stage)
        counts = [await stage.tell(day, hour) for day, hour in ((14, 16), (15, 9), (15, 16), (16, 9), (17, 9))]

    assert [0, 1, 0, 1, 0] == counts
    assert (1, 1, 1) == (len(stage.texts(LIN)), len(stage.texts(ZHANG)), len(stage.texts(ROOT, "slack")))
    assert stage.texts(ZHANG)[0].startswith("北风泵业90天内可能流失(高),林晓那边还没动:①活跃62→21")


async def test_without_an_owner_whoever_may_see_it_hears_first(tmp_path: Path) -> None:
    """Nobody's account is out of a team's sight; an admin hears of it."""
    async with alert_stage(tmp_path) as stage:
        await stage.customer(NORTH, owner=None)
        await stage.night()
        await stage.tell()

    assert ([], [], 1) == (stage.texts(LIN), stage.texts(ZHANG), len(stage.texts(ROOT, "slack")))


async def test_many_at_once_are_three_cards_and_one_line(tmp_path: Path) -> None:
    """The likeliest first; the others are named in one line that shows them all; the next day says nothing of the same."""
    async with alert_stage(tmp_path) as stage:
        for name in ("甲泵业", "乙泵业", "丙泵业", "丁泵业", "戊泵业"):
            await stage.customer(name)
        for name in ("子水务", "丑水务", "寅水务", "卯水务", "辰水务", "巳水务"):
            await stage.customer(name, STEADY)
        await stage.night()
        await stage.tell()
        more = stage.card().outcome
        stage.choose()
        listed = await stage.stage.press(LIN, stage.card(), "看这里")
        again = await stage.tell(hour=11)

    assert (True, ["看这里"]) == (more.text.startswith("另有2家也要看:"), [one.label for one in more.buttons])
    assert (3, 1, 0) == (sum("可能流失(高)" in one for one in stage.texts()), sum("另有" in one for one in stage.texts()), again)
    assert listed.startswith("11家客户里,5家高、0家中:")


async def test_half_of_all_accounts_at_once_is_one_line_about_the_data(tmp_path: Path) -> None:
    """A feed that went to zero alarms no owner: the manager and the admin hear since when, once."""
    async with alert_stage(tmp_path) as stage:
        accounts = [await stage.customer(name, STEADY) for name in "甲乙丙丁戊己庚辛"]
        await stage.night(1)
        for account, name in zip(accounts, "甲乙丙丁戊己庚辛", strict=True):
            await stage.month_on(account, name, 0)
            await stage.month_on(account, name, 0, "2026-08-01")
        await stage.night(3, month=8)
        told_somebody = await stage.tell(3, month=8)
        await stage.night(3, month=8)
        await stage.quiet()

    assert (0, []) == (told_somebody, stage.texts(LIN))
    assert ["8家(8家里)用量一起掉了,多半是数据断了(从2026-07-01起),先别当流失看。"] == stage.texts(ZHANG)


async def test_an_account_kept_twice_is_told_once(tmp_path: Path) -> None:
    """The same name with the same owner."""
    async with alert_stage(tmp_path) as stage:
        await stage.customer(NORTH)
        await stage.customer(NORTH)
        await stage.night()
        await stage.tell()

    assert 1 == len(stage.texts())


async def test_whoever_has_no_chat_finds_it_on_their_page(tmp_path: Path) -> None:
    """It waits in the thread of the house on the web, with the same buttons."""
    async with alert_stage(tmp_path) as stage:
        await stage.stage.users.seed([ALONE])
        await stage.customer(NORTH, owner=ALONE)
        await stage.night()
        await stage.tell()
        [story] = (await stage.stage.ledger.decisions(ALONE.id, limit=5)).items
        kept = await stage.stage.inbox.arrival(story.turn_id)

    assert (True, "web:house:alone") == (story.text is not None and "90天内可能流失" in story.text, kept.origin.thread_id)


async def test_somebody_else_cannot_press_and_a_colleague_who_is_on_it_is_named(tmp_path: Path) -> None:
    """The card is one person's; the manager who presses later hears who has it."""
    async with alert_stage(tmp_path) as stage:
        await told(stage)
        mine = stage.card()
        foreign = await stage.stage.press(BO, mine, "我来跟", "wecom")
        await stage.tell(15)
        theirs = stage.card(ZHANG)
        await stage.stage.press(LIN, mine, "我来跟")
        late = await stage.stage.press(ZHANG, theirs, "我来跟")

    assert ("林晓已经在跟了。", True) == (late, "我来跟" not in foreign)


async def test_a_card_about_an_account_that_recovered_says_so(tmp_path: Path) -> None:
    """Once the score is low again the alert is closed, and a late press hears that."""
    async with alert_stage(tmp_path) as stage:
        account = await told(stage)
        for entity in ("usage", "contact", "ticket"):
            for row in (await stage.stage.records.page(entity)).items:
                if row.fields.get("account") == account:
                    await stage.stage.records.archive(row.id, cause=SYSTEM)
        for back, users in enumerate(STEADY):
            await stage.month_on(account, NORTH, users, f"2025-{back + 1:02}-01" if back < 12 else "2026-06-01")
        await stage.stage.records.put(
            "invoice", {"account": account, "due_date": "2026-06-01", "paid_date": "2026-06-01"}, cause=Cause("system")
        )
        await stage.stage.records.put("nps", {"account": account, "score": 10, "answered_date": "2026-07-10"}, cause=Cause("system"))
        await stage.night(15)
        answer = await stage.stage.press(LIN, stage.card(), "我来跟")

    assert "这家已经不算高风险了。" == answer


async def test_a_judge_that_dies_is_asked_again_and_nothing_is_told_twice(tmp_path: Path) -> None:
    """The night fails and is tried again: each account is scored, and each owner told once."""
    async with alert_stage(tmp_path) as stage:
        await stage.customer(NORTH)
        stage.judge.dies = 1
        with pytest.raises(Upstream):
            await stage.night()
        unscored = await stage.risks.top(Permissions().scope(speaker_of(ROOT)), 5)
        again = [await stage.night(), await stage.night()]
        told_once = [await stage.tell(), await stage.tell(hour=10)]

    assert ([], [1, 1], [1, 0], 1) == (list(unscored), again, told_once, len(stage.texts()))


async def test_enough_is_enough_for_a_day(tmp_path: Path) -> None:
    """Where two interruptions a day are the house's bound, the third waits for the next morning."""
    async with alert_stage(tmp_path, most_a_day=2) as stage:
        for name in ("甲泵业", "乙泵业", "丙泵业"):
            await stage.customer(name)
        for name in ("子水务", "丑水务", "寅水务", "卯水务"):
            await stage.customer(name, STEADY)
        await stage.night()
        await stage.tell()
        today = len(stage.texts())
        await stage.tell(hour=15)
        later = len(stage.texts())
        await stage.tell(15)

    assert (2, 2, 3) == (today, later, len([one for one in stage.texts() if "那边还没动" not in one]))


async def test_answers_make_a_reason_weigh_less_and_the_config_wins(tmp_path: Path) -> None:
    """Eight alerts of one kind that were settled: the next score of that kind is lower, unless the weight stands in the config."""
    rules = ChurnRules(AlertRules(at_once=20, storm_least=99))
    async with alert_stage(tmp_path, rules, most_a_day=99) as stage:
        names = [f"{one}泵业" for one in "甲乙丙丁戊己庚辛"]
        accounts = [await stage.customer(name) for name in names]
        await stage.night()
        before = (await stage.risks.latest(accounts[:1]))[0].chance
        await stage.tell()
        for account in accounts:
            alert = await stage.the_alert(account)
            await stage.alerts.answer(alert.id, Reply.SETTLED, LIN.id, stage.stage.clock.now())
        await stage.night(15)
        taught = (await stage.risks.latest(accounts[:1]))[0].chance
        fixed = replace(rules, alerts=replace(rules.alerts, learns=False))
        await replace(stage, scoring=replace(stage.scoring, rules=lambda: fixed)).night(16)
        undone = (await stage.risks.latest(accounts[:1]))[0].chance

    assert taught < before <= undone
