"""The room of knowledge: the list, one document as search sees it, a question tried as somebody else would ask it. Knows no page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.admin.door import AdminDoor
from bot.domain.catalog import Grounded, Indexed, Listed, Shown, Unread
from bot.domain.documents import Audiences
from bot.domain.evidence import Passage
from bot.domain.ids import Audience, DocumentId, UserId
from bot.domain.people import EVERYONE, Speaker, User, parse_audience, speaker_of
from bot.domain.records import Page
from bot.domain.talk import Lang
from bot.errors import NotAllowed, Unclear
from bot.ports import Clock, Passages, Users, Words
from bot.visits import me_of

Json = dict[str, Any]

LINES, PASSAGES, UNREAD, GROUNDED, FOUND = 30, 40, 100, 5, 10
UNREAD_SHOWN = "unread"
"""Shown instead of documents: files that were not taken in."""
MOST_COUNTED = 100
SOON_DAYS = 30
"""So long before its last day a document is told of."""
LONGEST = 500
"""Characters of a question that is tried."""


class Catalog(Protocol):
    """Documents as admins keep them; see `bot.store.catalog`."""

    async def list(
        self, today: date, shown: Shown = Shown.ALL, words: str = "", audience: str = "", *, after: str = "", limit: int = 30
    ) -> Page[Listed]:
        """Newest first."""
        ...

    async def counts(self, today: date) -> dict[str, int]:
        """Of documents, of those out of date, of files that were not taken in."""
        ...

    async def document(self, document_id: DocumentId, today: date) -> Listed | None:
        """One."""
        ...

    async def enclosed(self, document_id: DocumentId) -> Sequence[str]:
        """Titles of what came in its file."""
        ...

    async def passages(self, document_id: DocumentId, first: int, limit: int) -> Sequence[Indexed]:
        """As search has them."""
        ...

    async def grounded(self, document_id: DocumentId, limit: int) -> Sequence[Grounded]:
        """The latest answers that stood on it."""
        ...

    async def unread(self, limit: int) -> Sequence[Unread]:
        """Files that were not taken in."""
        ...

    async def forget_unread(self, path: str, by: UserId) -> None:
        """Take one off that list."""
        ...

    async def change_audience(self, document_id: DocumentId, audience: Audience, by: UserId) -> None:
        """Other people see it from now on."""
        ...


class Searched(Protocol):
    """The library, searched as anybody."""

    def for_audiences(self, audiences: Audiences) -> Passages:
        """The passages of whoever belongs to these."""
        ...


class Removing(Protocol):
    """Takes a document out, and its file where it is ours; see `bot.uploads`."""

    async def remove(self, session: str, document: DocumentId) -> Json:
        """Says whether the file was `ours`."""
        ...


class Claims(Protocol):
    """Contradictions, counted."""

    async def count(self, today: date, most: int) -> int:
        """Of those that are open."""
        ...


@dataclass(frozen=True)
class Shelves:
    """What the room looks at. words: why files are refused. folder: where files lie that the house itself keeps."""

    catalog: Catalog
    claims: Claims
    library: Searched
    removing: Removing
    users: Users
    clock: Clock
    words: Words
    folder: Path


@dataclass(frozen=True)
class KnowledgeRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin."""

    door: AdminDoor
    shelves: Shelves

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {
            "knowledge": self.listed, "knowledge_document": self.document, "knowledge_try": self.tried,
            "knowledge_audience": self.audience, "knowledge_remove": self.remove, "knowledge_dismiss": self.dismiss,
        }  # fmt: skip

    async def listed(
        self, session: str, *, lang: Lang, shown: str = "", words: str = "", audience: str = "", after: str = ""
    ) -> Json:
        """A page of the list, or of what was not taken in.  Raises: NotAllowed("only_admins")."""
        admin = await self.door.admin(session)
        today, people = self._today(admin), await self.shelves.users.everyone()
        wanted = Shown(shown) if shown in set(Shown) else Shown.ALL
        is_unread = shown == UNREAD_SHOWN
        page: Page[Listed] = Page((), None)
        if not is_unread:
            page = await self.shelves.catalog.list(today, wanted, words, audience, after=after, limit=LINES)
        names = {user.id: user.name for user in people}
        counts = await self.shelves.catalog.counts(today)
        contradictions = await self.shelves.claims.count(today, MOST_COUNTED)
        return {
            "me": me_of(admin), "shown": UNREAD_SHOWN if is_unread else wanted, "after": page.after,
            "lines": [self._line(one, today, names) for one in page.items], "counts": counts | {"contradictions": contradictions},
            "unread": [self._unread(one, lang) for one in await self.shelves.catalog.unread(UNREAD)] if is_unread else [],
            "audiences": audiences_told(people, admin),
        }  # fmt: skip

    async def document(self, session: str, *, lang: Lang, document: str, first: int = 0) -> Json:  # noqa: ARG002 - as every verb with words
        """One with its passages from `first` on.  Raises: NotAllowed("only_admins", "no_such_document")."""
        admin = await self.door.admin(session)
        today, people = self._today(admin), await self.shelves.users.everyone()
        found = await self.shelves.catalog.document(DocumentId(document), today)
        if found is None:
            raise NotAllowed("no_such_document")
        passages = await self.shelves.catalog.passages(found.id, first, PASSAGES)
        grounded = await self.shelves.catalog.grounded(found.id, GROUNDED)
        return {
            "me": me_of(admin), "document": self._line(found, today, {user.id: user.name for user in people}),
            "passages": [asdict(one) for one in passages], "first": first,
            "more": first + PASSAGES if first + PASSAGES < found.passages else None, "before": max(0, first - PASSAGES) if first else None,
            "grounded": [{"id": one.decision_id, "at": one.at.isoformat(), "said": one.said} for one in grounded],
            "enclosed": await self.shelves.catalog.enclosed(found.id), "audiences": audiences_told(people, admin),
        }  # fmt: skip

    async def tried(self, session: str, *, lang: Lang, question: str = "", audience: str = "") -> Json:  # noqa: ARG002 - the same
        """What search finds for somebody, and what it would have found beside that if they might see all.

        audience: "all", "role:…", "team:…" (each with what everybody sees), or "user:…" (what that person sees).
        Raises: NotAllowed("only_admins"); Unclear("no_such_audience").
        """
        admin = await self.door.admin(session)
        people = await self.shelves.users.everyone()
        sees, told = _seen_by(audience or EVERYONE, people), {"question": question[:LONGEST], "chosen": audience or EVERYONE}
        words = question[:LONGEST].strip()
        found = await self.shelves.library.for_audiences(sees).search(words, FOUND) if words else ()
        every = await self.shelves.library.for_audiences(None).search(words, FOUND) if words and sees is not None else ()
        names, today = {user.id: user.name for user in people}, self._today(admin)
        return {
            "me": me_of(admin), **told, "audiences": audiences_told(people, admin, everybody=True),
            "found": [_found(one, today, names) for one in found],
            "hidden": [_found(one, today, names) for one in every if sees is not None and one.audience not in sees],
        }  # fmt: skip

    async def audience(self, session: str, *, lang: Lang, document: str, audience: str) -> Json:  # noqa: ARG002 - the same
        """Have other people see a document.  Raises: NotAllowed("only_admins", "no_such_document"); Unclear("no_such_audience")."""
        admin = await self.door.admin(session)
        meant = parse_audience(audience, await self.shelves.users.everyone()) if audience else None
        if meant is None:
            raise Unclear("no_such_audience", audience=audience[:LONGEST])
        await self.shelves.catalog.change_audience(DocumentId(document), meant, admin.user_id)
        return {}

    async def remove(self, session: str, *, lang: Lang, document: str) -> Json:  # noqa: ARG002 - the same
        """Take a document out.  Raises: NotAllowed("only_admins", "no_such_document")."""
        await self.door.admin(session)
        return await self.shelves.removing.remove(session, DocumentId(document))

    async def dismiss(self, session: str, *, lang: Lang, path: str) -> Json:  # noqa: ARG002 - the same
        """Put away that a file was not taken in.  Raises: NotAllowed("only_admins")."""
        admin = await self.door.admin(session)
        await self.shelves.catalog.forget_unread(path, admin.user_id)
        return {}

    def _today(self, admin: Speaker) -> date:
        return self.shelves.clock.now().astimezone(ZoneInfo(admin.zone)).date()

    def _line(self, one: Listed, today: date, names: Mapping[UserId, str]) -> Json:
        left = (one.valid_until - today).days if one.valid_until else None
        return {
            "id": one.id, "source": one.source, "title": one.title, "audience": audience_told(one.audience, names),
            "valid_until": one.valid_until.isoformat() if one.valid_until else "", "superseded_by": one.superseded_by or "",
            "expired": left is not None and left < 0, "soon": left is not None and 0 <= left <= SOON_DAYS,
            "passages": one.passages, "embedded": one.embedded, "ingested_at": one.ingested_at.isoformat(), "answers": one.answers,
            "used_at": one.used_at.isoformat() if one.used_at else "", "ours": Path(one.path).parent == self.shelves.folder,
        }  # fmt: skip

    def _unread(self, one: Unread, lang: Lang) -> Json:
        why = self.shelves.words.say(f"refused_{one.reason}", lang, **one.facts)
        return {"path": one.path, "source": one.source, "why": why, "waiting": one.waiting, "at": one.at.isoformat()}


