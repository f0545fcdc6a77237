"""What sort of paper a document is, by what it is called and where it lies. Knows names of documents; reads none.

Whom a paper is for stands in its audience; this only sorts out what everybody in the house may read, but no customer is told.
"""

import re
from enum import StrEnum


class Shelf(StrEnum):
    """Where a paper belongs, the most private first.

    LETTER: somebody's mail. DEALING: a contract, quote or order with one customer. INSIDE: how we sell, price and approve. CARD: what we
    know of a rival. CASE: what a customer had of us, told in public. REPORT: what a firm publishes about itself. OPEN: all others.
    """

    LETTER = "letter"
    DEALING = "dealing"
    INSIDE = "inside"
    CARD = "card"
    CASE = "case"
    REPORT = "report"
    OPEN = "open"


SIGNS = (
    (Shelf.LETTER, re.compile(r"\.(?:eml|msg|mbox)\b|(?:^|/)(?:邮件|mails?)/", re.IGNORECASE)),
    (Shelf.CARD, re.compile(r"竞品|对手卡|battle ?-?cards?|competitors?/", re.IGNORECASE)),
    (Shelf.INSIDE, re.compile(
        r"政策|审批|底线|打法|话术|内部|机密|保密级|差旅|礼品|提成|激励|毛利|成本表|目录价|价目|团队/|周报|月报|上线流程"
        r"|playbook|internal|confidential|polic(?:y|ies)|approval|fallback|margin|commission|expense|price ?-?list|(?:^|/)teams?/"
        r"|quarter plan|partner-terms|credit",
        re.IGNORECASE,
    )),
    (Shelf.CASE, re.compile(r"案例|样板|\bcases?(?:/|\b)|case ?-?stud|success stor", re.IGNORECASE)),
    (Shelf.REPORT, re.compile(r"年报|年度报告|半年报|招股|公开报告|annual ?-?report|10-k|prospectus|press release|新闻稿", re.IGNORECASE)),
    (Shelf.OPEN, re.compile(r"标准|模板|通用|standard|template|general terms", re.IGNORECASE)),
    (Shelf.DEALING, re.compile(r"合同|协议|订单|报价|纪要|contract|agreement|quotation|minutes|order form|purchase", re.IGNORECASE)),
)  # fmt: skip
"""In this order: a playbook for contracts is a playbook, a standard contract is nobody's."""
QUOTABLE = frozenset({Shelf.CASE, Shelf.REPORT, Shelf.OPEN})
"""What a customer may be told from."""


def shelf_of(source: str, title: str = "") -> Shelf:
    """Where a document belongs by its path below what was ingested, and its title."""
    return next((shelf for shelf, sign in SIGNS if sign.search(source) or sign.search(title)), Shelf.OPEN)
