"""Three points that differ in angle, each on quoted grounds; fewer are admitted; nothing is told that may not be, of anybody."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.evidence import Passage
from bot.domain.ids import Audience, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker
from bot.domain.permissions import Permissions
from bot.domain.records import Import
from bot.domain.scope import Reach, Scope
from bot.domain.talk import Lang, Memories, Turn, language_of
from bot.dossier.gathering import SeenDossiers
from bot.ports import ChatModel
from bot.words import TomlWords, read_sentences
from skills.talking_points.skill import run
from tests.fakes.passages import HeldPassages, paper
from tests.fakes.queries import HeldRecords

HERE = Path(__file__)
BOT = HERE.parents[2] / "bot"
HOUSE = TomlWords(read_sentences(BOT / "strings.toml"))
WORDS, TOLD = HOUSE.own(HERE.with_name("strings.toml")), HOUSE.own(BOT / "dossier" / "strings.toml")
LIN = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
NOW = datetime(2026, 8, 4, 2, tzinfo=UTC)
EVERYTHING = Scope(UserId(""), "", "UTC")


def record(entity: str, record_id: str, account: str = "海蓝科技", **fields: object) -> Import:
    """A record of an account of Lin's."""
    of = {"account": account, "account_name": account, "owner": "lin", "owner_name": "林晓"}
    return Import(RecordId(record_id), entity, {**of, **fields})


def account(name: str, **fields: object) -> Import:
    """An account of Lin's, unless told otherwise."""
    return Import(RecordId(name), "account", {"name": name, "owner": "lin", "industry": "manufacturing", **fields})


def contact(name: str, title: str, at: str = "海蓝科技", **fields: object) -> Import:
    """Somebody there."""
    return record("contact", name, at, name=name, title=title, weight=50, language="zh", status="active", **fields)


def touch(day: str, who: str, note: str, at: str = "海蓝科技") -> Import:
    """Something noted."""
    return record("touchpoint", f"{day}{who}", at, contact=who, contact_name=who, happened_at=f"{day}T03:00:00+00:00", note=note)


HAILAN = account("海蓝科技", short_name="海蓝", biggest_pain="铸造线漏检太多")
BOOK: tuple[Import, ...] = (
    HAILAN, account("北风泵业", short_name="北风"), account("远方重工", owner="wu"), account("镜湖轴承"),
    contact("李崇岳", "董事长", introduced_by="陈牧之（镜湖轴承总经理）"), contact("王砚舟", "采购经理"),
    touch("2026-07-27", "李崇岳", "李董说二期预算放出来了。"),
    touch("2026-07-20", "王砚舟", "王经理说恩锐的样机掉线两次。"),
    touch("2026-05-04", "王砚舟", "去一厂，王经理说铸造线漏检太多，上月罚了18万。"),
    record("opportunity", "二期", name="海蓝二期", stage="negotiation", close_date="2026-09-18", competitor="恩锐传感", product_name="S3"),
    record("nps", "n1", contact="王砚舟", contact_name="王砚舟", score=9, answered_date="2026-07-20", comment="装得很快。"),
)  # fmt: skip
REPORT = paper("未来三年，公司将把漏检率降到万分之二。", title="海蓝科技年度报告", source="海蓝科技年报.pdf", locator="p. 9")
CASE = paper("客户说：“漏检从4次降到0次。”", title="案例 镜湖轴承", source="案例/镜湖.pptx", locator="slide 4")
CARD = tuple(
    paper(text, title="竞品卡 恩锐传感", source="竞品/恩锐.md", locator=f"§ 卡 > {heading}") for heading, text in (
        ("事实, lines 1-2", "- 失效率比行业高23%。\n- 公开报价每台4,900元，比S3低18%。"),
        ("应对", "“你们贵。” 回应：200台一年多坏约9台，换一次停线两小时，这笔费更贵。"),
        ("事实, line 9", "他们要倒闭了，欠薪3个月。"), ("别说的话", "不要说对方抄袭，罚过2次。"),
    )
)  # fmt: skip
PAPERS = (REPORT, CASE, *CARD)


