"""Drafts that wait and tasks that come due, told as a dialogue: once, on a working morning, with buttons that work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.decision import MessageState
from bot.domain.ids import RecordId, UserId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.people import Role, User
from bot.domain.records import Cause, Record
from bot.domain.reminders import OpenTask
from bot.domain.working import WorkingTime
from tests.contracts.audited_house import wrong
from tests.scenarios.gate_stage import BO, LIN, ROOT, ZHANG, GateStage, gate_stage

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
ALONE = User(UserId("alone"), "Alone", "alone@example.com", Role.REP, "east", "Asia/Shanghai", {})
ANN = User(UserId("ann"), "Ann", "ann@example.com", Role.REP, "east", BERLIN.key, {"slack": "UANN"})
TASK = {"subject": "给王经理报价", "due_date": "2026-07-22", "owner": LIN.id, "account_name": "海蓝科技", "status": "open"}
DEAL = Draft(
    "新商机", "opportunity", {"name": "S3", "amount": 1_200_000, "currency": "CNY", "owner": LIN.id},
    also=(Proposal("task", "task", {**TASK, "opportunity": MAIN}),),
)  # fmt: skip


@asynccontextmanager
async def told(folder: Path) -> AsyncIterator[GateStage]:
    """A house whose skill brings a deal with a task."""
    async with gate_stage(folder) as stage:
        stage.skill.given = DEAL
        yield stage


def at(stage: GateStage, day: int, hour: int = 9, minute: int = 0, month: int = 7) -> None:
    """The clock on Shanghai's wall."""
    stage.clock.at = datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


async def remind(stage: GateStage) -> int:
    """The job of a minute; how many reminders it gave."""
    given = await stage.road.reminding.remind()
    await stage.quiet()
    return given


async def minutes(stage: GateStage, until: datetime, every: timedelta = timedelta(hours=4)) -> int:
    """The job again and again, and at the end; how many reminders it gave."""
    given = 0
    while stage.clock.now() < until:
        stage.clock.at = min(stage.clock.now() + every, until)
        given += await stage.road.reminding.remind()
    await stage.quiet()
    return given


def texts(stage: GateStage, user: User = LIN, channel: str = "slack") -> list[str]:
    """What lies in somebody's chat."""
    return [one.outcome.text for one in stage.at(user, channel) if one.updates is None]


async def saved(stage: GateStage) -> str:
    """Lin tells something and saves it; the answer."""
    await stage.say(LIN, "刚跟海蓝聊完")
    return await stage.press(LIN, stage.last(LIN, "slack"), "save")


async def planned(stage: GateStage, subject: str = "给王经理报价", due: str = "2026-07-22", owner: User = LIN, **fields: object) -> Record:
    """A task that is in the records."""
    told_fields = {**TASK, "subject": subject, "due_date": due, "owner": owner.id, **fields}
    return await stage.records.put("task", told_fields, cause=Cause("system"))


async def status(stage: GateStage, record_id: RecordId) -> object:
    """How a task stands."""
    record = await stage.records.record(record_id)
    assert record is not None
    return record.fields.get("status")


async def test_a_save_says_when_it_will_be_brought_to_mind(tmp_path: Path) -> None:
    """The day before it is due, in the words of the person."""
    async with told(tmp_path) as stage:
        answer = await saved(stage)

        assert ("存好了,下周二提醒你给王经理报价。", ["撤销"]) == (answer, [one.label for one in stage.last(LIN, "slack").outcome.buttons])


async def test_in_english_it_is_told_in_english(tmp_path: Path) -> None:
    """As `DIALOGUES` has it."""
    async with told(tmp_path) as stage:
        stage.skill.given = replace(DEAL, also=(Proposal("task", "task", {**TASK, "due_date": "2026-07-17"}),))
        await stage.say(LIN, "just met Hailan, a new deal")
        answer = await stage.press(LIN, stage.last(LIN, "slack"), "save")

    assert "Saved. I'll nudge you Thursday." == answer


