"""The room of questions that found no answer: grouped, counted, the missing page written. Knows no page and nobody who asked."""

import asyncio
import hashlib
import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from bot.admin.door import AdminDoor
from bot.admin.knowledge import Searched, audiences_told
from bot.admin.likeness import Asked, grouped
from bot.domain.catalog import Unanswered
from bot.domain.documents import safe_name
from bot.domain.ids import Audience, DecisionId, DocumentId, UserId
from bot.domain.people import parse_audience
from bot.domain.talk import Lang
from bot.errors import Stale, Unclear, Upstream
from bot.ports import Clock, Embedder, Library, Users
from bot.store.gaps import Seen
from bot.visits import me_of

Json = dict[str, Any]

DAYS, MOST = 90, 300
PATIENCE_S = 1.0
"""So long a page waits for the meaning of questions; those of which it is not known yet are grouped by their words."""
WRITING_S = 15.0
EXAMPLES, NEAREST, GROUPS = 5, 3, 50
LONGEST_TITLE, LONGEST_TEXT = 200, 25_000
"""Characters. A form takes 256 kB, and a Chinese character three bytes that travel as nine."""


class Gaps(Protocol):
    """Questions without an answer; see `bot.store.gaps`."""

    async def unanswered(self, since: datetime, limit: int) -> Sequence[Unanswered]:
        """The latest that nobody has seen to."""
        ...

    async def see_to(self, decisions: Sequence[DecisionId], seen: Seen, by: UserId, document: DocumentId | None = None) -> None:
        """Note what was done."""
        ...


@dataclass(frozen=True)
class Writing:
    """With what a page is written. folder: where files lie that the house itself keeps. find: the document of a file.

    patience_s: so long whoever saves a page waits, while other files are read.
    """

    library: Library
    searched: Searched
    folder: Path
    find: Callable[[Path], Awaitable[DocumentId | None]]
    note: Callable[[str, UserId, dict[str, object]], Awaitable[None]]
    patience_s: float = WRITING_S


