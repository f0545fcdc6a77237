"""A person's own voice in letters: how they greet, begin, sign and how long they write. Learned from texts; keeps none of them.

Only what says nothing about anybody is taken over: forms and courtesies, never a fact.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from bot.domain.gaps import GAP
from bot.domain.grounding import sentences
from bot.domain.patterns import Pattern
from bot.domain.talk import Lang

ENOUGH = 2
"""Letters from which a habit can be told."""
LONGEST_FORM = 24
COURTESY = {
    Lang.ZH: Pattern(r"冒昧|打扰|见信|展信|久仰|好久不见|百忙|叨扰|近来可好|一切顺利|感谢您的时间"),
    Lang.EN: Pattern(r"hope (?:you|this)|thank you for your time|forgive|please excuse|be brief|i'll keep this short", re.IGNORECASE),
}
SIGNS_OFF = {
    Lang.ZH: Pattern(r"此致|敬礼|祝好|敬上|谨启|(?:顺颂|顺祝|敬颂|谨祝|祝)\S{1,8}"),
    Lang.EN: Pattern(r"(?:kind|best|warm|many|with|yours) .{0,12}|best|regards|sincerely.*|cheers|thanks|thank you", re.IGNORECASE),
}
GREETS = {
    Lang.ZH: Pattern(
        r"^(?P<before>尊敬的|敬爱的)?(?P<name>\S{1,12}?)(?P<after>[,，:：]?(?:您好|你好|见信好|展信佳|好|台鉴|钧鉴)?[,，:：。!！]?)$"
    ),
    Lang.EN: Pattern(r"^(?P<before>dear|hello|hi|good (?:morning|day))\s+(?P<name>[^,:!]{1,40})(?P<after>[,:!]?)$", re.IGNORECASE),
}
ASKS = Pattern(
    r"(?P<off>别再?学|不要再?学|不用学|停止学|忘了|忘掉|stop (?:learning|using)|don'?t (?:learn|use)|forget)?\s*(?:请|以后)?"
    r"(?:(?:学习?|用|按)?我的(?:口吻|语气|文风|口气)(?:写|来写)?"
    r"|(?:learn |use |write in )?my (?:own )?(?:voice|style|tone)(?: of writing)?)",
    re.IGNORECASE,
)


class Consent(StrEnum):
    """Whether a person lets their letters be learned from."""

    NONE = "none"
    ASKED = "asked"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Voice:
    """How a person writes in one language. letters: how many it was learned from.

    before, after: around the name in a greeting ("尊敬的", ":"). opening: a courtesy they begin with. sign_off: above their name.
    length: the median, in characters (zh) or words (en). polite_you: 您 rather than 你.
    Empty, 0 and None where there is no habit.
    """

    lang: Lang
    letters: int
    before: str = ""
    after: str = ""
    opening: str = ""
    sign_off: str = ""
    length: int = 0
    polite_you: bool | None = None


def voice_of(bodies: Sequence[str], lang: Lang) -> Voice | None:
    """What these letters, all in one language, have in common; None where they are too few to tell."""
    texts = [GAP.sub("", one).strip() for one in bodies if one.strip()]
    if len(texts) < ENOUGH:
        return None
    lines = [[line.strip() for line in one.splitlines() if line.strip()] for one in texts]
    greetings = [found for first in lines if (found := GREETS[lang].fullmatch(first[0]))]
    said = "".join(texts)
    polite = None if lang is Lang.EN or not re.search("[您你]", said) else said.count("您") >= said.count("你")
    return Voice(
        lang, len(texts), _usual([(one["before"] or "").strip() for one in greetings]),
        _usual([one["after"].strip() for one in greetings]), _usual([_opening(first, lang) for first in lines]),
        _usual([_sign_off(last, lang) for last in lines]), int(median(_length(one, lang) for one in texts)), polite,
    )  # fmt: skip


def voice_wish(text: str) -> bool | None:
    """True for "write in my voice", False for "do not", None where neither is said."""
    found = ASKS.fullmatch(text.strip(" 。.!！~"))
    return None if found is None else not found["off"]


def _usual(said: Sequence[str]) -> str:
    """What was said at least twice, and most often; "" where nothing was."""
    counts = Counter(one for one in said if one)
    common = counts.most_common(1)
    return common[0][0] if common and common[0][1] >= ENOUGH else ""


def _opening(lines: Sequence[str], lang: Lang) -> str:
    """The courtesy behind the greeting: no figure, no quote, no name."""
    behind = [one for line in lines[1:2] for one in sentences(line)][:1]
    first = behind[0] if behind else ""
    short = len(first) <= (LONGEST_FORM if lang is Lang.ZH else LONGEST_FORM * 3)
    plain = not re.search(r"[\d“”\"《》]", first) and (lang is Lang.ZH or not re.search(r"(?<=[a-z,] )[A-Z][a-z]", first))
    return first if short and plain and COURTESY[lang].search(first) else ""


def _sign_off(lines: Sequence[str], lang: Lang) -> str:
    """The forms above the name at the end, one to a line."""
    forms = [line.rstrip(",，。!！") for line in lines[-4:-1] if len(line) <= LONGEST_FORM]
    return "\n".join(one for one in forms if SIGNS_OFF[lang].fullmatch(one))


def _length(text: str, lang: Lang) -> int:
    return len(re.sub(r"\s", "", text)) if lang is Lang.ZH else len(text.split())
