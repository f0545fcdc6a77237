"""Takes files and folders in: what is new, changed or gone, and for whom. Leaves finding and reading them to others."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.domain.documents import Manuscript, Standing
from bot.domain.ids import Audience
from bot.domain.people import EVERYONE
from bot.domain.talk import Lang
from bot.errors import Refused
from bot.ports import Progress, Words
from knowledge.copyist import LINGER_S, STALLED_S, Copy, Copyist
from knowledge.folders import Found, files, identity
from knowledge.ports import LibraryStore

EDITION = "2"
"""Counted on when the same file would be read or cut differently, so that all are read again."""
PASSING = frozenset({"missing", "no_permission", "no_progress", "not_a_file", "read_failed"})
"""Reasons that say nothing about a file's content: what was kept of it stays."""
WAITING = frozenset({"picture", "scan"})
"""Reasons that will pass away once pictures are read."""
INSIDE = " › "
PARTLY = " partly"
"""Marks the digest of a file of which some part was refused: it is looked at again the next time."""

ParseAudience = Callable[[str], Awaitable[Audience | None]]
Outcome = tuple[str, str, str]
"""Which document, what became of it, why."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """How files are to be taken in. lang: of the reasons for refusals. password: of those that have one, "" for none.

    unheard: what the files say of themselves counts for nothing. spares: what was kept of a file stays where a newer version of it is
    refused. See `Library.ingest`.
    """

    audience: Audience | None
    lang: Lang
    password: str
    unheard: bool
    spares: bool


class Intake:
    """Files into the store. One at a time; a file is in with its words and with what came in it, or it is not."""

    def __init__(
        self, store: LibraryStore, words: Words, parse_audience: ParseAudience, max_file_mb: int, *, linger_s: float = LINGER_S,
        patience_s: float = STALLED_S,
    ) -> None:
        self._store = store
        self._words = words
        self._parse_audience = parse_audience
        self._max_file_mb = max_file_mb
        self._copyist = Copyist(linger_s=linger_s, patience_s=patience_s)

    @property
    def pid(self) -> int | None:
        """The process that reads, while it runs."""
        return self._copyist.pid

    async def take(
        self, paths: Sequence[Path], audience: Audience | None, lang: Lang, password: str = "", *, unheard: bool = False,
        spares: bool = False,
    ) -> AsyncGenerator[Progress, None]:
        """Bring the store to what the files and folders are now, a step for each document. The password is kept nowhere."""
        asked = _Asked(audience, lang, password, unheard, spares)
        self._copyist.stay()
        try:
            for path in paths:
                async with aclosing(self._below(identity(path), asked)) as steps:
                    async for step in steps:
                        yield step
        finally:
            self._copyist.leave()

    async def lines(self, path: Path) -> str | None:
        """The words of a text, of subtitles, or of a Word document, line by line; None for what is none of these."""
        self._copyist.stay()
        try:
            return await self._copyist.lines(path)
        except Refused:
            return None
        finally:
            self._copyist.leave()

    async def close(self) -> None:
        """End the process that reads."""
        await self._copyist.close()

    async def _below(self, path: Path, asked: _Asked) -> AsyncGenerator[Progress, None]:
        known = dict(await self._store.standing(path))
        found, unseen = await asyncio.to_thread(files, path)
        yield Progress("reading", 0, len(found), str(path))
        for number, file in enumerate(found, 1):
            async with aclosing(self._one(file, known, asked)) as outcomes:
                async for about, outcome, reason in outcomes:
                    yield Progress("words", number, len(found), about, outcome, reason)
        gone = [name for name in known if not any(Path(name).is_relative_to(folder) for folder in unseen)]
        await self._store.remove(gone)
        for name in gone:
            yield Progress("words", len(found), len(found), known[name].source, "removed")

    async def _one(self, file: Found, known: dict[str, Standing], asked: _Asked) -> AsyncGenerator[Outcome, None]:
        """Take in one file; takes out of `known` what is still there."""
        mine = {path: known[path] for path in known if path == str(file.path) or path.startswith(f"{file.path}/")}
        try:
            if file.refused is not None:
                raise file.refused
            digest = await asyncio.to_thread(self._digest, file.path)
            standing = mine.get(str(file.path))
            if standing is not None and (standing.digest, standing.asked_audience) == (digest, asked.audience or ""):
                for path in mine:
                    yield known.pop(path).source, "unchanged", ""
                return
            async with aclosing(self._read(file, digest, known, asked)) as outcomes:
                async for outcome in outcomes:
                    yield outcome
        except Refused as refusal:
            for path in mine if refusal.reason in PASSING or asked.spares else ():
                known.pop(path, None)
            if str(file.path) in known:  # what was in it goes with it
                await self._store.remove([path for path in mine if known.pop(path, None) is not None])
            yield await self._refused(file, refusal, asked)

    async def _read(self, file: Found, digest: str, known: dict[str, Standing], asked: _Asked) -> AsyncGenerator[Outcome, None]:
        """Its parts first and itself last, so that one that was interrupted is not taken for read."""
        whole: Manuscript | None = None
        partly = ""
        async with aclosing(self._copyist.read(file.path, asked.password)) as copies:
            async for copy in copies:
                if not copy.inside:
                    whole = await self._manuscript(file, copy, digest, asked)
                    continue
                source = INSIDE.join((file.source, *copy.inside))
                inner = Found(file.path.joinpath(*copy.inside), source)
                try:
                    part = await self._manuscript(inner, copy, f"{EDITION} {copy.digest}", asked)
                except Refused as refusal:
                    partly = PARTLY
                    yield await self._refused(inner, refusal, asked)
                else:
                    yield source, await self._keep(part, known), ""
        if whole is None:
            raise Refused("broken")
        yield file.source, await self._keep(whole, known, partly), ""

    async def _keep(self, manuscript: Manuscript, known: dict[str, Standing], partly: str = "") -> str:
        """Keep a document, unless it is kept as it is; says which."""
        standing = known.pop(manuscript.path, None)
        digest = manuscript.digest + partly
        if standing is not None and (standing.digest, standing.asked_audience) == (digest, manuscript.asked_audience):
            return "unchanged"
        return "changed" if await self._store.keep(replace(manuscript, digest=digest)) else "added"

    async def _refused(self, file: Found, refusal: Refused, asked: _Asked) -> Outcome:
        facts = {"file": file.source, "limit_mb": self._max_file_mb, "kind": "", **refusal.facts}
        waiting = refusal.reason in WAITING
        if refusal.reason != "missing":
            await self._store.refuse(file.path, file.source, refusal.reason, facts, asked.audience, waiting=waiting)
        return file.source, "waiting" if waiting else "refused", self._words.say(f"refused_{refusal.reason}", asked.lang, **facts)

    def _digest(self, path: Path) -> str:
        """Of the content and of how we read.  Raises: Refused."""
        try:
            if path.stat().st_size > self._max_file_mb * 1_000_000:
                raise Refused("too_big", mb=path.stat().st_size // 1_000_000)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: hashlib.sha256(EDITION.encode()))
        except FileNotFoundError:
            raise Refused("missing") from None
        except PermissionError:
            raise Refused("no_permission") from None
        except OSError as error:
            raise Refused("read_failed", why=error.strerror or type(error).__name__) from None
        return digest.hexdigest()

    async def _manuscript(self, file: Found, copy: Copy, digest: str, asked: _Asked) -> Manuscript:
        """The document to keep.  Raises: Refused."""
        if copy.refused is not None:
            raise copy.refused
        front = {name: said for name, said in copy.front.items() if name == "valid_until"} if asked.unheard else copy.front
        return Manuscript(
            path=str(file.path), source=file.source, title=copy.title, digest=digest,
            audience=await self._audience(front, asked.audience), asked_audience=asked.audience or "",
            valid_until=_day(front.get("valid_until", "")), supersedes=front.get("supersedes", ""), pieces=copy.pieces,
        )

    async def _audience(self, front: Mapping[str, str], asked: Audience | None) -> Audience:
        """The file's own word first: whoever wrote it knows for whom.  Raises: Refused, so that nothing is published wider than meant."""
        written = front.get("audience", "")
        if not written:
            if "audience" in front:
                raise Refused("audience", audience="")
            return asked or EVERYONE
        found = await self._parse_audience(written)
        if found is None:
            raise Refused("audience", audience=written)
        return found


def _day(text: str) -> date | None:
    """A date of front matter.  Raises: Refused: a document that is taken for valid too long does harm."""
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise Refused("valid_until", date=text) from None
