"""The builtin chooser: what it learns from examples, when it is sure, and how it comes by the vectors of examples."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.brains.builtin import learning, lessons, traits
from bot.brains.builtin.choosing import LearnedChooser
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.talk import Memories, Topic, Turn, language_of
from bot.errors import Upstream
from bot.ports import Capability, Choice
from tests.evals import write_lessons
from tests.evals.write_lessons import examples
from tests.fakes.letters import LettersEmbedder, vector

EVALS = Path(write_lessons.__file__).parent
ANN = Speaker(UserId("u1"), "Ann", Role.REP, "east", "Europe/Berlin")
EXAMPLES: Mapping[str, Sequence[str]] = {
    "count": ("how many deals did we win", "how many tickets are open", "我有几个客户", "这个月有几张工单"),
    "write": ("write a letter to the chairman", "draft a mail for the CEO", "给董事长写封信", "帮我起草一封邮件"),
    "ship": ("how long does sea freight take", "days by rail to Duisburg", "海运到汉堡要多久", "空运要几天"),
}
OFFERED = [Capability(intent, {}, (intent,), {intent: tuple(said)}, "ready") for intent, said in EXAMPLES.items()]


class MuteEmbedder(LettersEmbedder):
    """One that never answers."""

    async def query(self, text: str) -> Sequence[float]:
        """Fail, as a model that is gone does."""
        raise Upstream(text)


def turn(text: str, topic: str = "") -> Turn:
    """Something said in a thread, which may have a topic."""
    memory = Memories(Topic(topic, topic) if topic else None)
    return Turn(TurnId("1"), ThreadId("t"), ANN, text, language_of(text), datetime(2026, 3, 4, tzinfo=UTC), memory=memory)


async def chosen(text: str, topic: str = "", offered: Sequence[Capability] = OFFERED) -> Choice:
    """What a chooser that has just begun to learn takes `text` for."""
    chooser = LearnedChooser(LettersEmbedder(), EXAMPLES)
    try:
        return await chooser.choose(turn(text, topic), offered)
    finally:
        await chooser.close()


@pytest.mark.parametrize(
    "text, intent",
    [
        ("how many deals did they lose", "count"), ("write a mail to the chairman of Petrel", "write"),
        ("海运到神户要多久", "ship"), ("几个客户", "count"),
    ],
)
async def test_other_words_for_an_example_have_its_intent(text: str, intent: str) -> None:
    """By characters, meaning and signs together, in both languages."""
    assert intent == (await chosen(text)).intent


async def test_example_itself_is_sure_and_a_riddle_is_not() -> None:
    """Shares say how likely it is; the next ones come along to be offered."""
    known, riddle = await chosen("how many deals did we win"), await chosen("zzz qqq")

    assert (True, False) == (known.sure, riddle.sure)
    assert known.share > 0.9
    assert riddle.others
    assert riddle.share + sum(one.share for one in riddle.others) <= 1.001


async def test_what_a_person_may_not_use_is_not_chosen() -> None:
    """Only what is offered counts, however well another fits."""
    assert "count" != (await chosen("how many deals did we win", offered=OFFERED[1:])).intent


async def test_turn_that_goes_on_leans_to_the_topic_of_its_thread() -> None:
    """The same fragment belongs to what was talked about before; a whole sentence belongs to itself."""
    fragments = [(await chosen("and him?", topic)).intent for topic in ("write", "count")]
    whole = await chosen("write a letter to the chairman", "ship")

    assert (["write", "count"], "write") == (fragments, whole.intent)


async def test_silent_embedder_leaves_characters_and_signs() -> None:
    """A model that does not answer costs precision, not the turn."""
    chooser = LearnedChooser(MuteEmbedder(), EXAMPLES)

    assert "write" == (await chooser.choose(turn("write a letter to the chairman"), OFFERED)).intent
    await chooser.close()


async def test_vectors_that_did_not_ship_are_made_once_and_kept(tmp_path: Path) -> None:
    """After an example was added the next start has its vector; nothing is made twice."""
    kept = tmp_path / "lessons.npz"
    texts = {traits.nameless(text) for said in EXAMPLES.values() for text in said}
    first = LearnedChooser(LettersEmbedder(), EXAMPLES, kept, catches_up=True)
    await first.start()
    await first.caught_up()
    await first.close()
    found = lessons.read(kept, LettersEmbedder.name)
    second = LearnedChooser(MuteEmbedder(), EXAMPLES, kept, catches_up=True)
    await second.start()
    await second.caught_up()

    assert {lessons.key(text) for text in texts} == set(found)
    assert (await second.choose(turn("海运到汉堡要多久"), OFFERED)).sure
    await second.close()


def test_kept_vectors_read_back_as_they_were(tmp_path: Path) -> None:
    """Eight bits a number are near enough; another embedder's file, a broken one and none at all are no vectors."""
    path, text = tmp_path / "lessons.npz", "how many deals"
    lessons.write(path, "letters", {lessons.key(text): np.array(vector(text), np.float32)})
    back = lessons.read(path, "letters")[lessons.key(text)]
    other = lessons.read(path, "another")
    path.write_bytes(path.read_bytes()[:100])

    assert 0.999 < float(back @ np.array(vector(text), np.float32))
    assert ({}, {}, {}) == (other, lessons.read(path, "letters"), lessons.read(tmp_path / "none.npz", "letters"))


