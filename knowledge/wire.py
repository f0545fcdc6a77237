"""The child's end of the wire: questions in, answers out, JSON lines. Knows no question; `knowledge.child` is the other end."""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from typing import Any

PR_SET_PDEATHSIG = 1
"""Source: linux/prctl.h. Without it, a child that is busy would outlive a parent that was killed."""


class Wire:
    """Standard input and output, kept for the protocol alone: what a library prints goes to standard error."""

    def __init__(self) -> None:
        self._answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def say(self, answer: Mapping[str, object]) -> None:
        """Answer. The key `done` or `refused` ends the answers to a question."""
        self._answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        self._answers.flush()

    def questions(self) -> Iterator[dict[str, Any]]:
        """Say that we are ready, then take questions until the parent hangs up."""
        self.say({"ready": True})
        for line in sys.stdin:
            yield json.loads(line)
