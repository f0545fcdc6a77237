"""What a sentence is like, as numbers: its characters, its signs, and its words with names and figures taken out. Knows no intent.

A firm or a figure says nothing of what is wanted, and the next one is another: so both become stand-ins before anything is counted.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.domain.entities import SCHEMA
from bot.domain.schema import Kind, Label

Numbers = NDArray[np.float32]

BUCKETS = 4096
"""Character runs are counted in this many buckets, by hash; 2,048 cost a hundredth of the choices, 16,384 win nothing."""
SOMEBODY = "Acme"
FIGURES = (
    ("§id", re.compile(r"\b[A-Za-z]{1,4}[-#]?\d{3,}\b|#\d+|\b\d{4,6}\b号?")),
    (
        "§amount",
        re.compile(
            r"[$€£¥]\s?\d[\d,.]*\s?(?:k|m|mn|bn|million|thousand)?\b|\b\d[\d,.]*\s?(?:k|m)\b|\d[\d,.]*\s*[万亿]|[一二三四五六七八九十百千两半]+[万亿]",
            re.IGNORECASE,
        ),
    ),
    ("§percent", re.compile(r"\d+(?:\.\d+)?\s?[%％‰]|百分之[一二三四五六七八九十\d]+")),
    ("§number", re.compile(r"\d+(?:[.,:/-]\d+)*")),
)
CALENDAR = re.compile(
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|"
    r"december|china|slack|excel|christmas", re.IGNORECASE
)
CAPITAL = re.compile(r"(?<=[\s(])[A-Z][a-z]+(?=[\s,.?!:;)'’]|$)")
"""A capitalised word that does not open the sentence: in English as sellers write it, nearly always a name."""
NAMES = re.compile(rf"{SOMEBODY}(?: (?:(?:&|and|of) )?{SOMEBODY})+")
RUN = re.compile(r"§[a-z]+|[a-z']+|[\u3400-\u9fff]+|[?？]")
UNIT = re.compile(r"§[a-z]+|[a-z']+|[\u3400-\u9fff]")
HAN = re.compile(r"[\u3400-\u9fff]")


def nameless(text: str) -> str:
    """`text` with the same name in place of every name that is written in Latin letters."""
    blank = CAPITAL.sub(lambda found: found.group() if CALENDAR.fullmatch(found.group()) else SOMEBODY, text.strip())
    return NAMES.sub(SOMEBODY, blank)


def characters(texts: Sequence[str]) -> Numbers:
    """Which runs of characters each text holds: a row a text, `BUCKETS` columns, each bucket signed by hash so that collisions cancel."""
    counted = np.zeros((len(texts), BUCKETS), np.float32)
    for row, text in enumerate(texts):
        for run in _runs(text):
            hashed = crc32(run.encode())
            counted[row, hashed % BUCKETS] += 1 if hashed & 0x80000000 else -1
    return counted


def signs(texts: Sequence[str]) -> Numbers:
    """Which signs each text shows: a row a text; entities, kinds of field and values of the schema, forms of asking, kinds of figure."""
    place = _places()
    shown = np.zeros((len(texts), len(place)), np.float32)
    for row, text in enumerate(texts):
        for sign in _shown(text.lower()):
            shown[row, place[sign]] = 1
    return shown


def recipe() -> bytes:
    """All that decides what `characters` and `signs` make of a text."""
    here = Path(__file__)
    return here.read_bytes() + here.with_name("traits.toml").read_bytes() + repr(sorted(_nouns()[2])).encode()


def _figureless(text: str) -> str:
    for stand_in, pattern in FIGURES:
        text = pattern.sub(f" {stand_in} ", text)
    return text.lower()


def _runs(text: str) -> set[str]:
    """Runs of one to three Han characters; Latin words, pairs of words, and runs of three to five letters; the opening."""
    bare = _figureless(nameless(text))
    runs: set[str] = set()
    for found in RUN.findall(bare):
        if HAN.match(found):
            runs.update(f"h{found[at:at + size]}" for size in (1, 2, 3) for at in range(len(found) - size + 1))
        elif found[0] == "§":
            runs.add(found)
        else:
            fenced = f"<{found}>"
            runs.add(f"w{found}")
            runs.update(f"c{fenced[at:at + size]}" for size in (3, 4, 5) for at in range(len(fenced) - size + 1))
    words = UNIT.findall(bare)
    runs.update(f"b{one} {next_}" for one, next_ in pairwise(words) if not (HAN.match(one) and HAN.match(next_)))
    return runs | {f"^{words[0]}"} if words else runs


def _shown(text: str) -> Iterator[str]:
    latin, han, meaning = _nouns()
    for found in (*latin.findall(text), *han.findall(text)):
        yield from meaning[found]
    for sign, pattern in _forms().items():
        if pattern.search(text):
            yield sign
    for stand_in, pattern in FIGURES:
        if pattern.search(text):
            yield stand_in


@cache
def _forms() -> Mapping[str, re.Pattern[str]]:
    raw = tomllib.loads(Path(__file__).with_name("traits.toml").read_text(encoding="utf-8"))
    return {sign: re.compile(pattern) for sign, pattern in raw.items()}


@cache
def _nouns() -> tuple[re.Pattern[str], re.Pattern[str], Mapping[str, frozenset[str]]]:
    """What finds a noun of the schema in Latin letters, what finds one in Han, and the signs that each noun is."""
    meaning: dict[str, frozenset[str]] = {}
    for label, sign in _labels():
        for noun in (label.zh, label.en.lower()):
            if len(noun) > 1:
                meaning[noun] = meaning.get(noun, frozenset()) | {sign}
    longest_first = sorted(meaning, key=len, reverse=True)
    latin = "|".join(re.escape(noun) for noun in longest_first if not HAN.search(noun))
    han = "|".join(re.escape(noun) for noun in longest_first if HAN.search(noun))
    return re.compile(rf"\b({latin})s?\b"), re.compile(f"({han})"), meaning


def _labels() -> Iterator[tuple[Label, str]]:
    for entity in SCHEMA.entities:
        yield entity.label, f"entity {entity.name}"
        for field in entity.fields:
            if field.kind is not Kind.REFERENCE:
                yield field.label, f"field {field.kind}"
            yield from ((value.label, f"value {field.name}") for value in field.values)


@cache
def _places() -> Mapping[str, int]:
    every = [*(sign for _, sign in _labels()), *_forms(), *(stand_in for stand_in, _ in FIGURES)]
    return {sign: place for place, sign in enumerate(dict.fromkeys(every))}
