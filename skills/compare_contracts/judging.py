"""What a change means for our side, by the rules of the library, else by whose duty or right grew. Knows no contract as a whole."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.comparison import Category, ClauseChangeKind, Direction, Ground, Risk, Shift
from skills.compare_contracts.library import Library, Rule
from skills.compare_contracts.parties import THEM, US

OURS_MORE, THEIRS_MORE, BOTH, UNKNOWN, FLIPPED = "Y-01", "Y-02", "Y-03", "Y-04", "Y-05"
_WHY = {
    OURS_MORE: {"zh": "我们的义务变多,或对方的权利变多。", "en": "More duties for us, or more rights for them."},
    THEIRS_MORE: {"zh": "对方的义务变多,或我们的权利变多。", "en": "More duties for them, or more rights for us."},
    BOTH: {"zh": "对双方影响相同。", "en": "It touches both alike."},
    FLIPPED: {
        "zh": "对方原来不得做或必须做的,现在可以自己决定;或我们原来可以的,现在不行。",
        "en": "What they had to do, or might not, is now up to them; or what we might do, we may not.",
    },
    UNKNOWN: {
        "zh": "规则库里没有对应的规则,有人看过之前按对我们不利处理。",
        "en": "No rule of the library fits; it counts against us until somebody has looked.",
    },
}
_HELD = frozenset({*Category} - {
    Category.OTHER, Category.ASSIGNMENT, Category.CONFIDENTIALITY, Category.FORCE_MAJEURE, Category.DATA_PROTECTION, Category.DISPUTE,
    Category.GOVERNING_LAW,
})  # fmt: skip
"""Where a ban that became a right has money in it."""
_ALIKE = 0.4
_GRAVE = frozenset({Category.LIABILITY_CAP, Category.INDEMNITY, Category.IP, Category.EXCLUSIVITY, Category.ACCEPTANCE})
"""Where a change that no rule knows may cost without bound."""
_LIGHT = frozenset({Category.OTHER, Category.ASSIGNMENT, Category.CONFIDENTIALITY, Category.FORCE_MAJEURE})
_PART = re.compile(r"[,，。;；、\n]|\.\s|\.$")
_DUTY = re.compile(
    r"应(?!收|付款项)|须|必须|派驻|派遣|配备|负责|承担|负担|保证|提供|支付|赔偿"
    r"|\b(?:shall|must|will|warrants?|undertakes?|agrees? to|bears?|pays?|provides?)\b"
)
_BAN = re.compile(r"不得|无权|不可(?!抗|分|预|避)|\b(?:shall not|may not|must not|cannot|will not|has no (?:claim|right)|not entitled)\b")
_RIGHT = re.compile(r"(?<!不)可(?!抗|分|预|避|靠|用|能)|有权|\b(?:may|is entitled to|has the right to|can)\b(?! not)")
_FREED = re.compile(
    rf"(?<={US})不(?![得可能足少低超多])|(?<={THEM})不(?![得可能足少低超多])"
    r"|不承担|无需|无须|不必|不负|免除|免责|不受"
    r"|\b(?:need not|not (?:be )?(?:liable|required|obliged|responsible)|no obligation|has no duty)\b"
)
_TAKES = re.compile(
    r"收取|收到|取得|获得|享有|保留(?!备份)|拥有|所有|收回"
    r"|\b(?:owns?|retains?|receives?|reserves?|charges?|is paid|collects?|recovers?)\b"
)
"""What somebody has or gets, said without a word of right."""
_DOES = re.compile(rf"^(?:{US}|{THEM})(?!'s|的|所在|住所|未|如|因|书面)")
"""Who stands first in a part and does something, does it as a duty: "Supplier delivers to site"."""
_ACTING = re.compile(f"{US}|{THEM}|双方|任何一方|任一方|each party|either party|neither party|both parties")
_EITHER = re.compile(
    "双方|任何一方|任一方|各方|披露方|接收方|守约方|违约方|受影响方|原告|被告"
    "|each party|either party|neither party|both parties|the parties|a party|receiving party|disclosing party|recipient|discloser"
    "|affected party|party in breach|defaulting party|claimant|defendant"
)
_MONEY = re.compile(r"费|款|价|赔|退|回购|违约金|\b(?:pay|price|fees?|charges?|costs?|refund|credit|indemnif\w+|damages)\b")
_LIMITED = re.compile(r"内|之前|以前|不迟于|提前|\b(?:within|before|prior to|no later than|notice)\b")


@dataclass(frozen=True, slots=True)
class Case:
    """A change as rules see it: folded, the sides as @us and @them. heading: of the new clause, or else of the old."""

    kind: ClauseChangeKind
    heading: str
    old: str
    new: str
    shifts: tuple[Shift, ...]
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the change means for us. grounds: the rules that say so, the deciding one first. legal: whether legal must look."""

    direction: Direction
    risk: Risk
    grounds: tuple[Ground, ...]
    legal: bool


