"""Everything that arrives, kept before it is acknowledged, and the lanes of threads. Knows arrivals; knows no answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

import sqlite_utils

from bot.domain.ids import DraftId, MessageId, ThreadId, TurnId
from bot.domain.records import Retention
from bot.domain.talk import Arrival, Errand, File, Handle, Lang, Media, Opened, Origin, Press, Stopped, Tap, Utterance, Voice, words_in
from bot.ports import Clock, Ids, Kept
from bot.store.codec import Row, dump, load, moment, moment_or_none, stamp
from bot.store.content import Shelf, body_of
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

SAME = "SELECT id, seq FROM inbox WHERE channel = :channel AND dedupe_key = :dedupe_key"
SAME_ERRAND = "SELECT id, seq FROM inbox WHERE kind = 'errand' AND dedupe_key = :dedupe_key"
BACKLOG = """
    SELECT count(*) AS waiting FROM inbox
    WHERE state = 'kept' AND kind <> 'errand' AND channel = :channel AND workspace = :workspace AND sender = :sender"""
NEXT = "SELECT id FROM inbox WHERE state = 'kept' AND thread_id = :thread_id ORDER BY seq LIMIT 1"
FILES_OF = """
    SELECT id FROM inbox
    WHERE kind = 'file' AND channel = :channel AND (dedupe_key = :message
        OR (dedupe_key > :message || ':' AND dedupe_key < :message || ';'))
    ORDER BY seq DESC"""
STOPS = """
    SELECT thread_id, id FROM inbox
    WHERE state = 'kept' AND kind = 'stopped' AND :thread_id IN ('', thread_id) ORDER BY seq"""
STOPPED_BY = """
    SELECT said.id FROM inbox AS said JOIN inbox AS stop ON stop.thread_id = said.thread_id AND stop.seq > said.seq
        AND stop.channel = said.channel AND stop.workspace = said.workspace AND stop.sender = said.sender
    WHERE stop.id = :id AND said.state = 'kept' AND said.kind IN ('utterance', 'voice', 'file', 'tap') ORDER BY said.seq LIMIT 1"""
LEASE = """
    INSERT INTO lanes (thread_id, holder, until) VALUES (:thread_id, :holder, :until)
    ON CONFLICT (thread_id) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE lanes.holder = excluded.holder OR lanes.until <= :now"""
ORPHANS = """
    SELECT inbox.thread_id, min(inbox.seq) AS first FROM inbox
    LEFT JOIN lanes ON lanes.thread_id = inbox.thread_id AND lanes.until > :now
    WHERE inbox.state = 'kept' AND lanes.thread_id IS NULL
    GROUP BY inbox.thread_id ORDER BY first"""
LATEST = """
    SELECT max(seq) AS seq FROM inbox
    WHERE state IN ('kept', 'settled') AND kind <> 'errand'
        AND channel = :channel AND workspace = :workspace AND sender = :sender"""

ERASED = Media("file", "", "", 0, "")
"""What is told of something that was sent along, once that was erased."""


class SqliteInbox:
    """The port `Inbox`."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def keep(self, arrival: Arrival, *, backlog: int) -> Kept:
        """Make `arrival` durable, once for each (channel, dedupe_key). backlog: how many unsettled ones a sender may have.

        When full, nothing is kept and `turn_id` is empty.
        """
        return await self._database.write(lambda database: self._keep(database, arrival, backlog))

    async def arrival(self, turn_id: TurnId) -> Arrival:
        """What was kept under `turn_id`; a text that was erased reads as the empty text.  Raises: KeyError."""
        return await self._database.read(lambda database: _arrival(database, turn_id))

    async def latest_from(self, origins: Sequence[Origin]) -> Origin | None:
        """Among these places, the one whose sender was heard last on that channel; None where nobody was ever."""

        def work(database: sqlite_utils.Database) -> Origin | None:
            heard = [(every(database, LATEST, _sender(one))[0]["seq"] or 0, place) for place, one in enumerate(origins)]
            seq, place = max(heard, default=(0, 0))
            return origins[place] if seq else None

        return await self._database.read(work)

    async def files_of(self, channel: str, message: str) -> Sequence[TurnId]:
        """Turns of the files of one message, the last first."""
        if not message:
            return []
        rows = await self._database.read(lambda database: every(database, FILES_OF, {"channel": channel, "message": message}))
        return [TurnId(row["id"]) for row in rows]

    async def is_settled(self, turn_id: TurnId) -> bool:
        """Whether the turn has come to its end."""
        row = await self._database.read(lambda database: one(database, "SELECT state FROM inbox WHERE id = :id", {"id": turn_id}))
        return row is not None and row["state"] == "settled"

    async def next_in(self, thread_id: ThreadId) -> TurnId | None:
        """The earliest unsettled arrival of a thread."""
        row = await self._database.read(lambda database: one(database, NEXT, {"thread_id": thread_id}))
        return TurnId(row["id"]) if row else None

    async def stops(self, thread_id: ThreadId | None = None) -> Sequence[tuple[ThreadId, TurnId]]:
        """Unsettled wishes to stop, of one thread or of all, in the order they came."""
        rows = await self._database.read(lambda database: every(database, STOPS, {"thread_id": thread_id or ""}))
        return [(ThreadId(row["thread_id"]), TurnId(row["id"])) for row in rows]

    async def stopped_by(self, turn_id: TurnId) -> TurnId | None:
        """What a wish to stop is about: the earliest unsettled thing that this person said in this thread before it."""
        row = await self._database.read(lambda database: one(database, STOPPED_BY, {"id": turn_id}))
        return TurnId(row["id"]) if row else None

    async def lease(self, thread_id: ThreadId, holder: str, until: datetime) -> bool:
        """Take or prolong the lane of a thread, unless another holder has it and its time is not over."""
        values = {"thread_id": thread_id, "holder": holder, "until": stamp(until), "now": stamp(self._clock.now())}
        return await self._database.write(lambda database: change(database, LEASE, values)) == 1

    async def release(self, thread_id: ThreadId, holder: str) -> None:
        """Give the lane back; nothing happens when another holds it by now."""
        values = {"thread_id": thread_id, "holder": holder}
        statement = "DELETE FROM lanes WHERE thread_id = :thread_id AND holder = :holder"
        await self._database.write(lambda database: change(database, statement, values))

    async def free_lanes(self) -> None:
        """Give every lane back. Asked once at start, by the process that holds the home: whoever had one has died."""
        await self._database.write(lambda database: change(database, "DELETE FROM lanes", {}))

    async def orphans(self) -> Sequence[ThreadId]:
        """Threads that have unsettled arrivals and whose lane nobody holds (now), the longest waiting first."""
        rows = await self._database.read(lambda database: every(database, ORPHANS, {"now": stamp(self._clock.now())}))
        return [ThreadId(row["thread_id"]) for row in rows]

    def _keep(self, database: sqlite_utils.Database, arrival: Arrival, backlog: int) -> Kept:
        origin = arrival.origin
        ours = isinstance(arrival, Errand)
        same = one(database, SAME_ERRAND if ours else SAME, {"channel": origin.channel, "dedupe_key": arrival.dedupe_key})
        if same:
            return Kept(TurnId(same["id"]), same["seq"], fresh=False)
        if not ours and not isinstance(arrival, Stopped) and every(database, BACKLOG, _sender(origin))[0]["waiting"] >= backlog:
            return Kept(TurnId(""), 0, fresh=False, full=True)
        turn_id, now = TurnId(self._ids.new()), self._clock.now()
        shelf = Shelf(database, self._ids, now)
        content_id, _ = shelf.put(_body(arrival), Retention.TURN, turn_id)
        media = _media_json(arrival) if isinstance(arrival, Voice | File) else None
        row = {
            **origin_row(origin),
            **_particulars(arrival),
            "id": turn_id,
            "dedupe_key": arrival.dedupe_key,
            "media_id": shelf.put(media, Retention.TURN, turn_id)[0] if media else None,
            "content_id": content_id,
            "sent_at": stamp(arrival.sent_at),
            "kept_at": stamp(now),
            "state": "kept",
        }
        insert(database, "inbox", row)
        kept = one(database, SAME, row)
        if kept is None:
            raise AssertionError(turn_id)
        return Kept(turn_id, kept["seq"])