@pytest.mark.parametrize(
    "changed", [{"due_date": "2026-07-14"}, {"due_date": "2026-07-10"}, {"due_date": None}, {"status": "done"}, {"owner": BO.id}]
)
async def test_nothing_is_promised_that_will_not_be_kept(tmp_path: Path, changed: dict[str, object]) -> None:
    """Due today after nine, over, without a day, done, or somebody else's."""
    async with gate_stage(tmp_path) as stage:
        stage.skill.given = Draft("待办", "task", {**TASK, "owner": LIN.id, **changed})
        if changed.get("owner"):
            stage.skill.given = replace(DEAL, also=())
        answer = await saved(stage)

    assert "存好了。10分钟内可以撤销。" == answer


async def test_the_first_of_several_is_named(tmp_path: Path) -> None:
    """The others are counted."""
    async with told(tmp_path) as stage:
        sooner = Proposal("task2", "task", {**TASK, "subject": "寄样品", "due_date": "2026-07-17"})
        stage.skill.given = replace(DEAL, also=(*DEAL.also, sooner))
        answer = await saved(stage)

    assert "存好了,周四先提醒你寄样品,另外1件到时也提醒。" == answer


async def test_a_task_is_brought_to_mind_on_the_working_day_before_and_never_again(tmp_path: Path) -> None:
    """Not a minute before nine, and once however often it is looked."""
    async with told(tmp_path) as stage:
        await saved(stage)
        at(stage, 21, 8, 59)
        early = await remind(stage)
        at(stage, 21)
        given = [await remind(stage) for _ in range(2)]
        reminder = stage.last(LIN, "slack")
        rest = await minutes(stage, datetime(2026, 7, 24, tzinfo=UTC))

        assert (0, [1, 0], 0) == (early, given, rest)
        assert "明天到期:给王经理报价(海蓝科技)" == reminder.outcome.text
        assert ["完成", "明天再说"] == [one.label for one in reminder.outcome.buttons]


@pytest.mark.parametrize(
    "due, day",
    [
        ("2026-07-15", 15),  # a day ahead: on the day itself
        ("2026-07-16", 15),
        ("2026-07-20", 17),  # a Monday: the Friday before
        ("2026-07-19", 17),  # a Sunday: the Friday before
    ],
)
async def test_which_morning_it_is(tmp_path: Path, due: str, day: int) -> None:
    """Told by what was given up to the evening before, and on that day."""
    async with gate_stage(tmp_path) as stage:
        await planned(stage, due=due)
        before = await minutes(stage, datetime(2026, 7, day, 0, 30, tzinfo=UTC))
        at(stage, day)

        assert (0, 1) == (before, await remind(stage))


async def test_several_tasks_are_one_message(tmp_path: Path) -> None:
    """The earliest first; each can be done by its own button, and the others stay."""
    async with gate_stage(tmp_path) as stage:
        first = await planned(stage, "报价", "2026-07-21")
        second = await planned(stage, "寄样品", "2026-07-22")
        at(stage, 21)
        given = await remind(stage)
        reminder = stage.last(LIN, "slack")
        await stage.press(LIN, reminder, "完成 2")
        again = await stage.press(LIN, reminder, "完成 1")

        assert (1, "「报价」完成了,记下了。") == (given, again)
        assert "2件待办快到期了:\n1. 今天到期:报价(海蓝科技)\n2. 明天到期:寄样品(海蓝科技)" == reminder.outcome.text
        assert ["done", "done"] == [await status(stage, one.id) for one in (first, second)]


async def test_everybody_gets_their_own(tmp_path: Path) -> None:
    """A task is brought to its owner's mind, wherever that is."""
    async with gate_stage(tmp_path) as stage:
        await planned(stage, "报价", owner=LIN)
        await planned(stage, "批预算", owner=ZHANG)
        at(stage, 21)

        assert 2 == await remind(stage)
        assert (["明天到期:报价(海蓝科技)"], ["明天到期:批预算(海蓝科技)"]) == (texts(stage), texts(stage, ZHANG, "wecom"))