def judge(case: Case, library: Library) -> Judgement:
    """The judgement on one change. Moves and other wordings need none."""
    legal = any(library.shelves[one].legal for one in case.categories[:1])
    if case.kind in {ClauseChangeKind.MOVED, ClauseChangeKind.WORDING_ONLY}:
        return Judgement(Direction.NEUTRAL, Risk.NONE, (), legal=False)
    found = (*_found(case, library), *_flips(case))
    grounds = tuple(_ranked(found)) or (_generally(case),)
    first = grounds[0]
    return Judgement(first.direction, first.risk, grounds, legal or first.risk is Risk.HIGH)


def _found(case: Case, library: Library) -> Iterator[Ground]:
    first, *others = [library.shelves[one].rules for one in case.categories]
    rules = [rule for rule in (*first, *library.general) if _applies(rule, case)]
    figured = any(rule.shift and rule in first for rule in rules)
    likely = [
        rule for several in others for rule in several if _is_told_by_signs(rule) and not (rule.shift and figured) and _applies(rule, case)
    ]
    for rule in (*rules, *(one for one in likely if not rules or one.kinds == {"modified"})):
        yield Ground(rule.id, rule.direction, rule.risk, rule.why)


def _flips(case: Case) -> Iterator[Ground]:
    """Whether the same thing, of the same side, was forbidden or owed before and is free now, or the other way about for us."""
    if case.kind is not ClauseChangeKind.MODIFIED:
        return
    gone, come = _parts(case.old) - _parts(case.new), _parts(case.new) - _parts(case.old)
    pairs = [(one, other) for one in gone for other in come if _same_thing(one, other)]
    theirs = any(_worth(a) > 0 > _worth(b) and _set_free(a, b) for a, b in pairs if THEM in a and THEM in b)
    ours = any(_worth(a) > 0 > _worth(b) and _set_free(b, a) for a, b in pairs if US in a and US in b and THEM not in a + b)
    if theirs or ours:
        risk = Risk.HIGH if case.categories[0] in _HELD else Risk.MEDIUM
        yield Ground(FLIPPED, Direction.FAVOURS_THEM, risk, _WHY[FLIPPED])


def _set_free(bound: str, free: str) -> bool:
    """Whether the first forbids what the second allows, or the first demands what the second does not."""
    forbidden = _BAN.search(bound) and _RIGHT.search(free) and not _BAN.search(free)
    owed = _DUTY.search(bound) and not _BAN.search(bound) and not _FREED.search(bound) and _FREED.search(free)
    return bool(forbidden or owed)


def _same_thing(one: str, other: str) -> bool:
    first, second = (set(re.findall(r"[a-z]{3,}|[\u3400-\u9fff]", part)) for part in (one, other))
    return len(first & second) >= _ALIKE * min(len(first), len(second))


def _is_told_by_signs(rule: Rule) -> bool:
    """Whether a rule of a category that is only likely may speak: it has to say itself what it is about."""
    return bool(rule.patterns.keys() & {"old", "new", "gained", "lost", "near"}) and rule.risk is not Risk.NONE


