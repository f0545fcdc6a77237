"""Whom Slack says that somebody is, and what they sent along: fetched with our token, from Slack alone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels.slack.api import SlackApi
from bot.channels.slack.directory import SlackDirectory
from bot.channels.slack.events import heard
from bot.channels.slack.media import SlackMedia, is_sound
from bot.channels.slack.team import Team
from bot.domain.ids import ThreadId
from bot.domain.talk import File, Lang, Media, Origin, Voice
from bot.domain.transport import Profile
from bot.errors import TellUser, Upstream
from tests.fakes.senses import NOON, SetClock
from tests.fakes.slack import BOT_TOKEN, TEAM, Slack, slack_platform

MP4 = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00" + b"\x00" * 64


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A workspace."""
    async with slack_platform(SetClock()) as platform:
        yield platform


@pytest.fixture
async def api(slack: Slack) -> AsyncIterator[SlackApi]:
    """Our way to it."""
    one = SlackApi(BOT_TOKEN, slack.url)
    yield one
    await one.close()


def speaker(user: str, workspace: str = TEAM) -> Origin:
    """Somebody who wrote to us."""
    return Origin("slack", workspace, user, ThreadId("t"))


PEOPLE: list[tuple[dict[str, Any], str, Profile | None]] = [
    ({"email": "lin@example.com"}, TEAM, Profile("U1", "Lin", "lin@example.com", workspace_member=True, lang=Lang.ZH)),
    ({"email": "lin@example.com", "confirmed": False}, TEAM, Profile("U1", "Lin", "", workspace_member=True, lang=Lang.ZH)),
    ({"email": "lin@example.com", "guest": True, "locale": "en-GB"}, TEAM,
     Profile("U1", "Lin", "lin@example.com", workspace_member=True, guest=True, lang=Lang.EN)),
    ({"bot": True, "locale": "fr-FR"}, TEAM, Profile("U1", "Lin", workspace_member=True, bot=True)),
    ({"email": "lin@example.com", "team": "T9"}, "T9", Profile("U1", "Lin", lang=Lang.ZH)),
    ({"email": "lin@example.com"}, "T9", Profile("U1", "Lin", lang=Lang.ZH)),
    ({"email": "lin@example.com", "deleted": True}, TEAM, None),
]  # fmt: skip


@pytest.mark.parametrize("about, workspace, expected", PEOPLE)
async def test_person_is_whom_slack_vouches_for(
    slack: Slack, api: SlackApi, about: dict[str, Any], workspace: str, expected: Profile | None
) -> None:
    """An e-mail counts when Slack confirmed it and the person is of our workspace; guests, programs and strangers are told apart."""
    slack.person("U1", "Lin", **about)

    assert expected == await SlackDirectory(api).profile(speaker("U1", workspace))


async def test_nobody_is_known_by_an_id_that_is_none(slack: Slack, api: SlackApi) -> None:
    """Slack's no is a no, its silence is not."""
    directory = SlackDirectory(api)

    assert None is await directory.profile(speaker("U404"))
    slack.fail("error", method="users.info")
    with pytest.raises(Upstream):
        await directory.profile(speaker("U404"))


def left_in(folder: Path) -> list[Path]:
    """What lies there."""
    return list(folder.iterdir())


def sent(slack: Slack, content: bytes, mime: str = "audio/mp4") -> Media:
    """What the event of a shared file tells of it."""
    file = slack.puts_up("clip.m4a", content, mime)
    event = {"type": "message", "channel": "D1", "user": "U1", "text": "", "ts": "1784030400.000100", "files": [file]}
    found = heard({"event_id": "E", "event": event}, Team(TEAM, "", "", "UB", "B"), NOON)
    assert not isinstance(found, str)
    [arrival] = found
    assert isinstance(arrival, Voice | File)
    assert arrival.media is not None
    return arrival.media


async def test_recording_is_fetched(slack: Slack, api: SlackApi, tmp_path: Path) -> None:
    """What was put up is what lies there."""
    path = await SlackMedia(api).fetch(sent(slack, MP4), tmp_path / "a", most_bytes=1 << 20)

    assert MP4 == path.read_bytes()


@pytest.mark.parametrize("why", ["gone", "too large", "larger than told", "no recording", "elsewhere", "no address"])
async def test_what_cannot_be_had_is_told(slack: Slack, api: SlackApi, tmp_path: Path, why: str) -> None:
    """Each in words to its person; nothing is left behind, and our token goes to nobody but Slack."""
    media, most = sent(slack, MP4), 1 << 20
    match why:
        case "gone":
            slack.space.contents.clear()
        case "too large":
            most = 16
        case "larger than told":
            media, most = replace(media, size=0), 16
        case "no recording":
            media = sent(slack, b"PK\x03\x04 a zip that calls itself a clip")
        case "elsewhere":
            media = replace(media, locator=media.locator.replace("127.0.0.1", "files.example.com"))
        case _:
            media = replace(media, locator='{"id": "F404", "url": ""}')
    with pytest.raises(TellUser) as told:
        await SlackMedia(api).fetch(media, tmp_path / "a", most_bytes=most)

    expected = {"too large": "media_too_large", "larger than told": "media_too_large", "no recording": "not_readable_yet"}
    assert (expected.get(why, "media_gone"), []) == (told.value.key, left_in(tmp_path))


@pytest.mark.parametrize("why", ["no right", "failing", "cut"])
async def test_what_may_be_had_later_is_tried_later(slack: Slack, api: SlackApi, tmp_path: Path, why: str) -> None:
    """A token without the right gets Slack's sign-in page, which is nobody's recording."""
    media = sent(slack, MP4)
    if why == "no right":
        slack.space.scopes.discard("files:read")
    else:
        slack.fail("error" if why == "failing" else "drop", times=None, method="download")
    with pytest.raises(Upstream):
        await SlackMedia(api).fetch(media, tmp_path / "a", most_bytes=1 << 20)

    assert [] == left_in(tmp_path)


@pytest.mark.parametrize("begins", [b"#!AMR\n", b"OggS", b"\x1aE\xdf\xa3", b"RIFF....WAVEfmt ", MP4, b"ID3\x04", b"\xff\xf1P"])
def test_recordings_are_known_by_how_they_begin(begins: bytes) -> None:
    """Whatever they are called."""
    assert is_sound(begins)


@pytest.mark.parametrize("begins", [b"", b"PK\x03\x04", b"<!DOCTYPE html>", b"RIFF....AVI ", b"%PDF-1.7"])
def test_other_things_are_no_recordings(begins: bytes) -> None:
    """Whatever they are called."""
    assert not is_sound(begins)
