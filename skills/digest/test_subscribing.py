"""Subscriptions and quiet hours out of words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.domain.ids import DecisionId, DraftId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Draft, Outcome
from bot.domain.people import Role, Speaker, User
from bot.domain.permissions import Permissions
from bot.domain.records import DraftState, HeldDraft, Import
from bot.domain.saying import saying
from bot.domain.talk import Memories, Topic, Turn, language_of
from bot.places import SKILLS
from bot.reading.reader import RuleReader
from skills.digest.subscribing import subscribed
from tests.fakes.queries import HeldRecords
from tests.scenarios.stage import WORDS

NOW = datetime(2026, 8, 4, 4, tzinfo=UTC)
OWN_WORDS = WORDS.own(SKILLS / "digest" / "strings.toml")
LIN = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
PEOPLE = [User(LIN.user_id, LIN.name, "", LIN.role, LIN.team, LIN.zone)]
MINE = Import(RecordId("s1"), "schedule", {
    "name": "日报·工作日 09:00", "kind": "digest.daily", "time": "工作日 09:00", "sent_by": "chat", "state": "active", "owner": "lin",
})  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """The port `WaitingDrafts`."""

    held: tuple[HeldDraft, ...] = ()

    async def waiting(self) -> Sequence[HeldDraft]:
        """All of them."""
        return self.held


async def answered(text: str, *records: Import, held: HeldDraft | None = None) -> Outcome | None:
    """What comes of words; with a draft that is open, of words that go on with it."""
    memory = Memories(Topic("digest", "digest"), continues=True) if held else Memories()
    turn = Turn(TurnId("t"), ThreadId("h"), LIN, text, language_of(text), NOW, "digest", memory=memory)
    seen = HeldRecords(records, PEOPLE).within(Permissions().scope(LIN))
    return await subscribed(turn, saying(turn, OWN_WORDS), seen, Waiting((held,) if held else ()), RuleReader())


@pytest.mark.parametrize("text", [
    "给我一份日报", "发一下上周周报", "下班前帮我汇总今天的进展", "weekly roundup for my team", "what needs me this morning",
    "来份每日简报", "本周有什么要紧的", "give me the daily digest",
])  # fmt: skip
async def test_asking_for_a_digest_is_no_subscription(text: str) -> None:
    """A name with "daily" in it is no rhythm."""
    assert await answered(text) is None


@pytest.mark.parametrize("text, kind, time, by, state", [
    ("每周三早上9点发我周报", "digest.weekly", "每周三 09:00", "chat", "active"),
    ("工作日七点四十五把晨报发到我邮箱", "digest.daily", "工作日 07:45", "mail", "active"),
    ("subscribe me to the weekly digest on Thursdays at 4", "digest.weekly", "Thursdays at 16:00", "chat", "active"),
    ("把日报挪到8点", "digest.daily", "工作日 08:00", "chat", "active"),
    ("周报以后每周二发", "digest.weekly", "每周二 08:30", "chat", "active"),
    ("日报别再发了", "digest.daily", "工作日 08:30", "chat", "ended"),
    ("stop sending the weekly digest", "digest.weekly", "Mondays at 8:30", "chat", "ended"),
    ("pause the daily digest", "digest.daily", "weekdays at 8:30", "chat", "paused"),
])  # fmt: skip
async def test_what_is_wanted_when_is_shown_back_as_a_draft(text: str, kind: str, time: str, by: str, state: str) -> None:
    """What the house sends by itself is moved, rested or ended by a record that says so."""
    told = await answered(text)

    assert isinstance(told, Draft)
    assert ("schedule", kind, time, by, state, "lin") == (
        told.entity, *(told.fields[name] for name in ("kind", "time", "sent_by", "state", "owner")),
    )  # fmt: skip


async def test_an_own_one_is_changed_and_not_doubled() -> None:
    """The record that is there gets another time; days that were not said stay."""
    told = await answered("把日报改到下午五点半", MINE)

    assert isinstance(told, Draft)
    assert ("s1", "工作日 17:30", "改成:日报 · 工作日 17:30。") == (told.record_id, told.fields["time"], told.text)


async def test_a_missing_hour_is_asked_for_with_what_would_be() -> None:
    """The part of the day suggests it."""
    texts = [getattr(await answered(one), "text", "") for one in ("每周五下午发我周报", "换个时间发日报")]

    assert ["订阅:周报 · 每周五 15:00。几点没说,先按15:00,行吗?", "日报换到几点?"] == texts


async def test_it_rests_to_a_day() -> None:
    """And says so."""
    told = await answered("日报停到8月20日", MINE)

    assert isinstance(told, Draft)
    assert ("2026-08-20", "paused", "日报停到8/20,之后自动恢复。") == (told.fields["until_date"], told.fields["state"], told.text)


async def test_any_question_comes_back_at_its_hour() -> None:
    """Without the words for its time."""
    found = [await answered(one) for one in ("每周五下午4点告诉我华东有哪些商机停滞", "show me my overdue invoices every Monday at 9")]

    assert [("question", "华东有哪些商机停滞", "每周五 16:00"), ("question", "my overdue invoices", "Mondays at 9:00")] == [
        tuple(one.fields[name] for name in ("kind", "question", "time")) for one in found if isinstance(one, Draft)
    ]


async def test_a_rhythm_that_is_not_kept_is_said_so() -> None:
    """Rather than taken for another one."""
    told = await answered("隔周周一发我周报")

    assert isinstance(told, Answer)
    assert "这个频率还不会" in told.text


async def test_what_is_subscribed_is_listed_with_how_it_stands() -> None:
    """Ended ones are not."""
    resting = {"name": "周报 · 每周一 08:30", "state": "paused", "until_date": "2026-08-20"}
    other = Import(RecordId("s2"), "schedule", {**MINE.fields, **resting})
    gone = Import(RecordId("s3"), "schedule", {**MINE.fields, "state": "ended"})
    told = await answered("我订了什么", MINE, other, gone)

    assert isinstance(told, Answer)
    assert "你订了2个:\n1. 日报·工作日 09:00|启用\n2. 周报 · 每周一 08:30|暂停到8/20" == told.text


async def test_an_open_draft_goes_on_by_another_time() -> None:
    """"改到10点" after a proposal makes another proposal, in its place."""
    first = await answered("每周三早上9点发我周报")
    assert isinstance(first, Draft)
    held = HeldDraft(
        DraftId("d"), 1, DraftState.OPEN, LIN.user_id, TurnId("t0"), DecisionId("x"), "schedule", None, first.fields, {}, NOW,
    )  # fmt: skip
    told = await answered("改到10点", held=held)

    assert isinstance(told, Draft)
    assert ("每周三 10:00", DraftId("d")) == (told.fields["time"], told.replaces)


@pytest.mark.parametrize("text, action", [
    ("晚上9点半以后别打扰我", "quiet:21:30-08:00"), ("don't disturb me after 7pm", "quiet:19:00-08:00"),
    ("中午12点到下午两点别打扰", "quiet:12:00-14:00"), ("no messages before nine please", "quiet:20:00-09:00"),
    ("随时可以打扰我", "quiet:none"), ("免打扰恢复默认", "quiet:house"),
])  # fmt: skip
async def test_quiet_hours_are_shown_back_and_set_by_a_press(text: str, action: str) -> None:
    """Skills save nothing."""
    told = await answered(text)

    assert isinstance(told, Answer)
    assert [action] == [one.action for one in told.buttons]
