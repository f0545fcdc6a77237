"""Speech: what was spoken becomes the words of a turn, is kept with its sound, and forgotten with it. Knows no recogniser, no format."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

from bot.domain.hearing import Transcript, platforms_own
from bot.domain.ids import TurnId
from bot.domain.outcome import Answer
from bot.domain.people import Speaker
from bot.domain.records import Retention
from bot.domain.talk import File, Lang, Media, Origin, Spoken, Voice, language_of
from bot.errors import TellUser, Upstream
from bot.ports import Belongings, Recordings, Words
from bot.turns.know import WEB
from bot.turns.listen import Listening

PAGE = "/recordings/"
MOST_TOLD = 400
"""Characters of what was heard that are said back; who wants the rest finds it on its page."""
MOST_MENDS, MOST_UNSURE = 4, 3
SOUNDS = frozenset({".aac", ".amr", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".weba"})
"""Names of files that are recordings, whatever type the platform gives them."""

Moved = Callable[[float, float], None]
"""Called with the seconds heard so far, and those of the recording as far as they are known."""


@dataclass(frozen=True, slots=True)
class Listened:
    """What was heard. text: in words, names mended; told: the sentence about it that people read first; spoken: as of a `Turn`."""

    text: str
    told: str
    lang: Lang
    spoken: Spoken

    def under(self, caption: str) -> "Listened":
        """The same with what was written about it above; "" leaves it as it is."""
        if not caption:
            return self
        shift = len(caption) + 2
        segments = tuple((start + shift, end + shift, from_s, to_s) for start, end, from_s, to_s in self.spoken.segments)
        return replace(self, text=f"{caption}\n\n{self.text}", spoken=replace(self.spoken, segments=segments))


@dataclass(frozen=True)
class Speech:
    """Hears and forgets. ears: None where nobody listens. url: of the pages, "" where people reach them by the page's own ways alone."""

    belongings: Belongings
    recordings: Recordings
    words: Words
    ears: Listening | None = None
    url: str = ""

    async def heard(self, turn_id: TurnId, voice: Voice, speaker: Speaker, moved: Moved) -> Listened | None:
        """What was said in a voice message, kept; a turn that is walked again is not heard again. None where nobody can listen.

        Raises: TellUser, Upstream, as the ports `Belongings` and `Transcriber`.
        """
        transcript = await self.recordings.transcript(turn_id)
        if transcript is None:
            transcript = await self._understood(turn_id, voice, speaker, moved)
            if transcript is None:
                return None
            await self.recordings.keep(turn_id, speaker.user_id, transcript)
        text = transcript.mended.text
        lang = language_of(text)
        page = self._page(turn_id, voice.origin.channel)
        ranges = tuple((one.start, one.end, one.segment.start_s, one.segment.end_s) for one in transcript.lines) if transcript.timed else ()
        name = self._name(voice.sent_at, speaker, lang, sound=voice.media is not None)
        return Listened(text, self._told(transcript, lang, page, voice), lang, Spoken(name, page, ranges, transcript.heard.length_s))

    async def forget(self, speaker: Speaker, lang: Lang) -> Answer:
        """Erase what this person said last, sound and words."""
        turn_id = await self.recordings.latest(speaker.user_id)
        if turn_id is None or not await self.recordings.erase(turn_id, speaker.user_id):
            return Answer(self.words.say("no_recording", lang), found=False)
        return Answer(self.words.say("recording_erased", lang), found=False)

    async def page(self, turn_id: TurnId, speaker: Speaker, origin: Origin) -> str:
        """Where what this person said in that turn is played; "" where nothing is, or where others read along."""
        if origin.group or await self.recordings.recording(turn_id, speaker.user_id) is None:
            return ""
        return self._page(turn_id, origin.channel)

    async def _understood(self, turn_id: TurnId, voice: Voice, speaker: Speaker, moved: Moved) -> Transcript | None:
        """The platform's transcript where there is one, its sound kept if it can be had; else what is heard in the sound."""
        path = None
        try:
            if voice.media:
                path = await self.belongings.fetch(turn_id, voice.origin.channel, speaker.user_id, voice.media, Retention.AUDIO)
        except (TellUser, Upstream):
            if not voice.transcript:
                raise
        if voice.transcript:
            return await self.ears.mended(platforms_own(voice.transcript), speaker) if self.ears else platforms_own(voice.transcript)
        return await self.ears.listen(path, speaker, moved) if self.ears and path else None

    def _page(self, turn_id: TurnId, channel: str) -> str:
        return f"{self.url}{PAGE}{turn_id}" if self.url or channel == WEB else ""

    def _name(self, said_at: datetime, speaker: Speaker, lang: Lang, *, sound: bool) -> str:
        """What people call it: "录音 7/16 14:02"."""
        at = said_at.astimezone(ZoneInfo(speaker.zone))
        told = {"month": at.month, "day": at.day, "month_name": at.strftime("%b"), "time": at.strftime("%H:%M")}
        return self.words.say("recording_name" if sound else "recording_name_without_sound", lang, **told)

    def _told(self, transcript: Transcript, lang: Lang, page: str, voice: Voice) -> str:
        """What was heard, what was spelt otherwise, what is not sure, whether it breaks off, and where it can be played."""
        lines = [self._said(transcript, lang, sound=voice.media is not None)]
        unsure = [f"“{one.text}”" for one in transcript.heard.segments if one.unsure]
        if unsure and len(transcript.heard.segments) > 1:
            lines.append(self.words.say("heard_unsure", lang, where=_listed(unsure[:MOST_UNSURE], lang)))
        if transcript.heard.cut:
            lines.append(self.words.say("heard_cut", lang))
        if page and voice.origin.channel != WEB and voice.media:
            lines.append(self.words.say("heard_page", lang, url=page))
        return "\n".join(lines)

    def _said(self, transcript: Transcript, lang: Lang, *, sound: bool) -> str:
        text, mends = _cut(transcript.mended.text), transcript.mended.mends
        if not mends:
            return self.words.say("heard" if sound else "heard_without_sound", lang, text=text)
        told = _listed([self.words.say("heard_mend", lang, heard=one.heard, meant=one.meant) for one in mends[:MOST_MENDS]], lang)
        return self.words.say("heard_with_mends" if sound else "heard_with_mends_without_sound", lang, text=text, mends=told)


def is_sound(media: Media) -> bool:
    """Whether a file is a recording, by what the platform or its name says."""
    return media.mime.startswith("audio/") or PurePath(media.name).suffix.lower() in SOUNDS


def as_voice(file: File) -> Voice:
    """A recording that was sent as a file, as the voice message that it is."""
    return Voice(file.origin, file.dedupe_key, file.sent_at, file.media)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TOLD else f"{text[:MOST_TOLD].rstrip()}…"


def _listed(parts: Sequence[str], lang: Lang) -> str:
    return ("、" if lang is Lang.ZH else ", ").join(parts)
