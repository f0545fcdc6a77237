"""Arrive: what came in is kept before it is acknowledged, then its lane is woken."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.ids import ThreadId
from bot.domain.outcome import Answer
from bot.domain.talk import Arrival, Lang, Opened, Origin, language_of, words_in
from bot.ports import Inbox, Kept, Outbox, Words
from bot.turns.confiding import Confiding


@dataclass(frozen=True)
class Door:
    """Where everything that people send comes in, whatever the channel.

    backlog: how many unanswered messages one person may have waiting. wake: tells that a thread has work, or something to send.
    confiding: who takes a password out of what comes; None where nobody is ever asked for one.
    """

    inbox: Inbox
    outbox: Outbox
    words: Words
    backlog: int
    wake: Callable[[ThreadId], None]
    confiding: Confiding | None = None

    async def arrive(self, arrival: Arrival) -> Kept:
        """Keep `arrival`; when this returns the channel may acknowledge it. A person with too much waiting is told so."""
        if self.confiding:
            arrival = await self.confiding.apart(arrival)
        kept = await self.inbox.keep(arrival, backlog=self.backlog)
        if kept.full and isinstance(arrival, Opened):
            return kept  # who only looks in is told nothing
        if kept.full:
            said = words_in(arrival)
            lang = language_of(said) if said else Lang.ZH
            answer = Answer(self.words.say("backlog_full", lang, count=self.backlog), found=False)
            await self.say(arrival.origin, answer, key=f"full:{arrival.origin.channel}:{arrival.dedupe_key}", lang=lang)
        else:
            self.wake(arrival.origin.thread_id)
        return kept

    async def say(self, origin: Origin, answer: Answer, *, key: str, lang: Lang) -> None:
        """Queue a word of the house, once for each `key`, and have it sent soon."""
        await self.outbox.say(origin, answer, key=key, lang=lang)
        self.wake(origin.thread_id)
