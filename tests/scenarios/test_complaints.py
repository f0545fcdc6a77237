"""A complaint is handed in by a press, named or not, and its teller hears what became of it; the unnamed one is named nowhere."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from bot.domain.complaints import Area, Fate
from bot.domain.ids import MessageId, TurnId, UserId
from bot.domain.outcome import Answer, Button
from bot.domain.people import Role, speaker_of
from bot.domain.talk import Lang, Origin, Tap, Utterance, direct_thread
from bot.errors import NotAllowed, Stale
from bot.senses import SystemClock, TimeIds
from bot.store.complaints import SqliteComplaints
from bot.store.database import Database
from bot.turns.complaining import COMPLAINT, Complaining
from bot.turns.deeds import Deed
from bot.turns.errands import Errands
from bot.turns.reach import Reach
from bot.turns.wishes import Act
from tests.scenarios.stage import ANN, BO, WORDS, Stage, staged

SAID = "everything takes ages on Mondays"
HERE = Origin("slack", "", "U1", direct_thread("slack", "", "U1"))
BUTTONS = tuple(Button(way, f"complaint:{way}:slow") for way in ("named", "unnamed", "drop"))
ADMIN = replace(speaker_of(BO), role=Role.ADMIN)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Room:
    """A stage on which complaints are taken."""

    stage: Stage
    complaints: SqliteComplaints
    deed: Complaining
    folder: Path

    async def complain(self, button: int, times: int = 1) -> None:
        """Say it, then press."""
        self.stage.skill.answer = Answer("Shall I hand it in?", buttons=BUTTONS)
        card = await self.stage.say(Utterance(HERE, "said", SAID, SystemClock().now()), 1)
        for number in range(times):
            await self.stage.say(Tap(HERE, f"tap{number}", MessageId(card.id), button, SystemClock().now()), 3 + number)

    def tables_that_name(self, user_id: str) -> set[str]:
        """The tables of complaints with this person in them."""
        with closing(sqlite3.connect(self.folder / "tandem.db")) as file:
            return {name for name in ("complaints", "complaint_ears") if user_id in str(file.execute(f"SELECT * FROM {name}").fetchall())}  # noqa: S608 - ours

    def on_disk(self, words: str) -> int:
        """How often words stand in texts that are kept."""
        with closing(sqlite3.connect(self.folder / "tandem.db")) as file:
            return int(file.execute("SELECT count(*) FROM content WHERE body LIKE ?", (f"%{words}%",)).fetchone()[0])


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """Ann complains; Bo is an admin here."""
    async with staged(tmp_path) as stage:
        with closing(Database(tmp_path / "tandem.db")) as database:
            complaints = SqliteComplaints(database, SystemClock(), TimeIds())
            reach = Reach(stage.conversation.users, stage.inbox, stage.ledger, {"slack": _team})
            deed = Complaining(complaints, Errands(stage.door, reach, SystemClock()), WORDS)
            cast("dict[str, Deed]", stage.conversation.deeds)[COMPLAINT] = deed
            yield Room(stage, complaints, deed, tmp_path)


async def _team() -> str:
    return ""


async def test_named_it_stands_with_its_teller(room: Room) -> None:
    """Pressed twice, it is there once."""
    await room.complain(0, times=2)
    found = await room.complaints.unmended(9)

    assert [(Area.SLOW, SAID, "ann", Fate.NEW)] == [(one.area, one.text, one.teller, one.fate) for one in found]
    assert {Area.SLOW: 1} == await room.complaints.counts(LONG_AGO)


async def test_unnamed_nothing_leads_to_its_teller_but_what_tells_them_the_end(room: Room) -> None:
    """Their words are gone from their own turn; who is to hear is kept apart, and forgotten once they have."""
    await room.complain(1, times=2)
    [found] = await room.complaints.unmended(9)
    story = (await room.stage.ledger.decisions(UserId("ann"), limit=9)).items[-1]
    before = room.tables_that_name("ann")
    room.stage.skill.answer = Answer("mended")
    done = await room.deed.do(Act(f"complaint:mended:{found.id}"), TurnId("t"), ADMIN, Lang.EN)
    room.stage.delivery.wake()

    assert (SAID, None, None, 1) == (found.text, found.teller, story.said, room.on_disk(SAID))
    assert ({"complaint_ears"}, set()) == (before, room.tables_that_name("ann"))
    assert WORDS.say("complaint_decided", Lang.EN) == done.answer.text


async def test_unnamed_words_are_gone_from_what_was_asked_back_before(room: Room) -> None:
    """Tandem was not sure what was meant, and asked: its buttons held the words, and the press brought them again."""
    asked = Answer("Which one?", buttons=(Button("Feedback", "say", f"[Feedback] {SAID}"),))
    room.stage.skill.answer = asked
    card = await room.stage.say(Utterance(HERE, "said", SAID, SystemClock().now()), 1)
    room.stage.skill.answer = Answer("Shall I hand it in?", buttons=BUTTONS)
    offered = await room.stage.say(Tap(HERE, "chosen", MessageId(card.id), 0, SystemClock().now()), 2)
    await room.stage.say(Tap(HERE, "unnamed", MessageId(offered.id), 1, SystemClock().now()), 3)

    assert [SAID] == [one.text for one in await room.complaints.unmended(9)]
    assert 1 == room.on_disk(SAID)


async def test_the_teller_hears_each_step_once(room: Room) -> None:
    """However often an admin presses; and what is settled is not decided anew."""
    await room.complain(0)
    [found] = await room.complaints.unmended(9)
    errands = []
    for fate in ("taken", "taken", "declined", "declined"):
        await room.deed.do(Act(f"complaint:{fate}:{found.id}"), TurnId("t"), ADMIN, Lang.EN)
    with closing(sqlite3.connect(room.folder / "tandem.db")) as file:
        errands = [key for (key,) in file.execute("SELECT dedupe_key FROM inbox WHERE kind = 'errand' ORDER BY seq")]

    assert [f"errand:complaint:{found.id}:taken", f"errand:complaint:{found.id}:declined"] == errands
    with pytest.raises(Stale):
        await room.deed.do(Act(f"complaint:mended:{found.id}"), TurnId("t"), ADMIN, Lang.EN)


async def test_only_admins_decide_and_only_whose_it_is_hands_it_in(room: Room) -> None:
    """A rep with the action in hand is refused; somebody else's words are nobody's to hand in."""
    await room.complain(2)
    card = (await room.stage.ledger.decisions(ANN.id, limit=9)).items[-1]

    with pytest.raises(NotAllowed):
        await room.deed.do(Act("complaint:mended:x"), TurnId("t"), speaker_of(BO), Lang.EN)
    assert (False, []) == (await room.complaints.hand_in(card.id, Area.SLOW, BO.id, named=True), await room.complaints.unmended(9))
