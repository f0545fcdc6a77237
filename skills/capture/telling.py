"""What else a note tells of a deal: stage, budget, the contact's part in deciding, rivals, pains, the next step. By words alone."""

import re
from collections.abc import Iterator, Sequence

from skills.capture.cues import cue
from skills.capture.dates import Dated
from skills.capture.field import Field
from skills.capture.heard import Clause, Heard

ZH_NAME = r"(?P<name>[\u4e00-\u9fffa-z0-9]{2,8}?)"
ZH_END = r"(?=给|报|便宜|的|也|那边|他们|说|要|比|更|价|已|在|了|在|今|低|高|做|抢|拿|把|一起|$|[\s,。、,;;])"
RIVALS = (
    rf"(?:竞争对手|竞争者|竞品|对手|对面|对家|友商|competitor)(?:还|主要|就|目前|现在|应该)?(?:是|有|叫|还是)?\s?{ZH_NAME}{ZH_END}",
    rf"(?:最后|最终|还是|已经|就)?(?:选了|选的|输给了?|定了|签了)(?!我们|咱)(?P<name>[\u4e00-\u9fff]{{2,6}}?){ZH_END}",
    rf"(?:也)?(?:在跟|在和|跟|和|同|拿我们跟|拿我们和)(?P<name>[\u4e00-\u9fff]{{2,6}}?)(?:在)?(?:比价|对比|比较|竞争|谈着|做比较|pk)",
    rf"(?:被)(?P<name>[\u4e00-\u9fff]{{2,6}}?)(?:抢|拿|截)",
    rf"(?P<name>[\u4e00-\u9fff]{{2,5}}?)(?:也)(?:在(?:跟|投|报|谈|抢|接触)|报了|来过)",
    rf"(?:(?:也|还|同时)(?:在)?(?:看|接触|找|联系)(?:了|的|着)?)(?P<name>[\u4e00-\u9fff]{{2,5}}?){ZH_END}",
)
EN_STOP = (
    r"and|but|or|so|because|he|she|they|we|it|its|theyre|is|are|was|were|who|which|on|for|at|in|by|with|to|as|came|said|says|can|could|will|has|have|had|this|that|the|too|also|again|then|now|um|uh|well|i|if|after|instead"
    r"|price|pricing|about|around|since|when|already|offered|quoted|over|right|from|not|just|both|only|anyway|though|apparently|basically|there|here|came|undercut|dropped|were|theyd|hes|shes|of|did"
)
EN_NAME = rf"(?P<name>(?!(?:{EN_STOP}|us|our|someone|somebody|another|nobody|a|an|two|three|several|other|them|him|her|anyone|list|what)\b)[a-z][a-z0-9]*(?: (?!(?:{EN_STOP})\b)[a-z][a-z0-9]*){{0,2}})"
EN_RIVALS = (
    rf"(?:compar\w+ (?:us|it|ours?) (?:with|to|against)|up against|competing (?:with|against)|competitors? (?:is|are|there is|in the frame is|here is|being)|went with|gone with|going with|chose|picked|(?:otherwise|or|else|might|may|could|would|will) (?:they |she |he )?(?:go|goes) with|lean(?:ing|s)? towards?|lost (?:it |this |that |this one |out )?to|awarded (?:it )?to|also (?:been )?(?:talking|speaking|looking|in talks|considering|evaluating|trialling|testing)(?: to| at| with)?|(?:quote|offer|bid|proposal|price) from|against|other bidder is|rival is|incumbent is|undercut by) {EN_NAME}",
    rf"(?<![a-z]){EN_NAME} (?:is|are) (?:also |still )?(?:in there|bidding|in the (?:running|frame|mix)|pitching|quoting|the competitor|the (?:other|main) (?:bidder|competitor|rival)|sniffing)",
)
NOT_RIVALS = re.compile(r"我们|咱们|他们|客户|老板|别人|别家|人家|谁|几家|两家|三家|哪|没有|时间|什么|[一二三两]家|那个|这个|价格|[一二三四五六七八九十]+|list|budget|it|^mr |^ms |目前|现在|还没|nobody")
LONGEST = 240
APART_HAN, APART_LATIN = 1, 45
"""Characters between two clauses that still tell of one pain."""
EMPTY = re.compile(r"(?:之?前|以前|要|给|发|交|他们?|她们?|我们?|客户|过去|过来|就|再|先|吧|啊|[\s,。,.])+")
"""What does not say what is to be done."""


