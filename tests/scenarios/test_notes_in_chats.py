"""A note becomes a saved deal in two presses, in WeCom and in Slack: the real house and its real skills, the platforms as fakes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

from bot.bootstrap import opened
from bot.config import Channels, Config, UserEntry, Wecom
from bot.config import Slack as SlackAt
from bot.domain.ids import RecordId, UserId
from bot.domain.people import Role
from bot.domain.records import Cause, Import
from bot.engine.direct import Direct
from bot.home import Home
from bot.secrets import ChannelSecrets, SlackSecrets, WecomBotSecrets
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.records import SqliteRecords
from bot.store.users import SqliteUsers
from tests.fakes.slack import APP_TOKEN, BOT, BOT_TOKEN, Posted, Slack, slack_platform
from tests.fakes.waiting import until
from tests.fakes.wecom import CORP, WecomBot
from tests.fakes.wecom.chats import Shown

SLACK_ID, WECOM_ID = "ULIN", "LinXiao"
LIN = UserEntry("林晓", "lin@example.com", Role.REP, "east", wecom=WECOM_ID, slack=SLACK_ID)
NOTE = "启明王经理,两百台S3,八十万,不对,一百二十万,下周三前要报价"
TYPED = "刚跟青岚打完电话,要50台S3,三十万,月底签"
ENDS = ("存好了", "这份草稿已经处理过了")
"""What a press is told that saved, and one that came after it."""
KINDS = ("opportunity", "touchpoint", "task")


@dataclass(frozen=True)
class Office:
    """The house and both chats of Lin."""

    records: SqliteRecords
    slack: Slack
    wecom: WecomBot

    async def count(self) -> list[int]:
        """How many deals, touchpoints and tasks of Lin's there are; archived ones are none."""
        return [len([one for one in (await self.records.page(kind)).items if one.archived_at is None]) for kind in KINDS]

    def cards(self) -> list[Posted]:
        """What Tandem said to Lin in Slack, as it stands now."""
        return [one for one in self.slack.messages if one.user == BOT and one.text != "在查,稍等…"]

    def told(self) -> list[str]:
        """All that was said to Lin in both."""
        return [*map(said_in, self.cards()), *map(read_in, self.wecom.shown)]

    async def card(self, *holds: str) -> Posted:
        """The newest of these that holds all of it, once it is there."""
        await until(lambda: bool(self._holding(holds)))
        return self._holding(holds)[-1]

    async def shown(self, *holds: str) -> Shown:
        """The same in WeCom, where a message stands complete."""
        async with asyncio.timeout(20):
            await self.wecom.until(lambda: bool(self._standing(holds)))
        return self._standing(holds)[-1]

    def _holding(self, holds: tuple[str, ...]) -> list[Posted]:
        return [one for one in self.cards() if all(word in said_in(one) for word in holds)]

    def _standing(self, holds: tuple[str, ...]) -> list[Shown]:
        return [one for one in self.wecom.shown if one.finished and all(word in read_in(one) for word in holds)]


def said_in(one: Posted) -> str:
    """All that a message in Slack tells, its buttons among it."""
    return f"{one.text}\n{json.dumps(one.blocks, ensure_ascii=False)}"


def read_in(one: Shown) -> str:
    """The same in WeCom."""
    return f"{one.text}\n{json.dumps(one.card, ensure_ascii=False) if one.card else ''}"


def place_of(one: Shown, label: str) -> int:
    """Which button is called so."""
    assert one.card is not None
    return [button["text"] for button in one.card["button_list"]].index(label)


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    """A house with Lin, two customers of hers, and what we sell."""
    async with AsyncExitStack() as stack:
        wecom = await stack.enter_async_context(WecomBot(SystemClock()).running())
        slack = await stack.enter_async_context(slack_platform(SystemClock(), socket_mode=True))
        slack.person(SLACK_ID, "林晓", "lin@example.com")
        at = Channels(wecom=Wecom(bot_url=wecom.url.replace("http", "ws")), slack=SlackAt(slack.url))
        secrets = ChannelSecrets(
            slack=SlackSecrets(BOT_TOKEN, "", APP_TOKEN), wecom_bot=WecomBotSecrets(CORP.bot_id, CORP.bot_secret, CORP.corp_id)
        )
        home = Home(folder)
        home.make()
        await stack.enter_async_context(opened(replace(Config(), users=(LIN,), channels=at), home, Direct, serving=False, secrets=secrets))
        database = Database(home.truth)
        stack.callback(database.close)
        records = SqliteRecords(database, SystemClock(), TimeIds())
        await records.put_many(firms((await SqliteUsers(database, SystemClock(), TimeIds()).everyone())[0].id), cause=Cause("system"))
        await wecom.connected()
        await until(lambda: bool(slack.sockets.connected))
        yield Office(records, slack, wecom)


def firms(lin: UserId) -> list[Import]:
    """Her book."""
    mine = {"owner": lin, "team": "east", "currency": "CNY"}
    return [
        Import(RecordId("a1"), "account", {"name": "启明电机", "short_name": "启明", **mine}),
        Import(RecordId("a2"), "account", {"name": "青岚仪表", "short_name": "青岚", **mine}),
        Import(RecordId("c1"), "contact", {"name": "王砚舟", "account": "a1", "account_name": "启明电机", "title": "采购经理"}),
        Import(RecordId("p1"), "product", {"code": "S3", "name": "S3 振动传感器", "list_price_cny": 6_000, "list_price_usd": 900}),
    ]


