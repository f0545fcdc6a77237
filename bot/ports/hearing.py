"""Hearing, as the inside asks for it: a recording in words, names mended in them, and what is kept of both."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from bot.domain.hearing import Heard, Mended, Recording, Transcript
from bot.domain.ids import TurnId, UserId

Told = Callable[[float, float], None]
"""Called with the seconds heard so far, and the seconds of the recording as far as they are known."""


class Transcriber(Protocol):
    """Turns recordings into words."""

    async def transcribe(self, path: Path, names: Sequence[str] = (), told: Told | None = None) -> Heard:
        """What is said in the recording at `path`: Chinese in simplified characters, with punctuation. Whoever cancels this ends the work.

        path: AMR, M4A, MP4, WebM, WAV, MP3, Ogg, Opus, FLAC or AAC, at most two hours. names: what may be spoken of, likeliest first; a
        model that is helped by it has the first few hinted at. told: for progress, on the caller's loop.
        Raises: TellUser("audio_empty", "audio_unreadable", "audio_silk", "audio_no_sound", "audio_no_speech"; "audio_too_long",
        limit_min=…; "audio_language", language=…: ISO 639-1; "audio_model_missing": an admin has to fetch the model); Upstream.
        """
        ...

    async def close(self) -> None:
        """Let go of the model."""
        ...


class Mender(Protocol):
    """Mends names that were heard as something else."""

    async def mend(self, text: str, names: Sequence[str]) -> Mended:
        """`text` with what sounds like one of `names`, and is no other word, written as that name.

        names: of accounts, contacts (and their titles), products. Where two names sound alike nothing is changed, and a name that stands
        there already stays.
        """
        ...


class Recordings(Protocol):
    """What was heard, kept beside its recording for as long as its class of content is. Each is its speaker's alone."""

    async def keep(self, turn_id: TurnId, speaker: UserId, transcript: Transcript) -> None:
        """Keep what was heard in this turn; kept again, the first stays."""
        ...

    async def transcript(self, turn_id: TurnId) -> Transcript | None:
        """What was heard in this turn before; None where nothing was, or it was erased."""
        ...

    async def recording(self, turn_id: TurnId, speaker: UserId) -> Recording | None:
        """What this person said in this turn; None for what is somebody else's, was erased, or never was."""
        ...

    async def latest(self, speaker: UserId) -> TurnId | None:
        """The turn in which this person was heard last, of what is still kept."""
        ...

    async def erase(self, turn_id: TurnId, speaker: UserId) -> bool:
        """Erase sound and words, and whatever quotes them; what was saved as a record stays. False where this person has no such recording.

        Open drafts that were made of it are put away; decisions keep digests alone.
        """
        ...


class Player(Protocol):
    """Makes recordings playable."""

    async def playable(self, path: Path) -> Path:
        """The same sound in a form that every browser plays (M4A, AAC), made once and kept beside it.  Raises: TellUser, Upstream."""
        ...
