"""What a person does at the chat page, one method a verb: their threads, a turn as it comes, its grounds, what they think of it.

Each verb takes the secret of a visit and does nothing but for the person it stands for; what is somebody else's reads as not there.
"""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from urllib.parse import quote

from bot.domain.chart import Chart
from bot.domain.decision import Decision, Use, Verdict
from bot.domain.evidence import EvidenceKind, Passage
from bot.domain.ids import DecisionId, DraftId, MessageId, PassageId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Button
from bot.domain.panels import panels_of
from bot.domain.passwords import MASK
from bot.domain.people import Role, Speaker
from bot.domain.records import Page
from bot.domain.steps import Partway
from bot.domain.talk import Arrival, File, Lang, Media, Origin, Press, Tap, Utterance
from bot.domain.visits import Exchange, HouseWord, ThreadLine, Unanswered
from bot.drafts_told import evidence_told
from bot.errors import NotAllowed, TellUser, Unclear
from bot.house import House, word_told
from bot.turns.conversation import Conversation
from bot.turns.know import CONSOLE, WEB
from bot.visits import Visits, me_of

Json = dict[str, Any]

EARLIER, THREADS_SHOWN = 20, 30
LOOK_S = 1.0
"""How often a turn is looked at though nobody said that it moved: another process may have settled it."""
NEIGHBOURS = 2
REASON_CHARS = 500
WORKING = {"fetch": 1, "hear": 1, "read": 1, "choose": 2, "do": 3}
TEXT_FROM, GROUNDS_AT, DONE_AT = 10, 100_000, 100_001
"""Places in the order of what is told of a turn. They are the same whenever it is told, so that a reader can go on where they were."""
PIECE = 24
"""Characters of a piece of an answer, as it is told."""


class Threads(Protocol):
    """A person's threads."""

    async def threads(self, user_id: UserId, *, after: str | None = None, limit: int = 30) -> Page[ThreadLine]:
        """Newest first."""
        ...

    async def exchanges(self, user_id: UserId, thread_id: ThreadId, *, after: str | None = None, limit: int = 30) -> Page[Exchange]:
        """Newest first."""
        ...

    async def unanswered(self, user_id: UserId, thread_id: ThreadId) -> Sequence[Unanswered]:
        """Oldest first."""
        ...

    async def words(self, user_id: UserId, thread_id: ThreadId, *, since: int = 0, limit: int = 50) -> Sequence[HouseWord]:
        """What the house said of its own accord, oldest first."""
        ...

    async def card(self, decision_id: DecisionId) -> HouseWord | None:
        """The message that told what was decided."""
        ...

    async def judge(self, decision_id: DecisionId, user_id: UserId, verdict: Verdict, reason: str) -> None:
        """In place of what they thought before."""
        ...


