"""What is said in answer to one request of the AI bot: its stream, its card, its pictures. Knows shapes and state; sends nothing."""

import base64
import hashlib
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.form import Card, Part, Picture, Words
from bot.channels.form.dialects import RICH, literal
from bot.channels.wecom.bot_inbound import Lent
from bot.channels.wecom.cards import Json, card_json, plain_card
from bot.domain.decision import Message
from bot.domain.offers import DOWN, UP, place_of

SNAPSHOT_BYTES = 20_480
MENTION_BYTES = 80
"""What calling somebody in a group adds at most; layouts leave so much room."""
MOST_PICTURES, LARGEST_PICTURE_BYTES = 10, 10 << 20
REMEMBERED = 2_000
BEGINNING = 40
MENTION = re.compile(r"^\s*(?:<@[^>]*>|@\S+)\s*")


@dataclass(slots=True)
class Reply:
    """How far the answer to one request is.

    opened: its stream stands in the chat. closing: its end is under way or done, so progress is told no more. lost: the platform takes
    nothing more for it.
    """

    lent: Lent
    opened: bool = False
    closing: bool = False
    lost: bool = False

    @property
    def stream_id(self) -> str:
        """The same for a request whenever it is asked, so that a snapshot sent twice is shown once."""
        return hashlib.sha256(self.lent.req_id.encode()).hexdigest()[:32]


@dataclass(slots=True)
class Replies:
    """The latest requests. names: what a stream that was begun before its answer was known is judged under. said: how answers began."""

    by_request: OrderedDict[str, Reply] = field(default_factory=OrderedDict)
    names: OrderedDict[str, str] = field(default_factory=OrderedDict)
    said: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def of(self, lent: Lent) -> Reply:
        """The reply to a request."""
        reply = self.by_request.setdefault(lent.req_id, Reply(lent))
        _trimmed(self.by_request)
        return reply

    def name(self, stream_id: str, message: Message) -> None:
        """From now on verdicts on this stream are verdicts on `message`."""
        self.names[stream_id] = judged_as(message)
        _trimmed(self.names)

    def note(self, parts: Sequence[Part]) -> None:
        """These words are ours."""
        for part in parts:
            text = part.markdown if isinstance(part, Words) else plain_card(part).markdown if isinstance(part, Card) else ""
            if beginning := _beginning(text):
                self.said[beginning] = ""
        _trimmed(self.said)

    def is_ours(self, text: str) -> bool:
        """Whether a quoted text is one of our own answers, as far as this process said it."""
        return _beginning(text) in self.said

    def named(self, feedback_id: str) -> str:
        """What a verdict is about."""
        return self.names.get(feedback_id, feedback_id)


@dataclass(frozen=True, slots=True)
class Said:
    """What of a message goes into the reply: the first `count` parts."""

    count: int
    text: str = ""
    card: Card | None = None
    place: int = 0
    pictures: tuple[Picture, ...] = ()


def judged_as(message: Message) -> str:
    """What an answer is judged under: its id, and which of its buttons are up and down."""
    return f"{message.id}:{place_of(message.outcome, UP)}:{place_of(message.outcome, DOWN)}"


def said_in(parts: Sequence[Part]) -> Said:
    """The parts that one reply can hold: a text, a card with buttons, pictures. A text to send on is a message of its own."""
    said = Said(0)
    for number, part in enumerate(parts):
        match part:
            case Words() if not part.forward and not said.text:
                said = Said(number + 1, part.markdown, said.card, said.place, said.pictures)
            case Card() if part.buttons and said.card is None:
                said = Said(number + 1, said.text, part, number, said.pictures)
            case Card() if not part.buttons and not said.text:
                said = Said(number + 1, in_words(part), said.card, said.place, said.pictures)
            case Picture() if len(said.pictures) < MOST_PICTURES and len(part.png) <= LARGEST_PICTURE_BYTES:
                said = Said(number + 1, said.text, said.card, said.place, (*said.pictures, part))
            case _:
                break
    return said


def reply_body(message: Message, said: Said, reply: Reply) -> Json:
    """`aibot_respond_msg`: a card alone where that is all there is, else the last snapshot of the stream with all that goes with it."""
    feedback = {"id": judged_as(message)} if message.decision_id is not None else None
    card = card_json(said.card, task_id_of(message, said.place))["template_card"] if said.card else None
    if card and not (said.text or said.pictures or reply.opened or message.origin.group):
        return {"msgtype": "template_card", "template_card": {**card, **({"feedback": feedback} if feedback else {})}}
    text = said.text or literal((said.card.title if said.card else "") or next((one.alt for one in said.pictures), "…"), RICH)
    stream: Json = {"id": reply.stream_id, "finish": True, "content": called(message, text)}
    if said.pictures:
        stream["msg_item"] = [_picture_json(one) for one in said.pictures]
    if feedback and not reply.opened:
        stream["feedback"] = feedback
    both = {"msgtype": "stream_with_template_card", "stream": stream, "template_card": card}
    return both if card else {"msgtype": "stream", "stream": stream}


def progress_body(reply: Reply, text: str) -> Json:
    """A snapshot that is not the last. It is judged under the stream's own name, for nobody knows the answer's yet."""
    stream: Json = {"id": reply.stream_id, "finish": False, "content": text}
    if not reply.opened:
        stream["feedback"] = {"id": reply.stream_id}
    return {"msgtype": "stream", "stream": stream}


def in_words(card: Card) -> str:
    """A card without buttons, in the bot's Markdown; what somebody wrote on it is no markup."""
    return literal(plain_card(card).markdown, RICH)


def called(message: Message, text: str) -> str:
    """In a group the one who asked is called by name, where there is room."""
    mention = f"<@{message.origin.sender}> " if message.origin.group else ""
    return f"{mention}{text}" if len(f"{mention}{text}".encode()) <= SNAPSHOT_BYTES else text


def task_id_of(message: Message, number: int) -> str:
    """The task id of the card that is the part `number`: the same whenever it is sent, so that a card sent twice is shown once."""
    return f"{message.id}@{number}" if number else str(message.id)


def settled_json(card: Card, task_id: str, url: str) -> Json:
    """A card that is done with: what was pressed, and what it said. Such a card must lead somewhere: url."""
    told: Json = {
        "card_type": "text_notice", "task_id": task_id, "main_title": {"title": card.title or "Tandem"},
        "sub_title_text": "\n".join(filter(None, (card.settled, card.text))), "card_action": {"type": 1, "url": url},
    }  # fmt: skip
    if card.quotes:
        told["quote_area"] = {"type": 0, "quote_text": "\n".join(card.quotes)}
    if card.rows:
        told["horizontal_content_list"] = [{"keyname": name, "value": value} for name, value in card.rows]
    return told


def _beginning(text: str) -> str:
    """The first letters of a text without marks, blanks and whom it calls: platforms quote without the markup."""
    return re.sub(r"\W+", "", MENTION.sub("", text))[:BEGINNING]


def _picture_json(picture: Picture) -> Json:
    digest = hashlib.md5(picture.png, usedforsecurity=False).hexdigest()
    return {"msgtype": "image", "image": {"base64": base64.b64encode(picture.png).decode(), "md5": digest}}


def _trimmed(remembered: OrderedDict[str, Reply] | OrderedDict[str, str]) -> None:
    while len(remembered) > REMEMBERED:
        remembered.popitem(last=False)
