"""Papers as Markdown, plain text, HTML and CSV. Knows these four; needs no library for any."""

import csv
import io
from collections.abc import Iterator
from html import escape
from typing import assert_never

from bot.domain.paper import Block, Bullets, Front, Grid, Heading, PageBreak, Paper, Paragraph


def markdown(paper: Paper) -> bytes:
    """Markdown with its front matter; the title is the heading of level 1."""
    parts = [f"# {paper.title}", *(_markdown(block) for block in paper.blocks)]
    return (_front_matter(paper) + "\n\n".join(part for part in parts if part) + "\n").encode()


def plain_text(paper: Paper) -> bytes:
    """Text without markup; headings stand on a line of their own."""
    parts = [paper.title, *(_text(block) for block in paper.blocks)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def html(paper: Paper) -> bytes:
    """A page of HTML 5 without script or style; what the paper says of itself stands in `meta`."""
    body = "\n".join(part for block in paper.blocks if (part := _html(block)))
    meta = "".join(f'<meta name="{name}" content="{escape(value)}">\n' for name, value in _said(paper.front))
    title = escape(paper.title)
    return (
        f'<!doctype html>\n<html lang="{paper.lang}">\n<head>\n<meta charset="utf-8">\n{meta}<title>{title}</title>\n</head>\n'
        f"<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    ).encode()


def csv_text(paper: Paper) -> bytes:
    """The first table of the paper, with the mark by which spreadsheets know UTF-8.  Raises: ValueError when it has none."""
    for block in paper.blocks:
        if isinstance(block, Grid):
            out = io.StringIO(newline="")
            csv.writer(out).writerows([block.header, *block.rows])
            return b"\xef\xbb\xbf" + out.getvalue().encode()
    raise ValueError(paper.title)


def _said(front: Front) -> Iterator[tuple[str, str]]:
    if front.audience:
        yield "audience", front.audience
    if front.valid_until:
        yield "valid_until", front.valid_until.isoformat()
    if front.supersedes:
        yield "supersedes", front.supersedes


def _front_matter(paper: Paper) -> str:
    lines = [("title", paper.title), ("lang", str(paper.lang)), *_said(paper.front)]
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in lines) + "---\n\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * (level + 1)} {text}"
        case Paragraph(text):
            return text
        case Bullets(items, ordered):
            return "\n".join(f"{number}. {item}" if ordered else f"- {item}" for number, item in enumerate(items, 1))
        case Grid(header, rows):
            rule = tuple("---" for _ in header)
            return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))
        case PageBreak():
            return ""
        case other:
            assert_never(other)


def _text(block: Block) -> str:
    match block:
        case Heading(_, text) | Paragraph(text):
            return text
        case Bullets():
            return _markdown(block)
        case Grid(header, rows):
            return "\n".join("\t".join(row) for row in (header, *rows))
        case PageBreak():
            return "\f"
        case other:
            assert_never(other)


def _html(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level + 1}>{escape(text)}</h{level + 1}>"
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Bullets(items, ordered):
            tag = "ol" if ordered else "ul"
            return f"<{tag}>\n" + "".join(f"<li>{escape(item)}</li>\n" for item in items) + f"</{tag}>"
        case Grid(header, rows):
            head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
            body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
            return f"<table>\n<tr>{head}</tr>\n{body}</table>"
        case PageBreak():
            return ""
        case other:
            assert_never(other)
