"""Messages on their way out as people see them: which wait, which are dead, which may not have arrived; what an admin and a person do.

For whoever may use the command line of this home. Tells who and why, never what a message says.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.decision import Message, MessageState
from bot.domain.ids import MessageId
from bot.domain.outcome import Answer, Button
from bot.errors import Unclear
from bot.ports import Ledger, Outbox, Words

Json = dict[str, Any]

STATES = (MessageState.DEAD, MessageState.UNSURE, MessageState.SENDING, MessageState.WAITING)
SHOWN = 200
EXCERPT = 40


@dataclass(frozen=True)
class Outgoing:
    """The verbs. wake: tells the delivery that there may be something to send."""

    outbox: Outbox
    wake: Callable[[], None]

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """All of them by name, as the private line calls them."""
        return {"outbox_list": self.list, "outbox_replay": self.replay}

    async def list(self, state: str = "") -> Sequence[Json]:
        """What was not delivered, of one state or of all, those that need somebody first; at most `SHOWN` of each.

        Raises: Unclear("no_such_state").
        """
        if state and state not in STATES:
            raise Unclear("no_such_state", state=state, known=" ".join(STATES))
        pages = [await self.outbox.page(one, limit=SHOWN) for one in STATES if state in {"", one}]
        return [_told(message) for page in pages for message in page.items]

    async def replay(self, ids: Sequence[str]) -> Sequence[Json]:
        """Send again what is dead or unsure, because somebody asks for it: of what was unsure a second one may arrive.

        Raises: Unclear("no_such_message") before anything is sent again.
        """
        for one in ids:
            if await self.outbox.message(MessageId(one)) is None:
                raise Unclear("no_such_message", message=one)
        told = [{"id": one, "replayed": await self.outbox.replay(MessageId(one))} for one in ids]
        self.wake()
        return told

    async def drop(self, message_id: str) -> None:
        """Give up what may have arrived; it is kept as dead.  Raises: Unclear("no_such_message") for what is not unsure."""
        message = await self.outbox.message(MessageId(message_id))
        if message is None or message.state is not MessageState.UNSURE:
            raise Unclear("no_such_message", message=message_id)
        await self.outbox.dead(message.id, "dropped")


@dataclass(frozen=True)
class Doubts:
    """Tells a person of an answer that may not have reached them; a word about words of the house there is not."""

    outbox: Outbox
    ledger: Ledger
    words: Words

    async def tell(self, message: Message) -> None:
        """Queue the word, once, where the message went; where it was an answer to words, they can be said again by a button."""
        if message.decision_id is None or message.updates is not None:
            return
        begins = " ".join(message.outcome.text.split())[:EXCERPT]
        decision = await self.ledger.decision(message.decision_id)
        again = decision.said if decision and isinstance(message.outcome, Answer) else ""
        buttons = (Button(self.words.say("button_ask_again", message.lang), "say", again),) if again else ()
        answer = Answer(self.words.say("may_not_have_arrived", message.lang, begins=begins), buttons=buttons, found=False)
        await self.outbox.say(message.origin, answer, key=f"doubt:{message.id}:{message.attempt}", lang=message.lang)


def _told(message: Message) -> Json:
    origin = message.origin
    return {
        "id": message.id, "state": message.state, "channel": origin.channel, "to": origin.place or origin.sender,
        "at": _made_at(message.id).isoformat(), "tries": message.attempt, "why": str(message.facts.get("why", "")),
        "decision_id": message.decision_id,
    }  # fmt: skip


def _made_at(message_id: MessageId) -> datetime:
    """When it was queued: the id tells (RFC 9562, UUIDv7)."""
    return datetime.fromtimestamp(int(message_id.replace("-", "")[:12], 16) / 1000, UTC)
