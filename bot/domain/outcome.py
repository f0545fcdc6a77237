"""What a skill makes of a turn: an answer, or a draft that waits for a person. Nothing here saves or sends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.chart import Chart
from bot.domain.digest import Digest
from bot.domain.evidence import Evidence
from bot.domain.ids import DraftId, RecordId
from bot.domain.schema import Field


@dataclass(frozen=True, slots=True)
class Button:
    """A next step to offer. `action` is what a press carries; `text`, when given, is what saying it would be."""

    label: str
    action: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Brain:
    """What worded an outcome. model: a chat model's name, or `builtin`. fell_back: which chat model was asked in vain, and why."""

    model: str = "builtin"
    fell_back: str = ""


BUILTIN = Brain()


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that leaves the house: only what was released is ever made into one.

    to_name, to_address: whom it goes to. from_name, reply_to: the rep in whose name it goes. body: plain text.
    """

    to_name: str
    to_address: str
    from_name: str
    reply_to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with an answer, as it was made. name: as people see it. base64: its bytes, as text."""

    name: str
    base64: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Words for the person, with the grounds they stand on.

    found: False when Tandem says that it does not know. brain: what worded it; kept with the decision. query: the typed question
    that was put to the records, as `bot.domain.query.to_json` writes it, when one was; kept with the decision. about: the records
    talked about, the most important last: what "it" and "他们" will mean. chart: the figures where people would rather look than read.
    forward: a text that is the person's to send on, shown after all else as a message of its own, word for word. letter: a mail to be
    sent, where this goes out by mail. A skill gives neither: only the house does, once something was released. enclosed: a file that was
    asked for. digest: all of what `text` tells in short, with the question behind each number; it has a page.
    """

    text: str
    evidence: tuple[Evidence, ...] = ()
    buttons: tuple[Button, ...] = ()
    found: bool = True
    brain: Brain = BUILTIN
    query: Mapping[str, object] | None = None
    about: tuple[RecordId, ...] = ()
    chart: Chart | None = None
    forward: str | None = None
    letter: Letter | None = None
    enclosed: Enclosed | None = None
    digest: Digest | None = None


MAIN = RecordId("$main")
"""What a reference of a `Proposal` holds where it stands for the draft's own record, whose id is known only once it is saved."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A record proposed beside the draft's own: saved with it, in the same transaction, and taken back with it.

    key: what this one is called within its draft (`touchpoint`, `task`, `deal2`): a letter, then letters and digits. Its fields are told
    apart from the draft's own as `key.field` wherever fields are named flat, as in a form. fields: proposed values; a reference may be
    `MAIN`. evidence: field -> its grounds. record_id: the record that it would change, None for a new one. before: as of a `Draft`.
    """

    key: str
    entity: str
    fields: Mapping[str, object]
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    record_id: RecordId | None = None
    before: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A record proposed, not saved.

    entity: the kind of record. record_id: the record it would change, None for a new one. fields: proposed values.
    evidence: field -> its grounds; a field without is shown as unproven. expires_at: aware, UTC; None takes the house's default.
    about, forward: as of an `Answer`. replaces: the author's open draft that this one is made from; it is put away when this is held.
    also: what is saved with it. before: what the record that it would change holds in these fields, as far as its author may see it; the
    house fills it in, for showing alone. shows: names of the fields that a card shows, the most telling first; empty for the order of
    their kind. own: the fields that this house added to opportunities. submits: its author asked in so many words that it be put before
    those who have to agree, which is done as soon as it is held; where nobody has to, it waits like any other.
    """

    text: str
    entity: str
    fields: Mapping[str, object]
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    record_id: RecordId | None = None
    buttons: tuple[Button, ...] = ()
    expires_at: datetime | None = None
    brain: Brain = BUILTIN
    about: tuple[RecordId, ...] = ()
    forward: str | None = None
    replaces: DraftId | None = None
    also: tuple[Proposal, ...] = ()
    shows: tuple[str, ...] = ()
    before: Mapping[str, object] = field(default_factory=dict)
    own: tuple[Field, ...] = ()
    submits: bool = False


Outcome = Answer | Draft
