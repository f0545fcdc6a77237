"""The page of two contracts: both in step, filtered, walked by keys, without script and in print; nobody else's; the redline as a file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bot.domain.contracts import Paper, Paragraph, ParagraphKind
from bot.domain.ids import ThreadId, TurnId
from bot.domain.talk import File, Media, Origin
from bot.store.papers import SqlitePapers
from bot.turns.know import WEB
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import LI, ZHANG, Pile, done, pile

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
"""Every two of width, scheme and language meet."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
FIRST = (
    "# 灌装线供货合同", "甲方(买方):云坊乳业有限公司", "乙方(卖方):衡屿传感有限公司", "# 第一条 标的",
    "乙方向甲方出售灌装线称重模块60套,合同总价人民币960,000元。",
    "# 第二条 付款", "甲方应于验收合格后30日内付清全部货款。", "# 第三条 质保", "质保期12个月,自验收合格之日起算。", "# 第四条 责任上限",
    "任何一方的赔偿总额不超过合同总价的100%,间接损失不予赔偿。", "# 第五条 争议解决", "本合同适用中国法律,由乙方所在地人民法院管辖。",
)  # fmt: skip
SECOND = tuple(
    one.replace("30日内", "90日内").replace("质保期12个月", "质保期18个月").replace("间接损失不予赔偿", "间接损失亦应赔偿") for one in FIRST
)


def paper(lines: tuple[str, ...], name: str) -> Paper:
    """A contract as it was read."""
    return Paper(tuple(
        Paragraph(one[2:], level=1, kind=ParagraphKind.HEADING) if one.startswith("# ") else Paragraph(one) for one in lines
    ), name)  # fmt: skip


LONG = tuple(
    line for number in range(1, 301)
    for line in (f"# 第{number}条 分项{number}", f"乙方向甲方的第{number}号车间供应称重模块,并按附件{number}的图纸安装和调试。" * 16)
)
"""Some hundred pages; of the last clause the figures change."""


async def sent(stores: Pile, first: tuple[str, ...] = FIRST, second: tuple[str, ...] = SECOND) -> tuple[TurnId, TurnId]:
    """Both versions, sent by Li and read."""
    found = []
    for lines, name in ((first, "云坊合同v1.docx"), (second, "云坊合同v2.docx")):
        now = stores.clock.now()
        file = File(Origin(WEB, "", LI.id, ThreadId("web:contract")), f"paper-{next(stores.keys)}", now, Media("file", name, "", 5, name))
        kept = await stores.inbox.keep(file, backlog=1000)
        await SqlitePapers(stores.database, stores.clock, stores.ids).keep(kept.turn_id, LI.id, paper(lines, name))
        found.append(kept.turn_id)
    await stores.database.write(lambda database: database.execute("UPDATE inbox SET state = 'settled', settled_at = kept_at"))
    return found[0], found[1]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with people."""
    with pile(tmp_path_factory.mktemp("contracts")) as stores:
        yield stores


@pytest.fixture(scope="module")
def address(stores: Pile) -> str:
    """Where the two stand side by side."""
    return "/contracts/{}/{}".format(*done(sent(stores)))


@pytest.fixture(scope="module")
def long_address(stores: Pile) -> str:
    """Where two long ones stand side by side."""
    return "/contracts/{}/{}".format(*done(sent(stores, LONG, (*LONG[:-1], LONG[-1].replace("附件300", "附件301")))))


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile, address: str, long_address: str) -> Iterator[House]:
    """A server over it. address, long_address: written before the server starts."""
    assert address != long_address
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_changes_are_walked_and_filtered(house: House, address: str, look: Look) -> None:
    """J goes to the first change; a risk filters; what is unchanged is folded; nothing runs out of the screen."""
    with house.inside(LI.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}{address}")
        page.wait_for_selector("#print:not([hidden])")
        room.check_access("contract")
        page.keyboard.press("j")
        walked = page.evaluate("document.activeElement.className")
        everything = page.locator("article.clause").count()
        struck, put_in = page.locator("del").first.inner_text(), page.locator("ins").first.inner_text()
        page.select_option("select[name=risk]", "high")
        page.wait_for_url("**risk=high**")
        high, sideways = page.locator("article.clause:visible").count(), page.evaluate(SIDEWAYS)
        room.check_access("filtered")

    assert (3, 2, False, []) == (everything, high, sideways, room.troubles)
    assert ("clause risk-high", True, True) == (walked, "30" in struck, "90" in put_in)


def test_it_works_without_script_and_prints(house: House, address: str) -> None:
    """The form filters by itself; on paper there are both sides, and no switches."""
    with house.inside(LI.email, Look(1280, "light", "en")) as room:
        page = room.page
        page.route("**/contracts.js*", lambda route: route.abort())
        page.goto(f"{house.served.url}{address}")
        page.select_option("select[name=category]", "payment")
        page.click("#filters button")
        page.wait_for_url("**category=payment**")
        page.emulate_media(media="print")
        clauses, struck = page.locator("article.clause:visible").count(), page.locator("del").first.is_visible()
        shown = clauses, page.locator("#filters").is_visible(), struck

    assert (1, False, True) == shown


def test_long_contracts_are_waited_for_and_unfolded_piece_by_piece(house: House, long_address: str) -> None:
    """How far it is shows until it is done; what stands unchanged comes when somebody unfolds it, or wants it all."""
    with house.inside(LI.email) as room:
        page = room.page
        page.goto(f"{house.served.url}{long_address}")
        page.wait_for_selector("#filters", timeout=60_000)
        before = page.locator(".same .both").count()
        page.locator(".same summary").first.click()
        page.wait_for_selector(".same .both:nth-child(299)")
        unfolded = page.locator(".same .both").count()
        page.click("#print")
        page.wait_for_url("**whole=1**")
        whole, lazy = page.locator(".same .both").count(), page.locator("[data-whole]").count()

    assert (0, 299, 299, 0, []) == (before, unfolded, whole, lazy, room.troubles)


def test_the_redline_is_downloaded_and_nobody_else_sees_any_of_it(house: House, address: str) -> None:
    """For a stranger it does not exist."""
    with house.inside(LI.email) as room:
        mine = room.page.request.get(f"{house.served.url}{address}/redline.docx")
        told = mine.status, mine.body()[:2], "redline" in mine.headers["content-disposition"]
    with house.inside(ZHANG.email) as other:
        theirs = [other.page.request.get(f"{house.served.url}{address}{end}").status for end in ("", "/redline.docx")]

    assert (200, b"PK", True) == told
    assert [404, 404] == theirs