async def said_and_dated(here: Office) -> tuple[Shown, Shown]:
    """The note by voice, then the day that was asked for: the first card, and the newer one."""
    await here.wecom.voice(WECOM_ID, NOTE)
    first = await here.shown("哪天能签?", "保存")
    await here.wecom.text(WECOM_ID, "月底")
    return first, await here.shown("预计签约日", "保存")


async def typed(here: Office) -> Posted:
    """A note in Slack; its card."""
    await here.slack.says(SLACK_ID, TYPED)
    return await here.card("30万", "保存")


async def test_a_voice_message_in_wecom_is_saved_with_two_presses_and_taken_back(tmp_path: Path) -> None:
    """The words first, marked as WeCom's; the card within its limits; the answer to what it asked; saved with a promise; all undone."""
    async with office(tmp_path) as here:
        first, card = await said_and_dated(here)
        await here.wecom.press(card, place_of(card, "保存"))
        saved = await here.shown("存好了", "撤销")
        kept = await here.count()
        [deal] = (await here.records.page("opportunity")).items
        await here.wecom.press(saved, place_of(saved, "撤销"))
        await here.shown("撤销了,恢复原样")
        left = await here.count()

    heard, told, also = first.text.splitlines()[:3]
    assert f"听到:“{NOTE}”(企业微信转写,无原音)" == heard
    assert (told.startswith("新商机·启明电机|120万|S3×200|王砚舟|"), told.endswith("前报价。金额取你改口后的。哪天能签?")) == (True, True)
    assert also.startswith("另记:触点、待办(报价,")
    assert card.card is not None
    assert 6 == len(card.card["horizontal_content_list"])
    assert "提醒你报价。" in read_in(saved)
    assert [1_200_000, 200, "启明电机"] == [deal.fields[name] for name in ("amount", "quantity", "account_name")]
    assert ([1, 1, 1], [0, 0, 0]) == (kept, left)
    assert ([1, 1], 0) == ([len(one.updates) for one in (card, saved)], len(here.wecom.refused))
    assert ["「保存」" in read_in(card), "「撤销」" in read_in(saved)] == [True, True]


async def test_the_card_before_the_answer_saves_nothing_any_more(tmp_path: Path) -> None:
    """It shows a draft without the day, which another one took the place of; pressed, it says so, and so does the card itself."""
    async with office(tmp_path) as here:
        first, _ = await said_and_dated(here)
        await here.wecom.press(first, place_of(first, "保存"))
        await here.shown("这份草稿已经处理过了")

        assert ([0, 0, 0], 1) == (await here.count(), len(first.updates))


async def test_a_note_in_slack_is_edited_in_a_form_and_saved_as_it_stands_there(tmp_path: Path) -> None:
    """A field of the deal and one of what is saved with it; the card before the form is settled, and pressed all the same it says so."""
    async with office(tmp_path) as here:
        old = deepcopy(await typed(here))
        await here.slack.press(SLACK_ID, old, "修改")
        await until(lambda: bool(here.slack.space.modals))
        [form] = here.slack.space.modals.values()
        sent = await here.slack.submit(SLACK_ID, form, {"amount": "320000", "touchpoint.note": "聊了价格"})
        changed = deepcopy(await here.card("改好了,还没保存", "¥320,000", "聊了价格"))
        settled = said_in(await here.card("30万"))
        await here.slack.press(SLACK_ID, old, "保存")
        await here.card("草稿在你看之后又改过")
        between = await here.count()
        await here.slack.press(SLACK_ID, changed, "保存")
        await here.card("存好了")
        [deal], [visit] = [(await here.records.page(kind)).items for kind in ("opportunity", "touchpoint")]
        await here.slack.press(SLACK_ID, old, "保存")
        await here.card("这份草稿已经处理过了")

        assert (True, {}) == (sent.taken, sent.answer)
        assert ("林晓按了「修改」" in settled, '"保存"' in settled) == (True, False)
        assert ([0, 0, 0], [1, 1, 0]) == (between, await here.count())
        assert (320_000, "聊了价格") == (deal.fields["amount"], visit.fields["note"])
        assert [] == here.slack.errors + here.slack.failed


async def test_the_same_press_that_comes_twice_saves_once(tmp_path: Path) -> None:
    """Each platform sends again what it believes lost: one deal of each note, and one word of each save."""
    async with office(tmp_path) as here:
        _, card = await said_and_dated(here)
        seen = deepcopy(card)
        press = await here.wecom.press(seen, place_of(seen, "保存"))
        await here.wecom.press(seen, place_of(seen, "保存"), msgid=press.msgid)
        await here.shown("存好了")
        sent = await here.slack.press(SLACK_ID, await typed(here), "保存")
        await here.slack.sender.again(sent, 1)
        await here.card("存好了")
        await typed(here)  # whatever the second presses were to do is done before this

        words = [sum("存好了" in one for one in told) for told in (map(read_in, here.wecom.shown), map(said_in, here.cards()))]
        assert ([2, 2, 1], [1, 1]) == (await here.count(), words)


async def test_two_cards_in_two_chats_save_one_draft_once(tmp_path: Path) -> None:
    """The draft that was told in WeCom is called up in Slack; both are pressed, and the later one is told that it is done."""
    async with office(tmp_path) as here:
        _, card = await said_and_dated(here)
        await here.slack.says(SLACK_ID, "我的草稿")
        other = await here.card("等你定的草稿1份", "¥1,200,000", "保存")
        await asyncio.gather(here.slack.press(SLACK_ID, other, "保存"), here.wecom.press(card, place_of(card, "保存")))
        await until(lambda: 2 == sum(any(one in told for one in ENDS) for told in here.told()))

        assert ([1, 1, 1], [1, 1]) == (await here.count(), [sum(one in told for told in here.told()) for one in ENDS])
