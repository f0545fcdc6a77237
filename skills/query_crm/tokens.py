"""A question cut into what is known in it: words, figures, days, names; and what is left over. Knows no entity's rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.found import Days, Money, Name, Number, Reading
from skills.query_crm.lexicon import Sense, Unit, lexicon, longest, units
from skills.query_crm.naming import Guess, capitals, han_names

Found: TypeAlias = Days | Money | Number | Name | Guess
STOP_SCORE = 0.9
FOUND_BONUS = 2.0
"""What was read counts as longer than it is: 9月底 is a day before it is a month and a word. A bare number has no such standing."""


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the question. senses: what its words may mean; found: what was read there, or None."""

    text: str
    start: int
    end: int
    senses: tuple[Sense, ...] = ()
    found: Found | None = None

    def sense(self, kind: str, value: str = "", entity: str = "") -> Sense | None:
        """The first sense of this kind, and of this value or entity where one is given."""
        return next(
            (one for one in self.senses if one.kind == kind and value in {"", one.value} and entity in {"", one.entity}), None
        )

    @property
    def idle(self) -> bool:
        """Whether it can only ask, link or be polite."""
        return self.found is None and all(one.kind == "stop" for one in self.senses)


@dataclass(frozen=True, slots=True)
class Cut:
    """A question, cut. left: what nobody knew, in order."""

    text: str
    tokens: tuple[Token, ...]
    left: tuple[Unit, ...]


def cut(text: str, reading: Reading, names: Sequence[Name] = ()) -> Cut:
    """Cut `text` so that as much as possible is known, in as long stretches as possible; then look for names in what is left."""
    parts = units(text)
    found: list[Found] = [*reading.days, *reading.money, *reading.numbers, *names]
    found += capitals(text, [(one.words.start, one.words.end) for one in found])
    tokens, left = _best(parts, _candidates(text, parts, found))
    guessed = han_names(text, tokens_as_pairs(tokens), left)
    if guessed:
        tokens, left = _best(parts, _candidates(text, parts, [*found, *guessed]))
    return Cut(text, tokens, left)


def tokens_as_pairs(tokens: Sequence[Token]) -> tuple[tuple[int, int, tuple[Sense, ...]], ...]:
    """Where the words of the lexicon stand and what they may mean; what was read counts as known."""
    return tuple((token.start, token.end, token.senses) for token in tokens)


def _candidates(text: str, parts: Sequence[Unit], found: Sequence[Found]) -> dict[int, list[tuple[int, float, Token]]]:
    """Unit at which it starts -> the unit after its end, its score, and the token."""
    words = lexicon()
    candidates: dict[int, list[tuple[int, float, Token]]] = {place: [] for place in range(len(parts))}
    for first in range(len(parts)):
        key: tuple[str, ...] = ()
        for last in range(first, min(first + longest(), len(parts))):
            key += (parts[last].text,)
            if senses := words.get(key):
                start, end = parts[first].start, parts[last].end
                token = Token(text[start:end], start, end, senses)
                score = float(sum(unit.size for unit in parts[first : last + 1]) ** 2)
                candidates[first].append((last + 1, score * (STOP_SCORE if token.idle else 1), token))
    for one in found:
        inside = [place for place, unit in enumerate(parts) if unit.start < one.words.end and one.words.start < unit.end]
        if inside:
            bonus = 0.0 if isinstance(one, Number) else FOUND_BONUS
            score = (bonus + sum(parts[place].size for place in inside)) ** 2
            token = Token(one.words.text, one.words.start, one.words.end, (), one)
            candidates[inside[0]].append((inside[-1] + 1, score, token))
    return candidates


def _best(parts: Sequence[Unit], candidates: dict[int, list[tuple[int, float, Token]]]) -> tuple[tuple[Token, ...], tuple[Unit, ...]]:
    """The highest sum of scores, by dynamic programming from the end."""
    best: list[tuple[float, int, Token | None]] = [(0.0, 0, None)] * (len(parts) + 1)
    for place in range(len(parts) - 1, -1, -1):
        best[place] = (best[place + 1][0], place + 1, None)
        for end, score, token in candidates[place]:
            if score + best[end][0] > best[place][0]:
                best[place] = (score + best[end][0], end, token)
    way = list(_way(best, len(parts)))
    return (
        tuple(token for _, token in way if token is not None),
        tuple(parts[place] for place, token in way if token is None),
    )


def _way(best: Sequence[tuple[float, int, Token | None]], end: int) -> Iterator[tuple[int, Token | None]]:
    place = 0
    while place < end:
        _, following, token = best[place]
        yield place, token
        place = following
