"""The page of a recording as its speaker and a stranger see it: lines that play, marks of doubt, and deleting, on a desk and on a phone."""

import io
import wave
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

from bot.domain.decision import Made, Settlement
from bot.domain.hearing import Heard, Mend, Mended, Segment, Transcript
from bot.domain.ids import DecisionId, ThreadId, TurnId
from bot.domain.outcome import Answer
from bot.domain.records import Retention
from bot.domain.talk import Lang, Media, Origin, Voice
from bot.home import Home
from bot.store.belongings import SqliteBelongings
from bot.store.recordings import SqliteRecordings
from bot.turns.know import WEB
from tests.browser.conftest import House, Look
from tests.browser.reviewed_home import LI, ZHANG, Pile, done, pile
from tests.fakes.media import FakeMedia

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = [Look(1280, "light", "zh"), Look(390, "dark", "zh"), Look(390, "light", "en"), Look(1280, "dark", "en")]
"""Every two of width, scheme and language meet."""
RATE, LENGTH_S = 8_000, 9
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
UNTIL = "new Promise((done) => { const look = () => { if (%s) done(true); else setTimeout(look, 50); }; look(); })"
"""Returns when it holds; what Playwright waits with, our pages do not allow."""
SOUND = "document.getElementById('sound')"
SAID = "跟海蓝科技的王经理谈了，预算大概八十万，下周三前要报价。"
TRANSCRIPT = Transcript(
    Heard((
        Segment(0.0, 3.0, "跟海兰科技的王经理谈了，", 0.83), Segment(3.0, 6.0, "预算大概八十万，", 0.41),
        Segment(6.0, 9.0, "下周三前要报价。", 0.77),
    ), "zh", 0.98, 9.0, "whisper-base"),
    Mended(SAID, (Mend(1, 5, "海兰科技", "海蓝科技"),)),
)  # fmt: skip
MADE = Made("capture", "capture_opportunity", Lang.ZH, "builtin", "c0de", {}, "rep_confirms", {"total": 1.0})


def tone() -> bytes:
    """A recording that can be played."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.sin(np.arange(LENGTH_S * RATE) * 0.3) * 6_000).astype("<i2").tobytes())
    return file.getvalue()


async def spoken(stores: Pile) -> TurnId:
    """A voice message of Li's that was heard and answered."""
    origin, now = Origin(WEB, "", LI.id, ThreadId("web:voice")), stores.clock.now()
    media = Media("voice", "voice.wav", "audio/wav", 5, "tone")
    kept = await stores.inbox.keep(Voice(origin, f"voice-{next(stores.keys)}", now, media), backlog=1000)
    home = Home(stores.home.folder / "home")
    belongings = SqliteBelongings(stores.database, stores.clock, stores.ids, home.belongings, {WEB: FakeMedia({"tone": tone()})}, 1 << 20)
    await belongings.fetch(kept.turn_id, WEB, LI.id, media, Retention.AUDIO)
    await SqliteRecordings(stores.database, stores.clock, stores.ids, belongings).keep(kept.turn_id, LI.id, TRANSCRIPT)
    answer = Answer(f"听到:“{SAID}”\n新商机·海蓝科技|80万|王经理")
    await stores.ledger.settle(Settlement(kept.turn_id, DecisionId(stores.ids.new()), origin, LI.id, SAID, answer, MADE, now))
    return kept.turn_id


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pile]:
    """A home with people."""
    with pile(tmp_path_factory.mktemp("spoken")) as stores:
        yield stores


