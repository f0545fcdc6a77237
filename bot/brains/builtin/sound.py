"""Sound out of whatever people send: decoded piece by piece by PyAV, checked as it comes. Knows formats; knows no word.

Imported in the listening process alone: the package is 100 MB of native code, and what it opens comes from outside.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from bot.domain.hearing import LONGEST_S
from bot.errors import TellUser

Samples = NDArray[np.float32]

RATE = 16_000
"""Samples a second, as Whisper wants them."""
DEMUXERS = "aac,amr,amrnb,amrwb,caf,flac,matroska,mov,mp3,mp4,m4a,ogg,wav,w64,webm"
"""What may be opened. Playlists and lists of files are not among it: they would make the library open what they name."""
SILK = (b"#!SILK", b"\x02#!SILK")
"""What WeChat's own clients record; no free decoder is in the package."""
OPTIONS = {"format_whitelist": DEMUXERS, "protocol_whitelist": "", "probesize": "1000000", "analyzeduration": "5000000"}
GUESSING = frozenset({"aac", "amr", "amrnb", "amrwb"})
"""Formats without a header that tells their length: what the package says about it is a guess."""
BROKEN_IN_A_ROW = 50
"""Packets without a readable one among them after which the rest is given up."""
PACKED_BIT_RATE, PLAYED_BIT_RATE = 24_000, 48_000
FULL_SCALE = 32_768


@dataclass
class Recording:
    """One recording. expected_s: its length as the file says, 0 where it does not. cut: known at the end. read: of the file, 0 to 1."""

    path: Path
    expected_s: float = 0.0
    heard_s: float = 0.0
    cut: bool = False
    read: float = 0.0

    def __post_init__(self) -> None:
        """Look at the file's first bytes.  Raises: TellUser."""
        with self.path.open("rb") as file:
            head = file.read(16)
        if not head:
            raise TellUser("audio_empty")
        if head.startswith(SILK):
            raise TellUser("audio_silk")

    @property
    def whole_s(self) -> float:
        """Its length: as the file says, else as far as it can be told from what was read of it."""
        told = self.expected_s or (self.heard_s / self.read if self.read else 0.0)
        return max(told, self.heard_s)

    def blocks(self) -> Iterator[Samples]:
        """Mono samples at `RATE`, from -1 to 1, a few at a time, as far as the file can be read.  Raises: TellUser."""
        try:
            with self.path.open("rb") as file, av.open(file, options=OPTIONS, metadata_errors="replace") as container:
                size = self.path.stat().st_size
                for block in self._blocks(container):
                    self.read = file.tell() / size
                    yield block
        except (av.error.FFmpegError, ValueError, EOFError) as err:
            if self.heard_s == 0:
                raise TellUser("audio_unreadable") from err
            self.cut = True
        if self.heard_s == 0:
            raise TellUser("audio_empty")
        self.cut = self.cut or self.heard_s < 0.95 * self.expected_s - 0.3  # what is less is how headers round

    def _blocks(self, container: Any) -> Iterator[Samples]:  # noqa: ANN401 - the package's container, without types of its own
        if not container.streams.audio:
            raise TellUser("audio_no_sound")
        stream = container.streams.audio[0]
        if container.format.name.partition(",")[0] not in GUESSING:
            self.expected_s = _length_s(container, stream)
        self._check(self.expected_s)
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        for frame in self._frames(container, stream):
            for piece in resampler.resample(frame):
                samples: Samples = piece.to_ndarray().reshape(-1).astype(np.float32) / np.float32(FULL_SCALE)
                self.heard_s += len(samples) / RATE
                self._check(self.heard_s)
                yield samples

    def _frames(self, container: Any, stream: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        """Every frame that can be read, and None at the end, which empties the resampler."""
        broken = 0
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
                broken = 0
            except av.error.FFmpegError:
                broken += 1
                self.cut = True
                if broken >= BROKEN_IN_A_ROW:
                    break
        yield None

    def _check(self, length_s: float) -> None:
        if length_s > LONGEST_S:
            raise TellUser("audio_too_long", limit_min=LONGEST_S // 60)


def _length_s(container: Any, stream: Any) -> float:  # noqa: ANN401 - as above
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else 0.0


def pack(recording: Recording, to: Path) -> None:
    """Write the recording as Ogg Opus, 24 kbit/s, mono: small enough for any endpoint, and nothing but sound.  Raises: TellUser."""
    _encode(recording, to, "ogg", "libopus", PACKED_BIT_RATE)


def play(recording: Recording, to: Path) -> None:
    """Write the recording as M4A (AAC, 48 kbit/s, mono), which every browser plays and can begin anywhere in.  Raises: TellUser."""
    _encode(recording, to, "mp4", "aac", PLAYED_BIT_RATE, {"movflags": "+faststart"})


def _encode(recording: Recording, to: Path, form: str, codec: str, bit_rate: int, options: dict[str, str] | None = None) -> None:
    with av.open(str(to), "w", format=form, options=options or {}) as out:
        stream: Any = out.add_stream(codec, rate=RATE, layout="mono")
        stream.bit_rate = bit_rate
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=RATE)
        at = 0
        for block in recording.blocks():
            frame = av.AudioFrame.from_ndarray((block * (FULL_SCALE - 1)).astype(np.int16).reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, at
            at += len(block)
            for piece in resampler.resample(frame):
                out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
