"""Every shape of outcome, on every transport, in both languages: within its limits, nothing lost, nothing empty."""

import asyncio
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

import pytest

import bot
from bot.channels.form import CAPABILITIES, Attachment, Card, Part, Picture, WireButton, Words, laid_out
from bot.channels.form.cutting import in_bytes
from bot.channels.form.dialects import STANDARD
from bot.channels.form.markup import read
from bot.channels.form.rows import columns
from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.decision import Message, MessageState
from bot.domain.drafted import rows_of
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, DecisionId, DraftId, MessageId, RecordId, ThreadId, TurnId
from bot.domain.offers import ALL, STANDING, WHY, offered
from bot.domain.outcome import MAIN, Answer, Button, Draft, Outcome, Proposal
from bot.domain.paper import Grid
from bot.domain.talk import Lang, Origin
from bot.domain.transport import Capabilities
from bot.errors import Upstream
from bot.words import TomlWords, read_sentences

SAY = TomlWords(read_sentences(Path(bot.__file__).parent / "strings.toml"))
HOSTILE = "<!channel> <@U1> @all **粗** [a](https://evil.example) `x` # 1 <a href='https://evil.example'>b</a>"
LONG = "第{n}条:付款期从30天改成90天,超过¥1,200,000的订单要法务批准,见 https://acme.example/p?n={n}。"


def _ground(quote: str, source: str = "policies/价格政策.pdf", kind: str = "document", *, stale: bool = False) -> Evidence:
    return Evidence(quote, source, "§2.1", EvidenceKind(kind), 0.9, "p1", Audience("all"), stale)


def _draft(count: int, text: str = "新商机·海蓝科技|120万|S3×200。哪天能签?") -> Draft:
    fields = {
        "name": "海蓝S3扩容", "account": "a1", "account_name": "海蓝科技", "amount": 1_200_000, "currency": "CNY", "stage": "negotiation",
        "close_date": "2026-07-31", "quantity": 200, "discount": 10.0,
        "next_step": "下周三前把报价和质保条款一起发给王经理,顺便问今年的预算", "next_step_date": "2026-07-22", "competitor": HOSTILE,
    }  # fmt: skip
    kept = dict(list(fields.items())[:count])
    return Draft(text, "opportunity", kept, {"amount": _ground("不对,一百二十万", "你说的", "event")})


