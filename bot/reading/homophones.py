"""The port `Mender`: names that were heard as something that sounds like them. Knows how characters sound; knows no record.

A stretch of the text is taken for a name when it has as many characters, sounds like it, and is no word of its own. Sounds that speakers
and recognisers mix up (zh/z, sh/s, n/l, -ing/-in …) count as one; tones do not count. What fits two names alike is left as it was heard.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from bot.domain.hearing import Mend, Mended
from bot.domain.numerals import fold

HAN = re.compile(r"[\u3400-\u9fff]")
DIGITS = dict(zip("0123456789", ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"), strict=True))
INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
SHORTEST, SHORT = 2, 3
ONE_OFF = 4
"""Characters from which one of them may sound merely similar."""
MOST_READINGS = 16
LONGEST = 24


@dataclass(frozen=True, slots=True)
class _Name:
    """A name and what it is written in. sounds: what each character can sound like, of several."""

    written: str
    sounds: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """A stretch that sounds like a name. cost: how far off, 0 for the same sounds."""

    start: int
    end: int
    name: str
    cost: float


class HomophoneMender:
    """Mends by how things sound. The same names are read once."""

    async def mend(self, text: str, names: Sequence[str]) -> Mended:
        """`text` with its names as they are written; off the loop, for the tables take half a second to load."""
        return await asyncio.to_thread(mended, text, tuple(names))


def mended(text: str, names: tuple[str, ...]) -> Mended:
    """The same, at once. Pure."""
    known = _index(names)
    words = _words(text)
    fits = _clearest(text, [fit for fit in _fits(text, known) if _may(text, fit, words)])
    written, mends, at = "", [], 0
    for fit in fits:
        written += text[at : fit.start]
        mends.append(Mend(len(written), len(written) + len(fit.name), text[fit.start : fit.end], fit.name))
        written, at = written + fit.name, fit.end
    return Mended(written + text[at:], tuple(mends))


def _fits(text: str, known: "_Known") -> Iterator[_Fit]:
    """Every stretch that sounds like a name; those that are a name fit themselves, so that nothing else takes their place."""
    sounds = [_sounds(char) for char in text]
    for start in range(len(text)):
        for size in known.sizes:
            end = start + size
            if end > len(text) or not all(sounds[start:end]):
                continue
            found: set[str] = set()
            for key in _keys(sounds[start:end]):
                found.update(known.by_key.get(key, ()))
            for name in found:
                cost = _cost(text[start:end], sounds[start:end], known.names[name])
                if cost is not None:
                    yield _Fit(start, end, name, cost)


def _may(text: str, fit: _Fit, words: Mapping[int, int]) -> bool:
    """Whether it may be changed: not where that would cut a word in two, or put a name in a common word's place."""
    heard = text[fit.start : fit.end]
    if heard == fit.name:
        return True
    inside = [(start, end) for start, end in words.items() if start < fit.end and fit.start < end]
    if any(start < fit.start or fit.end < end for start, end in inside):
        return False
    if inside == [(fit.start, fit.end)]:
        return False  # a word that people use
    if len(heard) > SHORTEST:
        return len(heard) > SHORT or fit.cost < 1
    return fit.cost == 0 and any(one == other for one, other in zip(heard, fit.name, strict=True))


def _clearest(text: str, fits: list[_Fit]) -> list[_Fit]:
    """The fits that are taken: longer and closer ones first, none over another, and none that has a rival as good. In order."""
    taken: list[_Fit] = []
    for fit in sorted(fits, key=lambda one: (one.start - one.end, one.cost)):
        rivals = [one for one in fits if one.start == fit.start and one.end == fit.end and one.name != fit.name and one.cost <= fit.cost]
        if not rivals and all(fit.end <= one.start or one.end <= fit.start for one in taken):
            taken.append(fit)
    return sorted((fit for fit in taken if text[fit.start : fit.end] != fit.name), key=lambda one: one.start)


