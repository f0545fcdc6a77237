"""How a paragraph crosses from the process that reads to the house: as a list that JSON can hold. Knows nothing else."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from bot.domain.contracts import Paragraph, ParagraphKind


def told(paragraph: Paragraph) -> tuple[object, ...]:
    """Its fields, in their order."""
    return astuple(paragraph)


def heard(fields: Sequence[Any]) -> Paragraph:
    """The paragraph that was told so."""
    text, label, level, kind, page, inserted, deleted, comment, look, row, before = fields
    return Paragraph(text, label, level, ParagraphKind(kind), page, inserted, deleted, comment, tuple(look), row, before)
