"""HTML: what a reader of the page sees, under its headings. Runs no script and follows no link; knows no style sheet."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.errors import Refused
from knowledge.reading.formats import File, Opened
from knowledge.reading.tables import named
from knowledge.reading.text import decoded
from knowledge.splitting import Block

UNSEEN = frozenset({
    "script", "style", "noscript", "template", "head", "nav", "footer", "svg", "math", "iframe", "object", "form",
    "button", "select", "-comment",
})
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BREAKING = frozenset({
    "p", "div", "section", "article", "main", "header", "aside", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "figure",
    "figcaption", "br", "hr", "body", "address", "details", "summary", "caption", "fieldset",
})
BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
DEEPEST = 400
SAID = frozenset({"audience", "valid_until", "supersedes"})


def read(file: File, *, whole: bool = False) -> Opened:
    """A block for each heading's text and for each table. What lies too deep is left out, or refused where the `whole` is wanted.

    Raises: Refused("too_deep").
    """
    tree = LexborHTMLParser(decoded(file.data))
    page = _Page(whole=whole)
    if tree.body is not None:
        page.walk(tree.body, 0)
    page.end_block()
    title = tree.css_first("title")
    return Opened(iter(page.blocks), BLANKS.sub(" ", title.text()).strip() if title else page.first_heading, _front(tree))


def _front(tree: LexborHTMLParser) -> dict[str, str]:
    """What the page says of itself, as Markdown says it at its head."""
    said = {(meta.attributes.get("name") or "").lower(): (meta.attributes.get("content") or "").strip() for meta in tree.css("head meta")}
    return {name: value for name, value in said.items() if name in SAID}


class _Page:
    """What has been seen of a page so far."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self.blocks: list[Block] = []
        self.first_heading = ""
        self._above: list[tuple[int, str]] = []
        self._text: list[str] = []

    def walk(self, node: LexborNode, depth: int) -> None:
        """Take in what stands below `node`, in its order."""
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag in {"-text", "_text"}:
                self._text.append(BLANKS.sub(" ", child.text_content or ""))
            elif depth > DEEPEST and self._whole:
                raise Refused("too_deep")
            elif tag in UNSEEN or depth > DEEPEST or "hidden" in child.attributes:
                continue
            elif tag in HEADINGS:
                self._heading(HEADINGS[tag], _text(child))
            elif tag == "table" and child.css_first("table table") is None:
                self._table(child)
            else:
                self._inside(child, tag, depth)

    def end_block(self) -> None:
        """What was gathered becomes a block."""
        lines = (BLANKS.sub(" ", line).strip() for line in "".join(self._text).split("\n"))
        text = "\n".join(line for line in lines if line)
        if text:
            self.blocks.append(Block(text, tuple(name for _, name in self._above)))
        self._text = []

    def _inside(self, node: LexborNode, tag: str, depth: int) -> None:
        edge = ["\n"] if tag in BREAKING else [" "] if tag in {"td", "th"} else []
        self._text.extend(edge)
        self.walk(node, depth + 1)
        self._text.extend(edge)

    def _heading(self, level: int, name: str) -> None:
        if not name:
            return
        self.end_block()
        self.first_heading = self.first_heading or name
        self._above = [*(one for one in self._above if one[0] < level), (level, name)]

    def _table(self, node: LexborNode) -> None:
        self.end_block()
        rows = [[_text(cell) for cell in row.css("td, th")] for row in node.css("tr")]
        if text := "\n".join(named(rows)):
            self.blocks.append(Block(text, tuple(name for _, name in self._above), is_table=True))


def _text(node: LexborNode) -> str:
    return BLANKS.sub(" ", node.text(separator=" ")).strip()


