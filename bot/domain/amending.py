"""The few words by which people change an open draft of a deal or a contact, or answer what was asked. Knows fields; reads no value.

Every part of a sentence must be such a wish: "续约最多几折?" while a draft is open begins something else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.gaps import DAY, change_in, gaps_in
from bot.domain.patterns import Pattern
from bot.domain.records import HeldDraft
from bot.domain.schema import Field
from bot.domain.talk import asks

LETTER = "letter"
RULE, SCHEDULE = "rule", "schedule"
AMENDED = frozenset({LETTER, "opportunity", "touchpoint", "account", RULE, SCHEDULE})
"""Kinds of drafts that a sentence changes."""
ASKED = ("amount", "close_date", "product", "contact")
"""What is asked for where a new deal was told without it, the most valuable first."""
LONGEST, LONGEST_ANSWER = 60, 24
"""Characters of words that change a draft, and of an answer to a question about it; what is longer tells something new."""
FIELDS = (
    ("amount", r"金额|价格|总价|合同额|预算金额|amount|price|value"),
    ("close_date", r"(?:预计)?签[约单](?:日期?|时间)?|成交(?:日期?|时间)|clos(?:e|ing)(?: date)?|signing(?: date)?"),
    ("quantity", r"数量|台数|套数|quantity|qty"),
    ("contact", r"联系人|对接人|contact"),
    ("product", r"产品|型号|product|model"),
    ("stage", r"阶段|stage"),
    ("competitor", r"(?:竞争)?对手|竞品|competitors?|rivals?"),
    ("budget_status", r"预算(?:状态)?|budget(?: status)?"),
    ("probability", r"赢率|概率|probability"),
    ("discount", r"折扣|discount"),
    ("lost_reason", r"输单原因|丢单原因|reason lost"),
    ("due_date", r"(?:下一步|待办|跟进|提醒)(?:的)?(?:日期|时间)|due date|due"),
    ("next_step", r"下一步|next step"),
    ("task", r"(?:那个|这个)?(?:待办|提醒|任务)|(?:the )?(?:task|reminder|to-?do)"),
    ("touchpoint", r"(?:这条|那条)?(?:触点|联系记录|跟进记录|拜访记录)|(?:the )?(?:touchpoint|contact log)"),
    ("account", r"(?:客户的?)?痛点|(?:the )?pain(?: point)?"),
)  # fmt: skip
"""What people call the parts of a draft, the most particular first where one holds another."""
_FIELD = "|".join(rf"(?P<{name}>{words})" for name, words in FIELDS)
TO_ZH = r"(?:要)?(?:改成|改为|改到|换成|换为|调成|调到|变成|挪到|推到|推迟到|提前到|延到|应该是|定为|定在|写成|写|就?是|为|[:=])"
TO_EN = r"(?:should be|to be|is now|becomes|changed to|moved to|is|to|=|:)"
LED = Pattern(
    r"^(?:(?:那个?|嗯|哦|噢|呃|对了|好的?|请|麻烦|帮我|再|还有|然后|把|将|不对|错了|等等"
    r"|ok(?:ay)?|please|and|also|sorry|no(?=,)|wait|oh|well|actually|"
    r"can you|could you|just|let'?s)(?![a-z])[\s,,:]*)+",
    re.IGNORECASE,
)
ENDED = Pattern(r"(?:[\s,,。.!!]|吧|了|哈|啊|呀|左右|上下|(?<![a-z])(?:please|now|instead|then))+$", re.IGNORECASE)
PARTS = Pattern(r"\s*(?:[,,;;。!!\n]|并且|然后|(?<![a-z])and (?:the |set |change |make )?(?=\w+ (?:is|to|should)))\s*")
SET = Pattern(
    rf"(?:(?:change|set|move|make|update|put|push) )?(?:the |its )?(?:{_FIELD})(?:那栏|栏|字段)?(?:也|都)?\s*"
    rf"(?:{TO_ZH}|{TO_EN}|(?=\d))\s*(?P<to>\S.*)",
    re.IGNORECASE,
)
OTHERWISE = Pattern(
    r"(?:改成|改为|改到|换成|换为|调到|挪到|推迟到|推到|提前到|延到|应该是|(?<!不)是|"
    r"make (?:it|that)|change (?:it|that) to|it'?s|it should be|should be|"
    r"move (?:it|that) to|push (?:it|that) to|switch to)\s*(?P<to>\S.*)",
    re.IGNORECASE,
)
NOT = Pattern(r"(?:不是|not) ?(?P<was>\S.*)", re.IGNORECASE)
BUT = Pattern(r"(?P<to>.+?)[\s,,]*(?:,|,|而)?(?:不是|(?<![a-z])not|(?<![a-z])instead of)[\s]+(?P<was>\S.*)", re.IGNORECASE)
FORGET = r"(?:不要|不用|不记|去掉|删掉|删了|拿掉|不需要|没有|没|取消)"
EMPTY = Pattern(rf"{FORGET}|空|清空|none|empty|nobody|no one", re.IGNORECASE)
WITHOUT = (
    Pattern(rf"{FORGET}(?:了)?(?:{_FIELD})", re.IGNORECASE),
    Pattern(rf"(?:{_FIELD})(?:也|就|都)?{FORGET}", re.IGNORECASE),
    Pattern(
        rf"(?:no|without|drop|remove|delete|skip|leave out|there'?s no|there is no|forget)(?: the| that| any)? (?:{_FIELD})", re.IGNORECASE
    ),
)  # fmt: skip
NUMBERS = {
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "first": 1, "second": 2, "third": 3, "fourth": 4, "另": 2, "other": 2,
}  # fmt: skip
DEAL = (
    Pattern(rf"(?:第(?P<n>[一二三四])|(?P<o>另)一?)(?:个|单|笔|条|家)?(?:商机)?(?:也|就)?{FORGET}"),
    Pattern(rf"{FORGET}(?:第(?P<n>[一二三四])|(?P<o>另)一?)(?:个|单|笔|条|家)"),
    Pattern(
        r"(?:no|without|drop|remove|delete|skip|leave out|forget)(?: the)? (?P<n>first|second|third|fourth|other)(?: (?:one|deal))?",
        re.IGNORECASE,
    ),
)  # fmt: skip
HEDGE = (
    r"(?:大概|大约|差不多|约|估计|应该|可能|就|在|定|等到|争取"
    r"|(?:about|around|roughly|maybe|probably|say|by|on|the|at|it'?s|i think|end up)(?![a-z]))"
)
TIME = (
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})[号日]?"
    r"|(?:这个?|本|下个?|明年)?(?:月|季度|年|周)(?:底|末|中|初)|\d{1,2}月(?:底|末|中旬?|上旬|下旬|初)"
    r"|[一二三四五六七八九十]{1,3}月(?:底|末|中旬?|初)|国庆(?:前|后)?|春节(?:前|后)?|年(?:前|后|底)"
    r"|(?:by )?(?:the )?(?:end of )?(?:this |next |the )?(?:month|quarter|year|week)(?:'?s)?(?: end)?|eom|eoq|q[1-4]"
)
MONEY = (
    r"(?:[$€£¥]\s?)?[\d.,零一二两三四五六七八九十百千]+\s?(?:多|来|几)?\s?(?:万|亿|千|百万|k|m|w|grand|thousand|million|元|块|usd|eur|cny)+"
    r"(?:[一二三四五六七八九\d]?(?:元|块|美元|欧元|美金|dollars?|euros?|pounds?)?)?"
)
COUNT = r"[\d零一二两三四五六七八九十百千]+\s?(?:台|套|个|只|件|点|测点|席|年|units?|pieces|pcs|sets?|seats?)"
PERSON = (
    r"[\u3400-\u9fff]{1,3}(?:总|经理|主任|工|厂长|总监|部长|院长|科长|处长|董|老师|女士|先生)"
    r"|(?:(?:mr|ms|mrs|dr)\.? )?[A-Z][a-z]+(?: [A-Z][a-z]+)?"
)
GOODS = (
    r"[A-Za-z]{1,8}[- ]?\d{1,4}[A-Za-z]?|[A-Z]{2,8}(?:-[A-Z]{1,3})?"
    r"|[\u3400-\u9fff]{0,6}(?:网关|传感器|机器人|软件|平台|版|维保|服务|系统|设备|终端|模块|仪|机|器)"
)
ANSWERS = {"amount": MONEY, "close_date": f"(?:{TIME}|{DAY.source})", "contact": PERSON, "product": GOODS, "quantity": COUNT}
"""What an answer to a question about a field looks like."""
SIGNED = Pattern(
    rf"(?:他们?|她|客户|预计|大概|应该|估计|争取)*(?P<zh>下个?月\d{{1,2}}[号日]|{TIME}|{DAY.source})(?:之?前|左右)?(?:能|就|才|会|可以)?签(?:约|字|单)?"
    rf"|(?:(?:they|he|she|we|will|'ll|to|should|can|expected) ?)*sign(?:s|ing)? (?:it )?(?:on |by |in |at )?"
    rf"(?P<en>\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|{TIME}|{DAY.source})",
    re.IGNORECASE,
)
"""The day of signing by itself."""
OF_RULES = Pattern(
    r"(?:阈值|门槛|分数|天数)?(?:也|都)?(?:改|换|调|降|提|放宽|收紧|设)(?:成|为|到|高|低)?|也|再|还|别|不用|只|低于|高于|超过|排除|不含|分给"
    r"|[-−]?\d+(?:\.\d+)?(?:分|天|%)?$|(?:the )?(?:threshold|limit) "
    r"|(?:make|change|set|raise|lower|also|only|below|above|under|exclude|leave out|assign)\b",
    re.IGNORECASE,
)
"""How words about an open draft of a rule begin."""
OF_TIMES = Pattern(
    r"(?:时间|钟点)?(?:改|换|调|挪|提前|推迟|推)(?:成|为|到)?|每[天日周月个晚早]|工作日|周[一二三四五六日末]|早上|上午|中午|下午|傍晚|晚上|下班前"
    r"|[\d一二三四五六七八九十]{1,3}\s*[点::时]|用?邮件|发(?:到)?邮箱|(?:make|change|move|set|push|every|each|daily|weekdays?|weekly)\b"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)|at \d|\d{1,2}(?::\d\d)?\s*(?:am|pm)?$|by e?-?mail",
    re.IGNORECASE,
)
"""How words about an open draft of a subscription begin."""
UNKNOWN = Pattern(
    r"(?:还)?(?:不知道|不清楚|不确定|没定|没说|没问|待定|再说)|(?:i )?(?:don'?t know|not sure|no idea|tbd|unknown)(?: yet)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amendment:
    """One wish about an open draft.

    field: the part that is meant: a field of an opportunity, `due_date`, `task`, `touchpoint`, or "deal" with its number in `at`; "" where
    only the value tells. words: the new value as it was said. gone: it shall be left out.
    """

    field: str
    words: str = ""
    gone: bool = False
    at: int = 1


def amends(held: HeldDraft, text: str) -> bool:
    """Whether `text` is about this open draft: a change of a letter, or of a deal or contact, or the answer to what such a one lacks.

    A rule or a subscription is changed by a few words of change, or by a figure, or a time, alone.
    """
    if held.entity in {RULE, SCHEDULE}:
        said, begins = ENDED.sub("", LED.sub("", text.strip())), OF_RULES if held.entity == RULE else OF_TIMES
        return 0 < len(said) <= LONGEST_ANSWER and not asks(said) and begins.match(said) is not None
    if held.entity == LETTER:
        return change_in(text, gaps_in(str(held.fields.get("body") or ""))) is not None
    return bool(amendments_in(text, asked_of(held), held.own))


def asked_of(held: HeldDraft) -> str:
    """The field that is asked for about an open draft: what its first new opportunity lacks; "" where nothing is."""
    if held.entity == "opportunity":
        return missing(held.fields) if held.record_id is None else ""
    return missing(next((one.fields for one in held.also if one.entity == "opportunity" and one.record_id is None), {}))


def missing(deal: Mapping[str, object]) -> str:
    """The most valuable field that a new deal lacks and people are asked for, "" where it lacks none; one that is over lacks none."""
    if not deal or deal.get("stage") in {"won", "lost"}:
        return ""
    return next((name for name in ASKED if deal.get(name) is None and deal.get(f"{name}_name") is None), "")


def amendments_in(text: str, asked: str = "", own: Sequence[Field] = ()) -> tuple[Amendment, ...]:
    """The changes that `text` asks for; none where it is about something else.

    asked: the field that was asked for last. own: the fields that this house added to opportunities.
    """
    said = ENDED.sub("", LED.sub("", text.strip()))
    if not said or len(said) > LONGEST or asks(said):
        return ()
    if asked and len(said) <= LONGEST_ANSWER and (found := _answer(said, asked)):
        return (found,)
    parts = [ENDED.sub("", LED.sub("", part)) for part in PARTS.split(said)]
    wishes = [_own_wish(part, own) or _wish(part) for part in parts if part and not NOT.fullmatch(part)]
    if wishes and None not in wishes:
        return tuple(one for one in wishes if one)
    whole = _own_wish(said, own) or _wish(said)
    return (whole,) if whole else ()


def _answer(said: str, asked: str) -> Amendment | None:
    if UNKNOWN.fullmatch(said):
        return Amendment(asked, gone=True)
    flags = re.NOFLAG if asked == "contact" else re.IGNORECASE
    bare = re.sub(rf"^(?:{HEDGE}\s*)+", "", said, flags=re.IGNORECASE)
    bare = re.sub(r"(?:之?前|签|能签|以内)$", "", bare)
    return Amendment(asked, said) if re.fullmatch(ANSWERS[asked], bare, flags) else None


def _wish(said: str) -> Amendment | None:
    for pattern in DEAL:
        if found := pattern.fullmatch(said):
            number = found.groupdict()
            return Amendment("deal", gone=True, at=NUMBERS[(number["n"] or number.get("o") or "").casefold()])
    for pattern in WITHOUT:
        if found := pattern.fullmatch(said):
            return Amendment(_field(found), gone=True)
    if found := BUT.fullmatch(said):
        said = ENDED.sub("", found["to"])
        if _is_value(said):
            return Amendment("", said)
    if found := SET.fullmatch(said):
        gone = EMPTY.fullmatch(found["to"]) is not None
        return Amendment(_field(found), "" if gone else found["to"].strip(), gone)
    return _unnamed(said)


def _unnamed(said: str) -> Amendment | None:
    """A wish that calls no field: the day of signing, or another value."""
    if found := SIGNED.fullmatch(said):
        return Amendment("close_date", found["zh"] or found["en"])
    found = OTHERWISE.fullmatch(said)
    words = found["to"].strip() if found else ""
    return Amendment("", words) if words and _is_value(words) else None


def _own_wish(said: str, own: Sequence[Field]) -> Amendment | None:
    """A wish about one of the house's own fields, by what people call it."""
    for one in own:
        name = rf"(?:the |its )?(?:{re.escape(one.label.zh)}|{re.escape(one.label.en)})(?:那栏|栏|字段)?"
        if re.fullmatch(rf"(?:{FORGET}了?|(?:no|without|drop|remove|delete|skip|leave out|forget) ){name}|{name}(?:也|就|都)?{FORGET}",
                        said, re.IGNORECASE):
            return Amendment(one.name, gone=True)
        way = rf"(?:(?:change|set|move|make|update|put) )?{name}(?:也|都)?\s*(?:{TO_ZH}|{TO_EN}|(?=\d))\s*(?P<to>\S.*)"
        if found := re.fullmatch(way, said, re.IGNORECASE):
            gone = EMPTY.fullmatch(found["to"]) is not None
            return Amendment(one.name, "" if gone else found["to"].strip(), gone)
    return None


def _is_value(words: str) -> bool:
    """Whether words without a field's name tell by themselves which field they are for."""
    shapes: Sequence[str] = (MONEY, ANSWERS["close_date"], COUNT)
    bare = re.sub(rf"^(?:{HEDGE}\s*)+", "", words, flags=re.IGNORECASE)
    valued = any(re.fullmatch(rf"(?:{shape})(?:之?前|签)?", bare, re.IGNORECASE) for shape in shapes)
    return valued or re.fullmatch(PERSON, bare) is not None


def _field(found: re.Match[str]) -> str:
    return next(name for name, _ in FIELDS if found[name])