async def test_one_press_does_a_task_and_one_takes_that_back(tmp_path: Path) -> None:
    """With who did it in its history; the card is settled, and nobody is reminded of it any more."""
    async with gate_stage(tmp_path) as stage:
        task = await planned(stage)
        at(stage, 21)
        await remind(stage)
        card = stage.last(LIN, "slack")
        answer = await stage.press(LIN, card, "完成")
        done = await status(stage, task.id)
        undone = await stage.press(LIN, stage.last(LIN, "slack"), "撤销")

        history = [(one.field, one.after) for one in await stage.records.history(task.id) if one.actor == "lin"]
        assert ("「给王经理报价」完成了,记下了。", "done", "「给王经理报价」改回待办了。") == (answer, done, undone)
        assert [("status", "done"), ("done_date", "2026-07-21"), ("status", "open"), ("done_date", None)] == history
        assert card.id in {one.updates for one in stage.at(LIN, "slack")}
    assert [] == wrong(tmp_path / "tandem.db")


async def test_undo_leaves_what_somebody_changed_since(tmp_path: Path) -> None:
    """They are told so."""
    async with gate_stage(tmp_path) as stage:
        task = await planned(stage)
        at(stage, 21)
        await remind(stage)
        await stage.press(LIN, stage.last(LIN, "slack"), "完成")
        await stage.records.put("task", {"subject": "改过了"}, cause=Cause("zhang"), record_id=task.id)
        answer = await stage.press(LIN, stage.last(LIN, "slack"), "撤销")

        assert ("done", True) == (await status(stage, task.id), "后来又改过" in answer)


async def test_tomorrow_is_the_next_working_day(tmp_path: Path) -> None:
    """From a Friday to the Monday; then it is brought to mind again, once."""
    async with gate_stage(tmp_path) as stage:
        await planned(stage, due="2026-07-18")
        at(stage, 17)
        await remind(stage)
        answer = await stage.press(LIN, stage.last(LIN, "slack"), "明天再说")
        weekend = await minutes(stage, datetime(2026, 7, 20, 0, 59, tzinfo=UTC))
        at(stage, 20)

        assert ("好,下周一再提醒你。", 0, [1, 0]) == (answer, weekend, [await remind(stage), await remind(stage)])
        assert "7月18日就到期了:给王经理报价(海蓝科技)" == texts(stage)[-1]


@pytest.mark.parametrize("end", ["done", "dropped", "archived", "erased", "undone"])
async def test_nobody_is_reminded_of_what_is_off_the_list(tmp_path: Path, end: str) -> None:
    """However it went."""
    async with told(tmp_path) as stage:
        await saved(stage)
        [task] = (await stage.records.page("task")).items
        if end == "undone":
            await stage.press(LIN, stage.last(LIN, "slack"), "undo")
        elif end == "archived":
            await stage.records.archive(task.id, cause=Cause("lin"))
        elif end == "erased":
            await stage.records.erase(task.id, cause=Cause("lin"))
        else:
            await stage.records.put("task", {"status": end}, cause=Cause("lin"), record_id=task.id)

        assert 0 == await minutes(stage, datetime(2026, 7, 23, tzinfo=UTC))


async def test_a_task_that_is_gone_cannot_be_done(tmp_path: Path) -> None:
    """The press is told so, and nothing changes."""
    async with gate_stage(tmp_path) as stage:
        task = await planned(stage)
        at(stage, 21)
        await remind(stage)
        await stage.records.put("task", {"status": "dropped"}, cause=Cause("lin"), record_id=task.id)
        told_done = await stage.press(LIN, stage.last(LIN, "slack"), "完成")

        assert ("这件待办已经不用做了。", "dropped") == (told_done, await status(stage, task.id))


async def test_another_due_day_is_another_reminder(tmp_path: Path) -> None:
    """A task that was put off by its day is told on the morning before the new one, whatever its old reminder was put off to."""
    async with gate_stage(tmp_path) as stage:
        task = await planned(stage)
        at(stage, 21)
        await remind(stage)
        await stage.press(LIN, stage.last(LIN, "slack"), "明天再说")
        stage.clock.move(timedelta(minutes=1))
        await stage.records.put("task", {"due_date": "2026-07-30"}, cause=Cause("lin"), record_id=task.id)
        between = await minutes(stage, datetime(2026, 7, 29, 0, 59, tzinfo=UTC))
        at(stage, 29)

        assert (0, 1) == (between, await remind(stage))


