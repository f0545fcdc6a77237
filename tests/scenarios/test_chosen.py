"""A house whose chat model chooses, as its people meet it: what it picks is done, else people are asked; the story tells who chose."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.talk import Lang
from bot.terminal import Terminal
from tests.fakes.chat_endpoint import Tell
from tests.scenarios.obedient import REP, Besieged, besieged
from tests.unit.test_terminal import WORDS

VAGUE = ("Friday at Brava", "海蓝的事", "Quillon, the usual", "明天的安排和海蓝", "that thing with the gateway")
"""What no example decides; of these the first that the builtin chooser is not sure of is said, however it has learned."""


def always(tool: str) -> Tell:
    """A model that picks `tool`, whatever it reads."""
    return lambda _: f"call {tool} {{}}"


@asynccontextmanager
async def unsure(folder: Path) -> AsyncIterator[tuple[Besieged, str, Any]]:
    """A house with a chat model that is down, words that its builtin chooser is not sure of, and what it said to them."""
    async with besieged(folder, [], with_model=True) as siege:
        siege.model.mood = "401"
        tried = [(text, await siege.house.ask(text, as_=REP)) for text in VAGUE]
        text, told = next(one for one in tried if one[1]["skill"] == "house")
        siege.model.mood = "ok"
        siege.model.bodies.clear()
        yield siege, text, told


async def test_a_model_that_does_not_answer_has_the_person_asked(tmp_path: Path) -> None:
    """With buttons; the words say in half a sentence why, the decision says it in full. A press chooses by itself."""
    async with unsure(tmp_path) as (siege, _, told):
        pressed = await siege.house.ask(told["buttons"][0]["text"], as_=REP)

    assert ("house", "unsure") == (told["skill"], told["intent"])
    assert ("builtin", "obedient: key") == (told["chosen_by"], told["choosing_fell_back"])
    assert any(part in told["text"] for part in ("大模型这会儿没应答", "the language model is not answering"))
    assert ("person", "") == (pressed["chosen_by"], pressed["choosing_fell_back"])


async def test_what_a_model_picks_is_done_and_the_story_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where it is not built yet: an honest "not yet" and no guess. The prompt's version stands with the decision."""
    async with unsure(tmp_path) as (siege, text, _):
        siege.model.tell = lambda _: "call customer_value {}"
        told = await siege.house.ask(text, as_=REP)
        story = await siege.house.why(told["decision_id"], as_=REP)
    Terminal(WORDS, Lang.EN, as_json=False).show_story(story)

    assert ("customer_value", "obedient", "") == (told["intent"], told["chosen_by"], told["choosing_fell_back"])
    assert ["choose/intent"] == [name for name in story["prompts"] if name.startswith("choose")]
    assert "chosen by obedient\n" in capsys.readouterr().out


async def test_nobody_is_offered_what_they_may_not_use_and_no_order_writes(tmp_path: Path) -> None:
    """A model that names another tool has named nothing; one that obeys an order to write has the person asked, and nothing is drafted."""
    async with unsure(tmp_path) as (siege, text, _):
        before = siege.counted()
        told = []
        for call in ("send_message", "capture_opportunity", "unsure"):
            siege.model.tell = always(call)
            told.append(await siege.house.ask(text, as_=REP))
        offered = [one["function"]["name"] for one in siege.model.bodies[0]["tools"]]

        assert before == siege.counted()
    assert ([], "send_message" in offered, "capture_opportunity" in offered) == ([one for one in told if one["drafts"]], False, True)
    assert [("unsure", "builtin"), ("unsure", "obedient"), ("unsure", "obedient")] == [(one["intent"], one["chosen_by"]) for one in told]
    assert "[" in told[1]["buttons"][0]["text"]
