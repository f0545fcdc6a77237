"""WeCom's callback over HTTP: what the fake platform seals and posts is kept in the real inbox, and only then acknowledged."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import structlog.testing
from aiohttp import web

from bot.channels.wecom.builder import wecom_hooks
from bot.channels.wecom.crypto import Envelope, Malformed
from bot.channels.wecom.door import MOST_BYTES
from bot.channels.wecom.inbound import CALLBACK, Nothing, Unreadable, heard
from bot.domain.ids import MessageId, ThreadId
from bot.domain.outcome import Answer
from bot.domain.talk import Arrival, File, Handle, Lang, Opened, Origin, Tap, Utterance, Voice
from bot.ports import Kept
from bot.ports.hooks import Hook
from bot.secrets import WecomSecrets
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.inbox import SqliteInbox
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.turns.arrive import Door
from bot.words import TomlWords, read_sentences
from tests.fakes.senses import NOON, SetClock
from tests.fakes.wecom import CORP, Caller, Sent, WecomApp

WORDS = TomlWords(read_sentences(Path(__file__).parents[2] / "bot" / "strings.toml"))
SECRETS = WecomSecrets(CORP.corp_id, CORP.agent_id, CORP.secret, CORP.token, CORP.aes_key)
CARD = MessageId("019f3a2b-1c2d-7e3f-8a4b-5c6d7e8f9a0b")
THREAD = ThreadId(f"wecom:{CORP.corp_id}:liwei")


@dataclass
class Listening:
    """The door of a house, the platform that calls it, and what was kept. broken: keeping fails."""

    door: Door
    hook: Hook
    clock: SetClock
    app: WecomApp
    outbox: SqliteOutbox
    arrivals: list[Arrival] = field(default_factory=list)
    fresh: list[bool] = field(default_factory=list)
    broken: bool = False

    async def arrive(self, arrival: Arrival, /) -> Kept:
        """Keep, and remember what was kept."""
        if self.broken:
            raise OSError
        kept = await self.door.arrive(arrival)
        self.fresh.append(kept.fresh)
        if kept.fresh:
            self.arrivals.append(await self.door.inbox.arrival(kept.turn_id))
        return kept

    async def say(self, origin: Origin, answer: Answer, *, key: str, lang: Lang) -> None:
        """Queue a word."""
        await self.door.say(origin, answer, key=key, lang=lang)

    @property
    def words(self) -> TomlWords:
        """The house's."""
        return WORDS

    async def said(self) -> list[str]:
        """What the house has queued for people."""
        return [one.outcome.text for one in await self.outbox.claim(10)]


@pytest.fixture
async def listening(tmp_path: Path) -> AsyncIterator[Listening]:
    """A house that only keeps."""
    clock, ids, database = SetClock(), TimeIds(), Database(tmp_path / "tandem.db")
    migrate(database)
    outbox = SqliteOutbox(database, clock, ids)
    door = Door(SqliteInbox(database, clock, ids), outbox, WORDS, 20, lambda _: None)
    one = Listening(door, door, clock, WecomApp(clock=clock), outbox)  # type: ignore[arg-type]  # its hook follows
    one.hook = wecom_hooks(SECRETS, one, clock)[CALLBACK]
    yield one
    database.close()


@asynccontextmanager
async def calling(listening: Listening) -> AsyncIterator[Caller]:
    """The platform, posting to the door over HTTP."""
    async with served(listening.hook) as url, Caller(listening.app, url, patience_s=10).calling() as caller:
        yield caller


