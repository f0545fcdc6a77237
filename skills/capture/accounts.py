"""Which account a note names: by name, alias, the beginning of a name, initials, or by how it sounds. Two that fit stay two."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from skills.capture.book import Account, Book
from skills.capture.heard import HAN, Heard, fold

STEM = 2
SHORTEST_WORD = 4
LONG_ENOUGH = 6
ALIKE = 0.85
INITIALS = 3
GENERIC = frozenset({"the", "north", "south", "east", "west", "new", "global", "united", "first", "royal", "national", "general"})
WORD = re.compile(r"[a-z0-9&]+")
NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("h", "f"), ("r", "l"))
LED = re.compile(r"(?:^|[\s,。、]|跟|和|从|去|到|在|是|给|找|见|拜访|一下|那个|做|了|约)$")
FOLLOWED = re.compile(
    r"(?:那边|这边|他们|公司|集团|科技|的|今天|刚|要|想|说|医|物|食|能|[\u4e00-\u9fff]{1,2}[总工]|"
    r"[\u4e00-\u9fff](?:经理|主任|厂长|部长|总监)|\s|$|[a-z])"
)
ASIDE_BEFORE = re.compile(
    r"(?:像|类似|不像|参考|照着?|比照|同|just like|similar to|same as|unlike|introduced by|referred by|"
    r"used to be at|formerly at|ex) ?(?:the )?$"
)
ASIDE_BEHIND = re.compile(
    r"(?:那边|那儿|的[\u4e00-\u9fff]{1,3})?(?:给?介绍|推荐|引荐|牵的?线)|那样|一样|那种|的案例|也在用|"
    r"(?:'?s)? (?:case study|reference|introduced|referred)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text that names an account. accounts: one, or all that it fits; sure: 1 for a written name, less for a sound."""

    start: int
    end: int
    accounts: tuple[Account, ...]
    sure: float = 1.0


def mentions(heard: Heard, book: Book) -> tuple[Mention, ...]:
    """The accounts that a note names, in order; the longest name where several overlap."""
    found = _longest([*_written(heard, book.accounts), *_stems(heard, book.accounts)])
    taken = list(found)
    for one in _longest(_sounding(heard, book.accounts)):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
    if not taken:
        taken = list(_longest(_short_sounds(heard, book.accounts)))
    return tuple(one for one in sorted(_settled(taken), key=lambda one: one.start) if not _aside(heard, one))


def _settled(taken: Sequence[Mention]) -> Iterator[Mention]:
    """A beginning that fits two accounts means the one of them that the note names in full."""
    whole = [one.accounts[0] for one in taken if len(one.accounts) == 1]
    for one in taken:
        named = [account for account in one.accounts if account in whole]
        yield one if len(one.accounts) == 1 or len(named) != 1 else Mention(one.start, one.end, (named[0],), one.sure)


def _aside(heard: Heard, one: Mention) -> bool:
    """Whether it is named for comparison only."""
    return bool(ASIDE_BEFORE.search(heard.folded[: one.start]) or ASIDE_BEHIND.match(heard.folded, one.end))


def _names(account: Account) -> Iterator[str]:
    yield account.name
    yield from account.aliases


def _written(heard: Heard, accounts: Iterable[Account]) -> Iterator[Mention]:
    for account in accounts:
        for name in _names(account):
            if fold(name).split()[0][:2] not in heard.folded:
                continue  # a look that costs nothing, for a book of thousands
            for match in heard.find(_whole(name)):
                yield Mention(match.start(), match.end(), (account,))
        words = WORD.findall(fold(account.name))
        initials = "".join(word[0] for word in words if word not in {"&", "and", "of"})
        if len(initials) >= INITIALS and not HAN.search(account.name):
            for match in heard.find(re.compile(rf"(?<![a-z]){' ?'.join(initials)}(?![a-z])")):
                yield Mention(match.start(), match.end(), (account,), 0.9)


@cache
def _whole(name: str) -> re.Pattern[str]:
    folded = fold(name)
    pattern = (
        re.escape(folded)
        .replace(r"\ ", r"\s*")
        .replace(re.escape("&"), r"(?:&|and|n)")
        .replace(r"\s*(?:&|and|n)\s*", r"\s*(?:&|and|n)?\s*")
    )
    return re.compile(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])" if folded.isascii() else pattern)


def _stems(heard: Heard, accounts: Iterable[Account]) -> Iterator[Mention]:
    """What names begin with, each with all accounts that begin so."""
    for stem, fits in _by_stem(accounts).items():
        if stem.split()[0] not in heard.folded:
            continue
        for match in heard.find(_whole(stem)):
            yield Mention(match.start(), match.end(), tuple(fits), 0.95)


def _by_stem(accounts: Iterable[Account]) -> Mapping[str, list[Account]]:
    by_stem: dict[str, list[Account]] = {}
    for account in accounts:
        stems = set()
        for name in _names(account):
            if HAN.search(name):
                stems |= {name[:size] for size in range(STEM, len(name)) if len(name) > size and HAN.match(name[size - 1])}
            else:
                stems |= set(_latin_stems(name, own=name == account.name))
        for stem in stems:
            by_stem.setdefault(stem, []).append(account)
    return by_stem