def _ranked(found: Sequence[Ground]) -> Iterator[Ground]:
    """What is worst for us decides; what favours us decides only where nothing speaks against us."""
    against = [one for one in found if one.direction is Direction.FAVOURS_THEM]
    favour = [one for one in found if one.direction is Direction.FAVOURS_US]
    even = [one for one in found if one.direction is Direction.NEUTRAL]
    yield from sorted(against, key=lambda one: -one.risk.weight)
    yield from favour
    yield from sorted(even, key=lambda one: -one.risk.weight)


def _applies(rule: Rule, case: Case) -> bool:
    return (
        case.kind.value in rule.kinds
        and all(_shows(name, pattern, case) for name, pattern in rule.patterns.items())
        and (not rule.shift or any(_shifted(rule, one) for one in case.shifts))
    )


def _shows(name: str, pattern: re.Pattern[str], case: Case) -> bool:
    """Whether a change shows what a rule asks for under `name`; what stands near a figure is asked of the figure."""
    match name:
        case "gained":
            return _more(pattern, case.new, case.old)
        case "lost":
            return _more(pattern, case.old, case.new)
        case "unless":
            return not pattern.search(f"{case.old}\n{case.new}")
        case "near":
            return True
    told = {"old": case.old, "new": case.new, "heading": case.heading, "text": f"{case.old}\n{case.new}"}
    return pattern.search(told[name]) is not None


def _more(pattern: re.Pattern[str], here: str, there: str) -> bool:
    return len(pattern.findall(here)) > len(pattern.findall(there))


def _shifted(rule: Rule, shift: Shift) -> bool:
    """Whether a figure changed as a rule asks."""
    near = rule.patterns.get("near")
    if rule.shift not in {"any", shift.what} or (rule.come and shift.old) or (rule.gone and shift.new):
        return False
    return (near is None or near.search(shift.near) is not None) and _in_bounds(rule, shift.before, shift.after)


def _in_bounds(rule: Rule, before: float | None, after: float | None) -> bool:
    """Whether a figure rose or fell as far as a rule asks. Where there was none, one that comes has risen from nothing."""
    least, most = rule.at_least, rule.at_most
    if (least is not None and (after is None or after < least)) or (most is not None and (after is None or after > most)):
        return False
    if rule.up is None and rule.ratio == 1:
        return True
    if before is None or after is None:
        return before is None and bool(rule.up) and least is not None
    low, high = sorted((abs(before), abs(after)))
    return after != before and (rule.up is None or (after > before) == rule.up) and high >= rule.ratio * low


def _generally(case: Case) -> Ground:
    """By whose duties and rights came and went. A right with money in it that turned against us is high."""
    gone, come = _parts(case.old) - _parts(case.new), _parts(case.new) - _parts(case.old)
    gain = _weight(come) - _weight(gone)
    moved = sum(_by_figure(one, case) for one in case.shifts)
    total = gain or moved
    if case.kind is ClauseChangeKind.REMOVED and total <= 0:
        return Ground(OURS_MORE, Direction.FAVOURS_THEM, _risk(case, gone, come), _WHY[OURS_MORE])
    if not total and _mutual(case):
        return Ground(BOTH, Direction.NEUTRAL, Risk.LOW, _WHY[BOTH])
    if not total or (total > 0 and case.categories[0] in _GRAVE):
        return Ground(UNKNOWN, Direction.FAVOURS_THEM, _until_looked_at(case), _WHY[UNKNOWN])
    if total > 0:
        return Ground(THEIRS_MORE, Direction.FAVOURS_US, Risk.NONE, _WHY[THEIRS_MORE])
    return Ground(OURS_MORE, Direction.FAVOURS_THEM, _risk(case, gone, come), _WHY[OURS_MORE])


def _until_looked_at(case: Case) -> Risk:
    theirs = THEM in f"{case.old}{case.new}" and US not in f"{case.old}{case.new}"
    if case.categories[0] in _GRAVE and case.kind is not ClauseChangeKind.ADDED and not theirs:
        return Risk.HIGH
    return Risk.LOW if case.categories[0] in _LIGHT and case.kind is not ClauseChangeKind.MODIFIED else Risk.MEDIUM


