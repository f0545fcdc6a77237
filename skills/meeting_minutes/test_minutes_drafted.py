"""A meeting that was read becomes one draft: touchpoint, tasks, and what its account's fields gain; what is confided stands in none."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

import pytest

from bot.domain.evidence import Evidence
from bot.domain.ids import DecisionId, DraftId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Draft, Proposal
from bot.domain.people import Role, Speaker, User
from bot.domain.permissions import Permissions
from bot.domain.records import DraftState, HeldDraft, Import
from bot.domain.talk import Lang, Spoken, Turn, language_of
from bot.errors import Unclear
from bot.reading.reader import RuleReader
from bot.words import TomlWords, read_sentences
from skills.meeting_minutes.skill import run
from skills.meeting_minutes.test_meeting_minutes import SilentEmbedder
from tests.fakes.queries import HeldRecords

HERE = Path(__file__)
WORDS = TomlWords(read_sentences(HERE.parents[2] / "bot" / "strings.toml")).own(HERE.with_name("strings.toml"))
LIN = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
WU = Speaker(UserId("wu"), "吴越", Role.REP, "east", "Asia/Shanghai")
FAR = Speaker(UserId("far"), "Far", Role.REP, "north", "UTC")
PEOPLE = [User(one.user_id, one.name, "", one.role, one.team, one.zone) for one in (LIN, WU, FAR)]
NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
"""A Wednesday."""
MINE = {"owner": "lin", "owner_name": "林晓", "team": "east"}


def account(name: str, short: str, **more: object) -> Import:
    """A firm of Lin's."""
    return Import(RecordId(name), "account", {"name": name, "short_name": short, **MINE, **more})


def contact(name: str, title: str, at: str) -> Import:
    """Somebody there."""
    return Import(RecordId(name), "contact", {"name": name, "title": title, "account": at, "account_name": at, **MINE})


BOOK = (
    account("北岭印务", "北岭", biggest_pain="套印不准"), account("南堤纸业", "南堤"), account("Elm Foods", "Elm"),
    contact("莫志远", "生产主任", "北岭印务"), contact("Joe Marsh", "Plant manager", "Elm Foods"),
    Import(RecordId("deal"), "opportunity", {
        "name": "北岭换版", "account": "北岭印务", "account_name": "北岭印务", "stage": "proposal", "competitor": "视达", **MINE,
    }),
)  # fmt: skip
ZH = """北岭印务沟通会
时间: 2026-06-09 10:00
参会: 林晓(我方)、莫主任(北岭印务)
[00:05] 林晓: 今天想听听产线的情况
[00:31] 莫主任: 色差老是对不上,上个月客户退了三批货
[01:10] 林晓: 那咱们先上一号机
[01:20] 莫主任: 行,先上一号机
[02:02] 林晓: 我下周三之前出一份排版方案
[02:40] 莫主任: 好,我把机台清单明天发你
[03:20] 莫主任: 预算已经批了,七月底之前要定下来
[04:10] 莫主任: 私下说一句,视达报了八十万,别外传
[05:40] 林晓: 二期您打算放在哪个厂
[06:05] 莫主任: 还没想好"""
EN = """Iris (our AE): thanks for having us
Joe Marsh: the ovens keep failing at night and we lose a batch twice a week
Iris (our AE): shall we start with oven two
Joe Marsh: yes lets start with oven two
Iris (our AE): i'll send you the quote by friday
Joe Marsh: i will get you the drawings next tuesday
Joe Marsh: the budget is still with the finance committee
Joe Marsh: off the record my boss is leaving in july"""


@dataclass
class OneDraft:
    """The port `OwnDrafts` with one open draft, or none."""

    held: HeldDraft | None = None

    async def newest(self, entity: str) -> HeldDraft | None:
        """It, where it is of that kind."""
        return self.held if self.held and self.held.entity == entity else None


async def told(
    text: str, speaker: Speaker = LIN, *, spoken: Spoken | None = None, held: HeldDraft | None = None, book: Sequence[Import] = BOOK
) -> Answer | Draft:
    """What comes of a text."""
    turn = Turn(TurnId("t"), ThreadId("t"), speaker, text, language_of(text), NOW, "meeting_minutes", spoken=spoken)
    records = HeldRecords(book, PEOPLE).within(Permissions().scope(speaker))
    return await run(turn, records=records, reader=RuleReader(), embedder=SilentEmbedder(), drafts=OneDraft(held), words=WORDS)


