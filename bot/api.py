"""What a program may do with a token, one method a verb: ask, search, look at a record, change it. Knows scopes; knows no HTTP.

Each verb is done for the person that the token acts for, with the rights they have at that moment and what its scopes leave of them;
each use and refusal is audited.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.domain.entities import SCHEMA
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, RecordId, ThreadId
from bot.domain.people import Speaker
from bot.domain.records import Cause, Record
from bot.domain.schema import Entity, Kind
from bot.domain.scope import Scope
from bot.domain.talk import Origin, Utterance
from bot.domain.tokens import PEOPLE
from bot.errors import NotAllowed, Stale, TellUser, Unclear
from bot.house import House
from bot.ports import Records
from bot.tokens import Bearer, Tokens
from bot.turns.know import API

Json = dict[str, Any]

ID = re.compile(r"[\w-]{1,64}", re.ASCII)
LONGEST_VALUE = 4000
"""Characters of one text."""


@dataclass(frozen=True)
class Api:
    """The verbs. scope: what a person may see and change. patience_s: how long a program waits for an answer, which goes on without it."""

    tokens: Tokens
    house: House
    records: Records
    scope: Callable[[Speaker], Scope]
    patience_s: float

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """All of them by name, as the private line calls them; each takes the secret of a token."""
        return {"ask": self.ask, "search": self.search, "record": self.record, "change": self.change}

    async def ask(self, bearer: str, text: str, *, thread: str = "", key: str = "") -> Json:
        """One turn, as `tandem ask --json` tells it. thread: a name of the program's own; each person has theirs, by whatever token.

        key: names the request; sent again with it, it is the same request and gets the same answer.
        Raises: TellUser("still_working"), TooMany("backlog_full"), Unclear("key_reused").
        """
        async with self._with(bearer, "ask") as by:
            if not by.grants.asks:
                raise NotAllowed("token_scope", name=by.token.name, scope="ask")
            person, key = by.speaker.user_id, key or self.house.ids.new()
            thread_id = ThreadId(f"{API}:{person}:{thread}" if thread else f"{API}:{person}:{by.token.id}:{key}")
            origin = Origin(API, by.token.id, person, thread_id)
            said = Utterance(origin, f"{by.token.id}:{key}", text, self.house.clock.now())
            return await self.house.take(said, by.speaker, patience_s=self.patience_s)

    async def search(self, bearer: str, query: str, *, limit: int = 10) -> list[Json]:
        """Passages that bear on `query`, as `tandem knowledge search --json` tells them."""
        async with self._with(bearer, "search") as by:
            if not by.grants.searches:
                raise NotAllowed("token_scope", name=by.token.name, scope="search")
            return await self.house.passages(query, by.speaker, limit=limit)

    async def record(self, bearer: str, entity: str, record_id: str) -> Json:
        """One record with the fields that may be seen.  Raises: NotAllowed("no_such_record")."""
        async with self._with(bearer, _about("read", entity, record_id)) as by:
            _known(entity)
            if not by.grants.opens(entity):
                raise NotAllowed("token_scope", name=by.token.name, scope=f"read:{entity}")
            return _told(await self._seen(entity, record_id, self._narrowed(by)))

    async def change(self, bearer: str, entity: str, record_id: str, fields: Json, revision: int) -> Json:
        """Change fields of a record as seen at `revision`, all or none; the history notes person and token.

        Raises: NotAllowed (`no_such_record`; `field_not_yours`, naming the field), Unclear (`no_such_field`, `field_value`),
        Stale("record_stale").
        """
        async with self._with(bearer, _about("write", entity, record_id, fields)) as by:
            found = _known(entity)
            if not by.grants.writes_of(entity):
                raise NotAllowed("token_scope", name=by.token.name, scope=f"write:{entity}")
            scope = self._narrowed(by)
            seen = await self._seen(entity, record_id, scope)
            _check(found, fields, scope)
            if seen.revision != revision:
                raise Stale("record_stale", revision=seen.revision)
            cause = Cause(by.speaker.user_id, evidence={name: _ground(by, f"{name} = {value!r}") for name, value in fields.items()})
            try:
                await self.records.put(entity, fields, cause=cause, record_id=seen.id, revision=revision, scope=scope)
            except Stale:
                seen = await self._seen(entity, record_id, scope)
                raise Stale("record_stale", revision=seen.revision) from None
            return _told(await self._seen(entity, record_id, scope))

    async def _seen(self, entity: str, record_id: str, scope: Scope) -> Record:
        """What may be seen of a record.  Raises: NotAllowed("no_such_record")."""
        found = await self.records.record(RecordId(record_id), scope=scope)
        if found is None or found.entity != entity:
            raise NotAllowed("no_such_record")
        return found

    @asynccontextmanager
    async def _with(self, bearer: str, did: str) -> AsyncIterator[Bearer]:
        """Whoever shows the token; what was done with it, or refused, is noted at the end."""
        by = await self.tokens.bearer(bearer)
        try:
            yield by
        except TellUser as stop:
            await self.tokens.note(by.token, did, refused=stop.key)
            raise
        await self.tokens.note(by.token, did)

    def _narrowed(self, by: Bearer) -> Scope:
        return self.scope(by.speaker).narrowed(reads=by.grants.reads, writes=by.grants.writes)


def _about(verb: str, entity: str, record_id: str, fields: Iterable[str] = ()) -> str:
    """What is done, for the audit and the log: names of ours and ids, none of a program's words."""
    found = SCHEMA.entity(entity)
    names = ",".join(sorted(name for name in fields if found and found.field(name)))
    return f"{verb}:{found.name if found else '?'}:{record_id if ID.fullmatch(record_id) else '?'}{':' if names else ''}{names}"


