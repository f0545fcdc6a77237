"""Contracting: which files are contracts to be compared, and which words are about one that was sent. Knows no skill by name."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePath

from bot.domain.documents import safe_name
from bot.domain.ids import TurnId
from bot.domain.talk import File, Spoken, Turn, Utterance
from bot.ports import Capability, Choice, Chooser
from bot.turns.hear import hear
from bot.turns.minuting import ORDERS
from bot.turns.way import Way

WAITS = timedelta(minutes=30)
"""How long a contract waits for the one that it is to be compared with."""
READ = frozenset({
    ".docx", ".docm", ".pdf", ".md", ".markdown", ".txt", ".text", ".html", ".htm",
    ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff",
})  # fmt: skip
NAMED = re.compile(r"合同|协议|条款书|\b(?:contract|agreement|nda|msa|sow|dpa)\b", re.IGNORECASE)
NOT_NAMED = re.compile(r"底线|政策|话术|手册|指引|清单|playbook|policy|guide|fallback|checklist", re.IGNORECASE)
"""Papers about contracts."""
CLAUSE = re.compile(
    r"^[#*\s]*(?:第[一二三四五六七八九十百\d]{1,4}条|(?:article|section|clause)\s+\d|\d{1,2}[.、]\d{0,2}\s*\S)",
    re.IGNORECASE | re.MULTILINE,
)
PARTIES = re.compile(
    r"甲方|乙方|买方|卖方|供方|需方|(?:本|该)(?:合同|协议)"
    r"|\b(?:this (?:agreement|contract)|hereinafter|the (?:supplier|buyer|seller|customer|parties))\b",
    re.IGNORECASE,
)
LEAST_CLAUSES, LEAST_PARTIES = 4, 3
TITLE_LINES, TITLE_CHARS = 3, 80
"""A title stands among the first lines, and is short."""
LOOKED_AT = 60_000
"""Characters of a text that its look is judged by."""
ABOUT = re.compile(
    r"合同|协议|条款|第[一二三四五六七八九十百\d]{1,4}条|§|修订|改动|改了|风险|算[高中低]|违约|责任|赔|账期|付款|验收|质保|保密|管辖|上一版|模板|法务|签"
    r"|\b(?:contract|agreement|clauses?|sections?|redline|changes?|risk|high|medium|low|liab\w*|cap|payment|term\w*|warrant\w*|legal|signed?)\b",
    re.IGNORECASE,
)
"""What words are about that go on about a contract."""


def is_contract(name: str, lines: str | None) -> bool:
    """Whether a file is one by its name, or by its title and the look of its words where those are known."""
    stem = re.sub(r"[_\-.]+", " ", PurePath(name).stem)
    if NAMED.search(stem):
        return NOT_NAMED.search(stem) is None
    text = (lines or "")[:LOOKED_AT]
    if len(CLAUSE.findall(text)) < LEAST_CLAUSES:
        return False
    return _is_titled(text) or len(PARTIES.findall(text)) >= LEAST_PARTIES


def _is_titled(text: str) -> bool:
    """Whether one of the first lines calls it a contract, and none says that it is about them."""
    first = [line for line in text[:1000].splitlines() if line.strip()][:TITLE_LINES]
    return any(NAMED.search(line) for line in first if len(line) <= TITLE_CHARS) and not any(map(NOT_NAMED.search, first))


async def contract_in(
    turn_id: TurnId, file: File, lines: str | None, offered: Sequence[Capability], chooser: Chooser, way: Way, *, lately: bool
) -> Turn | None:
    """The turn that a contract is: what was said about it, else its name. None where it is none, or its words order something else.

    lines: the words of the file, None where they are not known. lately: whether this person sent a contract within `WAITS`.
    """
    name, caption = safe_name(file.media.name), file.text.strip()
    taker = next((one for one in offered if one.papers and one.status == "ready"), None)
    if taker is None or PurePath(name).suffix.lower() not in READ:
        return None
    choice = await chooser.choose(_said(turn_id, file, caption, way), offered) if _says(caption) else None
    wished = choice is not None and choice.skill == taker.name
    if choice is not None and not wished and choice.sure and ORDERS.match(caption):
        return None
    if not (wished or lately or is_contract(name, lines)):
        return None
    turn = _said(turn_id, file, caption if _says(caption) else name, way)
    return replace(turn, intent=taker.intents[0], lang=way.lang, spoken=Spoken(name))


def about_paper(turn: Turn, offered: Sequence[Capability]) -> Choice | None:
    """The skill that goes on about a contract, where this thread is about one and the words are about what stands in it."""
    topic = turn.memory.topic
    taker = next((one for one in offered if one.papers and one.status == "ready"), None)
    if taker is None or topic is None or topic.skill != taker.name or not topic.query or not ABOUT.search(turn.text):
        return None
    return Choice(taker.name, taker.intents[0])


def _says(caption: str) -> bool:
    return any(char.isalnum() for char in caption)


def _said(turn_id: TurnId, file: File, text: str, way: Way) -> Turn:
    return hear(turn_id, Utterance(file.origin, file.dedupe_key, text, file.sent_at), way.speaker)
