"""Reps of the invented firm ask for points: the real house, its records, its papers. What is shown is held against what it stands on."""

import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bootstrap import Opened
from bot.demo.documents import filings
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.grounding import supports, unproven, verbatim
from bot.domain.ids import PassageId, RecordId, ThreadId, TurnId
from bot.domain.outcome import Answer
from bot.domain.people import Speaker, User, speaker_of
from bot.domain.records import Import
from bot.domain.talk import Lang, Turn, language_of
from bot.render.files import write_filings
from tests.scenarios.firm import TODAY, at_work
from tests.scenarios.test_account_brief import asked
from tests.scenarios.test_account_brief import firm as paper_firm

NOW = datetime(2026, 8, 4, 4, tzinfo=UTC)
SHELVED = re.compile(
    r"竞品|battlecards|案例|cases|对标|benchmark|白皮书|年度报告|S3|s3|海蓝供货|standard-supply|毛利|oddvik|价格政策|打法"
)
ASKED = (
    ("lin.xiao", "下午见海蓝,给我三个切入点"), ("lin.xiao", "见海蓝的李崇岳,开口聊点什么好"), ("lin.xiao", "海蓝的方以宁说预算紧,我怎么讲"),
    ("lin.xiao", "海蓝拿恩锐跟我们比,这场怎么讲"), ("lin.xiao", "给海蓝的赵总演示,重点讲什么"), ("lin.xiao", "北风续约,我手里有什么牌"),
    ("lin.xiao", "北风在看凌枢的方案,我们怎么打"), ("lin.xiao", "明天去冬储,该聊些什么"), ("lin.xiao", "冬储的孔岁寒,准备几个有依据的话题"),
    ("lin.xiao", "华创的采购总监,卖点怎么讲"), ("lin.xiao", "华创嫌贵,给我三条理由"), ("lin.xiao", "澄泾水务那边准备几个要点"),
    ("lin.xiao", "青峤的旺季快到了,见面讲什么"), ("lin.xiao", "粤衍塑机,三个切入点"), ("wu.yue", "见镜湖的陈牧之聊点什么"),
    ("wu.yue", "桐屿制药的设备部看重什么"), ("wu.yue", "绫川纺织,给几个talking points"), ("wu.yue", "榕澍能源对上泊振科技怎么讲"),
    ("wu.yue", "禾聿食品明天开会,备三个点"), ("zhang.min", "朗岬船舶配套,我去压个阵,讲什么"), ("zhang.min", "海岑电子材料的切入点"),
    ("shen.yi", "给海蓝做活动,切入点有哪些"), ("sun.yue", "津渡港口物流,三个切入点"), ("sun.yue", "岱岳药业下午见,讲什么"),
    ("sun.yue", "燕樾乳业对手是凌枢,怎么打"), ("sun.yue", "渝崮汽车部件,他们嫌交期长"), ("zheng.nan", "北纬重工我陪访,切入点"),
    ("zheng.nan", "蜀垚建材,准备谈话要点"), ("maya.lindqvist", "three points for Arnwell this afternoon"),
    ("maya.lindqvist", "how do we beat Tremora at Arnwell"), ("maya.lindqvist", "what will land with Oddvik about the second park"),
    ("maya.lindqvist", "Tessmark finds us expensive, what do I say"), ("maya.lindqvist", "hooks for dinner with Sorakawa"),
    ("maya.lindqvist", "Brackenford renewal talk, best angles"), ("owen.hartwell", "against Odalis at Mirrabook, our facts"),
    ("owen.hartwell", "Gallowmere: what should I bring up"), ("owen.hartwell", "three reasons for Tallgrass"),
    ("owen.hartwell", "Pinecrest worries about lead time"), ("owen.hartwell", "明天跟Castrelle开会,给几个angle"),
    ("owen.hartwell", "Feldmoor is comparing us with Zenbot"),
)  # fmt: skip
SHORT = 36
"""Answers that keep to sixty characters, or twenty-five words, before their evidence; the others name long firms or two gains."""
POINT = re.compile(r"^[①②③] ?([^::]+)[::]\s?(.+?)((?:\[\d+\])+)$")
COUNTED = re.compile(r"\d+天前|\d+ days ago|昨天|今天|yesterday|today")
ADVICE = re.compile(r"[,;] ?(?:先给交期|先给答复|have a date ready|have an answer ready)")


@dataclass(frozen=True)
class Firm:
    """The house of the invented firm. book: its records by id; people: by the name before the @."""

    here: Opened
    book: Mapping[str, Import]
    people: Mapping[str, Speaker]

    async def points(self, who: str, text: str) -> Answer:
        """What the skill says to somebody."""
        speaker = self.people[who]
        skill = next(one for one in self.here.skills.for_speaker(speaker) if one.capability.name == "talking_points")
        outcome = await skill.run(Turn(TurnId("t"), ThreadId("h"), speaker, text, language_of(text), NOW, "talking_points"))
        assert isinstance(outcome, Answer)
        return outcome

    async def stands(self, who: str, ground: Evidence) -> bool:
        """Whether a quote stands where it says: a document's and a note's word for word, a record that is there."""
        if ground.kind is EvidenceKind.DOCUMENT:
            found = await self.here.skills.library.for_speaker(self.people[who]).around(PassageId(ground.ref), 0, 0)
            return any(verbatim(ground.quote, one.text) for one in found)
        record = self.book.get(ground.ref)
        seen = self.here.skills.records.within(self.here.skills.policy.scope(self.people[who]))
        if record is None or not await seen.called({record.entity: RecordId(ground.ref)}):
            return False
        noted = [value for value in record.fields.values() if isinstance(value, str)]
        return ground.kind is EvidenceKind.RECORD or any(verbatim(ground.quote, one) for one in noted)