@pytest.fixture(scope="module")
def house(browser: Browser, stores: Pile) -> Iterator[House]:
    """A server over it."""
    with stores.home.served() as served:
        yield House(stores.home, served, browser)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_line_plays_from_its_second(house: House, stores: Pile, look: Look) -> None:
    """From the answer to its recording; the line that is heard is marked, doubts and mended names are told in words, keys suffice."""
    turn = done(spoken(stores))
    with house.inside(LI.email, look) as room:
        page = room.page
        page.goto(f"{house.served.url}/?t=web:voice")
        page.locator(f"#turn-{turn} a[href='/recordings/{turn}']").click()
        page.wait_for_selector("ol.lines")
        page.evaluate(UNTIL % f"{SOUND}.readyState >= 1")
        room.check_access("recording")
        lines, length = page.locator("ol.lines li").all_inner_texts(), page.evaluate(f"{SOUND}.duration")
        page.locator("ol.lines a.from").nth(2).focus()
        page.keyboard.press("Enter")
        page.evaluate(UNTIL % f"{SOUND}.currentTime >= 6")
        page.wait_for_selector("ol.lines li:nth-child(3)[aria-current=true]")
        room.check_access("playing")
        sideways = page.evaluate(SIDEWAYS)
        unsure, mended = {"zh": ("没听清", "听成“海兰科技”"), "en": ("Unsure", "heard as “海兰科技”")}[look.lang]
    assert (True, True, False) == (unsure in lines[1], mended in lines[0], unsure in lines[0])
    assert (True, False, []) == (abs(length - LENGTH_S) < 0.3, sideways, room.troubles)


def test_who_spoke_deletes_it_and_nobody_else_ever_sees_it(house: House, stores: Pile) -> None:
    """A stranger gets the page of what is not there, before and after."""
    turn = done(spoken(stores))
    with house.inside(ZHANG.email) as other:
        seen = [other.page.request.get(f"{house.served.url}/recordings/{turn}{end}").status for end in ("", "/sound")]
    with house.inside(LI.email) as room:
        page = room.page
        page.goto(f"{house.served.url}/recordings/{turn}")
        page.locator(".erase summary").click()
        room.check_access("erase")
        page.locator(".erase button").click()
        page.wait_for_selector("main.alone")
        room.check_access("erased")
        after = [page.request.get(f"{house.served.url}/recordings/{turn}{end}").status for end in ("", "/sound")]
        page.goto(f"{house.served.url}/?t=web:voice")
        told = page.locator(f"#turn-{turn}").inner_text()

    lying = [one for one in Home(stores.home.folder / "home").belongings.rglob("*") if turn in one.name]
    assert ([404, 404], [404, 404], [], []) == (seen, after, lying, room.troubles)
    assert "八十万" not in told


def test_a_browser_may_ask_for_any_part_of_the_sound(house: House, stores: Pile) -> None:
    """As it does to begin in the middle; the parts are those of the whole."""
    turn = done(spoken(stores))
    with house.inside(LI.email) as room:
        address = f"{house.served.url}/recordings/{turn}/sound"
        whole = room.page.request.get(address)
        ranges = ("bytes=0-99", "bytes=100-", "bytes=-50", "bytes=9999999-")
        parts = [room.page.request.get(address, headers={"Range": asked}) for asked in ranges]
        sound, (start, rest, end, _) = whole.body(), [one.body() for one in parts]
        told = (whole.status, whole.headers["content-type"], whole.headers["accept-ranges"], parts[0].headers["content-range"])

    assert (200, "audio/mp4", "bytes", f"bytes 0-99/{len(sound)}") == told
    assert [206, 206, 206, 416] == [one.status for one in parts]
    assert (sound, sound[-50:]) == (start + rest, end)


def test_a_rep_sends_a_recording_as_a_file(house: House) -> None:
    """It becomes a turn of the thread; a house without a model says so, and keeps it for its person alone."""
    with house.inside(LI.email, Look(1280, "light", "zh")) as room:
        page = room.page
        page.set_input_files("#file", {"name": "会后.wav", "mimeType": "audio/wav", "buffer": tone()})
        room.check_access("offered")
        page.click("#send")
        page.wait_for_url("**/?t=*")
        page.locator(".turn .tools").wait_for(timeout=30_000)
        told = page.locator(".turn .reply").inner_text()
        room.check_access("kept")

    lying = [one.suffix for one in (Home(house.home.folder / "home").belongings / LI.id).glob("voice-*.wav")]
    assert ("要管理员运行 tandem models pull" in told, [".wav"], []) == (True, lying[:1], room.troubles)
