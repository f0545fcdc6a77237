"""Where a recording is cut: in silence, no stretch longer than the model hears at once, and nothing where nobody speaks."""

from itertools import pairwise

import numpy as np
import pytest

from bot.brains.builtin import words_heard
from bot.brains.builtin.sound import RATE
from bot.brains.builtin.words_heard import WINDOW_S, windows

vad = pytest.importorskip("faster_whisper.vad")


def spoken(monkeypatch: pytest.MonkeyPatch, *stretches: tuple[float, float]) -> None:
    """Let speech be found in these seconds of a recording that is looked through at once."""
    found = [{"start": int(start * RATE), "end": int(end * RATE)} for start, end in stretches]
    monkeypatch.setattr(vad, "get_speech_timestamps", lambda *_: found)


def cut(length_s: float) -> list[tuple[float, float]]:
    """Where windows begin and end, in seconds."""
    found = windows([np.zeros(int(length_s * RATE), np.float32)])
    return [(round(start, 2), round(start + len(samples) / RATE, 2)) for start, samples in found]


def test_silence_has_no_window() -> None:
    """By the real detector: nothing, a hum, and noise."""
    hum = (np.sin(np.arange(RATE * 4) / 30) / 9).astype(np.float32)
    noise = np.random.default_rng(0).normal(0, 0.05, RATE * 4).astype(np.float32)

    assert [] == [*windows([]), *windows([np.zeros(RATE * 4, np.float32)]), *windows([hum]), *windows([noise])]


def test_short_breaths_stay_and_long_silences_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a second left around what is said."""
    spoken(monkeypatch, (0.5, 3.0), (4.0, 6.0), (15.0, 18.0))

    assert [(0.0, 7.0), (14.0, 19.0)] == cut(20)


def test_no_window_is_longer_than_is_heard_at_once_and_none_overlaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut in the middle of a breath."""
    spoken(monkeypatch, *((at + 0.2, at + 9.8) for at in range(0, 60, 10)))

    found = cut(60)

    assert all(end - start <= WINDOW_S + 2 for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


def test_noise_is_no_speech() -> None:
    """What was learned from films' subtitles, what says the same over and over, and what is hardly likely."""
    noise = words_heard._is_noise  # noqa: SLF001 - the rule itself

    assert noise("请不吝点赞 订阅 转发", 0.1, -0.3)
    assert noise("好的" * 60, 0.1, -0.3)
    assert noise("嗯", 0.9, -0.8)
    assert not noise("跟海蓝科技谈了。", 0.3, -0.6)
