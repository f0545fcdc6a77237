"""A brief fits one screen, says who, what happened, what is open and at risk, and gives points that stand on quoted grounds."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.evidence import EvidenceKind, Passage
from bot.domain.ids import Audience, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker
from bot.domain.permissions import Permissions
from bot.domain.records import Import
from bot.domain.scope import Reach, Scope
from bot.domain.talk import Lang, Memories, Turn, language_of
from bot.dossier.gathering import SeenDossiers
from bot.ports import ChatModel
from bot.reading.reader import RuleReader
from bot.words import TomlWords, read_sentences
from skills.account_brief.skill import run
from tests.fakes.passages import HeldPassages, paper
from tests.fakes.queries import HeldRecords

HERE = Path(__file__)
LIN = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
NOW = datetime(2026, 8, 4, 2, tzinfo=UTC)
HOUSE = TomlWords(read_sentences(HERE.parents[2] / "bot" / "strings.toml"))
TOLD = HOUSE.own(HERE.parents[2] / "bot" / "dossier" / "strings.toml")
WORDS = HOUSE.own(HERE.with_name("strings.toml"))
EVERYTHING = Scope(UserId(""), "", "UTC")
HIDDEN_AMOUNTS = {"opportunity": frozenset({"amount"}), "invoice": frozenset({"amount"}), "account": frozenset({"arr"})}


def record(entity: str, record_id: str, account: str = "海蓝科技", **fields: object) -> Import:
    """A record of an account of Lin's."""
    of = {"account": account, "account_name": account, "owner": "lin", "owner_name": "林晓"}
    return Import(RecordId(record_id), entity, {**of, **fields})


def account(name: str, **fields: object) -> Import:
    """An account of Lin's, unless told otherwise."""
    return Import(RecordId(name), "account", {"name": name, "owner": "lin", "owner_name": "林晓", **fields})


def contact(name: str, title: str, weight: int, at: str = "海蓝科技", **fields: object) -> Import:
    """Somebody there."""
    told = {"title": title, "role": "decision_maker", "weight": weight, "language": "zh", "status": "active", **fields}
    return record("contact", name, at, name=name, **told)


def touch(day: str, who: str, note: str, at: str = "海蓝科技", **fields: object) -> Import:
    """Something noted."""
    told = {"contact": who, "contact_name": who, "happened_at": f"{day}T03:00:00+00:00", "channel": "visit", "kind": "visit", **fields}
    return record("touchpoint", f"{day}{who}", at, note=note, **told)


HAILAN = account(
    "海蓝科技", short_name="海蓝", industry="manufacturing", region="east_china", city="宁波", tier="A", status="customer",
    since_date="2024-05-01", arr=216000, currency="CNY", pays_late_days=18, credit_rating="B", biggest_pain="铸造线漏检太多",
)  # fmt: skip
DEAL = record(
    "opportunity", "二期", name="海蓝二期", stage="negotiation", amount=1020000, currency="CNY", close_date="2026-09-18",
    stage_date="2026-07-20", competitor="恩锐", next_step="把15%谈回12%", next_step_date="2026-08-06",
)  # fmt: skip
BOOK: tuple[Import, ...] = (
    HAILAN, account("北风泵业", short_name="北风"), account("远方重工", owner="wu"),
    contact("李崇岳", "董事长", 95, introduced_by="陈牧之"), contact("王砚舟", "采购经理", 40, role="champion"),
    contact("王小满", "设备经理", 30, at="北风泵业"),
    touch("2026-07-27", "李崇岳", "李董说二期预算放出来了。"),
    touch("2026-05-04", "王砚舟", "去一厂，王经理说铸造线漏检太多，上月罚了18万。"),
    touch("2026-07-01", "王小满", "约了下周。", at="北风泵业"),
    DEAL,
    record("invoice", "I1", number="INV-1", subject="尾款", amount=739200, currency="CNY", due_date="2026-09-02"),
    record("ticket", "T1", number="T-1", subject="测点离线", severity="P3", status="closed", opened_at="2026-07-01T03:00:00+00:00"),
    *(record("usage", f"u{month}", month=f"2026-{month:02}-01", active_users=20 + 4 * month, seats=60) for month in range(1, 8)),
    record("nps", "n1", contact="王砚舟", contact_name="王砚舟", score=9, answered_date="2026-07-20", comment="装得很快。"),
    record("signal", "s1", kind="benchmark", happened_at="2026-07-10T03:00:00+00:00", quote="恩锐的年失效率高出23%", source="对标.xlsx"),
)  # fmt: skip
TROUBLED: tuple[Import, ...] = (
    account("北风泵业", short_name="北风", pays_late_days=1),
    contact("谢南乔", "设备部长", 60, at="北风泵业", role="champion", status="left", left_date="2026-07-20"),
    contact("杜予川", "采购主管", 35, at="北风泵业", role="gatekeeper"),
    *(
        record("usage", f"{year}{month}", "北风泵业", month=f"{year}-{month:02}-01", active_users=users)
        for year, month, users in ((2025, 7, 55), (2025, 8, 56), (2026, 4, 62), (2026, 5, 50), (2026, 6, 30), (2026, 7, 21))
    ),
    record("contract", "C1", "北风泵业", name="订阅", status="active", notice_date="2026-08-18", end_date="2026-10-17", auto_renews=False),
    record("nps", "n1", "北风泵业", contact_name="谢南乔", score=3, answered_date="2026-07-01", comment="没人给个准话。"),
    record("nps", "n0", "北风泵业", contact_name="谢南乔", score=8, answered_date="2026-01-01"),
    record("invoice", "I1", "北风泵业", number="INV-1", amount=260680, currency="CNY", due_date="2026-06-07"),
    record("ticket", "T1", "北风泵业", number="T-1", subject="报表数值错", severity="P2", status="open", opened_at="2026-06-01T03:00:00Z"),
)  # fmt: skip


