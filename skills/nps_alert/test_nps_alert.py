"""What is heard of rules, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.domain.ids import DecisionId, DraftId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Draft, Outcome
from bot.domain.people import Role, Speaker, User
from bot.domain.permissions import Permissions
from bot.domain.records import DraftState, HeldDraft, Import
from bot.domain.risk import Band, RiskScore
from bot.domain.talk import Memories, Topic, Turn, language_of
from bot.places import SKILLS
from bot.reading.reader import RuleReader
from skills.nps_alert.hearing import heard
from skills.nps_alert.skill import run
from skills.nps_alert.wanted import Wanted, wanted
from tests.fakes.queries import HeldRecords
from tests.scenarios.stage import WORDS

NOW = datetime(2026, 8, 4, 4, tzinfo=UTC)
OWN_WORDS = WORDS.own(SKILLS / "nps_alert" / "strings.toml")
ZHANG = Speaker(UserId("zhang"), "张敏", Role.MANAGER, "east", "Asia/Shanghai")
LIN = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
PEOPLE = [User(one.user_id, one.name, "", one.role, one.team, one.zone) for one in (ZHANG, LIN)]
FIRM = Import(RecordId("a"), "account", {"name": "北风泵业", "short_name": "北风", "status": "customer", "tier": "A", "owner": "lin"})
LOW = Import(RecordId("n1"), "nps", {
    "account": "a", "account_name": "北风泵业", "score": 3, "answered_date": "2026-06-29", "comment": "没人给个准话",
})  # fmt: skip

HEARD: tuple[tuple[str, str, str, float | None, Mapping[str, object]], ...] = (
    ("打分低于5的客户派给售后", "nps_score", "below", 5, {"assigns_to": "service", "opens_task": True}),
    ("净推荐值跌到10以下叫我", "account_nps", "below", 10, {"tells_maker": True}),
    ("score of 4 or less: tell the owner", "nps_score", "at_most", 4, {"tells_owner": True}),
    ("NPS fell by 5 points, ping me", "nps_change", "drops", 5, {"tells_maker": True}),
    ("活跃用户比上月掉了两成就告诉我", "usage_change", "drops", 20, {"tells_maker": True}),
    ("usage 25% below last year, alert me", "usage_season", "drops", 25, {"tells_maker": True}),
    ("华北客户登录少于40次提醒负责人", "logins", "below", 40, {"tells_owner": True, "region": "north_china"}),
    ("critical tickets: notify the support team", "ticket_severity", "at_most", 2, {"assigns_to": "service", "tells_group": True}),
    ("工单5天没解决转给交付", "ticket_age", "at_least", 5, {"assigns_to": "delivery", "opens_task": True}),
    ("more than 4 open tickets, let me know", "open_tickets", "above", 4, {"tells_maker": True}),
    ("发票逾期超过20天就通知我", "overdue_days", "above", 20, {"tells_maker": True}),
    ("续约前两个月提醒我", "renewal_days", "at_most", 60, {"tells_maker": True}),
    ("notice date within 3 weeks, warn me", "notice_days", "at_most", 21, {"tells_maker": True}),
    ("A类客户45天没联系就叫我", "silence_days", "at_least", 45, {"tells_maker": True, "tier": "A"}),
    ("流失概率高于60%通知经理", "churn_chance", "above", 60, {"assigns_to": "manager", "tells_group": True}),
    ("ARR below 50k tell me", "arr", "below", 50_000, {"tells_maker": True}),
    ("我的客户用量下降15%告诉我,不含试用", "usage_change", "drops", 15, {"tells_maker": True, "only_mine": True, "leaves_out": "prospect"}),
)  # fmt: skip


@dataclass(frozen=True)
class OpenDrafts:
    """The port `OwnDrafts` with one draft, or none."""

    held: HeldDraft | None = None

    async def newest(self, entity: str) -> HeldDraft | None:
        """It, where it is of that kind."""
        return self.held if self.held and self.held.entity == entity else None


@dataclass(frozen=True)
class Risks:
    """Accounts by how likely they are to leave."""

    scores: tuple[RiskScore, ...] = ()

    def __getattr__(self, name: str) -> object:
        """What this skill never asks."""
        raise AttributeError(name)

    async def top(self, n: int) -> tuple[RiskScore, ...]:
        """The first `n`."""
        return self.scores[:n]


async def answered(text: str, *records: Import, who: Speaker = ZHANG, held: HeldDraft | None = None, risks: Risks | None = None) -> Outcome:
    """What the skill makes of words; with a draft that is open, of words that go on with it."""
    topic = Memories(Topic("nps_alert", "nps_alert"), continues=True) if held else Memories()
    turn = Turn(TurnId("t"), ThreadId("h"), who, text, language_of(text), NOW, "nps_alert", memory=topic)
    seen = HeldRecords([FIRM, LOW, *records], PEOPLE).within(Permissions().scope(who))
    return await run(turn, records=seen, words=OWN_WORDS, drafts=OpenDrafts(held), reader=RuleReader(), risks=risks or Risks())  # type: ignore[arg-type]


def held_of(draft: Draft) -> HeldDraft:
    """A draft as it is held."""
    return HeldDraft(
        DraftId("d"), 1, DraftState.OPEN, ZHANG.user_id, TurnId("t0"), DecisionId("x"), draft.entity, None, draft.fields, {}, NOW,
    )  # fmt: skip


def rule(**fields: object) -> Import:
    """A rule of Zhang's."""
    told = {"name": "回访评分低于6", "signal": "nps_score", "comparison": "below", "threshold": 6, "tells_maker": True, "state": "active",
            "owner": "zhang", "owner_name": "张敏"}  # fmt: skip
    return Import(RecordId("r1"), "rule", {**told, **fields})


