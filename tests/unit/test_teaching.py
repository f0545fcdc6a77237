"""Sentences that are taught to the chooser: which may be, what they change, and that they are learned beside the house."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.brains.builtin import effects, learning, lessons, traits
from bot.brains.builtin.choosing import LearnedChooser, learned_beside, shares_of
from bot.classroom import ChildClassroom
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.talk import Turn, language_of
from bot.domain.teaching import LONGEST, ChoosingRules, Effect, fault, known_as, same, tidy, together
from bot.ports import Capability
from tests.fakes.letters import LettersEmbedder, vector

EXAMPLES: Mapping[str, Sequence[str]] = {
    "count": ("how many deals did we win", "how many tickets are open", "我有几个客户", "这个月有几张工单"),
    "write": ("write a letter to the chairman", "draft a mail for the CEO", "给董事长写封信", "帮我起草一封邮件"),
    "ship": ("how long does sea freight take", "days by rail to Duisburg", "海运到汉堡要多久", "空运要几天"),
}
NEW, LIKE_IT = "盘点到期合同", "盘点一下到期合同"
SURE = ChoosingRules().sure
MORE = {**EXAMPLES, "count": (*EXAMPLES["count"], NEW)}


def effect(now: Mapping[str, Sequence[str]], then: Mapping[str, Sequence[str]], asked: Sequence[str]) -> Effect:
    """What it would change, worked out here."""
    vectors = vectors_of(*asked, *(text for examples in (now, then) for said in examples.values() for text in said))
    return effects.effect(effects.Class(now, vectors), effects.Class(then, vectors), vectors, asked, SURE)


def vectors_of(*texts: str) -> Mapping[int, traits.Numbers]:
    """The vectors of these, as they are kept."""
    bare = [traits.nameless(text) for text in texts]
    return {lessons.key(text): np.asarray(vector(text), np.float32) for text in bare}


def taught(examples: Mapping[str, Sequence[str]]) -> learning.Learned:
    """What is learned from them."""
    texts = [traits.nameless(text) for said in examples.values() for text in said]
    return learning.fitted(examples, np.array([vector(text) for text in texts], np.float32))


@pytest.fixture
async def classroom(tmp_path: Path) -> AsyncIterator[ChildClassroom]:
    """One whose process ends with the test."""
    made = ChildClassroom(LettersEmbedder(), tmp_path / "lessons.npz")
    yield made
    await made.close()


@pytest.mark.parametrize(
    "text, key",
    [
        ("柜子到哪儿了", ""), ("where is my container?", ""), ("x" * LONGEST, ""), ("x" * (LONGEST + 1), "example_long"),
        ("", "example_short"), ("?!…", "example_short"), ("a", "example_short"), ("到货\x00了吗", "example_signs"),
        ("turn \u202e round", "example_signs"), ("hid\u200bden words", "example_signs"), ("two\nlines", "example_signs"),
    ],
)
def test_what_nobody_would_type_into_a_chat_cannot_be_taught(text: str, key: str) -> None:
    """Endless and empty texts, and those with signs that hide or turn what stands there."""
    assert key == fault(text)


def test_same_sentence_is_found_however_it_is_written() -> None:
    """Case, width, blanks and the signs at the ends make no other sentence; another word does."""
    written = ("How many  DEALS did we win?", "how many deals did we win", "ｈow many deals did we win！")

    assert {"how many deals did we win"} == {same(one) for one in written}
    assert ("count", "") == (known_as("我有几个客户?", EXAMPLES), known_as("我有几个工单", EXAMPLES))
    assert "two words" == tidy("  two \t words ")


def test_own_sentences_stand_behind_those_that_ship() -> None:
    """What was taught for a skill that an upgrade took away is left out, and kept nowhere else."""
    own = {"count": (NEW,), "gone": ("whatever",)}

    assert MORE == together(EXAMPLES, own)


def test_example_is_judged_as_if_it_had_not_been_learned() -> None:
    """In closed form as by really leaving it out, up to what the others' rarity and middle shift."""
    learned = taught(EXAMPLES)
    texts = [(intent, text) for intent, said in EXAMPLES.items() for text in said]
    closed = shares_of(learning.without_itself(EXAMPLES, learned))
    left_out = []
    for intent, text in texts:
        others = taught({**EXAMPLES, intent: [one for one in EXAMPLES[intent] if one != text]})
        left_out.append(shares_of(others.scores(text, np.asarray(vector(traits.nameless(text)), np.float32))))

    assert [int(row.argmax()) for row in left_out] == [int(row.argmax()) for row in closed]
    assert np.abs(np.array(left_out) - closed).max() < 0.25


