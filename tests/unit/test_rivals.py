"""Rivals in what people say, and where a paper belongs by its name."""

import pytest

from bot.domain.ids import RecordId, UserId
from bot.domain.records import Import
from bot.domain.scope import Reach, Scope
from bot.domain.shelf import Shelf, shelf_of
from bot.dossier.rivals import Rivals, rivals_in
from tests.fakes.queries import HeldRecords

RECORDS = HeldRecords([
    Import(RecordId(who), "opportunity", {"name": "x", "competitor": who, "owner": "lin"}) for who in ("海德传感", "Fenix")
])
ALL = Scope(UserId("lin"), "", "UTC")


@pytest.mark.parametrize(
    "said, names",
    [
        ("how do we beat Fenix at Orbit Labs", ("Fenix",)), ("against fenix for the Petrel bid", ("Fenix",)),
        ("客户在看天正的方案，我们怎么打", ("天正",)), ("对上西诺的低价，我怎么说", ("西诺",)),
        ("竞争对手是海德，怎么突出我们", ("海德传感",)), ("they are comparing us with Zenbot", ("Zenbot",)),
        ("客户拿海德传感跟Fenix比", ("海德传感", "Fenix")),
        ("对手是谁，怎么打", ()), ("明天见海蓝，给我三个切入点", ()), ("how do we beat them", ()), ("对手怎么看我们的价格", ()),
    ],
)  # fmt: skip
async def test_a_rival_is_who_is_named_as_one(said: str, names: tuple[str, ...]) -> None:
    """By the records' name, also for short; one that the records do not know by the words around it."""
    assert names == (await rivals_in(said, (), RECORDS.within(ALL))).names


async def test_where_none_is_named_those_of_the_open_deals_are_meant() -> None:
    """And it is told apart from naming them."""
    assert Rivals(("海德传感",), named=False) == await rivals_in("怎么打", ("海德传感",), RECORDS.within(ALL))


async def test_rivals_of_deals_out_of_sight_are_not_known() -> None:
    """Somebody who may see no opportunity gets no name from one; what they said themselves is theirs."""
    blind = RECORDS.within(Scope(UserId("lin"), "", "UTC", reach={"opportunity": Reach.NONE}))

    assert ((), ("海德",)) == ((await rivals_in("海德那边", (), blind)).names, (await rivals_in("对手是海德", (), blind)).names)


@pytest.mark.parametrize(
    "source, title, shelf",
    [
        ("产品/S3规格书.pdf", "S3规格书", Shelf.OPEN), ("合同/海蓝供货合同v1.docx", "", Shelf.DEALING),
        ("合同/标准供货合同.docx", "", Shelf.OPEN),
        ("a.pdf", "Supply agreement with Acme", Shelf.DEALING), ("mail/acme.eml", "Annual report attached", Shelf.LETTER),
        ("x.md", "Price policy 2026", Shelf.INSIDE), ("竞品/卡.md", "", Shelf.CARD), ("battlecards/t.pptx", "", Shelf.CARD),
        ("cases/oddvik.pdf", "Case study", Shelf.CASE), ("年报.pdf", "海蓝科技年度报告", Shelf.REPORT),
        ("打法/案例打法.md", "", Shelf.INSIDE),
    ],
)  # fmt: skip
def test_a_paper_belongs_where_its_name_says(source: str, title: str, shelf: Shelf) -> None:
    """The most private that its path or its title shows."""
    assert shelf is shelf_of(source, title)