def stage(heard: Heard, current: str | None) -> Field | None:
    """Where the deal stands; the furthest that was said, won and lost before all."""
    for name in ("lost", "won", "negotiation", "proposal", "qualify"):
        match = heard.has(cue("stage", name))
        if not match:
            continue
        if name in {"negotiation", "proposal"} and current is None:
            early = heard.has(cue("stage", "qualify"))
            if early and name == "proposal" and early.start() < match.start() and not re.search(r"报价|quot|proposal|方案|标", match.group()):
                return Field("qualify", heard.words(*early.span()), 0.6)
        return Field(name, heard.words(*match.span()), 0.9 if name in {"won", "lost"} else 0.7)
    return None


def budget(heard: Heard) -> Field | None:
    """Where the money stands."""
    for name in ("frozen", "none", "pending", "approved"):
        for match in heard.find(cue("budget", name)):
            if name == "none" and re.match(r"没(?:有)?(?:变|批|问题)", heard.folded[match.start() :]):
                continue
            return Field(name, heard.words(*match.span()), 0.8)
    return None


def role(heard: Heard) -> Field | None:
    """What part the contact has in deciding."""
    for name in ("champion", "influencer", "gatekeeper", "blocker", "decision_maker", "user"):
        match = heard.has(cue("role", name))
        if match:
            return Field(name, heard.words(*match.span()), 0.7)
    return None


def rivals(heard: Heard) -> tuple[Field, ...]:
    """Who else is in the race, as they were called."""
    found: dict[str, Field] = {}
    for pattern in (*RIVALS, *EN_RIVALS):
        for match in heard.find(re.compile(pattern)):
            name = match["name"].strip()
            if NOT_RIVALS.search(name) or len(name) < 2:  # noqa: PLR2004 - one letter is nobody
                continue
            start = match.start("name")
            words = heard.text[start : start + len(name)]
            if not any(name in other or other in name for other in found):
                found[name] = Field(words.title() if words.islower() else words, words, 0.7)
    return tuple(found.values())


def pains(heard: Heard, taken: Sequence[Clause] = ()) -> tuple[Field, ...]:
    """What hurts the customer: the clauses that say so."""
    found: list[tuple[int, int]] = []
    for clause in heard.clauses:
        said = heard.folded[clause.start : clause.end]
        if clause in taken or not cue("pain").search(said) or cue("pain", "not_pain").search(said):
            continue
        if cue("close", "strong_step").search(said) and any(clause.start <= one.words.start < clause.end for one in heard.reading.days):
            continue
        if found and clause.start - found[-1][1] <= (APART_HAN if heard.chinese else APART_LATIN):
            found[-1] = (found[-1][0], clause.end)  # one pain, told in two breaths
        else:
            found.append((clause.start, clause.end))
    return tuple(Field(heard.words(*one)[:LONGEST], heard.words(*one)[:LONGEST].strip(), 0.7) for one in found)


def next_step(heard: Heard, due: Dated | None) -> Field | None:
    """What is to be done next: the clause that has its day, with the one beside it that says what."""
    if due is None:
        return next(_undated(heard), None)
    at = heard.clauses.index(due.clause)
    start, end = due.clause.start, due.clause.end
    left = _without(heard, due)
    thin = len(EMPTY.sub("", left)) < (3 if heard.chinese else 14)
    if thin or not cue("close", "step").search(left):
        before, after = heard.clauses[at - 1] if at else None, heard.clauses[at + 1] if at + 1 < len(heard.clauses) else None
        if before and _says_what(heard, before):
            start = before.start
        elif after:
            end = after.end
    words = heard.words(start, end)
    return Field(words[:LONGEST], words[:LONGEST].strip(), 0.7)


def _says_what(heard: Heard, clause: Clause) -> bool:
    said = EMPTY.sub("", heard.folded[clause.start : clause.end])
    return cue("close", "step").search(said) is not None


def _without(heard: Heard, due: Dated) -> str:
    return heard.folded[due.clause.start : due.words.words.start] + heard.folded[due.words.words.end : due.clause.end]


def _undated(heard: Heard) -> Iterator[Field]:
    for clause in heard.clauses:
        said = heard.folded[clause.start : clause.end]
        match = re.search(r"下一步|next (?:step|thing)|(?<![a-z])(?:i'?ll|i need to|i have to|i promised to)(?![a-z])", said)
        if match and cue("close", "step").search(said):
            words = heard.words(clause.start, clause.end)
            yield Field(words[:LONGEST], words[:LONGEST].strip(), 0.5)
