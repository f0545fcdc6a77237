"""Our client of WeCom's API against the fake platform over HTTP: one token for all, bounded tries, every failure by its name."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.wecom.client import App, TooLarge, WecomClient
from bot.channels.wecom.directory import WecomDirectory
from bot.channels.wecom.errors import FAULTS, SHAPE, Refusal, Refused, fault, passed_on
from bot.channels.wecom.media import WecomMedia
from bot.domain.talk import Lang, Media, Origin, direct_thread
from bot.errors import TellUser, Undeliverable, Unsure, Upstream
from bot.words import TomlWords, read_sentences
from tests.fakes.senses import SetClock
from tests.fakes.wecom import CORP, WecomApp

WORDS = TomlWords(read_sentences(Path(__file__).parents[2] / "bot" / "strings.toml"))
TEXT = {"touser": "liwei", "msgtype": "text", "text": {"content": "你好"}}
AMR = b"#!AMR\n" + bytes(64)


@dataclass
class Line:
    """Our client, and the platform at its other end."""

    client: WecomClient
    app: WecomApp
    clock: SetClock


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """Both, at noon."""
    clock = SetClock()
    async with WecomApp(clock=clock).running() as app:
        client = WecomClient(app.url, App(CORP.corp_id, CORP.agent_id, CORP.secret), clock)
        yield Line(client, app, clock)
        await client.close()


async def test_fifty_at_once_ask_for_one_token(line: Line) -> None:
    """The flight is shared."""
    await asyncio.gather(*(line.client.user("liwei") for _ in range(50)))

    assert (1, 50) == (line.app.calls["gettoken"], line.app.calls["user/get"])


async def test_fifty_at_once_replace_an_ended_token_once(line: Line) -> None:
    """A token that ended before its time is asked for anew by the first, and handed to the rest."""
    await line.client.user("liwei")
    line.app.expire_token()
    told = await asyncio.gather(*(line.client.user("liwei") for _ in range(50)))

    assert (2, {"李伟"}) == (line.app.calls["gettoken"], {one["name"] for one in told})


async def test_one_that_hangs_up_takes_the_token_from_nobody(line: Line) -> None:
    """The flight goes on for who still waits."""
    gone = asyncio.create_task(line.client.user("liwei"))
    waits = asyncio.create_task(line.client.user("liwei"))
    await asyncio.sleep(0)
    gone.cancel()

    assert "李伟" == (await waits)["name"]
    assert 1 == line.app.calls["gettoken"]


async def test_token_is_replaced_a_minute_before_its_end(line: Line) -> None:
    """Not at 7,139 s, and at 7,140."""
    await line.client.user("liwei")
    line.clock.move(timedelta(seconds=7139))
    await line.client.user("liwei")
    before = line.app.calls["gettoken"]
    line.clock.move(timedelta(seconds=1))
    await line.client.user("liwei")

    assert (1, 2) == (before, line.app.calls["gettoken"])


async def test_lasting_40014_is_asked_about_within_bounds(line: Line) -> None:
    """Twice for the first call; then a refused new token is let rest, and nobody recurses."""
    line.app.refusing = 40014
    codes = []
    for _ in range(20):
        with pytest.raises(Refusal) as refused:
            await line.client.send(TEXT)
        codes.append(refused.value.code)

    assert {40014} == set(codes)
    assert (2, 21) == (line.app.calls["gettoken"], line.app.calls["message/send"])


async def test_token_that_is_refused_for_an_hour_works_again_after_it(line: Line) -> None:
    """What was refused is asked for again once it has rested."""
    line.app.refusing = 42001
    with pytest.raises(Refusal):
        await line.client.send(TEXT)
    line.clock.move(timedelta(hours=1))
    line.app.refusing = 0
    await line.client.send(TEXT)

    assert 1 == len(line.app.messages)


async def test_failing_token_is_told_to_all_who_wait(line: Line) -> None:
    """Fifty hear of one failure of one request."""
    line.app.mood = "500"
    told = await asyncio.gather(*(line.client.user("liwei") for _ in range(50)), return_exceptions=True)

    assert {Upstream} == {type(one) for one in told}
    assert 1 == line.app.calls["gettoken"]


@pytest.mark.parametrize("mood, wanted", [("500", Upstream), ("drop", Unsure)])
async def test_failure_while_sending_says_whether_it_may_have_arrived(line: Line, mood: str, wanted: type[Exception]) -> None:
    """A server in trouble took nothing; a line that was cut may have."""
    await line.client.try_token()
    line.app.moods = [mood]
    with pytest.raises(wanted):
        await line.client.send(TEXT)
    await line.client.send(TEXT)

    assert 1 == len(line.app.messages)


async def test_hanging_platform_is_left(line: Line) -> None:
    """After our own deadline, not after the platform's."""
    hasty = WecomClient(line.app.url, line.client.app, line.clock, within_s=0.2)
    await hasty.try_token()
    line.app.mood = "hang"
    with pytest.raises(Unsure):
        await hasty.send(TEXT)
    with pytest.raises(Upstream):
        await hasty.user("liwei")
    await hasty.close()

    assert [] == line.app.messages


async def test_nobody_at_home_is_upstream() -> None:
    """Nothing was sent, so it may be tried again."""
    client = WecomClient("http://127.0.0.1:9", App("c", 1, "s"), SetClock())
    with pytest.raises(Upstream):
        await client.send(TEXT)
    await client.close()


