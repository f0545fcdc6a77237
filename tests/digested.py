"""The invented firm in a real store, and digests composed over it as the house composes them. Knows which ports; looks at no line."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.demo.company import company
from bot.domain.entities import SCHEMA
from bot.domain.ids import ThreadId, TurnId
from bot.domain.outcome import Answer
from bot.domain.people import Speaker, User, speaker_of
from bot.domain.permissions import Permissions
from bot.domain.records import Cause, Import
from bot.domain.talk import Lang, Turn
from bot.reading.reader import RuleReader
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.moves import SqliteMoves
from bot.store.queries import SqliteQueries
from bot.store.records import SqliteRecords
from bot.store.users import SqliteUsers
from bot.words import TomlWords, read_sentences
from skills.digest.skill import run
from skills.query_crm.skill import run as asked
from tests.fakes.digests import Beside
from tests.fakes.gates import OpenGate
from tests.fakes.senses import SetClock

SKILLS = Path(__file__).parent.parent / "skills"
WORDS, ASKED_WORDS = (TomlWords(read_sentences(SKILLS / name / "strings.toml")) for name in ("digest", "query_crm"))
TODAY = date(2026, 8, 20)
"""A Thursday."""
NOW = datetime(2026, 8, 20, 0, 30, tzinfo=UTC)


@dataclass
class Firm:
    """A store with people and records. policy: what people may see. beside: what digests look at beside the records."""

    database: Database
    users: tuple[User, ...]
    queries: SqliteQueries
    records: SqliteRecords
    policy: Permissions
    beside: Beside

    def user(self, name: str) -> User:
        """Somebody by the beginning of their address."""
        return next(one for one in self.users if one.email.startswith(f"{name}@"))

    async def digest(self, user: User, intent: str, lang: Lang = Lang.ZH, text: str = "", now: datetime = NOW) -> Answer:
        """Their digest; intent: that of an errand, or `digest` where they ask in `text`."""
        speaker, beside = speaker_of(user), self.beside
        scope = self.policy.scope(speaker)
        answer = await run(
            self._turn(speaker, text, lang, intent, now), records=self.queries.within(scope), words=WORDS, drafts=beside, reviews=beside,
            moves=SqliteMoves(self.database, SCHEMA).within(scope), targets=beside, team=beside, risks=beside, pages=beside,
            reader=RuleReader(),
        )  # fmt: skip
        assert isinstance(answer, Answer)
        return answer

    async def ask(self, user: User, text: str, lang: Lang) -> Answer:
        """What the records say when they ask that in a chat."""
        speaker = speaker_of(user)
        records = self.queries.within(self.policy.scope(speaker))
        return await asked(self._turn(speaker, text, lang, "query_crm", NOW), records=records, reader=RuleReader(), words=ASKED_WORDS)

    def _turn(self, speaker: Speaker, text: str, lang: Lang, intent: str, now: datetime) -> Turn:
        return Turn(TurnId("turn-1"), ThreadId("thread-1"), speaker, text, lang, now, intent)


async def firm_in(folder: Path, records: tuple[Import, ...] | None = None) -> Firm:
    """The firm in a store of its own in `folder`; close its database at the end. records: instead of those of the firm."""
    made, clock, ids, database = company(TODAY), SetClock(NOW), TimeIds(), Database(folder / "tandem.db")
    migrate(database)
    users = SqliteUsers(database, clock, ids)
    await users.seed(made.users)
    kept = SqliteRecords(database, clock, ids, OpenGate())
    queries = SqliteQueries(database, SCHEMA)
    given = tuple(one for listed in made.records.values() for one in listed) if records is None else records
    await kept.put_many(given, cause=Cause("import"))
    return Firm(database, tuple(await users.everyone()), queries, kept, Permissions(), Beside())


def hiding(firm: Firm, policy: Permissions) -> Firm:
    """The same under another policy."""
    return replace(firm, policy=policy)
