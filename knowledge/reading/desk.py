"""The process that reads files: takes requests as JSON lines, answers with passages, line by line. Writes nothing, calls nobody.

What it reads may be hostile, so it gives up rights first: no network, no programs, no files to write, a bound on memory.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot.domain.talk import language_of
from bot.errors import Refused
from knowledge.terms import index_terms

if TYPE_CHECKING:
    from llama_index.core.schema import BaseNode

MEMORY_BYTES = 900_000_000
"""Private memory that reading one file may take, the libraries' own included."""
MOST_PIECES = 50_000
FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork")
BEAT_S = 1.0
PR_SET_PDEATHSIG = 1
"""Source: linux/prctl.h. Without it, a file that reads for ever would outlive a parent that was killed."""


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not break the protocol
    from knowledge.reading import pipeline  # noqa: F401, PLC0415 - seconds, before rights are given up and the clock runs

    _give_up_rights()
    _say(answers, {"ready": True})
    for line in sys.stdin:
        _read(Path(json.loads(line)["path"]), answers)


def _give_up_rights() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(args[1], str) and bool(set("wax+") & set(args[1]))
    if writes or event.startswith(FORBIDDEN):
        raise PermissionError(event)


def _read(path: Path, answers: TextIO) -> None:
    try:
        _say(answers, {"done": _pieces(path, answers)})
    except Refused as refusal:
        _say(answers, {"refused": refusal.reason, "facts": refusal.facts})
    except MemoryError:
        _say(answers, {"refused": "too_heavy", "facts": {}})
    except FileNotFoundError:
        _say(answers, {"refused": "missing", "facts": {}})
    except PermissionError:
        _say(answers, {"refused": "no_permission", "facts": {}})
    except RecursionError:
        _say(answers, {"refused": "broken", "facts": {}})
    except Exception as error:  # noqa: BLE001 - whatever a hostile file does to a library, the next file is read
        _say(answers, {"refused": "broken", "facts": {}, "why": f"{type(error).__name__}: {error}"[:300]})


def _pieces(path: Path, answers: TextIO) -> Mapping[str, object]:
    """Say the file's passages one by one; what the file says about itself comes at the end."""
    from knowledge.reading.pipeline import FileReader, passages  # noqa: PLC0415 - imported by main

    reader, numbers, spoke = FileReader(), count(1), time.monotonic()
    for nodes in passages(reader.lazy_load_data(path)):
        for node in nodes:
            number = next(numbers)
            if number > MOST_PIECES:
                raise Refused("too_long")
            _say(answers, {"piece": _piece(node, number)})
        if time.monotonic() - spoke > BEAT_S:
            _say(answers, {"beat": True})
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


def _say(answers: TextIO, answer: Mapping[str, object]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
