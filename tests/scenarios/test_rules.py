"""A manager's rule from the sentence to the work it makes, told as a walk. Real skill, store, watch and road."""

import asyncio
from pathlib import Path

from bot.domain.ids import RecordId
from bot.domain.outcome import Draft
from bot.domain.people import Role
from bot.domain.records import Cause
from bot.ports.watching import RuleFiring
from bot.store.database import Database
from bot.store.rows import change
from tests.scenarios.gate_stage import BO, LIN, ROOT, ZHANG
from tests.scenarios.rule_stage import SAID, SU, TANG, rule_stage

NORTH, HAILAN = "北风泵业", "海岑电子"


async def test_a_manager_says_a_rule_sees_what_it_would_have_done_and_switches_it_on(tmp_path: Path) -> None:
    """Shown back in words with last quarter's occasions and their grounds; one press; listed; asked about; taken back."""
    async with rule_stage(tmp_path) as stage:
        north = await stage.customer(NORTH)
        await stage.answer(north, NORTH, 3, "报表问题拖了三个月", on=stage.stage.clock.now().date().replace(month=6, day=2))
        shown = await stage.stage.say(ZHANG, SAID, "wecom")
        card = stage.stage.last(ZHANG, "wecom")
        await stage.stage.press(ZHANG, card, "启用")
        kept = await stage.rule()
        listed = await stage.stage.say(ZHANG, "现在有哪些规则", "wecom")

    assert (
        "规则:回访评分低于6→分给客服组并开待办、提醒你。\n上季度试算:1次、1家。最重:北风泵业 3分(6/2)。\n"
        "按0–10的单次评分算,不是−100到100的净推荐值。"
    ) == shown
    assert isinstance(card.outcome, Draft)
    assert "3分·报表问题拖了三个月" in {one.quote for one in card.outcome.evidence.values()}
    assert ("nps_score", "below", 6, "service", True, "active", "zhang") == tuple(
        kept.fields.get(name) for name in ("signal", "comparison", "threshold", "assigns_to", "opens_task", "state", "owner")
    )
    assert "现在1条规则:\n1. 回访评分低于6→分给客服组并开待办、提醒你|启用|你设的" == listed


async def test_a_low_score_goes_to_the_least_loaded_of_the_group_once(tmp_path: Path) -> None:
    """The account says whose care it is in, the task is due on the next working day, both hear; looks and crashes repeat nothing."""
    async with rule_stage(tmp_path) as stage:
        north = await stage.customer(NORTH)
        await stage.stage.records.put("task", {"subject": "旧事", "owner": SU.id, "status": "open"}, cause=_system())
        await stage.switched_on(ZHANG)
        await stage.answer(north, NORTH, 3, "没人给个准话")
        found = [await stage.looked() for _ in range(3)]
        made = (await stage.tasks())[-1]
        account = await stage.stage.records.record(north)
        heard = stage.texts(TANG)
        manager = stage.texts(ZHANG)[-1]

    assert [1, 0, 0] == found
    assert ("跟进北风泵业(回访评分低于6 → 客服组)", TANG.id, "2026-07-15") == tuple(
        made.fields[name] for name in ("subject", "owner", "due_date")
    )
    assert account
    assert "service" == account.fields["care_group"]
    assert ["北风泵业:3分,碰到规则“回访评分低于6”。分给你了,7/15前跟进。"] == heard
    assert "北风泵业:3分,碰到规则“回访评分低于6”。已分给客服组的唐宁,7/15前跟进。" == manager


