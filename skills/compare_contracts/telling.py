"""What came of a comparison, in words: a verdict, what matters, why it is judged so. Knows reports; judgements are the library's."""

import re
from dataclasses import dataclass

from bot.domain.comparison import Category, Clause, ClauseChange, ClauseChangeKind, Report, Risk, Shift
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience
from bot.domain.saying import Saying
from bot.ports.papers import KeptPaper
from skills.compare_contracts.library import Library

MOST_TOLD = 5
CIRCLED = "①②③④⑤"
LONGEST_HEADING = 14
LONGEST_QUOTE = 160
SAID_ANEW = frozenset({ClauseChangeKind.WORDING_ONLY})
_SENTENCE = re.compile(r"[^。;；\n]*?[^。;；.\n](?:\.(?!\s)[^。;；.\n]*)*(?:[。;；]|\.(?=\s|$)|$|(?=\n))")
_UNIT = re.compile(
    r"(?<=\d)\s*(?:个?工作日|日历日|自然日|日|天|个?月|年|周|(?:business|calendar|working)?\s*(?:days?|months?|years?|weeks?))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two papers, and what became of the one in the other."""

    old: KeptPaper
    new: KeptPaper
    report: Report

    @property
    def changes(self) -> tuple[ClauseChange, ...]:
        """Those that are more than another wording, the gravest first; else in the order of the contract."""
        return tuple(sorted((one for one in self.report.changes if one.kind not in SAID_ANEW), key=lambda one: -one.risk.weight))

    @property
    def reworded(self) -> int:
        """How many clauses only say the same in other words."""
        return sum(one.kind in SAID_ANEW for one in self.report.changes)

    @property
    def looks(self) -> tuple[str, ...]:
        """Figures that were read off pictures, and have to be looked at."""
        return tuple(dict.fromkeys(word for kept in (self.old, self.new) for one in kept.paper.paragraphs for word in one.look))


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual with this account: how many days late it pays, None where nobody knows. ground: the record that says so."""

    account: str = ""
    late_days: float | None = None
    ground: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells one comparison to one person."""

    said: Saying
    library: Library
    user_id: str

    # --- all of it ------------------------------------------------------------------------------------------------------------------

    def overview(self, found: Compared) -> str:
        """Counts, the verdict, the five that matter."""
        told = found.changes
        if not told:
            key = "same_words" if found.reworded else "same"
            return self._lines(self.said.say(key, count=found.reworded), self._scanned(found))
        high, medium = found.report.counted(Risk.HIGH), found.report.counted(Risk.MEDIUM)
        verdict = "verdict_high" if high else "verdict_medium" if medium else "verdict_low"
        counts = {"count": len(told), "high": high, "medium": medium, "s": "" if len(told) == 1 else "s"}
        shown = "".join(f"{CIRCLED[at]}{self.short(one)}" for at, one in enumerate(told[:MOST_TOLD]))
        head = self.said.say(verdict, **counts, shown=shown)
        more = self.said.say("more", count=len(told) - MOST_TOLD) if len(told) > MOST_TOLD else ""
        return self._lines(head, more, self.said.say("who_looks") if found.report.legal else "", self._scanned(found))

    def everything(self, found: Compared, page: str) -> str:
        """Every change, the gravest first, with both wordings; what only reads otherwise is counted."""
        lines = [
            self.said.say(
                "change_line", risk=self.risk(one.risk), what=self.short(one), why=self.reason(one), rule=one.rule or "-",
            )
            for one in found.changes
        ]  # fmt: skip
        reworded = self.said.say("reworded", count=found.reworded) if found.reworded else ""
        return self._lines(*lines, reworded, self.said.say("on_page", page=page) if page else "", self.said.say("no_advice"))

    def grounds(self, found: Compared) -> tuple[Evidence, ...]:
        """The new wording of each of the five, or the old one where it went."""
        return tuple(self._wording(found, one, new=one.new is not None) for one in found.changes[:MOST_TOLD])

    # --- one of them -------------------------------------------------------------------------------------------------------------------

    def short(self, one: ClauseChange) -> str:
        """A change in a few words: 付款30→90天(§4)."""
        clause = one.new or one.old
        what = self.name(one)
        number = clause.top or clause.number if clause else ""
        where = self.said.say("where", number=number) if number else ""
        return f"{self._short(one, what)}{where}"

    def _short(self, one: ClauseChange, what: str) -> str:
        if one.kind is ClauseChangeKind.REMOVED:
            return self.said.say("short_removed", what=what)
        if one.kind is ClauseChangeKind.ADDED:
            return self.said.say("short_added", what=what)
        if one.kind is ClauseChangeKind.MOVED:
            return self.said.say("short_moved", what=what)
        shift = telling_shift(one)
        if shift is not None:
            return self.said.say("short_shift", what=what, before=_bare(shift), after=shift.new.strip())
        return self.said.say("short_changed", what=what)

    def name(self, one: ClauseChange) -> str:
        """What people call the clause: its heading, else what it is about."""
        clause = one.new or one.old
        heading = re.sub(r"^[#*\s]+", "", clause.heading) if clause else ""
        if heading and len(heading) <= LONGEST_HEADING * (1 if self.said.lang == "zh" else 2):
            return heading
        return self.category(one)

    def why(self, found: Compared, one: ClauseChange, usual: Usual) -> tuple[str, tuple[Evidence, ...]]:
        """Why a change is judged so: the rule, both wordings, what is usual; and the three grounds."""
        shelf = self.library.shelves[one.category]
        old, new = self._said(one.old, one), self._said(one.new, one)
        late = one.category is Category.PAYMENT and usual.late_days is not None and usual.late_days > 0
        standard = shelf.standard.get(self.said.lang, "")
        usually = self.said.say("usual_late", days=f"{usual.late_days:g}") if late else ""
        usually = usually or (self.said.say("usual_standard", standard=standard) if standard else "")
        rule = self.said.say("why_rule", rule=one.rule, why=self.reason(one)) if one.rule else self.said.say("why_no_rule")
        wording = self.said.say(f"why_{'both' if old and new else 'new' if new else 'old'}", old=old, new=new)
        text = f"{rule}{wording}{usually}{self.said.say('legal_decides') if one.legal else ''}"
        grounds = [self._wording(found, one, new=side) for side in (False, True) if (one.new if side else one.old) is not None]
        if one.rule:
            grounds.append(self._rule(one))
        if late and usual.ground:
            grounds.append(usual.ground)
        elif usually:
            grounds.append(self._standard(one))
        return text, tuple(grounds)

    def note(self, one: ClauseChange) -> str:
        """What stands beside a change in the redline: risk, rule, how far we go, who must look."""
        fallback = self.library.shelves[one.category].fallback.get(self.said.lang, "")
        parts = (
            self.said.say("note_risk", risk=self.risk(one.risk), rule=one.rule or "-", why=self.reason(one)),
            self.said.say("note_fallback", fallback=fallback) if fallback else "", self.said.say("legal_decides") if one.legal else "",
        )  # fmt: skip
        return " ".join(part for part in parts if part)

    def risk(self, risk: Risk) -> str:
        """A risk in a word."""
        return self.said.say(f"risk_{risk}")

    def category(self, one: ClauseChange) -> str:
        """What the clause is about, in a word."""
        return self.library.shelves[one.category].names.get(self.said.lang, one.category)

    def reason(self, one: ClauseChange) -> str:
        """Why it is judged so, as the library says it; "" where no rule had to be asked."""
        return one.grounds[0].why.get(self.said.lang, "") if one.grounds else ""

    def _said(self, clause: Clause | None, one: ClauseChange) -> str:
        return self.said.quoted(changed_sentence(clause, one)) if clause else ""

    def _wording(self, found: Compared, one: ClauseChange, *, new: bool) -> Evidence:
        kept, clause = (found.new, one.new) if new else (found.old, one.old)
        quote = changed_sentence(clause, one)[:LONGEST_QUOTE] if clause else ""
        number = clause.number or clause.top if clause else ""
        return self._ground(quote, kept.name, number, EvidenceKind.DOCUMENT, kept.id)

    def _rule(self, one: ClauseChange) -> Evidence:
        return self._ground(self.reason(one), self.said.say("library"), one.rule, EvidenceKind.BENCHMARK, one.rule)

    def _standard(self, one: ClauseChange) -> Evidence:
        shelf = self.library.shelves[one.category]
        return self._ground(
            shelf.standard[self.said.lang], self.said.say("library"), self.said.say("standard"), EvidenceKind.BENCHMARK, one.category
        )

    def _ground(self, quote: str, source: str, where: str, kind: EvidenceKind, ref: str) -> Evidence:
        return Evidence(quote, source, where, kind, 1.0, ref, Audience(f"user:{self.user_id}"))

    def _scanned(self, found: Compared) -> str:
        looks = found.looks
        return self.said.say("scanned", words=self.said.say("list_comma").join(looks[:8])) if looks else ""

    def _lines(self, *lines: str) -> str:
        return "\n".join(line for line in lines if line)


def telling_shift(one: ClauseChange) -> Shift | None:
    """The figure that tells a change: one that took another's place, the one that moved furthest."""
    shifts = [shift for shift in one.shifts if shift.old and shift.new and shift.before is not None and shift.after is not None]
    return max(shifts, key=_moved, default=None)


def _moved(shift: Shift) -> float:
    low, high = sorted((abs(shift.before or 0.0), abs(shift.after or 0.0)))
    return high / low if low else high


def _bare(shift: Shift) -> str:
    """The old figure, without a unit that the new one has too: 30→90日."""
    before, after = shift.old.strip(), shift.new.strip()
    unit = _UNIT.search(before)
    return before[: unit.start()] if unit and unit.end() == len(before) and after.endswith(before[unit.start() :].strip()) else before


def changed_sentence(clause: Clause | None, one: ClauseChange) -> str:
    """The sentence of a clause in which something changed, verbatim; its beginning where nothing stands out."""
    if clause is None:
        return ""
    sentences = [found.group().strip() for found in _SENTENCE.finditer(clause.text) if found.group().strip()] or [clause.text]
    shift = telling_shift(one)
    wanted = (shift.new if clause is one.new else shift.old).strip() if shift else ""
    if wanted:
        found_sentence = next((one_said for one_said in sentences if wanted in one_said), "")
        if found_sentence:
            return found_sentence
    other = one.old if clause is one.new else one.new
    return next((one_said for one_said in sentences if other is None or one_said not in other.text), sentences[0])
