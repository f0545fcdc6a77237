"""The process that reads files: takes requests as JSON lines, answers with passages, line by line. Writes nothing, calls nobody.

What it reads may be hostile, so it gives up rights first: no network, no programs, no files to write, a bound on memory.
"""

import resource
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.talk import language_of
from bot.errors import Refused
from knowledge.terms import index_terms
from knowledge.wire import Wire

if TYPE_CHECKING:
    from llama_index.core.schema import BaseNode

MEMORY_BYTES = 900_000_000
"""Private memory that reading one file may take, the libraries' own included."""
MOST_PIECES = 50_000
FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork")
BEAT_S = 1.0


def main() -> None:
    """Answer requests until there are no more."""
    wire = Wire()
    from knowledge.reading import pipeline  # noqa: F401, PLC0415 - seconds, before rights are given up and the clock runs

    _give_up_rights()
    for question in wire.questions():
        wire.say(_read(Path(question["path"]), wire))


def _give_up_rights() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(refuse)


def refuse(event: str, args: tuple[Any, ...]) -> None:
    """The audit hook: reading needs no network, no program and nothing to write.  Raises: PermissionError."""
    writes = event == "open" and isinstance(args[1], str) and bool(set("wax+") & set(args[1]))
    if writes or event.startswith(FORBIDDEN):
        raise PermissionError(event)


def _read(path: Path, wire: Wire) -> Mapping[str, object]:
    """Say the passages of a file; what ends the answers comes back."""
    try:
        return {"done": _pieces(path, wire)}
    except Refused as refusal:
        return {"refused": refusal.reason, "facts": refusal.facts}
    except MemoryError:
        return {"refused": "too_heavy", "facts": {}}
    except FileNotFoundError:
        return {"refused": "missing", "facts": {}}
    except PermissionError:
        return {"refused": "no_permission", "facts": {}}
    except Exception as error:  # noqa: BLE001 - whatever a hostile file does to a library, the next file is read
        return {"refused": "broken", "facts": {}, "why": f"{type(error).__name__}: {error}"[:300]}


def _pieces(path: Path, wire: Wire) -> Mapping[str, object]:
    """Say the file's passages one by one; what the file says about itself comes at the end."""
    from knowledge.reading.pipeline import FileReader, passages  # noqa: PLC0415 - imported by main

    reader, numbers, spoke = FileReader(), count(1), time.monotonic()
    for nodes in passages(reader.lazy_load_data(path)):
        for node in nodes:
            number = next(numbers)
            if number > MOST_PIECES:
                raise Refused("too_long")
            wire.say({"piece": _piece(node, number)})
        if time.monotonic() - spoke > BEAT_S:
            wire.say({"beat": True})
            spoke = time.monotonic()
    if next(numbers) == 1:
        raise Refused("no_text")
    return {"title": reader.opened.title, "front": reader.opened.front or {}}


def _piece(node: "BaseNode", number: int) -> Mapping[str, object]:
    where, text = node.metadata, node.get_content()
    return {
        "text": text, "headings": where["headings"], "locator": locator(where, number), "lang": language_of(text),
        "terms": index_terms(text),
    }


def locator(where: Mapping[str, Any], number: int) -> str:
    """Where a passage stands, as a person reads it. where: page, headings, place and lines. number: which passage of the file it is."""
    headings: Sequence[str] = where["headings"]
    section = ""
    if headings:
        section = f"§{headings[-1]}" if headings[-1][:1].isdigit() else f"§ {' > '.join(headings)}"
    page = f"p. {where['page']}" if where["page"] else str(where["place"])
    lines = ""
    if where["first_line"] is not None:
        same = where["first_line"] == where["last_line"]
        lines = f"line {where['first_line']}" if same else f"lines {where['first_line']}-{where['last_line']}"
    place = " ".join(part for part in (page, section) if part)
    return ", ".join(part for part in (place, lines) if part) or f"¶ {number}"


if __name__ == "__main__":
    main()
