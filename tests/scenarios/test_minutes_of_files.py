"""Talk that people send as a file becomes minutes, in a whole house; other files stay what they were."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from docx import Document

from bot.bootstrap import Opened, opened
from bot.config import load
from bot.domain.ids import RecordId, TurnId, UserId
from bot.domain.people import Role, User
from bot.domain.records import Cause, Import, Retention
from bot.domain.talk import File, Media, Origin, Press, Utterance, direct_thread
from bot.engine.direct import Direct
from bot.home import Home
from bot.senses import SystemClock, TimeIds
from bot.store.belongings import SqliteBelongings
from bot.store.database import Database
from bot.store.inbox import SqliteInbox
from bot.store.migrations import migrate
from bot.store.records import SqliteRecords
from bot.store.users import SqliteUsers
from tests.fakes.media import FakeMedia

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOON = datetime(2026, 6, 10, 4, tzinfo=UTC)
LIN = User(UserId("lin"), "林晓", "lin@example.com", Role.REP, "east", "Asia/Shanghai")
TALK = """北岭印务沟通会 2026-06-09
[00:05] 林晓: 今天想听听产线的情况
[00:31] 莫主任: 色差老是对不上,上个月客户退了三批货
[01:10] 林晓: 那咱们先上一号机
[01:20] 莫主任: 行,先上一号机
[02:02] 林晓: 我下周三之前出一份排版方案
[03:20] 莫主任: 预算已经批了,七月底之前要定下来
[04:10] 莫主任: 私下说一句,我们厂长月底要走了,别外传"""
CUES = "WEBVTT\n\n" + "\n\n".join(
    f"00:0{at}:00.000 --> 00:0{at}:09.000\n<v {name}>{said}</v>"
    for at, (name, said) in enumerate((
        ("林晓", "今天想听听北岭印务产线的情况"), ("莫主任", "色差老是对不上,上个月客户退了三批货"), ("林晓", "我下周三之前出一份排版方案"),
    ))
)  # fmt: skip
BOOK = (
    Import(RecordId("acc"), "account", {"name": "北岭印务", "short_name": "北岭", "owner": "lin", "owner_name": "林晓", "team": "east"}),
    Import(RecordId("mo"), "contact", {
        "name": "莫志远", "title": "生产主任", "account": "acc", "account_name": "北岭印务", "owner": "lin", "owner_name": "林晓",
    }),
)  # fmt: skip


def word_file() -> bytes:
    """The talk as a Word document."""
    document, into = Document(), io.BytesIO()
    document.add_heading("会议纪要", level=1)
    for line in TALK.splitlines():
        document.add_paragraph(line)
    document.save(into)
    return into.getvalue()


FILES = {
    "talk.txt": TALK.encode(), "talk.vtt": CUES.encode(), "talk.docx": word_file(),
    "notes.md": b"# Terms\n\nThirty days net.\n",
}


@dataclass
class Rooms:
    """A house, and a rep who sends files to it. The page's channel stands for any chat."""

    here: Opened
    inbox: SqliteInbox
    belongings: SqliteBelongings
    records: SqliteRecords
    number: int = 0

    async def sends(self, name: str, text: str = "") -> tuple[str, str]:
        """She sends a file, with a word or without; the skill that answered, and the answer."""
        sent = File(self._origin(), self._key(), NOON, Media("file", name, "", 0, name), text)
        kept = await self.inbox.keep(sent, backlog=9)
        await self.belongings.fetch(kept.turn_id, "web", LIN.id, sent.media, Retention.TURN)
        return await self._told(sent)

    async def says(self, text: str) -> tuple[str, str]:
        """She says something."""
        return await self._told(Utterance(self._origin(), self._key(), text, NOON))

    async def saves(self) -> None:
        """She presses Save on her newest draft."""
        newest = (await self.here.drafts.open_of(LIN.id))[0]
        await self._through(Press(self._origin(), self._key(), newest.id, newest.revision, "save", NOON))

    def _origin(self) -> Origin:
        return Origin("web", "", LIN.id, direct_thread("web", "", LIN.id))

    def _key(self) -> str:
        self.number += 1
        return f"k{self.number}"

    async def _through(self, arrival: File | Utterance | Press) -> TurnId:
        house = self.here.house
        kept = await house.door.arrive(arrival)
        async with asyncio.timeout(60):
            while not await house.inbox.is_settled(kept.turn_id):  # noqa: ASYNC110 - asked as a person would look
                await asyncio.sleep(0.01)
        return kept.turn_id

    async def _told(self, arrival: File | Utterance) -> tuple[str, str]:
        story = await self.here.house.ledger.decision_of(await self._through(arrival))
        assert story is not None
        return story.made.skill, story.text or ""


