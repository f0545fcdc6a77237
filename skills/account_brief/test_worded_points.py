"""Talking points in a chat model's words: what their grounds support is shown, anything else is as it was without a model."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.errors import ModelDown
from bot.ports import Tool, ToolCall
from skills.account_brief.test_account_brief import brief, part


@dataclass
class ScriptedWriter:
    """The port `ChatModel`: fills with what it was given, or fails. given: the values it was handed."""

    told: Sequence[Mapping[str, str]] = ()
    why: str = ""
    name: str = "scripted"
    given: dict[str, str] = field(default_factory=dict)

    async def fill(self, prompt: str, values: Mapping[str, str], schema: Mapping[str, object]) -> Mapping[str, Any]:
        """The points it was given."""
        self.given.update(values, prompt=prompt, asked=str(schema["required"]))
        if self.why:
            raise ModelDown(self.name, self.why)
        return {"points": self.told}

    def tell(self, prompt: str, values: Mapping[str, str]) -> AsyncIterator[str]:
        """Never asked by this skill."""
        raise NotImplementedError(prompt, values)

    async def pick(self, prompt: str, values: Mapping[str, str], tools: Sequence[Tool]) -> ToolCall:
        """Never asked by this skill."""
        raise NotImplementedError(prompt, values, tools)


async def test_a_chat_model_picks_and_words_the_points() -> None:
    """What its grounds support is shown in its words; what must stand around it stays computed."""
    news, pain = "恩锐的年失效率高出23%。", "铸造线漏检太多，上月罚了18万。"
    writer = ScriptedWriter([{"angle": "news", "text": news}, {"angle": "pain", "text": pain}])

    answer = await brief("海蓝准备一下", writer=writer)

    points = part(answer, "【三个切入点】")[1:4]
    assert ["①新由头:恩锐的年失效率高出23%。 [1]", "②他们的痛:铸造线漏检太多，上月罚了18万。 [2][3]"] == points[:2]
    assert "scripted" == answer.brain.model
    assert "angle: pain\n- 触点·王砚舟 · 5/4: " in writer.given["points"]


@pytest.mark.parametrize("text", ["漏检罚了180万。", "王总承诺下周签约。", "北风那边也漏检。", ""])
async def test_a_point_without_ground_is_never_shown(text: str) -> None:
    """The builtin point stands in its place, and the answer says so in half a sentence."""
    answer = await brief("海蓝准备一下", writer=ScriptedWriter([{"angle": "pain", "text": text}]))

    assert "(大模型的说法没有依据,没有采用,切入点是原文。)" == answer.text.splitlines()[-1]
    assert "①他们的痛:王砚舟·92天前:“去一厂，王经理说铸造线漏检太多，上月罚了18万。” [1][2]" in answer.text
    assert ("builtin", "scripted: unproven") == (answer.brain.model, answer.brain.fell_back)


@pytest.mark.parametrize(
    "why, said", [("late", "(大模型这会儿没应答,切入点是原文。)"), ("budget", "(今天的大模型额度用完了,切入点是原文。)")]
)
async def test_a_failing_chat_model_costs_nothing_but_half_a_sentence(why: str, said: str) -> None:
    """The builtin brief, whole."""
    answer = await brief("海蓝准备一下", writer=ScriptedWriter(why=why))

    assert f"{(await brief('海蓝准备一下')).text}\n{said}" == answer.text
