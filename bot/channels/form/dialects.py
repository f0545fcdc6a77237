"""Blocks written for a transport: as plain words, or in the Markdown that it reads. Knows each dialect's marks, and how to disarm them.

What people or documents wrote is never markup: Slack's Markdown knows escapes (docs.slack.dev, Markdown block); WeCom's knows none, so
there a sign that would begin markup is replaced by its full-width twin, or parted by a blank of no width.
"""

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from bot.channels.form.markup import Block, Code, Line, Mark, Run
from bot.domain.paper import Grid

PLAIN, SUBSET, RICH, STANDARD = "", "subset", "rich", "standard"
"""No markup · WeCom's app (strong, code, quote) · WeCom's AI bot (lists and tables, too) · Markdown with escapes (Slack, the page)."""
BULLET, GAP = "·", "\u200b"
MARKS = {Mark.NONE: "", Mark.STRONG: "**", Mark.SLANTED: "*", Mark.CODE: "`"}
MOST_COLUMNS = 20

ADDRESS = re.compile(r"(https?://[^\s<>\"、-〿！-／：-＠［-｀｛-･]+)")
SIGNS = re.compile(r"[\\`*~]|(?<!\w)_|_(?!\w)")
"""What begins or ends emphasis, code or an escape. Underscores within words do neither."""
LINKED = re.compile(r"\](?=[(:])")
CALLS = re.compile(r"(?<![\w.])@(?=(?:all|channel|here|everyone)\b)")
TAGS = re.compile(r"<(?=[A-Za-z/@!#?])")
LEADING = re.compile(r"^(\s*)(?:([#>+-](?=\s|$|[#>])|[-=:|](?=[-=:|\s]*$))|(\d{1,9})([.)])(?=\s|$))")
"""What begins a heading, a quote or a list; a line of nothing but dashes and the like, which rules, underlines or begins a table."""


def literal(text: str, dialect: str) -> str:
    """`text` as words and nothing else: no mention, no link with other words, no mark of any kind, line by line."""
    return "\n".join(_line_literal(line, dialect) for line in text.split("\n"))


def mrkdwn(text: str) -> str:
    """Plain words for Slack's older markup, `mrkdwn`, where a block takes no other; its three control characters are written out."""
    return re.sub(r"([*_~`])", rf"\1{GAP}", _entities(CALLS.sub(f"@{GAP}", text)))


def atoms(blocks: Sequence[Block], dialect: str, *, tables: bool) -> Iterator[str]:
    """Each block in `dialect`, an empty line as "". tables: whether the transport draws them; else each row is a line."""
    for block in blocks:
        match block:
            case Line():
                yield _written(block, dialect)
            case Code(text):
                yield f"```\n{_untagged(text.replace('```', '`` `'))}\n```" if dialect in {RICH, STANDARD} else literal(text, dialect)
            case Grid():
                yield "\n".join(_table(block, dialect) if tables and len(block.header) <= MOST_COLUMNS else row_lines(block, dialect))
            case other:
                assert_never(other)


def row_lines(grid: Grid, dialect: str) -> Iterator[str]:
    """A table without its lines: each row on one, every cell behind the name of its column."""
    two = len(grid.header) == 2  # noqa: PLR2004 - a name and a value need no heads
    if two and any(grid.header):
        yield literal(" / ".join(name for name in grid.header if name), dialect)
    for row in grid.rows:
        cells = row if two else tuple(f"{name} {cell}".strip() for name, cell in zip(grid.header, row, strict=True) if cell)
        yield f"{BULLET} {literal((': ' if two else ' · ').join(cell for cell in cells if cell), dialect)}".rstrip()
    if not grid.rows:
        yield literal(" · ".join(name for name in grid.header if name), dialect)