def _known(entity: str) -> Entity:
    """The entity of this name.  Raises: NotAllowed, for there can be no such record."""
    found = SCHEMA.entity(entity) if entity != PEOPLE else None
    if found is None:
        raise NotAllowed("no_such_record")
    return found


def _check(entity: Entity, fields: Json, scope: Scope) -> None:
    """Whether the fields exist, may be written, and take these values.  Raises: Unclear, NotAllowed."""
    mine = [one.name for one in entity.fields if scope.may_write(entity.name, [one.name])]
    if not fields:
        raise Unclear("no_such_field", entity=entity.name, field="", known=", ".join(mine))
    for name, value in fields.items():
        found = entity.field(name)
        if found is None:
            raise Unclear("no_such_field", entity=entity.name, field=name, known=", ".join(mine))
        if name not in mine:
            raise NotAllowed("field_not_yours", entity=entity.name, field=name, known=", ".join(mine) or "–")
        if not found.takes(value) or len(str(value)) > LONGEST_VALUE or (name == entity.title and not str(value or "").strip()):
            raise Unclear("field_value", field=name, wanted=WANTED[found.kind].format(values=", ".join(found.value_names)))


WANTED: Mapping[Kind, str] = {
    Kind.TEXT: f"text (…{LONGEST_VALUE})", Kind.NUMBER: "123.45", Kind.MONEY: "123.45", Kind.FLAG: "true, false",
    Kind.DATE: "2026-07-31", Kind.MOMENT: "2026-07-31T09:00:00+00:00", Kind.ENUM: "{values}", Kind.REFERENCE: "–",
}
"""What a field takes, by example: the same in every language."""


def _ground(by: Bearer, quote: str) -> Evidence:
    """What the history keeps of a change by a program: its words and its token."""
    audience = Audience(f"user:{by.speaker.user_id}")
    return Evidence(quote[:LONGEST_VALUE], f"token {by.token.name}", by.token.id, EvidenceKind.EVENT, 1.0, by.token.id, audience)


def _told(record: Record) -> Json:
    return {
        "entity": record.entity, "id": record.id, "revision": record.revision, "fields": dict(record.fields),
        "updated_at": record.updated_at.isoformat(),
    }
