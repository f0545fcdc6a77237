"""What is told: a list, a story, an alert; each reason in words; who sees what; what is said where nothing is known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.alert import Alert, AlertState, ChurnRules, Learned
from bot.domain.ids import RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker
from bot.domain.query import Row
from bot.domain.records import Import
from bot.domain.risk import Band, RiskReason, RiskScore
from bot.domain.saying import Saying
from bot.domain.scope import Scope
from bot.domain.talk import Lang, Memories, Turn
from bot.dossier.gathering import SeenDossiers
from bot.ports.churn import AccountFile
from bot.store.codec import dump
from bot.words import TomlWords, read_sentences
from skills.churn_risk.scorecard import Judgement
from skills.churn_risk.skill import run
from skills.churn_risk.story import Code, Signal, Story
from skills.churn_risk.telling import ABOUT_FIRST, Told, next_step, reason
from tests.fakes.passages import HeldPassages
from tests.fakes.queries import HeldRecords

HERE = Path(__file__)
WORDS = TomlWords(read_sentences(HERE.parents[2] / "bot" / "strings.toml")).own(HERE.with_name("strings.toml"))
LIN = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
NOW = datetime(2026, 7, 14, 2, tzinfo=UTC)
DAY = date(2026, 7, 14)
EVERYTHING = Scope(UserId(""), "", "UTC")
FALLING = (60, 60, 61, 62, 62, 61, 56, 49, 43, 36, 28, 21)
STEADY = (48, 49, 48, 50, 49, 48, 49, 50, 49, 48, 49, 50)


@dataclass
class HeldRisks:
    """The port `SeenRisks` over a list of files."""

    files: Sequence[AccountFile] = ()
    scored: Sequence[RiskScore] = ()
    taught: Mapping[str, Learned] = field(default_factory=dict)
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    rules: ChurnRules = field(default_factory=ChurnRules)

    async def learned(self) -> Mapping[str, Learned]:
        """What was taught."""
        return self.taught

    def model(self) -> str:
        """Nothing was learned from outcomes."""
        return ""

    async def top(self, n: int) -> Sequence[RiskScore]:
        """What was scored."""
        return self.scored[:n]

    async def page(self, after: str = "", limit: int = 100) -> Sequence[AccountFile]:
        """Customers after one."""
        later = [one for one in self.files if one.account_id > after and '"status":"customer"' in one.told]
        return sorted(later, key=lambda one: one.account_id)[:limit]

    async def of(self, account_ids: Collection[RecordId]) -> Sequence[AccountFile]:
        """These."""
        return [one for one in self.files if one.account_id in account_ids]

    async def count(self) -> int:
        """How many customers there are."""
        return len(await self.page())

    async def alert(self, alert_id: str) -> Alert | None:
        """One of them."""
        return self.alerts.get(alert_id)


def file(name: str, active: Sequence[float] = FALLING, owner: str = "lin", account_id: str = "", **fields: object) -> AccountFile:
    """A customer of so many users in the year before July 2026; where they fall, a champion has left and a case is open."""
    of = {"name": name, "status": "customer", "owner": owner, "owner_name": owner.title(), **fields}
    usage = [
        {"id": f"{name}{at}", "fields": {"month": f"{2025 + (at + 6) // 12}-{(at + 6) % 12 + 1:02}-01", "active_users": users, "seats": 70}}
        for at, users in enumerate(active)
    ]
    trouble = {
        "contact": [{"id": f"{name}c", "fields": {"name": "谢南", "status": "left", "left_date": "2026-07-01", "weight": 60}},
                    {"id": f"{name}d", "fields": {"name": "杜川", "status": "active", "weight": 20}}],
        "ticket": [{"id": f"{name}t", "fields": {
            "number": "T-7", "subject": "报表数值不一致", "severity": "P2", "status": "open", "opened_at": "2026-03-20T02:00:00+00:00",
        }}],
    } if active and active[-1] < active[0] / 2 else {}  # fmt: skip
    told = dump({"account": {"id": account_id or name, "fields": of}, "records": {"usage": usage, **trouble}})
    return AccountFile(RecordId(account_id or name), name, UserId(owner), "east", told)


async def asked(text: str, *files: AccountFile, risks: HeldRisks | None = None, lang: Lang = Lang.ZH, **turn: object) -> Answer:
    """What is said to `text`."""
    risks = risks or HeldRisks(files)
    names = [Import(one.account_id, "account", {"name": one.name}) for one in risks.files]
    records = HeldRecords(names).within(EVERYTHING)
    said = replace(Turn(TurnId("t"), ThreadId("d"), LIN, text, lang, NOW), **turn)  # type: ignore[arg-type]
    return await run(said, records=records, dossiers=SeenDossiers(records, HeldPassages(), records, WORDS), risks=risks, words=WORDS)


async def test_the_likeliest_come_first_with_their_first_reasons_and_a_ground_each() -> None:
    """Steady ones are counted and not listed; another's account names its owner; each leads on to its story."""
    sinking = file("南岭泵业", (60,) * 6 + (55, 50, 45, 41, 36, 33), "owen")
    answer = await asked("哪些客户可能要流失", file("北岭泵业"), file("恒稳水务", STEADY), sinking)

    assert (
        "3家客户里,1家高、1家中:\n"
        "1. 北岭泵业 高 95%以上|活跃62→21;谢南离职(7/1)\n"
        "2. 南岭泵业 中 57%|活跃60→33|Owen"
    ) == answer.text
    assert (2, ["北岭泵业为什么高风险", "南岭泵业为什么高风险"]) == (len(answer.evidence), [one.text for one in answer.buttons])