@asynccontextmanager
async def _housed(folder: Path) -> AsyncIterator[Rooms]:
    (folder / "config.toml").write_text("", encoding="utf-8")
    home, media = Home(folder / "home"), FakeMedia(FILES)
    with home.held():
        database, clock, ids = Database(home.truth), SystemClock(), TimeIds()
        migrate(database)
        await SqliteUsers(database, clock, ids).seed([LIN])
        async with opened(load(folder / "config.toml", {}), home, Direct, serving=False) as here:
            records = SqliteRecords(database, clock, ids)
            await records.put_many(BOOK, cause=Cause("system"))
            belongings = SqliteBelongings(database, clock, ids, home.belongings, {"web": media}, 1 << 20)
            yield Rooms(here, SqliteInbox(database, clock, ids), belongings, records)
        database.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    """One for all."""
    async with _housed(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


@pytest.mark.parametrize("name", ["talk.txt", "talk.vtt", "talk.docx"])
async def test_a_file_of_talk_becomes_minutes(rooms: Rooms, name: str) -> None:
    """Without a word beside it: by its look, in whatever file it comes."""
    skill, text = await rooms.sends(name)

    assert "meeting_minutes" == skill
    assert "“色差老是对不上,上个月客户退了三批货”(莫主任" in text
    assert "6/17 下周三之前出一份排版方案" in text


async def test_saved_minutes_are_touchpoint_task_and_fields(rooms: Rooms) -> None:
    """One press saves all; the account's field keeps its history, and names the file and the day."""
    await rooms.sends("talk.txt", "整理成纪要")
    await rooms.saves()
    touchpoint = (await rooms.records.page("touchpoint")).items[-1]
    task = (await rooms.records.page("task")).items[-1]
    history = [one for one in await rooms.records.history(RecordId("acc")) if one.field == "biggest_pain"]

    assert ("acc", "莫志远", "meeting") == tuple(touchpoint.fields[name] for name in ("account", "contact_name", "kind"))
    assert ("lin", "2026-06-17") == tuple(task.fields[name] for name in ("owner", "due_date"))
    assert "“色差老是对不上,上个月客户退了三批货”(莫主任 00:31)【2026-06-09会议】" == history[-1].after
    assert (history[-1].evidence and history[-1].evidence.source) == "talk.txt"


async def test_what_was_confided_turns_up_in_no_search(rooms: Rooms) -> None:
    """The file is kept and not taken in; nothing saved holds it."""
    await rooms.sends("talk.txt")
    await rooms.saves()
    _, told = await rooms.says("北岭印务的厂长要走了吗?")
    kept = [one.fields for kind in ("touchpoint", "task", "account") for one in (await rooms.records.page(kind)).items]

    assert (False, False) == ("月底" in told, "厂长" in str(kept))


async def test_a_file_that_is_no_talk_is_taken_in(rooms: Rooms) -> None:
    """As before."""
    skill, text = await rooms.sends("notes.md")

    assert ("house", True) == (skill, "notes.md" in text)


async def test_pasted_talk_becomes_minutes(rooms: Rooms) -> None:
    """By its look, as a file does."""
    skill, text = await rooms.says(TALK)

    assert ("meeting_minutes", "北岭·6/9会议:1个痛点、1个决定、1件事。") == (skill, text.split("最大的痛")[0])