ALSO = (
    Proposal("deal2", "opportunity", {"name": "海蓝备件", "amount": 300_000, "currency": "CNY"}),
    Proposal("touchpoint", "touchpoint", {"opportunity": MAIN, "account": "a1", "account_name": "海蓝科技", "note": "漏检太多。" * 300}),
    Proposal("task", "task", {"opportunity": MAIN, "subject": f"报价给{HOSTILE}" * 9, "due_date": "2026-07-22", "status": "open"}),
    Proposal("account", "account", {"biggest_pain": "漏检", "budget_progress": "已批"}, record_id=RecordId("a1")),
)
CHART = Chart(ChartKind.BARS, "各区域赢单", ("华东", "华南"), (Series("金额", (1_200_000, 800_000), "CNY"),), note="口径:赢单·Q2")
WIDE = """改动如下:
| 条款 | 原来 | 现在 | 风险 | 依据 |
|---|---|---|---|---|
| 付款 | 30天 | 90天 | 高 | P-03 |
| 验收 | 默认 | 无 | 高 | P-07 |
先别签。"""
MANY = tuple(_ground(f"第{place}条写着{'很长的' * 30}一句话", f"文件{place}.md", stale=place == 2) for place in range(5))
BUTTONS = tuple(Button(f"选项{place}", "say", f"我选第{place}个") for place in range(9))
OUTCOMES: Mapping[str, Outcome] = {
    "a word": Answer("好,从头说。"),
    "an answer": Answer("你能给到九折,再低找张经理。", (_ground("续约总折扣不超过10%"),), (Button("原文", "say", "给我看原文"),)),
    "an answer in English": Answer("10 % is yours; above that, ask Maya. Until 31 Jul.", (_ground("up to 10 %", "Price policy.md"),)),
    "its own quote": Answer("质保期是24个月。", (_ground("质保期是24个月。"),)),
    "nothing found": Answer("没查到,不猜。", found=False),
    "what was erased": Answer("", (_ground(""),)),
    "many grounds": Answer("找到5条。", MANY),
    "records": Answer("找到2条商机。", (_ground("海蓝 120万", "海蓝科技", "record"),), query={"entity": "opportunity"}),
    "many buttons": Answer("没把握是哪件事,点一个:", buttons=BUTTONS),
    "long labels": Answer("哪一位?", buttons=tuple(Button(f"王经理的联系方式是什么{place}", "say", f"王{place}") for place in range(3))),
    "thirty buttons": Answer("哪一位?", buttons=tuple(Button(f"第{place}位", "say") for place in range(30))),
    "a retry": Answer("这条没做成,已记下。", buttons=(Button("再试一次", "retry", "续约最多几折?"),), found=False),
    "privately": Answer("这个只能告诉你一个人。", buttons=(Button("Send it to me privately", "privately", "海蓝多少钱?"),)),
    "a list": Answer("# 结论\n**先别签**:\n- 付款 `P-03`\n- 责任上限\n1. 验收\n> 默认验收删了\n```\n原文\n```", (_ground("三十日内"),)),
    "a narrow table": Answer("| 客户 | 金额 |\n|---|---|\n| 海蓝 | 120万 |\n| 北风 | 80万 |", buttons=(Button("明细", "say", "看明细"),)),
    "a wide table": Answer(WIDE, (_ground("三十日内"),), (Button("修订版", "say", "给我修订版"),)),
    "a chart": Answer("华东最多。", chart=CHART, buttons=(Button("明细", "say", "看明细"),)),
    "long": Answer("\n".join(LONG.format(n=place) for place in range(40)), (_ground("三十日内"),), (Button("原文", "say", "原文"),)),
    "very long": Answer("".join(LONG.format(n=place) for place in range(150)), (_ground("三十日内"),)),
    "one endless word": Answer("海" * 1_500 + "x" * 2_500),
    "what people wrote": Answer(f"听到:“{HOSTILE}”", (_ground(HOSTILE, HOSTILE),), (Button(HOSTILE, "say", HOSTILE),)),
    "emoji": Answer("👨‍👩‍👧‍👦🇨🇳" * 300),
    "to send on": Answer("下条长按转发。", buttons=(Button("我发了", "say", "我发了"),), forward="李董好,陈总提过贵司新线。\n\n" + HOSTILE),
    "a long text to send on": Answer("下条长按转发。", forward="李董好,陈总提过贵司新线。" * 200),
    "a small draft": _draft(5),
    "a full draft": _draft(12),
    "a change": replace(_draft(4), record_id=RecordId("r1")),
    "a draft with a long text": _draft(12, "新商机。" * 200),
    "a draft with its own buttons": replace(_draft(6), buttons=(Button("通过", "save"), Button("退回", "discard"))),
    "a draft of what nobody knows": Draft("记一笔", "parcel", {"weight": 3.5, "fragile": True, "": None, "note": ""}),
    "several records": replace(_draft(12), also=ALSO, shows=("account", "amount", "quantity", "close_date", "next_step", "stage")),
    "several records, much said": replace(_draft(12, "新商机。" * 200), also=ALSO * 9, shows=("account",)),
    "a change of what was there": replace(_draft(6), record_id=RecordId("r1"), before={"amount": 800_000, "currency": "CNY"}),
    "a draft to send on": replace(_draft(2), forward="王总好,报价在附件里。"),
}  # fmt: skip