def _latin_stems(name: str, *, own: bool) -> Iterator[str]:
    """The first word of a name; of a misheard one all but the last, where that is long enough to be nothing else."""
    words = fold(name).split()
    if own and len(words) > 1 and len(words[0]) >= SHORTEST_WORD and words[0] not in GENERIC:
        yield words[0]
    if len(words) > 2 and sum(map(len, words[:-1])) > LONG_ENOUGH + 1:  # noqa: PLR2004 - something is left of it
        yield " ".join(words[:-1])


def _sounding(heard: Heard, accounts: Iterable[Account]) -> Iterator[Mention]:
    runs = _runs(list(heard.find(WORD)))
    text = [near(one) for one in heard.sounds]
    by_stem = [(stem, tuple(fits)) for stem, fits in _by_stem(accounts).items()]
    surfaces = [(name, (account,)) for account in accounts for name in _names(account)] + by_stem
    for name, fits in surfaces:
        if HAN.search(name):
            if len(name) > STEM:
                yield from _same_sound(heard, text, name, fits)
        elif len(name) >= LONG_ENOUGH:
            yield from _alike(runs, name, fits)


def _short_sounds(heard: Heard, accounts: Iterable[Account]) -> Iterator[Mention]:
    """Names of two characters by their sound, only where a name would stand."""
    text = [near(one) for one in heard.sounds]
    for stem, fits in _by_stem(accounts).items():
        if len(stem) == STEM and HAN.match(stem):
            for one in _same_sound(heard, text, stem, tuple(fits)):
                if LED.search(heard.folded[: one.start]) and FOLLOWED.match(heard.folded, one.end):
                    yield Mention(one.start, one.end, one.accounts, 0.7)


def _same_sound(heard: Heard, text: Sequence[str], name: str, fits: tuple[Account, ...]) -> Iterator[Mention]:
    wanted = [near(one) for one in heard.surfaces.get(name, heard.surfaces.get(fits[0].name, ()))[: len(name)]]
    if not wanted or len(wanted) != len(name):
        return
    for start in range(heard.start, heard.end - len(wanted) + 1):
        if text[start] == wanted[0] and list(text[start : start + len(wanted)]) == wanted and HAN.match(heard.text[start]):
            yield Mention(start, start + len(wanted), fits, 0.85)


@cache
def near(sound: str) -> str:
    """A syllable with what speakers and recognisers mix up made one: zh and z, n and l, in and ing."""
    folded = sound
    for one, other in NEAR:
        if folded.startswith(one) and HAN.match(folded) is None:
            folded = other + folded[len(one) :]
            break
    return re.sub(r"(?<=[aei])ng$", "n", folded)


def _runs(tokens: Sequence[re.Match[str]]) -> Mapping[str, Sequence[tuple[str, int, int, bool]]]:
    """Runs of up to four words by their first sound: how they are heard, where they stand, and whether it is one word."""
    by_first: dict[str, list[tuple[str, int, int, bool]]] = {}
    for first in range(len(tokens)):
        for last in range(first, min(first + 4, len(tokens))):
            said = skeleton("".join(one.group() for one in tokens[first : last + 1]))
            by_first.setdefault(said[:1], []).append((said, tokens[first].start(), tokens[last].end(), first == last))
    return by_first


def _alike(runs: Mapping[str, Sequence[tuple[str, int, int, bool]]], name: str, fits: tuple[Account, ...]) -> Iterator[Mention]:
    """Runs of words that are spelled nearly as the name sounds: west mere for Westmere."""
    wanted = skeleton(name)
    matcher = SequenceMatcher(None, "", wanted, autojunk=False)
    for said, start, end, alone in runs.get(wanted[:1], ()):
        short = alone and min(len(said), len(wanted)) < LONG_ENOUGH
        if short or abs(len(said) - len(wanted)) > 2 or not set(said[1:4]) & set(wanted[1:4]):  # noqa: PLR2004 - letters more or less
            continue
        matcher.set_seq1(said)
        if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
            yield Mention(start, end, fits, 0.8)


@cache
def skeleton(name: str) -> str:
    """How a Latin name is heard, roughly: one letter a sound, no blanks, no doubles."""
    said = re.sub(r"[^a-z0-9]", "", fold(name))
    for one, other in (
        ("ph", "f"),
        ("ck", "k"),
        ("th", "t"),
        ("c", "k"),
        ("q", "k"),
        ("z", "s"),
        ("y", "i"),
        ("ee", "i"),
        ("ea", "i"),
        ("w", "v"),
    ):
        said = said.replace(one, other)
    return re.sub(r"(.)\1+", r"\1", said)


def _longest(found: Iterable[Mention]) -> tuple[Mention, ...]:
    kept: list[Mention] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, len(one.accounts), -one.sure)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))
