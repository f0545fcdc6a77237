"""Gaps of a text: marks of what is still to be filled in, and the few words by which people change a draft. Knows no record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.patterns import Pattern
from bot.domain.talk import Lang

GAP = Pattern(r"[\[【]\s*(?:待补|gap)\s*[::]\s*(?P<name>[^\[\]【】\n]{1,40}?)\s*[\]】]", re.IGNORECASE)
RETYPED = Pattern(r"[\[【〔［]\s*(?:待补|gap\b)\s*[:：]?\s*([^\]】〕］]*)[\]】〕］]", re.IGNORECASE)
"""Wider than the form in which gaps are written: what a person retyped by half is still to be filled in."""
LONGEST_CHANGE = 60
"""Characters of words that change a draft; what is longer asks for something new."""
ADDED = Pattern(r"^(?:补|补上|补充|填|填上|fill in|fill)\s*[::]?\s*(?P<words>\S.*)$", re.IGNORECASE | re.DOTALL)
POLITE = Pattern(
    r"^(?:请|麻烦|帮我|那就?|嗯|好的?|再|把它|please|ok(?:ay)?|and|make it|can you|could you)[\s,，]*"
    r"|[\s,，]*(?:吧|了|哈|啊|please)$",
    re.IGNORECASE,
)
PARTS = Pattern(r"\s*(?:[,，;;、。.!！]|并且|然后|\band then\b|\band\b)\s*")
SHORTER = Pattern(
    r"(?:再|更|写|改)*(?:短|简短|精简|简洁|简练)(?:一?点儿?|一?些)?|(?:太|有点)长|缩短(?:一?[点下些])?"
    r"|(?:a bit |much |a little )?(?:shorter|briefer|more concise)|shorten(?: it)?|trim(?: it)?|(?:it'?s )?too long|cut it down",
    re.IGNORECASE,
)
FORMAL = Pattern(
    r"(?:语气|口气|措辞)?(?:再|更|要|写得?|改得?)*(?:正式|庄重|客气|恭敬|尊敬)(?:一?点儿?|一?些)?|太随意"
    r"|(?:a bit |a little )?more (?:formal|polite)|too casual",
    re.IGNORECASE,
)
ENGLISH = Pattern(
    r"(?:换|改|翻|翻译|译|写)?(?:成|用|要)?英[文语](?:写|版|的)?"
    r"|(?:put it |write it )?in(?:to)? english|english(?: version)?",
    re.IGNORECASE,
)
CHINESE = Pattern(
    r"(?:换|改|翻|翻译|译|写)?(?:成|用|要)?中文(?:写|版|的)?"
    r"|(?:put it |write it )?in(?:to)? chinese|chinese(?: version)?",
    re.IGNORECASE,
)
WITHOUT = Pattern(
    r"(?:别|不要|不用|不|甭)(?:再)?(?:提|说|写|点)(?:到|及)?(?P<zh>\S{1,20})|(?:去掉|删掉|拿掉)(?P<cut>\S{1,20}?)(?:那[句段])?"
    r"|(?:don'?t|do not|no need to) (?:mention|name|bring up) (?P<en>.{1,40})"
    r"|(?:leave out|without(?: mentioning)?|drop|remove) (?P<out>.{1,40})",
    re.IGNORECASE,
)
OTHERWISE = Pattern(
    r"(?:再)?换(?:一?个|一?种)?(?:角度|由头|切入点|说法)(?:聊)?"
    r"|(?:try )?(?:another|a different) (?:angle|way in|opening)",
    re.IGNORECASE,
)
DAY = Pattern(
    r"\d{1,2}\s?[号日]|\d{1,2}\s?[月./-]\s?\d{1,2}|[一二三四五六七八九十]+[号日月]|(?:下+个?|这|本)?(?:周|星期|礼拜)[一二三四五六日天末]"
    r"|下个?月|月底|月初|明天|后天|大后天"
    r"|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\btomorrow\b|\bnext (?:week|month)\b"
    r"|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]* \d{1,2}\b"
    r"|\b\d{1,2} (?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)",
    re.IGNORECASE,
)
ANSWERED = Pattern(r"^(?:就|定|定在|改到|改成|那就?|on|the|let'?s (?:say|do)|say|how about|make it)*\s*", re.IGNORECASE)
LONGEST_DAY = 20
"""Characters of an answer that is a day and little else."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a person wants done to a draft. without: whom or what it shall not name. fill: words for its gap. other: another angle."""

    shorter: bool = False
    formal: bool = False
    lang: Lang | None = None
    without: str = ""
    fill: str = ""
    other: bool = False


PLAIN = (
    (SHORTER, Change(shorter=True)), (FORMAL, Change(formal=True)), (ENGLISH, Change(lang=Lang.EN)), (CHINESE, Change(lang=Lang.ZH)),
    (OTHERWISE, Change(other=True)),
)  # fmt: skip
"""Wishes that are said in set words."""


def gap(name: str, lang: Lang) -> str:
    """The mark of something that is not known and stays to be filled in."""
    return f"[待补:{name}]" if lang is Lang.ZH else f"[gap: {name}]"


def gaps_in(text: str) -> tuple[str, ...]:
    """What is still to be filled in, in order, each once."""
    return tuple(dict.fromkeys(found["name"] for found in GAP.finditer(text)))


def half_filled(text: str) -> tuple[str, ...]:
    """The same, and marks that somebody retyped by half, for a text that is to leave; "?" for one without a name."""
    return tuple(dict.fromkeys(found.strip() or "?" for found in RETYPED.findall(text)))


def filled(text: str, name: str, words: str) -> str:
    """`text` with `words` in place of the gap."""
    return GAP.sub(lambda found: words if found["name"] == name else found[0], text)


def change_in(text: str, gaps: Sequence[str]) -> Change | None:
    """The change that `text` asks for; None where it is about something else. gaps: of the draft, the only ones that can be filled.

    Every part of it must be such a wish, so that "a more formal letter to Acme's CEO" begins another letter.
    """
    said = text.strip()
    if not said or len(said) > LONGEST_CHANGE:
        return None
    if gaps and (found := ADDED.match(said)):
        return Change(fill=found["words"].strip(" 。.!！"))
    if gaps and len(said) <= LONGEST_DAY and DAY.search(said) and not re.search(r"[?？]|几|什么|\bw(?:hat|hen|ho)\b", said, re.IGNORECASE):
        return Change(fill=ANSWERED.sub("", POLITE.sub("", said)).strip(" 。.!！") or said)
    parts = [POLITE.sub("", POLITE.sub("", part)).strip() for part in PARTS.split(said)]
    wishes = [_wish(part) for part in parts if part]
    if not wishes or None in wishes:
        return None
    return _joined([one for one in wishes if one is not None])


def _wish(part: str) -> Change | None:
    plain = next((wish for pattern, wish in PLAIN if pattern.fullmatch(part)), None)
    found = WITHOUT.fullmatch(part)
    if plain is None and found:
        return Change(without=next(one for one in found.groups() if one).strip(" 。.!！"))
    return plain


def _joined(wishes: Sequence[Change]) -> Change:
    return Change(
        any(one.shorter for one in wishes), any(one.formal for one in wishes), next((one.lang for one in wishes if one.lang), None),
        next((one.without for one in wishes if one.without), ""), next((one.fill for one in wishes if one.fill), ""),
        any(one.other for one in wishes),
    )  # fmt: skip