class Drawer:
    """Draws nothing, and keeps what it was asked to draw; or is out of colours."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.drawn: list[Chart | Grid] = []

    async def chart(self, chart: Chart, _: Lang) -> bytes:
        """A picture of a chart."""
        return self._png(chart)

    async def grid(self, grid: Grid, _: Lang) -> bytes:
        """A picture of a table."""
        return self._png(grid)

    def _png(self, one: Chart | Grid) -> bytes:
        if not self.works:
            raise Upstream("chart")
        self.drawn.append(one)
        return b"\x89PNG"


def _message(outcome: Outcome, lang: Lang, *, decided: bool = True) -> Message:
    origin = Origin("chat", "w1", "u1", ThreadId("t1"))
    decision = DecisionId("d1") if decided else None
    draft, revision = (DraftId("f1"), 1) if isinstance(outcome, Draft) else (None, None)
    return Message(MessageId("m1"), 1, origin, TurnId("t1"), decision, outcome, draft, revision, 1, MessageState.SENDING, lang)


@pytest.fixture(scope="module", params=list(CAPABILITIES.values()), ids=list(CAPABILITIES))
def can(request: pytest.FixtureRequest) -> Capabilities:
    """A transport."""
    found: Capabilities = request.param
    return found


@dataclass(frozen=True)
class Shown:
    """An outcome as it is shown."""

    outcome: Outcome
    lang: Lang
    parts: Sequence[Part]
    drawer: Drawer

    def cards(self) -> Sequence[Card]:
        """Its cards."""
        return [part for part in self.parts if isinstance(part, Card)]

    def wired(self) -> Sequence[WireButton]:
        """All that can be pressed."""
        return [one for card in self.cards() for one in (*card.buttons, *card.thumbs)]


async def shown_on(can: Capabilities, *, works: bool = True, decided: bool = True) -> Mapping[str, Shown]:
    """Every outcome in each language. works: whether pictures can be drawn; decided: whether a decision stands behind it."""
    found = {}
    for lang in Lang:
        for name, outcome in OUTCOMES.items():
            drawer = Drawer(works=works)
            message = _message(outcome, lang, decided=decided)
            parts = await laid_out(message, can, SAY, picture=drawer.chart, grid=drawer.grid)
            found[f"{name} ({lang})"] = Shown(outcome, lang, parts, drawer)
    return found


@pytest.fixture(scope="module")
def shown(can: Capabilities) -> Mapping[str, Shown]:
    """Every outcome as a transport shows it, laid out once."""
    return asyncio.run(shown_on(can))


def _where(wrong: Mapping[str, object]) -> Mapping[str, object]:
    """Those with something wrong."""
    return {name: found for name, found in wrong.items() if found}


@pytest.mark.parametrize("works", [True, False])
@pytest.mark.parametrize("decided", [True, False])
async def test_within_all_limits(can: Capabilities, works: bool, decided: bool) -> None:  # noqa: FBT001
    """No part is longer, has more rows or more buttons than its transport takes, and none is empty."""
    shown = await shown_on(can, works=works, decided=decided)

    assert {} == _where({name: [wrong for part in one.parts for wrong in _wrong_with(part, can)] for name, one in shown.items()})
    assert [] == [name for name, one in shown.items() if not one.parts]


def test_no_sentence_is_lost(can: Capabilities, shown: Mapping[str, Shown]) -> None:
    """Every sentence of the text is in some part."""
    assert {} == _where({name: _missing(_sentences(one.outcome.text), one, can) for name, one in shown.items()})


def test_every_ground_is_there_or_a_press_away(can: Capabilities, shown: Mapping[str, Shown]) -> None:
    """Where the quotes are not all shown in full, a button leads to them."""
    hidden = _where({name: _missing([ground.quote for ground in _grounds(one.outcome)], one, can) for name, one in shown.items()})
    assert [] == [name for name in hidden if WHY not in {one.action for one in shown[name].wired()}]


def test_every_field_is_there_or_a_press_away(can: Capabilities, shown: Mapping[str, Shown]) -> None:
    """Where the rows do not show all of a draft, a button does."""
    hidden = _where({name: _missing(_fields(one.outcome, one.lang), one, can) for name, one in shown.items()})
    assert [] == [name for name in hidden if ALL not in {one.action for one in shown[name].wired()}]


def test_what_is_not_drawn_is_said(can: Capabilities, shown: Mapping[str, Shown]) -> None:
    """A button that does not fit stands there as words, which do the same when somebody says them."""
    unsaid = {
        name: [
            button for place, button in _to_press(one.outcome, can)
            if f"m1:{place}" not in {wired.id for wired in one.wired()} and _missing([button.label or button.text], one, can)
        ]
        for name, one in shown.items()
    }  # fmt: skip
    assert {} == _where(unsaid)


def test_what_is_to_be_sent_on_stands_alone(can: Capabilities, shown: Mapping[str, Shown]) -> None:
    """It comes last, in messages that hold nothing else and no number."""
    for one in shown.values():
        forwarded = [part for part in one.parts if isinstance(part, Words) and part.forward]

        assert forwarded == list(one.parts[len(one.parts) - len(forwarded) :])
        assert _bare(one.outcome.forward or "") == _bare("".join(_words_of(part, can) for part in forwarded))


def test_nobody_is_called_by_what_people_wrote(can: Capabilities, shown: Mapping[str, Shown]) -> None:
    """No mention, tag or disguised link is in any text that a platform reads as markup."""
    sent = {name: [text for part in one.parts for text in _sent(part, can)] for name, one in shown.items()}
    marked = {name: [text for part in one.parts for text in _sent(part, can, marked=True)] for name, one in shown.items()}
    assert {} == _where({name: re.findall(r"<[a-z/@!#]|(?<![\w.])@all", "\n".join(texts), re.IGNORECASE) for name, texts in sent.items()})
    assert {} == _where({name: re.findall(r"(?<!\\)\]\(", "\n".join(texts)) for name, texts in marked.items()})


def test_buttons_are_numbered_as_offered(shown: Mapping[str, Shown]) -> None:
    """A button on the wire carries its message and its place, once; the place leads back to what it does."""
    for one in shown.values():
        wired = one.wired()

        assert len(wired) == len({button.id for button in wired})
        assert [button.action for button in wired] == [offered(one.outcome)[int(button.id.split(":")[1])].action for button in wired]
        assert len(one.cards()) <= 1


async def test_a_settled_card_has_nothing_left_to_press(can: Capabilities) -> None:
    """What was pressed, by whom and when stands on the card; where cards cannot be changed there is none."""
    facts = {"by": "王芳", "at": datetime(2026, 7, 22, 6, 5, tzinfo=UTC).isoformat(), "zone": "Asia/Shanghai"}
    for outcome in OUTCOMES.values():
        update = replace(_message(outcome, Lang.ZH), id=MessageId("m2"), updates=MessageId("m1"), pressed="保存", facts=facts)

        parts = await laid_out(update, can, SAY)

        assert bool(can.edit and can.buttons) == bool(parts)
        for card in parts:
            assert isinstance(card, Card)
            assert ((), (), "王芳按了「保存」· 14:05") == (card.buttons, card.thumbs, card.settled)
            assert [] == list(_wrong_with(card, can))


def _wrong_with(part: Part, can: Capabilities) -> Iterator[str]:
    match part:
        case Words(markdown=text):
            if not text.strip():
                yield "empty words"
            if can.text_bytes is not None and in_bytes(text) > can.text_bytes:
                yield f"{in_bytes(text)} bytes"
            if can.text_chars is not None and len(text) > can.text_chars:
                yield f"{len(text)} characters"
        case Card():
            yield from _wrong_with_card(part, can)
        case Picture(png=png, alt=alt):
            if not (can.images and png and alt.strip()) or len(alt) > 2_000:
                yield "a picture"
        case Attachment(content=content, name=name):
            if not (can.files_out and content and name):
                yield "a file"
        case other:
            assert_never(other)


def _wrong_with_card(card: Card, can: Capabilities) -> Iterator[str]:
    if not (card.title.strip() or card.text.strip()):
        yield "neither title nor text"
    yield from (f"{len(text)} in {name}" for name, text, most in (
        ("title", card.title, can.title_chars), ("text", card.text, can.card_chars),
        ("quotes", "\n".join(card.quotes), can.quote_chars), *(("value", value, can.row_chars) for _, value in card.rows),
        *(("label", one.label, can.button_chars) for one in (*card.buttons, *card.thumbs)),
    ) if most is not None and len(text) > most)  # fmt: skip
    if can.key_chars is not None and any(columns(name) > 2 * can.key_chars for name, _ in card.rows):
        yield "a row's name"
    if len(card.rows) > can.rows or len(card.buttons) > can.buttons:
        yield "too many"
    words = [*(one.label for one in card.buttons), *(word for row in card.rows for word in row), *card.quotes]
    if not all(word.strip() for word in words):
        yield "something empty"


def _words_of(part: Part, can: Capabilities) -> str:
    """The words of a part as people read them, without the number of a message among several."""
    match part:
        case Words(markdown=text):
            return _seen(re.sub(r"\n\(\d+/\d+\)$", "", text), can)
        case Card():
            rows = [word for row in part.rows for word in row]
            return "\n".join((part.title, _seen(part.text, can), *rows, *part.quotes, *(one.label for one in part.buttons)))
        case Picture(alt=alt):
            return alt
        case Attachment(content=content):
            return content.decode()
        case other:
            assert_never(other)


def _all(one: Shown, can: Capabilities) -> str:
    """Everything that is shown, pictures and files among it."""
    return _bare("\n".join((*(_words_of(part, can) for part in one.parts), *_cells(one.drawer))))


def _sent(part: Part, can: Capabilities, *, marked: bool = False) -> Iterator[str]:
    """The text of a part as it leaves. marked: where the platform reads it as Markdown."""
    if isinstance(part, Words) and not (marked and part.plain):
        yield part.markdown
    elif isinstance(part, Card) and not marked:
        yield part.text
        if can.dialect != STANDARD:  # where an adapter may have to send it as text
            yield from (*part.quotes, *(value for _, value in part.rows))


def _seen(text: str, can: Capabilities) -> str:
    return html.unescape(text.replace("\\", "")) if can.dialect == STANDARD else text


def _bare(text: str) -> str:
    return "".join(char for char in text.replace("｀", "").replace("＜", "") if char.isalnum() or char > "\U0001f000")


def _sentences(text: str) -> Sequence[str]:
    return [one for line in text.replace("|---", "").splitlines() for one in re.split(r"[。!?]", line.strip("|")) for one in one.split("|")]


def _grounds(outcome: Outcome) -> Sequence[Evidence]:
    return outcome.evidence if isinstance(outcome, Answer) else tuple(outcome.evidence.values())


def _fields(outcome: Outcome, lang: Lang) -> Sequence[str]:
    rows = rows_of(outcome, lang) if isinstance(outcome, Draft) else ()
    return [f"{row.name}{f'{row.before} → ' if row.before else ''}{row.value}" for row in rows]


def _to_press(outcome: Outcome, can: Capabilities) -> Sequence[tuple[int, Button]]:
    """What the outcome itself wants pressed, where anybody can answer."""
    return [(place, one) for place, one in enumerate(offered(outcome)) if can.hears and (one.action not in STANDING or one.label)]


def _missing(told: Sequence[str], one: Shown, can: Capabilities) -> Sequence[str]:
    """What of it is nowhere, pictures and files looked at too."""
    everything = _bare("\n".join((*(_words_of(part, can) for part in one.parts), *_cells(one.drawer))))
    return [words for words in told if _bare(words) not in everything]


def _cells(drawer: Drawer) -> Iterator[str]:
    for one in drawer.drawn:
        if isinstance(one, Grid):
            yield from (cell for row in (one.header, *one.rows) for cell in row)


def test_the_shapes_are_many() -> None:
    """The suite would prove little without tables, code and drafts among its outcomes."""
    kinds = {type(block).__name__ for one in OUTCOMES.values() for block in read(one.text)}

    assert {"Line", "Code", "Grid"} == kinds
    assert {Answer, Draft} == {type(one) for one in OUTCOMES.values()}