def test_effect_tells_what_a_sentence_is_taken_for_today_and_what_follows_it() -> None:
    """What people asked comes first; a sentence like the new one follows it, and one of another kind stays."""
    asked = (LIKE_IT, "写封信给董事长")
    found = effect(EXAMPLES, MORE, asked)

    assert [NEW] == [text for text, _ in found.new]
    assert "ship" == found.new[0][1].intent
    assert (12, 2) == (found.examples, found.asked)
    assert [(LIKE_IT, "write", "count")] == [(one.text, one.before.intent, one.after.intent) for one in found.moved if not one.taught]


def test_nothing_moves_where_nothing_is_taught() -> None:
    """The same examples have no effect."""
    found = effect(EXAMPLES, EXAMPLES, ("几个客户",))

    assert ((), (), 0, 0, 0) == (found.new, found.moved, found.wavering, found.settled, found.unsettled)


@pytest.mark.slow
async def test_effect_is_worked_out_beside_the_house(classroom: ChildClassroom) -> None:
    """The process says what the house would, and needs no file; what it learned before does not change what it says."""
    asked = (LIKE_IT, "写封信给董事长")
    here = effect(EXAMPLES, MORE, asked)

    first = await classroom.effect(EXAMPLES, MORE, asked, SURE)
    again = await classroom.effect(EXAMPLES, MORE, asked, SURE)

    assert [here, here] == [first, again]


@pytest.mark.slow
async def test_what_was_prepared_is_known_at_once_and_after_a_restart(classroom: ChildClassroom, tmp_path: Path) -> None:
    """The chooser reads what the process learned, and so does the next start; nobody learns it twice."""
    kept, offered = tmp_path / "lessons.npz", [Capability(one, {}, (one,), {one: tuple(said)}, "ready") for one, said in MORE.items()]
    said = Turn(
        TurnId("1"), ThreadId("t"), Speaker(UserId("u"), "Ann", Role.REP, "east", "UTC"), LIKE_IT, language_of(NEW),
        datetime(2026, 3, 4, tzinfo=UTC),
    )  # fmt: skip
    chooser = LearnedChooser(LettersEmbedder(), EXAMPLES, kept)
    before = await chooser.choose(said, offered)
    await classroom.prepare(MORE)
    await chooser.teach(MORE)
    after = await chooser.choose(said, offered)
    texts = [traits.nameless(text) for taught in MORE.values() for text in taught]

    assert ("ship", "count") == (before.intent, after.intent)
    assert learning.load(learned_beside(kept), learning.fingerprint(MORE), np.zeros((len(texts), 64), np.float32)) is not None
    assert {lessons.key(text) for text in texts} == set(lessons.read(kept, LettersEmbedder.name))
    await chooser.close()


async def test_chooser_learns_alone_where_nobody_prepared(tmp_path: Path) -> None:
    """Where the process died, what was taught is learned here, and its vectors are made."""
    chooser = LearnedChooser(LettersEmbedder(), EXAMPLES, tmp_path / "lessons.npz", catches_up=True)
    await chooser.start()
    await chooser.teach(MORE)

    assert lessons.key(traits.nameless(NEW)) in lessons.read(tmp_path / "lessons.npz", LettersEmbedder.name)
    await chooser.close()
