"""The listening process as the house sees it: answers, refusals, deaths; it is there only while it is needed."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.brains.builtin.speech import LONG_S, BuiltinTranscriber, Listening
from bot.domain.hearing import Heard, Segment
from bot.errors import TellUser, Upstream

SOUND = Path("voice.amr")


class Died(Exception):
    """How this child dies."""


@dataclass
class Process:
    """A child that says what it was told to. stopped: how often it was ended."""

    answers: list[dict[str, Any] | Exception]
    asked: list[Mapping[str, object]] = field(default_factory=list)
    stopped: int = 0

    async def ask(self, question: Mapping[str, object], patience_s: float) -> AsyncGenerator[dict[str, Any], None]:
        """Each answer in turn."""
        assert patience_s > 0
        self.asked.append(question)
        for answer in self.answers:
            if isinstance(answer, Exception):
                raise answer
            yield answer

    async def stop(self) -> None:
        """Count."""
        self.stopped += 1


async def _folder() -> Path:
    return Path("weights")


def done(length_s: float) -> dict[str, Any]:
    """A recording heard."""
    return {"done": {"segments": [[0.0, 1.5, "好的。", 0.8]], "lang": "zh", "sureness": 0.9, "length_s": length_s, "cut": False}}


def hearing(process: Process) -> BuiltinTranscriber:
    """Over this child."""
    return BuiltinTranscriber(Listening(lambda _: process, _folder, Died), "whisper-base")


async def test_a_recording_is_heard_and_its_progress_told() -> None:
    """Seconds done of seconds in all, then the segments."""
    process, steps = Process([{"at": 1.0, "of": 2.0}, done(2.0)]), list[tuple[float, float]]()

    heard = await hearing(process).transcribe(SOUND, ["海蓝科技"], lambda at, of: steps.append((at, of)))

    assert Heard((Segment(0.0, 1.5, "好的。", 0.8),), "zh", 0.9, 2.0, "whisper-base") == heard
    assert ([(1.0, 2.0)], [{"hear": "voice.amr", "names": ["海蓝科技"]}], 0) == (steps, process.asked, process.stopped)


async def test_what_cannot_be_heard_is_said_to_the_person() -> None:
    """The child names the sentence, and what fills it."""
    with pytest.raises(TellUser) as stop:
        await hearing(Process([{"refused": "audio_language", "facts": {"language": "fr"}}])).transcribe(SOUND)

    assert ("audio_language", {"language": "fr"}) == (stop.value.key, stop.value.facts)


@pytest.mark.parametrize("answers", [[Died()], [], [{"at": 1.0, "of": 2.0}]])
async def test_a_child_that_dies_is_tried_again_later(answers: list[dict[str, Any] | Exception]) -> None:
    """Nothing is wrong with what was said."""
    with pytest.raises(Upstream):
        await hearing(Process(answers)).transcribe(SOUND)


async def test_after_a_long_recording_the_child_is_ended() -> None:
    """It has stepped back behind everything else, and would stay there."""
    process = Process([done(LONG_S + 1.0)])

    await hearing(process).transcribe(SOUND)

    assert 1 == process.stopped


async def test_the_model_is_let_go_at_the_end() -> None:
    """Whoever closes the house ends the child."""
    process = Process([done(2.0)])
    ears = hearing(process)

    await ears.transcribe(SOUND)
    await ears.close()

    assert 1 == process.stopped
