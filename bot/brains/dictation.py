"""Hearing by an OpenAI-compatible endpoint (`/audio/transcriptions`). Knows the wire; what people sent is opened by the listening process.

Import it late: the package takes seconds.
"""

import asyncio
import json
import math
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import httpx2
import openai

from bot.brains.written import HAN, written
from bot.domain.hearing import Heard, Segment
from bot.errors import TellUser, Upstream
from bot.ports.hearing import Told

NO_KEY = "none"
LANGUAGES = {"chinese": "zh", "mandarin": "zh", "zh": "zh", "yue": "zh", "cantonese": "zh", "english": "en", "en": "en"}
HINTED = 60
NOT_TOLD = 0.0
"""How sure it is of its words, where the endpoint does not say: then all of it is to be looked at."""
OURS = (openai.OpenAIError, httpx2.HTTPError, OSError, ValueError, LookupError, TypeError, AttributeError)
"""What a server can make the package raise: its own errors, and what strange replies trip it into."""


class Packing(Protocol):
    """The listening process, as far as it opens and packs what people sent."""

    async def last(self, question: Mapping[str, object], told: Told | None = None) -> dict[str, Any]:
        """The last answer to a question.  Raises: TellUser, Upstream."""
        ...

    async def stop(self) -> None:
        """End the process."""
        ...


class EndpointTranscriber:
    """The port `Transcriber` over an endpoint. It gets sound alone, as Ogg Opus, whatever was sent: small, and nothing else is in it."""

    def __init__(self, packing: Packing, base_url: str, model: str, key: str, timeout_s: float) -> None:
        self._packing = packing
        self._model = model
        self._timeout_s = timeout_s
        self._client = openai.AsyncOpenAI(base_url=base_url, api_key=key or NO_KEY, max_retries=1, timeout=timeout_s)

    async def transcribe(self, path: Path, names: Sequence[str] = (), told: Told | None = None) -> Heard:
        """What is said in the recording."""
        with tempfile.TemporaryDirectory(prefix="tandem-") as spare:
            packed = Path(spare) / "voice.ogg"
            done = await self._packing.last({"pack": str(path), "to": str(packed)})
            length_s = float(done["length_s"])
            if told is not None:
                told(0.0, length_s)
            try:
                reply = await self._asked(await asyncio.to_thread(packed.read_bytes), names)
                return _heard(reply, self._model, length_s, cut=bool(done["cut"]))
            except OURS as err:
                raise Upstream(self._model) from err

    async def close(self) -> None:
        """Hang up."""
        await self._packing.stop()
        await self._client.close()

    async def _asked(self, sound: bytes, names: Sequence[str]) -> Mapping[str, Any]:
        """The reply with its segments, or in mere words from a server that knows none."""
        for form in ("verbose_json", "json"):
            try:
                raw = await self._client.audio.transcriptions.with_raw_response.create(
                    file=("voice.ogg", sound, "audio/ogg"), model=self._model, response_format=form, prompt=", ".join(names[:HINTED])
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                if form == "json":
                    raise
            else:
                told: Mapping[str, Any] = json.loads(raw.content)
                return told
        raise AssertionError  # pragma: no cover - the loop ends by returning or raising


def _heard(reply: Mapping[str, Any], model: str, length_s: float, *, cut: bool) -> Heard:
    """What a reply says.  Raises: TellUser("audio_no_speech"), TellUser("audio_language")."""
    text = str(reply.get("text") or "").strip()
    if not text:
        raise TellUser("audio_no_speech")
    said = str(reply.get("language") or "").lower()
    if said and said not in LANGUAGES:
        raise TellUser("audio_language", language=said)
    lang = LANGUAGES.get(said) or ("zh" if re.search(HAN, text) else "en")
    segments = [
        Segment(float(one.get("start", 0)), float(one.get("end", length_s)), written(str(one.get("text", "")), lang), _sure(one))
        for one in reply.get("segments") or ()
    ]
    whole = Segment(0.0, length_s, written(text, lang), NOT_TOLD)
    return Heard(tuple(segments) or (whole,), lang, 1.0 if said else NOT_TOLD, length_s, model, cut)


def _sure(segment: Mapping[str, Any]) -> float:
    likely = segment.get("avg_logprob")
    return round(math.exp(min(float(likely), 0.0)), 3) if isinstance(likely, int | float) else NOT_TOLD