def _sender(origin: Origin) -> Row:
    return {"channel": origin.channel, "workspace": origin.workspace, "sender": origin.sender}


def origin_of(row: Row) -> Origin:
    """The origin in a row of inbox or outbox."""
    handle = load(row["handle"]) if row["handle"] else None
    lent = Handle(handle["kind"], handle["token"], moment(handle["expires_at"]), handle["uses"]) if handle else None
    group = bool(row["in_group"])
    return Origin(row["channel"], row["workspace"], row["sender"], ThreadId(row["thread_id"]), row["place"], group, lent)


def origin_row(origin: Origin) -> Row:
    """What `origin_of` reads."""
    lent = origin.handle
    handle = {"kind": lent.kind, "token": lent.token, "expires_at": stamp(lent.expires_at), "uses": lent.uses} if lent else None
    return {
        "channel": origin.channel,
        "workspace": origin.workspace,
        "sender": origin.sender,
        "thread_id": origin.thread_id,
        "place": origin.place,
        "in_group": int(origin.group),
        "handle": dump(handle) if handle else None,
    }


def _body(arrival: Arrival) -> str:
    match arrival:
        case Press() | Tap():
            return dump(arrival.fields)
        case Errand():
            return dump([arrival.intent, arrival.lang, arrival.facts])
        case Utterance() | Voice() | File() | Opened() | Stopped():
            return words_in(arrival)
        case other:
            assert_never(other)


