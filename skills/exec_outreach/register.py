"""What fits a letter and what does not: length, respect, no talk of prices, no familiarity, one request. Knows texts; knows no record."""

import re
from collections.abc import Mapping

from bot.domain.gaps import GAP
from bot.domain.talk import Lang

ROOM: Mapping[Lang, int] = {Lang.ZH: 200, Lang.EN: 120}
"""The longest text: characters in Chinese, words in English. Source: the playbook of the demo company."""
PRICES = re.compile(
    r"价格|报价|单价|折扣|[一二三四五六七八九\d.]+\s?折|降价|优惠|便宜|返点|底价|让利"
    r"|\bprices?\b|\bpricing\b|\bdiscounts?\b|\bcheap\w*|\brebates?\b|\d\s?%\s?off\b",
    re.IGNORECASE,
)
BOASTS = re.compile(
    r"市占率|市场占有率|行业第一|全国第一|全球第一|排名第一|第一品牌|独一无二|唯一|最[好佳强优大]|领先|首屈一指|百分之?百|保证|承诺|绝对|包您"
    r"|\bmarket share\b|\bnumber one\b|\bno\. ?1\b|\bleading\b|\bthe best\b|\bguarantee\w*|\bpromise\w*|\bunique\b|\bworld-class\b",
    re.IGNORECASE,
)
FAMILIAR = re.compile(
    r"亲爱的|亲[,，~]|哈喽|嗨|老朋友|老兄|老板好|[大老]哥|大姐|兄弟|宝贝|么么|哈哈|贵司领导"
    r"|\b(?:hi|hey|hello)\b(?=[ ,!])|\bbuddy\b|\bmate\b|\bguys\b|\bdear friend\b|\bcheers\b|\bxoxo\b",
    re.IGNORECASE,
)
FAMILY = re.compile(
    r"儿子|女儿|孩子|太太|夫人|生日|高考|考上|家人|爱人|\bson\b|\bdaughter\b|\bwife\b|\bhusband\b|\bkids?\b|\bbirthday\b", re.IGNORECASE
)
QUOTED = re.compile(r"“[^”]*”|《[^》]*》")
REQUEST = re.compile(r"[?？]|是否方便|能否|可否|\b(?:would|could|may|might) (?:you|i|we)\b", re.IGNORECASE)


def length(body: str, lang: Lang) -> int:
    """Characters that are no white space in Chinese, words in English; a gap counts as one."""
    plain = GAP.sub("□", body)
    return len(re.sub(r"\s", "", plain)) if lang is Lang.ZH else len(plain.split())


def unfit(words: str) -> bool:
    """Whether words of a person are not for a letter, whoever answers for them: prices, boasts, family, familiarity."""
    return any(one.search(words) for one in (PRICES, BOASTS, FAMILY, FAMILIAR))


def faults(body: str, lang: Lang, *, executive: bool) -> tuple[str, ...]:
    """What does not fit: `length`, `price`, `boast`, `familiar`, `family`, `you`, `requests`; none where all does.

    What stands between quotation marks is somebody else's words, and counts for its length alone.
    """
    free = QUOTED.sub("", body)
    found = {
        "length": length(body, lang) > ROOM[lang],
        "price": PRICES.search(free) is not None,
        "boast": BOASTS.search(free) is not None,
        "familiar": FAMILIAR.search(free) is not None,
        "family": FAMILY.search(free) is not None,
        "you": executive and lang is Lang.ZH and "你" in free,
        "requests": sum(1 for line in re.split(r"[。!！\n]|(?<=[?？])", free) if REQUEST.search(line)) > 1,
    }
    return tuple(name for name, wrong in found.items() if wrong)
