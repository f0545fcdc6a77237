"""Charts as pictures: of the right size, with ink where it must be, real Chinese, and no word on another."""

import importlib.util
import io
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.talk import Lang
from bot.errors import Upstream
from bot.render import drawn as drawing_beside
from bot.render import fonts
from bot.render.blocks import block_lines, columns_of
from bot.render.chart import COLOURS, PAPER, TRACK, WIDTH, Drawing, chart_png, drawing
from bot.render.drawn import drawn
from bot.render.fonts import FontFile, chinese_font
from bot.render.sheet import NOWHERE, Box, Faces

MONTHS = tuple(f"{2024 + (number + 7) // 12}-{(number + 7) % 12 + 1:02}" for number in range(24))
LONG = ("北风泵业集团股份有限公司华东第二分公司泵站运维事业部", "Norvik Marine Automation and Control Systems GmbH & Co. KG", "海蓝科技")
TREND = Chart(ChartKind.TREND, "金额合计,按月", MONTHS, (Series("CNY", tuple(float(7919 * n % 600 * 10_000) for n in range(24)), "CNY"),),
              note="商机·赢单·预计签约日 2024-08-01~2026-07-31·按月" * 3)  # fmt: skip
BARS = Chart(ChartKind.BARS, "未付发票金额合计,按客户", LONG, (Series("CNY", (3_200_000.0, 1_800_000.0, 0.0), "CNY"),))
CHARTS = {
    "two years of months": TREND,
    "long names": BARS,
    "a title without end": replace(BARS, title=" ".join(LONG)),
    "shares": replace(BARS, kind=ChartKind.SHARE),
    "a funnel": replace(BARS, kind=ChartKind.FUNNEL),
    "below zero": replace(BARS, series=(Series("", (-30.0, 50.0, 0.0)),)),
    "two currencies": replace(TREND, series=(*TREND.series, replace(TREND.series[0], name="EUR", currency="EUR"))),
    "five lines": replace(TREND, series=tuple(Series(f"{LONG[n % 3]} {n}", tuple(range(n, n + 24))) for n in range(5))),
    "gaps": replace(TREND, series=(Series("", (None, 5.0, None, *([3.0] * 10), *([None] * 11))),)),
    "twelve points close together": replace(TREND, labels=MONTHS[:12], series=(Series("", tuple(100.0 + n % 2 for n in range(12))),)),
    "names with line ends": replace(BARS, title="未付\r\n发票", labels=("北风\n泵业", "Norvik\u2028Marine", "海蓝\x00"), note="a\tb\r\n"),
    "nothing but zero": replace(TREND, series=(Series("", (0.0,) * 24),)),
}


def _drawing(chart: Chart, lang: Lang = Lang.ZH) -> Drawing:
    return drawing(chart, lang, Faces(chinese_font()))


