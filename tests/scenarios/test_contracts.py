"""Two versions of a contract on the whole road: as files, one after the other; why; a redline; legal at the gate; the signing."""

import asyncio
import base64
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pytest
import pytest_asyncio
from docx import Document

from bot.bootstrap import Opened, opened
from bot.config import load
from bot.domain.drafted import grounds_for
from bot.domain.ids import RecordId, TurnId, UserId
from bot.domain.outcome import Answer, Draft
from bot.domain.people import EVERYONE, Role, User, speaker_of
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
from tests.papers import drawn, locked

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


PASSWORD, WRONG_ONE = "Qm7-vault-0412", "Nope-9931-wrong"
DATED = FIRST.replace("# 第一条", "签订日期:2026年3月1日\n# 第一条", 1)


ENGLISH = (
    "SUPPLY AGREEMENT", "Supplier: Hengyu Sensors Ltd. Customer: Yunfang Dairy Co.", "1. Goods", "The Supplier sells 60 modules.",
    "2. Payment", "The Customer pays within 30 days of acceptance.", "3. Limitation of liability",
    "Neither party is liable for more than 100% of the contract price.", "4. Term", "This agreement is valid for one year.",
)  # fmt: skip


def made() -> dict[str, bytes]:
    """What is sent under a password."""
    with TemporaryDirectory() as folder:
        found = {}
        for name, lines in (("云坊锁.docx", FIRST), ("云坊合同锁v1.docx", FIRST), ("云坊合同锁v2.docx", SECOND)):
            path = Path(folder) / name
            path.write_bytes(word_file(lines))
            found[name] = locked(path, PASSWORD).read_bytes()
        page = drawn(Path(folder) / "a.pdf", *((40.0, 700.0 - 24 * at, line) for at, line in enumerate(ENGLISH)), password=PASSWORD)
        return {**found, "云坊合同锁.pdf": page.read_bytes()}


TERMS = ("value", "currency", "start_date", "end_date", "notice_date", "payment_days")


def files_of(home: Home) -> list[Path]:
    """Every file of a home."""
    return [path for path in home.folder.rglob("*") if path.is_file()]


