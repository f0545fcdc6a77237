"""Written blocks packed into messages: text cut where it may be, tables between rows, code between lines. Knows no transport."""

from collections.abc import Iterator, Sequence

from bot.channels.form.cutting import RESERVE, Size, counted, pieces

FENCE = "```"


def joined(atoms: Sequence[str]) -> str:
    """The blocks as one text. Tables, code and quotes stand apart, so that what follows is not read as part of them."""
    out: list[str] = []
    for atom in atoms:
        if out and out[-1] and atom and (_is_apart(out[-1]) or _is_apart(atom)) and not _go_on(out[-1], atom):
            out.append("")
        out.append(atom)
    return "\n".join(out).strip("\n").rstrip()


def packed(atoms: Sequence[str], most: int | None, size: Size) -> tuple[str, ...]:
    """The blocks in as few messages of at most `most` as they take, numbered where there are several; none is empty."""
    whole = joined(atoms)
    if most is None or size(whole) <= most:
        return (whole,) if whole.strip() else ()
    room = most - size(RESERVE)
    messages: list[str] = []
    for segment in _segments(atoms):
        for piece in _cut(segment, room, size):
            if messages and size(f"{messages[-1]}\n\n{piece}") <= room:
                messages[-1] = joined([messages[-1], *([""] if _is_apart(piece) else []), piece])
            else:
                messages.append(piece)
    return counted(messages)


def _segments(atoms: Sequence[str]) -> Iterator[str]:
    """Running text together, what is solid by itself."""
    text: list[str] = []
    for atom in atoms:
        if _is_code(atom) or _is_table(atom):
            yield joined(text)
            text = []
            yield atom
        else:
            text.append(atom)
    yield joined(text)


def _cut(segment: str, room: int, size: Size) -> Iterator[str]:
    if not segment.strip():
        return
    if size(segment) <= room:
        yield segment
    elif _is_code(segment):
        inner = segment.removeprefix(f"{FENCE}\n").removesuffix(f"\n{FENCE}")
        yield from (f"{FENCE}\n{piece}\n{FENCE}" for piece in pieces(inner, room - 2 * size(f"{FENCE}\n"), size))
    elif _is_table(segment):
        yield from _cut_table(segment, room, size)
    else:
        yield from pieces(segment, room, size)


def _cut_table(table: str, room: int, size: Size) -> Iterator[str]:
    """A table in several, each with the head; as text, where one row by itself is too long."""
    head, rule, *rows = table.split("\n")
    if any(size(f"{head}\n{rule}\n{row}") > room for row in rows or ("",)):
        yield from pieces("\n".join(row.strip("| ").replace(" | ", " · ") for row in (head, *rows)), room, size)
        return
    kept: list[str] = []
    for row in rows:
        if size("\n".join((head, rule, *kept, row))) > room:
            yield "\n".join((head, rule, *kept))
            kept = []
        kept.append(row)
    yield "\n".join((head, rule, *kept))


def _is_code(atom: str) -> bool:
    return atom.startswith(f"{FENCE}\n") and atom.endswith(f"\n{FENCE}")


def _is_table(atom: str) -> bool:
    return atom.startswith("| ") and "\n| --- |" in atom


def _is_apart(atom: str) -> bool:
    return atom.startswith("> ") or _is_code(atom) or _is_table(atom)


def _go_on(before: str, atom: str) -> bool:
    """Lines of one quotation."""
    return before.startswith("> ") and atom.startswith("> ")