async def test_address_that_is_not_trusted_is_named(line: Line) -> None:
    """60020 comes with the address that WeCom saw: what the admin must add."""
    line.app.trusted = False
    with pytest.raises(Refusal) as refused:
        await line.client.send(TEXT)
    with pytest.raises(Refused) as passed:
        passed_on(refused.value, WORDS, Lang.ZH)

    assert "203.0.113.7" in str(passed.value)
    assert "企业可信IP" in str(passed.value)
    assert 60 == passed.value.retry_after_s


@pytest.mark.parametrize("said, address", [
    ("not allow to access from your ip, hint: [1], from ip: 10.2.3.4, more info", "10.2.3.4"),
    ("from ip: 2001:db8::7, more", "2001:db8::7"), ("from ip:1.2.3.4", "1.2.3.4"), ("nothing", ""),
])  # fmt: skip
def test_address_is_found_in_what_wecom_says(said: str, address: str) -> None:
    """In either form."""
    assert address == Refusal(60020, said).address


@pytest.mark.parametrize("lang", list(Lang))
def test_every_errcode_has_a_sentence_and_somebody_who_acts(lang: Lang) -> None:
    """With the code in it, for who looks it up; and it is known whether another try makes sense."""
    for code in sorted({*FAULTS, *SHAPE, 99_999}):
        with pytest.raises((Refused, Undeliverable)) as passed:
            passed_on(Refusal(code, "from ip: 10.0.0.1"), WORDS, lang)

        assert str(code) in str(passed.value)
        assert isinstance(passed.value, Undeliverable) is (fault(code).wait_s is None)


@pytest.mark.parametrize("code", [60020, 40001, 40056, 45009, 45033, 48002, 60011, 50001, 90236, -1])
def test_what_an_admin_or_time_can_mend_is_kept_for_later(code: int) -> None:
    """Nothing is given up over it."""
    assert (fault(code).wait_s or 0) > 0


@pytest.mark.parametrize("code", [81013, 60111, 40008, 45002])
def test_what_cannot_be_mended_is_given_up_at_once(code: int) -> None:
    """Nobody there, or a shape that WeCom does not take."""
    assert fault(code).wait_s is None


def files_in(folder: Path) -> list[Path]:
    """What lies there."""
    return list(folder.iterdir())


def media(locator: str, kind: str = "voice") -> Media:
    """Something that was sent."""
    return Media(kind, "x", "x/y", 0, f'{{"media_id": "{locator}"}}')


async def test_voice_is_fetched_while_wecom_keeps_it(line: Line, tmp_path: Path) -> None:
    """To the byte; also when the token ended meanwhile."""
    kept = line.app.keep("voice", "voice.amr", AMR)
    await line.client.try_token()
    line.app.expire_token()
    got = await WecomMedia(line.client).fetch(media(kept), tmp_path / "v.amr", most_bytes=1000)

    assert AMR == got.read_bytes()


async def test_media_that_wecom_has_no_more_is_said_so(line: Line, tmp_path: Path) -> None:
    """After three days."""
    kept = line.app.keep("voice", "voice.amr", AMR)
    line.clock.move(timedelta(days=3))
    with pytest.raises(TellUser) as told:
        await WecomMedia(line.client).fetch(media(kept), tmp_path / "v.amr", most_bytes=1000)

    assert "media_gone" == told.value.key
    assert not (tmp_path / "v.amr").exists()


@pytest.mark.parametrize("kind, data", [
    ("voice", b"PK\x03\x04" + bytes(64)), ("voice", b""), ("voice", b"<html>"), ("image", AMR), ("image", b"MZ" + bytes(64)),
])  # fmt: skip
async def test_file_that_is_not_of_its_kind_is_not_kept(line: Line, tmp_path: Path, kind: str, data: bytes) -> None:
    """A voice message that is a ZIP stays outside."""
    kept = line.app.keep(kind, "x", data)
    with pytest.raises(TellUser) as told:
        await WecomMedia(line.client).fetch(media(kept, kind), tmp_path / "x", most_bytes=1000)

    assert ("media_not_that", []) == (told.value.key, files_in(tmp_path))


async def test_file_is_bounded_while_it_comes(line: Line, tmp_path: Path) -> None:
    """Whatever was said about its size."""
    kept = line.app.keep("voice", "voice.amr", AMR + bytes(5000))
    with pytest.raises(TooLarge):
        await line.client.fetch(kept, tmp_path / "x", most_bytes=5000)
    with pytest.raises(TellUser) as told:
        await WecomMedia(line.client).fetch(media(kept), tmp_path / "x", most_bytes=5000)

    assert ("media_too_large", []) == (told.value.key, files_in(tmp_path))


async def test_member_is_known_by_name_and_a_stranger_is_nobody(line: Line) -> None:
    """Emoji and right-to-left names come as they are; an e-mail that WeCom does not vouch for never does."""
    name = "🙂 \u202eאבג 李"
    line.app.members["liwei"] = {"name": name, "email": "boss@example.com"}
    directory = WecomDirectory(line.client)
    profiles = [await directory.profile(Origin("wecom", CORP.corp_id, who, direct_thread("wecom", "c", who))) for who in ("LiWei", "gone")]

    assert profiles[0] is not None
    assert (name, "", True) == (profiles[0].name, profiles[0].email, profiles[0].workspace_member)
    assert profiles[1] is None


async def test_directory_that_is_away_is_upstream(line: Line) -> None:
    """Nobody is called a stranger because WeCom is busy."""
    line.app.refusing = 60020
    with pytest.raises(Upstream):
        await WecomDirectory(line.client).profile(Origin("wecom", "c", "liwei", direct_thread("wecom", "c", "liwei")))
