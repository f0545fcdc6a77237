"""The page of a digest as its reader and a stranger see it: lines that say why they are there, a chart, paper; on a desk and on a phone."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser
from pypdfium2 import PdfDocument
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE as IMAGE

from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.decision import Made, Settlement
from bot.domain.digest import Digest, DigestKind, Line, Number, Section
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, DecisionId, ThreadId, TurnId
from bot.domain.outcome import Answer
from bot.domain.query import Filter, Op, Query
from bot.domain.talk import Lang, Origin, Utterance
from bot.turns.know import WEB
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import LI, ZHANG, Pile, done, pile

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
"""Every two of width, scheme and language meet."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
A4_POINTS = (595, 842)
MADE = Made("digest", "digest_weekly", Lang.ZH, "builtin", "c0de", {}, "ai_autonomous", {"total": 1.0})
PAST = Query("opportunity", (Filter("stage", Op.IN, ("proposal",)),), limit=20)
CHART = Chart(
    ChartKind.WATERFALL, "我们组在谈商机的变化 8/10–8/16", ("上周初", "新建", "赢单", "现在"),
    (Series("CNY", (4_100_000, 320_000, -230_000, 4_190_000), "CNY"), Series("USD", (300_000, 0, -50_000, 250_000), "USD")),
    note="在谈商机金额,各币种分开",
)  # fmt: skip
NOW = Number(4.19e6, PAST, "CNY", says="我们组在谈商机总额")
DIGEST = Digest(
    DigestKind.WEEKLY, "团队周报 · 8/10–8/16", date(2026, 8, 10), date(2026, 8, 16),
    (
        Section("最需要你的客户", (Line("北风泵业:①P2×2工单没关,118天 ②通知期剩14天", "没关的P1、P2工单:P2×2", (), (0,)),)),
        Section("商机变化", (Line("上周在谈商机:419万(+9万)", "币种不相加", (NOW,)),), CHART),
    ),
)  # fmt: skip
GROUND = Evidence(
    "T-00192 · 北风泵业 · P2", "工单 · T-00192", "T-00192", EvidenceKind.RECORD, 1.0, "ticket-1", Audience(f"user:{ZHANG.id}")
)  # fmt: skip


async def told(stores: Pile) -> TurnId:
    """A digest that Zhang was sent."""
    origin, now = Origin(WEB, "", ZHANG.id, ThreadId("web:digest")), stores.clock.now()
    kept = await stores.inbox.keep(Utterance(origin, f"digest-{next(stores.keys)}", "给我一份周报", now), backlog=1000)
    answer = Answer("团队周报,要紧的2条:", (GROUND,), chart=CHART, digest=DIGEST)
    await stores.ledger.settle(Settlement(kept.turn_id, DecisionId(stores.ids.new()), origin, ZHANG.id, "给我一份周报", answer, MADE, now))
    return kept.turn_id


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with people."""
    with pile(tmp_path_factory.mktemp("told")) as stores:
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_each_line_says_why_it_is_there_by_keyboard_too(house: House, stores: Pile, look: Look) -> None:
    """From the answer in the chat to the page; the reason, the same question, and a ground that opens where it stands."""
    turn = done(told(stores))
    with house.inside(ZHANG.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/?t=web:digest")
        page.locator(f"#turn-{turn} a[href='/digests/{turn}']").click()
        page.wait_for_selector("figure.chart[data-drawn=true]")
        room.check_access("digest")
        page.locator(".told summary").nth(1).focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".told li details[open] q")
        asked = page.locator(".told details[open] q").all_inner_texts()
        page.locator(".told summary").first.click()
        room.check_access("reasons")
        sideways, lines = page.evaluate(SIDEWAYS), page.locator(".told > li > p").all_inner_texts()
        page.locator(".grounded a").click()
        page.wait_for_selector("blockquote")
        ground = page.locator("blockquote").inner_text()

    assert ([line.words for line in DIGEST.lines], ["我们组在谈商机总额"]) == (lines, [one.strip("“”\"'") for one in asked])
    assert ("T-00192 · 北风泵业 · P2", False, []) == (ground, sideways, room.troubles)


def test_a_digest_is_there_for_its_reader_alone(house: House, stores: Pile) -> None:
    """Whoever else has the address finds nothing, and nobody mails it elsewhere."""
    turn = done(told(stores))
    with house.inside(LI.email) as other:
        seen = [other.page.request.get(f"{house.served.url}/digests/{one}").status for one in (turn, "nothing")]

    assert [404, 404] == seen


def test_it_prints_on_paper(house: House, stores: Pile, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A4, every line and the chart's words, without what can only be pressed."""
    turn, path = done(told(stores)), tmp_path_factory.mktemp("paper") / "digest.pdf"
    with house.inside(ZHANG.email) as room:
        room.page.goto(f"{house.served.url}/digests/{turn}")
        room.page.wait_for_selector("figure.chart[data-drawn=true]")
        room.page.evaluate("document.querySelector('img.paper').decode()")
        room.page.pdf(path=path, prefer_css_page_size=True)
    paper = PdfDocument(path)
    pictures = [one for one in paper[0].get_objects() if one.type == IMAGE]
    words = "".join(page.get_textpage().get_text_range() for page in paper).replace("\r\n", "")

    assert ([A4_POINTS], 1) == ([tuple(round(side) for side in page.get_size()) for page in paper], len(pictures))
    assert ([True, True], [False, False]) == (
        [line.words[:6] in words for line in DIGEST.lines], [one in words for one in ("Why is this here", "Mail it")]
    )  # fmt: skip
