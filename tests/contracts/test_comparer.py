"""Whatever holds contracts against each other keeps its word: here, and in a process of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.comparisons import Comparisons
from bot.domain.comparison import ClauseChangeKind
from bot.domain.contracts import Paper, Paragraph, ParagraphKind
from bot.errors import TellUser
from bot.ports.contracts import Comparer
from bot.reading.cutting import cut
from skills.compare_contracts.compare import compare
from skills.compare_contracts.library import library
from tests.fakes.comparer import FakeComparer

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLAUSES = {
    file.name: file.read_text(encoding="utf-8")
    for file in (Path(__file__).parent.parent.parent / "knowledge" / "clauses").glob("*.toml")
}
OLD = (
    "乙方(卖方):衡屿传感有限公司", "第一条 付款", "甲方应于验收合格后30日内付清全部货款。", "第二条 质保", "质保期12个月。", "第三条 保密",
    "双方不得披露对方的商业秘密。",
)  # fmt: skip
NEW = (*OLD[:2], "甲方应于验收合格后90日内付清全部货款。", "第二条 保密", "双方不得披露对方的商业秘密。", "第三条 语言", "以中文为准。")


def paper(lines: tuple[str, ...]) -> Paper:
    """A contract."""
    return Paper(tuple(
        Paragraph(one, level=1, kind=ParagraphKind.HEADING) if one.startswith("第") else Paragraph(one, look=("30",)) for one in lines
    ), "合同.docx")  # fmt: skip


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["here", "in a process"])
async def comparer(request: pytest.FixtureRequest) -> AsyncIterator[Comparer]:
    """Either."""
    made: Comparer = FakeComparer(CLAUSES, cut) if request.param == "here" else Comparisons(CLAUSES)
    yield made
    await made.close()


async def test_everything_that_became_of_a_contract_is_told(comparer: Comparer) -> None:
    """Not a word, figure, rule or place of it is lost on the way."""
    report = await comparer.compare(paper(OLD), paper(NEW), "衡屿传感")

    assert {ClauseChangeKind.MODIFIED, ClauseChangeKind.REMOVED, ClauseChangeKind.ADDED} == {one.kind for one in report.changes}
    assert compare(paper(OLD), paper(NEW), library(CLAUSES), "衡屿传感", cut) == report


async def test_what_is_no_contract_is_told_by_its_name(comparer: Comparer) -> None:
    """A paragraph as long as a book."""
    with pytest.raises(TellUser) as told:
        await comparer.compare(paper(OLD), Paper((Paragraph("很长" * 100_000),), "长.docx"), "衡屿传感")

    assert ("contract_too_big", {"file": "长.docx"}) == (told.value.key, told.value.facts)
