"""What was last talked about with whom, by id. Filled in the transaction that settles a turn; knows no name and no sentence."""

from datetime import datetime, timedelta

import sqlite_utils

from bot.domain.decision import Settlement, Trace
from bot.domain.ids import RecordId, ThreadId, UserId
from bot.domain.outcome import Draft
from bot.domain.talk import Memories, Topic
from bot.ports import Clock
from bot.store.codec import load, stamp
from bot.store.content import body_of
from bot.store.database import Database
from bot.store.rows import change, every, one

REMEMBERED = timedelta(hours=12)
"""How long a record stays what "it" means: a working day, not the next morning."""

MENTIONED = """
    SELECT records.entity, mentions.record_id FROM mentions JOIN records ON records.id = mentions.record_id
    WHERE mentions.user_id = :user_id AND mentions.at >= :since AND records.archived_at IS NULL AND records.erased_at IS NULL
    ORDER BY mentions.at, mentions.place"""
LAST_TOPIC = """
    SELECT decisions.made, decisions.query_id FROM topics JOIN decisions ON decisions.id = topics.decision_id
    WHERE topics.user_id = :user_id AND topics.thread_id = :thread_id"""
MENTION = """
    INSERT INTO mentions (user_id, record_id, place, at) VALUES (:user_id, :record_id, :place, :at)
    ON CONFLICT (user_id, record_id) DO UPDATE SET place = excluded.place, at = excluded.at"""
TOPIC = """
    INSERT INTO topics (user_id, thread_id, decision_id) VALUES (:user_id, :thread_id, :decision_id)
    ON CONFLICT (user_id, thread_id) DO UPDATE SET decision_id = excluded.decision_id"""


class SqliteMemory:
    """The port `Memory`. Records that were archived or erased since are not remembered."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def recall(self, user_id: UserId, thread_id: ThreadId) -> Memories:
        """What this person last talked about: the topic in this thread, the records in any."""
        since = stamp(self._clock.now() - REMEMBERED)
        return await self._database.read(lambda database: _recall(database, user_id, thread_id, since))


def remember(database: sqlite_utils.Database, settlement: Settlement, now: datetime) -> None:
    """Keep what a settled turn leaves: its records, its topic; or forget them all."""
    if settlement.user_id is None:
        return
    person = {"user_id": settlement.user_id}
    if settlement.trace is Trace.FORGET:
        change(database, "DELETE FROM mentions WHERE user_id = :user_id", person)
        change(database, "DELETE FROM topics WHERE user_id = :user_id", person)
        return
    about = settlement.outcome.about
    if isinstance(settlement.outcome, Draft) and settlement.outcome.record_id:
        about = (*about, settlement.outcome.record_id)
    if about:
        change(database, "DELETE FROM mentions WHERE user_id = :user_id AND at < :since", {**person, "since": stamp(now - REMEMBERED)})
    for place, record_id in enumerate(about):
        change(database, MENTION, {**person, "record_id": record_id, "place": place, "at": stamp(now)})
    if settlement.trace is Trace.TOPIC:
        change(database, TOPIC, {**person, "thread_id": settlement.origin.talk, "decision_id": settlement.decision_id})


def _recall(database: sqlite_utils.Database, user_id: UserId, thread_id: ThreadId, since: str) -> Memories:
    mentioned = every(database, MENTIONED, {"user_id": user_id, "since": since})
    last = one(database, LAST_TOPIC, {"user_id": user_id, "thread_id": thread_id})
    topic = None
    if last:
        made, query = load(last["made"]), body_of(database, last["query_id"])
        topic = Topic(made["skill"], made["intent"], load(query) if query is not None else None)
    return Memories(topic, {row["entity"]: RecordId(row["record_id"]) for row in mentioned})