async def points(
    text: str, book: Sequence[Import] = BOOK, papers: Sequence[Passage] = PAPERS, *, scope: Scope | None = None,
    memory: Memories | None = None, writer: ChatModel | None = None,
) -> Answer:
    """What the skill says to Lin."""
    turn = Turn(TurnId("t"), ThreadId("h"), LIN, text, language_of(text), NOW, "talking_points", memory or Memories())
    records = HeldRecords(book).within(scope or Permissions().scope(LIN))
    dossiers = SeenDossiers(records, HeldPassages(papers), HeldRecords(book).within(EVERYTHING), TOLD)
    return await run(turn, dossiers=dossiers, words=WORDS, writer=writer)


def angles(answer: Answer) -> list[str]:
    """The angles of its points, in order."""
    return [line[1:].partition(":")[0] for line in answer.text.splitlines() if line[0] in "①②③"]


async def test_three_points_differ_in_angle_and_carry_the_numbers_of_their_grounds() -> None:
    """Their pain, their own words, a peer's result; the evidence stands in the order of the numbers."""
    answer = await points("给我三个切入点,下午见海蓝")

    assert ["他们的痛", "他们自己说的", "同行的结果"] == angles(answer)
    assert "见海蓝科技,三个切入点:" == answer.text.splitlines()[0]
    assert "①他们的痛:“去一厂，王经理说铸造线漏检太多，上月罚了18万。”(王砚舟·5/4) [1][2]" == answer.text.splitlines()[1]
    assert "②他们自己说的:“未来三年，公司将把漏检率降到万分之二。”(《海蓝科技年报》p. 9) [3]" == answer.text.splitlines()[2]
    assert "未来三年，公司将把漏检率降到万分之二。" == answer.evidence[2].quote
    assert "依据条数:①2、②1、③1,其余没找到。" == answer.text.splitlines()[-1]


async def test_what_was_asked_for_comes_first() -> None:
    """Money where it is too dear, the introduction and their own words for a chairman, what is new over dinner."""
    dear, chair, dinner = [angles(await points(text)) for text in ("海蓝嫌我们贵,怎么讲", "见海蓝的董事长", "今晚和海蓝吃饭,聊点什么")]

    assert ["算钱", "他们自己说的", "引荐"] == [dear[0], *chair[:2]]
    assert "引荐" == dinner[0]


async def test_further_points_are_a_press_away_and_differ() -> None:
    """The button says what was asked again; after the last ones it leads back to the first."""
    first = await points("给我三个切入点,下午见海蓝")
    more = await points(next(one.text for one in first.buttons if one.label == "换一批").partition("] ")[2])
    last = await points("海蓝科技·三个切入点 换一批9")

    assert set() == set(angles(first)) & set(angles(more))
    assert "海蓝科技有依据的就这些,前面都给你了。" == last.text.splitlines()[0]
    assert "[备谈话要点] 海蓝科技·三个切入点" == next(one.text for one in last.buttons if one.label == "回到第一批")


@pytest.mark.parametrize("text", ["海蓝在看恩锐的方案,怎么打", "海蓝那边,怎么跟恩锐传感比"])
async def test_against_a_rival_facts_of_its_card_come_first(text: str) -> None:
    """With what the customer said of it; where the rival is better, and what is slander, is no point."""
    answer = await points(text)

    quotes = "\n".join(one.quote for one in answer.evidence)
    assert "海蓝科技,对上恩锐传感:" == answer.text.splitlines()[0]
    assert ["比对手", "算钱"] == angles(answer)[:2]
    assert [True, True, True] == [said in quotes for said in ("失效率比行业高23%", "换一次停线两小时", "王经理说恩锐的样机掉线两次")]
    assert [] == [said for said in ("倒闭", "抄袭", "比S3低18%") if said in quotes]


async def test_a_rival_that_no_paper_names_is_said_to_be_unknown() -> None:
    """And the points that are given are not passed off as being about it."""
    answer = await points("海蓝的对手是天正,怎么打")

    assert "没有资料提到天正,下面不针对它。" == answer.text.splitlines()[0]
    assert [] == [one.quote for one in answer.evidence if "天正" in one.quote]


