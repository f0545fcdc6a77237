"""The port `Belongings`."""

from pathlib import Path

import pytest

from bot.domain.ids import UserId
from bot.domain.records import Retention
from bot.domain.talk import Media
from bot.errors import TellUser, Upstream
from bot.store.belongings import SqliteBelongings
from bot.store.content import SqliteContent
from tests.contracts.house import Stores
from tests.fakes.media import FakeMedia

LIN, BO = UserId("lin"), UserId("bo")
PAPER = Media("file", "price list.pdf", "application/pdf", 3, "p1")
PICTURE = Media("image", "image.jpg", "image/jpeg", 3, "i1")
MB = 1 << 20


@pytest.fixture
def media() -> FakeMedia:
    """What a platform keeps."""
    return FakeMedia({"p1": b"one", "p2": b"two", "i1": b"jpg", "i2": b"jpg"})


@pytest.fixture
def belongings(stores: Stores, media: FakeMedia, tmp_path: Path) -> SqliteBelongings:
    """Of a home, at most a megabyte each."""
    return SqliteBelongings(stores.database, stores.clock, stores.ids, tmp_path / "belongings", {"slack": media}, MB)


async def test_what_came_with_a_turn_is_fetched_once(stores: Stores, belongings: SqliteBelongings, media: FakeMedia) -> None:
    """A turn that is walked again finds it there; nobody else on this machine may read it."""
    turn_id = await stores.kept()

    paths = [await belongings.fetch(turn_id, "slack", LIN, PAPER, Retention.TURN) for _ in range(2)]

    assert (1, 1, b"one") == (len({*paths}), len(media.asked), paths[0].read_bytes())
    assert (0o600, 0o700) == (paths[0].stat().st_mode & 0o777, paths[0].parent.stat().st_mode & 0o777)


async def test_a_newer_file_of_a_name_takes_the_place_of_its_owners_older_one(stores: Stores, belongings: SqliteBelongings) -> None:
    """Of nobody else's; pictures are all called the same by phones, so each stays."""
    for owner, what in ((LIN, PAPER), (BO, PAPER), (LIN, Media("file", PAPER.name, "", 3, "p2")), (LIN, PICTURE), (LIN, PICTURE)):
        await belongings.fetch(await stores.kept(), "slack", owner, what, Retention.TURN)
    lying = sorted((path.parent.name, path.suffix, path.read_bytes()) for path in belongings.folder.rglob("*.*") if path.is_file())

    assert [("bo", ".pdf", b"one"), ("lin", ".jpg", b"jpg"), ("lin", ".jpg", b"jpg"), ("lin", ".pdf", b"two")] == lying


@pytest.mark.parametrize("name", ["../../evil.pdf", "/etc/passwd", ".hidden", "a/b\\c.pdf", "\u202egnp.exe", "", "x" * 500 + ".pdf"])
async def test_a_name_leads_nowhere_else(stores: Stores, belongings: SqliteBelongings, name: str) -> None:
    """Whatever a sender calls a file, it lies in its owner's folder and can be seen."""
    path = await belongings.fetch(await stores.kept(), "slack", LIN, Media("file", name, "", 3, "p1"), Retention.TURN)

    assert (belongings.folder / LIN, True, False) == (path.resolve().parent, path.is_file(), path.name.startswith("."))


@pytest.mark.parametrize(
    "what, channel, key",
    [
        (Media("file", "a.pdf", "", 2 * MB, "p1"), "slack", "media_too_large"),
        (Media("file", "a.pdf", "", 0, "large"), "slack", "media_too_large"),
        (Media("file", "a.pdf", "", 0, "empty"), "slack", "upload_empty"),
        (Media("file", "a.pdf", "", 0, "gone"), "slack", "media_gone"),
        (PAPER, "wecom", "not_readable_yet"),
    ],
)
async def test_what_cannot_be_had_is_told(
    stores: Stores, belongings: SqliteBelongings, media: FakeMedia, what: Media, channel: str, key: str
) -> None:
    """By a sentence each; nothing is left lying about."""
    media.kept |= {"large": b"x" * (MB + 1), "empty": b""}
    with pytest.raises(TellUser) as told:
        await belongings.fetch(await stores.kept(), channel, LIN, what, Retention.TURN)

    assert (key, []) == (told.value.key, [path for path in belongings.folder.rglob("*") if path.is_file()])


async def test_what_failed_for_a_moment_is_had_the_next_time(stores: Stores, belongings: SqliteBelongings, media: FakeMedia) -> None:
    """A failure of the platform passes through; the next try begins anew."""
    turn_id, media.troubles = await stores.kept(), [Upstream("slack")]
    with pytest.raises(Upstream):
        await belongings.fetch(turn_id, "slack", LIN, PAPER, Retention.TURN)

    assert b"one" == (await belongings.fetch(turn_id, "slack", LIN, PAPER, Retention.TURN)).read_bytes()


async def test_a_file_goes_with_its_content(stores: Stores, belongings: SqliteBelongings) -> None:
    """By its class; one that was replaced in time stays for as long as the newer one."""
    content = SqliteContent(stores.database, stores.clock, belongings.sweep)
    turns = [(await stores.settled()).turn_id for _ in range(3)]
    for _ in range(3):
        await stores.outbox.delivered((await stores.claim_one()).id, "r")
    voice = await belongings.fetch(turns[0], "slack", LIN, Media("voice", "v.amr", "", 3, "i1"), Retention.AUDIO)
    paper = await belongings.fetch(turns[1], "slack", LIN, PAPER, Retention.TURN)
    stores.move(days=20)
    await belongings.fetch(turns[2], "slack", LIN, Media("file", PAPER.name, "", 3, "p2"), Retention.TURN)
    stores.move(days=20)

    await content.purge({"audio": 30, "turn": 30})
    first = (voice.exists(), paper.exists())
    stores.move(days=20)
    await content.purge({"audio": 30, "turn": 30})

    assert ((False, True), False) == (first, paper.exists())