async def brief(
    text: str, book: Sequence[Import] = BOOK, scope: Scope | None = None, memory: Memories | None = None,
    papers: Sequence[Passage] = (), writer: ChatModel | None = None,
) -> Answer:
    """What the skill says to Lin."""
    turn = Turn(TurnId("t"), ThreadId("h"), LIN, text, language_of(text), NOW, "account_brief", memory or Memories())
    records = HeldRecords(book).within(scope or Permissions().scope(LIN))
    dossiers = SeenDossiers(records, HeldPassages(papers), HeldRecords(book).within(EVERYTHING), TOLD)
    return await run(turn, dossiers=dossiers, reader=RuleReader(), words=WORDS, writer=writer)


def part(answer: Answer, head: str) -> list[str]:
    """The lines below a heading."""
    lines = answer.text.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(head))
    end = next((at for at in range(start + 1, len(lines)) if lines[at].startswith("【")), len(lines))
    return [lines[start].removeprefix(head), *lines[start + 1 : end]]


async def test_the_first_line_says_who_they_are_and_when_they_are_met() -> None:
    """In one sentence, with the day that was said."""
    answer = await brief("明天见海蓝,给我准备一下")

    assert "8/5(周三)见海蓝科技:制造、华东宁波、A级、2024年起合作、ARR 21.6万、你负责。" == answer.text.splitlines()[0]


async def test_a_whole_brief_fits_one_screen() -> None:
    """All its parts, in at most thirty lines."""
    answer = await brief("明天见海蓝,给我准备一下")

    heads = [line[: line.index("】") + 1] for line in answer.text.splitlines() if line.startswith("【")]
    assert ["【见谁】", "【近况】", "【未结】", "【风险】", "【三个切入点】"] == heads
    assert len(answer.text.splitlines()) <= 30


async def test_those_whose_word_weighs_most_are_met_first() -> None:
    """With role, weight, who introduced them, and when they were last met."""
    answer = await brief("海蓝准备一下")

    assert ["", "· 李崇岳 董事长·决策人95%·陈牧之引荐·上次8天前", "· 王砚舟 采购经理·支持者40%·上次92天前"] == part(answer, "【见谁】")


async def test_what_was_said_last_comes_first() -> None:
    """Quoted, with how long ago."""
    answer = await brief("海蓝准备一下")

    assert "· 8天前·拜访·李崇岳:“李董说二期预算放出来了。”" == part(answer, "【近况】")[1]


async def test_what_is_open_is_told_and_what_is_closed_is_not() -> None:
    """The deal with its next step, the invoice with its day; the closed ticket is gone."""
    answer = await brief("海蓝准备一下")

    assert [
        "", "· 商机 海蓝二期·102万·商务谈判·预计9/18签·对手恩锐·8/6前:把15%谈回12%", "· 发票 INV-1·尾款·73.92万·9/2到期",
    ] == part(answer, "【未结】")  # fmt: skip


async def test_three_points_differ_in_angle_and_carry_the_numbers_of_their_grounds() -> None:
    """Pain in their words with a paper to take up, value by the figures, news; the evidence is in the same order."""
    answer = await brief("海蓝准备一下", papers=[paper("漏检有三个来源：测点选错占46%。")])

    points = part(answer, "【三个切入点】")[1:4]
    assert ["①他们的痛", "②用出的效果", "③新由头"] == [line.partition(":")[0] for line in points]
    assert points[0].endswith(";可接《白皮书》“漏检有三个来源：测点选错占46%。” [1][2][3]")
    assert "②用出的效果:6个月活跃用户24→48(席位60)·王砚舟打9分“装得很快。” [4][5]" == points[1]
    assert [EvidenceKind.EVENT, EvidenceKind.DOCUMENT, EvidenceKind.RECORD] == [one.kind for one in answer.evidence[:3]]
    assert "漏检有三个来源：测点选错占46%。" == answer.evidence[1].quote