def _table(grid: Grid, dialect: str) -> Iterator[str]:
    rule = ["---"] * len(grid.header)
    head, *rows = ([_cell(cell, dialect) for cell in row] for row in (grid.header, *grid.rows))
    yield from (f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def _cell(cell: str, dialect: str) -> str:
    words = _disarmed(cell, dialect) or " "
    return words.replace("|", "\\|" if dialect == STANDARD else "｜")


def _written(line: Line, dialect: str) -> str:
    if not line.runs:
        return ""
    if line.kind == "heading" and dialect != PLAIN:
        return _run(Run("".join(run.text for run in line.runs), Mark.STRONG), "", "", dialect)
    words = "".join(_runs(line.runs, dialect))
    match line.kind:
        case "item":
            lead = line.lead if line.lead != "-" or dialect in {RICH, STANDARD} else BULLET
            return f"{' ' * line.indent}{lead} {_disarmed_lead(words, dialect)}"
        case "quote":
            return words if dialect == PLAIN else f"> {_disarmed_lead(words, dialect)}"
        case _:
            return _disarmed_lead(words, dialect)


def _runs(runs: Sequence[Run], dialect: str) -> Iterator[str]:
    for place, run in enumerate(runs):
        before = runs[place - 1].text[-1:] if place else ""
        after = runs[place + 1].text[:1] if place + 1 < len(runs) else ""
        yield _run(run, before, after, dialect)


def _run(run: Run, before: str, after: str, dialect: str) -> str:
    """A run with its marks, where they would be read as such between what stands `before` and `after` it; else without."""
    if run.mark is Mark.CODE and dialect != PLAIN:
        return f"`{_untagged(run.text)}`"
    words = _disarmed(run.text, dialect)
    known = dialect in {RICH, STANDARD} or (dialect == SUBSET and run.mark is Mark.STRONG)
    if run.mark is Mark.NONE or not known or not _flanks(run.text, before, after):
        return words
    return f"{MARKS[run.mark]}{words}{MARKS[run.mark]}"


def _flanks(text: str, before: str, after: str) -> bool:
    """Whether emphasis around `text` opens and closes (CommonMark 6.2): punctuation at its edge wants a blank or punctuation beyond."""
    return (
        bool(text.strip()) and text == text.strip()
        and (_is_word(text[0]) or not _is_word(before)) and (_is_word(text[-1]) or not _is_word(after))
    )  # fmt: skip


def _is_word(char: str) -> bool:
    return char.isalnum()


def _line_literal(line: str, dialect: str) -> str:
    return _disarmed_lead(_disarmed(line, dialect), dialect)


def _disarmed(text: str, dialect: str) -> str:
    """Words within a line, without any power. Addresses stay whole: whatever shows Markdown makes links of them by itself."""
    called = CALLS.sub(f"@{GAP}", text)
    match dialect:
        case "standard":
            parts = ADDRESS.split(_entities(called))
            return "".join(part if place % 2 else _escaped(part) for place, part in enumerate(parts))
        case "rich":
            parts = ADDRESS.split(_untagged(called))
            return "".join(part if place % 2 else LINKED.sub(f"]{GAP}", _parted(part)) for place, part in enumerate(parts))
        case "subset":
            return LINKED.sub(f"]{GAP}", _untagged(called).replace("**", f"*{GAP}*").replace("`", "｀"))
        case _:
            return _untagged(called)


def _escaped(text: str) -> str:
    return LINKED.sub("]\\\\", SIGNS.sub(lambda found: f"\\{found[0]}", text))


def _parted(text: str) -> str:
    return SIGNS.sub(lambda found: "｀" if found[0] == "`" else f"{found[0]}{GAP}", text)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _untagged(text: str) -> str:
    """A bracket that would begin a tag or a mention is made full-width; "a < b" and "<3" stay."""
    return TAGS.sub("＜", text)


def _disarmed_lead(line: str, dialect: str) -> str:
    """The beginning of a line, so that it begins no heading, quote, list or code that nobody meant."""
    if dialect == STANDARD:
        bare = line.lstrip()
        line = " " * min(len(line) - len(bare), 3) + bare
    found = LEADING.match(line) if dialect != PLAIN else None
    if found is None:
        return line
    rest = line[found.end() :]
    if dialect == STANDARD:
        return f"{found[1]}\\{found[2]}{rest}" if found[2] else f"{found[1]}{found[3]}\\{found[4]}{rest}"
    return f"{found[1]}{chr(ord(found[2]) + 0xFEE0)}{rest}" if found[2] in {"#", ">"} else line