def _picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _light(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in _rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("name", CHARTS)
def test_no_word_stands_on_another_or_over_the_edge(name: str) -> None:
    """Boxes are measured, in both languages."""
    for lang in Lang:
        made = _drawing(CHARTS[name], lang)
        words = made.sheet.words
        outside = [one.text for one in words if one.box[0] < 0 or one.box[2] > WIDTH or one.box[3] > made.height]

        assert ([], []) == (outside, [(one.text, other.text) for one, other in combinations(words, 2) if _meet(one.box, other.box)])


@pytest.mark.parametrize("name", CHARTS)
def test_the_picture_decodes_has_its_size_and_ink_in_each_word(name: str) -> None:
    """Nowhere is a word that was not drawn."""
    made = _drawing(CHARTS[name])
    picture = _picture(made.png())
    blank = [one.text for one in made.sheet.words if len(picture.crop(one.box).getcolors(1 << 16) or ()) < 2]

    assert ((WIDTH, made.height), []) == (picture.size, blank)


def test_two_years_of_months_fit_each_with_its_number() -> None:
    """And the year where it begins."""
    texts = [one.text for one in _drawing(TREND).sheet.words]

    assert {str(month) for month in range(1, 13)} | {"2024", "2025", "2026"} <= set(texts)
    assert 24 == sum(text in {str(month) for month in range(1, 13)} for text in texts)


def test_bars_are_as_long_as_their_figures() -> None:
    """From zero on; measured in the picture."""
    picture = _picture(_drawing(BARS).png())
    data, colour = picture.load(), _rgb(COLOURS[0])
    assert data is not None
    lengths = [sum(data[x, y] == colour for x in range(WIDTH)) for y in range(picture.height)]

    first, second = (max(lengths[:picture.height // 2]), max(lengths[picture.height // 2:]))
    assert 1_800 / 3_200 == pytest.approx(second / first, abs=0.02)


def test_a_share_is_seen_against_its_whole() -> None:
    """The rest of the row is filled, too."""
    picture = _picture(_drawing(CHARTS["shares"]).png())

    assert {_rgb(TRACK), _rgb(COLOURS[0])} <= {colour for _, colour in picture.getcolors(1 << 16) or ()}


def test_chinese_is_drawn_and_not_as_the_sign_for_what_is_missing() -> None:
    """With the font that is shipped."""
    faces = Faces(chinese_font())
    missing = bytes(faces.of(48).getmask(NOWHERE))
    drawn_as = {char: bytes(faces.of(48).getmask(char)) for char in "金额合计按月赢单华东亿万泵·¥€"}

    assert (True, len(drawn_as)) == (missing not in drawn_as.values(), len(set(drawn_as.values())))


def test_the_font_is_the_published_file_and_its_package_is_not_imported() -> None:
    """It is found by its place, and believed by its hash."""
    found, spec = chinese_font(), importlib.util.find_spec(fonts.PACKAGE)

    assert found is not None
    assert spec is not None
    assert found.path.parent == Path(next(iter(spec.submodule_search_locations or ())))
    assert fonts.PACKAGE not in __import__("sys").modules


def test_a_font_file_that_is_another_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The system's is taken, where there is one; else none."""
    system = tmp_path / "font.ttc"
    system.write_bytes(b"font")
    monkeypatch.setattr(fonts, "SHA256", "0" * 64)
    monkeypatch.setattr(fonts, "OF_SYSTEMS", ((str(tmp_path / "none.ttc"), 0), (str(system), 2)))
    of_system = chinese_font()
    monkeypatch.setattr(fonts, "OF_SYSTEMS", ())

    assert (FontFile(system, 2), None) == (of_system, chinese_font())


def test_without_a_chinese_font_labels_are_numbered_and_figures_stay() -> None:
    """No row of empty boxes; the text of the answer says which is which."""
    words = [one.text for one in drawing(replace(BARS, labels=("华东", "北方泵业", "EMEA")), Lang.EN, Faces(None)).sheet.words]

    assert ["#1", "¥3.2M", "#2", "¥1.8M", "EMEA", "¥0"] == words


def test_colours_stand_out_from_paper_and_from_each_other() -> None:
    """At least 3 to 1 on paper (WCAG 2.2, 1.4.11); neighbours differ in lightness, for eyes that see few hues."""
    paper = _light(PAPER)
    contrasts = [(paper + 0.05) / (_light(colour) + 0.05) for colour in COLOURS]

    assert min(contrasts) >= 3
    assert all(max(one, other) / min(one, other) >= 1.2 for one, other in pairwise(contrasts))


def test_the_same_chart_is_the_same_picture() -> None:
    """Byte for byte."""
    assert chart_png(BARS, Lang.ZH) == chart_png(BARS, Lang.ZH)


async def test_a_chart_is_drawn_in_a_process_of_its_own() -> None:
    """And is the same picture."""
    assert chart_png(BARS, Lang.ZH) == await drawn(BARS, Lang.ZH)


async def test_a_picture_that_does_not_come_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process is ended, and nobody waits for ever."""
    monkeypatch.setattr(drawing_beside, "PATIENCE_S", 0)

    with pytest.raises(Upstream):
        await drawn(BARS, Lang.ZH)


def test_in_a_terminal_bars_begin_in_one_column() -> None:
    """Chinese is as wide as two."""
    lines = list(block_lines(replace(BARS, labels=("华东", "EMEA", "北美洲"), series=(Series("", (4.0, 2.0, 1.0)),)), Lang.EN))

    assert ["华东   ████████████████████████████ 4", "EMEA   ██████████████ 2", "北美洲 ███████ 1"] == lines
    assert {columns_of("北美洲 ")} == {columns_of(line.split("█")[0]) for line in lines}