async def drafted(text: str, speaker: Speaker = LIN, *, spoken: Spoken | None = None, held: HeldDraft | None = None) -> Draft:
    """The draft that comes of it."""
    outcome = await told(text, speaker, spoken=spoken, held=held)
    assert isinstance(outcome, Draft)
    return outcome


def proposed(draft: Draft, key: str) -> Proposal:
    """What is proposed beside the touchpoint."""
    return next(one for one in draft.also if one.key == key)


def kept(draft: Draft) -> str:
    """Everything that would be saved."""
    return str([draft.fields, *(one.fields for one in draft.also)])


async def test_a_meeting_is_one_touchpoint() -> None:
    """On its day, with whom, about which deal, as long as it was; with the minutes in short."""
    fields = (await drafted(ZH)).fields

    assert ("北岭印务", "莫志远", "deal", "meeting", 6) == tuple(
        fields[name] for name in ("account", "contact_name", "opportunity", "kind", "minutes")
    )
    assert "2026-06-09T02:00:00+00:00" == fields["happened_at"]
    assert str(fields["note"]).startswith("会议纪要 2026-06-09(林晓、莫主任)\n最大痛点:“色差老是对不上,上个月客户退了三批货”(莫主任 00:31)")


async def test_the_answer_comes_first() -> None:
    """How much it came to and what hurts most; then the list."""
    lines = (await drafted(ZH)).text.splitlines()

    assert "北岭·6/9会议:1个痛点、1个决定、2件事。最大的痛:“色差老是对不上,上个月客户退了三批货”(莫主任 00:31)。" == lines[0]
    assert "待办:6/17 下周三之前出一份排版方案" in lines
    assert "待办:6/10 等客户:莫主任 把机台清单明天发你" in lines
    assert "没答的:“二期您打算放在哪个厂”(林晓 05:40)" in lines


async def test_each_promise_is_a_task_with_owner_and_day() -> None:
    """Ours is the owner's; what the account owes is waited for by whoever keeps the minutes."""
    draft = await drafted(ZH)
    first, second = proposed(draft, "task1"), proposed(draft, "task2")

    assert [("lin", "2026-06-17", "open"), ("lin", "2026-06-10", "open")] == [
        (one.fields["owner"], one.fields["due_date"], one.fields["status"]) for one in (first, second)
    ]
    assert ("莫志远", "北岭印务", "deal") == tuple(second.fields[name] for name in ("contact_name", "account", "opportunity"))
    assert ("我下周三之前出一份排版方案", "林晓 02:02") == (first.evidence["due_date"].quote, first.evidence["due_date"].locator)


async def test_a_task_of_a_colleague_is_theirs() -> None:
    """Where the speaker may write at the account; Lin's minutes give Wu what Wu promised."""
    draft = await drafted(ZH.replace("林晓: 我下周三", "吴越: 我下周三"))

    assert ("wu", "吴越", "下周三之前出一份排版方案") == tuple(
        proposed(draft, "task1").fields[name] for name in ("owner", "owner_name", "subject")
    )


async def test_the_accounts_fields_gain_words_with_source_and_day() -> None:
    """What hurts most, until when they decide, how far the money is: told by whom, when, on which day; the old value is told."""
    draft = await drafted(ZH)
    firm = proposed(draft, "firm")

    assert ("account", "北岭印务") == (firm.entity, firm.record_id)
    assert "“色差老是对不上,上个月客户退了三批货”(莫主任 00:31)【2026-06-09会议】" == firm.fields["biggest_pain"]
    assert str(firm.fields["decision_window"]).startswith("2026-07-31前:")
    assert str(firm.fields["budget_progress"]).startswith("已批:")
    assert "最大痛点改了:套印不准 → “色差老是对不上" in draft.text
    assert set(firm.fields) == set(firm.evidence)


async def test_what_is_confided_is_shown_and_kept_nowhere() -> None:
    """A rival's price, and what was said off the record: in the words to the rep alone."""
    zh, en = await drafted(ZH), await drafted(EN)

    assert "不外传(没写进纪要):“私下说一句,视达报了八十万,别外传”(莫主任 04:10)" in zh.text
    assert "off the record my boss is leaving in july" in en.text
    assert (False, False) == ("视达报" in kept(zh), "boss" in kept(en))


async def test_every_ground_was_said() -> None:
    """Verbatim in the talk, with who said it."""
    grounds = [(one, text) for text in (ZH, EN) for draft in [await drafted(text)] for one in _grounds(draft)]

    assert grounds
    assert [] == [one.quote for one, text in grounds if one.quote not in text or not one.locator]


def _grounds(draft: Draft) -> list[Evidence]:
    return [*draft.evidence.values(), *(one for part in draft.also for one in part.evidence.values())]


