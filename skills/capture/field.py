"""What one note tells of one opportunity: each field with its value, how sure it is, and the words it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Value = str | float | date


@dataclass(frozen=True, slots=True)
class Field:
    """One value. words: as they stand in the transcript; sure: from 0 to 1."""

    value: Value
    words: str
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """One opportunity as it was told.

    action: `create` or `update`; open_id: the open opportunity that is updated; asks: the account is unknown or may be several;
    candidates: the accounts that its name fits, when several; fields: account, contact, amount, currency, quantity, unit, product,
    close_date, stage, next_step, due_date, budget_status, decision_role; what was not said is missing.
    span: from where to where in the note it was told. rethought: its amount is the one after a correction. own: the house's own fields.
    """

    action: str
    open_id: str | None = None
    asks: bool = False
    candidates: tuple[str, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    competitors: tuple[Field, ...] = ()
    pains: tuple[Field, ...] = ()
    span: tuple[int, int] = (0, 0)
    rethought: bool = False
    own: Mapping[str, Field] = field(default_factory=dict)