FILES = {
    "云坊合同v3.docx": word_file(SECOND.replace("二号车间", "三号车间")), "云坊合同-他们.docx": word_file(SECOND),
    "云坊合同-我们.docx": word_file(FIRST), "云坊合同-甲.md": DATED.encode(),
    "云坊合同-乙.md": DATED.replace("3月1日", "3月9日").replace("30日内付清", "90日内付清").encode(), **made(),
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
    home: Home
    number: int = 0

    async def sends(self, name: str, text: str = "", by: User = LIN, after: str = "") -> Answer:
        """Somebody sends a file, with a word or without, maybe as a reply; the answer."""
        sent = File(self.origin(by), self._key(), SystemClock().now(), Media("file", name, "", 0, name), text, 0, after)
        await self._fetched(sent, by)
        return await self._told(sent)

    async def sends_together(self, *names: str, text: str = "") -> list[Answer]:
        """She sends files as one message; all that she is told."""
        message, told = self._key(), list[Answer]()
        for place, name in enumerate(names):
            media, left = Media("file", name, "", 0, name), len(names) - 1 - place
            now = SystemClock().now()
            sent = File(self.origin(LIN), f"{message}:{place}", now, media, text, left, message if place else "")
            await self._fetched(sent, LIN)
            told += await self._all_told(await self._through(sent))
        return told

    async def _fetched(self, sent: File, by: User) -> None:
        """A file that the chat has fetched already, its words taken apart as at the door."""
        confiding = self.here.house.door.confiding
        assert confiding is not None
        kept = await self.inbox.keep(await confiding.apart(sent), backlog=9)
        await self.belongings.fetch(kept.turn_id, "web", by.id, sent.media, Retention.TURN)

    async def says(self, text: str, by: User = LIN) -> Answer:
        """Somebody says something."""
        return await self._told(Utterance(self.origin(by), self._key(), text, SystemClock().now()))

    async def presses(self, action: str) -> None:
        """She presses a button on her newest draft."""
        newest = (await self.here.drafts.open_of(LIN.id))[0]
        await self._through(Press(self.origin(LIN), self._key(), newest.id, newest.revision, action, SystemClock().now()))

    async def forgets(self) -> None:
        """A new topic, and all contracts gone."""
        await self.says("新话题")
        await self.database.write(lambda database: database.execute("DELETE FROM papers"))
        await self.database.write(lambda database: database.execute("DELETE FROM locked_files"))

    async def signing(self) -> Draft:
        """What is proposed of the signing."""
        return cast("Draft", await self.says("这份合同签了"))

    async def approved(self) -> None:
        """Legal agrees to all that waits."""
        reviews = self.here.house.reviews
        assert reviews is not None
        for review in await reviews.waiting_for(MEI.id):
            await reviews.approve(review.ref, MEI.id, turn_id=TurnId(f"t-{review.id}"))

    async def events(self, kind: str) -> list[dict[str, object]]:
        """What was told of this kind, oldest first."""
        rows = await self.database.read(lambda database: list(database.query(
            "SELECT payload FROM events WHERE type = :kind ORDER BY seq", {"kind": kind}
        )))  # fmt: skip
        return [json.loads(row["payload"]) for row in rows]

    async def stands(self, record: str) -> dict[str, object]:
        """A record as it stands."""
        found = await self.records.record(RecordId(record))
        assert found is not None
        return dict(found.fields)

    async def contracts(self) -> list[dict[str, object]]:
        """Records of contracts, as they stand."""
        return [dict(one.fields) for one in (await self.records.page("contract")).items]

    def origin(self, user: User) -> Origin:
        """Her one talk."""
        return Origin("web", "", user.id, direct_thread("web", "", user.id))

    async def posts(self, sent: File) -> None:
        """She sends this."""
        await self._fetched(sent, LIN)
        await self._through(sent)

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
        async with asyncio.timeout(20):
            while not (told := await self._all_told(turn_id)):  # noqa: ASYNC110 - what goes to reviewers is told once it is there
                await asyncio.sleep(0.01)
        return told[0]

    async def _all_told(self, turn_id: TurnId) -> list[Answer]:
        """What was answered to a turn, and what the house said of it beside."""
        rows = await self.database.read(lambda database: list(database.query(
            "SELECT id FROM outbox WHERE turn_id = :id OR key = 'house:submitted:' || :id ORDER BY seq", {"id": turn_id}
        )))  # fmt: skip
        outbox = SqliteOutbox(self.database, SystemClock(), TimeIds())
        found = [await outbox.message(row["id"]) for row in rows]
        return [cast("Answer", one.outcome) for one in found if one is not None]  # what is looked at of a draft is in both


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
            yield Rooms(here, database, SqliteInbox(database, clock, ids), belongings, records, home)
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


async def test_two_files_of_one_message_are_answered_once(rooms: Rooms) -> None:
    """They are compared with each other: the older version by its name, whichever comes first; the card says which."""
    told = await rooms.sends_together("云坊合同v2.docx", "云坊合同v1.docx")

    assert 1 == len(told)
    assert told[0].text.startswith("2处改动,2处高风险,先别签:①付款30→90日(§3)")
    assert told[0].text.endswith("旧:云坊合同v1.docx;新:云坊合同v2.docx。")
    assert "换过来" not in [one.label for one in told[0].buttons]


async def test_two_files_that_do_not_say_which_is_older_can_be_swapped(rooms: Rooms) -> None:
    """The one that came first is taken for the older; one press turns them about."""
    [told] = await rooms.sends_together("云坊合同-他们.docx", "云坊合同-我们.docx")
    swapped = await rooms.says("换过来")

    assert ("付款90→30日" in told.text, "换过来") == (True, told.buttons[-1].label)
    assert ("付款30→90日" in swapped.text, "旧:云坊合同-我们.docx;新:云坊合同-他们.docx。" in swapped.text) == (True, True)


async def test_the_day_in_a_contract_tells_which_is_older(rooms: Rooms) -> None:
    """Where names say nothing."""
    [told] = await rooms.sends_together("云坊合同-乙.md", "云坊合同-甲.md")

    assert "旧:云坊合同-甲.md;新:云坊合同-乙.md。" in told.text


async def test_one_broken_file_of_two_is_told_and_the_other_asks_what_with(rooms: Rooms) -> None:
    """Each has its word; nothing is compared."""
    broken, other = await rooms.sends_together("broken-contract.docx", "云坊合同v1.docx")

    assert ("broken-contract.docx:", "收到。跟哪份比?") == (broken.text[:21], other.text)


async def test_a_file_that_replies_to_a_file_is_compared_with_that(rooms: Rooms) -> None:
    """And not with the one that came between."""
    first = File(rooms.origin(LIN), "m1:a", SystemClock().now(), Media("file", "云坊合同v1.docx", "", 0, "云坊合同v1.docx"))
    await rooms.posts(first)
    await rooms.sends("云坊合同-乙.md")
    told = await rooms.sends("云坊合同v2.docx", after="m1")

    assert "旧:云坊合同v1.docx;新:云坊合同v2.docx。" in told.text


@pytest.mark.parametrize("name", ["云坊锁.docx", "云坊合同锁.pdf"])
async def test_a_password_opens_a_file_and_is_kept_nowhere(rooms: Rooms, name: str) -> None:
    """Asked for, wrong once, then right: the contract is gone on with. Of the password no file of the home has a byte."""
    asked = await rooms.sends(name)
    wrong = await rooms.says(f"密码:{WRONG_ONE}")
    told = await rooms.says(PASSWORD)
    clause = await rooms.says("这份合同的责任上限是多少?" if name.endswith("docx") else "what is the liability cap in this contract?")
    said = [one.said for one in await rooms.here.house.ledger.latest(LIN.id, rooms.origin(LIN).talk, limit=3)]

    assert [f"{name}:有密码。告诉我密码,用完就忘,哪儿都不留。", ["password"]] == [asked.text, [one.action for one in asked.buttons]]
    assert (f"{name}:密码不对,请核对后再输一次。", "收到。跟哪份比?", "100%" in clause.text) == (wrong.text, told.text, True)
    assert ["••••••", "密码: ••••••"] == said[1:]
    assert [] == [path.name for path in files_of(rooms.home) if any(one.encode() in path.read_bytes() for one in (PASSWORD, WRONG_ONE))]


async def test_one_password_opens_both_files_of_a_message(rooms: Rooms) -> None:
    """Both wait for it; then they are compared, as they would have been."""
    first, second = await rooms.sends_together("云坊合同锁v1.docx", "云坊合同锁v2.docx")
    told = await rooms.says(PASSWORD)

    assert (True, True) == ("云坊合同锁v1.docx:有密码" in first.text, "云坊合同锁v2.docx:有密码" in second.text)
    assert "旧:云坊合同锁v1.docx;新:云坊合同锁v2.docx。" in told.text


async def test_a_locked_file_and_an_open_one_wait_for_each_other(rooms: Rooms) -> None:
    """The open one asks nothing meanwhile; with the password they are compared."""
    asked = await rooms.sends_together("云坊合同锁v1.docx", "云坊合同v2.docx")
    told = await rooms.says(PASSWORD)

    assert (1, True) == (len(asked), "有密码" in asked[0].text)
    assert "旧:云坊合同锁v1.docx;新:云坊合同v2.docx。" in told.text


async def test_a_password_beside_its_file_is_used_at_once(rooms: Rooms) -> None:
    """And kept no more than any other."""
    told = await rooms.sends("云坊合同锁.pdf", f"云坊合同,密码:{PASSWORD}")

    assert "收到。跟哪份比?" == told.text
    assert [] == [path.name for path in files_of(rooms.home) if PASSWORD.encode() in path.read_bytes()]


async def test_other_words_are_heard_while_a_password_is_waited_for(rooms: Rooms) -> None:
    """A question stays a question; without a file that waits, a word is a word."""
    before = await rooms.says("Zx-8848-before")
    await rooms.sends("云坊合同锁.pdf")
    asked = await rooms.says("你能做什么?")
    said = [one.said for one in await rooms.here.house.ledger.latest(LIN.id, rooms.origin(LIN).talk, limit=3)]

    assert ["你能做什么?", "", "Zx-8848-before"] == said
    assert (False, False) == ("密码" in before.text, "密码" in asked.text)


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


async def test_to_legal_is_one_press(rooms: Rooms) -> None:
    """It is with legal at once, by name and until when, the gravest wordings with it; the author has no second card to press."""
    await rooms.sends_together("云坊合同v1.docx", "云坊合同v2.docx")
    told = await rooms.says("[对比合同] 送法务")
    reviews = rooms.here.house.reviews
    assert reviews is not None
    waiting = await reviews.waiting_for(MEI.id)
    held = await rooms.here.house.drafts.draft(waiting[0].draft_id)
    looked_at = [one.source for one in grounds_for(held, speaker_of(MEI))[:3]] if held else []
    await rooms.approved()

    assert re.fullmatch(r"已到梅律师,(?:明天|\d+月\d+日)?\d{1,2}(?:点|:\d\d)前回你。", told.text)
    assert ["云坊合同v2.docx"] * 3 == looked_at
    assert (["催一下", "撤回送审"], 1) == ([one.label for one in told.buttons], len(waiting))


async def test_what_legal_agreed_to_is_signed_without_legal(rooms: Rooms) -> None:
    """The same words need no second look: the record becomes the signed one, the account renews when it ends, and undo takes all back."""
    await rooms.sends_together("云坊合同v1.docx", "云坊合同v2.docx")
    await rooms.says("[对比合同] 送法务")
    await rooms.approved()
    before = await rooms.contracts()
    await rooms.records.put("account", {"renewal_date": "2027-01-15"}, cause=Cause("system"), record_id=RecordId("acc"))
    drafted = await rooms.signing()
    await rooms.presses("save")
    told = (await rooms.events("contract.signed"))[-1]
    signed, renewed = await rooms.stands(str(told["record_id"])), await rooms.stands("acc")
    await rooms.says("撤销")
    undone, back = await rooms.stands(str(told["record_id"])), await rooms.stands("acc")
    unsigned = (await rooms.events("contract.unsigned"))[-1]

    assert ["保存", "修改", "不记"] == [one.label for one in drafted.buttons]
    assert (len(before), "active", "in_review") == (len(await rooms.contracts()), signed["status"], undone["status"])
    assert (960_000.0, 90) == (signed["value"], signed["payment_days"])
    assert {name: signed[name] for name in TERMS} == {name: told[name] for name in TERMS}
    assert (signed["end_date"], "2027-01-15") == (renewed["renewal_date"], back["renewal_date"])
    assert told["record_id"] == unsigned["record_id"]


async def test_what_changed_since_legal_agreed_waits_for_legal_again(rooms: Rooms) -> None:
    """One word is enough."""
    await rooms.sends_together("云坊合同v1.docx", "云坊合同v2.docx")
    await rooms.says("[对比合同] 送法务")
    await rooms.approved()
    await rooms.sends_together("云坊合同v1.docx", "云坊合同v3.docx")
    drafted = await rooms.signing()

    assert "送审" in [one.label for one in drafted.buttons]


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