@asynccontextmanager
async def served(hook: Hook) -> AsyncIterator[str]:
    """A bare server of one hook."""
    async def handle(request: web.Request) -> web.Response:
        try:
            status, headers, body = await hook(request.method, dict(request.query), {}, await request.read())
        except OSError:
            return web.Response(status=500)
        return web.Response(status=status, headers=dict(headers), body=body)

    app = web.Application()
    app.router.add_route("*", CALLBACK, handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{CALLBACK}"
    finally:
        await runner.cleanup()


def text(listening: Listening, content: str = "你好", **more: object) -> tuple[dict[str, str], bytes]:
    """One sealed text, as it is posted."""
    caller = Caller(listening.app, "")
    return caller.sealed(caller.xml("LiWei", "text", {"Content": content, "MsgId": "7001", **more}))


async def test_address_proves_that_it_is_ours(listening: Listening) -> None:
    """The echo comes back as it is, in the clear."""
    async with calling(listening) as caller:
        verified = await caller.verify("1616140317555161061")

    assert (200, b"1616140317555161061") == verified


async def test_every_kind_of_message_is_kept_and_acknowledged(listening: Listening) -> None:
    """Text, voice with and without a transcript, picture, coming in, menu: an empty 200 each, at the first try."""
    async with calling(listening) as caller:
        posted = [
            await caller.text("LiWei", " 海蓝 [emoji] 🙂 \u202eאבג ]]> & <b> "),
            await caller.voice("LiWei", recognition="两百台"),
            await caller.voice("LiWei"),
            await caller.image("LiWei", b"\xff\xd8\xff"),
            await caller.enter("LiWei"),
            await caller.menu("LiWei", "今天有哪些下一步?"),
        ]
    said, with_words, without, picture, came_in, pressed = listening.arrivals

    assert [(True, 1)] * 6 == [(one.taken, one.tries) for one in posted]
    assert isinstance(said, Utterance)
    assert (" 海蓝 [emoji] 🙂 \u202eאבג ]]> & <b> ", NOON) == (said.text, said.sent_at)
    assert Origin("wecom", CORP.corp_id, "liwei", THREAD) == said.origin
    assert isinstance(with_words, Voice)
    assert isinstance(without, Voice)
    assert ("两百台", "") == (with_words.transcript, without.transcript)
    assert without.media is not None
    assert ("voice", "audio/amr", NOON + timedelta(days=3)) == (without.media.kind, without.media.mime, without.media.expires_at)
    assert isinstance(picture, File)
    assert "image" == picture.media.kind
    assert isinstance(came_in, Opened)
    assert isinstance(pressed, Utterance)
    assert "今天有哪些下一步?" == pressed.text


async def test_press_carries_the_button_and_a_way_to_mark_the_card(listening: Listening) -> None:
    """The handle is good for 72 hours, once; pressing another button is another press."""
    card = {"card_type": "button_interaction", "task_id": CARD, "button_list": [{"key": f"{CARD}:{n}", "text": "x"} for n in (0, 1)]}
    sent = Sent(1, "liwei", "template_card", "", {"template_card": card}, NOON)
    async with calling(listening) as caller:
        await caller.press(sent, 0)
        await caller.press(sent, 1)
    first, second = listening.arrivals

    assert isinstance(first, Tap)
    assert isinstance(second, Tap)
    assert [(CARD, 0), (CARD, 1)] == [(one.message_id, one.button) for one in (first, second)]
    assert first.origin.handle is not None
    assert Handle("response_code", first.origin.handle.token, NOON + timedelta(hours=72)) == first.origin.handle


async def test_message_that_comes_again_is_acknowledged_and_not_kept_twice(listening: Listening) -> None:
    """By MsgId, whatever seal it comes in; two texts that are alike are two."""
    async with calling(listening) as caller:
        posted = [await caller.text("LiWei", "一样", msg_id="7001"), await caller.text("LiWei", "一样", msg_id="7001")]
        other = await caller.text("LiWei", "一样", msg_id="7002")

    assert [True] * 3 == [one.taken for one in (*posted, other)]
    assert [True, False, True] == listening.fresh


async def test_events_are_told_apart_though_they_have_no_id(listening: Listening) -> None:
    """By person, second, event, key and card: each coming in counts, and the same one sent again does not."""
    async with calling(listening) as caller:
        for who in ("LiWei", "ZhangMin", "LiWei"):
            await caller.enter(who)
        listening.clock.move(timedelta(seconds=1))
        await caller.enter("LiWei")
        await caller.menu("LiWei", "帮助")

    assert [True, True, False, True, True] == listening.fresh


async def test_replay_within_five_minutes_does_no_harm(listening: Listening) -> None:
    """The very same request: acknowledged, kept once; later it is refused."""
    query, body = text(listening)
    first = await listening.hook("POST", query, {}, body)
    again = await listening.hook("POST", query, {}, body)
    listening.clock.move(timedelta(seconds=301))
    late = await listening.hook("POST", query, {}, body)

    assert [(200, b""), (200, b""), (403, b"")] == [(one[0], one[2]) for one in (first, again, late)]
    assert [True, False] == listening.fresh


@pytest.mark.parametrize("kind", ["sphfeed", "miniprogram", "chatrecord", "", "汉字"])
async def test_what_cannot_be_read_is_answered_and_not_passed_over(listening: Listening, kind: str) -> None:
    """Once for each message, however often it comes."""
    caller = Caller(listening.app, "")
    query, body = caller.sealed(caller.xml("LiWei", kind or "text", {"MsgId": "9"}))
    for _ in range(2):
        assert 200 == (await listening.hook("POST", query, {}, body))[0]

    assert [WORDS.say("cannot_read_yet", Lang.ZH)] == await listening.said()
    assert [] == listening.arrivals


async def test_place_and_link_are_answered_for_what_they_are(listening: Listening) -> None:
    """They are seen, and it is said that nothing can be made of them yet."""
    async with calling(listening) as caller:
        posted = [
            await caller.location("LiWei", "上海市浦东新区"), await caller.location("ZhangMin", ""),
            await caller.link("LiWei", "海蓝年报", "https://example.com/a", "研发"),
        ]  # fmt: skip
    said = await listening.said() + await listening.said()

    assert [True] * 3 == [one.taken for one in posted]
    assert "上海市浦东新区" in said[0]
    assert "23.134521" in said[1]


@pytest.mark.parametrize("event", ["subscribe", "unsubscribe", "LOCATION", "view", "change_contact", "batch_job_result", "x"])
async def test_event_that_nobody_said_anything_by_is_acknowledged_in_silence(listening: Listening, event: str) -> None:
    """A colleague who comes into the app's range is not written to."""
    caller = Caller(listening.app, "")
    query, body = caller.sealed(caller.xml("LiWei", "event", {"Event": event, "EventKey": ""}))

    assert 200 == (await listening.hook("POST", query, {}, body))[0]
    assert ([], []) == (listening.arrivals, await listening.said())


async def test_keeping_that_fails_is_not_acknowledged(listening: Listening) -> None:
    """So WeCom sends it again, and it is answered after all."""
    listening.broken = True
    async with calling(listening) as caller:
        failed = await caller.text("LiWei", "在吗", msg_id="7001")
        listening.broken = False
        again = await caller.text("LiWei", "在吗", msg_id="7001")

    assert (500, 4, True, [True]) == (failed.status, failed.tries, again.taken, listening.fresh)


async def test_keeping_that_takes_too_long_is_given_back(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before WeCom hangs up: 503, and it comes again."""
    monkeypatch.setattr("bot.channels.wecom.door.PATIENCE_S", 0.01)
    monkeypatch.setattr(listening, "arrive", lambda _: asyncio.sleep(30))
    query, body = text(listening)

    assert 503 == (await listening.hook("POST", query, {}, body))[0]


async def test_whoever_has_too_much_waiting_is_told(listening: Listening) -> None:
    """And WeCom is told that it came."""
    async with calling(listening) as caller:
        posted = [await caller.text("LiWei", f"第{n}条") for n in range(21)]

    assert [True] * 21 == [one.taken for one in posted]
    assert 1 == len(await listening.said())


async def test_wrong_doors_say_so(listening: Listening) -> None:
    """Forged 403, unreadable 400, too large 413; a GET is judged as strictly."""
    query, body = text(listening)
    caller = Caller(listening.app, "")
    other_query, other_body = caller.sealed(caller.xml("x", "text", {"Content": "x", "MsgId": "1"}), receive_id="wwother")
    bare = caller.sealed("<xml><MsgType>text</MsgType></xml>")
    asked = {
        "another signature": ("POST", {**query, "msg_signature": "0" * 40}, body),
        "none": ("POST", {}, body),
        "another nonce": ("POST", {**query, "nonce": "1"}, body),
        "another body": ("POST", query, body.replace(b"</Encrypt>", b"A</Encrypt>")),
        "another corp": ("POST", other_query, other_body),
        "no XML": ("POST", query, b"not xml"),
        "a bomb": ("POST", query, b'<!DOCTYPE a [<!ENTITY b "c">]><xml><Encrypt>&b;</Encrypt></xml>'),
        "no sender": ("POST", bare[0], bare[1]),
        "too large": ("POST", query, b"x" * (MOST_BYTES + 1)),
        "a forged echo": ("GET", {**query, "echostr": "QUJD"}, b""),
    }
    said = {name: (await listening.hook(method, told, {}, sent))[0] for name, (method, told, sent) in asked.items()}

    assert {
        "another signature": 403, "none": 403, "another nonce": 403, "another body": 403, "another corp": 403, "no XML": 400, "a bomb": 400,
        "no sender": 400, "too large": 413, "a forged echo": 403,
    } == said
    assert [] == listening.arrivals


async def test_log_tells_why_in_one_line_and_no_word_of_anybody(listening: Listening) -> None:
    """Neither the text nor a secret, at info."""
    query, body = text(listening, "底价八十万")
    with structlog.testing.capture_logs() as lines:
        await listening.hook("POST", query, {}, body)
        await listening.hook("POST", {**query, "msg_signature": "0" * 40}, {}, body)

    told = [one for one in lines if one["log_level"] != "debug"]
    assert [("wecom_callback_refused", "signature", 403)] == [(one["event"], one["why"], one["status"]) for one in told]


def heard_as(**fields: str) -> Arrival | Unreadable | Nothing:
    """A message with these fields."""
    return heard({"MsgType": "text", "FromUserName": "LiWei", "CreateTime": "1784030400", "MsgId": "1", **fields}, "c")


@pytest.mark.parametrize("fields", [
    {"CreateTime": ""}, {"CreateTime": "x"}, {"CreateTime": "-1"}, {"CreateTime": "9" * 30}, {"CreateTime": "٣"},
    {"FromUserName": ""}, {"MsgType": ""},
])  # fmt: skip
def test_message_without_its_head_is_malformed(fields: dict[str, str]) -> None:
    """Nobody can be answered."""
    with pytest.raises(Malformed):
        heard_as(Content="x", **fields)


@pytest.mark.parametrize(
    "key", ["", "x", "approve:1", f"{CARD}:", f"{CARD}:-1", f"{CARD}:1234", f"{CARD.upper()}:1", f" {CARD}:1", f"{CARD}:1\n"]
)
def test_button_of_a_card_that_is_none_of_ours_is_no_press(key: str) -> None:
    """It is answered as something that cannot be read."""
    assert isinstance(heard_as(MsgType="event", Event="template_card_event", EventKey=key), Unreadable)


def test_selected_items_and_a_missing_code_leave_a_press_a_press() -> None:
    """What was ticked beside is not looked at; without a code there is no handle."""
    told = {"EventKey": f"{CARD}:2", "TaskId": CARD, "SelectedItems.SelectedItem.QuestionKey": "q"}
    tap = heard_as(MsgType="event", Event="template_card_event", **told)

    assert isinstance(tap, Tap)
    assert (CARD, 2, None) == (tap.message_id, tap.button, tap.origin.handle)


def test_long_keys_are_kept_short() -> None:
    """An event key may have a thousand bytes, and still tells events apart."""
    keys = {heard_as(MsgType="event", Event="click", EventKey="k" * 1000 + end).dedupe_key for end in "ab"}  # type: ignore[union-attr]

    assert (2, {64}) == (len(keys), {len(key) for key in keys})


def test_case_of_an_id_means_nothing() -> None:
    """One person, one lane."""
    lanes = {replace_sender(name).origin.thread_id for name in ("LiWei", "liwei", "LIWEI")}

    assert {ThreadId("wecom:c:liwei")} == lanes


def replace_sender(name: str) -> Utterance:
    """A text of theirs."""
    said = heard_as(Content="x", FromUserName=name)
    assert isinstance(said, Utterance)
    return said


async def test_nothing_that_is_posted_makes_the_door_fail(listening: Listening) -> None:
    """Two thousand spoilt requests, signed and not: each gets a status below 500."""
    dice, envelope = random.Random(7), Envelope(CORP.token, CORP.aes_key, CORP.corp_id, listening.clock)
    good = Caller(listening.app, "").xml("LiWei", "text", {"Content": "你好", "MsgId": "1"})
    statuses = set()
    for number in range(2000):
        inside = spoilt(good, dice).encode(errors="replace").decode()
        sealed, seal = envelope.sealed(inside)
        body = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        query = {"msg_signature": seal.signature, "timestamp": seal.timestamp, "nonce": seal.nonce}
        raw = spoilt(body, dice).encode(errors="surrogatepass") if number % 2 else body.encode()
        statuses.add((await listening.hook("POST", query, {}, raw))[0])

    assert statuses <= {200, 400, 403}
    assert {200, 400, 403} == statuses


def spoilt(good: str, dice: random.Random) -> str:
    """A text with one to three things done to it."""
    letters = "<>&;]\"'\x00\ud800汉🙂\u202e0"
    for _ in range(dice.randint(1, 3)):
        at, length = dice.randrange(len(good) + 1), dice.choice((0, 1, 5, 30))
        good = good[:at] + "".join(dice.choices(letters, k=dice.choice((0, 1, 3, 40)))) + good[at + length :]
    return good
