"""The papers and letters of the invented firm, from the texts beside this file. Knows our small Markdown; knows no file format."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from bot.demo.days import moment
from bot.demo.texts import FOLDER, rows
from bot.domain.paper import Block, Bullets, Filing, Front, Grid, Heading, Letter, PageBreak, Paper, Paragraph
from bot.domain.talk import Lang

NEW_PAGE = "<<page>>"
PRICE_LIST = "<<price list>>"
ARROW = " => "
DAY = re.compile(r"\{day:(-?\d+)\}")
YEAR = re.compile(r"\{year:(-?\d+)\}")
HEADING = re.compile(r"(#+) (.+)")
NUMBERED = re.compile(r"\d+\. ")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """One text as written: what stands above it and its lines.

    front: `file`, `title`, `lang` and, where they apply, `audience`, `valid_until` (days from today), `supersedes`;
    a letter has `from`, `to`, `sent` (days from today), `attach`; a changed copy has `base`.
    """

    front: Mapping[str, str]
    text: str


def filings(today: date) -> tuple[Filing, ...]:
    """All documents as of `today`, by file name; days in their texts are counted from it."""
    sources = {file.stem: _source(file) for file in sorted((FOLDER / "documents").glob("*.md"))}
    papers = {key: _paper(_whole(source, sources), today) for key, source in sources.items() if "from" not in source.front}
    found = [Filing(sources[key].front["file"], paper) for key, paper in papers.items()]
    letters = [source for source in sources.values() if "from" in source.front]
    found += [Filing(source.front["file"], _letter(source, sources, papers, today)) for source in letters]
    return tuple(sorted(found, key=lambda filing: filing.name))


def _source(file: Path) -> Source:
    _, front, text = file.read_text(encoding="utf-8").split("---\n", 2)
    return Source({name.strip(): value.strip() for name, _, value in (line.partition(":") for line in front.splitlines())}, text.strip())


def _whole(source: Source, sources: Mapping[str, Source]) -> Source:
    """A changed copy, spelt out: each of its lines says what becomes of one place of its base.  Raises: ValueError if not there once."""
    if "base" not in source.front:
        return source
    text = _whole(sources[source.front["base"]], sources).text
    for line in source.text.splitlines():
        old, _, new = line.partition(ARROW.rstrip())
        if text.count(old) != 1:
            raise ValueError(line)
        text = text.replace(old, new.removeprefix(" "))
    return replace(source, text=text)


def _paper(source: Source, today: date) -> Paper:
    front, lang = source.front, Lang(source.front["lang"])
    until = front.get("valid_until")
    last_day = today + timedelta(days=int(until)) if until else None
    said = Front(front.get("audience", ""), last_day, _dated(front.get("supersedes", ""), today, lang))
    return Paper(_dated(front["title"], today, lang), lang, tuple(_blocks(_dated(source.text, today, lang))), said)


def _letter(source: Source, sources: Mapping[str, Source], papers: Mapping[str, Paper], today: date) -> Letter:
    front, lang = source.front, Lang(source.front["lang"])
    attached = {sources[key].front["file"]: papers[key] for key in front.get("attach", "").split()}
    sent = moment(today + timedelta(days=int(front["sent"])), 6, 32)
    to = tuple(address.strip() for address in front["to"].split(","))
    return Letter(front["from"], to, sent, front["title"], _dated(source.text, today, lang) + "\n", attached)


def _dated(text: str, today: date, lang: Lang) -> str:
    """The text with its days and years worked out."""

    def spelt(found: re.Match[str]) -> str:
        day = today + timedelta(days=int(found[1]))
        return f"{day.year}年{day.month}月{day.day}日" if lang is Lang.ZH else f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    return YEAR.sub(lambda found: str(today.year + int(found[1])), DAY.sub(spelt, text))


def _blocks(text: str) -> Iterator[Block]:
    """Headings, lists, tables and paragraphs; a paragraph is one line."""
    run: list[str] = []
    for line in [*text.splitlines(), ""]:
        if run and (not line or _kind(line) != _kind(run[0])):
            yield _block(run)
            run = []
        if line == NEW_PAGE:
            yield PageBreak()
        elif line == PRICE_LIST:
            yield _price_list()
        elif found := HEADING.fullmatch(line):
            yield Heading(len(found[1]), found[2])
        elif line and _kind(line) == "text":
            yield Paragraph(line)
        elif line:
            run.append(line)


def _kind(line: str) -> str:
    if line.startswith("- "):
        return "bullets"
    if line.startswith("| "):
        return "grid"
    return "numbers" if NUMBERED.match(line) else "text"


def _block(run: list[str]) -> Block:
    if run[0].startswith("| "):
        header, *body = (tuple(cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")) for line in run)
        return Grid(header, tuple(body))
    ordered = _kind(run[0]) == "numbers"
    return Bullets(tuple(line.partition(" ")[2] for line in run), ordered=ordered)


def _price_list() -> Grid:
    header = ("code", "name", "name_en", "sold_by", "CNY", "USD", "EUR")
    return Grid(header, tuple(tuple(row[name.lower()] for name in header) for row in rows("products")))
