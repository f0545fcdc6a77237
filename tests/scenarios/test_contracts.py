"""Two versions of a contract on the whole road: as files, one after the other; why; a redline; legal at the gate; the signing."""

import asyncio
import base64
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio
from docx import Document

from bot.bootstrap import Opened, opened
from bot.config import load
from bot.domain.ids import RecordId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import EVERYONE, Role, User
from bot.domain.records import Cause, Import, Retention
from bot.domain.talk import File, Lang, Media, Origin, Press, Utterance, direct_thread
from bot.engine.direct import Direct
from bot.home import Home
from bot.senses import SystemClock, TimeIds
from bot.store.belongings import SqliteBelongings
from bot.store.database import Database
from bot.store.inbox import SqliteInbox
from bot.store.migrations import migrate
from bot.store.outbox import SqliteOutbox
from bot.store.papers import SqlitePapers
from bot.store.records import SqliteRecords
from bot.store.users import SqliteUsers
from tests.fakes.media import FakeMedia

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIN = User(UserId("lin"), "林晓", "lin@example.com", Role.REP, "east", "Asia/Shanghai")
MEI = User(UserId("mei"), "梅律师", "mei@example.com", Role.LEGAL, "", "Asia/Shanghai")
BOOK = (
    Import(RecordId("acc"), "account", {
        "name": "云坊乳业", "short_name": "云坊", "owner": "lin", "owner_name": "林晓", "team": "east", "pays_late_days": 18,
    }),
)  # fmt: skip
FIRST = """# 巴氏线改造供货合同
甲方(买方):云坊乳业有限公司
乙方(卖方):衡屿传感有限公司
# 第一条 标的
乙方向甲方出售巴氏杀菌线温控模块60套,合同总价人民币960,000元。
# 第二条 交货
乙方于收到预付款后30日内交货至甲方二号车间。
# 第三条 付款
甲方应于验收合格后30日内付清全部货款。
# 第四条 质保
质保期12个月,自验收合格之日起算。
# 第五条 责任上限
任何一方的赔偿总额不超过合同总价的100%,间接损失不予赔偿。
# 第六条 期限
本合同有效期一年。任何一方可在期满前60日书面通知对方不再续约。
# 第七条 争议解决
本合同适用中国法律,由乙方所在地人民法院管辖。
"""
SECOND = FIRST.replace("验收合格后30日内", "验收合格后90日内").replace(
    "任何一方的赔偿总额不超过合同总价的100%,间接损失不予赔偿。", "乙方应赔偿甲方因此遭受的一切损失,包括间接损失。"
)


def word_file(lines: str) -> bytes:
    """A contract as a Word document."""
    document, into = Document(), io.BytesIO()
    document.styles["Normal"].font.name = "Gotha"
    for line in lines.splitlines():
        if line.startswith("# "):
            document.add_heading(line[2:], level=1)
        else:
            document.add_paragraph(line)
    document.save(into)
    return into.getvalue()


FILES = {
    "云坊合同v1.docx": word_file(FIRST), "云坊合同v2.docx": word_file(SECOND), "云坊合同v2.md": SECOND.encode(),
    "broken-contract.docx": b"PK\x03\x04nothing", "notes.md": b"# Terms\n\nThirty days net.\n",
}  # fmt: skip


