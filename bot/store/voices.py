"""Who lets their letters be learned from. Knows consents; keeps no voice: it is told from the released letters each time."""

from dataclasses import dataclass

import sqlite_utils

from bot.domain.ids import TurnId, UserId
from bot.domain.talk import Lang
from bot.domain.voice import ENOUGH, Consent, Voice, voice_of
from bot.ports import Clock
from bot.store.codec import load, stamp
from bot.store.database import Database
from bot.store.rows import change, every, one

MOST = 40
LETTERS = """
    SELECT body FROM records
    WHERE entity = 'letter' AND archived_at IS NULL AND erased_at IS NULL
      AND json_extract(body, '$.owner') = :user_id AND json_extract(body, '$.status') IN ('approved', 'handed', 'sent', 'unsure')
    ORDER BY id DESC LIMIT :most"""
CONSENT = "SELECT state FROM voices WHERE user_id = :user_id"
DECIDE = """
    INSERT INTO voices (user_id, state, turn_id, changed_at) VALUES (:user_id, :state, :turn_id, :now)
    ON CONFLICT (user_id) DO UPDATE SET state = excluded.state, turn_id = excluded.turn_id, changed_at = excluded.changed_at
    WHERE excluded.state <> 'asked'"""


def voices(database: sqlite_utils.Database) -> None:
    """A step of the migrations. What each person wants done with their voice, and the words that said so."""
    database.table("voices").create(
        {"user_id": str, "state": str, "turn_id": str, "changed_at": str}, pk="user_id", not_null={"state", "changed_at"}, strict=True
    )


@dataclass(frozen=True)
class SqliteVoice:
    """The port `OwnVoice`."""

    database: Database
    user_id: UserId

    async def profile(self, lang: Lang) -> Voice | None:
        """How they write; None without their consent, or where they have written too little."""

        def work(database: sqlite_utils.Database) -> list[str]:
            if _consent(database, self.user_id) is not Consent.GIVEN:
                return []
            rows = [load(row["body"]) for row in every(database, LETTERS, {"user_id": self.user_id, "most": MOST})]
            return [str(row.get("body") or "") for row in rows if row.get("language") == lang]

        return voice_of(await self.database.read(work), lang)


@dataclass(frozen=True)
class SqliteVoices:
    """The port `Voices`."""

    database: Database
    clock: Clock

    def of(self, user_id: UserId) -> SqliteVoice:
        """One person's."""
        return SqliteVoice(self.database, user_id)

    async def consent(self, user_id: UserId) -> Consent:
        """Whether they agreed."""
        return await self.database.read(lambda database: _consent(database, user_id))

    async def due(self, user_id: UserId) -> bool:
        """Whether two letters of theirs were released and nobody asked them yet."""

        def work(database: sqlite_utils.Database) -> bool:
            known = _consent(database, user_id) is not Consent.NONE
            return not known and len(every(database, LETTERS, {"user_id": user_id, "most": ENOUGH})) >= ENOUGH

        return await self.database.read(work)

    async def decide(self, user_id: UserId, consent: Consent, *, turn_id: TurnId | None = None) -> None:
        """Keep what they want; ASKED is kept only where nothing was."""
        values = {"user_id": user_id, "state": consent.value, "turn_id": turn_id, "now": stamp(self.clock.now())}
        await self.database.write(lambda database: change(database, DECIDE, values))


def _consent(database: sqlite_utils.Database, user_id: UserId) -> Consent:
    row = one(database, CONSENT, {"user_id": user_id})
    return Consent(row["state"]) if row else Consent.NONE