@dataclass(frozen=True)
class UnansweredRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin."""

    door: AdminDoor
    gaps: Gaps
    embedder: Embedder
    users: Users
    clock: Clock
    writing: Writing
    _vectors: dict[str, Sequence[float]] = field(default_factory=dict)
    _works: set[asyncio.Task[None]] = field(default_factory=set)

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {
            "unanswered": self.listed, "unanswered_drop": self.drop, "knowledge_draft": self.draft, "knowledge_write": self.write,
        }  # fmt: skip

    async def close(self) -> None:
        """End what is under way."""
        for work in self._works:
            work.cancel()
        await asyncio.gather(*self._works, return_exceptions=True)

    async def listed(self, session: str, *, lang: Lang) -> Json:  # noqa: ARG002 - as every verb with words
        """Groups of questions, those asked most often first.  Raises: NotAllowed("only_admins")."""
        admin = await self.door.admin(session)
        questions = await self.gaps.unanswered(self.clock.now() - timedelta(days=DAYS), MOST)
        whole = await self._understood([one.said for one in questions])
        groups = grouped([Asked(one.said, one.lang, self._vectors.get(_key(one.said))) for one in questions])
        told = [_group([questions[place] for place in group]) for group in groups]
        return {
            "me": me_of(admin), "groups": told[:GROUPS], "rest": len(told[GROUPS:]), "count": len(questions), "whole": whole, "days": DAYS,
        }  # fmt: skip

    async def drop(self, session: str, *, lang: Lang, decisions: Sequence[str]) -> Json:  # noqa: ARG002 - the same
        """Let questions be.  Raises: NotAllowed("only_admins")."""
        admin = await self.door.admin(session)
        await self.gaps.see_to([DecisionId(one) for one in decisions[:MOST]], Seen.DROPPED, admin.user_id)
        return {}

    async def draft(self, session: str, *, lang: Lang, decisions: Sequence[str] = ()) -> Json:  # noqa: ARG002 - the same
        """What a missing page begins with: the question, how else it was asked, what the library has nearest.

        Raises: NotAllowed("only_admins").
        """
        admin = await self.door.admin(session)
        questions = await self.gaps.unanswered(self.clock.now() - timedelta(days=DAYS), MOST)
        mine = [one for one in questions if one.decision_id in set(decisions)]
        people = await self.users.everyone()
        title = mine[0].said.strip() if mine else ""
        near = await self.writing.searched.for_audiences(None).search(title, NEAREST) if title else ()
        return {
            "me": me_of(admin), "title": " ".join(title.split())[:LONGEST_TITLE], "asked": _said(mine),
            "decisions": [one.decision_id for one in mine], "longest": LONGEST_TEXT, "longest_title": LONGEST_TITLE,
            "near": [{"document": one.document_id, "title": one.title, "text": one.text} for one in near],
            "audiences": audiences_told(people, admin),
        }  # fmt: skip

    async def write(
        self, session: str, *, lang: Lang, title: str, text: str, audience: str, valid_until: str = "", decisions: Sequence[str] = ()
    ) -> Json:
        """Keep a page of the admin's own words as a document, which answers from then on.

        Raises: NotAllowed("only_admins"); Unclear("page_no_title", "page_no_text", "page_too_long", "page_no_day", "no_such_audience");
        Stale("library_busy", "page_refused").
        """
        admin = await self.door.admin(session)
        name, words = " ".join(_plain(title).split())[:LONGEST_TITLE], _plain(text.replace("\r\n", "\n")).strip()
        meant = parse_audience(audience, await self.users.everyone())
        for fits, key in ((bool(name), "page_no_title"), (bool(words), "page_no_text"), (len(words) <= LONGEST_TEXT, "page_too_long")):
            if not fits:
                raise Unclear(key, limit=LONGEST_TEXT)
        if meant is None:
            raise Unclear("no_such_audience", audience=audience[:LONGEST_TITLE])
        page = _page(name, words, _day(valid_until))
        path = await asyncio.to_thread(_put, self.writing.folder, name, page)
        try:
            await self._taken_in(path, meant, lang)
            document = await self.writing.find(path)
        except BaseException:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise
        await self.writing.note("knowledge.written", admin.user_id, {"document": document})
        await self.gaps.see_to([DecisionId(one) for one in decisions[:MOST]], Seen.WRITTEN, admin.user_id, document)
        return {"document": document}

    async def _taken_in(self, path: Path, audience: Audience, lang: Lang) -> None:
        """Returns once it is found by its words; the house learns its meaning when it comes to it.  Raises: Stale."""
        try:
            async with asyncio.timeout(self.writing.patience_s):
                async for step in self.writing.library.ingest([path], audience, lang, unheard=True):
                    if step.outcome in {"refused", "waiting"}:
                        raise Stale("page_refused", why=step.reason)
                    if step.stage not in {"reading", "words"}:
                        break
        except TimeoutError:
            raise Stale("library_busy") from None

    async def _understood(self, texts: Sequence[str]) -> bool:
        """Learn the meaning of questions, some of it after the page was told; says whether all of it is known. Forgets all others'."""
        keys = {_key(text): text for text in texts}
        for key in self._vectors.keys() - keys.keys():
            del self._vectors[key]
        if not self._works and not keys.keys() <= self._vectors.keys():
            work = asyncio.create_task(self._learn({key: text for key, text in keys.items() if key not in self._vectors}))
            self._works.add(work)
            work.add_done_callback(self._works.discard)
        if self._works:
            await asyncio.wait(self._works, timeout=PATIENCE_S)
        return keys.keys() <= self._vectors.keys()

    async def _learn(self, texts: Mapping[str, str]) -> None:
        with suppress(Upstream):
            for key, text in texts.items():
                self._vectors[key] = await self.embedder.query(text)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _group(questions: Sequence[Unanswered]) -> Json:
    return {
        "said": questions[0].said, "others": _said(questions)[1:EXAMPLES], "count": len(questions),
        "last_at": questions[0].at.isoformat(), "decisions": [one.decision_id for one in questions],
    }  # fmt: skip


def _said(questions: Sequence[Unanswered]) -> list[str]:
    """Each wording once."""
    return list(dict.fromkeys(" ".join(one.said.split()) for one in questions))


def _plain(text: str) -> str:
    """Without what nobody types: a file with such characters in it is taken for a program."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unclear("page_no_day") from None


def _page(title: str, text: str, valid_until: date | None) -> str:
    """As Markdown, its front matter ours alone: whatever the text begins with stands below it."""
    until = f"valid_until: {valid_until.isoformat()}\n" if valid_until else ""
    return f'---\ntitle: "{title}"\n{until}---\n\n{text}\n'


def _put(folder: Path, title: str, text: str) -> Path:
    """Write it down under a name that nothing has yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = safe_name(f"{title.replace('/', ' ')[:60]}.md")
    for number in range(1, 1000):
        path = folder / (name if number == 1 else f"{name.removesuffix('.md')} {number}.md")
        with suppress(FileExistsError), path.open("x", encoding="utf-8") as file:
            path.chmod(0o600)
            file.write(text)
            return path
    raise Stale("library_busy")