async def test_mine_and_a_number_are_minded_and_a_name_kept_twice_counts_once() -> None:
    """"My", "two": as asked. Two files of a name are one line that says so."""
    many = [file(name, account_id=f"{at}") for at, name in enumerate(("甲泵", "乙泵", "丙泵", "甲泵"))]
    two, every = await asked("最危险的两家是哪几家", *many), await asked("哪些客户可能要流失", *many)
    mine = await asked("我名下客户谁最不稳", file("北岭泵业", owner="owen"), file("恒稳水务", STEADY))

    assert (["1", "2"], ["1", "2", "3"]) == tuple([line[0] for line in one.text.splitlines()[1:]] for one in (two, every))
    assert 1 == every.text.count("(同名档案2份)")
    assert "看了2家客户,没有要流失的迹象。" == mine.text


async def test_what_was_scored_at_night_chooses_and_what_the_reader_sees_is_told() -> None:
    """Where scores are kept, only those are judged anew; a customer that they leave out is counted all the same."""
    files = (file("北岭泵业"), file("恒稳水务", STEADY))
    night = RiskScore(RecordId("北岭泵业"), DAY, 0.9, Band.HIGH)

    answer = await asked("哪些客户可能要流失", risks=HeldRisks(files, (night,)))

    assert answer.text.startswith("2家客户里,1家高、0家中:\n1. 北岭泵业")


async def test_the_story_of_one_account_has_reasons_grounds_a_course_and_a_next_step() -> None:
    """As likely as it is, when the contract ends, three reasons with a ground each, what to do next, and the trend."""
    answer = await asked("北岭泵业为什么高风险", file("北岭泵业", renewal_date="2026-09-20"))

    assert (
        "北岭泵业:90天内流失可能95%以上(高),9/20到期。\n①活跃62→21 [1]\n②谢南离职(7/1) [2]\n③68天后到期,没谈续约 [3]\n"
        "另外:1张严重工单没关,最久116天。\n下一步:先给杜川打个电话?"
    ) == answer.text
    assert (["活跃62→21", "谢南离职(7/1)", "68天后到期,没谈续约"], 12) == (
        [one.quote for one in answer.evidence], len(answer.chart.labels) if answer.chart else 0,
    )  # fmt: skip


async def test_in_english_and_for_who_was_talked_of_before() -> None:
    """"Are they leaving" after a talk about somebody is about them."""
    before = Memories(about={"account": RecordId("Nordwind")})
    answer = await asked("are they about to leave us?", file("Nordwind"), lang=Lang.EN, memory=before)

    assert answer.text.startswith("Nordwind: over 95 % likely to leave within 90 days (high).\n① users 62→21 [1]\n② 谢南 left (1 Jul) [2]")


async def test_a_calm_account_says_what_speaks_for_it() -> None:
    """No alarm, no next step, no letter to be drafted."""
    answer = await asked("恒稳水务会不会走", file("恒稳水务", STEADY))

    assert ("恒稳水务:看不出要走,可能11%。\n①用量稳,50人 [1]\n站得住的理由只有1条。", ()) == (answer.text, answer.buttons)


async def test_nothing_known_no_customer_and_nobody_at_all_are_said() -> None:
    """An account without records, a prospect, a house without customers: one sentence each, none of them a guess."""
    empty, prospect, nobody = (
        await asked("静默公司会走吗", file("静默公司", ())), await asked("意向公司会走吗", file("意向公司", status="prospect")),
        await asked("哪些客户可能要流失"),
    )  # fmt: skip

    assert (
        "静默公司还没有用量、工单或来往记录,看不出走不走。", "意向公司还不是签约客户,没有流失可看。", "你能看到的范围里还没有签约客户。",
    ) == (empty.text, prospect.text, nobody.text)  # fmt: skip
    assert (False, False, False) == (empty.found, prospect.found, nobody.found)


async def test_whoever_is_not_among_the_customers_is_said_to_be_none() -> None:
    """Asked about a firm that nobody keeps, the list is shown as what it is: an answer to something else."""
    answer = await asked("凯珀会不会停掉订阅", file("北岭泵业"))

    assert ("你说的这家不在你能看到的客户里。先看这些:", False) == (answer.text.splitlines()[0], answer.found)