def audience_told(audience: Audience, names: Mapping[UserId, str]) -> Json:
    """An audience as a page says it: what kind, and the name of the role, the team or the person."""
    kind, _, name = audience.partition(":")
    return {"value": audience, "kind": kind, "name": names.get(UserId(name), name) if kind == "user" else name}


def audiences_told(people: Sequence[User], admin: Speaker, *, everybody: bool = False) -> list[Json]:
    """Whom a document can be meant for. everybody: each person as well."""
    roles = sorted({f"role:{user.role}" for user in people})
    teams = sorted({f"team:{user.team}" for user in people if user.team})
    users = [f"user:{user.id}" for user in sorted(people, key=lambda user: user.name) if everybody or user.id == admin.user_id]
    names = {user.id: user.name for user in people}
    return [audience_told(Audience(one), names) for one in (EVERYONE, *roles, *teams, *users)]


def _seen_by(audience: str, people: Sequence[User]) -> Audiences:
    """What whoever is meant may see.  Raises: Unclear."""
    meant = parse_audience(audience, people)
    if meant is None:
        raise Unclear("no_such_audience", audience=audience[:LONGEST])
    if meant.startswith("user:"):
        somebody = speaker_of(next(user for user in people if meant == f"user:{user.id}"))
        return None if somebody.sees_all_documents else somebody.audiences
    return frozenset({EVERYONE, meant})


def _found(passage: Passage, today: date, names: Mapping[UserId, str]) -> Json:
    return {
        "document": passage.document_id, "title": passage.title, "source": passage.source, "locator": passage.locator,
        "text": passage.text, "score": round(passage.score, 2), "stale": passage.is_stale(today),
        "audience": audience_told(passage.audience, names),
    }  # fmt: skip