async def test_fewer_grounds_than_three_are_admitted() -> None:
    """By how many each point has."""
    assert "依据条数:①2、②2、③1,其余没找到。" == (await brief("海蓝准备一下")).text.splitlines()[-1]


@pytest.mark.parametrize(
    "bad",
    [
        paper("漏检有三个来源：测点选错占46%。", audience=Audience("role:manager")),
        paper("漏检有三个来源：测点选错占46%。", valid_until=date(2026, 1, 1)),
        paper("漏检有三个来源：测点选错占46%。", title="北风泵业供货合同"),
        paper("付款期为三十天。"),
    ],
)
async def test_a_paper_that_is_inside_stale_anothers_or_beside_the_point_is_no_ground(bad: Passage) -> None:
    """What a rep will say aloud must be meant for everybody, hold, be nobody else's contract, and bear on the pain."""
    answer = await brief("海蓝准备一下", papers=[bad])

    assert "可接" not in answer.text
    assert EvidenceKind.DOCUMENT not in [one.kind for one in answer.evidence]


async def test_risks_come_with_their_numbers_and_what_they_are_compared_with() -> None:
    """Usage against its best and against a year ago, a champion who left, notice, money overdue against the usual, old tickets."""
    answer = await brief("北风准备一下", TROUBLED)

    assert [
        "", "· 活跃用户62→21,比2026-04少66%", "· 谢南乔 设备部长(支持者60%)15天前离职", "· 订阅:离最后通知日14天(8/18),10/17到期,不签就断",
        "· 1张发票逾期,共26.07万,最久58天(平时晚1天)", "· 1个P2工单没关,已64天(超过14天就算久)",
    ] == part(answer, "【风险】")  # fmt: skip


async def test_a_season_is_no_drop() -> None:
    """As few users as in the same month a year ago: nothing is wrong."""
    months = [(2025, month) for month in range(7, 13)] + [(2026, month) for month in range(1, 8)]
    told = []
    for july in (20, 50):
        users = dict.fromkeys(months, 50) | {(2025, 7): july, (2026, 7): 20}
        rows = [record("usage", f"{y}{m}", month=f"{y}-{m:02}-01", active_users=users[y, m]) for y, m in months]
        told.append("活跃用户50→20,比2026-06少60%" in (await brief("海蓝准备一下", [HAILAN, *rows])).text)

    assert [False, True] == told


async def test_what_the_customer_waits_for_is_closed_first() -> None:
    """An old grave ticket goes before every other point."""
    answer = await brief("北风准备一下", TROUBLED)

    assert "①先收尾:T-1 报表数值错开了64天,先给答复 [1]" in answer.text


async def test_somebody_who_left_is_said_to_have_left_and_others_are_offered() -> None:
    """谢部长 is gone; 杜予川 is there."""
    answer = await brief("明天见谢部长", TROUBLED)

    assert ["", "· 谢南乔 设备部长·7/20已离职", "· 杜予川 采购主管·把关人35%·还没接触过"] == part(answer, "【见谁】")


@pytest.mark.parametrize("text", ["明天约了李董,准备一下", "见海蓝的董事长", "李崇岳那边准备一下"])
async def test_a_person_is_known_by_surname_and_title_position_or_name(text: str) -> None:
    """And only that person is told of."""
    answer = await brief(text)

    assert ["李崇岳"] == [line.split()[1] for line in part(answer, "【见谁】")[1:]]
    assert ("李崇岳", "海蓝科技") == answer.about


async def test_a_name_that_fits_people_of_two_accounts_is_asked_back() -> None:
    """With buttons that name the account, and lead to the brief when pressed."""
    answer = await brief("明天约了王经理")

    assert "有好几位,是哪位?" == answer.text
    assert [("王砚舟 · 海蓝科技", "[见面准备] 王砚舟 海蓝科技"), ("王小满 · 北风泵业", "[见面准备] 王小满 北风泵业")] == [
        (one.label, one.text) for one in answer.buttons
    ]
    pressed = await brief("王小满 北风泵业")
    assert ["王小满"] == [line.split()[1] for line in part(pressed, "【见谁】")[1:]]


