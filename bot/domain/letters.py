"""A letter on its way: what its mail became, and what the letter says of itself. Knows no store and no server."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.decision import MessageState
from bot.domain.ids import DraftId, MessageId, RecordId


@dataclass(frozen=True, slots=True)
class Mailed:
    """A letter whose status does not say yet what became of its mail.

    state: delivered, unsure or dead, since `at`. why: what the last try said, in words for its author; "" when it was delivered.
    """

    draft_id: DraftId
    record_id: RecordId
    message_id: MessageId
    state: MessageState
    at: datetime
    why: str
