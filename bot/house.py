"""What Tandem does when asked from outside, one method a verb. The private socket, the command line and the pages all call these.

Everything is done for a person, `as_`, and shows only what that person may see.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakValueDictionary

from bot.domain.chart import chart_to_json
from bot.domain.decision import Decision
from bot.domain.ids import DecisionId, DraftId, ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker, parse_audience, speaker_of
from bot.domain.records import Event
from bot.domain.talk import Arrival, Lang, Origin, Press, Utterance
from bot.domain.visits import HouseWord
from bot.drafts_told import draft_told, evidence_told
from bot.errors import NotAllowed, TellUser, TooMany, Unclear
from bot.ports import Bus, Clock, Drafts, Ids, Inbox, Ledger, Library, Progress, Recordings, Reviews, Users
from bot.turns.arrive import Door
from bot.turns.drafting import Drafting
from bot.turns.know import CONSOLE, OWNER
from bot.turns.speech import PAGE

PATIENCE_S = 120
"""How long a caller waits for an answer; the turn itself goes on."""

BACKLOG_REST_S = 5
"""When somebody with too much waiting may try again."""

Json = dict[str, Any]


class HouseWords(Protocol):
    """What the house said in a thread of its own accord; see `bot.store.threads`."""

    async def words(self, user_id: UserId, thread_id: ThreadId, *, since: int = 0, limit: int = 50) -> Sequence[HouseWord]:
        """The newest, oldest first."""
        ...


@dataclass
class House:
    """The verbs. A caller's `key` names a request: sent again with the same key it is the same request, and gets the same answer."""

    door: Door
    inbox: Inbox
    ledger: Ledger
    drafts: Drafts
    users: Users
    library: Library
    bus: Bus
    clock: Clock
    ids: Ids
    zone: str
    reviews: Reviews | None = None
    spoken: HouseWords | None = None
    recordings: Recordings | None = None
    drafting: Drafting | None = None
    _waiting: WeakValueDictionary[TurnId, asyncio.Event] = field(default_factory=WeakValueDictionary)

    def __post_init__(self) -> None:
        """Listen for turns that come to their end."""
        self.bus.subscribe("turn.settled", self._settled)

    async def ask(self, text: str, *, as_: str = "", thread: str = "", now: str = "", key: str = "") -> Json:
        """One turn: keep it, wait for its end, tell the outcome."""
        speaker = await self._speaker(as_)
        key = key or self.ids.new()
        origin = Origin(CONSOLE, "", speaker.user_id, ThreadId(thread or f"{CONSOLE}:{key}"))
        return await self.take(Utterance(origin, key, text, self._said_at(now)), speaker)

    async def press(
        self, draft: str, revision: int, action: str, *, fields: Mapping[str, str] | None = None,
        as_: str = "", thread: str = "", key: str = "",
    ) -> Json:
        """Press a button on a draft."""
        speaker = await self._speaker(as_)
        key = key or self.ids.new()
        origin = Origin(CONSOLE, "", speaker.user_id, ThreadId(thread or f"{CONSOLE}:{key}"))
        pressed = Press(origin, key, DraftId(draft), revision, action, self.clock.now(), tuple((fields or {}).items()))
        return await self.take(pressed, speaker)

    async def why(self, decision: str, *, as_: str = "") -> Json:
        """The whole story of one decision. Somebody else's reads as one that does not exist, but for admins."""
        speaker = await self._speaker(as_)
        story = await self.ledger.decision(DecisionId(decision))
        if story is None or (story.user_id != speaker.user_id and speaker.role is not Role.ADMIN):
            raise Unclear("no_such_decision", decision=decision)
        return await self.story(story, speaker)

    async def story(self, story: Decision, speaker: Speaker) -> Json:
        """The whole story of a decision as JSON, with what this person may see of it."""
        return {
            **await self.told(story, speaker), "said": story.said, "at": story.at.isoformat(), "thread": story.thread_id,
            "user": story.user_id, "code": story.made.code, "prompts": dict(story.made.prompts), "review_class": story.made.review,
            "found": story.found, "digests": dict(story.digests),
            "feedback": [
                {"user": one.user_id, "verdict": one.verdict, "reason": one.reason, "at": one.at.isoformat()} for one in story.feedback
            ],
            "uses": [{"use": use, "user": by, "at": at.isoformat()} for use, by, at in story.uses],
        }

    async def search(self, query: str, *, limit: int = 10, as_: str = "") -> list[Json]:
        """Passages that bear on `query`, best first."""
        return await self.passages(query, await self._speaker(as_), limit=limit)

    async def passages(self, query: str, speaker: Speaker, *, limit: int = 10) -> list[Json]:
        """Passages that this person may see and that bear on `query`, best first."""
        if not 1 <= limit <= 100:  # noqa: PLR2004 - a page of results
            raise Unclear("bad_limit", limit=limit)
        found = await self.library.for_speaker(speaker).search(query, limit)
        today = self.clock.now().date()
        return [
            {"text": one.text, "source": one.source, "locator": one.locator, "score": round(one.score, 4), "title": one.title,
             "stale": one.is_stale(today)}
            for one in found
        ]

    async def documents(self, *, as_: str = "") -> list[Json]:
        """The documents that this person may see."""
        speaker = await self._speaker(as_)
        return [
            {"source": one.source, "title": one.title, "audience": one.audience, "passages": one.passages, "embedded": one.embedded,
             "valid_until": one.valid_until.isoformat() if one.valid_until else None, "superseded_by": one.superseded_by,
             "ingested_at": one.ingested_at.isoformat()}
            for one in await self.library.documents(speaker)
        ]

    async def ingest(
        self, paths: Sequence[str], *, audience: str = "", password: str = "", as_: str = "", lang: Lang = Lang.EN
    ) -> AsyncIterator[Progress]:
        """Take in files and folders, for admins; tells each step. Closing the iterator stops it; what was taken in stays."""
        speaker = await self._speaker(as_)
        if speaker.role is not Role.ADMIN:
            raise NotAllowed("only_admins_ingest")
        people = await self.users.everyone()
        meant = parse_audience(audience, people) if audience else None
        if audience and meant is None:
            raise Unclear("no_such_audience", audience=audience)
        async for step in self.library.ingest([Path(path) for path in paths], meant, lang, password=password):
            yield step

    async def take(self, arrival: Arrival, speaker: Speaker, *, patience_s: float = PATIENCE_S) -> Json:
        """Keep what arrived, wait for its end, tell the outcome. patience_s: how long to wait; the turn itself goes on.

        Raises: TooMany("backlog_full"); Unclear("key_reused") when its key names something else; TellUser("still_working").
        """
        kept = await self.door.arrive(arrival)
        if kept.full:
            raise TooMany("backlog_full", retry_after_s=BACKLOG_REST_S, count=self.door.backlog)
        if not kept.fresh and isinstance(arrival, Utterance):
            first = await self.inbox.arrival(kept.turn_id)
            if not isinstance(first, Utterance) or (first.text, first.origin) != (arrival.text, arrival.origin):
                raise Unclear("key_reused")
        settled = self.expecting(kept.turn_id)
        if not await self.inbox.is_settled(kept.turn_id):
            try:
                await asyncio.wait_for(settled.wait(), patience_s)
            except TimeoutError:
                raise TellUser("still_working", seconds=patience_s) from None
        story = await self.ledger.decision_of(kept.turn_id)
        if story is None or (story.user_id is not None and story.user_id != speaker.user_id):
            raise NotAllowed("unknown_person")
        return {**await self.told(story, speaker), "words": await self._words(story, speaker)}

    async def told(self, story: Decision, speaker: Speaker) -> Json:
        """An outcome as JSON, with what this person may see of it."""
        draft = await self.drafts.draft(story.draft_id) if story.draft_id else None
        if draft is not None and draft.author != speaker.user_id:
            draft = None  # a press on somebody else's draft is refused, and shows nothing of it
        drafts = [await draft_told(draft, speaker, story.made.lang, self.drafting)] if draft else []
        shown = [one for one in story.evidence if speaker.may_see(one.audience)]
        return {
            "decision_id": story.id, "skill": story.made.skill, "intent": story.made.intent, "lang": story.made.lang, "text": story.text,
            "evidence": [evidence_told(one) for one in shown], "query": story.made.query,
            "chart": chart_to_json(story.chart) if story.chart else None, "drafts": drafts,
            "buttons": [asdict(one) for one in story.buttons], "review": await self._review(story), "model": story.made.model,
            "fell_back": story.made.fell_back, "chosen_by": story.made.chooser.model,
            "choosing_fell_back": story.made.chooser.fell_back,
            "timings_ms": dict(story.made.timings_ms), "found": story.found, "recording": await self._recording(story, speaker),
        }

    async def _recording(self, story: Decision, speaker: Speaker) -> Json | None:
        """Where what was said is played, and whether there is sound of it; None for what was typed, erased, or is somebody else's."""
        found = await self.recordings.recording(story.turn_id, speaker.user_id) if self.recordings else None
        return {"page": f"{PAGE}{story.turn_id}", "sound": found.sound is not None} if found else None

    async def _words(self, story: Decision, speaker: Speaker) -> list[Json]:
        """What the house said on the heels of it: a letter that is theirs to send now."""
        words = await self.spoken.words(speaker.user_id, story.thread_id) if self.spoken else ()
        return [word_told(one) for one in words if one.after == story.id]

    async def _review(self, story: Decision) -> Json:
        """Who had to agree to it: its class, and the review that its draft is in, or was."""
        found: Json = {"class": story.made.review, "id": None, "state": None}
        if self.reviews and story.draft_id:
            with suppress(TellUser):  # a draft whose content was erased is of the class it was
                found["class"] = (await self.reviews.gate(story.draft_id)).review_class
            if review := await self.reviews.of_draft(story.draft_id):
                found |= {"id": review.id, "state": review.state}
        return found

    async def _speaker(self, as_: str) -> Speaker:
        found = await self.users.named(as_) if as_ else []
        match found:
            case [user]:
                return speaker_of(user)
            case [_, *_]:
                raise Unclear("several_people", name=as_, names=", ".join(user.email for user in found))
        people = await self.users.everyone()
        if as_ and as_ != OWNER:
            raise Unclear("no_such_person", name=as_, names=", ".join(user.email for user in people) or OWNER)
        if not people:
            return Speaker(OWNER, OWNER, Role.ADMIN, "", self.zone)
        for user in people:
            if user.role is Role.ADMIN:
                return speaker_of(user)
        raise Unclear("say_who", names=", ".join(user.email for user in people))

    def _said_at(self, now: str) -> datetime:
        if not now:
            return self.clock.now()
        try:
            said_at = datetime.fromisoformat(now)
        except ValueError:
            raise Unclear("bad_time", time=now) from None
        return said_at if said_at.tzinfo else said_at.replace(tzinfo=self.clock.now().tzinfo)

    def expecting(self, turn_id: TurnId) -> asyncio.Event:
        """What is set when a turn comes to its end; shared by all who wait for it, and gone with the last of them."""
        return self._waiting.setdefault(turn_id, asyncio.Event())

    async def _settled(self, event: Event) -> None:
        if waiting := self._waiting.get(TurnId(str(event.payload["turn_id"]))):
            waiting.set()


def word_told(word: HouseWord) -> Json:
    """A word of the house as JSON. place: of a button among those of the message; none are left once it was settled."""
    buttons = [] if word.pressed else [{"place": place, "label": one.label} for place, one in enumerate(word.outcome.buttons)]
    return {
        "message": word.message_id, "text": word.outcome.text, "forward": word.outcome.forward, "lang": word.lang,
        "at": word.at.isoformat(), "buttons": buttons, "pressed": word.pressed, "pressed_by": word.by,
    }
