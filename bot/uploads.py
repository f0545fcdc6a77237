"""Files that a person drops on the page: written down part by part, then taken in. Knows bytes and names; reads no format.

A part is written where it belongs and nowhere else, so one that is sent twice does no harm. A file that is refused leaves what was
there under its name before.
"""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from bot.domain.documents import safe_name
from bot.domain.ids import Audience, DocumentId, UserId
from bot.domain.people import EVERYONE, Role, Speaker, parse_audience
from bot.domain.talk import Lang, Media
from bot.errors import NotAllowed, TellUser, Unclear
from bot.handed_over import HandedOver
from bot.ports import Clock, Ids, Library, Progress, Users
from bot.visits import Visits

Json = dict[str, Any]

LASTS = timedelta(minutes=10)
AT_ONCE, MOST_EACH = 24, 8
"""Files on their way, of all people and of one."""
MB = 1 << 20
TAKEN = frozenset({"added", "changed", "unchanged"})
WAITING = ".waiting"
"""Below the folder of files: what was sent and waits for its turn."""


class Talking(Protocol):
    """Makes turns of files; see `bot.talks.Talks`."""

    async def check_thread(self, session: str, thread: str) -> None:
        """Refuse a thread in which this person has said nothing; "" is a new one.  Raises: Unclear."""
        ...

    async def hand(self, session: str, files: Sequence[Media], text: str, key: str, thread: str) -> Sequence[Json]:
        """Keep files as one message of a thread."""
        ...


class Catalog(Protocol):
    """Documents as they are kept; see `bot.store.catalog`."""

    async def place(self, document_id: DocumentId) -> tuple[Path, Audience]:
        """Where its file lies, and who may see it.  Raises: NotAllowed("no_such_document")."""
        ...

    async def at(self, path: Path) -> DocumentId | None:
        """The document of a file; None where it was not taken in."""
        ...

    async def note(self, kind: str, by: UserId, about: dict[str, object]) -> None:
        """In the audit."""
        ...

    async def remove(self, document_id: DocumentId, by: UserId) -> Path:
        """Take it out, and what came in its file; says where the file lies.  Raises: NotAllowed("no_such_document")."""
        ...


@dataclass
class Upload:
    """One file on its way. size, got: bytes in all, and so far. said: it is sent in a talk, and not for the library.

    replaces: the document that goes once this one is taken in.
    """

    by: UserId
    name: str
    size: int
    audience: Audience | None
    begun_at: datetime
    part: Path
    said: bool = False
    got: int = 0
    replaces: DocumentId | None = None