async def test_english_is_answered_in_english() -> None:
    """Who is ours is told by the label; due days look ahead."""
    draft = await drafted(EN)

    assert draft.text.startswith("Elm · meeting 10 Jun: 1 pain, 1 decision, 2 to-dos. Biggest pain: “the ovens keep failing at night")
    assert ["2026-06-12", "2026-06-16"] == [proposed(draft, key).fields["due_date"] for key in ("task1", "task2")]
    assert "Waiting for Joe Marsh: get you the drawings next tuesday" == proposed(draft, "task2").fields["subject"]


async def test_an_account_that_nobody_named_is_asked_for() -> None:
    """The draft is there already; a button says whose meeting it was."""
    text = ZH.replace("北岭印务", "").replace("莫主任", "老莫")
    draft = await drafted(text)

    assert ("account" in draft.fields, draft.text.splitlines()[-1]) == (False, "这是哪家客户的会?")
    assert not any(one.entity == "account" for one in draft.also)


async def test_two_accounts_are_asked_about() -> None:
    """Neither is guessed; both are offered, in words that the house takes for this skill."""
    draft = await drafted(ZH.replace("北岭印务沟通会", "北岭印务和南堤纸业沟通会"))

    assert {"北岭印务", "南堤纸业"} == {one.label for one in draft.buttons}
    assert "[整理纪要] 北岭印务" in [one.text for one in draft.buttons]


@pytest.mark.parametrize("lang", list(Lang))
def test_a_button_is_taken_for_this_skill(lang: Lang) -> None:
    """It says the skill's own label first, which decides without asking back."""
    labels = tomllib.loads(HERE.with_name("skill.toml").read_text(encoding="utf-8"))["labels"]

    assert f"[{labels[lang]}] Elm" == WORDS.say("say_account", lang, account="Elm")


@pytest.mark.parametrize(
    "head, name, at",
    [
        ("北岭印务沟通会", "北岭沟通-20260608.txt", "2026-06-08T04:00:00+00:00"),
        ("北岭印务沟通会\n2026年6月5日 15:30", "", "2026-06-05T07:30:00+00:00"),
        ("北岭印务沟通会\n昨天下午", "", "2026-06-09T04:00:00+00:00"),
        ("北岭印务沟通会", "talk.txt", "2026-06-10T02:00:00+00:00"),
        ("北岭印务,下次会议 2026-07-01", "", "2026-06-10T02:00:00+00:00"),
    ],
)
async def test_when_it_was_is_read_where_it_is_told(head: str, name: str, at: str) -> None:
    """At the top of the page or in the file's name; a day to come is not its own; without any it was when it was sent."""
    body = "\n".join(ZH.splitlines()[3:])
    draft = await drafted(f"{head}\n{body}", spoken=Spoken(name) if name else None)

    assert at == draft.fields["happened_at"]


def held(draft: Draft) -> HeldDraft:
    """A draft as the store holds it."""
    return HeldDraft(
        DraftId("d"), 1, DraftState.OPEN, LIN.user_id, TurnId("t"), DecisionId("x"), draft.entity, None, draft.fields, draft.evidence, NOW,
        also=draft.also,
    )  # fmt: skip


async def test_minutes_are_put_down_to_an_account_that_is_named_later() -> None:
    """The draft is made anew: its tasks are the account's, and its note's lines are proposed there, with their grounds."""
    asked = await drafted(ZH.replace("北岭印务", "").replace("莫主任", "老莫"))
    draft = await drafted("北岭", held=held(asked))
    firm = proposed(draft, "firm")

    assert ("d", "北岭印务", "记在北岭印务名下。") == (draft.replaces, draft.fields["account_name"], draft.text)
    assert ["北岭印务", "北岭印务"] == [one.fields["account"] for one in draft.also if one.entity == "task"]
    assert "“色差老是对不上,上个月客户退了三批货”(老莫 00:31)【2026-06-09会议】" == firm.fields["biggest_pain"]
    assert "预算已经批了,七月底之前要定下来" == firm.evidence["budget_progress"].quote


@pytest.mark.parametrize(
    "said, left", [("第二个不要", ["task1", "firm"]), ("待办不要", ["firm"]), ("客户痛点不要", ["task1", "task2"])]
)
async def test_a_sentence_leaves_something_out(said: str, left: list[str]) -> None:
    """One promise, all of them, or the account's fields; the rest of the draft stays, and what went is told."""
    first = await drafted(ZH)
    draft = await drafted(said, held=held(first))

    rest = {name: one for name, one in first.fields.items() if name != "note"}
    assert ("d", left, rest) == (draft.replaces, [one.key for one in draft.also], {name: draft.fields[name] for name in rest})
    assert draft.text.startswith("去掉了:")