def _risk(case: Case, gone: set[str], come: set[str]) -> Risk:
    if case.categories[0] in _GRAVE and case.kind is ClauseChangeKind.MODIFIED:
        return Risk.HIGH
    money = any(_MONEY.search(one) for one in (*gone, *come))
    if case.kind is ClauseChangeKind.MODIFIED and _is_flipped(case, gone, come):
        return Risk.HIGH if money else Risk.MEDIUM
    return Risk.MEDIUM if money or case.kind is ClauseChangeKind.MODIFIED or case.categories[0] not in _LIGHT else Risk.LOW


def _is_flipped(case: Case, gone: set[str], come: set[str]) -> bool:
    """Whether a ban became a right or freedom a duty, what we may became what we must, or what they must became what they may."""
    was = any(_BAN.search(one) or _FREED.search(one) for one in gone)
    is_now = any((_RIGHT.search(one) or _DUTY.search(one)) and not _BAN.search(one) and not _FREED.search(one) for one in come)
    return bool(case.old) and ((was and is_now) or _turned(gone, come, US, -1) or _turned(gone, come, THEM, -1))


def _turned(gone: set[str], come: set[str], side: str, sign: int) -> bool:
    """Whether the same side's part counted for us before and counts against us now."""
    before, after = ([_worth(one) for one in parts if one.startswith(side)] for parts in (gone, come))
    return any(one == -sign for one in before) and any(one == sign for one in after)


def _mutual(case: Case) -> bool:
    return _EITHER.search(case.new or case.old) is not None


def _parts(text: str) -> set[str]:
    """The parts of sentences, each with the side that acts in it in front."""
    found, acting = set[str](), ""
    for sentence in re.split(r"[。;；\n]|\.\s|\.$", text):
        for part in _PART.split(sentence):
            named = _ACTING.search(part)
            acting = named.group() if named else acting
            if part.strip():
                found.add(f"{'' if named else acting} {part.strip()}".strip())
        acting = ""
    return found


def _weight(parts: Iterable[str]) -> int:
    """What the parts are worth for us: our rights and their duties count for us, our duties and their rights against us."""
    return sum(_worth(one) for one in parts)


def _worth(part: str) -> int:
    acting = re.search(f"{US}|{THEM}", part)
    if acting is None:
        return 0
    ours = 1 if acting.group() == US else -1
    if by := re.search(rf"(?:由|by )({US}|{THEM})", part):
        ours = 1 if by.group(1) == US else -1
    if _FREED.search(part):
        return ours
    if _BAN.search(part):
        return -ours
    if _RIGHT.search(part) or (_TAKES.search(part) and not _DUTY.search(part)):
        return ours
    return -ours if _DUTY.search(part) or _DOES.search(part) else 0


def _by_figure(shift: Shift, case: Case) -> int:
    """A figure in somebody's duty that rose makes it heavier, unless it is the time that is left for it.

    Where no word says that it is a duty or a right, it is not taken to be good for us.
    """
    if shift.before is None or shift.after is None:
        return 0
    near = _acted(shift.near, case.new) or _acted(shift.near, case.old) or shift.near
    worth = _worth(near)
    if shift.what == "duration" and _LIMITED.search(near):
        worth = -worth
    gain = worth if shift.after > shift.before else -worth
    told = shift.what == "duration" or _DUTY.search(near) or _RIGHT.search(near) or _BAN.search(near)
    return gain if told else min(0, gain)


def _acted(near: str, text: str) -> str:
    """The words around a figure, with the side in front that was named last before them; "" where `text` has them not."""
    at = text.find(near)
    if at < 0:
        return ""
    if re.search(f"{US}|{THEM}", near):
        return near
    before = re.split(r"[。;；\n]|\.\s", text[:at])[-1]
    named = re.findall(f"{US}|{THEM}", before)
    return f"{named[-1]} {near}" if named else near
