"""How a paragraph crosses from the process that reads to the house: as a list that JSON can hold. Knows nothing else."""

import re
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from bot.domain.contracts import Paragraph, ParagraphKind

UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, and so no office file.  Source: XML 1.0, production 2 (Char)."""


def told(paragraph: Paragraph) -> tuple[object, ...]:
    """Its fields, in their order."""
    return astuple(paragraph)


def heard(fields: Sequence[Any]) -> Paragraph:
    """The paragraph that was told so, without what cannot be written down again."""
    text, label, level, kind, page, inserted, deleted, comment, look, row, before = fields
    before = before if before is None else writable(before)
    return Paragraph(
        writable(text), writable(label), level, ParagraphKind(kind), page, inserted, deleted, writable(comment), tuple(look), row, before
    )


def writable(text: str) -> str:
    """Words without what an office file cannot hold."""
    return UNWRITABLE.sub("", text)
