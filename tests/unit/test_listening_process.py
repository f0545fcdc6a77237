"""The real listening process, without a model: what means harm, what is made playable, and what is given up."""

import asyncio
import os
import wave
import zipfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from bot.brains.builtin.sound import Recording
from bot.brains.builtin.speech import BuiltinPlayer, BuiltinTranscriber, Listening
from bot.errors import TellUser
from bot.listening import PROCESS
from knowledge.child import Child, ChildStopped
from tests.fakes.waiting import until

RATE = 16_000


def sound(path: Path, length_s: int, volume: float = 0.0) -> Path:
    """A recording in which nobody speaks: silence, or a chord at some volume."""
    at = np.arange(RATE) / RATE
    chord = sum(np.sin(at * 2 * np.pi * pitch) for pitch in (262, 330, 392)) / 3 * volume
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.asarray(chord) * 30_000).astype("<i2").tobytes() * length_s)
    return path


def archive(path: Path) -> Path:
    """A ZIP by another name."""
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("notes.txt", "eighty k")
    return path


def written(path: Path, content: bytes) -> Path:
    """A file of these bytes."""
    path.write_bytes(content)
    return path


@pytest.fixture
async def child(tmp_path: Path) -> AsyncIterator[Child]:
    """The process, over a folder in which no model is."""
    child = Child(PROCESS, (str(tmp_path), "base"))
    yield child
    await child.stop()


def listening(child: Child, folder: Path) -> Listening:
    """Over that process."""

    async def there() -> Path:
        return folder

    return Listening(lambda _: child, there, ChildStopped)


async def test_what_means_harm_is_told_in_a_sentence_each_and_the_process_lives(child: Child, tmp_path: Path) -> None:
    """Empty, broken off, noise, an archive, silence, music: one after the other, by the same process."""
    ears = BuiltinTranscriber(listening(child, tmp_path), "whisper-base")
    hostile = {
        written(tmp_path / "zero.amr", b""): "audio_empty",
        written(tmp_path / "head.amr", b"#!AMR\n"): "audio_empty",
        written(tmp_path / "cut.amr", b"#!AMR\n\x3c" + bytes(10)): "audio_empty",
        written(tmp_path / "silk.amr", b"\x02#!SILK_V3" + bytes(100)): "audio_silk",
        archive(tmp_path / "zip.amr"): "audio_unreadable",
        sound(tmp_path / "silence.wav", 20): "audio_no_speech",
        sound(tmp_path / "chord.wav", 20, 0.5): "audio_no_speech",
    }
    keys, pids = [], set()
    for path in hostile:
        with pytest.raises(TellUser) as stop:
            await ears.transcribe(path)
        keys.append(stop.value.key)
        pids.add(child.pid)

    assert (list(hostile.values()), 1) == (keys, len(pids))


async def test_a_recording_is_made_playable_once(child: Child, tmp_path: Path) -> None:
    """As M4A of the same length, though several ask at a time; what is no recording leaves nothing."""
    player = BuiltinPlayer(listening(child, tmp_path), lambda path: tmp_path / "played" / f"{path.name}.m4a")
    path = sound(tmp_path / "voice.wav", 5, 0.5)

    made = await asyncio.gather(player.playable(path), player.playable(path), player.playable(path))
    with pytest.raises(TellUser):
        await player.playable(archive(tmp_path / "zip.amr"))
    recording = Recording(made[0])
    length_s = sum(len(block) for block in recording.blocks()) / RATE
    await player.close()

    assert ({tmp_path / "played" / "voice.wav.m4a"}, True) == (set(made), abs(length_s - 5) < 0.1)
    assert ["voice.wav.m4a"] == [one.name for one in (tmp_path / "played").iterdir()]


async def test_whoever_stops_ends_the_work_in_the_process(child: Child, tmp_path: Path) -> None:
    """A long recording that nobody waits for any more takes no processor from anybody."""
    ears = BuiltinTranscriber(listening(child, tmp_path), "whisper-base")
    work = asyncio.create_task(ears.transcribe(sound(tmp_path / "long.wav", 1_200, 0.01)))
    await until(lambda: child.pid is not None)
    pid = child.pid
    assert pid is not None

    work.cancel()
    with suppress(asyncio.CancelledError):
        await work

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert child.pid is None
