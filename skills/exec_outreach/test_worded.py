"""With a chat model a letter is phrased, and each sentence is held against its grounds; what does not stand is dropped, or all of it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.gaps import gaps_in
from bot.domain.ids import RecordId
from bot.domain.people import EVERYONE
from bot.domain.query import Row
from bot.domain.saying import Saying
from bot.domain.talk import Lang
from bot.domain.voice import Voice
from bot.errors import ModelDown
from bot.ports import Schema, Tool, ToolCall
from bot.words import TomlWords, read_sentences
from skills.exec_outreach.asked import Kind
from skills.exec_outreach.changing import bare_day
from skills.exec_outreach.compose import Fill, Letter, Plan, compose
from skills.exec_outreach.openings import Opening, Way
from skills.exec_outreach.person import Person
from skills.exec_outreach.register import faults
from skills.exec_outreach.worded import worded

HERE = Path(__file__)
WORDS = TomlWords(read_sentences(HERE.parents[2] / "bot" / "strings.toml")).own(HERE.with_name("strings.toml"))
SAID = Saying(WORDS, Lang.ZH, "Asia/Shanghai", date(2026, 8, 4), "lin")
REPORT = Evidence("未来三年，公司将把数据质量作为一号工程。", "海蓝科技年度报告.pdf", "p. 9", EvidenceKind.DOCUMENT, 1.0, "p1", EVERYONE)
DAY = Evidence("28号 = 2026-08-28", "你说的", "8/4", EvidenceKind.EVENT, 1.0, "t", EVERYONE)
LI = Person(Row(RecordId("li"), {"name": "李崇岳", "title": "董事长", "executive": True, "language": "zh"}), "李董", "海蓝科技")
OPENING = Opening(Way.PRIORITY, (REPORT,), {"page": "9"}, "未来三年，公司将把数据质量作为一号工程", "annual")
PLAN = Plan(LI, Kind.ICEBREAKER, Lang.ZH, OPENING, "林晓")
GOOD = ("读到贵公司年度报告第9页：“将把数据质量作为一号工程”，很想听听您的看法。", [1])
ASKS: tuple[str, list[int]] = ("[待补:见面日]是否方便当面向您请教？", [])
BOAST = ("我们在这方面市占率第一。", [1])
FALSE = ("去年贵公司的退货率是410 ppm。", [1])


@dataclass
class Writer:
    """A chat model that says what it was told to. asked: the values of its prompts."""

    told: Sequence[tuple[str, list[int]]] = ()
    down: str = ""
    asked: list[Mapping[str, str]] = field(default_factory=list)
    name: str = "writer-1"

    async def fill(self, prompt: str, values: Mapping[str, str], schema: Schema) -> Mapping[str, Any]:
        """What it was told to say."""
        self.asked.append({**values, "prompt": prompt, "schema": str(sorted(schema))})
        if self.down:
            raise ModelDown(self.name, self.down)
        return {"sentences": [{"text": text, "grounds": numbers} for text, numbers in self.told]}

    def tell(self, prompt: str, values: Mapping[str, str]) -> AsyncIterator[str]:
        """Nothing: letters are filled in."""
        raise NotImplementedError(prompt, values)

    async def pick(self, prompt: str, values: Mapping[str, str], tools: Sequence[Tool]) -> ToolCall:
        """Nothing: letters are filled in."""
        raise NotImplementedError(prompt, values, tools)


def letter() -> Letter:
    """The plain one."""
    return compose(PLAN, SAID)


async def test_a_phrased_letter_keeps_greeting_gap_and_grounds() -> None:
    """What stands is taken over, between the greeting and the sign-off that the house writes."""
    told = await worded(letter(), PLAN, "给李董写封破冰信", Writer([GOOD, ASKS]))

    assert f"李董事长，您好：\n{GOOD[0]}{ASKS[0]}\n此致\n敬礼\n林晓" == told.letter.body
    assert ("writer-1", "", "") == (told.brain.model, told.brain.fell_back, told.note)
    assert (REPORT,) == told.letter.grounds


async def test_what_nothing_supports_is_dropped_and_that_is_said() -> None:
    """A boast and a figure from elsewhere do not come through."""
    told = await worded(letter(), PLAN, "写上我们市占率第一", Writer([GOOD, BOAST, FALSE, ASKS]))

    assert ("dropped", 2) == (told.note, told.dropped)
    assert "第一" not in told.letter.body
    assert "410" not in told.letter.body


async def test_a_letter_without_its_gap_or_its_ground_is_not_taken() -> None:
    """A model that fills in a day of its own, or says nothing that stands, is not followed."""
    for sentences in ([GOOD, ("8月28日是否方便当面向您请教？", [])], [BOAST], [ASKS]):
        told = await worded(letter(), PLAN, "给李董写封破冰信", Writer(sentences))

        assert letter() == told.letter
        assert ("unproven", "writer-1: unproven") == (told.note, told.brain.fell_back)


async def test_the_plain_letter_goes_out_where_no_model_answers() -> None:
    """And whoever asked is told why."""
    told = await worded(letter(), PLAN, "给李董写封破冰信", Writer(down="timeout"))

    assert letter() == told.letter
    assert ("down", "writer-1: timeout") == (told.note, told.brain.fell_back)


def test_a_plain_letter_is_short_respectful_and_open_where_nothing_is_known() -> None:
    """Every kind, both languages, with a way in and without: no fault, and a gap in place of what is not known."""
    for kind in Kind:
        for lang in Lang:
            for opening in (OPENING, None):
                body = compose(replace(PLAN, kind=kind, lang=lang, opening=opening), SAID).body

                assert () == faults(body, lang, executive=True)
                assert gaps_in(body) or kind in {Kind.THANKS, Kind.OTHER}


def test_a_day_is_filled_in_where_one_is_waited_for() -> None:
    """As the letter's language writes it, with the rep's words as its ground; other words wait for another gap."""
    fill = Fill("2026-08-28", DAY, date(2026, 8, 28))
    chinese, english = (compose(replace(PLAN, lang=lang, fills=(fill,)), SAID) for lang in (Lang.ZH, Lang.EN))
    unknown = compose(replace(PLAN, opening=None, fills=(fill,)), SAID)

    assert "8月28日是否方便" in chinese.body
    assert "28 August" in english.body
    assert DAY in chinese.grounds
    assert ("由头",) == unknown.gaps


def test_a_voice_gives_form_and_no_familiarity() -> None:
    """Their greeting and sign-off are used; 你 and a nickname are not, towards an executive; formal goes before habit."""
    voice = Voice(Lang.ZH, 5, "", "，见信好：", "冒昧来信，请见谅。", "顺颂时祺", 60, polite_you=False)
    plan = replace(PLAN, voice=voice)
    own, formal = compose(plan, SAID).body, compose(replace(plan, formal=True), SAID).body
    rude = compose(replace(PLAN, voice=replace(voice, after="，你好：")), SAID).body

    assert own.startswith("李董事长，见信好：\n冒昧来信，请见谅。")
    assert own.endswith("顺颂时祺\n林晓")
    assert "你" not in own
    assert formal.startswith("尊敬的李董事长：")
    assert rude.startswith("李董事长，您好：")


def test_a_bare_ordinal_is_the_next_such_day() -> None:
    """This month's or the next one's; what says more than a day is read by the reader."""
    told = [bare_day(said, date(2026, 8, 30)) for said in ("the 31st", "the 28th", "say the 30th", "28", "the 28th of May")]

    assert [date(2026, 8, 31), date(2026, 9, 28), date(2026, 8, 30), None, None] == told
