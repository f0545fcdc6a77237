"""Questions with known answers, and lookalikes that no document answers, put on the shelves of a real library. Knows no skill."""

import json
import re
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.domain.evidence import Passage
from bot.domain.ids import PassageId
from bot.domain.people import EVERYONE
from bot.ports import Passages
from tests.libraries import REP, Shelved

LOOKALIKES = Path(__file__).with_name("lookalikes.toml")
MORE = 12
"""How many further passages are asked for when one document is left out."""


@dataclass(frozen=True)
class Case:
    """A question. answers: any of them, told verbatim, is right; none for a lookalike. source: the document that answers."""

    question: str
    answers: tuple[str, ...]
    source: str
    kind: str = "asks"

    def told_by(self, text: str) -> bool:
        """Whether `text` holds an answer, white space aside."""
        bare = re.sub(r"\s", "", text)
        return any(re.sub(r"\s", "", answer) in bare for answer in self.answers)


@dataclass(frozen=True)
class Without:
    """The port `Passages` without one document: what a speaker finds where nobody ever filed it."""

    passages: Passages
    source: str

    async def search(self, query: str, limit: int = 10) -> Sequence[Passage]:
        """What is found, less that document."""
        found = await self.passages.search(query, limit + MORE)
        return [passage for passage in found if passage.source != self.source][:limit]

    async def around(self, passage_id: PassageId, before: int = 1, after: int = 1) -> Sequence[Passage]:
        """Neighbours, less that document."""
        return [passage for passage in await self.passages.around(passage_id, before, after) if passage.source != self.source]


@dataclass(frozen=True)
class Trimmed:
    """The port `Passages` with the sentences that answer cut out: the right document, no answer in it."""

    passages: Passages
    case: Case

    async def search(self, query: str, limit: int = 10) -> Sequence[Passage]:
        """What is found, the answering passages without their answering lines and sentences."""
        found = await self.passages.search(query, limit)
        return [replace(one, text=self._cut(one.text)) if one.source == self.case.source else one for one in found]

    async def around(self, passage_id: PassageId, before: int = 1, after: int = 1) -> Sequence[Passage]:
        """Neighbours, as they stand."""
        return await self.passages.around(passage_id, before, after)

    def _cut(self, text: str) -> str:
        return "".join(piece for piece in re.split(r"(?<=[。！？；\n])", text) if not self.case.told_by(piece))


def cmrc(folder: Path) -> tuple[dict[str, str], list[Case]]:
    """File name -> text of the CMRC passages in the evaluation data, and its questions."""
    raw: dict[str, Any] = json.loads((folder / "data/rag/cmrc2018_trial.json").read_text(encoding="utf-8"))
    texts: dict[str, str] = {}
    cases: list[Case] = []
    for article in raw["data"]:
        for paragraph in article["paragraphs"]:
            name = f"{paragraph['id']}.md"
            texts[name] = f"# {article['title']}\n\n{paragraph['context']}\n"
            cases += [Case(one["question"], tuple(answer["text"] for answer in one["answers"]), name) for one in paragraph["qas"]]
    return texts, cases


def lookalikes() -> tuple[dict[str, str], list[Case]]:
    """File name -> text of invented papers, and the questions beside them."""
    texts: dict[str, str] = {}
    cases: list[Case] = []
    for document in tomllib.loads(LOOKALIKES.read_text(encoding="utf-8"))["documents"]:
        name = f"{document['title']}.md"
        texts[name] = document["text"].strip() + "\n"
        cases += [Case(question, (answer,), name, kind) for kind in ("asks", "crossing") for question, answer in document.get(kind, [])]
        cases += [Case(question, (), name, "lookalikes") for question in document["lookalikes"]]
    return texts, cases


@asynccontextmanager
async def shelved(folder: Path, texts: dict[str, str]) -> AsyncIterator[Passages]:
    """A real library over `texts`, words and vectors, as a rep searches it."""
    papers = folder / "papers"
    papers.mkdir(parents=True)
    for name, text in texts.items():
        (papers / name).write_text(text, encoding="utf-8")
    shelf = Shelved(folder, BuiltinEmbedder())
    try:
        await shelf.ingest(papers, audience=EVERYONE)
        yield shelf.library.for_speaker(REP)
    finally:
        await shelf.close()
