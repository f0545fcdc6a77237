"""Answers in a chat model's words, over a real server that plays recorded replies: what stands is shown, what does not is not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.evidence import Passage
from bot.domain.ids import Audience, DocumentId, PassageId, ThreadId, TurnId
from bot.domain.outcome import BUILTIN, Answer, Brain
from bot.domain.talk import Turn, language_of
from bot.words import TomlWords, read_sentences
from skills.answer_knowledge.skill import run
from skills.answer_knowledge.test_answer_knowledge import FoundPassages
from tests.fakes.chat_endpoint import ChatEndpoint, cassettes, chat_endpoint, said_to
from tests.fakes.chats import SPEAKER, Bench, bench

HERE = Path(__file__)
WORDS = TomlWords(read_sentences(HERE.parents[2] / "bot" / "strings.toml")).own(HERE.with_name("strings.toml"))
POLICY = "续约总折扣不超过10%。超过10%的折扣由区域经理书面批准。"
SENSORS = "The S3 sensor carries a warranty of 36 months from delivery. Repairs are finished within ten working days."
GATEWAYS = "The G1 gateway carries a warranty of 24 months. Damage by lightning is not covered."


def passage(text: str, title: str) -> Passage:
    """One passage."""
    return Passage(PassageId(title), DocumentId(title), text, title, f"{title}.md", "§1", Audience("all"), score=0.9)


PRICES, WARRANTY, GATEWAY = passage(POLICY, "价格政策"), passage(SENSORS, "Sensors"), passage(GATEWAYS, "Gateways")


@pytest.fixture
async def server() -> AsyncIterator[ChatEndpoint]:
    """A model that says what was recorded."""
    async with chat_endpoint(cassettes("answers")) as endpoint:
        yield endpoint


@pytest.fixture
async def asked(server: ChatEndpoint) -> AsyncIterator[Bench]:
    """A chat model over it."""
    made = bench(server, timeout_s=30)
    yield made
    await made.endpoint.close()


async def answer(question: str, asked: Bench | None, *found: Passage) -> Answer:
    """What the skill says, with a chat model or without."""
    turn = Turn(TurnId("t"), ThreadId("h"), SPEAKER, question, language_of(question), datetime(2026, 7, 1, tzinfo=UTC))
    return await run(turn, passages=FoundPassages(found), words=WORDS, writer=asked.model if asked else None)


@pytest.mark.parametrize(
    "question, found, text, quote",
    [
        ("续约最多几折?", PRICES, "续约总折扣不超过10%,再多由区域经理书面批准。", POLICY),
        ("How long is the warranty on the S3?", WARRANTY, "36 months from delivery.", f"{SENSORS.partition('. ')[0]}."),
    ],
)
async def test_words_that_stand_are_shown_with_their_quotes(asked: Bench, question: str, found: Passage, text: str, quote: str) -> None:
    """The wording is the model's, the evidence the document's, and the decision will say who worded it."""
    outcome = await answer(question, asked, found)

    assert (text, [quote], Brain("m")) == (outcome.text, [one.quote for one in outcome.evidence], outcome.brain)


async def test_a_sentence_with_a_figure_of_its_own_is_dropped(asked: Bench) -> None:
    """What stands stays; the rest of what the model said is never shown."""
    outcome = await answer("How long is the G1 covered?", asked, GATEWAY)

    assert "24 months." == outcome.text


@pytest.mark.parametrize("question", ["What is the penalty for late payment?", "Who approves more than that?"])
async def test_words_without_ground_give_way_to_the_source(asked: Bench, question: str) -> None:
    """A quote that stands nowhere, or in a passage that was never given, proves nothing: the builtin answer is given, and says so."""
    outcome = await answer(question, asked, WARRANTY, GATEWAY)
    builtin = await answer(question, None, WARRANTY, GATEWAY)

    assert WORDS.say("model_unproven", language_of(question), text=builtin.text) == outcome.text
    assert (builtin.evidence, Brain(fell_back="m: unproven")) == (outcome.evidence, outcome.brain)


@pytest.mark.parametrize("question, found", [("How long is the warranty of the S3 sensor?", WARRANTY), ("续约最多几折?", PRICES)])
async def test_a_small_model_that_declines_what_it_quotes_is_overruled(
    asked: Bench, server: ChatEndpoint, question: str, found: Passage
) -> None:
    """As a real one did: where the document's own sentence surely answers, it is given; the decision tells that the model declined."""
    server.tell = cassettes("small_model")

    outcome = await answer(question, asked, found)

    builtin = await answer(question, None, found)
    assert replace(builtin, brain=Brain(fell_back="m: declined")) == outcome


async def test_a_model_that_finds_nothing_names_the_nearest_sentence(asked: Bench) -> None:
    """The sentence is the document's; the refusal is ours."""
    outcome = await answer("Is lightning damage to the cloud covered?", asked, WARRANTY, GATEWAY)

    assert (False, "Not found, and I won't guess. Closest: “Damage by lightning is not covered.”") == (outcome.found, outcome.text)


@pytest.mark.parametrize("mood", ["401", "cut", "half json", "other schema", "empty", "refusal", "huge"])
async def test_whatever_the_server_does_the_source_answers(asked: Bench, server: ChatEndpoint, mood: str) -> None:
    """A useful answer with its evidence, and half a sentence that says why."""
    server.mood = mood
    asked.once()
    builtin = await answer("How long is the warranty on the S3?", None, WARRANTY)

    outcome = await answer("How long is the warranty on the S3?", asked, WARRANTY)

    assert WORDS.say("model_down", language_of("a"), text=builtin.text) == outcome.text
    assert builtin.evidence == outcome.evidence
    assert outcome.brain.fell_back.startswith("m: ")


async def test_a_spent_budget_is_told_as_such(asked: Bench) -> None:
    """Nobody thinks that something broke."""
    thrifty = replace(asked, role=replace(asked.role, terms=replace(asked.role.terms, budget=1)))
    await answer("续约最多几折?", thrifty, PRICES)

    outcome = await answer("续约最多几折?", thrifty, PRICES)

    assert outcome.text.endswith("(今天的大模型额度用完了,以上是原文。)")


async def test_an_outdated_source_is_told_whoever_words_it(asked: Bench) -> None:
    """The warning does not depend on the model."""
    outcome = await answer("续约最多几折?", asked, replace(PRICES, valid_until=date(2026, 1, 1)))

    assert outcome.evidence[0].stale
    assert "2026-01-01" in outcome.text


async def test_nobody_is_asked_where_nothing_was_found(asked: Bench, server: ChatEndpoint) -> None:
    """Without a passage there is nothing to word."""
    outcome = await answer("续约最多几折?", asked)

    assert (False, [], BUILTIN) == (outcome.found, server.bodies, outcome.brain)


async def test_passages_are_told_with_number_source_and_place(asked: Bench, server: ChatEndpoint) -> None:
    """So that the model can cite them, and knows which is stale."""
    await answer("续约最多几折?", asked, PRICES, replace(WARRANTY, superseded_by="New"))

    assert "[1] 价格政策.md · §1\n续约" in said_to(server.bodies[0])
    assert "[2] Sensors.md · §1 (stale)\nThe S3" in said_to(server.bodies[0])