def test_every_example_that_ships_was_learned_from() -> None:
    """Who edits an example, or how sentences are looked at, runs `make lessons`; else each start would learn it anew."""
    said = examples()
    texts = [traits.nameless(text) for told in said.values() for text in told]
    shipped = lessons.read(lessons.SHIPPED, "e5-small-q4")
    learned = learning.load(learning.SHIPPED, learning.fingerprint(said), np.zeros((len(texts), 384), np.float32))

    assert [] == lessons.missing(texts, shipped)
    assert len(shipped) == len(set(texts))
    assert learned is not None


def test_lines_that_try_the_chooser_are_no_examples() -> None:
    """What is scored was not learned by heart, and no example teaches two intents."""
    learned = Counter(text.casefold() for told in examples().values() for text in told)
    tried = {
        text.casefold()
        for name in ("routes.toml", "routes_unseen.toml")
        for told in tomllib.loads((EVALS / name).read_text(encoding="utf-8")).values()
        for text in told
    }

    assert (set(), []) == (tried & set(learned), [text for text, times in learned.items() if times > 1])


def test_what_was_learned_reads_back_as_it_was(tmp_path: Path) -> None:
    """The same scores, to a hundredth; nothing under another fingerprint or in a broken file."""
    path, texts = tmp_path / "learned.npz", [text for said in EXAMPLES.values() for text in said]
    vectors = np.array([vector(text) for text in texts], np.float32)
    learned, mark = learning.fitted(EXAMPLES, vectors), learning.fingerprint(EXAMPLES)
    learning.save(path, learned, mark)
    back = learning.load(path, mark, vectors)
    other = learning.load(path, learning.fingerprint({"count": ("how many",)}), vectors)
    path.write_bytes(path.read_bytes()[:200])

    assert back is not None
    asked = "how many letters", np.array(vector("how many letters"), np.float32)
    assert np.allclose(learned.scores(*asked), back.scores(*asked), atol=0.01)
    assert (None, None) == (other, learning.load(path, mark, vectors))


@pytest.mark.parametrize(
    "text, bare",
    [
        ("draft a mail to Petrel Energy about Line 2", "draft a mail to Acme about Acme 2"),
        ("Acme's renewal in March?", "Acme's renewal in March?"),
        ("the CFO of Marlow & Sons", "the CFO of Acme"),
        ("帮我给 Hollis 写封信", "帮我给 Acme 写封信"),
    ],
)
def test_names_are_all_the_same(text: str, bare: str) -> None:
    """Firms and people become one name; months and abbreviations stay."""
    assert bare == traits.nameless(text)


@pytest.mark.parametrize(
    "one, other", [("SO-3381到哪了", "SO-77120到哪了"), ("改成80万", "改成一百二十万"), ("give 12% off", "give 7.5% off")]
)
def test_figures_of_a_kind_are_all_the_same(one: str, other: str) -> None:
    """Numbers of orders, amounts and percentages count by their kind."""
    assert np.array_equal(traits.characters([one]), traits.characters([other]))


def test_nouns_of_the_schema_are_signs() -> None:
    """A question about invoices and one about orders share a sign of asking, and differ in what they ask about."""
    invoice, order, greeting = traits.signs(["哪些发票没付", "哪些订单没发", "hello"])

    assert (True, False) == (bool(invoice @ order), bool(greeting.any()))
    assert not np.array_equal(invoice, order)


async def test_intent_of_a_skill_with_several_is_told() -> None:
    """The skill of a choice is the one that owns the intent."""
    choice = await chosen("draft a mail for the CEO", offered=[replace(OFFERED[0], intents=("count", "write")), OFFERED[2]])

    assert ("count", "write") == (choice.skill, choice.intent)
