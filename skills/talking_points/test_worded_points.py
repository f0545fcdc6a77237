"""Points in a chat model's words: what their grounds support is shown, anything else is as it was without a model."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.errors import ModelDown
from bot.ports import Tool, ToolCall
from skills.talking_points.test_talking_points import angles, points

ASKED = "给我三个切入点,下午见海蓝"
UNPROVEN = "(大模型的说法没有依据,没有采用,以上是原文。)"


@dataclass
class ScriptedWriter:
    """The port `ChatModel`: fills with what it was given, or fails. given: the values it was handed."""

    told: Sequence[Mapping[str, str]] = ()
    why: str = ""
    name: str = "scripted"
    given: dict[str, str] = field(default_factory=dict)

    async def fill(self, prompt: str, values: Mapping[str, str], schema: Mapping[str, object]) -> Mapping[str, Any]:
        """The points it was given."""
        self.given.update(values, prompt=prompt, asked=str(schema))
        if self.why:
            raise ModelDown(self.name, self.why)
        return {"points": self.told}

    def tell(self, prompt: str, values: Mapping[str, str]) -> AsyncIterator[str]:
        """Never asked by this skill."""
        raise NotImplementedError(prompt, values)

    async def pick(self, prompt: str, values: Mapping[str, str], tools: Sequence[Tool]) -> ToolCall:
        """Never asked by this skill."""
        raise NotImplementedError(prompt, values, tools)


async def test_a_chat_model_orders_and_words_the_points() -> None:
    """What it says that stands is shown; a point that it left out keeps its quote, and every ground its number."""
    proof, pain = "镜湖的漏检从4次降到0次。", "铸造线漏检太多，罚了18万。"
    writer = ScriptedWriter([{"angle": "proof", "text": proof}, {"angle": "pain", "text": pain}])

    answer = await points(ASKED, writer=writer)

    assert ["同行的结果", "他们的痛", "他们自己说的"] == angles(answer)
    assert "②他们的痛:铸造线漏检太多，罚了18万。 [2][3]" == answer.text.splitlines()[2]
    assert ("scripted", "talking_points/points") == (answer.brain.model, writer.given["prompt"])
    assert "远方" not in writer.given["points"]


@pytest.mark.parametrize("text", ["漏检罚了180万。", "王总承诺下周签约。", "我们能把漏检降到0,保证。", "竞争对手快倒闭了。", ""])
async def test_a_point_without_ground_is_never_shown(text: str) -> None:
    """The quotes stand in its place, and the answer says so in half a sentence."""
    answer = await points(ASKED, writer=ScriptedWriter([{"angle": "pain", "text": text}]))

    assert f"{(await points(ASKED)).text}\n{UNPROVEN}" == answer.text
    assert ("builtin", "scripted: unproven") == (answer.brain.model, answer.brain.fell_back)


@pytest.mark.parametrize(
    "why, said", [("late", "(大模型这会儿没应答,以上是原文。)"), ("budget", "(今天的大模型额度用完了,以上是原文。)")]
)
async def test_a_failing_chat_model_costs_nothing_but_half_a_sentence(why: str, said: str) -> None:
    """The builtin points, whole."""
    answer = await points(ASKED, writer=ScriptedWriter(why=why))

    assert f"{(await points(ASKED)).text}\n{said}" == answer.text
