"""The process that reads files: takes requests as JSON lines, answers with passages, line by line. Writes nothing, calls nobody.

What it reads may be hostile, so it gives up rights first: no network, no programs, no files to write, a bound on memory.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.talk import language_of
from bot.errors import Refused
from knowledge.reading.formats import File
from knowledge.rights import give_up, refusal_for
from knowledge.terms import index_terms
from knowledge.wire import Wire

if TYPE_CHECKING:
    from llama_index.core.schema import BaseNode

MEMORY_BYTES = 900_000_000
"""Private memory that reading one file may take, the libraries' own included."""
MOST_PIECES = 50_000
BEAT_S = 1.0


def main() -> None:
    """Answer requests until there are no more."""
    wire = Wire()
    from knowledge.reading import pipeline  # noqa: F401, PLC0415 - seconds, before rights are given up and the clock runs

    give_up(MEMORY_BYTES)
    for question in wire.questions():
        wire.say(_read(question, wire))


def _read(question: Mapping[str, Any], wire: Wire) -> Mapping[str, object]:
    """Say the passages of a file, and of what came with it, or only its lines; what ends the answers comes back."""
    try:
        path = Path(question["path"])
        file = File(path.name, path.read_bytes(), question["password"])
        if question.get("lines"):
            from knowledge.reading.lines import lines_of  # noqa: PLC0415 - imported by main with the readers

            wire.say({"lines": lines_of(file)})
        else:
            Reading(wire).read(file, ())
    except Exception as error:  # noqa: BLE001 - whatever a hostile file does to a library, the next file is read
        return {"refused": (refusal := refusal_for(error)).reason, "facts": refusal.facts}
    return {"done": {}}


class Reading:
    """One file and what came with it, said document by document."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._pieces = 0
        self._spoke = time.monotonic()

    def read(self, file: File, inside: tuple[str, ...]) -> None:
        """Say a document's passages, then the document; then its parts. inside: where in the file it is, outermost first.

        Raises: whatever reading raises; a part that fails costs only itself.
        """
        from knowledge.reading.pipeline import FileReader, passages  # noqa: PLC0415 - imported by main

        reader, before = FileReader(), self._pieces
        for nodes in passages(reader.lazy_load_data(file)):
            for number, node in enumerate(nodes, self._pieces - before + 1):
                self._pieces += 1
                if self._pieces > MOST_PIECES:
                    raise Refused("too_long")
                self._wire.say({"piece": _piece(node, number)})
            self._beat()
        if self._pieces == before:
            raise Refused("no_text")
        opened = reader.opened
        digest = hashlib.sha256(file.data).hexdigest() if inside else ""
        self._wire.say({"document": {"inside": inside, "title": opened.title, "front": opened.front or {}, "digest": digest}})
        for part in opened.parts:
            self._part(part, (*inside, part.name))

    def _part(self, part: File, inside: tuple[str, ...]) -> None:
        try:
            self.read(part, inside)
        except Exception as error:  # noqa: BLE001 - as above
            refusal = refusal_for(error)
            self._wire.say({"apart": {"inside": inside, "reason": refusal.reason, "facts": refusal.facts}})

    def _beat(self) -> None:
        if time.monotonic() - self._spoke > BEAT_S:
            self._wire.say({"beat": True})
            self._spoke = time.monotonic()


def _piece(node: "BaseNode", number: int) -> Mapping[str, object]:
    where, text = node.metadata, node.get_content()
    return {
        "text": text, "headings": where["headings"], "locator": locator(where, number), "lang": language_of(text),
        "terms": index_terms(text),
    }


def locator(where: Mapping[str, Any], number: int) -> str:
    """Where a passage stands, as a person reads it.

    where: page, headings, place and lines (or what `unit` counts). number: which passage of the file it is.
    """
    headings: Sequence[str] = where["headings"]
    section = ""
    if headings:
        last = headings[-1].removeprefix("§").lstrip()
        section = f"§{last}" if last[:1].isdigit() else f"§ {' > '.join(headings)}"
    page = f"p. {where['page']}" if where["page"] else str(where["place"])
    lines = ""
    if where["first_line"] is not None:
        same = where["first_line"] == where["last_line"]
        unit = where.get("unit", "line")
        lines = f"{unit} {where['first_line']}" if same else f"{unit}s {where['first_line']}-{where['last_line']}"
    place = " ".join(part for part in (page, section) if part)
    return ", ".join(part for part in (place, lines) if part) or f"¶ {number}"


if __name__ == "__main__":
    main()
