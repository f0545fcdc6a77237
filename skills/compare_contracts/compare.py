"""Two versions of a contract in, what changed and what it means out. The order of the steps; each step's rules are its module's."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.domain.changes import Change, ChangeKind
from bot.domain.comparison import Category, Clause, ClauseChange, ClauseChangeKind, Report
from bot.domain.contracts import Paper
from skills.compare_contracts.aligning import Alignment, align
from skills.compare_contracts.categories import categories
from skills.compare_contracts.clauses import clauses, figure
from skills.compare_contracts.folded import essence, fold
from skills.compare_contracts.joining import gathered, taken_apart
from skills.compare_contracts.judging import Case, judge
from skills.compare_contracts.library import Library
from skills.compare_contracts.mending import headed_alike, mended
from skills.compare_contracts.parties import Sides, sides
from skills.compare_contracts.wording import Cut, Difference, differ, plainly, word_changes

HEAD_CHARS = 4_000
LONGEST_READ = 20_000
"""Characters of one clause that rules read; the words of a longer one are still told."""
TITLE_CHARS = 200
_SAYS = re.compile(
    r"\b(?:shall|must|will|may|not|agrees?|represents?|warrants?|covenants?|means|is|are|pays?)\b|[应须得可]|不|由|为|\d"
)
_ABOUT = (
    (re.compile(r"保密(?:协议|合同)|non-?disclosure agreement|confidentiality agreement"), Category.CONFIDENTIALITY),
    (
        re.compile(r"(?:数据|个人信息)(?:委托)?处理(?:协议|合同)|data (?:processing|protection) (?:agreement|addendum)"),
        Category.DATA_PROTECTION,
    ),
)
_REFERENCE = re.compile(
    r"(第)\s*([一二三四五六七八九十百\d]+)\s*(条)|\b((?:clause|section|article|paragraph)s?)\s+(\d+(?:\.\d+)*)", re.IGNORECASE
)
_DEFINED = re.compile(r"[\"“「]([^\"”」]{1,40})[\"”」]\s*(?:系?指|是指|means?\b|refers?\b|shall mean)", re.IGNORECASE)

Told = Callable[[int, int], None]
"""Called with how many pairs are compared, of how many. What it raises ends the work."""


def compare(old: Paper, new: Paper, library: Library, our_party: str, cut: Cut, told: Told | None = None) -> Report:
    """What became of `old` in `new`; we are the seller.

    our_party: our firm's name, several writings parted by "/". cut: parts running Chinese into words. told: for progress and cancelling.

    Raises: TellUser("contract_too_big", file=…) for what no contract is.
    """
    first, second = clauses(old), clauses(new)
    who = sides(_heads(old, new), our_party)
    aligned = align(first, second)
    bench = _Bench(first, second, aligned, library, who, cut)
    changes: list[ClauseChange] = []
    for count, pair in enumerate(aligned.pairs, 1):
        change = bench.change(*pair)
        if change is not None:
            changes.append(change)
        if told is not None:
            told(count, len(aligned.pairs))
    return Report(first, second, aligned.pairs, tuple(changes))


def _heads(old: Paper, new: Paper) -> Iterator[str]:
    for paper in (old, new):
        left = HEAD_CHARS
        for one in paper.paragraphs:
            if left <= 0:
                break
            yield one.text[:left]
            left -= len(one.text)


class _Bench:
    """One comparison at work: both versions, how they are paired, and by what they are judged."""

    def __init__(
        self, old: Sequence[Clause], new: Sequence[Clause], aligned: Alignment, library: Library, who: Sides, cut: Cut
    ) -> None:
        self._old, self._new, self._aligned, self._library, self._who, self._cut = old, new, aligned, library, who, cut
        paired = {here: there for here, there in aligned.pairs if here is not None and there is not None}
        gone, come = ([pair[side] for pair in aligned.pairs if pair[1 - side] is None] for side in (0, 1))
        self._split = taken_apart(old, new, paired, [one for one in come if one is not None])
        back = {there: here for here, there in paired.items()}
        self._merged = taken_apart(new, old, back, [one for one in gone if one is not None])
        self._holders = frozenset(self._split.values()), frozenset(self._merged.values())
        title = fold(old[0].text[:TITLE_CHARS]) if old else ""
        self._about = next((category for pattern, category in _ABOUT if pattern.search(title)), None)
        self._titles = {**_titles(old), **_titles(new)}
        self._numbers = {old[here].top: new[there].top for here, there in aligned.pairs if here is not None and there is not None}

    def change(self, here: int | None, there: int | None) -> ClauseChange | None:
        """What became of one pair; None for nothing but a new number."""
        before = self._old[here] if here is not None else None
        after = self._new[there] if there is not None else None
        if before is None or after is None or here is None or there is None:
            return self._alone(before, after, here, there)
        moved = there in self._aligned.moved
        if not moved and (before.text, before.heading) == (after.text, after.heading) and self._stands_alone(here, there):
            return None
        before, after = _spoken(*headed_alike(*self._whole(before, after, here, there)))
        if self._says_the_same(before.text, after.text):
            if moved:
                return self._judged(ClauseChangeKind.MOVED, before, after, None, moved=True)
            if not self._says_the_same(before.heading, after.heading):
                return self._judged(ClauseChangeKind.WORDING_ONLY, before, after, None, moved=False)
            return None
        now = mended(self._renumbered(before.text, after.text), before.text)
        found = differ(before.text[:LONGEST_READ], now[:LONGEST_READ], self._who, self._cut)
        whole = max(len(before.text), len(now)) <= LONGEST_READ
        kind = ClauseChangeKind.WORDING_ONLY if whole and found.same_meaning else ClauseChangeKind.MODIFIED
        return self._judged(kind, before, after, found, moved=moved)

    def _stands_alone(self, here: int, there: int) -> bool:
        """Whether nothing was taken out of the one or put into the other."""
        return here not in self._holders[0] and there not in self._holders[1]

    def _whole(self, before: Clause, after: Clause, here: int, there: int) -> tuple[Clause, Clause]:
        """Both, with what was taken out of the one or put into the other where it came from."""
        out = [self._new[part].text for part, holder in self._split.items() if holder == here]
        into = [self._old[part].text for part, holder in self._merged.items() if holder == there]
        whole = replace(after, text=gathered(after.text, out, before.text)) if out else after
        return (replace(before, text=gathered(before.text, into, after.text)) if into else before), whole

    def _alone(self, before: Clause | None, after: Clause | None, here: int | None, there: int | None) -> ClauseChange:
        if there in self._split:
            came = self._judged(ClauseChangeKind.MOVED, before, after, None, moved=True)
            return replace(came, split_from=(self._old[self._split[there]].number,))
        if here in self._merged:
            went = self._judged(ClauseChangeKind.MOVED, before, after, None, moved=True)
            return replace(went, merged_into=(self._new[self._merged[here]].number,))
        kind = ClauseChangeKind.REMOVED if after is None else ClauseChangeKind.ADDED
        if (before or after) in self._titles.values():
            kind = ClauseChangeKind.WORDING_ONLY  # what stood under it is told by itself, once
        return self._judged(kind, before, after, None, moved=False)

    def _judged(
        self, kind: ClauseChangeKind, before: Clause | None, after: Clause | None, found: Difference | None, *, moved: bool
    ) -> ClauseChange:
        old, new = before.text if before else "", after.text if after else ""
        shown = after or before or Clause("", "", "", "")
        title = self._titles.get(shown)
        heading = plainly(shown.heading or (title.heading if title else ""), self._who)
        words = word_changes(old, new, self._cut)
        plain_old, plain_new = plainly(old[:LONGEST_READ], self._who), plainly(new[:LONGEST_READ], self._who)
        terms = _redefined(old, new)
        changed = (*_changed(words, plain_old, plain_new, self._who), *(fold(one) for one in terms for _ in range(2)))
        said = "\n".join(_definition(term, text) for term in terms for text in (plain_old, plain_new)) or f"{plain_old}\n{plain_new}"
        likely = categories(self._library, heading, said, changed, self._about)
        judged = judge(Case(kind, heading, plain_old, plain_new, found.shifts if found else (), likely), self._library)
        affects = self._affected(old, new) if kind is ClauseChangeKind.MODIFIED else ()
        return ClauseChange(
            kind, before, after, words, likely, judged.direction, judged.risk, judged.grounds, judged.legal,
            found.shifts if found else (), moved, affects=affects,
        )  # fmt: skip

    def _says_the_same(self, one: str, other: str) -> bool:
        return essence(one) == essence(other) or essence(one) == essence(self._renumbered(one, other))

    def _renumbered(self, before: str, after: str) -> str:
        """`after` with references to other clauses put back to the old numbers, where they mean the same clause as before."""
        olds = [found.group(2) or found.group(5) for found in _REFERENCE.finditer(before)]
        news = list(_REFERENCE.finditer(after))
        if not olds or len(olds) != len(news):
            return after
        text, end = "", 0
        for was, now in zip(olds, news, strict=True):
            number = now.group(2) or now.group(5)
            same = self._numbers.get(_figure(was)) == _figure(number)
            text += after[end : now.start()] + (now.group().replace(number, was) if same else now.group())
            end = now.end()
        return text + after[end:]

    def _affected(self, old: str, new: str) -> tuple[str, ...]:
        """The numbers of other new clauses that use a term which is defined anew here."""
        terms = _redefined(old, new)
        found = (one for one in self._new if terms and one.text != new and any(_uses(one.text, term) for term in terms))
        return tuple(dict.fromkeys(one.number for one in found if one.number))


def _titles(read: Sequence[Clause]) -> dict[Clause, Clause]:
    """The clause under whose heading each part without one stands: a clause that is nothing but a heading."""
    over = {one.top: one for one in read if one.heading and not one.text and one.top}
    return {one: over[one.top] for one in read if one.top in over and not one.heading}


def _spoken(before: Clause, after: Clause) -> tuple[Clause, Clause]:
    """Both, with the headings told as text where one of them says something by itself ("Supplier shall deliver on Mondays")."""
    if essence(before.heading) == essence(after.heading) or not any(_SAYS.search(fold(one.heading)) for one in (before, after)):
        return before, after
    first, second = (replace(one, text=f"{one.heading}\n{one.text}".strip()) for one in (before, after))
    return first, second


def _figure(number: str) -> str:
    return figure(number.partition(".")[0])


def _redefined(old: str, new: str) -> tuple[str, ...]:
    """The terms that both define, each in another way."""
    defined = (term for term in _DEFINED.findall(new) if term in old)
    return tuple(term for term in defined if essence(_definition(term, old)) != essence(_definition(term, new)))


def _definition(term: str, text: str) -> str:
    found = re.search(rf"[\"“「]{re.escape(term)}[\"”」](.*?)(?=[;；。\n]|$)", text, re.DOTALL | re.IGNORECASE)
    return found.group(1) if found else ""


def _uses(text: str, term: str) -> bool:
    return (re.search(rf"\b{re.escape(term)}\b", text) if term.isascii() else term in text) not in {None, False}


def _changed(words: Sequence[Change], old: str, new: str, who: Sides) -> tuple[str, ...]:
    """The words that came and went, as rules read them; nothing where a text stands alone."""
    if not old or not new:
        return ()
    return tuple(plainly(one.text, who) for one in words if one.kind is not ChangeKind.KEPT)
