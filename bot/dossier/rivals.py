"""Rivals: which are named, and what our papers hold against them in price, time and worth. Knows sentences; slanders nobody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.bearing import TABLE
from bot.domain.dossier import Angle
from bot.domain.evidence import Evidence, Passage
from bot.domain.patterns import Pattern
from bot.domain.query import Aggregate, Filter, Fn, Op, Query
from bot.domain.saying import cited
from bot.domain.scope import Reach
from bot.domain.shelf import Shelf, shelf_of
from bot.dossier.papers import MARGINS, Papers, told, unlisted
from bot.errors import NotAllowed
from bot.ports import SeenRecords

SHORT = 2
"""Characters by which a Chinese firm is called for short."""
LONG_NAME = 4
LONGEST_LINE = 120
ASKED = Pattern(
    r"\b(?i:beat|against|versus|vs\.?|compar\w+ (?:us )?(?:to|with|against)|instead of|up against|lose to|losing to|"
    r"(?:pick|choose|prefer)\s+us\s+(?:over|to)|(?:rival|competitor)s?(?:\s+is|\s+are|,)?|looking at|pitch versus)\s+"
    r"(?P<en>[A-Z][\w&-]+(?:\s[A-Z][\w&-]+)?)"
    r"|(?:竞争对手|对手|竞品|友商)(?:是|叫|为|[：:])\s*(?P<is>[A-Za-z][\w&-]+|[\u3400-\u9fff]{2,6}?)"
    r"(?=$|[，,。；;！!？?\s]|这|怎|我|的|,|给|在|针)"
    r"|(?:对上|打败|打赢|赢过|干掉|PK|pk|比过|输给)\s*(?P<at>[A-Za-z][\w&-]+|[\u3400-\u9fff]{2,4}?)"
    r"(?=$|[，,。；;！!？?\s]|的|这|怎|我|该|在)"
    r"|在(?:看|用|谈|比)\s*(?P<of>[A-Za-z][\w&-]+|[\u3400-\u9fff]{2,4}?)的(?:方案|报价|产品|样机|平台)"
)
NOBODY = frozenset(("我们", "他们", "对手", "客户", "别家", "别人", "谁", "哪家", "竞品", "人家", "其他", "对方", "us", "them", "our"))
UNSAID = Pattern(
    r"别说|不要说|不能说|禁|他们的优势|对方优势|\b(?:do not say|don't say|never say|where they win|their strengths)\b", re.IGNORECASE
)
"""Headings of what is not to be said, or is no help."""
ANSWERS = Pattern(r"应对|赢法|回应|客户会怎么说|我们的优势|\b(?:where we win|how to answer|our answer|answers?)\b", re.IGNORECASE)
FACTS = Pattern(r"事实|对比|结果|\b(?:facts?|result|numbers)\b", re.IGNORECASE)
WORSE = Pattern(r"比(?:我们|S\d+|屿云).{0,4}(?:低|便宜|多|快|短|好)|\b(?:cheaper|faster) than (?:us|ours)\b", re.IGNORECASE)
"""Where the rival is better, and nothing is said to answer it."""
SLANDER = Pattern(
    r"抄袭|骗|垃圾|倒闭|破产|财务|贪|黑|烂|造假|贴牌|不要|别说"
    r"|\b(?:cop(?:y|ied)|steal|fraud|liars?|bankrupt|scam|junk|garbage|cheat\w*|do not|never)\b",
    re.IGNORECASE,
)
KINDS = (
    (Angle.MONEY, Pattern(r"元|价|费|贵|便宜|赔|万\b|\b(?:EUR|USD|GBP|CNY|price|cost|fee|cheap\w*|expensive)\b", re.IGNORECASE)),
    (Angle.TIME, Pattern(r"交期|到货|现货|周就|合同期|一年一签|\b(?:lead time|weeks?|contract term|notice|in stock)\b", re.IGNORECASE)),
)
ANSWERED, FACT, FIGURE, NAMED = 4, 2, 1, 1
KEPT = 3
MOST = 100
"""Rivals that are looked up."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """Those to hold our papers against. named: in the turn; else they stand in the open deals."""

    names: tuple[str, ...] = ()
    named: bool = False


@dataclass(frozen=True, slots=True)
class Against:
    """What our papers hold against rivals, by angle. silent: named rivals that no paper speaks of."""

    who: str = ""
    grounds: Mapping[Angle, tuple[Evidence, ...]] = field(default_factory=dict)
    silent: tuple[str, ...] = ()


async def rivals_in(said: str, of_deals: Sequence[str], records: SeenRecords) -> Rivals:
    """The rivals that `said` names, as the records write them where they know them; else those of the deals."""
    known = await _competitors(records)
    low = said.casefold()
    places = {name: min((at for one in called(name) if (at := low.find(one.casefold())) >= 0), default=-1) for name in (*of_deals, *known)}
    found = sorted((name for name, at in places.items() if at >= 0), key=lambda name: places[name])
    asked = [next(name for name in match.groupdict().values() if name) for match in ASKED.finditer(said)]
    strange = [name for name in asked if name.casefold() not in NOBODY and not any(short in name for one in found for short in called(one))]
    if found or strange:
        return Rivals(tuple(dict.fromkeys((*found, *strange))), named=True)
    return Rivals(tuple(dict.fromkeys(of_deals)))


def called(rival: str) -> tuple[str, ...]:
    """What people call a rival: its name, and for a Chinese one its first two characters."""
    return (rival, rival[:SHORT]) if not rival.isascii() and len(rival) >= LONG_NAME else (rival,)


async def against(rivals: Rivals, papers: Papers) -> Against:
    """What stands in our papers against the first of `rivals` that they speak of."""
    silent: list[str] = []
    for rival in rivals.names:
        short = called(rival)[-1]
        scored = [one for passage in await papers.naming(short) for one in _scored(passage, short)]
        if scored:
            return Against(rival, _sorted(scored), tuple(silent) if rivals.named else ())
        silent.append(rival)
    return Against(silent=tuple(silent) if rivals.named else ())


def _scored(passage: Passage, rival: str) -> Sequence[tuple[float, Passage, str]]:
    """Sentences against a rival: all of a card about it, else those that name it; a judgement without a figure is none."""
    heading = passage.locator.rpartition(" > ")[2]
    if UNSAID.search(heading):
        return ()
    card = shelf_of(passage.source, passage.title) is Shelf.CARD and rival.casefold() in f"{passage.title} {passage.source}".casefold()
    answers, facts = bool(ANSWERS.search(heading)), bool(FACTS.search(heading)) or not card
    found = []
    for sentence in (*_lines(passage), *_cells(passage)):
        figure = any(char.isdigit() for char in sentence)
        of_it = card or rival.casefold() in sentence.casefold()
        if SLANDER.search(sentence) or WORSE.search(sentence) or not of_it or not (figure or answers or (card and facts)):
            continue
        answered = answers or bool(ANSWERS.search(sentence))
        named = rival.casefold() in sentence.casefold()
        found.append((ANSWERED * answered + FACT * facts + FIGURE * figure + NAMED * named - len(sentence) / 1000, passage, sentence))
    return found


def _lines(passage: Passage) -> Sequence[str]:
    """What is put side by side in one line stays together; a long one is taken by sentences."""
    lines = [unlisted(line) for line in passage.text.splitlines() if line.strip() and TABLE not in line]
    short = [line for line in lines if len(line) <= LONGEST_LINE]
    apart = [one for one in told(passage) if not any(one in line for line in short)]
    return [line for line in short if line not in passage.locator] + apart


def _cells(passage: Passage) -> Sequence[str]:
    """Cells of a table that say something by themselves."""
    cells = (cell.strip(MARGINS) for line in passage.text.splitlines() if "|" in line for cell in line.split("|"))
    return [cell for cell in cells if len(cell) >= LONG_NAME * 2 and any(char.isdigit() for char in cell) and ":" not in cell]


def _sorted(scored: Sequence[tuple[float, Passage, str]]) -> Mapping[Angle, tuple[Evidence, ...]]:
    kept: dict[Angle, list[Evidence]] = {}
    for _, passage, sentence in sorted(scored, key=lambda one: -one[0]):
        angle = next((angle for angle, sign in KINDS if sign.search(sentence)), Angle.RIVAL)
        if len(kept.setdefault(angle, [])) < KEPT:
            kept[angle].append(cited(passage, sentence))
    return {angle: tuple(grounds) for angle, grounds in kept.items()}


async def _competitors(records: SeenRecords) -> Sequence[str]:
    """The rivals that stand in opportunities which the speaker may see."""
    query = Query("opportunity", (Filter("competitor", Op.NOT_NULL),), group_by="competitor", aggregate=Aggregate(Fn.COUNT), limit=MOST)
    if records.scope.of("opportunity") is Reach.NONE:
        return ()
    try:
        return [figure.group for figure in (await records.ask(query)).figures if figure.group]
    except NotAllowed:
        return ()
