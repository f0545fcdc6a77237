"""What a store of voices promises: nothing without consent, nothing after it, and a question once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.ids import UserId
from bot.domain.records import Cause
from bot.domain.talk import Lang
from bot.domain.voice import Consent
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.records import SqliteRecords
from bot.store.voices import SqliteVoices
from tests.fakes.senses import SetClock

LIN, WU = UserId("lin"), UserId("wu")
BODY = "王总，您好：\n冒昧来信，请见谅。想请您来厂里看看。\n顺颂商祺\n林晓"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty store."""
    opened = Database(tmp_path / "tandem.db")
    migrate(opened)
    yield opened
    opened.close()


async def released(database: Database, owner: UserId, status: str = "sent", language: str = "zh") -> None:
    """A letter of somebody's, as far as it came."""
    fields = {"body": BODY, "owner": owner, "status": status, "language": language, "subject": "来访"}
    await SqliteRecords(database, SetClock(), TimeIds()).put("letter", fields, cause=Cause("system"))


async def test_a_voice_is_told_only_while_its_person_agrees(database: Database) -> None:
    """Not before, not after; of letters that were let through, in that language, their own."""
    voices = SqliteVoices(database, SetClock())
    told = []
    theirs = ((LIN, "sent", "zh"), (LIN, "handed", "zh"), (LIN, "failed", "zh"), (LIN, "sent", "en"), (WU, "sent", "zh"))
    for owner, status, language in theirs:
        await released(database, owner, status, language)
    for consent in (Consent.ASKED, Consent.GIVEN, Consent.WITHDRAWN):
        told.append(await voices.of(LIN).profile(Lang.ZH))
        await voices.decide(LIN, consent)
    given = SqliteVoices(database, SetClock())
    after = await given.of(LIN).profile(Lang.ZH)
    await voices.decide(LIN, Consent.GIVEN)
    again = await voices.of(LIN).profile(Lang.ZH)

    assert [None, None, 2] == [one.letters if one else None for one in told]
    assert after is None
    assert again is not None
    assert "顺颂商祺" == again.sign_off
    assert await voices.of(LIN).profile(Lang.EN) is None
    assert await voices.of(WU).profile(Lang.ZH) is None


async def test_people_are_asked_once_after_two_letters(database: Database) -> None:
    """One letter is too early; whoever was asked, or said it themselves, is not asked again, and a question takes nothing back."""
    voices = SqliteVoices(database, SetClock())
    due = []
    for _ in range(2):
        due.append(await voices.due(LIN))
        await released(database, LIN, "approved")
    due.append(await voices.due(LIN))
    await voices.decide(LIN, Consent.ASKED)
    due.append(await voices.due(LIN))
    await voices.decide(LIN, Consent.GIVEN)
    await voices.decide(LIN, Consent.ASKED)

    assert [False, False, True, False] == due
    assert Consent.GIVEN == await voices.consent(LIN)
    assert Consent.NONE == await voices.consent(WU)
