"""Contracts for the house: asks the process that opens them, and the one that reads pictures. Opens no file itself, judges no word."""

import asyncio
import base64
import zlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from bot.domain.contracts import Paper, Paragraph
from bot.domain.seen import SeenPage
from bot.errors import Refused, TellUser, Upstream
from bot.ports.contracts import PagesTold, PictureReader, Redline
from knowledge.child import Child, ChildStopped
from knowledge.papers import wire

DESK = "knowledge.papers.desk"
PATIENCE_S = 20.0
"""How long the process may be silent over one file."""
LINGER_S = 60.0
"""How long it waits for more: the second version comes soon after the first."""
PHOTO = 1.0

Page = dict[str, Any]
"""A page as the process tells it; see `knowledge.papers.pages.Page`."""


class PaperFiles:
    """The port `ContractFiles`. One file at a time for each process; pages of several people take turns.

    cutter: the module whose `cut` parts Chinese into words, for redlines; "" where there is none.
    """

    def __init__(
        self, pictures: PictureReader, max_file_mb: int, *, cutter: str = "", linger_s: float = LINGER_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._pictures = pictures
        self._max_file_mb = max_file_mb
        self._patience_s = patience_s
        self._desk = Child(DESK, (cutter,) if cutter else (), linger_s=linger_s)

    @property
    def pid(self) -> int | None:
        """The process that opens files, while it runs."""
        return self._desk.pid

    async def read(self, path: Path, name: str = "", password: str = "", told: PagesTold | None = None) -> Paper:
        """The contract in the file at `path`."""
        name = name or path.name
        try:
            await self._check_size(path)
            paragraphs, scanned = await self._read(path, password, told)
        except Refused as refusal:
            msg = f"contract_{refusal.reason}"
            raise TellUser(msg, **{**self._facts(name), **refusal.facts}) from None
        except TellUser as stop:
            raise TellUser(stop.key, **{**self._facts(name), **stop.facts}) from None
        return Paper(tuple(paragraphs), name, scanned)

    async def redline(self, asked: Redline) -> bytes:
        """A DOCX with every change tracked."""
        question = {
            "old": [wire.told(one) for one in asked.old.paragraphs], "new": [wire.told(one) for one in asked.new.paragraphs],
            "pairs": list(asked.pairs), "notes": _keyed(asked.notes), "gone": _keyed(asked.gone), "at": asked.at.isoformat(),
            "old_file": str(asked.old_file) if asked.old_file else "", "password": asked.password, "name": asked.new.name,
        }  # fmt: skip
        try:
            done = await self._last({"mark": question})
        except Refused as refusal:
            raise Upstream("redline") from refusal
        return base64.b64decode(done["docx"])

    async def close(self) -> None:
        """End the processes."""
        await self._desk.stop()
        await self._pictures.close()

    async def _read(self, path: Path, password: str, told: PagesTold | None) -> tuple[list[Paragraph], bool]:
        """The paragraphs, and whether some of their words were read off pictures."""
        question = {"read": str(path), "password": password}
        paragraphs, pages, is_picture = list[Paragraph](), list[Page](), False
        async with aclosing(self._answers(question)) as answers:
            async for answer in answers:
                paragraphs += [wire.heard(one) for one in answer.get("paragraphs", ())]
                pages += [answer["page"]] if "page" in answer else []
                if "at" in answer and told is not None:
                    told(answer["at"], answer["of"])
                is_picture = answer.get("done", {}).get("kind") == "picture"
        if is_picture:
            return await self._joined([_photographed(await self._pictures.photo(path))]), True
        if not pages:
            return paragraphs, False
        for page in pages:
            if page["scanned"]:
                await self._look(page, question)
                if told is not None:
                    told(page["number"], len(pages))
        return await self._joined(pages), any(page["scanned"] or page["unseen"] for page in pages)

    async def _look(self, page: Page, question: Mapping[str, object]) -> None:
        """Read a page that is a picture: drawn by one process, read by another, held here for no longer."""
        drawn = await self._last({"draw": question["read"], "page": page["number"], "password": question["password"]})
        grey = await asyncio.to_thread(zlib.decompress, base64.b64decode(drawn["grey"]))
        seen = await self._pictures.page(drawn["width"], drawn["height"], grey)
        page["spans"] = _spans(seen, drawn["scale"])

    async def _joined(self, pages: Sequence[Page]) -> list[Paragraph]:
        found = list[Paragraph]()
        async with aclosing(self._answers({"join": pages, "password": ""})) as answers:
            async for answer in answers:
                found += [wire.heard(one) for one in answer.get("paragraphs", ())]
        return found

    async def _last(self, question: Mapping[str, object]) -> dict[str, Any]:
        done: dict[str, Any] = {}
        async with aclosing(self._answers({"password": "", **question})) as answers:
            async for answer in answers:
                done = answer.get("done", {})
        return done

    async def _answers(self, question: Mapping[str, object]) -> AsyncGenerator[dict[str, Any], None]:
        """Answers to the end.  Raises: Refused."""
        try:
            async with aclosing(self._desk.ask(question, self._patience_s)) as answers:
                async for answer in answers:
                    if "refused" in answer:
                        raise Refused(answer["refused"], **answer["facts"])
                    yield answer
        except ChildStopped as stopped:
            raise Refused("no_progress" if stopped.stalled else "died", seconds=f"{self._patience_s:g}") from None

    async def _check_size(self, path: Path) -> None:
        try:
            size = (await asyncio.to_thread(path.stat)).st_size
        except OSError:
            raise Refused("missing") from None
        if size > self._max_file_mb << 20:
            raise Refused("too_big")

    def _facts(self, name: str) -> dict[str, object]:
        return {"file": name, "limit_mb": self._max_file_mb, "kind": "", "mb": "", "seconds": ""}


def _photographed(seen: SeenPage) -> Page:
    return {
        "number": 1, "width": seen.width, "height": seen.height, "spans": _spans(seen, PHOTO), "scanned": True, "unseen": False,
    }


def _spans(seen: SeenPage, scale: float) -> list[dict[str, object]]:
    """Lines of a picture as a page has them: in points, from the bottom. scale: pixels a point."""
    return [
        {
            "left": line.left / scale, "bottom": (seen.height - line.bottom) / scale, "right": line.right / scale,
            "top": (seen.height - line.top) / scale, "text": line.text,
        }
        for line in seen.lines
    ]  # fmt: skip


def _keyed(notes: Mapping[int, str]) -> list[tuple[int, str]]:
    return list(notes.items())
