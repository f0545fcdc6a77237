"""What a request for a letter asks for: its kind, its language, the way it goes, what shall stand in it. Knows words; knows no record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.talk import Lang


class Kind(StrEnum):
    """What a letter is for; the values of the field `kind` of a letter."""

    ICEBREAKER = "icebreaker"
    FOLLOW_UP = "follow_up"
    INVITATION = "invitation"
    APOLOGY = "apology"
    RENEWAL = "renewal"
    THANKS = "thanks"
    OTHER = "other"


KINDS: Mapping[Kind, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE | re.ASCII)
    for kind, pattern in {
        Kind.ICEBREAKER: r"破冰|\bice-?\s?breaker",
        Kind.APOLOGY: r"道个?歉|道一?下歉|致歉|赔礼|赔不是|抱歉|表示歉意|\bapolog|\bsay(?:ing)? sorry|\bsorry (?:note|letter|mail)",
        Kind.OTHER: r"贺信|祝贺|恭喜|节日|问候|拜年|慰问|吊唁|congratulat|condolence|season'?s greetings|holiday",
        Kind.RENEWAL: r"续约|续签|续费|续订|\brenew",
        Kind.THANKS: r"感谢|谢谢|致谢|答谢|\bthank",
        Kind.INVITATION: r"邀请|邀约|邀[他她您]|请(?:他|她)?(?:们)?来|参观|\binvit",
        Kind.FOLLOW_UP: r"跟进|回访|上次|之后|后续|回复|\bfollow(?:ing)?[ -]?(?:up|through)?\b|\bafter (?:our|the|my)\b|\brepl(?:y|ied)\b",
    }.items()
}
"""In the order in which they are asked: a thank-you that mentions a visit is a thank-you."""
FIRST = re.compile(
    r"开场白|初次|头一次|第一封|加微信|自我介绍|介绍(?:我们|一下我们)|cold (?:e-?)?mail|opening message|introduc(?:e|ing) (?:us|me|our)",
    re.IGNORECASE,
)
IN_ENGLISH = re.compile(r"(?:用|写|发)?英[文语](?:的|写|信|邮件)?|in english|english (?:letter|mail|email|note)", re.IGNORECASE)
IN_CHINESE = re.compile(r"(?:用|写|发)?中文(?:的|写|信|邮件)?|in chinese|chinese (?:letter|mail|email|note)", re.IGNORECASE)
MAIL = re.compile(r"邮件|e-?mail|\bmail\b|\bmailto\b", re.IGNORECASE)
CHAT = re.compile(r"微信|短信|消息|私信|linkedin|\btext message|\bwechat|\bsms\b|\bmessage\b", re.IGNORECASE)
CHOSEN = re.compile(
    r"^(?:从(?P<zh>[^::\n]{1,14})聊起|start(?:ing)? from (?P<en>[^::\n]{1,30}?))\s*[::]\s*(?P<rest>\S.*)$", re.IGNORECASE | re.DOTALL
)
ANYWAY = re.compile(r"^(?:不在册也写|write anyway)\s*[::]\s*(?P<rest>\S.*)$", re.IGNORECASE | re.DOTALL)
ADDED = re.compile(
    r"(?:写上|加上|加一?句|写明|注明|补一?句|说一?下|说明|说我们|提到|提一?下|告诉(?:他|她|对方)|就说|顺便(?:说|祝贺|恭喜))"
    r"[::]?\s*(?P<zh>[^。;；\n]{3,60})"
    r"|\b(?:say(?:ing)?|mention(?:ing)?|add(?:ing)?|stat(?:e|ing)|claim(?:ing)?|tell(?:ing)? (?:him|her|them)"
    r"|congratulat\w+ (?:him|her|them))(?: that| on)?\s+(?P<en>(?!sorry|thank)[^.;\n]{6,120})",
    re.IGNORECASE,
)
EDGES = " ,，\"“”'"
PLANT = re.compile(r"工厂|厂里|产线|车间|plant\b|factory|works\b|shop floor", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was understood.

    text: without what a button put before it. kind: None where the words leave it open. angle: the label of the angle that was chosen, ""
    before. anyway: nobody of that name is known, and it shall be written nevertheless. added: what shall stand in it, in their words.
    whom: the text without that: who is named there is no addressee. plant: it is about a visit to a plant of ours.
    """

    text: str
    kind: Kind | None
    lang: Lang | None
    channel: str
    angle: str = ""
    whom: str = ""
    anyway: bool = False
    added: tuple[str, ...] = ()
    plant: bool = False


def asked_in(text: str) -> Asked:
    """What `text` asks for."""
    rest, angle, anyway = text.strip(), "", False
    while found := CHOSEN.match(rest) or ANYWAY.match(rest):
        told = found.groupdict()
        angle, anyway = angle or told.get("zh") or told.get("en") or "", anyway or "zh" not in told
        rest = found["rest"].strip()
    kind = next((kind for kind, pattern in KINDS.items() if pattern.search(rest)), Kind.ICEBREAKER if FIRST.search(rest) else None)
    lang = Lang.EN if IN_ENGLISH.search(rest) else Lang.ZH if IN_CHINESE.search(rest) else None
    channel = "mail" if MAIL.search(rest) and not CHAT.search(rest) else "forward"
    added = tuple((found["zh"] or found["en"]).strip(EDGES) for found in ADDED.finditer(rest))
    return Asked(rest, kind, lang, channel, angle.strip(), ADDED.sub(" ", rest), anyway, added, PLANT.search(rest) is not None)