@asynccontextmanager
async def firm(folder: Path) -> AsyncIterator[Firm]:
    """The firm as of a day, with the papers that points are made from, and some that must stay out of them."""
    (folder / "config.toml").write_text("", encoding="utf-8")
    write_filings(folder / "papers", [one for one in filings(TODAY) if SHELVED.search(one.name)])
    async with at_work(folder, folder / "papers") as firm:
        people = {_key(one): speaker_of(one) for one in firm.made.users}
        yield Firm(firm.here, {one.id: one for kind in firm.made.records.values() for one in kind}, people)


def _key(user: User) -> str:
    return user.email.partition("@")[0]


def shown(answer: Answer) -> Sequence[tuple[str, str, Sequence[Evidence]]]:
    """The points of an answer: angle, words, grounds."""
    found = [match for line in answer.text.splitlines() if (match := POINT.match(line))]
    return [(one[1], one[2], [answer.evidence[int(at) - 1] for at in re.findall(r"\d+", one[3])]) for one in found]


def proven(words: str, grounds: Sequence[Evidence]) -> bool:
    """Whether a point says no figure, day or name that its grounds do not, and what it says stands there. How long ago is counted."""
    told = [f"{one.quote}\n{one.source}\n{one.locator}" for one in grounds]
    plain = COUNTED.sub("", words)
    return not unproven(plain, told) and supports(told, ADVICE.sub("", plain))


def own_words(answer: Answer) -> int:
    """How much of an answer is neither evidence nor where it stands: characters of Chinese, words of English."""
    told = "".join(line for line in answer.text.splitlines() if not line.startswith(("依据条数", "Grounds:")))
    for one in answer.evidence:
        told = told.replace(one.quote, "")
    told = re.sub(r"“[^”]*”|[(（][^()（）]*[)）]|\[\d+\]", "", told)
    return len(re.findall(r"[A-Za-z][\w'-]*", told)) if told.isascii() or not re.search(r"[\u3400-\u9fff]", told) else len(told)


@pytest.mark.slow
@pytest.mark.parametrize("each", [4, pytest.param(1, marks=pytest.mark.soak)])
async def test_every_point_stands_on_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str], each: int) -> None:
    """Forty requests, or each fourth: three angles, no two alike; each ground where it says, in sight; no figure or name without one."""
    score, asked = Counter[str](), ASKED[::each]
    async with firm(tmp_path) as house:
        for who, text in asked:
            answer = await house.points(who, text)
            points = shown(answer)
            score["requests"] += 1
            apart = {angle for angle, *_ in points}, {grounds[0].quote for *_, grounds in points}
            score["three angles"] += [3, 3] == [len(one) for one in apart]
            score["points"] += len(points)
            score["points proven"] += sum(proven(words, grounds) for _, words, grounds in points)
            score["grounds"] += len(answer.evidence)
            score["grounds that stand"] += sum([await house.stands(who, one) for one in answer.evidence])
            score["short"] += own_words(answer) <= (60 if language_of(answer.text) is Lang.ZH else 25)
    with capsys.disabled():
        sys.stdout.write(f"\ntalking points: {dict(score)}\n")

    assert (40, len(asked)) == (len(ASKED), score["three angles"])
    assert (score["points"], score["grounds"]) == (score["points proven"], score["grounds that stand"])
    assert score["short"] * len(ASKED) >= SHORT * len(asked) - len(ASKED)


async def test_points_are_asked_for_in_talk(tmp_path: Path) -> None:
    """A press gets three more, another leads to the brief; who may not see an account is asked which; a coach gets no amounts."""
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    async with paper_firm(tmp_path) as house:
        first = await asked(house, "[备谈话要点] 下午见海蓝,给我三个切入点")
        more = await asked(house, next(one["text"] for one in first["buttons"] if one["label"] == "换一批"))
        brief = await asked(house, next(one["text"] for one in more["buttons"] if one["label"] == "看简报"))
        hidden = await asked(house, "[Talking points] three points for Hailan", "maya.lindqvist@hengyu.example")
        blind = await asked(house, "[备谈话要点] 北纬重工", "han.song@hengyu.example")

    heads = [{line[1:].partition(":")[0] for line in one["text"].splitlines() if line[0] in "①②③"} for one in (first, more)]
    assert [3, 3, set()] == [len(heads[0]), len(heads[1]), heads[0] & heads[1]]
    assert ["talking_points", "talking_points", "account_brief"] == [one["skill"] for one in (first, more, brief)]
    assert "Which account? I recognised none; pick one, or give its full name." == hidden["text"]
    assert [] == [sign for sign in ("万", "预算", "¥", "商机") if sign in blind["text"] + str(blind["evidence"])]
