"""Whether two wordings say the same, and where they part, word by word. Knows words and figures; knows no rule of what is good for whom."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from bot.domain.changes import Change, ChangeKind
from bot.domain.comparison import Shift
from skills.compare_contracts import synonyms
from skills.compare_contracts.folded import HAN, essence, fold, unlisted, unmarked
from skills.compare_contracts.parties import THEM, US, Sides
from skills.compare_contracts.quantities import Quantity, quantities

Cut = Callable[[str], Sequence[str]]
"""Parts running Chinese into words; joined, they make up what was handed in."""
MOST_PAIRS = 60_000
"""So many equal pairs of words are weighed; what is longer counts as changed whole."""
_PARTS = re.compile(rf"\d+(?:[,.，．]\d+)*\s?[%‰％]?|[{HAN}]+|[^\W\d_{HAN}]+(?:['’\-][^\W\d_{HAN}]+)*|\s+|.", re.DOTALL)
_SENTENCES = re.compile(r"[^。；;！？!?\n.]*(?:\.(?!\s|$)[^。；;！？!?\n.]*)*(?:[。；;！？!?\n]|\.(?=\s|$)|$)\s*")
MOST_AROUND = 300
MOST_FIGURES = 40
"""Figures of one clause that are held against each other; more of them is a table, told word by word."""
WHOLE = 100.0
EQUAL = 0.5
"""What it counts, beside the words around them, that two figures are the same."""
_CLAUSELET = re.compile(r"[,，。;；、\n]|\.\s")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("“"): '"', ord("”"): '"', ord("’"): "'", ord("‘"): "'"}
_CAPITALS = re.compile(r"(?<=[a-z,] )[A-Z][A-Za-z]+|(?<![A-Za-z])[A-Z]{2,}(?![a-z])")
_MUTUAL = re.compile(
    "双方|各方|任[何意]?一方|(?:each|either|neither|both|any|the) part(?:y|ies)"
    rf"|{US}(?: and | or |[和或及与、]){THEM}|{THEM}(?: and | or |[和或及与、]){US}"
)
_OWNING = ("belong to", "归")
_BEARING = re.compile(
    rf"(?P<word>belong to|\bbear\b|payable|indemnif|liable|归|承担|支付|赔偿|\bmay\b|可(?!抗))(?:\s*(?:by |to )?(?P<behind>{US}|{THEM}))?"
)
_CURRENCIES = frozenset({"US", "USD", "EUR", "GBP", "CNY", "RMB", "HKD", "JPY", "CHF", "SGD"})
_SUFFIX = re.compile(r"(?:ations?|ements?|ments?|ings?|ied|ies|ed|es|s|ly|al)$")
_SHORTEST_STEM = 4
_SUBJECT = re.compile(rf"(?<![经向对给与同为])(?<!to )(?<!of )(?<!with )(?<!from )({US}|{THEM})(?!'s|的)")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two texts part. old, new: folded, the sides as @us and @them. gone, come: words that say something and have no counterpart.

    heavy: signs of meaning that only one of both shows, or in another number.
    """

    old: str
    new: str
    shifts: tuple[Shift, ...]
    gone: tuple[str, ...]
    come: tuple[str, ...]
    heavy: int
    swapped: bool
    words: tuple[str, ...]

    @property
    def same_meaning(self) -> bool:
        """Whether both say the same in other words, in each language that they are written in."""
        if self.shifts or self.heavy or self.swapped:
            return False
        return all(
            _alike(_counted(self.gone, latin=latin), _counted(self.come, latin=latin), _counted(self.words, latin=latin))
            for latin in (True, False)
        )


def _counted(words: Sequence[str], *, latin: bool) -> int:
    return sum(one.isascii() == latin for one in words)