def _particulars(arrival: Arrival) -> Row:  # noqa: PLR0911 - one for each kind
    match arrival:
        case Utterance():
            return {"kind": "utterance"}
        case Voice():
            return {"kind": "voice"}
        case File():
            return {"kind": "file"}
        case Press():
            return {"kind": "press", "draft_id": arrival.draft_id, "revision": arrival.revision, "action": arrival.action}
        case Tap():
            return {"kind": "tap", "message_id": arrival.message_id, "button": arrival.button}
        case Opened():
            return {"kind": "opened", "page": arrival.page}
        case Stopped():
            return {"kind": "stopped"}
        case Errand():
            return {"kind": "errand"}
        case other:
            assert_never(other)


def _arrival(database: sqlite_utils.Database, turn_id: TurnId) -> Arrival:  # noqa: PLR0911 - one for each kind
    row = one(database, "SELECT * FROM inbox WHERE id = :id", {"id": turn_id})
    if row is None:
        raise KeyError(turn_id)
    origin, key, sent_at = origin_of(row), row["dedupe_key"], moment(row["sent_at"])
    body = body_of(database, row["content_id"]) or ""
    media, left, after = media_in(body_of(database, row["media_id"]))
    match row["kind"]:
        case "utterance":
            return Utterance(origin, key, body, sent_at)
        case "voice":
            return Voice(origin, key, sent_at, media, body)
        case "file":
            return File(origin, key, sent_at, media or ERASED, body, left, after)
        case "press":
            return Press(origin, key, DraftId(row["draft_id"]), row["revision"], row["action"], sent_at, _fields(body))
        case "tap":
            return Tap(origin, key, MessageId(row["message_id"]), row["button"], sent_at, _fields(body))
        case "opened":
            return Opened(origin, key, sent_at, row["page"] or "")
        case "stopped":
            return Stopped(origin, key, sent_at)
        case "errand":
            intent, lang, facts = load(body or '["", "zh", []]')
            return Errand(origin, key, intent, Lang(lang), sent_at, tuple((name, value) for name, value in facts))
        case kind:
            raise ValueError(kind)


def _fields(body: str) -> tuple[tuple[str, str], ...]:
    return tuple((field, value) for field, value in load(body or "[]"))


def _media_json(arrival: Voice | File) -> str | None:
    """What was sent along; with a file also where it stands among others, where it does."""
    media = arrival.media
    if media is None:
        return None
    expires_at = stamp(media.expires_at) if media.expires_at else None
    among = [arrival.left, arrival.after] if isinstance(arrival, File) and (arrival.left or arrival.after) else []
    return dump([media.kind, media.name, media.mime, media.size, media.locator, expires_at, *among])


def media_in(body: str | None) -> tuple[Media | None, int, str]:
    """What was sent along; of a file also `left` and `after`."""
    if body is None:
        return None, 0, ""
    kind, name, mime, size, locator, expires_at, *among = load(body)
    left, after = among or (0, "")
    return Media(kind, name, mime, size, locator, moment_or_none(expires_at)), left, after
