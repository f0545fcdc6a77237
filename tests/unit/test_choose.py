"""What a turn is taken for: a pressed choice, a new topic, the thread's topic, or a question back."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.outcome import Button
from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang, Memories, Topic, Turn, goes_on
from bot.ports import Capability, Choice
from bot.turns.choose import Chosen, choose, starts_anew
from bot.words import TomlWords
from tests.fakes.choosing import OneChoice

ANN = Speaker(UserId("u1"), "Ann", Role.REP, "east", "Europe/Berlin")
WORDS = TomlWords({"which_one": {Lang.ZH: "哪一个?", Lang.EN: "Which?"}})
LABELS: Mapping[str, Mapping[Lang, str]] = {
    "ask": {Lang.ZH: "查记录", Lang.EN: "Records"}, "note": {Lang.ZH: "记一笔", Lang.EN: "Note"}
}
OFFERED = [Capability(name, {}, (name,), {name: (name,)}, "ready", {name: label}) for name, label in LABELS.items()]
SURE = Choice("ask", "ask", 0.9)
UNSURE = Choice("ask", "ask", 0.4, sure=False, others=(Choice("note", "note", 0.3, sure=False),))


async def chosen(text: str, choice: Choice = SURE, topic: Topic | None = None) -> Chosen:
    """What `text` is taken for where the chooser decides on `choice`."""
    turn = Turn(TurnId("1"), ThreadId("t"), ANN, text, Lang.EN, datetime(2026, 3, 4, tzinfo=UTC), memory=Memories(topic))
    return await choose(turn, OFFERED, OneChoice(choice), WORDS)


async def test_sure_choice_is_done_and_the_turn_says_which_it_was() -> None:
    """A skill of several intents sees the one that was meant."""
    done = await chosen("how many deals")

    assert (SURE, "ask", None) == (done.choice, done.turn.intent, done.asks)


async def test_unsure_choice_is_asked_back_with_buttons() -> None:
    """Each button sends the same words again, with the choice before them."""
    done = await chosen("deals, two of them", UNSURE)

    assert done.asks is not None
    records, note = Button("Records", "say", "[Records] deals, two of them"), Button("Note", "say", "[Note] deals, two of them")
    assert (records, note) == done.asks.buttons


@pytest.mark.parametrize("said", ["[Note] deals", "[note]  deals", "[记一笔] deals"])
async def test_press_on_a_choice_decides(said: str) -> None:
    """Pressed or typed, in either language; the skill hears the words alone."""
    done = await chosen(said, UNSURE)

    assert ("note", "note", "deals") == (done.choice.skill, done.turn.intent, done.turn.text)


async def test_brackets_that_name_no_choice_are_words() -> None:
    """What is no label is left to the chooser, whole."""
    assert "[urgent] deals" == (await chosen("[urgent] deals")).turn.text


@pytest.mark.parametrize(
    "said, topic, continues",
    [
        ("and last quarter?", "ask", True), ("and last quarter?", "note", False),
        ("how many deals did we win in the last quarter", "ask", False),
    ],
)
async def test_turn_that_goes_on_with_its_thread_says_so(said: str, topic: str, continues: bool) -> None:  # noqa: FBT001 - from the table
    """Same topic, and words that cannot stand alone."""
    assert continues is (await chosen(said, topic=Topic(topic, topic))).turn.memory.continues


@pytest.mark.parametrize(
    "said, goes", [
        ("and last quarter?", True), ("那华东呢?", True), ("what about EMEA", True), ("华东?", True), ("only won ones", True),
        ("我名下有多少客户", False), ("and then we met the new purchasing lead at Acme, who wants 200 sensors by June, budget 80k", False),
    ],
)  # fmt: skip
def test_going_on_is_told_by_form(said: str, goes: bool) -> None:  # noqa: FBT001 - from the table
    """Links and fragments; a story that begins with "and" is none."""
    assert goes is goes_on(said)


@pytest.mark.parametrize(
    "said, anew",
    [("new", True), ("新话题。", True), ("New topic!", True), ("换个话题", True), ("new deals", False), ("新话题怎么开", False)],
)
def test_starting_anew_is_a_whole_message(said: str, anew: bool) -> None:  # noqa: FBT001 - from the table
    """The word inside a sentence is a word."""
    assert anew is starts_anew(said)
