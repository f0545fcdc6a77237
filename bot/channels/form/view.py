"""One message as one transport will show it: its grounds, its rows, its buttons, in the reader's language. Knows no order of parts."""

from dataclasses import dataclass, replace
from functools import cached_property

from bot.channels.form.choices import Choices, choices_of
from bot.channels.form.citations import Grounds, grounds_of
from bot.channels.form.cutting import Size, in_bytes
from bot.channels.form.dialects import PLAIN, STANDARD, literal
from bot.channels.form.markup import Block, Line, Run, read
from bot.channels.form.rows import Rows, lines_of, rows_within
from bot.domain.decision import Message
from bot.domain.drafted import DraftRow, also_line, by_the_clock, card_rows, rows_of, shows_all
from bot.domain.outcome import Draft
from bot.domain.talk import Lang
from bot.domain.transport import Capabilities
from bot.ports import Words as Sentences


@dataclass(frozen=True)
class View:
    """A message, a transport, and the words of the house."""

    message: Message
    can: Capabilities
    words: Sentences

    def say(self, key: str, /, **facts: object) -> str:
        """A sentence of the house in the reader's language."""
        return self.words.say(key, self.lang, **facts)

    @property
    def lang(self) -> Lang:
        """The reader's language."""
        return self.message.lang

    @property
    def size(self) -> Size:
        """How the transport counts."""
        return in_bytes if self.can.text_bytes is not None else len

    @property
    def most(self) -> int | None:
        """How long one message may be, as `size` counts."""
        return self.can.text_bytes if self.can.text_bytes is not None else self.can.text_chars

    @property
    def card_dialect(self) -> str:
        """What the text of a card is written in: only where Markdown has escapes do cards have Markdown."""
        return STANDARD if self.can.dialect == STANDARD else PLAIN

    def harmless(self, text: str) -> str:
        """Plain words for a card, without what even plain text makes links of; where cards know escapes, the adapter writes these."""
        return literal(text, PLAIN) if self.card_dialect == PLAIN else text

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The outcome's text; that it is no longer kept, where nothing of it is left. Below that of a draft, what is saved with it."""
        outcome = self.message.outcome
        text = read(outcome.text if outcome.text.strip() else self.say("form_gone"))
        also = also_line(outcome, self.lang, self.say) if isinstance(outcome, Draft) else ""
        return (*text, Line((Run(also),))) if also else text

    @cached_property
    def fields(self) -> tuple[DraftRow, ...]:
        """A draft's fields: those of a card, where there are cards; moments by its author's clock, where that is known."""
        outcome, zone = self.message.outcome, str(self.message.facts.get("zone") or "")
        shown = card_rows if self.can.rows else rows_of
        fields = shown(by_the_clock(outcome, zone) if zone else outcome, self.lang) if isinstance(outcome, Draft) else ()
        tame = self.harmless
        return tuple(replace(one, name=tame(one.name), value=tame(one.value), before=tame(one.before)) for one in fields)

    @cached_property
    def rows(self) -> Rows:
        """A draft's fields as rows, where there are cards."""
        outcome = self.message.outcome
        rows = rows_within(self.fields, self.can, self.say) if self.fields and self.can.rows else Rows()
        return replace(rows, cut=rows.cut or (isinstance(outcome, Draft) and not shows_all(outcome, self.lang)))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """A draft's fields as lines, where there are no cards."""
        return () if self.can.rows else tuple(lines_of(self.fields, self.say))

    @cached_property
    def grounds(self) -> Grounds:
        """The grounds; all of them in full where nothing can be pressed to see more."""
        if self.can.buttons and self.message.decision_id is not None:
            found = grounds_of(self.message.outcome, self.say)
        else:
            found = grounds_of(self.message.outcome, self.say, most=None, longest=None)
        return replace(found, lines=tuple(self.harmless(line) for line in found.lines))

    @cached_property
    def choices(self) -> Choices:
        """The buttons."""
        return choices_of(self.message, self.can, self.say, left_over=self.grounds.left_over, cut=self.rows.cut)

    @property
    def wants_card(self) -> bool:
        """Whether there is anything to press, or rows to look at. Asking why is a courtesy: it goes along and calls for no card."""
        return bool(self.can.buttons) and (self.choices.called_for or bool(self.choices.thumbs) or bool(self.rows.shown))

    @property
    def sayable(self) -> tuple[str, ...]:
        """What to say instead of pressing what is not drawn, in one line."""
        if not (self.choices.says and self.can.hears):
            return ()
        return (self.say("form_sayable", says="".join(self.say("form_said", say=" ".join(one.split())) for one in self.choices.says)),)