async def test_two_looks_at_once_and_a_death_in_between_do_it_once(tmp_path: Path) -> None:
    """Two workers find the same occasion; a third begins where one died after it had noted the occasion and done nothing."""
    async with rule_stage(tmp_path) as stage:
        north, hailan = await stage.customer(NORTH), await stage.customer(HAILAN)
        await stage.switched_on(ZHANG)
        await stage.answer(north, NORTH, 3)
        await asyncio.gather(*(stage.watching.check() for _ in range(3)))
        await stage.quiet()
        noted = await stage.answer(hailan, HAILAN, 2)
        rule = await stage.rule()
        today = stage.stage.clock.now().date()
        await stage.firings.begin(RuleFiring("f", rule.id, hailan, noted, today, RecordId("task-of-the-dead")))
        looked = await stage.looked()
        await stage.looked()
        tasks = [(one.fields["account_name"], one.id) for one in await stage.tasks()]
        heard = [text for who in (TANG, SU) for text in stage.texts(who)]

    assert 0 == looked
    assert (2, {NORTH, HAILAN}) == (len(tasks), {name for name, _ in tasks})
    assert "task-of-the-dead" in {key for _, key in tasks}
    assert 2 == len(heard)


async def test_what_was_written_before_the_rule_is_past(tmp_path: Path) -> None:
    """An answer of today, written down before the switch was pressed, makes nobody work; one of last week written after does."""
    async with rule_stage(tmp_path) as stage:
        north = await stage.customer(NORTH)
        await stage.answer(north, NORTH, 2)
        stage.later(1)
        await stage.switched_on(ZHANG)
        before = await stage.looked()
        await stage.answer(north, NORTH, 4, on=stage.stage.clock.now().date().replace(day=8))
        after = await stage.looked()

    assert (0, 1) == (before, after)


async def test_a_rep_gets_a_rule_that_tells_them_alone_about_their_own_accounts(tmp_path: Path) -> None:
    """What others get is a manager's to say: the rule says so; another's account does not count."""
    async with rule_stage(tmp_path) as stage:
        mine, theirs = await stage.customer(NORTH), await stage.customer(HAILAN, BO)
        shown = await stage.switched_on(LIN)
        await stage.answer(mine, NORTH, 1)
        await stage.answer(theirs, HAILAN, 1)
        found = await stage.looked()
        tasks = await stage.tasks()
        heard = stage.texts(LIN)[-1]

    assert "规则:回访评分低于6(只看我的客户)→提醒你。" in shown
    assert "派给或提醒别人得由经理来设,先做成只提醒你的。" in shown
    assert (1, []) == (found, tasks)
    assert "北风泵业:1分,碰到规则“回访评分低于6”。" == heard


async def test_at_night_it_waits_for_the_morning(tmp_path: Path) -> None:
    """The work is given at once, people are told when they may be spoken to."""
    async with rule_stage(tmp_path) as stage:
        north = await stage.customer(NORTH)
        await stage.switched_on(ZHANG)
        stage.at(14, 22)
        await stage.answer(north, NORTH, 3)
        await stage.looked()
        at_night = stage.texts(SU)
        tasks = await stage.tasks()
        stage.at(15, 9)
        await stage.watching.tell()
        await stage.quiet()
        in_the_morning = stage.texts(SU)

    assert ([], 1, 1) == (at_night, len(tasks), len(in_the_morning))


async def test_many_at_once_are_one_line_and_a_flood_makes_no_work(tmp_path: Path) -> None:
    """Seven low scores in one import: one message. Twenty-five: one message, and no task, for the data may be wrong."""
    async with rule_stage(tmp_path) as stage:
        firms = [(await stage.customer(f"客户{number:02}"), f"客户{number:02}") for number in range(32)]
        await stage.switched_on(ZHANG)
        before = len(stage.texts(ZHANG))
        for account, name in firms[:7]:
            await stage.answer(account, name, 1)
        seven = (await stage.looked(), len(await stage.tasks()), len(stage.texts(ZHANG)) - before)
        for account, name in firms[7:]:
            await stage.answer(account, name, 1)
        flood = (await stage.looked(), len(await stage.tasks()), len(stage.texts(ZHANG)) - before)
        last = stage.texts(ZHANG)[-1]

    assert ((7, 7, 1), (25, 7, 2)) == (seven, flood)
    assert "“回访评分低于6”一下触发25家:客户07、客户08、客户09、客户10、客户11……先看看数据对不对。" == last


