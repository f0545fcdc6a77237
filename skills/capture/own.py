"""The house's own fields in a note, by the words that its examples put around a value, or by what people call it. Writes no sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.found import Reading, Words
from bot.domain.own_fields import OwnField, OwnType, OwnValue
from bot.domain.saying import Saying
from bot.domain.talk import Lang
from skills.capture.dates import meant
from skills.capture.field import Field, Value
from skills.capture.heard import HAN, Heard, fold

FILL = (
    r"(?:\s|[::,,=]|一共|总共|大概|大约|差不多|应该|约|共|是|为|有|就|也|在|到|选|定|改成|改为"
    r"|(?<![a-z])(?:about|around|roughly|approximately|at|is|are|will be|of|to be|on|by|the)(?![a-z]))*"
)
"""What may stand between the words of an example and the value."""
LINK = r"\s*(?::|:|=|是|为|改成|改为|(?<![a-z])(?:is|will be)(?![a-z]))\s*"
"""What has to stand between a field's name and words that are its value."""
LONGEST_TEXT, LONGEST_FILL = 60, 40
SURE = 0.85


@dataclass(frozen=True, slots=True)
class _Found:
    """A value of one field, with where it stands and from where to where its words are."""

    value: Value
    at: Words
    start: int
    end: int


def own_told(heard: Heard, own: Sequence[OwnField]) -> Mapping[str, Field]:
    """What this part of a note tells of the house's own fields; the last that is said of each holds."""
    told: dict[str, Field] = {}
    for one in own:
        found = max(_in(heard, one), key=lambda each: each.at.start, default=None)
        if found:
            told[one.name] = Field(found.value, heard.words(found.start, found.end), SURE)
    return told


def set_aside(heard: Heard, own: Sequence[OwnField]) -> Heard:
    """The note without the figures and days that are the house's own fields': they are no quantity and no day of signing."""
    taken = [found.at for one in own for found in _in(heard, one)]
    if not taken:
        return heard
    read = heard.reading
    rest = Reading(
        tuple(one for one in read.money if not _meets(one.words, taken)),
        tuple(one for one in read.numbers if not _meets(one.words, taken)),
        tuple(one for one in read.days if not _meets(one.words, taken)),
    )
    return replace(heard, reading=rest, whole=read)


def value_of(one: OwnField, heard: Heard) -> object:
    """The value that words come to which are nothing else; None where they have none."""
    if one.type is OwnType.TEXT:
        return heard.text.strip()[:LONGEST_TEXT] or None
    if one.type is OwnType.CHOICE:
        said = heard.folded.strip()
        return next((name for name, words in _choices(one.values) if words == said), None)
    found = next(_values(heard, one), None)
    return _stored(found[1]) if found else None


def own_label(name: str, own: Iterable[OwnField], said: Saying) -> str:
    """What people call one of the house's own fields; "" for what is none."""
    found = next((one for one in own if one.name == name), None)
    return "" if found is None else found.zh if said.lang is Lang.ZH else found.en


def own_text(one: OwnField, value: object, currency: str, said: Saying) -> str:
    """A value as it is told. currency: of the opportunity."""
    if one.type is OwnType.CHOICE:
        return next(((each.zh if said.lang is Lang.ZH else each.en) for each in one.values if each.name == value), str(value))
    if one.type is OwnType.DATE:
        return said.day(date.fromisoformat(str(value)))
    if isinstance(value, int | float):
        return said.amount(value, currency) if one.type is OwnType.MONEY else f"{value:,g}"
    return str(value)


def _in(heard: Heard, one: OwnField) -> Iterator[_Found]:
    """Every place where the field is told."""
    called = [(one.zh, ""), (one.en, "")]
    for lead, trail in (*one.frames(), *called):
        before, after = _words(lead), _words(trail)
        if one.type in {OwnType.TEXT, OwnType.CHOICE}:
            yield from _spelled(heard, one, before, after, is_name=(lead, trail) in called)
            continue
        for at, value, unit in _values(heard, one):
            begins = max(heard.start, at.start - len(lead) - LONGEST_FILL)
            led = re.search(rf"(?:{before}){FILL if lead else ''}$", heard.folded[begins : at.start])
            places = (at.end, at.end - unit)
            ends = (place + found.end() for place in places if (found := re.match(rf"\s*{after}", heard.folded[place : heard.end])))
            end = next(ends, None)
            if led and end is not None:
                yield _Found(value, at, begins + led.start(), max(end, at.end))


def _spelled(heard: Heard, one: OwnField, before: str, after: str, *, is_name: bool) -> Iterator[_Found]:
    """Values that are words. is_name: before them stands only what the field is called."""
    if one.type is OwnType.CHOICE:
        words = "|".join(re.escape(word) for _, word in sorted(_choices(one.values), key=lambda each: -len(each[1])))
        value, between = rf"(?P<value>{words})(?![a-z])", FILL
    else:
        value = rf"(?P<value>[^,,。;;!!\n]{{1,{LONGEST_TEXT}}}{'?' if after else ''})"
        between = LINK if is_name else r"\s*"
    for found in heard.find(re.compile(rf"{before}{between}{value}\s*{after}")):
        start, end = found.span("value")
        text = heard.words(start, end)
        if one.type is OwnType.CHOICE:
            text = next(name for name, word in _choices(one.values) if word == found["value"])
        if text:
            yield _Found(text, Words(heard.text[start:end], start, end), found.start(), found.end())


def _values(heard: Heard, one: OwnField) -> Iterator[tuple[Words, Value, int]]:
    """What the field could hold, in this part: where it stands, the value, and how many characters of it are a measure word."""
    read = heard.whole or heard.reading
    if one.type is OwnType.DATE:
        found: list[tuple[Words, Value, int]] = [(each.words, day, 0) for each in read.days if (day := meant(each, heard.today))]
    else:
        found = [(each.words, each.value, len(each.unit) if each.words.text.endswith(each.unit) else 0) for each in read.numbers]
        found += [(each.words, each.value, 0) for each in read.money if one.type is OwnType.MONEY]
    return (each for each in found if heard.start <= each[0].start < heard.end)


def _words(said: str) -> str:
    """What an example says around its value, as a pattern: blanks between its words may be more or fewer, a Latin word stands whole."""
    folded = fold(said)
    if not folded:
        return ""
    parts = r"\s*".join(re.escape(word) for word in folded.split())
    first = "" if HAN.match(folded) or not folded[0].isalnum() else r"(?<![a-z])"
    return first + parts + ("" if HAN.match(folded[-1]) or not folded[-1].isalnum() else r"(?![a-z])")


def _choices(values: Iterable[OwnValue]) -> list[tuple[str, str]]:
    return [(one.name, fold(word)) for one in values for word in (one.zh, one.en, one.name)]


def _stored(value: Value) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _meets(words: Words, taken: Sequence[Words]) -> bool:
    return any(words.start < one.end and one.start < words.end for one in taken)
