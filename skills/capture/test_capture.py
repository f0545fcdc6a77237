"""What a rep says becomes one draft: the deal with its words, the contact, the task; or one question; or nothing, said kindly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.ids import DecisionId, DraftId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import MAIN, Answer, Draft, Proposal
from bot.domain.own_fields import OwnField
from bot.domain.people import Role, Speaker, User
from bot.domain.permissions import Permissions
from bot.domain.records import DraftState, HeldDraft, Import
from bot.domain.talk import Memories, Spoken, Topic, Turn, language_of
from bot.reading.speech import RuleSpokenReader
from bot.words import TomlWords, read_sentences
from skills.capture.skill import run
from tests.fakes.queries import HeldRecords

HERE = Path(__file__)
WORDS = TomlWords(read_sentences(HERE.parents[2] / "bot" / "strings.toml")).own(HERE.with_name("strings.toml"))
LIN = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
CHEN = Speaker(UserId("chen"), "陈默", Role.REP, "east", "Asia/Shanghai")
PEOPLE = [User(one.user_id, one.name, "", one.role, one.team, one.zone) for one in (LIN, CHEN)]
NOW = datetime(2026, 7, 16, 6, tzinfo=UTC)
NEW, CHANGE, LOG = "capture_opportunity", "update_opportunity", "log_touchpoint"


def account(name: str, short: str, owner: str = "lin", **more: object) -> Import:
    """A firm that we sell to."""
    return Import(RecordId(name), "account", {"name": name, "short_name": short, "currency": "CNY", "owner": owner, **more})


def person(name: str, at: str, title: str, **more: object) -> Import:
    """Somebody there."""
    return Import(RecordId(name), "contact", {"name": name, "account": at, "account_name": at, "title": title, **more})


def deal(number: str, name: str, at: str, **more: object) -> Import:
    """An opportunity of Lin's."""
    told = {"account": at, "account_name": at, "owner": "lin", "currency": "CNY", "created_date": "2026-05-01", **more}
    return Import(RecordId(number), "opportunity", {"name": name, **told})