@pytest.mark.parametrize("text", ["给我看看要流失的客户", "流失预警", "看一下流失风险", "show me churn risk"])
async def test_who_names_nobody_asks_for_the_list(text: str) -> None:
    """Words around a name are no name."""
    answer = await asked(text, file("北岭泵业"))

    assert answer.found
    assert "你说的这家" not in answer.text


async def test_a_reason_that_the_team_unlearned_says_so() -> None:
    """What answers taught is told where it counts, and is silent where the config weighs the reason."""
    taught = {"usage_decline": Learned(11, 8, 0.7)}
    told = await asked("北岭泵业为什么高风险", risks=HeldRisks((file("北岭泵业"),), taught=taught))
    fixed = await asked(
        "北岭泵业为什么高风险", risks=HeldRisks((file("北岭泵业"),), taught=taught, rules=ChurnRules(weights={"usage_decline": 2.0}))
    )

    assert ("你们说过11次“活跃62→21”里有8次不算,所以它算得轻了。" in told.text, "不算" in fixed.text) == (True, False)


THREE = "①活跃62→21 ②谢南离职(7/1) ③1张严重工单没关,最久116天。先给杜川打个电话?"


def opened(state: AlertState = AlertState.OPEN, rounds: int = 0) -> dict[str, Alert]:
    """An alert about an account."""
    return {"x": Alert("x", RecordId("北岭泵业"), state, NOW, 0.9, 21, (RiskReason("usage_decline"),), RecordId("t"), rounds)}


@pytest.mark.parametrize("facts, says", [
    ({"alert": "x"}, f"小林,北岭泵业90天内可能流失(高):{THREE}"),
    ({"alert": "x", "owner": "Owen"}, f"北岭泵业90天内可能流失(高),Owen那边还没动:{THREE}"),
    ({"more": "北岭泵业,恒稳水务,没有这家"}, "另有2家也要看:北岭泵业、恒稳水务。"),
    ({"storm": "40", "of": "60", "since": "2026-07-01"}, "40家(60家里)用量一起掉了,多半是数据断了(从2026-07-01起),先别当流失看。"),
    ({"storm": "40", "of": "60"}, "40家(60家里)一下子都变高风险,多半是数据有问题,先没逐家提醒。"),
    ({"alert": "gone"}, ""), ({"more": "没有这家"}, ""),
])  # fmt: skip
async def test_an_errand_is_told_as_what_it_is(facts: dict[str, str], says: str) -> None:
    """To its owner, to the next in turn, several in a line, data that broke; nothing where there is nothing any more."""
    risks = HeldRisks((file("北岭泵业"), file("恒稳水务", STEADY)), alerts=opened())

    assert says == (await asked("", risks=risks, facts=facts)).text


@pytest.mark.parametrize("risks", [
    HeldRisks((file("北岭泵业"),), alerts=opened(AlertState.TAKEN)), HeldRisks((file("北岭泵业", STEADY),), alerts=opened()),
    HeldRisks((), alerts=opened()),
])  # fmt: skip
async def test_nobody_hears_of_what_is_taken_over_or_out_of_sight(risks: HeldRisks) -> None:
    """Between the sending and the saying somebody took it, it recovered, or it is not theirs to see."""
    assert "" == (await asked("", risks=risks, facts={"alert": "x"})).text


NUMBERS: Mapping[str, float | str] = {
    "from": 9.0, "to": 3.0, "now": 4, "seats": 20, "days": 40, "times": 2, "count": 2, "open": 1, "repeated": 0, "unpaid": 0, "who": "",
    "idle_months": 1, "quiet_days": 40, "usual_days": 9, "months": 12, "low": 2,
}  # fmt: skip
MORE: Mapping[str, float | str] = {
    "year_before": 50, "year_before_from": 55, "parts": 2, "parts_before": 5, "who": "谢南", "unpaid": 1, "open": 0, "percent": 12,
    "notice": 9, "seats": 0, "now": 0, "from": 3.0,
}  # fmt: skip


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("code", list(Code))
def test_every_reason_and_every_next_step_can_be_said(code: Code, lang: Lang) -> None:
    """In both languages, with either set of figures, without a figure left out, in at most some thirty characters of Chinese."""
    said = Saying(WORDS, lang, "Asia/Shanghai", DAY, "lin")
    shown = [reason(Signal(code, 1.0, numbers), DAY, said) for numbers in (NUMBERS, {**NUMBERS, **MORE})]
    one = Told(Row(RecordId("a"), {"name": "A"}), {}, Story(DAY), Judgement(0.9, Band.HIGH, (Signal(code, 1.0),)))

    assert all(0 < len(line) < (34 if lang is Lang.ZH else 80) and "{" not in line for line in shown)
    assert code.risk == bool(next_step(one, said))


def test_every_risk_says_what_to_do_next() -> None:
    """No reason for leaving is left without a step."""
    assert {code for code in Code if code.risk} == set(ABOUT_FIRST)