async def test_the_account_talked_about_decides_between_two_people() -> None:
    """王经理, after 北风 was the topic."""
    answer = await brief("明天约了王经理", memory=Memories(about={"account": RecordId("北风泵业")}))

    assert ("王小满", "北风泵业") == answer.about


@pytest.mark.parametrize("text", ["他们的情况给我过一遍,马上见", "prep me for it"])
async def test_they_and_it_are_what_was_talked_about(text: str) -> None:
    """From the memory of the thread."""
    answer = await brief(text, memory=Memories(about={"account": RecordId("海蓝科技")}))

    assert ("海蓝科技",) == answer.about


@pytest.mark.parametrize(
    "text, entity, record_id, about",
    [
        ("五分钟后见他,准备一下", "contact", "王砚舟", ("王砚舟", "海蓝科技")),
        ("这单要见面了,准备一下", "opportunity", "二期", ("海蓝科技",)),
        ("I'm seeing her, prep me", "contact", "李崇岳", ("李崇岳", "海蓝科技")),
    ],
)
async def test_a_person_or_a_deal_talked_about_leads_to_its_account(text: str, entity: str, record_id: str, about: tuple[str, ...]) -> None:
    """他 is the contact, 这单 the opportunity, even where an account was talked about as well."""
    answer = await brief(text, memory=Memories(about={"account": RecordId("北风泵业"), entity: RecordId(record_id)}))

    assert about == answer.about


@pytest.mark.parametrize("text", ["帮我准备一下明天的拜访", "明天见远方重工,准备一下", "明天见月球重工,准备一下"])
async def test_nobody_known_is_asked_back_alike_whether_hidden_or_not_there(text: str) -> None:
    """The accounts touched last are offered; an account of another team is met with the very same words."""
    answer = await brief(text)

    assert (False, "见哪家?没认出客户,点一个,或说全名。") == (answer.found, answer.text)
    assert ["海蓝科技", "北风泵业"] == [one.label for one in answer.buttons]


async def test_two_accounts_at_once_are_taken_one_by_one() -> None:
    """Asks which first."""
    answer = await brief("见海蓝和北风")

    assert ["[见面准备] 海蓝科技", "[见面准备] 北风泵业"] == [one.text for one in answer.buttons]


async def test_hidden_fields_never_show_and_unseen_records_are_not_said_to_be_none() -> None:
    """No amounts, no invoices: "nothing open" then names only what was looked at."""
    unseen = dict.fromkeys(("invoice", "opportunity", "touchpoint"), Reach.NONE)
    scope = replace(Permissions().scope(LIN), hidden=HIDDEN_AMOUNTS, reach=unseen)

    answer = await brief("海蓝准备一下", scope=scope)

    assert [word for word in ("102", "73.92", "21.6", "发票", "【近况】") if word in answer.text] == []
    assert ["工单、报价、订单里没有(只看了你能看到的)"] == part(answer, "【未结】")


async def test_what_somebody_looked_at_needs_their_consent() -> None:
    """A page visit is told only where the visitor agreed to that, and it says so."""
    seen = {"kind": "website_visit", "quote": "看了S3页", "source": "官网"}
    visit = record("signal", "v", contact="王砚舟", happened_at="2026-08-01T03:00:00+00:00", **seen)
    consent = record("consent", "c", contact="王砚舟", purpose="profiling", status="given")

    told = [("看了S3页" in (await brief("海蓝准备一下", [HAILAN, visit, *more])).text) for more in ((), (consent,))]

    assert [False, True] == told


async def test_an_account_without_anything_says_so_plainly() -> None:
    """Nothing is made up."""
    answer = await brief("北风准备一下", [account("北风泵业", short_name="北风")])

    assert "【切入点】没找到有依据的,不编。" == answer.text.splitlines()[-1]
    assert () == answer.evidence


async def test_english_is_answered_in_english() -> None:
    """Days, labels and amounts, too."""
    hailan = replace(HAILAN, fields={**HAILAN.fields, "name": "Hailan"})

    answer = await brief("prep me for Hailan tomorrow", [hailan])

    assert "Wed 5 Aug, Hailan: Manufacturing, East China · 宁波, tier A, since 2024, ARR ¥216,000, yours." == answer.text.splitlines()[0]


def test_buttons_say_the_label_that_the_manifest_gives() -> None:
    """A press must come back to this skill, whatever language it was said in."""
    for skill, keys in (("account_brief", ["say_again"]), ("query_crm", ["say_touches", "say_tickets", "say_deals", "say_unpaid"])):
        labels = tomllib.loads((HERE.parents[1] / skill / "skill.toml").read_text(encoding="utf-8"))["labels"]
        for key in keys:
            assert labels == {str(lang): WORDS.say(key, lang, name="").partition("]")[0].removeprefix("[") for lang in Lang}
