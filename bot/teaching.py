"""The process in which the chooser learns: `python -m bot.teaching`. Answers JSON lines; knows no admin and no page.

A question holds `kept` (the file of vectors that did not ship), `embedder`, `width`, and `vectors` ([[key, numbers], …]) beside those.
{"now": {intent: [text]}, "then": …, "asked": [text], "sure": share} is answered with what would change (`bot.domain.teaching.Effect`);
{"learn": {intent: [text]}} keeps what is learned, and the vectors, beside `kept`, where `LearnedChooser` finds it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.brains.builtin import effects, learning, lessons, traits
from bot.brains.builtin.choosing import learned_beside
from bot.brains.builtin.traits import Numbers
from knowledge.wire import Wire


def main() -> None:
    """Answer until the parent hangs up."""
    wire, learned = Wire(), _Last()
    for question in wire.questions():
        wire.say({"done": _answer(question, learned)})


@dataclass
class _Last:
    """What was learned last, under its mark: an admin who tries one sentence after the other waits half as long."""

    mark: str = ""
    made: effects.Class | None = None

    def of(self, examples: Mapping[str, list[str]], vectors: effects.Vectors) -> effects.Class:
        """What is learned from these."""
        mark = learning.fingerprint(examples)
        if self.made is None or mark != self.mark:
            self.mark, self.made = mark, effects.Class(examples, vectors)
        return self.made


def _answer(question: Mapping[str, Any], last: _Last) -> object:
    kept, embedder = Path(question["kept"]), question["embedder"]
    own = {**lessons.read(kept, embedder), **{key: np.asarray(vector, np.float32) for key, vector in question["vectors"]}}
    vectors = {**lessons.read(lessons.SHIPPED, embedder), **own}
    if "learn" in question:
        return _learned(question["learn"], vectors, own, kept, embedder, question["width"])
    now, then = last.of(question["now"], vectors), effects.Class(question["then"], vectors)
    return asdict(effects.effect(now, then, vectors, question["asked"], question["sure"]))


def _learned(
    examples: Mapping[str, list[str]], vectors: Mapping[int, Numbers], own: Mapping[int, Numbers], kept: Path, embedder: str, width: int
) -> str:
    if own:
        lessons.write(kept, embedder, own)
        vectors = {**vectors, **lessons.read(kept, embedder)}  # as they will be read: at eight bits a number
    nothing = np.zeros(width, np.float32)
    rows = np.array([vectors.get(lessons.key(traits.nameless(text)), nothing) for said in examples.values() for text in said], np.float32)
    mark = learning.fingerprint(examples)
    learning.save(learned_beside(kept), learning.fitted(examples, rows), mark)
    return mark


if __name__ == "__main__":
    main()