def _cost(heard: str, sounds: Sequence[frozenset[str]], name: _Name) -> float | None:
    """How far `heard` is from a name: a quarter for each sound that is mixed up, one for one that is similar; None when too far."""
    cost, off = 0.0, 0
    for char, other, here, there in zip(heard, name.written, sounds, name.sounds, strict=True):
        if char == other or here & there:
            continue
        if {_folded(one) for one in here} & {_folded(one) for one in there}:
            cost += 0.25
        elif any(_similar(one, two) for one in here for two in there):
            cost, off = cost + 1, off + 1
        else:
            return None
    allowed = 1 if len(heard) >= ONE_OFF else 0
    return cost if off <= allowed and cost <= len(heard) / 2 else None


def _similar(one: str, other: str) -> bool:
    """The same vowels after another consonant, or the other way round."""
    (head, tail), (other_head, other_tail) = _split(_folded(one)), _split(_folded(other))
    return tail == other_tail or (head == other_head and head != "")


@dataclass(frozen=True, slots=True)
class _Known:
    """Names to be found by how they sound. by_key: sounds, of which one may be open, -> names; sizes: lengths that occur, longest first."""

    names: Mapping[str, _Name]
    by_key: Mapping[tuple[str, ...], frozenset[str]]
    sizes: tuple[int, ...]


@cache
def _kept(names: tuple[str, ...]) -> _Known:
    read: dict[str, _Name] = {}
    by_key: dict[tuple[str, ...], set[str]] = {}
    for name in names:
        sounds = tuple(_sounds(char) for char in name)
        if SHORTEST <= len(name) <= LONGEST and HAN.search(name) and all(sounds):
            read[name] = _Name(name, sounds)
            for key in _keys(sounds):
                by_key.setdefault(key, set()).add(name)
    sizes = tuple(sorted({len(name) for name in read}, reverse=True))
    return _Known(read, {key: frozenset(found) for key, found in by_key.items()}, sizes)


def _index(names: tuple[str, ...]) -> _Known:
    if _kept.cache_info().currsize > 8:  # noqa: PLR2004 - the books of a few people; each new contact makes another
        _kept.cache_clear()
    return _kept(names)


def _keys(sounds: Sequence[frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """What is looked up: the folded sounds; and, of longer ones, the same with each place left open in turn."""
    options = [sorted({_folded(one) for one in here}) for here in sounds]
    total = 1
    for option in options:
        total *= len(option)
    if total > MOST_READINGS:
        options = [option[:1] for option in options]
    for key in product(*options):
        yield key
        if len(key) >= ONE_OFF:
            yield from ((*key[:at], "", *key[at + 1 :]) for at in range(len(key)))


@cache
def _sounds(char: str) -> frozenset[str]:
    """What a character can sound like, without tones: a Han character's readings, a figure as it is said, a letter as itself."""
    plain = fold(char).lower()
    if plain in DIGITS:
        return frozenset({DIGITS[plain]})
    if HAN.match(char):
        from pypinyin import Style, pinyin  # noqa: PLC0415 - its tables take half a second, and English needs none

        return frozenset(pinyin(char, style=Style.NORMAL, heteronym=True)[0])
    return frozenset({plain}) if plain.isascii() and plain.isalpha() else frozenset()


@cache
def _folded(sound: str) -> str:
    """One sound for all that are mixed up."""
    head, tail = _split(sound)
    head = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l"}.get(head, head)
    return head + (tail[:-1] if tail.endswith(("ang", "eng", "ing")) else tail)


def _split(sound: str) -> tuple[str, str]:
    head = next((one for one in INITIALS if sound.startswith(one) and sound != one), "")
    return head, sound[len(head) :]


def _words(text: str) -> Mapping[int, int]:
    """Where words of the dictionary stand, of two characters and more: start -> end."""
    if not HAN.search(text):
        return {}
    import rjieba  # noqa: PLC0415 - as pypinyin

    words, at = {}, 0
    for word in rjieba.cut(text, hmm=False):
        if len(word) >= SHORTEST:
            words[at] = at + len(word)
        at += len(word)
    return words