@pytest.mark.parametrize(
    "bad",
    [
        replace(REPORT, title="远方重工供货合同", source="合同/远方.docx"),
        replace(REPORT, title="海蓝科技供货合同", source="合同/海蓝.docx"),
        replace(REPORT, title="续约打法", source="打法/续约.md"), replace(REPORT, source="邮件/海蓝年报.eml"),
        replace(REPORT, audience=Audience("role:manager")), replace(REPORT, valid_until=date(2026, 1, 1)),
        replace(REPORT, title="远方重工年度报告", source="远方年报.pdf"),
    ],
)  # fmt: skip
async def test_what_no_customer_may_be_told_is_no_ground(bad: Passage) -> None:
    """Contracts, playbooks, mails, papers for some, stale ones, and those of an account that the speaker may not even see."""
    answer = await points("给我三个切入点,下午见海蓝", papers=[bad])

    assert [] == [one.source for one in answer.evidence if one.source == bad.source]


async def test_a_case_of_nobody_alike_is_no_proof() -> None:
    """Another industry, and not a word in common."""
    other = replace(CASE, text="航班准点率从61%升到83%。")
    book = [replace(one, fields={**one.fields, "industry": "logistics"}) if one.id == "镜湖轴承" else one for one in BOOK]

    assert "同行的结果" not in angles(await points("给我三个切入点,下午见海蓝", book, [other]))


async def test_what_may_not_be_seen_is_no_point() -> None:
    """Without touchpoints, deals and scores there are fewer points, and it says so; nothing of them shows."""
    unseen = dict.fromkeys(("touchpoint", "opportunity", "nps", "contact"), Reach.NONE)
    scope = replace(Permissions().scope(LIN), reach=unseen, hidden={"account": frozenset({"biggest_pain"})})

    answer = await points("给我三个切入点,下午见海蓝", papers=(), scope=scope)

    assert (False, "海蓝科技这边没找到有依据的,不编。", ()) == (answer.found, answer.text, answer.evidence)


async def test_fewer_than_three_are_admitted() -> None:
    """By their number."""
    answer = await points("给我三个切入点,下午见海蓝", [HAILAN], ())

    assert "见海蓝科技,有依据的只有1个:" == answer.text.splitlines()[0]


@pytest.mark.parametrize("text", ["客户在看天正的方案,我们怎么打", "明天见远方重工,该聊些什么"])
async def test_nobody_known_is_asked_back_with_what_was_asked(text: str) -> None:
    """A hidden account is met with the same words as none; a button says the name and the request."""
    answer = await points(text)

    assert (False, "见哪家?没认出客户,点一个,或说全名。") == (answer.found, answer.text)
    assert f"[备谈话要点] 海蓝科技:{text}" == answer.buttons[0].text


async def test_they_are_whoever_was_talked_about() -> None:
    """From the memory of the thread; the account is what is talked about from now on."""
    answer = await points("他们更看重什么,给我三个切入点", memory=Memories(about={"account": RecordId("海蓝科技")}))

    assert ("海蓝科技",) == answer.about


async def test_english_is_answered_in_english() -> None:
    """Heads and labels, too."""
    hailan = replace(HAILAN, fields={**HAILAN.fields, "name": "Hailan"})

    answer = await points("three points for Hailan", [hailan], ())

    assert ["Hailan, only 1 with grounds:", "① Their pain: 铸造线漏检太多 [1]"] == answer.text.splitlines()[:2]


def test_buttons_say_the_label_that_the_manifest_gives() -> None:
    """A press must come back to this skill, or to the brief, whatever language it was said in."""
    for skill, keys in (("talking_points", ["say_about", "say_next", "say_first"]), ("account_brief", ["say_brief"])):
        labels = tomllib.loads((HERE.parents[1] / skill / "skill.toml").read_text(encoding="utf-8"))["labels"]
        for key in keys:
            said = {str(lang): WORDS.say(key, lang, name="", asked="", number=2) for lang in Lang}
            assert labels == {lang: words.partition("]")[0].removeprefix("[") for lang, words in said.items()}
