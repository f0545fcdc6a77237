"""A manager and a rep set what they want to be told, in the real house with its real road: said, gone on with, saved by a press."""

from pathlib import Path
from typing import Any

from bot.domain.firing import ScheduleRules
from bot.domain.ids import TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang
from bot.house import House
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.interruptions import SqliteInterruptions
from bot.store.migrations import migrate
from bot.store.own_schedules import RecordedSchedules
from bot.store.records import SqliteRecords
from bot.store.users import SqliteUsers
from bot.turns.quieting import Quieting
from bot.turns.wishes import Act
from tests.scenarios.firm import at_work
from tests.scenarios.stage import WORDS
from tests.scenarios.test_account_brief import LIN, MAYA, NOON

ZHANG = "zhang.min@hengyu.example"


async def asked(house: House, text: str, who: str) -> dict[str, Any]:
    """What the house says, in the one talk that this person has."""
    return dict(await house.ask(text, as_=who, thread=f"walk:{who}", now=NOON))


async def saved(house: House, told: dict[str, Any], who: str) -> str:
    """What the press of the first button says."""
    [draft] = told["drafts"]
    return str((await house.press(draft["id"], draft["revision"], "save", as_=who))["text"])


async def test_a_rule_and_subscriptions_are_set_by_chat(tmp_path: Path) -> None:
    """A rule tried on last quarter, its threshold changed by a few words; a weekly digest moved before it is saved; quiet hours pressed."""
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    async with at_work(tmp_path, None) as firm:
        house = firm.here.house
        rule = await asked(house, "[NPS预警] NPS 低于 6 的客户自动分给服务组并提醒我", ZHANG)
        stricter = await asked(house, "阈值改成5", ZHANG)
        on = await saved(house, stricter, ZHANG)
        rules = await asked(house, "[NPS预警] 现在有哪些规则", ZHANG)
        weekly = await asked(house, "[看简报] 每周一8:30发我团队周报", ZHANG)
        later = await asked(house, "改到10点", ZHANG)
        kept = await saved(house, later, ZHANG)
        mine = await asked(house, "[看简报] 我订了什么", ZHANG)
        others = await asked(house, "[看简报] 我订了什么", LIN)
        quiet = await asked(house, "[Digest] don't disturb me after 7pm", MAYA)
        database = Database(firm.home.truth)
        clock, ids = SystemClock(), TimeIds()
        schedules = await RecordedSchedules(SqliteRecords(database, clock, ids), SqliteUsers(database, clock, ids), clock).all()
        database.close()

    assert rule["text"].startswith("规则:回访评分低于6→分给客服组并开待办、提醒你。\n上季度试算:1次、1家。最重:北风泵业 3分(")
    assert stricter["text"].startswith("规则:回访评分低于5→分给客服组并开待办、提醒你。")
    assert "规则记好了,照这个办。10分钟内可以撤销。" == on
    assert "现在1条规则:\n1. 回访评分低于5→分给客服组并开待办、提醒你|启用|你设的" == rules["text"]
    assert ("订阅:周报 · 每周一 08:30。", "改成:周报 · 每周一 10:00。") == (weekly["text"], later["text"])
    assert ("订阅记好了。10分钟内可以撤销。", "你订了1个:\n1. 周报 · 每周一 10:00|启用") == (kept, mine["text"])
    assert others["text"].startswith("你没有自己订的")
    assert [("digest.weekly", "0 10 * * 1", "Asia/Shanghai", False)] == [(one.kind, one.cron, one.zone, one.paused) for one in schedules]
    assert ["quiet:19:00-08:00"] == [one["action"] for one in quiet["buttons"]]


async def test_quiet_hours_hold_from_the_press_on(tmp_path: Path) -> None:
    """And the way back is offered: to what held before."""
    database = Database(tmp_path / "tandem.db")
    migrate(database)
    interruptions = SqliteInterruptions(database, SystemClock(), ScheduleRules, lambda _team, _day: True)
    lin = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
    quieting = Quieting(interruptions, WORDS)

    first = await quieting.do(Act("quiet:22:00-08:00"), TurnId("t"), lin, Lang.ZH)
    second = await quieting.do(Act("quiet:19:00-08:00"), TurnId("t"), lin, Lang.ZH)
    hours = await interruptions.quiet(lin.user_id)
    database.close()

    assert ("好,22:00到08:00不主动找你。", ["quiet:house"]) == (first.answer.text, [one.action for one in first.answer.buttons])
    assert (["quiet:22:00-08:00"], "19:00-08:00") == ([one.action for one in second.answer.buttons], hours)