def product(code: str, name: str, price: int) -> Import:
    """Something on the price list."""
    prices = {"list_price_cny": price, "list_price_usd": price // 7}
    return Import(RecordId(code), "product", {"code": code, "name": f"{code} {name}", **prices})


FIRMS = (
    account("启明电机", "启明"), account("青岚仪表", "青岚", biggest_pain="抄表靠人"), account("雁湖钢构", ""),
    account("雁湖冷链", ""), account("Petrel Energy", "Petrel", currency="USD"), account("沐川精工", "沐川", owner="chen"),
    account("旧港船务", "旧港", status="former"), person("王砚舟", "启明电机", "采购经理"),
    person("李衡", "启明电机", "设备部工程师", role="user"),
    person("Dana Reed", "Petrel Energy", "Buyer"),
    deal("o-1", "青岚 S5×40", "青岚仪表", stage="proposal", amount=400_000, product="S5", product_name="S5", quantity=40),
    deal("o-2", "启明一厂 G2×8", "启明电机", stage="qualify", amount=100_000, product="G2", product_name="G2", contact_name="李衡"),
    deal("o-3", "启明二厂 G2×20", "启明电机", stage="qualify", amount=250_000, product="G2", product_name="G2"),
    product("S3", "振动传感器", 6_000), product("S5", "高温传感器", 9_800), product("G2", "边缘网关", 12_800),
)  # fmt: skip


@dataclass
class Desk:
    """One person and what they were answered. held: their newest draft. own: the fields that their house added."""

    speaker: Speaker = LIN
    held: HeldDraft | None = None
    count: int = 0
    own: tuple[OwnField, ...] = ()

    async def newest(self, entity: str) -> HeldDraft | None:
        """The port `OwnDrafts`."""
        return self.held if self.held and self.held.entity == entity else None

    async def says(
        self, text: str, intent: str = NEW, about: Mapping[str, RecordId] | None = None, spoken: Spoken | None = None
    ) -> Answer | Draft:
        """What comes of a few words; a draft is held, and what is said next may go on with it."""
        self.count += 1
        memory = Memories(Topic("capture", intent), about or {}, self.held is not None)
        turn = Turn(TurnId(f"t-{self.count}"), ThreadId("t"), self.speaker, text, language_of(text), NOW, intent, memory, spoken)
        records = HeldRecords(FIRMS, PEOPLE).within(Permissions().scope(self.speaker))
        outcome = await run(turn, records=records, spoken=RuleSpokenReader(), drafts=self, words=WORDS, own_fields=self.own)
        if isinstance(outcome, Draft):
            self.held = HeldDraft(
                DraftId(f"d-{self.count}"), 1, DraftState.OPEN, self.speaker.user_id, turn.id, DecisionId("x"), outcome.entity,
                outcome.record_id, outcome.fields, outcome.evidence, datetime(2027, 1, 1, tzinfo=UTC), None, outcome.also,
                outcome.own,
            )  # fmt: skip
        return outcome


async def drafted(text: str, intent: str = NEW, **more: object) -> Draft:
    """The draft that comes of it."""
    outcome = await Desk().says(text, intent, **more)  # type: ignore[arg-type]
    assert isinstance(outcome, Draft), outcome
    return outcome


async def answered(text: str, intent: str = NEW) -> Answer:
    """The answer that comes of it."""
    outcome = await Desk().says(text, intent)
    assert isinstance(outcome, Answer), outcome
    return outcome


def only(fields: Mapping[str, object], *names: str) -> list[object]:
    """Some of the fields."""
    return [fields.get(name) for name in names]


def part(draft: Draft, key: str) -> Proposal:
    """What is saved beside it."""
    return next(one for one in draft.also if one.key == key)


# --- a new deal ---------------------------------------------------------------------------------------------------------------------

TOLD = "启明王经理,两百台S3,八十万,不对,一百二十万,下周三前要报价"


async def test_a_note_becomes_one_draft() -> None:
    """The deal with what was said, its task on the day that was said; what was not said stays empty."""
    draft = await drafted(TOLD)

    assert [1_200_000, "CNY", "S3", 200, "王砚舟", "2026-07-22", None] == only(
        draft.fields, "amount", "currency", "product_name", "quantity", "contact_name", "next_step_date", "close_date"
    )
    assert ["报价", "2026-07-22", MAIN] == only(part(draft, "task").fields, "subject", "due_date", "opportunity")


async def test_it_is_told_in_a_line_with_one_question() -> None:
    """Short, the correction said, and the most valuable thing that is missing asked for."""
    assert "新商机·启明电机|120万|S3×200|王砚舟|7/22前报价。金额取你改口后的。哪天能签?" == (await drafted(TOLD)).text


async def test_english_is_answered_in_english() -> None:
    """The same form, with figures as they are said."""
    draft = await drafted("Met Dana at Petrel, two hundred S3, eighty k, no, one-twenty thousand, quote by Wednesday")

    assert "New deal · Petrel Energy | $120k | 200 × S3 | Dana Reed | quote by 22 Jul. Took your corrected figure. " in draft.text


async def test_every_field_has_the_words_it_came_from() -> None:
    """Verbatim, and cited as what the speaker said."""
    draft = await drafted(TOLD)
    quotes = [one.quote for one in draft.evidence.values()]

    assert all(one in TOLD for one in quotes)
    assert ["一百二十万", "你说的"] == [draft.evidence["amount"].quote, draft.evidence["amount"].source]


async def test_a_recording_is_cited_by_its_second() -> None:
    """Where the words were heard."""
    spoken = Spoken("录音 7/16 14:02", "/r/1", ((0, len(TOLD), 0.0, 36.0),), 36.0)
    amount = (await drafted(TOLD, spoken=spoken)).evidence["amount"]

    assert ["录音 7/16 14:02", f"00:{int(36 * TOLD.index('一百二十万') / len(TOLD)):02d}"] == [amount.source, amount.locator]


async def test_a_meeting_is_kept_as_a_touchpoint_of_the_deal() -> None:
    """With the words heard, and the deal that it was about."""
    told = part(await drafted("刚跟启明的王经理聊完,要十台S5,九万五"), "touchpoint")

    heard = "刚跟启明的王经理聊完,要十台S5,九万五"
    assert ["meeting", "王砚舟", MAIN, heard] == only(told.fields, "kind", "contact_name", "opportunity", "note")


async def test_what_is_only_to_be_recorded_makes_no_touchpoint() -> None:
    """Nobody was met by typing."""
    assert [] == [one.key for one in (await drafted("录个新单子,启明要五台S5,四万九")).also]


async def test_two_firms_in_one_note_are_two_deals() -> None:
    """The second stands beside the first, with its own figures."""
    draft = await drafted("上午启明要四台S5 六万 下午去了Petrel Dana要二十台S3 两万美元")

    assert ["启明电机", 60_000, "Petrel Energy", 20_000, "USD"] == [
        *only(draft.fields, "account_name", "amount"), *only(part(draft, "deal2").fields, "account_name", "amount", "currency"),
    ]  # fmt: skip


async def test_somebody_new_is_added_with_the_deal() -> None:
    """Told, and proposed as a contact."""
    draft = await drafted("启明的周主任要五台S5,四万九")

    assert ["周主任", "主任", "启明电机"] == only(part(draft, "person").fields, "name", "title", "account_name")
    assert "周主任还不在通讯录,一起记。" in draft.text


async def test_what_hurts_is_proposed_where_the_record_does_not_know_it() -> None:
    """And left alone where it does."""
    said = "要两台G2,三万,他们老是停机"
    short, known = await drafted(f"雁湖冷链{said}"), await drafted(f"青岚{said}")

    assert [("firm", "他们老是停机")] == [(one.key, one.fields["biggest_pain"]) for one in short.also if one.entity == "account"]
    assert [] == [one for one in known.also if one.entity == "account"]


async def test_a_colleagues_account_is_not_changed() -> None:
    """The deal is the speaker's; the account and its people are not theirs to change."""
    draft = await drafted("沐川的周主任要两台G2,三万,他们老是停机")

    assert set() == {one.entity for one in draft.also} & {"account", "contact"}


@pytest.mark.parametrize(
    "said,amount,told",
    [
        ("启明要S5,大概三四十万", 350_000, "“三四十万”按中间值记。"), ("启明要S5,三十到四十万", 350_000, "“三十到四十万”按中间值记。"),
        ("启明要S5,一百来万", 1_000_000, ""), ("启明要十台S5,九千块一台", 90_000, ""),
    ],
)  # fmt: skip
async def test_a_vague_amount_is_kept_and_told(said: str, amount: int, told: str) -> None:
    """Of a range the middle; a price a piece is multiplied out."""
    draft = await drafted(said)

    assert [amount, True] == [draft.fields["amount"], told in draft.text]


@pytest.mark.parametrize(
    "said,told",
    [
        ("启明要100台S3,总价十万", "目录价60万,低了83%。"), ("旧港要两台G2,三万", "这家已流失,确定还在谈?"),
        ("启明要两台S5,两万,6月30号签", "6/30已经过了,签约日没记。"), ("启名电机要两台S5,两万", "“启名电机”听作启明电机。"),
    ],
)  # fmt: skip
async def test_what_is_odd_is_told(said: str, told: str) -> None:
    """Behind the list price, a firm that left, a day that is over, a name that was mended."""
    assert told in (await drafted(said)).text


# --- whose it is --------------------------------------------------------------------------------------------------------------------


async def test_a_name_that_fits_two_is_asked_about() -> None:
    """With a button for each, which says the whole again."""
    said = "雁湖那边要三台G2,四万"
    buttons = {one.label: one.text for one in (await answered(said)).buttons}
    pressed = await drafted(buttons["雁湖冷链"].removeprefix("[记新商机] "))

    assert {one: f"[记新商机] {one}:{said}" for one in ("雁湖钢构", "雁湖冷链")} == buttons
    assert "雁湖冷链" == pressed.fields["account_name"]


async def test_an_unknown_firm_is_offered_to_be_made() -> None:
    """The press brings the account as the draft's own record, and the deal beside it."""
    answer = await answered("碰到一家叫泽明材料的 想要三台G2 大概四万")
    draft = await drafted(answer.buttons[0].text.removeprefix("[记新商机] "))

    made = part(draft, "deal").fields
    assert ["account", "泽明材料", MAIN, 40_000] == [draft.entity, draft.fields["name"], *only(made, "account", "amount")]


async def test_another_firms_name_is_not_the_one_talked_about() -> None:
    """Those who were named last are meant, known or not."""
    outcome = await Desk().says("刚跟汇川精密的人聊完,他们想要五台G2", NEW, {"account": RecordId("启明电机")})

    assert isinstance(outcome, Answer)
    assert "汇川精密" in outcome.text


async def test_who_works_at_the_firm_talked_about_stands_for_it() -> None:
    """王经理 after a brief about 启明."""
    draft = await drafted("王经理要S5,五十台,四十九万", about={"account": RecordId("启明电机")})

    assert ["启明电机", "王砚舟"] == only(draft.fields, "account_name", "contact_name")


# --- no deal ------------------------------------------------------------------------------------------------------------------------


async def test_a_contact_without_a_deal_is_a_touchpoint() -> None:
    """With how, when and how long, as far as they were said."""
    draft = await drafted("昨天跟青岚的人打了半小时电话,没什么事", LOG)

    assert ["touchpoint", "phone", "call", "2026-07-15T04:00:00+00:00", 30] == [
        draft.entity, *only(draft.fields, "channel", "kind", "happened_at", "minutes")
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["今天天气不错", "提醒我去报销打车费 五十块", "喂喂 测试测试", "remind me to book a hotel"])
async def test_nothing_to_record_is_said(said: str) -> None:
    """Chatter and errands are kept nowhere."""
    assert not (await answered(said)).found


async def test_words_that_are_read_here_say_the_label_of_their_intent() -> None:
    """A press is taken for what it was, by the name that the chooser knows."""
    manifest = (HERE.with_name("skill.toml")).read_text(encoding="utf-8")
    labels: Sequence[str] = [WORDS.say(f"label_{intent}", language_of(said)) for intent in (NEW, CHANGE, LOG) for said in ("说", "say")]

    assert [] == [label for label in labels if f'"{label}"' not in manifest]
