"""What a person gets back when they ask the documents; passages are handed in, nothing is searched for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.evidence import Passage
from bot.domain.ids import Audience, DocumentId, PassageId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker
from bot.domain.talk import Turn, language_of
from bot.words import TomlWords, read_sentences
from skills.answer_knowledge.skill import run

WORDS = TomlWords(read_sentences(Path(__file__).with_name("strings.toml")))
SPEAKER = Speaker(UserId("u1"), "Lin", Role.REP, "east", "Asia/Shanghai")
POLICY = "# 续约\n\n续约总折扣不超过 10%，由客户经理决定。\n超过 10% 的续约折扣须区域经理批准。\n\n# 付款\n\n标准账期为 30 天。"


@dataclass(frozen=True)
class FoundPassages:
    """The port `Passages` that finds what it was given, in that order."""

    found: Sequence[Passage]
    asked: list[str] = field(default_factory=list)

    async def search(self, query: str, limit: int = 10) -> Sequence[Passage]:
        """The first of what it was given."""
        self.asked.append(query)
        return self.found[:limit]

    async def around(self, passage_id: PassageId, before: int = 1, after: int = 1) -> Sequence[Passage]:
        """The passage alone."""
        del before, after
        return [passage for passage in self.found if passage.id == passage_id]


def passage(text: str, title: str = "价格政策", *, until: date | None = None, by: str | None = None) -> Passage:
    """One passage of a document called `title`."""
    return Passage(
        PassageId(f"p-{title}-{len(text)}"), DocumentId(f"d-{title}"), text, title, f"{title}.md", "§1", Audience("all"), until, by, 0.9
    )


async def answer(question: str, *found: Passage) -> Answer:
    """What the skill says to `question`, asked on 1 July 2026 in Shanghai."""
    turn = Turn(TurnId("t1"), ThreadId("h1"), SPEAKER, question, language_of(question), datetime(2026, 6, 30, 16, 30, tzinfo=UTC))
    return await run(turn, passages=FoundPassages(found), words=WORDS)


async def test_the_sentence_that_answers_comes_first_and_alone() -> None:
    """A short question gets the short sentence that answers it, nothing before it."""
    outcome = await answer("续约最多几折?", passage(POLICY))

    assert outcome.text.startswith("续约总折扣不超过 10%，由客户经理决定。")


async def test_every_quote_stands_verbatim_in_its_passage() -> None:
    """Evidence is a stretch of the source, marks of lists and wrapped lines and all."""
    text = "Payment\n\n- Standard terms are net 30, counted from\n  the date of the invoice.\n- Net 60 needs approval by finance.\n"

    outcome = await answer("Who approves net 60?", passage(text, "Payment policy"))

    assert outcome.evidence
    assert all(ground.quote in text for ground in outcome.evidence)


async def test_three_grounds_where_three_sentences_bear_on_it() -> None:
    """Where several documents say something to the point, three are shown, from the places they stand in."""
    found = [
        passage("传感器的保修期为 24 个月。", "保修条款"),
        passage("经销商可为传感器另购 12 个月保修期。", "经销手册"),
        passage("传感器保修期内维修免费，运费由我方承担。", "售后流程"),
    ]

    outcome = await answer("传感器的保修期是多久?", *found)

    assert {"保修条款.md", "经销手册.md", "售后流程.md"} == {ground.source for ground in outcome.evidence}


@pytest.mark.parametrize(
    "question,text",
    [
        ("S3通过了防爆认证吗?", "S3 是三轴振动传感器，电池可用三年。S3 支持 Modbus RTU。"),
        ("S5的电池能用多久?", "S3 是三轴振动传感器，电池可用三年。"),
        ("Who wrote the warranty terms?", "Every sensor carries a warranty of 24 months."),
        ("What does a warranty extension cost?", "Every sensor carries a warranty of 24 months from delivery."),
    ],
)
async def test_what_the_documents_do_not_state_is_declined_with_the_nearest_sentence(question: str, text: str) -> None:
    """A document about the right thing that does not say what was asked is no answer; its nearest sentence is named."""
    outcome = await answer(question, passage(text, "Notes"))

    assert not outcome.found
    assert 1 == len(outcome.evidence)
    assert outcome.evidence[0].quote in text


async def test_nothing_near_is_said_plainly_and_without_grounds() -> None:
    """When no passage has to do with the question, none is shown as if it had."""
    outcome = await answer("公司食堂几点开门?", passage("S3 支持 Modbus RTU。", "产品说明"))

    assert not outcome.found
    assert () == outcome.evidence


async def test_a_current_passage_answers_before_a_superseded_one() -> None:
    """The old price policy fits better word for word, and still the current one is quoted."""
    old = passage("续约折扣最多 15%。", "价格政策2025", by="价格政策2026")
    new = passage("续约总折扣不超过 10%。", "价格政策2026")

    outcome = await answer("续约折扣最多多少?", old, new)

    assert "续约总折扣不超过 10%。" == outcome.text
    assert not outcome.evidence[0].stale


async def test_an_answer_from_a_superseded_source_says_what_replaced_it() -> None:
    """A superseded passage may be the only one to answer, never in silence."""
    outcome = await answer("续约折扣最多多少?", passage("续约折扣最多 15%。", "价格政策2025", by="价格政策2026"))

    assert "《价格政策2026》" in outcome.text
    assert [True] == [ground.stale for ground in outcome.evidence]


@pytest.mark.parametrize("until,stale", [(date(2026, 6, 30), True), (date(2026, 7, 1), False)])
async def test_the_last_day_is_counted_where_the_speaker_is(until: date, *, stale: bool) -> None:
    """At half past midnight in Shanghai a source that ended yesterday is out of date, though it is still yesterday in UTC."""
    outcome = await answer("What is the freight surcharge?", passage("The freight surcharge is 4 %.", "Freight", until=until))

    assert outcome.found
    assert stale is outcome.evidence[0].stale
    assert stale is ("2026-06-30" in outcome.text)


async def test_a_question_in_the_other_language_is_answered_and_labelled() -> None:
    """A Chinese question finds the English sentence, quoted as it stands."""
    outcome = await answer("传感器保修多久?", passage("Every sensor carries a warranty of 24 months.", "Warranty"))

    assert "按英文资料:Every sensor carries a warranty of 24 months." == outcome.text


async def test_a_table_row_is_read_with_its_columns() -> None:
    """Cells are shown with the names of their columns, so that a number says what it is."""
    table = "| Plan | Monthly price | Seats |\n|---|---|---|\n| Starter | 29 USD | 5 |\n| Team | 49 USD | 20 |\n"

    outcome = await answer("What is the monthly price of the Team plan?", passage(table, "Plans"))

    assert "Plan Team · Monthly price 49 USD · Seats 20" == outcome.text
    assert "| Team | 49 USD | 20 |" == outcome.evidence[0].quote


async def test_headings_and_page_numbers_are_never_the_answer() -> None:
    """A heading repeats the question best and answers nothing."""
    outcome = await answer("Warranty period?", passage("# Warranty period\n\nSensors: 24 months from delivery.\n\nPage 3 of 9", "Terms"))

    assert "Sensors: 24 months from delivery." == outcome.text


async def test_a_long_sentence_is_cut_at_clauses_to_two_hundred_characters() -> None:
    """Where one sentence runs on, the clauses that hold the question's words are kept and the cuts are shown."""
    clauses = "，".join(f"第{number}项由项目组另行安排并记录在案" for number in "一二三四五六七八九十")
    outcome = await answer("验收由谁签字?", passage(f"{clauses}，验收由交付经理签字，{clauses}。", "流程"))

    assert "验收由交付经理签字" in outcome.text
    assert len(outcome.text) <= 200


async def test_a_question_in_the_document_is_not_its_own_answer() -> None:
    """In a list of questions and answers the answer is given, not the question again."""
    outcome = await answer("可以用支票付款吗?", passage("问：可以用支票付款吗？\n答：不可以，我们只收银行转账，不收支票付款。", "常见问题"))

    assert "不可以，我们只收银行转账" in outcome.text


async def test_a_sentence_that_announces_a_list_brings_the_list() -> None:
    """What ends with a colon says nothing without what follows it."""
    text = "Before the site visit we ask the customer for:\n\n- a floor plan\n- a list of machines\n\nThe visit takes a day.\n"

    outcome = await answer("What do we ask the customer for before the site visit?", passage(text, "Playbook"))

    assert "Before the site visit we ask the customer for:\n· a floor plan\n· a list of machines" == outcome.text