@dataclass(frozen=True)
class Talks:
    """The verbs of the chat page. draw: makes a picture of a chart."""

    visits: Visits
    house: House
    threads_kept: Threads
    conversation: Conversation
    draw: Callable[[Chart, Lang], Awaitable[bytes]]

    async def threads(self, session: str, *, after: str = "") -> Json:
        """This person's threads, the one with the newest answer first."""
        speaker = await self.visits.speaker(session)
        return await self._threads(speaker, after)

    async def thread(self, session: str, thread: str = "", *, after: str = "") -> Json:
        """One thread of this person, oldest turn first; `after`, from an earlier answer, asks for what came before.

        An empty `thread` is a new one, with the list of the others.  Raises: Unclear for one that has nothing of this person.
        """
        speaker = await self.visits.speaker(session)
        me: Json = {**me_of(speaker), "may_ingest": speaker.role is Role.ADMIN}
        told: Json = {
            "me": me, "thread": thread, "turns": [], "after": None, "waiting": [], "since": 0, **await self._threads(speaker, ""),
        }  # fmt: skip
        if not thread:
            return told
        page = await self.threads_kept.exchanges(speaker.user_id, ThreadId(thread), after=after or None, limit=EARLIER)
        waiting = await self.threads_kept.unanswered(speaker.user_id, ThreadId(thread))
        if not page.items and not waiting:
            raise Unclear("no_such_thread")
        words = await self.threads_kept.words(speaker.user_id, ThreadId(thread))
        turns = [
            {**await self._exchange(one, speaker), "words": [word_told(word) for word in words if word.after == one.decision.id]}
            for one in reversed(page.items)
        ]
        return {
            **told, "turns": turns, "after": page.after, "waiting": [_unanswered(one) for one in waiting],
            "since": max((one.seq for one in words), default=0),
        }

    async def words(self, session: str, thread: str, *, since: int = 0) -> Json:
        """What the house has said in a thread since a place, and the place to ask from the next time.  Raises: Unclear."""
        speaker = await self.visits.speaker(session)
        await self._check_thread(speaker, ThreadId(thread))
        words = await self.threads_kept.words(speaker.user_id, ThreadId(thread), since=since)
        return {"thread": thread, "words": [word_told(one) for one in words], "since": max((one.seq for one in words), default=since)}

    async def tap(self, session: str, message: str, button: int, key: str, *, thread: str) -> Json:
        """Keep a press on a button of something that the house said."""
        speaker = await self.visits.speaker(session)
        origin = await self._origin(speaker, thread)
        return await self._kept(Tap(origin, f"{speaker.user_id}:{key}", MessageId(message), button, self.house.clock.now()))

    async def ask(self, session: str, text: str, key: str, *, thread: str = "") -> Json:
        """Keep what was said; `follow` tells what comes of it. The same key is the same message."""
        speaker = await self.visits.speaker(session)
        origin = await self._origin(speaker, thread)
        return await self._kept(Utterance(origin, f"{speaker.user_id}:{key}", text, self.house.clock.now()))

    async def press(
        self, session: str, draft: str, revision: int, action: str, key: str, *, thread: str = "", fields: Mapping[str, str] | None = None
    ) -> Json:
        """Keep a press on a draft of this person. fields: of an edit, what was filled in."""
        speaker = await self.visits.speaker(session)
        origin = await self._origin(speaker, thread)
        filled = tuple((fields or {}).items())
        pressed = Press(origin, f"{speaker.user_id}:{key}", DraftId(draft), revision, action, self.house.clock.now(), filled)
        return await self._kept(pressed)

    async def check_thread(self, session: str, thread: str) -> None:
        """Refuse a thread in which this person has said nothing; "" is a new one.  Raises: Unclear."""
        await self._origin(await self.visits.speaker(session), thread)

    async def hand(self, session: str, files: Sequence[Media], text: str, key: str, thread: str) -> Sequence[Json]:
        """Keep files that were handed over as one message, each a turn. No verb: the house alone says where one lies."""
        speaker = await self.visits.speaker(session)
        origin, message = await self._origin(speaker, thread), f"{speaker.user_id}:{key}"
        return [
            await self._kept(File(
                origin, f"{message}:{place}", self.house.clock.now(), media, text, len(files) - 1 - place, message if place else "",
            ))
            for place, media in enumerate(files)
        ]  # fmt: skip

    async def confide(self, session: str, password: str, key: str, *, thread: str) -> Json:
        """Take the password of a file that waits for one: a message is kept that says only that it was given."""
        speaker = await self.visits.speaker(session)
        said = Utterance(await self._origin(speaker, thread), f"{speaker.user_id}:{key}", MASK, self.house.clock.now())
        if confiding := self.house.door.confiding:
            await confiding.safe.put(said.origin.channel, said.dedupe_key, password)
        return await self._kept(said)

    async def follow(self, session: str, turn: str, *, after: int = 0) -> AsyncIterator[Json]:
        """What becomes of a turn: kept, each step, the words piece by piece, the grounds, done. after: the place of the last one heard."""
        speaker = await self.visits.speaker(session)
        turn_id = await self._mine(speaker, turn)
        if after < 1:
            yield {"place": 1, "state": "kept"}
        async for step in self._steps(turn_id):
            if isinstance(step, Partway) and WORKING.get(step, 0) >= after:
                yield {"place": WORKING[step], "state": "working", "step": step, "percent": step.percent, "minutes": step.left_min}
            elif WORKING.get(step, 0) > after:
                yield {"place": WORKING[step], "state": "working", "step": step}
        story = await self.house.ledger.decision_of(turn_id)
        if story is None or story.user_id not in {None, speaker.user_id}:
            raise Unclear("no_such_turn")
        for line in await self._outcome(story, speaker):
            if line["place"] > after:
                yield line

    async def stop(self, session: str, turn: str) -> Json:
        """End a turn that is under way; it is answered "stopped".  Raises: Stale for a press."""
        speaker = await self.visits.speaker(session)
        await self.conversation.stop(await self._mine(speaker, turn))
        return {}

    async def answer(self, session: str, decision: str) -> Json:
        """One turn as the page shows it."""
        speaker = await self.visits.speaker(session)
        return await self._turn(await self._story(speaker, decision), speaker)

    async def why(self, session: str, decision: str) -> Json:
        """The whole story of one of this person's decisions; an admin at the page sees no more of others' than anybody."""
        speaker = await self.visits.speaker(session)
        story = await self._story(speaker, decision)
        return {**await self.house.story(story, speaker), "zone": speaker.zone}

    async def judge(self, session: str, decision: str, verdict: str, *, reason: str = "") -> Json:
        """Keep a verdict on an answer, with its reason if one is given."""
        speaker = await self.visits.speaker(session)
        story = await self._story(speaker, decision)
        await self.threads_kept.judge(story.id, speaker.user_id, Verdict(verdict), reason.strip()[:REASON_CHARS])
        return await self.answer(session, decision)

    async def copied(self, session: str, decision: str) -> Json:
        """The person took the words with them: that is using them."""
        speaker = await self.visits.speaker(session)
        await self.house.ledger.note_use((await self._story(speaker, decision)).id, Use.USED, speaker.user_id)
        return {}

    async def chart(self, session: str, decision: str) -> Json:
        """The chart of an answer as a picture.  Raises: Unclear when it has none (any more)."""
        story = await self._story(await self.visits.speaker(session), decision)
        if story.chart is None:
            raise Unclear("no_such_chart")
        return {"png": base64.b64encode(await self.draw(story.chart, story.made.lang)).decode()}

    async def enclosed(self, session: str, decision: str) -> Json:
        """The file that went with an answer: its name, and its bytes as text.  Raises: Unclear where there is none (any more)."""
        story = await self._story(await self.visits.speaker(session), decision)
        card = await self.threads_kept.card(story.id)
        file = card.outcome.enclosed if card and isinstance(card.outcome, Answer) else None
        if file is None:
            raise Unclear("no_such_file")
        return {"name": file.name, "data": file.base64}

    async def source(self, session: str, decision: str, place: int) -> Json:
        """A ground of an answer where it stands, with what stands around it and the quote marked.

        Raises: Unclear when there is no such ground, or this person may not see it (any more).
        """
        speaker = await self.visits.speaker(session)
        story = await self._story(speaker, decision)
        if not 0 <= place < len(story.evidence) or not speaker.may_see(story.evidence[place].audience):
            raise Unclear("no_such_source")
        ground = story.evidence[place]
        around: Sequence[Passage] = ()
        if ground.kind is EvidenceKind.DOCUMENT:
            around = await self.house.library.for_speaker(speaker).around(PassageId(ground.ref), NEIGHBOURS, NEIGHBOURS)
        return {
            **evidence_told(ground), "title": next((one.title for one in around if one.id == ground.ref), ground.source),
            "superseded_by": next((one.superseded_by for one in around if one.superseded_by), None),
            "passages": [
                {"locator": one.locator, "here": one.id == ground.ref,
                 "parts": list(marked(one.text, ground.quote)) if one.id == ground.ref else [{"text": one.text, "marked": False}]}
                for one in around
            ],
        }

    async def _threads(self, speaker: Speaker, after: str) -> Json:
        page = await self.threads_kept.threads(speaker.user_id, after=after or None, limit=THREADS_SHOWN)
        lines = [{"id": one.id, "title": one.title, "at": one.at.isoformat()} for one in page.items]
        return {"threads": lines, "threads_after": page.after, "zone": speaker.zone}

    async def _exchange(self, one: Exchange, speaker: Speaker) -> Json:
        return {**await self._turn(one.decision, speaker), "pressed": one.pressed, "unasked": one.unasked, "file": one.file}

    async def _turn(self, story: Decision, speaker: Speaker) -> Json:
        mine = next((one for one in story.feedback if one.user_id == speaker.user_id), None)
        places = [place for place, one in enumerate(story.evidence) if speaker.may_see(one.audience)]
        told = await self.house.told(story, speaker)
        return {
            **told, "turn": story.turn_id, "thread": story.thread_id, "said": story.said, "at": story.at.isoformat(),
            "evidence": [{**ground, "place": place} for place, ground in zip(places, told["evidence"], strict=True)],
            "panels": [asdict(one) for one in panels_of(story.chart, story.made.lang)] if story.chart else [],
            "enclosed": story.enclosed, "contracts": _contracts(story),
            "feedback": {"verdict": mine.verdict, "reason": mine.reason} if mine else None,
            "taps": await self._taps(story), "digest": story.digest is not None,
        }

    async def _taps(self, story: Decision) -> Json | None:
        """The buttons of an answer that do something in the house, as `word_told` tells them; those that say something are no taps."""
        if not any(_acts(one) for one in story.buttons):
            return None
        card = await self.threads_kept.card(story.id)
        if card is None:
            return None
        told = word_told(card)
        return {**told, "buttons": [one for one in told["buttons"] if _acts(card.outcome.buttons[one["place"]])]}

    async def _outcome(self, story: Decision, speaker: Speaker) -> list[Json]:
        turn = await self._turn(story, speaker)
        text = turn["text"] or ""
        texts = [text[at:at + PIECE] for at in range(0, len(text), PIECE)]
        pieces = [{"place": TEXT_FROM + number, "state": "text", "text": piece} for number, piece in enumerate(texts)]
        grounds = {"place": GROUNDS_AT, "state": "evidence", "evidence": turn["evidence"], "decision": story.id}
        return [*pieces, grounds, {"place": DONE_AT, "state": "done", "answer": turn}]

    async def _steps(self, turn_id: TurnId) -> AsyncIterator[str]:
        """The steps of a turn until it is settled."""
        settled = self.house.expecting(turn_id)
        with self.conversation.under_way.watching(turn_id) as steps:
            while not await self.house.inbox.is_settled(turn_id):
                ended, moved = asyncio.ensure_future(settled.wait()), asyncio.ensure_future(steps.get())
                try:
                    await asyncio.wait({ended, moved}, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                    if moved.done():
                        yield moved.result()
                finally:
                    ended.cancel()
                    moved.cancel()

    async def _origin(self, speaker: Speaker, thread: str) -> Origin:
        """Where a message of this person belongs.  Raises: Unclear for a thread that has nothing of theirs."""
        if thread:
            await self._check_thread(speaker, ThreadId(thread))
        return Origin(WEB, "", speaker.user_id, ThreadId(thread or f"{WEB}:{self.house.ids.new()}"))

    async def _check_thread(self, speaker: Speaker, thread: ThreadId) -> None:
        """Refuse a thread in which this person has said nothing.  Raises: Unclear."""
        page = await self.threads_kept.exchanges(speaker.user_id, thread, limit=1)
        if not page.items and not await self.threads_kept.unanswered(speaker.user_id, thread):
            raise Unclear("no_such_thread")

    async def _kept(self, arrival: Arrival) -> Json:
        kept = await self.house.door.arrive(arrival)
        if kept.full:
            raise TellUser("backlog_full", count=self.house.door.backlog)
        first = await self.house.inbox.arrival(kept.turn_id)
        file = {"file": first.media.name} if isinstance(first, File) else {}
        said = first.text if isinstance(first, Utterance) or (isinstance(first, File) and not first.left) else ""
        return {"turn": kept.turn_id, "thread": first.origin.thread_id, "said": said, **file}

    async def _mine(self, speaker: Speaker, turn: str) -> TurnId:
        with suppress(KeyError):
            origin = (await self.house.inbox.arrival(TurnId(turn))).origin
            if origin.channel in {WEB, CONSOLE} and origin.sender == speaker.user_id:
                return TurnId(turn)
        raise Unclear("no_such_turn")

    async def _story(self, speaker: Speaker, decision: str) -> Decision:
        story = await self.house.ledger.decision(DecisionId(decision))
        if story is None or story.user_id != speaker.user_id:
            raise NotAllowed("no_such_decision", decision=decision)
        return story


def _contracts(story: Decision) -> str:
    """Where the two contracts that an answer is about stand side by side; "" where it is about none."""
    papers = (story.made.query or {}).get("papers")
    if not isinstance(papers, list) or len(papers) != 2:  # noqa: PLR2004 - a pair
        return ""
    return "/contracts/{}/{}".format(*(quote(str(one), safe="") for one in papers))


def _unanswered(one: Unanswered) -> Json:
    return {"turn": one.turn_id, "said": one.text, **({"file": one.file} if one.file else {})}


def marked(text: str, quote: str) -> Iterator[Json]:
    """`text` in parts, the quote among them marked; blanks and line ends may differ, as they do once a quote was shown."""
    words = quote.split()
    found = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
    start, end = found.span() if found else (0, 0)
    for part, is_quote in ((text[:start], False), (text[start:end], True), (text[end:], False)):
        if part:
            yield {"text": part, "marked": is_quote}


def _acts(button: Button) -> bool:
    """Whether a button's action says by itself what it is about: `task:…`."""
    return ":" in button.action and not button.text