async def test_an_open_draft_is_brought_to_mind_once_next_morning_with_its_card(tmp_path: Path) -> None:
    """Its buttons work there too; after that it is left alone until it expires, and then says so."""
    async with told(tmp_path) as stage:
        await stage.say(LIN, "刚跟海蓝聊完")
        first = stage.last(LIN, "slack")
        same_day = await minutes(stage, datetime(2026, 7, 15, 0, 59, tzinfo=UTC))
        at(stage, 15)
        given = await remind(stage)
        card = stage.last(LIN, "slack")
        later = await minutes(stage, datetime(2026, 7, 22, 3, tzinfo=UTC))
        await stage.drafts.expire()
        answer = await stage.press(LIN, card, "save")

        assert (0, 1, 0) == (same_day, given, later)
        assert ("这份商机草稿还没定,要存吗?", first.draft_id, ["save", "edit", "discard"]) == (
            card.outcome.text, card.draft_id, [one.action for one in card.outcome.buttons],
        )  # fmt: skip
        assert isinstance(card.outcome, Draft)
        assert (DEAL.fields, "这份草稿过期了,没有保存。再说一遍就行。") == (card.outcome.fields, answer)


async def test_the_card_of_a_reminder_saves_the_draft(tmp_path: Path) -> None:
    """All of it."""
    async with told(tmp_path) as stage:
        await stage.say(LIN, "刚跟海蓝聊完")
        at(stage, 15)
        await remind(stage)
        answer = await stage.press(LIN, stage.last(LIN, "slack"), "save")

        assert ("存好了,下周二提醒你给王经理报价。", 1) == (answer, len((await stage.records.page("task")).items))


async def test_several_drafts_are_one_word(tmp_path: Path) -> None:
    """The newest with its card, the others by how many they are."""
    async with told(tmp_path) as stage:
        for said in ("一", "二", "三"):
            await stage.say(LIN, f"刚跟海蓝聊完{said}")
        at(stage, 15)
        given = [await remind(stage), await remind(stage)]

        assert ([1, 0], (await stage.drafts.open_of(LIN.id))[0].id) == (given, stage.last(LIN, "slack").draft_id)
        assert "这份商机草稿还没定,要存吗?另外还有2份,说「草稿」就能看。" == texts(stage)[-1]


async def test_a_draft_that_was_decided_or_sent_to_be_read_is_left_alone(tmp_path: Path) -> None:
    """Nobody waits for its author there."""
    async with gate_stage(tmp_path) as stage:
        await stage.submitted()
        stage.skill.given = DEAL
        await stage.say(LIN, "刚跟海蓝聊完")
        await stage.press(LIN, stage.last(LIN, "slack"), "discard")

        assert 0 == await minutes(stage, datetime(2026, 7, 16, tzinfo=UTC))


async def test_a_letter_that_waits_for_somebody_is_sent_to_be_read_from_its_reminder(tmp_path: Path) -> None:
    """Its card has the buttons that its gate leaves, not those of a deal."""
    async with gate_stage(tmp_path) as stage:
        await stage.say(LIN, "给海蓝李董写封破冰信")
        at(stage, 15)
        await remind(stage)

        assert ["submit", "edit", "discard"] == [one.action for one in stage.last(LIN, "slack").outcome.buttons]


async def test_nothing_is_said_at_night_or_on_a_day_off(tmp_path: Path) -> None:
    """A house that was down over the morning makes up for it while people are at work, not at eight in the evening."""
    async with told(tmp_path) as stage:
        await stage.say(LIN, "刚跟海蓝聊完")
        at(stage, 17, 18)
        friday_evening = await remind(stage)
        at(stage, 18, 10)
        saturday = await remind(stage)
        at(stage, 20, 14)

        assert (0, 0, 1) == (friday_evening, saturday, await remind(stage))


