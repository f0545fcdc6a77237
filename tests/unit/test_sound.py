"""Sound out of what people send: every make that chats use, and files that are none."""

import math
import wave
import zipfile
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from bot.brains.builtin import sound
from bot.brains.builtin.sound import RATE, Recording, pack
from bot.errors import TellUser

TONE_S = 2.0
MAKES = {
    "voice.amr": ("amr", "libopencore_amrnb", 8_000), "voice.m4a": ("ipod", "aac", 16_000), "voice.mp4": ("mp4", "aac", 16_000),
    "voice.webm": ("webm", "libopus", 16_000), "voice.mp3": ("mp3", "libmp3lame", 16_000), "voice.ogg": ("ogg", "libopus", 16_000),
    "voice.wav": ("wav", "pcm_s16le", 16_000), "voice.flac": ("flac", "flac", 16_000),
}  # fmt: skip


def made(folder: Path, name: str) -> Path:
    """A tone of two seconds, in the make that the name says."""
    form, codec, rate = MAKES[name]
    tone = (np.sin(np.arange(int(TONE_S * rate)) * math.tau * 440 / rate) * 12_000).astype(np.int16).reshape(1, -1)
    with av.open(str(folder / name), "w", format=form) as out:
        stream: Any = out.add_stream(codec, rate=rate, layout="mono")
        stream.codec_context.open()
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate, 0
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate, frame_size=stream.codec_context.frame_size or 0)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return folder / name


def length_s(recording: Recording) -> float:
    """Read it all."""
    return sum(len(block) for block in recording.blocks()) / RATE


@pytest.mark.parametrize("name", MAKES)
def test_every_make_that_chats_use_is_read(tmp_path: Path, name: str) -> None:
    """WeCom sends AMR, Slack M4A, MP4 and WebM, people the rest."""
    recording = Recording(made(tmp_path, name))

    assert length_s(recording) == pytest.approx(TONE_S, abs=0.2)
    assert not recording.cut


@pytest.mark.parametrize("name", ["voice.amr", "voice.mp3", "voice.webm"])
def test_a_recording_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path, name: str) -> None:
    """And it is known to break off."""
    whole = made(tmp_path, name).read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2 + 7])
    recording = Recording(tmp_path / "half")

    assert 0.5 < length_s(recording) < 1.6
    assert recording.cut


@pytest.mark.parametrize("content, key", [
    (b"", "audio_empty"), (b"#!AMR\n", "audio_empty"), (b"\x02#!SILK_V3" + b"1" * 99, "audio_silk"), (b"hello there", "audio_unreadable"),
    (b"#EXTM3U\n#EXTINF:5,\n/etc/hostname\n", "audio_unreadable"), (b"ffconcat version 1.0\nfile 'a.wav'\n", "audio_unreadable"),
    (b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0", "audio_unreadable"), (b"\0" * 5_000, "audio_unreadable"),
])  # fmt: skip
def test_what_is_no_recording_is_refused(tmp_path: Path, content: bytes, key: str) -> None:
    """With the name of one sentence; lists of other files are not followed."""
    path = tmp_path / "voice.amr"
    path.write_bytes(content)
    with pytest.raises(TellUser) as stop:
        length_s(Recording(path))

    assert key == stop.value.key


def test_an_archive_called_a_recording_is_none(tmp_path: Path) -> None:
    """What it is called does not count."""
    path = tmp_path / "voice.amr"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("voice.wav", b"RIFF" * 99)
    with pytest.raises(TellUser) as stop:
        length_s(Recording(path))

    assert "audio_unreadable" == stop.value.key


def test_what_is_too_long_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file says how long it is."""
    monkeypatch.setattr(sound, "LONGEST_S", 60)
    with wave.open(str(tmp_path / "long.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(bytes(8_000 * 61))
    recording = Recording(tmp_path / "long.wav")
    with pytest.raises(TellUser) as stop:
        length_s(recording)

    assert ("audio_too_long", {"limit_min": 1}, 0.0) == (stop.value.key, stop.value.facts, recording.heard_s)


def test_what_does_not_say_how_long_it_is_ends_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """AMR has no length in its head."""
    monkeypatch.setattr(sound, "LONGEST_S", 1)
    with pytest.raises(TellUser) as stop:
        length_s(Recording(made(tmp_path, "voice.amr")))

    assert "audio_too_long" == stop.value.key


def test_a_recording_is_packed_small(tmp_path: Path) -> None:
    """For an endpoint: as Ogg Opus, which is read again."""
    pack(Recording(made(tmp_path, "voice.wav")), tmp_path / "packed.ogg")

    assert length_s(Recording(tmp_path / "packed.ogg")) == pytest.approx(TONE_S, abs=0.1)
    assert (tmp_path / "packed.ogg").stat().st_size < 20_000
