"""A draft's fields as the rows of a card, as many and as long as the transport shows; or as lines. Knows no button and no platform."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.form.citations import Say
from bot.channels.form.cutting import shortened
from bot.domain.drafted import DraftRow
from bot.domain.transport import Capabilities

WIDE = 2
"""A Chinese character is as wide as two letters; how long a row's name may be is told in such characters."""


@dataclass(frozen=True, slots=True)
class Rows:
    """shown: name and value, within the limits. cut: they do not show everything."""

    shown: tuple[tuple[str, str], ...] = ()
    cut: bool = False


def rows_within(fields: Sequence[DraftRow], can: Capabilities, say: Say) -> Rows:
    """The fields as rows; where there are more than fit, the last row says how many."""
    fits = len(fields) <= can.rows
    kept = fields if fits else fields[: can.rows - 1]
    shown = [(_name(one.name, can), _within(_told(one, say), can.row_chars)) for one in kept]
    cut = not fits or any((_bare(one.name), _bare(_told(one, say))) != row for one, row in zip(kept, shown, strict=True))
    if not fits:
        more = say("form_more_rows", count=len(fields) - len(kept), button=say("form_button_all"))
        shown.append((_name(say("form_more"), can), _within(more, can.row_chars)))
    return Rows(tuple(shown), cut)


def lines_of(fields: Sequence[DraftRow], say: Say) -> Iterator[str]:
    """The fields in full, a line each."""
    return (say("form_row", name=_bare(one.name), value=_told(one, say)) for one in fields)


def _told(one: DraftRow, say: Say) -> str:
    value = one.value.strip() or "–"
    told = say("form_was", before=one.before.strip(), value=value) if one.before.strip() else value
    return told if one.proven else say("form_unproven", value=told)


def _bare(text: str) -> str:
    return " ".join(text.split())


def _within(text: str, most: int | None) -> str:
    return _bare(text) if most is None else shortened(_bare(text), most)


def _name(text: str, can: Capabilities) -> str:
    bare = _bare(text) or "–"
    return bare if can.key_chars is None else shortened(bare, can.key_chars * WIDE, columns)


def columns(text: str) -> int:
    """How wide `text` is, in letters."""
    return sum(1 if char < "\u2e80" else WIDE for char in text)