@dataclass
class Rooms:
    """A house with a rep and a lawyer. The page's channel stands for any chat."""

    here: Opened
    database: Database
    inbox: SqliteInbox
    belongings: SqliteBelongings
    records: SqliteRecords
    number: int = 0

    async def sends(self, name: str, text: str = "", by: User = LIN) -> Answer:
        """Somebody sends a file, with a word or without; the answer."""
        sent = File(self._origin(by), self._key(), SystemClock().now(), Media("file", name, "", 0, name), text)
        kept = await self.inbox.keep(sent, backlog=9)
        await self.belongings.fetch(kept.turn_id, "web", by.id, sent.media, Retention.TURN)
        return await self._told(sent)

    async def says(self, text: str, by: User = LIN) -> Answer:
        """Somebody says something."""
        return await self._told(Utterance(self._origin(by), self._key(), text, SystemClock().now()))

    async def presses(self, action: str) -> None:
        """She presses a button on her newest draft."""
        newest = (await self.here.drafts.open_of(LIN.id))[0]
        await self._through(Press(self._origin(LIN), self._key(), newest.id, newest.revision, action, SystemClock().now()))

    async def forgets(self) -> None:
        """A new topic, and all contracts gone."""
        await self.says("新话题")
        await self.database.write(lambda database: database.execute("DELETE FROM papers"))

    def _origin(self, user: User) -> Origin:
        return Origin("web", "", user.id, direct_thread("web", "", user.id))

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

    async def _told(self, arrival: File | Utterance) -> Answer:
        turn_id = await self._through(arrival)
        rows = await self.database.read(
            lambda database: list(database.query("SELECT id FROM outbox WHERE turn_id = :id", {"id": turn_id}))
        )
        message = await SqliteOutbox(self.database, SystemClock(), TimeIds()).message(rows[0]["id"])
        assert message is not None
        return cast("Answer", message.outcome)  # what is looked at of a draft is in both


@asynccontextmanager
async def _housed(folder: Path) -> AsyncIterator[Rooms]:
    (folder / "config.toml").write_text("", encoding="utf-8")
    home, media = Home(folder / "home"), FakeMedia(FILES)
    with home.held():
        database, clock, ids = Database(home.truth), SystemClock(), TimeIds()
        migrate(database)
        await SqliteUsers(database, clock, ids).seed([LIN, MEI])
        async with opened(load(folder / "config.toml", {}), home, Direct, serving=False) as here:
            records = SqliteRecords(database, clock, ids)
            await records.put_many(BOOK, cause=Cause("system"))
            belongings = SqliteBelongings(database, clock, ids, home.belongings, {"web": media}, 1 << 20)
            yield Rooms(here, database, SqliteInbox(database, clock, ids), belongings, records)
        database.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    """One for all."""
    async with _housed(tmp_path_factory.mktemp("rooms")) as rooms:
        yield rooms


@pytest_asyncio.fixture(loop_scope="module")
async def rooms(house: Rooms) -> Rooms:
    """Nothing sent yet."""
    await house.forgets()
    return house


async def test_two_files_one_after_the_other_are_compared(rooms: Rooms) -> None:
    """The first is asked about and waits; with the second comes the verdict, the gravest first."""
    first = await rooms.sends("云坊合同v1.docx")
    second = await rooms.sends("云坊合同v2.docx")

    assert ("收到。跟哪份比?", ["上一版", "标准模板", "等另一份"]) == (first.text, [one.label for one in first.buttons])
    assert second.text.startswith("2处改动,2处高风险,先别签:①付款30→90日(§3)②责任上限改了(§5)")
    assert ["全部", "修订版", "送法务"] == [one.label for one in second.buttons]


async def test_versions_are_told_by_their_names(rooms: Rooms) -> None:
    """The newer one may come first, and in another format."""
    await rooms.sends("云坊合同v2.md")
    told = await rooms.sends("云坊合同v1.docx")

    assert "付款30→90日" in told.text


async def test_why_is_answered_with_rule_wordings_and_habit(rooms: Rooms) -> None:
    """In plain words, with nothing but the thread to tell what is meant."""
    await rooms.sends("云坊合同v1.docx")
    await rooms.sends("云坊合同v2.docx")
    told = await rooms.says("90天为啥算高?")

    assert "条款库P-01" in told.text
    assert "他家平均还晚18天" in told.text
    assert ["甲方应于验收合格后30日内付清全部货款。", "甲方应于验收合格后90日内付清全部货款。"] == [one.quote for one in told.evidence[:2]]


