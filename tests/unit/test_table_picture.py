"""Tables as pictures: every word there, none on another, none over the edge."""

import io
from itertools import combinations

import pytest
from PIL import Image

from bot.domain.paper import Grid
from bot.domain.talk import Lang
from bot.render.chart import PAPER, Drawing
from bot.render.drawn import drawn_table
from bot.render.fonts import chinese_font
from bot.render.sheet import Box, Faces
from bot.render.table import NARROW, table_drawing, table_png

CLAUSES = Grid(
    ("条款", "原来", "现在", "风险", "依据"),
    (
        ("付款", "30日内", "90日内付清全部货款,但对账期间不计算在内,以双方盖章为准" * 3, "高", "P-03"),
        ("责任上限", "合同额100%", "", "高", "P-11"),
    ),
)
TABLES = {
    "clauses": CLAUSES,
    "many columns": Grid(tuple(f"第{n}季度金额" for n in range(12)), (tuple(f"¥{n}1,200,000" for n in range(12)),) * 3),
    "one long word": Grid(("a", "b", "c", "d", "e"), (("x" * 300, "", "", "", "y"),)),
    "a head alone": Grid(("客户", "金额", "阶段", "日期", "负责人"), ()),
    "no words": Grid(("", "", "", "", ""), (("", "", "", "", ""),)),
}


def _drawing(table: Grid) -> Drawing:
    return table_drawing(table, Faces(chinese_font()))


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("name", TABLES)
def test_no_word_stands_on_another_or_over_the_edge(name: str) -> None:
    """Boxes are measured."""
    made = _drawing(TABLES[name])

    words = made.sheet.words
    assert [] == [one.text for one in words if one.box[0] < 0 or one.box[2] > made.sheet.width or one.box[3] > made.height]
    assert [] == [(one.text, other.text) for one, other in combinations(words, 2) if _meet(one.box, other.box)]


@pytest.mark.parametrize("name", TABLES)
def test_every_word_is_there(name: str) -> None:
    """A cell has as many lines as it takes; nothing ends in an ellipsis."""
    table = TABLES[name]

    written = "".join(sorted("".join(word.text for word in _drawing(table).sheet.words)))

    assert "".join(sorted("".join(cell for row in (table.header, *table.rows) for cell in row))) == written


def test_the_picture_decodes_and_has_ink() -> None:
    """As wide as a phone shows crisply, wider only for many columns."""
    picture = Image.open(io.BytesIO(table_png(CLAUSES))).convert("RGB")

    assert NARROW == picture.width
    assert len(picture.getcolors(1 << 20) or ()) > 8
    assert (255, 255, 255) == picture.getpixel((2, 2)) == tuple(int(PAPER[place : place + 2], 16) for place in (1, 3, 5))
    assert _drawing(TABLES["many columns"]).sheet.width > NARROW


async def test_a_table_is_drawn_beside_the_house() -> None:
    """By a process that is there for one picture, and the same picture it is."""
    assert table_png(CLAUSES) == await drawn_table(CLAUSES, Lang.ZH)
