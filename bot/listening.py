"""The ears of the house, built as the config says: the builtin model or an endpoint, with its listening process. Hears nothing itself."""

import asyncio
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bot.brains.builtin.speech import BuiltinPlayer, BuiltinTranscriber, Listening
from bot.brains.builtin.weights import Weights
from bot.config import Speech
from bot.errors import BadConfig, TellUser
from bot.home import Home
from bot.ports import Transcriber
from knowledge.child import Child, ChildStopped

PROCESS = "bot.brains.builtin.listener"
NEEDED = ("av", "faster_whisper")
LINGER_S = 300
"""The model takes some 370 MB, which nobody needs who does not speak."""


def weights_of(speech: Speech, home: Home) -> Weights:
    """Where the builtin model's weights are, or shall be."""
    return Weights(speech.model or "base", speech.folder, home.models)


def installed() -> bool:
    """Whether the packages that hearing needs are there; none is imported."""
    return all(find_spec(name) is not None for name in NEEDED)


def transcriber(speech: Speech, home: Home, key: str) -> Transcriber:
    """What hears. Nothing is begun before somebody speaks; what is missing is said then."""
    if speech.provider == "openai":
        from bot.brains.dictation import EndpointTranscriber  # noqa: PLC0415 - the package takes seconds, and most homes have none

        packing = Listening(_begin, _nowhere, ChildStopped)
        return EndpointTranscriber(packing, speech.base_url, speech.model, key, speech.timeout_s)
    weights = weights_of(speech, home)

    async def folder() -> Path:
        if not installed():
            raise TellUser("audio_model_missing")
        try:
            return await asyncio.to_thread(weights.checked)
        except BadConfig as err:
            raise TellUser("audio_model_missing") from err

    return BuiltinTranscriber(Listening(partial(_begin, size=weights.size), folder, ChildStopped), f"whisper-{weights.size}")


def player(place: Callable[[Path], Path]) -> BuiltinPlayer:
    """What makes recordings playable. place: where the playable form of a recording lies."""
    return BuiltinPlayer(Listening(_begin, _nowhere, ChildStopped), place)


def _begin(folder: Path, size: str = "") -> Child:
    return Child(PROCESS, (str(folder), size), linger_s=LINGER_S)


async def _nowhere() -> Path:
    """An endpoint needs no model here; the packages that open what people sent it does."""
    if not installed():
        raise TellUser("audio_model_missing")
    return Path()
