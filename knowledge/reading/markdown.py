"""Markdown: headings, fenced code, tables, and the front matter above it all. Knows lines; knows no rendering."""

import re
from collections.abc import Iterator

from knowledge.reading.formats import File, Opened
from knowledge.reading.text import decoded
from knowledge.splitting import Block

HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
ROW = re.compile(r"\s*\|.*\|\s*$")
MARKS = re.compile(r"(\*\*|__|`)(.+?)\1")
FIELD = re.compile(r"([A-Za-z_][\w-]*)[ \t]*[:：][ \t]*(.*?)[ \t]*$")


def read(file: File) -> Opened:
    """A block for each heading's text and for each table."""
    lines = decoded(file.data).split("\n")
    front, first = front_matter(lines)
    blocks = list(_blocks(lines, first))
    return Opened(iter(blocks), _title(lines[first:]), front)


def front_matter(lines: list[str]) -> tuple[dict[str, str] | None, int]:
    """The fields between two lines of dashes at the top, and the number of the first line after them."""
    if not lines or lines[0].strip() != "---":
        return None, 0
    for end in range(1, len(lines)):
        if lines[end].strip() in {"---", "..."}:
            fields = [found for line in lines[1:end] if (found := FIELD.match(line))]
            return {found[1].lower(): _unquoted(found[2]) for found in fields}, end + 1
    return None, 0


def _unquoted(value: str) -> str:
    bare = re.sub(r"\s+#.*$", "", value) if value[:1] not in {"'", '"'} else value
    return bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\"" else bare


def _title(lines: list[str]) -> str:
    for line in lines:
        if found := HEADING.match(line):
            return plain(found[2]) if len(found[1]) == 1 else ""
    return ""


def plain(heading: str) -> str:
    """A heading without its marks of emphasis."""
    return MARKS.sub(r"\2", heading).strip()


def _blocks(lines: list[str], first: int) -> Iterator[Block]:
    above: list[tuple[int, str]] = []
    held: list[str] = []
    began, fence, in_table = first, "", False

    def block() -> Iterator[Block]:
        if any(line.strip() for line in held):
            yield Block("\n".join(held), tuple(name for _, name in above), line=began + 1, is_table=in_table)

    for number in range(first, len(lines)):
        line = lines[number]
        fence = _fence(line, fence)
        heading = None if fence else _heading(lines, number)
        is_row = not fence and bool(ROW.match(line))
        if heading or is_row != in_table:
            yield from block()
            held, began, in_table = [], number, is_row
        if heading:
            level, name = heading
            above = [*(one for one in above if one[0] < level), (level, name)]
            began = number + 1
        elif not _is_underline(lines, number, fence):
            held.append(line)
        elif not held:
            began = number + 1
    yield from block()
    if not any(line.strip() and not HEADING.match(line) for line in lines[first:]):
        yield Block("\n".join(lines[first:]), line=first + 1)


def _fence(line: str, fence: str) -> str:
    found = FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return found[1]
    return "" if found[1].startswith(fence) and not line.strip().strip(fence[0]) else fence


def _heading(lines: list[str], number: int) -> tuple[int, str] | None:
    if found := HEADING.match(lines[number]):
        return len(found[1]), plain(found[2])
    if lines[number].strip() and _is_underline(lines, number + 1, ""):
        return 1 if lines[number + 1].strip().startswith("=") else 2, plain(lines[number])
    return None


def _is_underline(lines: list[str], number: int, fence: str) -> bool:
    """Whether this line underlines the one above it: a heading in the other style."""
    if fence or not 0 < number < len(lines) or not UNDERLINE.match(lines[number]):
        return False
    above = lines[number - 1]
    alone = number < 2 or not lines[number - 2].strip()  # noqa: PLR2004 - the line before the heading
    return bool(above.strip()) and alone and not HEADING.match(above) and not ROW.match(above) and not above.lstrip().startswith(("-", ">"))
