"""Speech to words by faster-whisper, a window at a time: where there is speech, in which language, what was said, how surely.

Knows one library and its model; knows no file and no name. Imported in the listening process alone.
"""

import math
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bot.brains.builtin.sound import RATE, Samples
from bot.brains.written import written
from bot.domain.hearing import Segment
from bot.errors import TellUser

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait by spinning take the cores from everybody else

WINDOW_S = 28
"""What is heard at once; the model's own window is 30 s, of which the rest is left to the padding."""
APART_S = 3.0
"""Silence as long as this is left out; what is shorter stays, for sound that is cut closely is heard worse (CER .25 against .18)."""
AROUND_S = 1.0
"""What is left of the silence around speech."""
CHUNK_S = 300
"""Looked through for speech at once, so that two hours take no more memory than five minutes."""
GAP = {"threshold": 0.5, "min_speech_duration_ms": 200, "min_silence_duration_ms": 300, "speech_pad_ms": 100}
TONGUES = ("zh", "en")
FOREIGN = 0.75
"""How sure it must be that a recording is in a third language to say so; an accent makes Chinese look like its neighbours at less."""
STYLE = {
    "zh": "嗯，我刚从客户那儿出来，跟采购经理聊了，这个预算呢，大概是两三百万，咱们周五再谈。",
    "en": "So, I just came out of the meeting. They asked for two or three hundred, and we are gonna talk again on Friday.",
}
"""What the model is made to believe was said before: it goes on in the same manner, in simplified characters and with punctuation."""
HINTED = {"small": 24, "medium": 24, "large-v3": 24}
"""Names hinted at, by the model's size. The base model goes astray over names that are not spoken of: CER .162 without, .197 with four,
.231 with fourteen; so it is told none, and what it mishears is mended by sound."""
BEAM = 5
TEMPERATURES = (0.0, 0.2, 0.4)
HARDLY_SPEECH = 0.6
UNLIKELY = -1.0
MOST_REPETITIVE = 2.4
"""Above this ratio of compression a text says the same over and over.  Source: Radford et al. 2022 (Whisper), §4.5; so the two before."""
PHANTOM = re.compile(
    r"(?:请不吝点赞|字幕(?:由|by|志愿者|制作)|明镜与点点|订阅(?:我的)?频道|(?:感谢|谢谢)(?:大家)?(?:的)?(?:观看|收看|收听)|"
    r"thank(?:s| you)(?: so much)? for watching|subscribe to (?:my|the) channel|subtitles by|amara\.org)", re.IGNORECASE
)
"""What Whisper says of noise, having learned it from films' subtitles."""


@dataclass
class Words:
    """What was heard so far. lang: "" until something was."""

    segments: list[Segment] = field(default_factory=list)
    lang: str = ""
    sureness: float = 0.0


@dataclass
class Listener:
    """A model in memory. folder: with its weights, already checked; size: of which they are, "" where nobody knows."""

    folder: Path
    threads: int = 2
    size: str = "base"

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401 - the package has no types that say more
        from faster_whisper import WhisperModel  # noqa: PLC0415 - a second, and not before there is speech

        return _encoding_once(
            WhisperModel(str(self.folder), device="cpu", compute_type="int8", cpu_threads=self.threads, local_files_only=True)
        )

    def hear(self, blocks: Iterable[Samples], names: Sequence[str], told: Callable[[float], None]) -> Words:
        """All that is said in a recording whose samples come in `blocks`. told: called with the seconds done.

        Raises: TellUser("audio_no_speech"), TellUser("audio_language").
        """
        words = Words()
        for start_s, samples in windows(blocks):
            self._hear_window(words, start_s, samples, names)
            told(start_s + len(samples) / RATE)
        if not words.segments:
            raise TellUser("audio_no_speech")
        return words

    def _hear_window(self, words: Words, start_s: float, samples: Samples, names: Sequence[str]) -> None:
        if not words.lang:
            words.lang, words.sureness = self._language(samples)
        found, _ = self._model.transcribe(
            samples, language=words.lang, beam_size=BEAM, temperature=TEMPERATURES, condition_on_previous_text=False,
            hotwords=_hint(words.lang, names[: HINTED.get(self.size, 0)]), vad_filter=False,
        )  # fmt: skip
        for one in found:
            text = written(one.text, words.lang)
            if text and not _is_noise(text, one.no_speech_prob, one.avg_logprob):
                end_s = min(one.end, len(samples) / RATE)
                sure = round(math.exp(min(one.avg_logprob, 0.0)), 3)
                words.segments.append(Segment(round(start_s + min(one.start, end_s), 2), round(start_s + end_s, 2), text, sure))

    def _language(self, samples: Samples) -> tuple[str, float]:
        """Chinese or English, whichever is likelier.  Raises: TellUser where it is surely neither."""
        extractor = self._model.feature_extractor
        features = extractor(samples)
        seen = features[:, : min(extractor.nb_max_frames, features.shape[-1] - 1)]  # as the package will cut it when it listens
        encoded = self._model.encode(np.pad(seen, ((0, 0), (0, extractor.nb_max_frames - seen.shape[-1]))))
        likely = {token[2:-2]: float(share) for token, share in self._model.model.detect_language(encoded)[0]}
        top = max(likely, key=lambda one: likely[one])
        if top not in {*TONGUES, "yue"} and likely[top] >= FOREIGN:
            raise TellUser("audio_language", language=top)
        lang = max(TONGUES, key=lambda one: likely.get(one, 0.0) + (likely.get("yue", 0.0) if one == "zh" else 0.0))
        return lang, round(likely.get(lang, 0.0), 3)


