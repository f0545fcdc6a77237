"""Charts at the chat page over the invented firm: drawn, told as a table, saved as a picture; on a phone, in the dark, without script."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import House, Look, Room
from tests.scenarios.household import Household, household

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIN, MAYA = "lin.xiao@hengyu.example", "maya.lindqvist@hengyu.example"
LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
PERSON = {"zh": LIN, "en": MAYA}
ASKED = {
    "zh": ("今年赢单按月看", "未付发票按客户合计"),
    "en": ("won revenue by month this year", "pipeline by stage"),
}
INKED = """
(canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3]) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
  return seen.size;
}
"""
"""How many colours are on a canvas."""


@pytest.fixture(scope="module")
def firm(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server over the invented firm."""
    home: Household = household(tmp_path_factory.mktemp("firm"))
    (home.folder / "config.toml").write_text("[server]\nport = 0\n", encoding="utf-8")  # its people come with it
    done = home.run("init", "--demo")
    assert 0 == done.returncode, done.stderr
    with home.served() as served:
        yield House(home, served, browser)


def _until(page: Page, holds: str) -> None:
    """Wait for what a script says. `wait_for_function` would ask the page to evaluate text, which its policy forbids."""
    for _ in range(300):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(100)
    pytest.fail(holds)


def _drawn(room: Room) -> list[int]:
    """How many colours each canvas shows, once all are drawn."""
    page = room.page
    _until(page, "[...document.querySelectorAll('figure.chart')].every((one) => one.dataset.drawn === 'true')")
    return [one.evaluate(INKED) for one in page.locator("figure.chart canvas").all()]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_charts_are_drawn_and_told_as_tables(firm: House, look: Look) -> None:
    """A course of time, and rows: each with ink, none too wide, nothing that axe finds or the browser complains of."""
    with firm.inside(PERSON[look.lang], look) as room:
        page = room.page
        for question in ASKED[look.lang]:
            room.ask(question)
        colours, figures = _drawn(room), page.locator("figure.chart").count()
        room.check_access("charts")
        for table in page.locator("figure.chart summary").all():
            table.click()
        room.check_access("tables")
        rows = [one.locator("tbody tr").count() for one in page.locator("figure.chart").all()]
        wide = page.evaluate("[...document.querySelectorAll('canvas')].some((one) => one.getBoundingClientRect().right > innerWidth)")
        sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    assert [] == room.troubles
    assert (len(ASKED[look.lang]), True, False, False) == (figures, min(rows) >= 2, wide, sideways)
    assert min(colours) > 3


def test_a_reloaded_chart_is_drawn_again_and_follows_the_theme_and_the_width(firm: House) -> None:
    """In the colours of the night, no wider than the phone."""
    with firm.inside(LIN) as room:
        page = room.page
        room.ask(ASKED["zh"][0])
        page.reload()
        _drawn(room)
        by_day = page.locator("figure canvas").screenshot()
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 390, "height": 800})
        _until(page, "document.querySelector('figure canvas').getBoundingClientRect().right < innerWidth")
        colours = _drawn(room)

        assert (True, []) == (min(colours) > 3, room.troubles)
        assert by_day != page.locator("figure canvas").screenshot()


def test_a_picture_is_saved_by_its_own_person_alone(firm: House) -> None:
    """A PNG as wide as phones show crisply; to others it is not there, and without signing in nothing is."""
    with firm.inside(LIN) as room, firm.inside(MAYA) as other:
        room.ask("我的在谈商机按阶段金额")
        with room.page.expect_download() as saving:
            room.page.locator("figure.chart a[download]").click()
        picture = Image.open(io.BytesIO(Path(saving.value.path()).read_bytes()))
        address = room.url + str(room.page.locator("figure.chart a[download]").get_attribute("href"))
        others, nobodys = other.page.request.get(address), firm.served.get(address.removeprefix(room.url))

    assert ("PNG", 960) == (picture.format, picture.width)
    assert (404, 401) == (others.status, nobodys[0])


def test_without_script_the_picture_stands_in_place(firm: House) -> None:
    """And the table below it can be opened."""
    with firm.inside(LIN) as room:
        room.ask(ASKED["zh"][1])
        address, state = room.page.url, room.page.context.storage_state()
    context = firm.browser.new_context(java_script_enabled=False, storage_state=state, locale="zh-CN")
    try:
        page = context.new_page()
        with page.expect_response("**/chart.png") as fetched:
            page.goto(address)
        shown, canvas = page.locator("figure.chart img").is_visible(), page.locator("figure.chart canvas").is_visible()
        page.locator("figure.chart summary").click()
        table = page.locator("figure.chart table").is_visible()
    finally:
        context.close()

    assert (200, True, False, True) == (fetched.value.status, shown, canvas, table)


def test_where_the_library_does_not_come_the_table_opens_by_itself(firm: House) -> None:
    """No empty frame is left."""
    with firm.inside(LIN) as room:
        room.page.route("**/chart-4*.js*", lambda route: route.abort())
        room.ask(ASKED["zh"][0])
        room.page.locator("figure.chart table").wait_for()

        assert 0 == room.page.locator("figure.chart .plot").count()
