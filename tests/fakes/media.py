"""What a platform keeps of what people sent, and a library that reads what says nothing bad."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.domain.ids import Audience
from bot.domain.people import Speaker
from bot.domain.talk import Lang, Media
from bot.errors import TellUser
from bot.ports import Document, Passages, Progress

WORDS = frozenset({".txt", ".md", ".vtt", ".srt", ".docx"})
UNREADABLE = {Lang.ZH: "里面没有能读的字。", Lang.EN: "Nothing in it can be read."}


@dataclass
class FakeMedia:
    """The port `MediaSource`. kept: by locator. troubles: raised one a time before it works; asked: what was fetched, in order."""

    kept: dict[str, bytes] = field(default_factory=dict)
    troubles: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, media: Media, to: Path, *, most_bytes: int) -> Path:
        """Write it down, bounded."""
        self.asked.append(media.locator)
        if self.troubles:
            raise self.troubles.pop(0)
        content = self.kept.get(media.locator)
        if content is None:
            raise TellUser("media_gone")
        if len(content) > most_bytes:
            raise TellUser("media_too_large", limit_mb=most_bytes >> 20)
        await asyncio.to_thread(to.write_bytes, content)
        return to


@dataclass
class ReadingLibrary:
    """The port `Library`, as far as taking in goes.

    taken: name, content and audience of each; what says "bad" is refused. unheard: of how many nothing that they say of themselves counts.
    vectors_made: what the end of taking in waits for.
    """

    taken: list[tuple[str, bytes, Audience | None]] = field(default_factory=list)
    unheard: int = 0
    vectors_made: asyncio.Event | None = None

    def for_speaker(self, speaker: Speaker) -> Passages:
        """Nothing to search."""
        raise LookupError(speaker)

    async def documents(self, _: Speaker) -> Sequence[Document]:
        """None."""
        return ()

    async def newest(self, _: Speaker, today: date, limit: int) -> Sequence[str]:  # noqa: ARG002 - of none
        """None."""
        return ()

    async def lines(self, path: Path) -> str | None:
        """Those of a file of words that say nothing bad."""
        content = await asyncio.to_thread(path.read_bytes)
        return content.decode() if path.suffix in WORDS and b"bad" not in content else None

    async def ingest(
        self, paths: Sequence[Path], audience: Audience | None, lang: Lang, *, password: str = "", unheard: bool = False,
        spares: bool = False,  # noqa: ARG002 - the port's
    ) -> AsyncIterator[Progress]:
        """Each file by itself, those under a password not at all."""
        for path in paths:
            content = b"bad" if password else await asyncio.to_thread(path.read_bytes)
            yield Progress("reading", 0, 1, str(path))
            if b"bad" in content:
                yield Progress("words", 1, 1, path.name, "refused", UNREADABLE[lang])
            else:
                self.taken.append((path.name, content, audience))
                self.unheard += unheard
                yield Progress("words", 1, 1, path.name, "added")
        if self.vectors_made:
            await self.vectors_made.wait()
        yield Progress("done", 1, 1)
