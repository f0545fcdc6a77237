"""What becomes of an outcome on a transport: the one place that decides it. Knows what a transport can; knows no vendor and no JSON.

The answer first, then its grounds, then what to press; then pictures; a text to send on last, as a message of its own. What does not fit
is never left out: it becomes words, a message more, a picture, a file, or is a press away.
"""

import base64
from collections.abc import Awaitable, Callable, Iterator, Sequence

from bot.channels.form.cards import bare_card, settled_card, whole_card
from bot.channels.form.cutting import pieces, shortened
from bot.channels.form.dialects import PLAIN, STANDARD, SUBSET, atoms, literal, row_lines
from bot.channels.form.markup import Block, Line, Run, is_marked, plain
from bot.channels.form.packing import joined, packed
from bot.channels.form.parts import Attachment, Part, Picture, Words
from bot.channels.form.view import View
from bot.domain.chart import Chart
from bot.domain.decision import Message
from bot.domain.outcome import Answer
from bot.domain.panels import panels_of
from bot.domain.paper import Grid
from bot.domain.talk import Lang
from bot.domain.transport import Capabilities
from bot.errors import Upstream
from bot.ports import Words as Sentences

DrawChart = Callable[[Chart, Lang], Awaitable[bytes]]
DrawGrid = Callable[[Grid, Lang], Awaitable[bytes]]
"""Make a PNG.  Raise: Upstream."""
WIDE_COLUMNS, LONG_ROWS = 4, 40
"""A table with more columns than this is no list that anybody reads; one with more rows is no picture."""
MOST_MESSAGES = 6
"""A text that would take more messages than this goes as a file, where files go."""
LONGEST_ALT, GIST = 1_900, 140


async def laid_out(
    message: Message, can: Capabilities, words: Sentences, *, picture: DrawChart | None = None, grid: DrawGrid | None = None
) -> Sequence[Part]:
    """The parts of `message` on a transport, in their order, each within its limits and none of them empty.

    An update of an earlier message is the card that takes its place, or nothing where messages cannot be changed. picture, grid: draw a
    chart and a table; without them, and where drawing fails, both are told in lines.
    """
    view = View(message, can, words)
    if message.updates is not None:
        return _settled(view)
    chart = message.outcome.chart if isinstance(message.outcome, Answer) else None
    drawn = await _chart(view, chart, picture) if chart else None
    items = [await _table(view, one, grid) if isinstance(one, Grid) else one for one in view.blocks]
    if chart and drawn is None:
        items += [Line(()), *(Line((Run(line),)) for line in _chart_lines(chart, view.lang))]
    return (*_said(view, items), *([drawn] if drawn else []), *_enclosed(view), *_forward(view))


def gist(message: Message) -> str:
    """The beginning of what a message says, in plain words and one line: for a notification, or where nothing else is shown."""
    return shortened(" ".join(plain(message.outcome.text).split()), GIST) or "…"


def _settled(view: View) -> Sequence[Part]:
    if not (view.can.edit and view.can.buttons):
        return ()
    return (settled_card(view, whole_card(view, view.blocks) or bare_card(view)),)


def _said(view: View, items: Sequence[Block | Picture]) -> Iterator[Part]:
    """The answer: on a card, where all of it fits; else in words, and a card for what is to be pressed."""
    if not view.wants_card:
        yield from _told(view, items)
    elif not any(isinstance(one, Picture) for one in items) and (
        card := whole_card(view, [one for one in items if not isinstance(one, Picture)])
    ):
        yield card
    else:
        yield from _told(view, items)
        yield bare_card(view)


def _told(view: View, items: Sequence[Block | Picture]) -> Iterator[Part]:
    """The text in as many messages as it takes, the pictures of its tables where the tables stood, the grounds at its end."""
    text: list[Block] = []
    for one in items:
        if isinstance(one, Picture):
            yield from _messages(view, text, ())
            yield one
            text = []
        else:
            text.append(one)
    yield from _messages(view, text, (*view.lines, *view.grounds.lines, *view.sayable))


def _messages(view: View, blocks: Sequence[Block], tail: Sequence[str]) -> Iterator[Part]:
    """Blocks, and lines of plain words after them. What has no marks goes as plain text, which is shown everywhere and forwarded well."""
    dialect = PLAIN if view.can.dialect == SUBSET and not is_marked(blocks) else view.can.dialect
    written = _written(view, blocks, tail, dialect)
    messages = packed(written, view.most, view.size)
    if view.most is None or len(messages) <= MOST_MESSAGES or not view.can.files_out:
        yield from (Words(one, plain=dialect == PLAIN) for one in messages)
        return
    note = view.say("form_long")
    first = packed(written, view.most - view.size(f"\n{note}"), view.size)[0].rsplit("\n", 1)[0]
    yield Words(f"{first}\n{note}", plain=dialect == PLAIN)
    yield Attachment(joined(_written(view, blocks, tail, PLAIN)).encode(), view.say("form_file"))


def _written(view: View, blocks: Sequence[Block], tail: Sequence[str], dialect: str) -> Sequence[str]:
    text = list(atoms(blocks, dialect, tables=view.can.tables and dialect != PLAIN))
    return [*text, *([""] if any(text) and tail else []), *(literal(line, dialect) for line in tail)]


def _forward(view: View) -> Iterator[Part]:
    """The text that the person sends on: nothing before it, nothing after it, no number on it. Plain, so that it is copied as it is."""
    text = (view.message.outcome.forward or "").strip()
    dialect = PLAIN if view.can.dialect in {SUBSET, STANDARD} else view.can.dialect
    whole = literal(text, dialect)
    cut = (whole,) if view.most is None or not whole else pieces(whole, view.most, view.size)
    yield from (Words(one, plain=dialect == PLAIN, forward=True) for one in cut if one)


def _enclosed(view: View) -> Iterator[Part]:
    """The file that goes with an answer, where files go."""
    outcome = view.message.outcome
    if isinstance(outcome, Answer) and outcome.enclosed and view.can.files_out:
        yield Attachment(base64.b64decode(outcome.enclosed.base64), outcome.enclosed.name)


async def _chart(view: View, chart: Chart, draw: DrawChart | None) -> Picture | None:
    if draw is None or not view.can.images:
        return None
    try:
        png = await draw(chart, view.lang)
    except Upstream:
        return None
    return Picture(png, "chart.png", _alt(_chart_lines(chart, view.lang)))


async def _table(view: View, table: Grid, draw: DrawGrid | None) -> Block | Picture:
    """A table that is too wide to be told in lines as a picture, where the transport shows no tables."""
    is_pictured = len(table.header) > WIDE_COLUMNS and len(table.rows) <= LONG_ROWS
    if draw is None or view.can.tables or not (view.can.images and is_pictured):
        return table
    try:
        png = await draw(table, view.lang)
    except Upstream:
        return table
    return Picture(png, "table.png", _alt(row_lines(table, PLAIN)))


def _alt(lines: Iterator[str]) -> str:
    return shortened("\n".join(lines), LONGEST_ALT)


def _chart_lines(chart: Chart, lang: Lang) -> Iterator[str]:
    """A chart in words: each figure behind its label."""
    yield chart.title
    for panel in panels_of(chart, lang):
        for line in panel.lines:
            title = " · ".join(part for part in (panel.title, line.name if len(panel.lines) > 1 else "") if part)
            yield from ((title,) if title else ())
            yield from (f"· {label}: {text}" for label, text in zip(panel.labels, line.texts, strict=True) if text)
    yield from ((chart.note,) if chart.note else ())