def _alike(lost: int, won: int, words: int) -> bool:
    """Whether so few of so many words went and came that another wording explains it."""
    return min(lost, won) <= max(1, words // 6) and abs(lost - won) <= 1 and max(lost, won) <= max(1, words // 5)


def sentences(text: str) -> tuple[str, ...]:
    """`text` in sentences, which together make it up."""
    return tuple(one for one in _SENTENCES.findall(text) if one)


def word_changes(before: str, after: str, cut: Cut) -> tuple[Change, ...]:
    """What became of `before`, sentence by sentence and then word by word; no Chinese word and no figure is cut."""
    found: list[tuple[bool, str, str]] = []
    for same, old, new in _compared(sentences(before), sentences(after)):
        if same:
            found.append((True, old, new))
        else:
            found.extend(_compared(tuple(_tokens(old, cut)), tuple(_tokens(new, cut)), key=_word))
    return tuple(_told(_bridged(found)))


def _tokens(text: str, cut: Cut) -> Iterator[str]:
    first, last = HAN[0], HAN[-1]
    for one in _PARTS.findall(text):
        if first <= one[0] <= last:
            yield from cut(one)
        else:
            yield one


def _sentence(text: str) -> str:
    return essence(text) or text.strip()


def _word(text: str) -> str:
    """A word as it is held against others: width, case and blanks aside."""
    return text.strip().translate(_NARROW).lower()


def _compared(
    first: Sequence[str], second: Sequence[str], key: Callable[[str], str] = _sentence
) -> Iterator[tuple[bool, str, str]]:
    a, b = [key(one) for one in first], [key(one) for one in second]
    counted = Counter(b)
    if sum(counted[one] for one in a) > MOST_PAIRS:
        yield a == b, "".join(first), "".join(second)
        return
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        yield kind == "equal", "".join(first[i:j]), "".join(second[k:m])


def _bridged(found: Sequence[tuple[bool, str, str]]) -> Iterator[tuple[bool, str, str]]:
    """A blank or a mark between two changes counts as changed with them."""
    for at, (same, old, new) in enumerate(found):
        lone = same and 0 < at < len(found) - 1 and not found[at - 1][0] and not found[at + 1][0] and not re.search(r"\w", old)
        yield same and not lone, old, new


def _told(found: Iterable[tuple[bool, str, str]]) -> Iterator[Change]:
    kept = old = new = ""
    for same, first, second in (*found, (True, "", "")):
        if same and (old or new):
            yield from (Change(kind, text) for kind, text in ((ChangeKind.REMOVED, old), (ChangeKind.ADDED, new)) if text)
            kept, old, new = "", "", ""
        if same:
            kept += first
            if kept:
                yield Change(ChangeKind.KEPT, kept)
            kept = ""
        else:
            old, new = old + first, new + second


def plainly(text: str, sides: Sides) -> str:
    """`text` as rules read it: folded, without markup, each side as @us or @them."""
    return sides.told(fold(unlisted(unmarked(text))))


def differ(before: str, after: str, sides: Sides, cut: Cut) -> Difference:
    """Where two texts part in what they say."""
    old, new = plainly(before, sides), plainly(after, sides)
    same_old, same_new = synonyms.same(_unfigured(old)), synonyms.same(_unfigured(new))
    first, second = _sayings(same_old, cut), _sayings(same_new, cut)
    gone, come = _unexplained(first - second, second - first)
    signs = sum(len(pattern.findall(same_old)) != len(pattern.findall(same_new)) for pattern in synonyms.heavy()) + _proper(before, after)
    signs += _ranked(same_old) != _ranked(same_new) or set(synonyms.names().findall(old)) != set(synonyms.names().findall(new))
    words = first if first.total() >= second.total() else second
    signs += any(re.fullmatch("[一二两三四五六七八九十百千万半]+", one) for one in (*gone, *come))
    turned = not gone and not come and _turned(_subjects(old), _subjects(new))
    swapped = turned or _passed_on(same_old, same_new) or _swapped(old, new, gone=bool(gone), come=bool(come))
    return Difference(old, new, _shifts(old, new), gone, come, signs, swapped, tuple(words))


def _swapped(old: str, new: str, *, gone: bool, come: bool) -> bool:
    """Whether a side is named more or less often than before; gone, come: whether words went or came.

    That a side is named where it was only meant, and no word went for it, says nothing new: "is paid" and "Customer pays".
    """
    a, b = (old.count(US), old.count(THEM)), (new.count(US), new.count(THEM))
    if a == b:
        return False
    if len(_MUTUAL.findall(old)) != len(_MUTUAL.findall(new)):
        return True
    return not ((a[0] <= b[0] and a[1] <= b[1] and not gone) or (a[0] >= b[0] and a[1] >= b[1] and not come))


def _subjects(text: str) -> tuple[str, ...]:
    """The side that acts in each part of a sentence that names one, whoever stands first."""
    found = []
    for part in _CLAUSELET.split(text):
        by = re.search(rf"(?:\bby |由|被)({US}|{THEM})", part) or _SUBJECT.search(part)
        found += [by.group(1)] if by else []
    return tuple(sorted(found))


def _passed_on(old: str, new: str) -> bool:
    """Whether another side has, bears, pays or may than before."""
    before, after = _bearers(old), _bearers(new)
    if any(before[word] != after[word] for word in before.keys() & after.keys()):
        return True
    named = [(text.count(US), text.count(THEM)) for text in (old, new)]
    return named[0] != named[1] and any((word in before) != (word in after) for word in _OWNING)


def _bearers(text: str) -> dict[str, frozenset[str]]:
    """Who has, bears, pays or may: of each such word, the sides that stand behind it, else before it."""
    found: dict[str, set[str]] = {}
    for sentence in re.split(r"[。;；]|\.(?=\s|$)", text):
        for one in _BEARING.finditer(sentence):
            before = re.findall(f"{US}|{THEM}", sentence[: one.start()])
            side = one["behind"] or (before[-1] if before else "")
            found.setdefault(one["word"], set()).update({side} - {""})
    return {word: frozenset(several) for word, several in found.items() if several}


def _turned(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    return len(before) == len(after) and before != after


def _ranked(text: str) -> frozenset[str]:
    """What goes before what, where a text says so."""
    found = re.search(r"(?:^|[.;。;])([^.;。;]*?)(?:\bprevails?\b|take precedence|优先于|效力高于)", text)
    return frozenset(re.findall(rf"[a-z@]{{3,}}|[{HAN}]", found.group(1))) if found else frozenset()


def _proper(before: str, after: str) -> int:
    """Names (capitals inside a sentence) that stand on one side alone."""
    a, b = (set(_CAPITALS.findall(text)) for text in (before, after))
    words = {one.lower() for one in re.findall(r"[A-Za-z]+", after)}, {one.lower() for one in re.findall(r"[A-Za-z]+", before)}
    a, b = a - _CURRENCIES, b - _CURRENCIES
    gone, come = {one for one in a if one.lower() not in words[0]}, {one for one in b if one.lower() not in words[1]}
    return int(bool(gone and come) or any(one.isupper() for one in gone | come))


def _unfigured(text: str) -> str:
    """`text` without its figures, which are held against each other by themselves."""
    bare = list(text)
    for figure in quantities(text):
        bare[figure.at : figure.end] = " " * (figure.end - figure.at)
    return re.sub(r"\d+(?:[,.]\d+)*\s?[%‰]?", " ", "".join(bare))


def _sayings(text: str, cut: Cut) -> Counter[str]:
    """The words of `text` that say something, each once."""
    found = Counter[str]()
    for one in _tokens(text, cut):
        word = one.strip()
        if not re.search(r"\w", word) or synonyms.empty().fullmatch(word):
            continue
        found[_stem(word)] += 1
    return Counter(dict.fromkeys(found, 1))


def _stem(word: str) -> str:
    if not word.isascii():
        return word
    word = word.removesuffix("'s")
    bare = _SUFFIX.sub("", word)
    return (bare if len(bare) >= _SHORTEST_STEM else word).rstrip("e")


def _unexplained(gone: Counter[str], come: Counter[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words without a counterpart: one that shares its stem or a Chinese character counts as the other in another form."""
    left, right = list(gone), list(come)
    for one in tuple(left):
        twin = next((other for other in right if _kin(one, other)), None)
        if twin is not None:
            left.remove(one)
            right.remove(twin)
    return tuple(left), tuple(right)


def _kin(one: str, other: str) -> bool:
    if one.isascii() and other.isascii():
        return one[:5] == other[:5] and len(one) >= _SHORTEST_STEM
    return not one.isascii() and not other.isascii() and bool(set(one) & set(other) - set("不未无非可应得"))


def _shifts(old: str, new: str) -> tuple[Shift, ...]:
    """Figures that became others, or went, or came; those that stand in the likest words are held against each other."""
    if old == new:
        return ()
    first, second = list(quantities(old))[:MOST_FIGURES], list(quantities(new))[:MOST_FIGURES]
    staged = _staged(first, old), _staged(second, new)
    around = [_worded(near(old, one)) for one in first], [_worded(near(new, one)) for one in second]
    scored = sorted(
        (
            (_likeness(around[0][a], around[1][b]) + EQUAL * (one.key == other.key) - abs(a - b) / 100, -a, -b)
            for a, one in enumerate(first)
            for b, other in enumerate(second)
            if other.what == one.what or {one.what, other.what} <= {"times", "percent"}
        ),
        reverse=True,
    )
    partner: dict[int, int] = {}
    for _, a, b in scored:
        if -a not in partner and -b not in partner.values():
            partner[-a] = -b
    parted = tuple(_parted(first, second, partner, old, new))
    if staged[0] and staged[1] and round(staged[0][1], 3) != round(staged[1][1], 3):
        return (*parted, Shift("schedule", staged[0][0], staged[1][0], staged[0][1], staged[1][1], new[:MOST_AROUND]))
    return parted


def _staged(figures: Sequence[Quantity], text: str) -> tuple[str, float] | None:
    """Where percentages make up a whole, as the stages of a payment do: the stages, and how late the whole comes, from 0 to 1."""
    shares = [one for one in figures if one.what == "percent"]
    if not shares or abs(sum(one.value for one in shares) - WHOLE) > 1e-6:  # noqa: PLR2004 - rounding
        return None
    late = sum(place * one.value for place, one in enumerate(shares)) / WHOLE / max(1, len(shares) - 1)
    return "/".join(text[one.at : one.end].strip() for one in shares), late if len(shares) > 1 else 1.0


def _parted(
    first: Sequence[Quantity], second: Sequence[Quantity], partner: Mapping[int, int], old: str, new: str
) -> Iterator[Shift]:
    """The figures that are not what they were."""
    rates = tuple({one.key for one in figures if one.what == "rate"} for figures in (first, second))
    for a, one in enumerate(first):
        other = second[partner[a]] if a in partner else None
        if other is None and one.key in rates[1]:
            continue
        if other is None:
            yield Shift(one.what, old[one.at : one.end].strip(), "", one.value, None, near(old, one))
        elif other.key != one.key:
            said = old[one.at : one.end].strip(), new[other.at : other.end].strip()
            yield Shift(one.what, *said, one.value, other.value, near(new, other))
    for b, other in enumerate(second):
        if b not in partner.values() and other.key not in rates[0]:
            yield Shift(other.what, "", new[other.at : other.end].strip(), None, other.value, near(new, other))


def _worded(text: str) -> Counter[tuple[str, str]]:
    """The pairs of letters of what stands around a figure."""
    return Counter(pairwise(re.sub(r"\d+(?:[.,]\d+)*", "", text[:MOST_AROUND])))


def near(text: str, one: Quantity) -> str:
    """The part of the sentence that a figure stands in."""
    before, after = max(0, one.at - MOST_AROUND), min(len(text), one.end + MOST_AROUND)
    begin = max((found.end() for found in _CLAUSELET.finditer(text, before, one.at) if not _in_figure(text, found.start())), default=before)
    end = next((found.start() for found in _CLAUSELET.finditer(text, one.end, after) if not _in_figure(text, found.start())), after)
    return text[begin:end]


def _in_figure(text: str, at: int) -> bool:
    return text[at] in ",." and 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()


def _likeness(one: Counter[tuple[str, str]], other: Counter[tuple[str, str]]) -> float:
    return 2 * sum((one & other).values()) / max(1, one.total() + other.total())