@dataclass
class Uploads:
    """The verbs of dropping a file: anybody may send one in a talk, as in any chat; the library's are admins' to add.

    folder: where files are kept; a new one of the same name takes the place of the old. talking: None where nobody talks. catalog: None
    where nothing can be replaced or removed.
    """

    visits: Visits
    library: Library
    users: Users
    clock: Clock
    ids: Ids
    folder: Path
    max_bytes: int
    talking: Talking | None = None
    catalog: Catalog | None = None
    _open: dict[str, Upload] = field(default_factory=dict)

    async def audiences(self, session: str) -> list[str]:
        """Whom a file can be meant for, where this person may add one; nothing for others."""
        speaker = await self.visits.speaker(session)
        if speaker.role is not Role.ADMIN:
            return []
        people = await self.users.everyone()
        roles = sorted({f"role:{user.role}" for user in people})
        teams = sorted({f"team:{user.team}" for user in people if user.team})
        return [EVERYONE, *roles, *teams, f"user:{speaker.user_id}"]

    async def begin(self, session: str, name: str, size: int, *, audience: str = "", said: bool = False, replaces: str = "") -> Json:
        """Announce a file.  Raises: NotAllowed, Unclear, TellUser, each before a byte is sent.

        said: it is to be sent in a talk. audience: of one for the library. replaces: a document whose place it takes, for the same people.
        """
        kept_name, said = safe_name(name), said and self.talking is not None
        speaker = await self.visits.speaker(session) if said else await self._admin(session)
        if size <= 0:
            raise TellUser("upload_empty", name=kept_name)
        if size > self.max_bytes:
            raise TellUser("upload_too_large", name=kept_name, size_mb=round(size / MB, 1), limit_mb=self.max_bytes // MB)
        meant = self._meant(audience, speaker) if audience and not said else None
        if audience and meant is None and not said:
            meant = parse_audience(audience, await self.users.everyone())
            if meant is None:
                raise Unclear("no_such_audience", audience=audience)
        if replaces and self.catalog and not said:
            _, meant = await self.catalog.place(DocumentId(replaces))
        await self._forget_old()
        if len(self._open) >= AT_ONCE or sum(one.by == speaker.user_id for one in self._open.values()) >= MOST_EACH:
            raise TellUser("too_many_uploads")
        upload_id = self.ids.new()
        part = self.folder / ".parts" / upload_id
        old = DocumentId(replaces) if replaces else None
        self._open[upload_id] = Upload(speaker.user_id, kept_name, size, meant, self.clock.now(), part, said, replaces=old)
        await asyncio.to_thread(_make, part)
        return {"upload": upload_id, "name": kept_name}

    async def part(self, session: str, upload: str, offset: int, data: str) -> Json:
        """Write some bytes (base64) at their place. Parts come in order."""
        coming = await self._mine(session, upload)
        try:
            some = base64.b64decode(data, validate=True)
        except binascii.Error as wrong:
            raise TellUser("bad_request", why=str(wrong)) from wrong
        if offset > coming.got or offset + len(some) > coming.size:
            raise TellUser("no_such_upload")
        await asyncio.to_thread(_write, coming.part, offset, some)
        coming.got = max(coming.got, offset + len(some))
        return {"got": coming.got}

    async def drop(self, session: str, upload: str) -> Json:
        """Give up a file that is on its way."""
        coming = await self._mine(session, upload)
        del self._open[upload]
        await asyncio.to_thread(coming.part.unlink, missing_ok=True)
        return {}

    async def end(self, session: str, upload: str, *, lang: Lang, soon: bool = False) -> AsyncIterator[Json]:
        """Take the file in; tells each step. Closing the iterator stops it, and a file that is not in by then goes.

        soon: only until it is found by its words; it is found by meaning when the house comes to it.
        """
        coming = await self._mine(session, upload)
        if coming.got != coming.size or coming.said:
            raise TellUser("no_such_upload")
        del self._open[upload]
        path, before = self.folder / coming.name, coming.part.with_suffix(".before")
        taken = False
        await asyncio.to_thread(_put_in_place, coming.part, path, before)
        try:
            steps = self.library.ingest([path], coming.audience, lang, unheard=bool(coming.replaces), spares=True)
            async for step in steps:
                if step.about == path.name:  # and not of something that came in it
                    taken = taken or step.outcome in TAKEN
                if soon and step.stage not in {"reading", "words"}:
                    break
                yield _told(step)
        finally:
            await asyncio.to_thread(_settle, path, before, refused=not taken)
            if not taken:
                await self._forget(path, coming.by)
        if taken and self.catalog:
            await self.catalog.note("knowledge.added", coming.by, {"document": await self.catalog.at(path), "replaces": coming.replaces})
            await self._replaced(coming, path)

    async def remove(self, session: str, document: DocumentId) -> Json:
        """Take a document out of the library; a file of ours goes, any other stays where it lies.  Raises: NotAllowed."""
        admin = await self._admin(session)
        if self.catalog is None:
            raise NotAllowed("no_such_document")
        path = await self.catalog.remove(document, admin.user_id)
        await asyncio.to_thread(_unlink, path, self.folder)
        return {"ours": path.parent == self.folder}

    async def _forget(self, path: Path, by: UserId) -> None:
        """A file that was given up in the very moment in which its words were kept leaves no document without a file."""
        document = await self.catalog.at(path) if self.catalog and not path.exists() else None  # noqa: ASYNC240 - one look
        if self.catalog and document:
            await self.catalog.remove(document, by)

    async def _replaced(self, coming: Upload, path: Path) -> None:
        """The old one goes, unless the new one has its very place."""
        if self.catalog is None or coming.replaces is None:
            return
        with suppress(NotAllowed):  # somebody else removed it meanwhile
            old, _ = await self.catalog.place(coming.replaces)
            if old != path:
                await asyncio.to_thread(_unlink, await self.catalog.remove(coming.replaces, coming.by), self.folder)

    async def send(self, session: str, files: Sequence[str], text: str, key: str, *, thread: str = "") -> Sequence[Json]:
        """Send files that have arrived whole as one message, with words or without; each is a turn.  Raises: TellUser, Unclear."""
        if self.talking is None:
            raise TellUser("no_such_upload")
        await self.talking.check_thread(session, thread)
        coming = [await self._mine(session, one) for one in dict.fromkeys(files)]
        if not coming or any(one.got != one.size or not one.said for one in coming):
            raise TellUser("no_such_upload")
        for upload in files:
            self._open.pop(upload, None)
        waiting, media = HandedOver(self.folder / WAITING), list[Media]()
        try:
            for one in coming:
                media.append(await waiting.put_by(one.part, one.name, one.size, one.part.name))
            return await self.talking.hand(session, media, text, key, thread)
        except BaseException:
            for held in media:
                await waiting.drop(held)
            raise

    async def _admin(self, session: str) -> Speaker:
        speaker = await self.visits.speaker(session)
        if speaker.role is not Role.ADMIN:
            raise NotAllowed("only_admins_ingest")
        return speaker

    async def _mine(self, session: str, upload: str) -> Upload:
        speaker = await self.visits.speaker(session)
        coming = self._open.get(upload)
        if coming is None or coming.by != speaker.user_id:
            raise TellUser("no_such_upload")
        return coming

    def _meant(self, audience: str, speaker: Speaker) -> Audience | None:
        mine = Audience(f"user:{speaker.user_id}")
        return mine if audience == mine else None

    async def _forget_old(self) -> None:
        before = self.clock.now() - LASTS
        for upload_id, coming in list(self._open.items()):
            if coming.begun_at < before:
                del self._open[upload_id]
        await asyncio.to_thread(_sweep, self.folder / ".parts", {coming.part.name for coming in self._open.values()})


def _told(step: Progress) -> Json:
    return {**asdict(step), "about": Path(step.about).name}


def _make(part: Path) -> None:
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.touch(mode=0o600)


def _write(part: Path, offset: int, some: bytes) -> None:
    with part.open("r+b") as file:
        file.seek(offset)
        file.write(some)


def _put_in_place(part: Path, path: Path, before: Path) -> None:
    if path.exists():
        path.replace(before)
    part.replace(path)


def _unlink(path: Path, folder: Path) -> None:
    if path.parent == folder:
        path.unlink(missing_ok=True)


def _settle(path: Path, before: Path, *, refused: bool) -> None:
    """A refused file goes, and what it had replaced comes back."""
    if refused:
        path.unlink(missing_ok=True)
        if before.exists():
            before.replace(path)
    before.unlink(missing_ok=True)


def _sweep(parts: Path, wanted: set[str]) -> None:
    if parts.is_dir():
        for path in parts.iterdir():
            if path.name not in wanted and path.suffix != ".before":
                path.unlink(missing_ok=True)