async def test_a_maker_who_lost_the_right_is_told_with_an_admin_and_the_rule_rests(tmp_path: Path) -> None:
    """A manager who became a rep gives nobody work any more."""
    async with rule_stage(tmp_path) as stage:
        north = await stage.customer(NORTH)
        await stage.switched_on(ZHANG)
        await _becomes(stage.database, ZHANG.id, Role.REP)
        await stage.answer(north, NORTH, 1)
        found = [await stage.looked(), await stage.looked()]
        rule = await stage.rule()
        tasks = await stage.tasks()
        told = [stage.texts(ZHANG)[-1], *stage.texts(ROOT, "slack")]

    assert ([0, 0], [], "paused") == (found, tasks, rule.fields["state"])
    assert 2 == len(told)
    assert all("停下了" in one or "rests" in one for one in told)


async def test_nobody_hears_of_or_works_for_an_account_that_is_not_theirs_to_see(tmp_path: Path) -> None:
    """An admin's rule gives low scores to managers; the only manager leads another team, so it stays with who made the rule."""
    async with rule_stage(tmp_path) as stage:
        far = await stage.customer(HAILAN, ROOT, "west")
        await stage.switched_on(ROOT, "NPS低于6通知负责人,也分给经理", channel="slack")
        await stage.answer(far, HAILAN, 2)
        await stage.looked()
        manager = stage.texts(ZHANG)
        given = [one.fields["owner"] for one in await stage.tasks()]

    assert ([], [ROOT.id]) == (manager, given)


async def test_a_rule_is_paused_changed_and_ended_by_words(tmp_path: Path) -> None:
    """Each is shown back and saved by a press; a paused rule does nothing, an ended one is not listed."""
    async with rule_stage(tmp_path) as stage:
        north = await stage.customer(NORTH)
        await stage.switched_on(ZHANG)
        paused = await stage.stage.say(ZHANG, "暂停这个月的NPS告警", "wecom")
        await stage.stage.press(ZHANG, stage.stage.last(ZHANG, "wecom"), "保存")
        stage.later(5)
        await stage.answer(north, NORTH, 1)
        rested = await stage.looked()
        await stage.stage.say(ZHANG, "恢复NPS告警", "wecom")
        await stage.stage.press(ZHANG, stage.stage.last(ZHANG, "wecom"), "保存")
        changed = await stage.stage.say(ZHANG, "把NPS提醒的门槛从6改成4", "wecom")
        await stage.stage.press(ZHANG, stage.stage.last(ZHANG, "wecom"), "保存")
        rule = await stage.rule()
        ended = await stage.stage.say(ZHANG, "关掉NPS提醒", "wecom")
        await stage.stage.press(ZHANG, stage.stage.last(ZHANG, "wecom"), "保存")
        listed = await stage.stage.say(ZHANG, "现在有哪些规则", "wecom")

    assert ("暂停“回访评分低于6”到7/31,之后自动恢复。", 0) == (paused, rested)
    assert ("改成:回访评分低于4→分给客服组并开待办、提醒你。", 4) == (changed, rule.fields["threshold"])
    assert ("停用“回访评分低于4”。", "还没有规则,谁都收不到。说一句就能设。") == (ended, listed)


async def test_why_an_alert_came_names_the_rule_and_what_met_it(tmp_path: Path) -> None:
    """With the customer's answer for its ground."""
    async with rule_stage(tmp_path) as stage:
        north = await stage.customer(NORTH)
        await stage.switched_on(ZHANG)
        await stage.answer(north, NORTH, 3, "没人给个准话")
        await stage.looked()
        why = await stage.stage.say(ZHANG, f"为什么{NORTH}触发了NPS告警", "wecom")
        grounds = stage.stage.last(ZHANG, "wecom").outcome.evidence

    assert "北风泵业7/14是3分,碰到张敏的规则“回访评分低于6”→分给客服组并开待办、提醒你。" == why
    assert ["3分·没人给个准话"] == [one.quote for one in grounds if not isinstance(one, str)]


def _system() -> Cause:
    return Cause("system")


async def _becomes(database: Database, user_id: str, role: Role) -> None:
    values = {"role": role, "id": user_id}
    await database.write(lambda connection: change(connection, "UPDATE users SET role = :role WHERE id = :id", values))