async def test_a_task_that_is_left_out_leaves_the_note_too() -> None:
    """What is saved lists no task that was dropped."""
    first = await drafted(ZH)
    one, none = await drafted("第一个不要", held=held(first)), await drafted("待办不要", held=held(first))
    lines = [line for draft in (one, none) for line in str(draft.fields["note"]).splitlines() if line.startswith("待办")]

    assert ["待办:6/10 等客户:莫主任 把机台清单明天发你"] == lines


async def test_minutes_by_wording_alone_say_so() -> None:
    """Where the model that hears trouble is silent, that is said."""
    assert "这次只按用词找痛点:听语气的模型没应声,可能有漏。" in (await drafted(ZH)).text.splitlines()


async def test_what_minutes_do_not_hold_cannot_be_changed_by_a_sentence() -> None:
    """It is said what can."""
    outcome = await told("金额改成130万", held=held(await drafted(ZH)))

    assert isinstance(outcome, Answer)
    assert "第二个不要" in outcome.text


async def test_a_recording_without_names_claims_no_speaker() -> None:
    """It says so, is never quite sure, and tells times where the recording has them."""
    said = ("今天去北岭印务。", "色差老是对不上,上个月客户退了三批货。", "预算已经批了。", "我下周三之前出一份方案。")
    ends = list(accumulate(len(one) for one in said))
    ranges = tuple((end - len(one), end, 60.0 * at, 60.0 * at + 9) for at, (one, end) in enumerate(zip(said, ends, strict=True)))
    draft = await drafted("".join(said), spoken=Spoken("录音 6/10 10:00", segments=ranges, length_s=240.0))

    assert "没有区分说话人,痛点不一定是客户说的。" in draft.text
    assert ("01:00", "录音 6/10 10:00") == (draft.evidence["note"].locator, draft.evidence["note"].source)
    assert (4, "北岭印务", 0.7) == (draft.fields["minutes"], draft.fields["account"], draft.evidence["note"].score)


async def test_notes_of_a_meeting_are_read_though_minutes_are_open() -> None:
    """Several sentences are talk, and no name of an account."""
    draft = await drafted("今天去了北岭。色差老是对不上,上个月客户退了三批货。预算已经批了。", held=held(await drafted(ZH)))

    assert (None, True) == (draft.replaces, draft.text.startswith("北岭·6/10会议:1个痛点。"))


async def test_who_is_ours_is_told_by_what_they_say() -> None:
    """Where nobody is labelled and nobody known: whoever asks and offers. That it was a guess is said."""
    draft = await drafted(EN.replace(" (our AE)", "").replace("Iris: thanks for having us\n", ""))

    assert "It doesn't say who is ours; I took Iris to be." in draft.text
    assert "send you the quote by friday" == proposed(draft, "task1").fields["subject"]


async def test_an_account_of_a_colleague_is_not_written() -> None:
    """A rep sees the team's accounts and changes their own: the fields stay, and it is said."""
    draft = await drafted(ZH, WU)

    assert [] == [one for one in draft.also if one.entity == "account"]
    assert "这家不归你改,客户字段没动。" in draft.text


async def test_an_account_out_of_sight_is_nobodys() -> None:
    """Whoever may not see it is asked as if it were not there."""
    draft = await drafted(ZH, FAR)

    assert "account" not in draft.fields
    assert [] == list(draft.buttons)


async def test_without_talk_it_is_asked_for() -> None:
    """A wish alone has nothing to be read."""
    with pytest.raises(Unclear, match="whose_minutes"):
        await told("帮我整理会议纪要")


async def test_a_wish_for_minutes_is_no_name_of_an_account() -> None:
    """While minutes are open that have one, talk is asked for as if none were."""
    with pytest.raises(Unclear, match="whose_minutes"):
        await told("帮我整理会议纪要", held=held(await drafted(ZH)))


async def test_talk_that_comes_to_nothing_is_said_to() -> None:
    """No part is invented, and nothing is drafted."""
    outcome = await told("林晓: 您好\n莫主任: 你好\n林晓: 天气不错\n莫主任: 是啊\n林晓: 那再见\n莫主任: 再见")

    assert isinstance(outcome, Answer)
    assert ("读完了,没有痛点、决定,也没有待办。要记一笔,说一句就行。", False) == (outcome.text, outcome.found)
