"""Who else is in the race for a deal, as they were called; no list of rivals is known."""

import re
from functools import cache

from skills.capture.field import Field
from skills.capture.heard import Heard

HAN = "[\u4e00-\u9fff]"
ZH_NAME = r"(?P<name>[\u4e00-\u9fffa-z0-9]{2,8}?)"
ZH_END = r"(?=给|报|便宜|的|也|那边|他们|说|要|比|更|价|已|在|了|今|低|高|做|一[台套个]|抢|拿|把|才|一起|$|[\s,。、;])"
ZH = (
    rf"(?:竞争对手|竞争者|竞品|对手|对面|对家|隔壁|友商|competitor)(?:还|主要|就|目前|现在|应该)?(?:是|有|叫|还是)?\s?{ZH_NAME}{ZH_END}",
    rf"(?:最后|最终|还是|已经|就)?(?:选了|选的|输给了?|定了|签了)(?!我们|咱)(?P<name>{HAN}{{2,6}}?){ZH_END}",
    rf"(?:也)?(?:在跟|在和|跟|和|同|拿我们跟|拿我们和)(?P<name>{HAN}{{2,6}}?)(?:在)?(?:比价|对比|比较|竞争|谈着|做比较|pk)",
    rf"被(?P<name>{HAN}{{2,6}}?)(?:抢|拿|截)",
    rf"(?P<name>{HAN}{{2,5}}?)也(?:在(?:跟|投|报|谈|抢|接触)|报了|来过)",
    rf"(?:也|还|同时)在?(?:看|接触|找|联系)[了的着]?(?P<name>{HAN}{{2,5}}?){ZH_END}",
)
STOP = (
    "and|but|or|so|because|he|she|they|we|it|its|theyre|is|are|was|were|who|which|on|for|at|in|by|with|"
    "to|as|came|said|says|can|could|will|has"
    "|have|had|this|that|the|too|also|again|then|now|um|uh|well|i|if|after|instead|price|pricing|about|"
    "around|since|when|already|offered|quoted"
    "|over|right|from|not|just|both|only|anyway|though|apparently|basically|there|here|undercut|dropped|theyd|hes|shes|of|did"
)
NOBODY = "us|our|someone|somebody|another|nobody|a|an|two|three|several|other|them|him|her|anyone|list|what"
EN_NAME = rf"(?P<name>(?!(?:{STOP}|{NOBODY})\b)[a-z][a-z0-9]*(?: (?!(?:{STOP})\b)[a-z][a-z0-9]*){{0,2}})"
_LEADS = (
    r"compar\w+ (?:us|it|ours?) (?:with|to|against)", "up against", "competing (?:with|against)", "against", "(?:went|gone|going) with",
    r"competitors? (?:is|are|there is|in the frame is|here is|being)", "chose", "picked", "lost (?:it |this |that |this one |out )?to",
    "(?:otherwise|or|else|might|may|could|would|will) (?:they |she |he )?(?:go|goes) with", "lean(?:ing|s)? towards?", "awarded (?:it )?to",
    "also (?:been )?(?:talking|speaking|looking|in talks|considering|evaluating|trialling|testing)(?: to| at| with)?", "undercut by",
    "(?:quote|offer|bid|proposal|price) from",
    "(?:looking at|talking to|comparing|considering|between|down to) (?:both )?us and", "other bidder is", "rival is", "incumbent is",
    "(?:stay|staying|stick|sticking) with(?: their)?(?: current supplier| incumbent)?", "current supplier",
)  # fmt: skip
LEADS = "|".join(_LEADS)
TAILS = (
    "(?:is|are) (?:also |still )?(?:in there|bidding|in the (?:running|frame|mix)|pitching|quoting|sniffing"
    "|the competitor|the (?:other|main) (?:bidder|competitor|rival))"
)
EN = (rf"(?<![a-z])(?:{LEADS}) {EN_NAME}", rf"(?<![a-z]){EN_NAME} {TAILS}")
NONE = re.compile(
    r"我们|咱们|他们|客户|老板|别人|别家|人家|谁|几家|两家|三家|哪|没有|时间|什么|[一二三两]家|那个|这个|"
    r"价格|[一二三四五六七八九十]+|目前|现在|还没"
    r"|list|budget|it|^mr |^ms |nobody"
)


def rivals(heard: Heard) -> tuple[Field, ...]:
    """Who else is in the race, as they were called."""
    found: dict[str, Field] = {}
    for pattern in _patterns():
        for match in heard.find(pattern):
            name = match["name"].strip()
            if NONE.search(name) or any(name in other or other in name for other in found):
                continue
            start = match.start("name")
            words = heard.text[start : start + len(name)]
            found[name] = Field(words.title() if words.islower() else words, words, 0.7)
    return tuple(found.values())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in (*ZH, *EN))
