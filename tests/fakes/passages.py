"""Papers held in a list: whatever is asked, all of them are found, as a search in a small library would."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.evidence import Passage
from bot.domain.ids import DocumentId, PassageId
from bot.domain.people import EVERYONE


@dataclass
class HeldPassages:
    """The port `Passages` over a list. asked: the queries."""

    held: Sequence[Passage] = ()
    asked: list[str] = field(default_factory=list)

    async def search(self, query: str, limit: int = 10) -> Sequence[Passage]:
        """All of them."""
        self.asked.append(query)
        return self.held[:limit]

    async def around(self, passage_id: PassageId, before: int = 1, after: int = 1) -> Sequence[Passage]:
        """The passage with as many of its document on either side."""
        [here] = [one for one in self.held if one.id == passage_id]
        document = [one for one in self.held if one.document_id == here.document_id]
        at = document.index(here)
        return document[max(0, at - before) : at + after + 1]


def paper(text: str, **fields: object) -> Passage:
    """A passage of the white paper that everybody may read, unless told otherwise; a paper of another source is another document."""
    known = Passage(PassageId(text), DocumentId(""), text, "白皮书", "白皮书.pdf", "第3章 漏检从哪里来", EVERYONE, score=0.3)
    made = replace(known, **fields)  # type: ignore[arg-type]
    return replace(made, document_id=DocumentId(f"{made.source} {made.title}"))
