"""Going on with a letter by a few words, and minding whose voice may be learned: the road's steps, over the real store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.ids import EventId, ThreadId, UserId
from bot.domain.outcome import Draft
from bot.domain.people import Role, Speaker, User
from bot.domain.records import Cause, Event
from bot.domain.talk import Lang, Memories, Topic, Turn
from bot.domain.voice import Consent
from bot.ports import Capability
from bot.store.voices import SqliteVoices
from bot.turns.reach import Reach
from bot.turns.writing import AskingVoices, Writing
from bot.words import TomlWords, read_sentences
from tests.contracts.house import LIN, Stores

WORDS = TomlWords(read_sentences(Path(__file__).parents[2] / "bot" / "strings.toml"))
SPEAKER = Speaker(LIN, "林晓", Role.REP, "east", "Asia/Shanghai")
LETTERS = Capability("letters", {}, ("letters",), {}, "ready", acts=True, amends=("letter",))
PAPERS = Capability("papers", {}, ("papers",), {}, "ready")
LETTER = Draft("", "letter", {"body": "李总，您好：[待补:见面日]是否方便？"})


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    """An empty store."""
    opened = Stores(tmp_path / "tandem.db")
    yield opened
    opened.close()


def turn(stores: Stores, text: str, topic: str = "letters") -> Turn:
    """Something that Lin says, after a talk about a topic."""
    return Turn(stores.turn(), ThreadId("t1"), SPEAKER, text, Lang.ZH, stores.clock.now(), memory=Memories(Topic(topic, topic)))


def writing(stores: Stores) -> Writing:
    """The step under test."""
    return Writing(stores.drafts, SqliteVoices(stores.database, stores.clock), WORDS)


async def test_words_about_the_open_letter_go_on_with_it(stores: Stores) -> None:
    """Where the talk is about letters, one is open, and the words change it; everything else is chosen anew."""
    before = await writing(stores).goes_on(turn(stores, "28号"), [LETTERS, PAPERS])
    await stores.drafted(LETTER)
    told = {
        (said, topic): await writing(stores).goes_on(turn(stores, said, topic), [LETTERS, PAPERS])
        for said, topic in (("28号", "letters"), ("短一点", "letters"), ("海蓝上季度多少", "letters"), ("28号", "papers"))
    }

    assert before is None
    assert [True, True, False, False] == [one is not None for one in told.values()]
    chosen = told["28号", "letters"]
    assert chosen is not None
    assert ("letters", "letters", True) == (chosen.choice.skill, chosen.turn.intent, chosen.turn.memory.continues)


async def test_consent_is_what_a_person_last_said(stores: Stores) -> None:
    """In a sentence; other sentences change nothing."""
    step, voices = writing(stores), SqliteVoices(stores.database, stores.clock)
    said = ("学我的口吻", "给王总写封信", "别学我的口吻")
    told = [(await step.minds(turn(stores, one), Lang.ZH) is not None, await voices.consent(LIN)) for one in said]

    assert [(True, Consent.GIVEN), (False, Consent.GIVEN), (True, Consent.WITHDRAWN)] == told


async def test_people_are_asked_once_in_their_own_chat(stores: Stores) -> None:
    """After the second letter that was let through, with two buttons, and never again; what is no letter asks nobody."""
    voices, woken = SqliteVoices(stores.database, stores.clock), list[str]()
    await stores.users.seed([User(LIN, "林晓", "lin@example.com", Role.REP, "east", "Asia/Shanghai", {"slack": "U1"})])

    async def workspace() -> str:
        return "T1"

    reach = Reach(stores.users, stores.inbox, stores.ledger, {"slack": workspace})
    asking = AskingVoices(voices, stores.outbox, reach, WORDS, lambda: woken.append("woken"))

    async def saved(entity: str = "letter", author: UserId = LIN) -> None:
        payload = {"draft_id": "d", "revision": 1, "record_id": "r", "entity": entity, "author": author}
        await asking.saved(Event(EventId(stores.ids.new()), "draft.saved", 1, stores.clock.now(), payload))

    for entity in ("letter", "quote", "letter", "letter"):
        if entity == "letter":
            fields = {"owner": LIN, "status": "approved", "language": "zh", "body": "王总，您好："}
            await stores.records.put("letter", fields, cause=Cause("system"))
        await saved(entity)
    message = await stores.claim_one()

    assert ["woken"] == woken
    assert "学" in message.outcome.buttons[0].text
    assert ["好", "不用"] == [one.label for one in message.outcome.buttons]
    assert ("slack", "U1") == (message.origin.channel, message.origin.sender)
    assert Consent.ASKED is await voices.consent(LIN)