async def test_a_clause_is_quoted(rooms: Rooms) -> None:
    """One contract is enough to be asked about."""
    await rooms.sends("云坊合同v1.docx")
    told = await rooms.says("这份合同的责任上限是多少?")

    assert "“任何一方的赔偿总额不超过合同总价的100%,间接损失不予赔偿。”(§5)" == told.text


async def test_the_redline_goes_with_the_answer(rooms: Rooms) -> None:
    """A file of Word as the old one is formatted, with tracked changes and comments by Tandem."""
    await rooms.sends("云坊合同v1.docx")
    await rooms.sends("云坊合同v2.docx")
    told = await rooms.says("[对比合同] 修订版")
    assert told.enclosed is not None
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(told.enclosed.base64))) as packed:
        body, comments, styles = (packed.read(f"word/{name}.xml").decode() for name in ("document", "comments", "styles"))

    assert ("云坊合同v2-修订版.docx", True) == (told.enclosed.name, "Gotha" in styles)
    assert (True, True, True) == ("<w:ins " in body, "<w:del " in body, "P-01" in comments)


async def test_a_signing_of_high_risk_waits_for_legal(rooms: Rooms) -> None:
    """Its author cannot save it; legal's approval does, and the signing is told as an event with the terms that renewals live by."""
    await rooms.sends("云坊合同v1.docx")
    await rooms.sends("云坊合同v2.docx")
    drafted = await rooms.says("这份合同签了")
    before = len((await rooms.records.page("contract")).items)
    await rooms.presses("save")
    alone = len((await rooms.records.page("contract")).items)
    await rooms.presses("submit")
    reviews = rooms.here.house.reviews
    assert reviews is not None
    review = next(iter(await reviews.waiting_for(MEI.id)))
    await reviews.approve(review.ref, MEI.id, turn_id=TurnId("t-approve"))
    saved = (await rooms.records.page("contract")).items[-1].fields
    events = await rooms.database.read(lambda database: list(database.query("SELECT payload FROM events WHERE type = 'contract.signed'")))

    assert "梅律师" in drafted.text
    assert 0 == alone - before
    assert ("active", 960000.0, 90, 60) == tuple(saved[name] for name in ("status", "value", "payment_days", "notice_days"))
    assert [saved["notice_date"]] == [json.loads(one["payload"])["notice_date"] for one in events]


async def test_a_draft_is_held_against_our_standard(rooms: Rooms, tmp_path: Path) -> None:
    """The library's own, as far as the speaker may read it; its headings are clauses, too."""
    file = tmp_path / "标准供货合同.docx"
    file.write_bytes(word_file(FIRST))
    async for _ in rooms.here.house.library.ingest([file], EVERYONE, Lang.ZH):
        pass
    await rooms.sends("云坊合同v2.docx")
    told = await rooms.says("[对比合同] 标准模板")

    assert "2处改动,2处高风险,先别签:①付款30→90日(§3)②责任上限改了(§5)" == told.text.splitlines()[0]


async def test_what_cannot_be_read_says_why(rooms: Rooms) -> None:
    """One clear line, and nothing is compared."""
    told = await rooms.sends("broken-contract.docx")

    assert ("broken-contract.docx", 1) == (told.text.partition(":")[0], len(told.text.splitlines()))


async def test_a_file_that_is_no_contract_is_taken_in(rooms: Rooms) -> None:
    """As before."""
    assert "notes.md" in (await rooms.sends("notes.md")).text


async def test_nobody_reads_the_contracts_of_another(rooms: Rooms) -> None:
    """Not even legal, who did not send them."""
    await rooms.sends("云坊合同v1.docx")
    papers = SqlitePapers(rooms.database, SystemClock(), TimeIds())
    mine = await papers.of_owner(LIN.id)

    assert (1, 0, None) == (len(mine), len(await papers.of_owner(MEI.id)), await papers.paper(mine[0].id, MEI.id))
