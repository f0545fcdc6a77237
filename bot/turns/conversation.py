"""The road a turn takes, one step a line; the rules live in the steps."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.domain.ids import DecisionId, DraftId, TurnId
from bot.domain.outcome import Answer, Button, Draft, Outcome
from bot.domain.passwords import is_masked
from bot.domain.people import Speaker
from bot.domain.policy import ReviewClass
from bot.domain.records import DraftState
from bot.domain.talk import Arrival, Errand, File, Opened, Press, Stopped, Tap, Turn, Utterance, Voice, language_of, words_in
from bot.errors import Stale, TellUser, Unheard
from bot.ports import Bus, Choice, Chooser, Clock, Drafts, Ids, Inbox, Ledger, Memory, Users, Words
from bot.turns.answering import Answering
from bot.turns.chats import Chats
from bot.turns.deciding import Deciding, marked
from bot.turns.deeds import Deed, do
from bot.turns.drafting import Drafting
from bot.turns.hear import hear
from bot.turns.know import know
from bot.turns.minuting import talk_in
from bot.turns.paperwork import Paperwork, Passwords
from bot.turns.press import waiting
from bot.turns.releasing import Releasing
from bot.turns.reminding import Reminding
from bot.turns.review import PROGRAMS, Reviewing
from bot.turns.speech import as_voice, is_sound
from bot.turns.story import story_of
from bot.turns.strangers import Strangers
from bot.turns.taps import meant_by, tapped
from bot.turns.tongues import Tongues
from bot.turns.typed import Typed
from bot.turns.under_way import SETTLING, UnderWay
from bot.turns.way import ReadySkill, Way
from bot.turns.wishes import Act, Ask, Consider, Decide, Forget, Judge, Say, Sent, Show, Unlock, Waiting, Which, Wish
from bot.turns.writing import Writing

__all__ = ["Conversation", "ReadySkill"]

WHY, RECEIVING, GAVE_UP = (Choice("house", intent) for intent in ("why", "receiving", "gave_up"))
"""What a turn is put down to that tells the story of another, that brought something to keep, that could not be ended well."""
DEED = "deed.{kind}"
"""The intent of a press that does something in the house."""

ALONE = ReviewClass.AI_AUTONOMOUS
OPENING = 2_000
"""Characters of a file by which it is told what it is written in, where its sender never said a word."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Conversation:
    """Takes what was kept from words to a settled outcome. Delivery is the outbox's, never ours."""

    inbox: Inbox
    users: Users
    ledger: Ledger
    drafts: Drafts
    memory: Memory
    chooser: Chooser
    skills: Callable[[Speaker], Sequence[ReadySkill]]
    words: Words
    bus: Bus
    clock: Clock
    ids: Ids
    zone: str
    chats: Chats
    under_way: UnderWay = field(default_factory=UnderWay)
    strangers: Strangers | None = None
    reviewing: Reviewing | None = None
    releasing: Releasing | None = None
    writing: Writing | None = None
    drafting: Drafting | None = None
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    reminding: Reminding | None = None
    passwords: Passwords | None = None

    async def take_turn(self, turn_id: TurnId) -> None:
        """See one kept arrival to its end. Done again after a crash, it changes nothing that was settled.

        Raises: Upstream when a service outside failed; the engine tries again.
        """
        if await self.inbox.is_settled(turn_id):
            await self._put_before(turn_id)
            return
        arrival = await self.inbox.arrival(turn_id)
        way = await self._begun(arrival)
        try:
            spoke, strangers = not isinstance(arrival, Opened | Stopped), None if isinstance(arrival, Errand) else self.strangers
            way.person = await know(arrival.origin, self.users, self.zone, strangers, turn_id=turn_id, lang=way.lang, spoke=spoke)
            way.watch.lap("know")
            outcome = await self._outcome(turn_id, arrival, way)
            way.watch.lap("do")
        except TellUser as stop:
            way.silent = isinstance(arrival, Errand)  # nobody hears of what they did not ask for that it could not be done
            outcome = Answer(way.words.say(stop.key, way.lang, **stop.facts), found=False)
        except Unheard:
            way.silent, outcome = True, Answer("", found=False)
        if asked := self._goes_on_to_reviewers(outcome, way):
            way.silent = True
        await self._settle(turn_id, way, outcome)
        if asked:
            await self._put_before(turn_id)

    def _goes_on_to_reviewers(self, outcome: Outcome, way: Way) -> bool:
        """Whether a draft goes to its reviewers at once; a program puts nothing before anybody."""
        waits = way.gate is not None and way.gate.must_review
        return isinstance(outcome, Draft) and outcome.submits and waits and way.origin.channel != PROGRAMS

    async def _put_before(self, turn_id: TurnId) -> None:
        """Put a draft before its reviewers, where its author asked for that with it; done again after a crash, it is done once."""
        story = await self.ledger.decision_of(turn_id)
        if story is None or not story.submits or story.draft_id is None or self.reviewing is None:
            return
        arrival = await self.inbox.arrival(turn_id)
        origin, speaker = arrival.origin, await know(arrival.origin, self.users, self.zone)
        if origin.channel == PROGRAMS or not (await self.reviewing.reviews.gate(story.draft_id)).must_review:
            return
        try:
            answer = await self.reviewing.submit(turn_id, story.draft_id, 1, speaker, story.made.lang)
        except TellUser as stop:
            answer = Answer(self.words.say(stop.key, story.made.lang, **stop.facts), found=False)
        await self.chats.outbox.say(origin.direct if origin.group else origin, answer, key=f"submitted:{turn_id}", lang=story.made.lang)
        self.bus.wake()

    async def stop(self, turn_id: TurnId) -> None:
        """End a turn because its person wants no answer: what was said stays kept, and is answered "stopped".

        One that has ended stays as it is. A turn that nobody works on yet is settled here: whoever comes to it later finds it so.
        Raises: Stale for a press, which is carried out or not, never halfway; KeyError.
        """
        arrival = await self.inbox.arrival(turn_id)
        if isinstance(arrival, Press):
            raise Stale("cannot_stop")
        if self.under_way.stop(turn_id) or await self.inbox.is_settled(turn_id):
            return
        if isinstance(arrival, Tap):
            raise Stale("cannot_stop")
        way = await self._begun(arrival)
        way.person = await know(arrival.origin, self.users, self.zone)
        await self._settle(turn_id, way, Answer(self.words.say("turn_stopped", way.lang), found=False))

    async def give_up(self, turn_id: TurnId) -> None:
        """End a turn that cannot be ended well, with a sentence and a button to try again; nothing of what was said is lost."""
        arrival = await self.inbox.arrival(turn_id)
        way = await self._begun(arrival)
        way.silent, way.choice = isinstance(arrival, Opened | Stopped | Errand), GAVE_UP
        if draft_id := await self._open_draft(arrival):
            way.draft_id = draft_id
            await self._settle(turn_id, way, Answer(self.words.say("gave_up_press", way.lang), found=False))
            return
        again = await self._again(arrival)
        buttons = (Button(self.words.say("form_button_retry", way.lang), "retry", again),) if again else ()
        await self._settle(turn_id, way, Answer(self.words.say("gave_up", way.lang, turn=turn_id), buttons=buttons, found=False))

    async def _outcome(self, turn_id: TurnId, arrival: Arrival, way: Way) -> Outcome:  # noqa: PLR0911 - one for each kind
        match arrival:
            case Utterance():
                return await self._say(turn_id, arrival, way)
            case Voice():
                return await self._listen(turn_id, arrival, way)
            case File():
                return await self._receive(turn_id, arrival, way)
            case Press():
                return await self._grant(turn_id, Decide(arrival), way)
            case Tap():
                return await self._press(turn_id, arrival, way)
            case Opened():
                way.lang = await self._tongues.lately_of(arrival, way)
                return await self.chats.opened(arrival, way.speaker, [one.capability for one in self.skills(way.speaker)], way.lang)
            case Stopped():
                return await self._halt(turn_id)
            case Errand():
                return await self._run(turn_id, arrival, way)
            case other:
                assert_never(other)

    async def _say(self, turn_id: TurnId, said: Utterance, way: Way) -> Outcome:
        """Words: those that stand for a button are a press, all others are a turn."""
        if is_masked(said.text):
            return await self._unlock(turn_id, said, way)
        reviews = self.reviewing.reviews if self.reviewing else None
        if wish := await Typed(self.drafts, self.ledger, reviews).wish(said, way.speaker):
            way.origin = wish.said.origin if isinstance(wish, Say) else way.origin
            return await self._grant(turn_id, wish, way)
        return await self._answer(turn_id, said, way)

    async def _answer(self, turn_id: TurnId, said: Utterance, way: Way) -> Outcome:
        return await self._answered(hear(turn_id, said, way.speaker, way.spoken), way)

    async def _answered(self, turn: Turn, way: Way) -> Outcome:
        way.watch.lap("hear")
        return await self._gated(await self._answering().answer(turn, way), way)

    def _answering(self) -> Answering:
        return Answering(self.memory, self.chooser, self.skills, self.words, self.under_way, self.strangers, self.writing)

    async def _run(self, turn_id: TurnId, errand: Errand, way: Way) -> Outcome:
        """What the house does of its own accord; it says nothing where there is nothing to say."""
        turn = Turn(
            turn_id, errand.origin.thread_id, way.speaker, "", errand.lang, errand.sent_at, errand.intent, facts=dict(errand.facts)
        )
        outcome = await self._gated(await self._answering().run(turn, way), way)
        way.silent = isinstance(outcome, Answer) and not outcome.text
        return outcome

    async def _gated(self, outcome: Outcome, way: Way) -> Outcome:
        """What a skill made, before its gate: nothing of it leaves by itself, and a draft is told with who has to agree."""
        if outcome.forward is not None or (isinstance(outcome, Answer) and outcome.letter is not None):
            log.error("skill_would_send", extra={"skill": way.choice.skill, "intent": way.choice.intent})
            outcome = replace(outcome, forward=None) if isinstance(outcome, Draft) else replace(outcome, forward=None, letter=None)
        if isinstance(outcome, Draft) and self.drafting:
            outcome = await self.drafting.known(outcome, way.speaker)
        if isinstance(outcome, Draft) and self.reviewing:
            outcome, way.gate = await self.reviewing.gating.gated(outcome, way)
        elif self.reviewing and way.skill and way.skill.review != ALONE:
            way.gate = await self.reviewing.gating.wished(way)
        return outcome

    async def _press(self, turn_id: TurnId, tap: Tap, way: Way) -> Outcome:
        """A button: whoever may not press it is told so alone, whoever reads along."""
        way.origin = tap.origin.direct if tap.origin.group else tap.origin
        wish = await meant_by(tap, way.speaker, self.chats.outbox, self.ledger)
        if isinstance(wish, Unlock):
            return await self._unlock(turn_id, tap, way)
        way.origin = wish.said.origin if isinstance(wish, Say) else tap.origin
        return await self._grant(turn_id, wish, way)

    async def _grant(self, turn_id: TurnId, wish: Wish, way: Way) -> Outcome:  # noqa: C901, PLR0911 - one for each kind
        match wish:
            case Say():
                way.said, way.lang = wish.said.text, language_of(wish.said.text)
                return await self._answer(turn_id, wish.said, way)
            case Decide():
                return await self._deciding.decide(turn_id, wish, way)
            case Ask():
                way.choice = WHY
                story = await self.ledger.decision(wish.decision_id)
                if story is None:
                    raise Stale("unknown_button")
                speech, is_mine = self.chats.receiving.speech, story.user_id == way.speaker.user_id
                page = await speech.page(story.turn_id, way.reader, way.origin)
                whole = f"{speech.url}/why/{story.id}" if speech.url and is_mine and not way.origin.group else ""
                return story_of(story, way.reader, self.words, way.lang, page, whole)
            case Show():
                return await self._deciding.show(wish, way)
            case Waiting():
                told, way.draft_id = await waiting(way.speaker, self.drafts, self.words, way.lang)
                return await self._deciding.as_gated(told, way)
            case Consider() | Which() | Sent():
                return await self._deciding.consider(turn_id, wish, way)
            case Judge():
                return await self.chats.judge(wish, way.speaker, way.lang)
            case Act():
                return await self._act(turn_id, wish, way)
            case Forget():
                way.choice = RECEIVING
                return await self.chats.receiving.speech.forget(way.speaker, way.lang)
            case other:
                assert_never(other)

    @property
    def _deciding(self) -> Deciding:
        return Deciding(self.drafts, self.chats.outbox, self.words, self.reviewing, self.releasing, self.reminding, self.drafting)

    @property
    def _tongues(self) -> Tongues:
        return Tongues(self.chats.outbox, self.drafts, self.ledger)

    async def _act(self, turn_id: TurnId, act: Act, way: Way) -> Answer:
        way.said, way.choice = act.label or act.kind, Choice("house", DEED.format(kind=act.kind))
        done = await do(self.deeds, act, turn_id, way.speaker, way.lang)
        way.marks = marked(act.card, done.pressed, way) if done.pressed is not None else ()
        return done.answer

    async def _listen(self, turn_id: TurnId, voice: Voice, way: Way, caption: str = "") -> Outcome:
        """Voice: what was heard is said first. Without a transcript it is listened to; without ears it is kept, and not understood."""
        self.under_way.at(turn_id, "fetch")
        way.lang, way.choice = await self._tongues.lately_of(voice, way), RECEIVING
        hearing = self.chats.receiving.speech.heard(turn_id, voice, way.reader, self.under_way.partway(turn_id, "hear"))
        heard = await self.under_way.stoppable(turn_id, hearing)
        if heard is None:
            return Answer(self.words.say("voice_not_heard", way.lang), found=False)
        heard = heard.under(caption)
        way.said, way.lang, way.before, way.spoken = heard.text, heard.lang, heard.told, heard.spoken
        return await self._say(turn_id, Utterance(voice.origin, voice.dedupe_key, heard.text, voice.sent_at), way)

    async def _receive(self, turn_id: TurnId, file: File, way: Way) -> Outcome:
        """A file: kept, and taken in where it can be read; then what was said about it is answered. A recording is heard.

        Talk of which minutes are made is not taken in: what somebody said in confidence shall turn up in no search.
        """
        if is_sound(file.media):
            return await self._listen(turn_id, as_voice(file), way, "" if file.left else file.text.strip())
        way.lang, way.choice = await self._tongues.lately_of(file, way), RECEIVING
        self.under_way.at(turn_id, "fetch")
        lines = await self.under_way.stoppable(turn_id, self.chats.receiving.lines(turn_id, file, way.speaker))
        if lines and not words_in(file):
            way.lang = language_of(lines[:OPENING])
            way.lang = await self._tongues.lately(way)
        offered = [one.capability for one in self.skills(way.speaker)]
        if talk := await talk_in(turn_id, file, lines, offered, self.chooser, way):
            way.spoken = talk.spoken
            return await self._answered(talk, way)
        if paper := await self._paperwork.brought(turn_id, file, lines, offered, way):
            return await self._answered(paper, way) if isinstance(paper, Turn) else paper
        try:
            received = await self.under_way.stoppable(turn_id, self.chats.receiving.file(turn_id, file, way.speaker, way.lang))
        except TellUser as stop:
            if asks := await self._paperwork.asks(turn_id, file, stop, way):
                return asks
            raise
        if not file.text.strip() or file.left:
            return received
        way.before = received.text
        return await self._say(turn_id, Utterance(file.origin, file.dedupe_key, file.text, file.sent_at), way)

    @property
    def _paperwork(self) -> Paperwork:
        return Paperwork(self.inbox, self.chats.receiving, self.chooser, self.under_way, self.clock, self.words, self.passwords)

    async def _unlock(self, turn_id: TurnId, arrival: Utterance | Tap, way: Way) -> Outcome:
        """A password was typed: the file that waits for it is read, and the turn goes on as if it came now."""
        way.choice, way.lang = RECEIVING, await self._tongues.lately(way)
        offered = [one.capability for one in self.skills(way.speaker)]
        paper = await self._paperwork.unlocked(turn_id, arrival, offered, way)
        return await self._answered(paper, way) if isinstance(paper, Turn) else paper

    async def _halt(self, turn_id: TurnId) -> Outcome:
        """A wish to stop: what it stops says so itself.  Raises: Unheard, always."""
        if target := await self.inbox.stopped_by(turn_id):
            with suppress(Stale):
                await self.stop(target)
        raise Unheard("stopped")

    async def _begun(self, arrival: Arrival) -> Way:
        said = arrival.action if isinstance(arrival, Press) else words_in(arrival)
        return Way(self.words, await self._tongues.of(arrival), arrival.origin, said)

    async def _open_draft(self, arrival: Arrival) -> DraftId | None:
        """The draft that was pressed and still waits."""
        message = await self.chats.outbox.message(arrival.message_id) if isinstance(arrival, Tap) else None
        draft_id = arrival.draft_id if isinstance(arrival, Press) else message.draft_id if message else None
        held = await self.drafts.draft(draft_id) if draft_id else None
        return held.id if held and held.state is DraftState.OPEN else None

    async def _again(self, arrival: Arrival) -> str:
        """What to say for another try; nothing where saying it would not do."""
        if isinstance(arrival, Tap):
            with suppress(Stale):
                _, button = await tapped(arrival, self.chats.outbox)
                return button.text
        return words_in(arrival)

    async def _settle(self, turn_id: TurnId, way: Way, outcome: Outcome) -> None:
        self.under_way.at(turn_id, SETTLING)
        settlement = way.settles(turn_id, DecisionId(self.ids.new()), outcome, self.clock.now())
        await self.ledger.settle(settlement)
        if self.reviewing and isinstance(outcome, Draft) and outcome.replaces:
            await self.reviewing.withdrawn_by_edit(outcome.replaces, way.speaker, way.lang)
        self.bus.wake()