async def test_holidays_are_days_off(tmp_path: Path) -> None:
    """A task that is due on the first day after China's National Day is told before it, on the last day of work."""
    async with gate_stage(tmp_path) as stage:
        await planned(stage, due="2026-10-08")
        before = await minutes(stage, datetime(2026, 9, 30, 0, 59, tzinfo=UTC))
        at(stage, 30, month=9)

        assert (0, 1) == (before, await remind(stage))


async def test_on_the_page_it_is_a_word_with_all_that_is_in_the_draft(tmp_path: Path) -> None:
    """Who told it there, and has chats that were never used, is reminded where they told it."""
    async with told(tmp_path) as stage:
        await stage.say(ROOT, "刚跟海蓝聊完", "web")
        at(stage, 15)
        await remind(stage)
        words = [one for one in (await stage.outbox.page(MessageState.DELIVERED)).items if one.decision_id is None]

    assert [("slack", ["save", "edit", "discard"])] == [
        (one.origin.channel, [button.action for button in one.outcome.buttons]) for one in words
    ]


async def test_who_has_no_chat_is_reminded_on_the_page(tmp_path: Path) -> None:
    """In the thread in which they told it, in words, for a page shows no cards of the house."""
    async with told(tmp_path) as stage:
        await stage.users.seed([ALONE])
        await stage.say(ALONE, "刚跟海蓝聊完", "web")
        at(stage, 15)
        await remind(stage)
        [word] = [one for one in (await stage.outbox.page(MessageState.DELIVERED)).items if one.decision_id is None]

    assert ("web", ["save", "edit", "discard"]) == (word.origin.channel, [button.action for button in word.outcome.buttons])
    assert word.outcome.text.startswith("这份商机草稿还没定,要存吗?\n商机\n")
    assert "给王经理报价" in word.outcome.text


def on_disk(folder: Path) -> bytes:
    """Everything that the store's files hold."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("tandem.db*")))


async def test_erasing_a_task_erases_its_reminder(tmp_path: Path) -> None:
    """No byte of what it said stays on the disk."""
    async with gate_stage(tmp_path) as stage:
        task = await planned(stage, "zebra-task")
        at(stage, 21)
        await remind(stage)
        before = on_disk(tmp_path)
        await stage.records.erase(task.id, cause=Cause("lin"))

        assert (True, False) == (b"zebra-task" in before, b"zebra-task" in on_disk(tmp_path))


async def test_a_restart_in_between_gives_nothing_twice(tmp_path: Path) -> None:
    """What was given is in the store; two houses over one store give it once, too."""
    async with told(tmp_path) as stage:
        await saved(stage)
        at(stage, 21)
        await remind(stage)
        now = stage.clock.now()
    async with told(tmp_path) as again:
        again.clock.at = now + timedelta(minutes=1)

        assert (0, []) == (await remind(again), texts(again))


async def test_nine_is_nine_on_the_days_when_the_clock_is_set(tmp_path: Path) -> None:
    """In Berlin, on the Mondays after summer begins and ends: by the wall, not an hour before or after."""
    async with gate_stage(tmp_path) as stage:
        await stage.users.seed([ANN])
        for due in ("2027-03-30", "2027-10-26"):
            await planned(stage, due=due, owner=ANN)
        given = []
        for nine in (datetime(2027, 3, 29, 9, tzinfo=BERLIN), datetime(2027, 10, 25, 9, tzinfo=BERLIN)):
            for moment in (nine - timedelta(minutes=1), nine):
                stage.clock.at = moment.astimezone(UTC)
                given.append(await remind(stage))

        assert [0, 1, 0, 1] == given


def test_the_wall_shows_nine_on_both_sides_of_summer() -> None:
    """Seven and eight o'clock in UTC."""
    after = WorkingTime().after
    records = [Record(RecordId("t"), "task", {"due_date": due}, 1, LONG_AGO, LONG_AGO) for due in ("2027-03-27", "2027-03-30")]

    moments = [OpenTask(one, LONG_AGO).at(after, "Europe/Berlin") for one in records]

    assert [datetime(2027, 3, 26, 8, tzinfo=UTC), datetime(2027, 3, 29, 7, tzinfo=UTC)] == moments
