"""Names for identities, so that one kind of id is never handed over as another. All are UUIDv7 text unless said otherwise."""

from typing import NewType

UserId = NewType("UserId", str)
TurnId = NewType("TurnId", str)
ThreadId = NewType("ThreadId", str)
DecisionId = NewType("DecisionId", str)
DraftId = NewType("DraftId", str)
RecordId = NewType("RecordId", str)
DocumentId = NewType("DocumentId", str)
PassageId = NewType("PassageId", str)
MessageId = NewType("MessageId", str)
ReviewId = NewType("ReviewId", str)
EventId = NewType("EventId", str)
ContentId = NewType("ContentId", str)
TokenId = NewType("TokenId", str)
"""The public part of an API token: it names the token and opens nothing."""
Audience = NewType("Audience", str)
"""Who may see a document: `all`, `role:manager`, `team:east` or `user:<id>`."""