@pytest.mark.parametrize("text, signal, comparison, threshold, fields", HEARD)
def test_signal_threshold_and_what_to_do_are_heard(
    text: str, signal: str, comparison: str, threshold: float | None, fields: Mapping[str, object]
) -> None:
    """In both languages, with either scale of NPS told by its figure."""
    found = heard(text)

    assert (signal, comparison, threshold, dict(fields)) == (found.signal, found.comparison, found.threshold, dict(found.fields))


@pytest.mark.parametrize("text, want", [
    ("用量掉20%就告诉我", Wanted.MAKE), ("新建一条规则,排除试用", Wanted.MAKE), ("谁会收到NPS提醒", Wanted.LIST),
    ("which rules do we have", Wanted.LIST),
    ("为什么北风触发了", Wanted.WHY), ("mute the NPS alerts for a week", Wanted.PAUSE), ("恢复那条规则", Wanted.RESUME),
    ("门槛改成4", Wanted.CHANGE), ("turn off the usage alert", Wanted.END), ("别再提醒我NPS了", Wanted.END),
])  # fmt: skip
def test_what_is_wanted_of_a_rule_is_told_apart(text: str, want: Wanted) -> None:
    """Making one where nothing else is said."""
    assert want is wanted(text)


async def test_which_of_the_two_scales_is_meant_is_said() -> None:
    """An answer from 0 to 10, or what the answers come to."""
    texts = [getattr(await answered(one), "text", "") for one in ("NPS低于6提醒我", "NPS低于20提醒我")]

    assert ["按0–10的单次评分算" in texts[0], "按−100到100的净推荐值算" in texts[1]] == [True, True]


async def test_a_rule_that_would_never_stop_is_said_to_be_noisy() -> None:
    """With a stricter threshold that would be calmer."""
    firms = [Import(RecordId(f"f{at}"), "account", {"name": f"客户{at}", "status": "customer", "owner": "lin"}) for at in range(30)]
    answers = [Import(RecordId(f"m{at}"), "nps", {
        "account": f"f{at}", "account_name": f"客户{at}", "score": at % 8, "answered_date": "2026-05-10",
    }) for at in range(30)]  # fmt: skip
    told = await answered("评分低于8提醒我", *firms, *answers)

    assert "有点吵:31次,占100%的客户;定在1会清静些。" in told.text


