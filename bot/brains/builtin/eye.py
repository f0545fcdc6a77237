"""The process that reads pictures: `python -m bot.brains.builtin.eye`. Reads one after the other; knows no caller.

A question is {"photo": path} or {"grey": zlib and base64, "width": px, "height": px}. The answer is {"done": {…}} or {"refused": key}.
What people send is opened here and nowhere else: without secrets, without a network, and ended when it stalls.
"""

import base64
import os
import zlib
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.seen import SeenPage
from knowledge.rights import give_up
from knowledge.wire import Wire

if TYPE_CHECKING:
    from bot.brains.builtin.ocr import Ocr

THREADS = 2
"""A page is read in lines, one after the other: more gain nothing."""
MEMORY_BYTES = 2_000_000_000


def answer(question: Mapping[str, Any], eye: "Ocr") -> Mapping[str, object]:
    """What is said to one question."""
    from bot.brains.builtin.ocr import NoPicture, TooLarge  # noqa: PLC0415 - imported by main

    try:
        return {"done": _told(_seen(question, eye))}
    except TooLarge:
        return {"refused": "contract_too_big"}
    except NoPicture:
        return {"refused": "contract_broken"}
    except MemoryError:
        return {"refused": "contract_too_heavy"}


def _seen(question: Mapping[str, Any], eye: "Ocr") -> SeenPage:
    if "photo" in question:
        return eye.photo(Path(question["photo"]))
    rows = zlib.decompress(base64.b64decode(question["grey"]))
    return eye.grey(question["width"], question["height"], rows)


def _told(page: SeenPage) -> Mapping[str, object]:
    return {"width": page.width, "height": page.height, "lines": [astuple(line) for line in page.lines]}


def main() -> None:
    """Answer until the parent hangs up."""
    wire = Wire()
    from bot.brains.builtin.ocr import Ocr  # noqa: PLC0415 - seconds; what libraries print goes to standard error by now

    eye = Ocr(min(THREADS, os.cpu_count() or 1))
    eye.grey(64, 64, b"\xff" * 4096)  # the models are loaded at first use, before rights are given up
    give_up(MEMORY_BYTES)
    for question in wire.questions():
        wire.say(answer(question, eye))


if __name__ == "__main__":
    main()