def _encoding_once(model: Any) -> Any:  # noqa: ANN401 - as above
    """The same model, which does not encode again what it encoded last: which language it is, and what is said, are asked of one window."""
    encode, last = model.encode, list[Any]()

    def encoded(features: Samples) -> Any:  # noqa: ANN401 - as above
        if not last or not np.array_equal(last[0], features):
            last[:] = [features, encode(features)]
        return last[1]

    model.encode = encoded
    return model


def windows(blocks: Iterable[Samples]) -> Iterator[tuple[float, Samples]]:
    """Stretches with speech in them, at most `WINDOW_S` each and cut in silence where there is any: the second each begins at, and it."""
    base, kept = 0, np.zeros(0, np.float32)
    for chunk, last in _chunks(blocks):
        kept = np.concatenate([kept, chunk])
        spans = _spans(kept)
        carried = len(kept) if last else max(0, len(kept) - int(AROUND_S * RATE))
        if not last and spans:
            carried = spans.pop()[0]  # its speech may go on
        for start, end in spans:
            yield (base + start) / RATE, kept[start:end]
        base, kept = base + carried, kept[carried:]


def _chunks(blocks: Iterable[Samples]) -> Iterator[tuple[Samples, bool]]:
    """The same samples in long pieces, and whether each is the last."""
    held: list[Samples] = []
    length = 0
    for block in blocks:
        held.append(block)
        length += len(block)
        if length >= CHUNK_S * RATE:
            yield np.concatenate(held), False
            held, length = [], 0
    yield (np.concatenate(held) if held else np.zeros(0, np.float32)), True


def _spans(samples: Samples) -> list[tuple[int, int]]:
    """Where windows begin and end in `samples`."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415 - as above

    if not len(samples):
        return []
    speech = get_speech_timestamps(samples, VadOptions(**GAP, max_speech_duration_s=WINDOW_S))
    if not speech:
        return []
    spans: list[tuple[int, int]] = []
    for one in speech:
        start, end = int(one["start"]), int(one["end"])
        if spans and start - spans[-1][1] < APART_S * RATE and end - spans[-1][0] <= WINDOW_S * RATE:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    around, room = int(AROUND_S * RATE), len(samples)
    middles = [(one[1] + other[0]) // 2 for one, other in pairwise(spans)]
    bounds = pairwise([0, *middles, room])
    return [(max(least, start - around), min(most, end + around)) for (start, end), (least, most) in zip(spans, bounds, strict=True)]


def _hint(lang: str, names: Sequence[str]) -> str:
    """The manner to go on in, and names that may come."""
    hinted = ("\u3001" if lang == "zh" else ", ").join(names)
    return f"{STYLE[lang]} {hinted}".strip()


def _is_noise(text: str, no_speech: float, likely: float) -> bool:
    """Whether words were made up over noise, music or silence."""
    written = text.encode()
    repetitive = len(written) / len(zlib.compress(written)) > MOST_REPETITIVE
    return (no_speech > HARDLY_SPEECH and likely < UNLIKELY / 2) or likely < 1.5 * UNLIKELY or repetitive or bool(PHANTOM.search(text))
