"""What a person does at the page of a recording: reads what was heard, plays it, has it erased. Knows no page and no format.

Each verb takes the secret of a visit and does nothing but for the person it stands for; what is somebody else's reads as not there.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.hearing import Line, Recording, Transcript
from bot.domain.ids import TurnId
from bot.errors import Unclear
from bot.ports import Player, Recordings
from bot.visits import Visits, me_of

Json = dict[str, Any]

AT_ONCE = 512 << 10
"""Bytes of sound in one answer."""
PATIENCE_S = 15
"""How long a browser waits for a recording to be made playable; two hours take a minute, once."""


@dataclass(frozen=True)
class Playing:
    """The verbs."""

    visits: Visits
    recordings: Recordings
    player: Player

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"recording": self.recording, "recording_sound": self.sound, "recording_erase": self.erase}

    async def recording(self, session: str, turn: str) -> Json:
        """What was heard, line by line, and whether its sound is still there.  Raises: Unclear("no_such_recording")."""
        speaker = await self.visits.speaker(session)
        found = await self._mine(session, turn)
        return {
            "turn": turn, "at": found.said_at.isoformat(), "zone": speaker.zone, "decision": found.decision_id, "me": me_of(speaker),
            "sound": found.sound is not None, **_told(found.transcript),
        }  # fmt: skip

    async def sound(self, session: str, turn: str, start: int) -> Json:
        """Some bytes of the recording in a form that every browser plays, and how many there are in all.

        Raises: Unclear("no_such_recording"), Unclear("recording_preparing") while it is made; TellUser, Upstream where it cannot be.
        """
        found = await self._mine(session, turn)
        if found.sound is None:
            raise Unclear("no_such_recording")
        try:
            path = await asyncio.wait_for(self.player.playable(found.sound), PATIENCE_S)
        except TimeoutError:
            raise Unclear("recording_preparing") from None
        size, some = await asyncio.to_thread(_some, path, start)
        return {"size": size, "data": base64.b64encode(some).decode()}

    async def erase(self, session: str, turn: str) -> Json:
        """Erase sound and words.  Raises: Unclear("no_such_recording")."""
        speaker = await self.visits.speaker(session)
        if not await self.recordings.erase(TurnId(turn), speaker.user_id):
            raise Unclear("no_such_recording")
        return {"me": me_of(speaker)}

    async def _mine(self, session: str, turn: str) -> Recording:
        speaker = await self.visits.speaker(session)
        found = await self.recordings.recording(TurnId(turn), speaker.user_id)
        if found is None:
            raise Unclear("no_such_recording")
        return found


def _told(transcript: Transcript | None) -> Json:
    if transcript is None:
        return {"lines": [], "timed": False, "length_s": 0.0, "brain": "", "cut": False}
    heard = transcript.heard
    lines = [
        {
            "at_s": line.segment.start_s, "until_s": line.segment.end_s, "sure": line.segment.confidence, "unsure": line.segment.unsure,
            "parts": list(_parts(line)),
        }
        for line in transcript.lines
    ]  # fmt: skip
    return {"lines": lines, "timed": transcript.timed, "length_s": heard.length_s, "brain": heard.brain, "cut": heard.cut}


def _parts(line: Line) -> Iterator[Json]:
    """The words of a line; a name that was mended with what was heard in its place."""
    at = 0
    for mend in line.mends:
        if mend.start > at:
            yield {"text": line.said[at : mend.start], "heard": ""}
        yield {"text": line.said[mend.start : mend.end], "heard": mend.heard}
        at = mend.end
    if at < len(line.said):
        yield {"text": line.said[at:], "heard": ""}


def _some(path: Path, start: int) -> tuple[int, bytes]:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(min(max(start, 0), size))
        return size, file.read(AT_ONCE)