async def test_a_question_comes_back_where_the_signal_is_missing() -> None:
    """With a few to press."""
    told = await answered("给我设一条提醒")

    assert isinstance(told, Answer)
    assert ("盯哪个信号?", 3, False) == (told.text, len(told.buttons), told.found)


async def test_an_open_draft_goes_on_by_a_few_words() -> None:
    """Another threshold, another group; what was not said stays."""
    first = await answered("NPS低于6提醒我")
    assert isinstance(first, Draft)
    second = await answered("改成4", held=held_of(first))
    assert isinstance(second, Draft)
    third = await answered("也分给客服组", held=held_of(second))

    assert isinstance(third, Draft)
    assert (4, DraftId("d"), 4, "service", True) == (
        second.fields["threshold"], second.replaces, third.fields["threshold"], third.fields["assigns_to"], third.fields["tells_maker"],
    )  # fmt: skip


async def test_one_account_is_left_out_of_a_rule_about_all() -> None:
    """Switching off for one firm leaves the rule to the others."""
    told = await answered("关掉北风的NPS提醒", rule())

    assert isinstance(told, Draft)
    assert ({"except_account": "a", "except_account_name": "北风泵业"}, "r1") == (dict(told.fields), told.record_id)


async def test_of_several_rules_it_is_asked_which() -> None:
    """Each by its name, and pressing it says it again with the name."""
    other = Import(RecordId("r2"), "rule", {**rule().fields, "name": "净推荐值低于0", "signal": "account_nps", "threshold": 0})
    told = await answered("暂停提醒", rule(), other)

    assert isinstance(told, Answer)
    assert ("哪一条?", {"回访评分低于6", "净推荐值低于0"}) == (told.text, {one.label for one in told.buttons})


async def test_trial_customers_are_excluded_by_words() -> None:
    """"NPS规则里把试用客户排除掉" changes the rule that is there."""
    told = await answered("NPS规则里把试用客户排除掉", rule())

    assert isinstance(told, Draft)
    assert ("prospect", "r1") == (told.fields["leaves_out"], told.record_id)


async def test_how_likely_accounts_leave_is_a_signal_like_any_other() -> None:
    """Told from the scores, as far as the speaker's accounts go."""
    score = RiskScore(RecordId("a"), NOW.date(), 0.62, Band.HIGH)
    told = await answered("流失概率超过50%提醒我", risks=Risks((score,)))

    assert "现在看:1家符合,北风泵业 62%" in told.text.replace("过去的值没留,只能看现在", "现在看")


async def test_a_rep_who_asks_for_others_is_told_whose_it_is_to_make() -> None:
    """The rule is made for the rep alone, about the rep's own accounts."""
    told = await answered("NPS低于6分给客服组", who=LIN)

    assert isinstance(told, Draft)
    assert (True, True, None) == (told.fields["tells_maker"], told.fields["only_mine"], told.fields.get("assigns_to"))


@pytest.mark.parametrize("text, name", [
    ("宏远的用量掉了20%就告诉我", "宏远"), ("tell me when Orbit Labs' usage drops 20 %", "Orbit Labs"),
    ("mute the NPS alerts for Calder Mills", "Calder Mills"),
])  # fmt: skip
async def test_a_firm_that_nobody_knows_gets_no_rule_about_all(text: str, name: str) -> None:
    """A rule for a name that is not in the records would watch everybody."""
    told = await answered(text)

    assert isinstance(told, Answer)
    assert (False, True) == (told.found, name in told.text)


@pytest.mark.parametrize("text", [one for one, *_ in HEARD])
async def test_no_word_of_a_rule_is_taken_for_a_firm(text: str) -> None:
    """Signals, groups, regions and kinds of accounts are no names."""
    assert isinstance(await answered(text), Draft)


async def test_a_team_that_is_not_there_gets_no_rule() -> None:
    """It is asked which group is meant."""
    told = await answered("usage drops 20 %, notify the moonshot team")

    assert isinstance(told, Answer)
    assert "moonshot" in told.text
