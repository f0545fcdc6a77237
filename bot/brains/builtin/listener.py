"""The listening process: `python -m bot.brains.builtin.listener FOLDER SIZE`. Hears one recording after another; knows no caller.

A question is {"hear": path, "names": […]}, {"pack": path, "to": path} or {"play": path, "to": path}. Answers: {"at": s, "of": s} as it
goes, then {"done": …} or {"refused": key, "facts": {…}}. What people send is opened here and nowhere else: without secrets, and ended when
it stalls.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.brains.builtin.sound import Recording, pack, play
from bot.brains.builtin.words_heard import Listener
from bot.errors import TellUser
from knowledge.wire import Wire

LONG_S = 120
"""Nobody stands and waits for a recording longer than this: from here on the work steps back behind everything else."""
NICENESS = 10
THREADS = 4
"""At most; a base model gains nothing from more."""


def answer(question: Mapping[str, Any], listener: Listener, wire: Wire) -> Mapping[str, object]:
    """What is said last to one question."""
    try:
        for verb, write in (("pack", pack), ("play", play)):
            if verb in question:
                recording = Recording(Path(question[verb]))
                write(recording, Path(question["to"]))
                return {"done": {"length_s": recording.heard_s, "cut": recording.cut}}
        return {"done": _heard(Recording(Path(question["hear"])), question["names"], listener, wire)}
    except TellUser as stop:
        return {"refused": stop.key, "facts": stop.facts}


def _heard(recording: Recording, names: list[str], listener: Listener, wire: Wire) -> Mapping[str, object]:
    def told(at_s: float) -> None:
        if at_s > LONG_S and os.getpriority(os.PRIO_PROCESS, 0) < NICENESS:
            os.setpriority(os.PRIO_PROCESS, 0, NICENESS)  # for good: whoever asked ends this process afterwards
        wire.say({"at": round(at_s, 1), "of": round(recording.whole_s, 1)})

    words = listener.hear(recording.blocks(), names, told)
    segments = [[one.start_s, one.end_s, one.text, one.confidence] for one in words.segments]
    return {
        "segments": segments, "lang": words.lang, "sureness": words.sureness, "length_s": round(recording.heard_s, 2), "cut": recording.cut
    }  # fmt: skip


def main() -> None:
    """Answer until the parent hangs up."""
    wire = Wire()
    listener = Listener(Path(sys.argv[1]), min(THREADS, os.cpu_count() or 1), sys.argv[2])
    for question in wire.questions():
        wire.say(answer(question, listener, wire))


if __name__ == "__main__":
    main()
