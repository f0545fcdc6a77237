"""What buttons and typed words about reviews mean: the action that a button carries, and the verbs in what people type. Decides nothing."""

import re
from collections.abc import Mapping

from bot.domain.ids import RecordId, ReviewId
from bot.domain.offers import REVIEW, review_action
from bot.domain.review import RejectReason, ReviewRef
from bot.turns.wishes import Consider, Sent, Verb

LETTER = "letter"
ACTION = re.compile(r"review:(?P<id>[\w-]{1,64}):(?P<version>\d{1,9}):(?P<verb>[a-z]+)(?::(?P<reason>[a-z]+))?")
SENT = re.compile(r"letter:(?P<id>[\w-]{1,64}):sent")
GAP = r"\s*[,:;\uff0c\uff1a\uff1b、]?\s*"
SPACED = r"\s*[:\uff1a]\s*|\s+"
"""What stands between a short verb and its words: 问题 and 改进 are words of their own."""
FINE = r"(?:可以|行|没问题|(?:is |would be )?(?:ok(?:ay)?|fine|yes))"


def _said(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


REVIEWERS: Mapping[Verb, re.Pattern[str]] = {
    Verb.APPROVE: _said(r"(?:通过|同意|批准|批了)了?|approved?(?: it)?|lgtm"),
    Verb.EDIT: _said(
        rf"(?:改后通过|改成|改)(?:{SPACED})(?P<words>.+)|(?:edit(?: ?(?:&|and) ?approve)?|change to)(?:{SPACED})(?P<more>.+)"
    ),
    Verb.ASK: _said(rf"(?:问一句|问)(?:{SPACED})(?P<words>.+)|ask(?:{SPACED})(?P<more>.+)"),
    Verb.REJECT: _said(rf"(?:退回|驳回|不通过){GAP}(?P<words>.*)|(?:reject(?:ed)?|send (?:it )?back)\b{GAP}(?P<more>.*)"),
    Verb.COUNTER: _said(rf"(?P<words>.*\d\s*(?:[%\uff05]|个点|天|days?)\s*{FINE}.*)"),
}
"""What a reviewer types."""
AUTHORS: Mapping[Verb, re.Pattern[str]] = {
    Verb.NUDGE: _said(r"催一?下|催催|再催一下|nudge(?: (?:them|her|him))?"),
    Verb.WITHDRAW: _said(r"撤回(?:送审|审批|复核)|不送审了|withdraw(?: it| the review)?"),
    Verb.ACCEPT: _said(r"(?:按|接受)(?:此|这个?)?条件|就按(?:这个|此)条件|接受|accept(?: (?:it|the terms|that))?"),
    Verb.REPLY: _said(rf"(?:回复|答复|答)(?:{SPACED})(?P<words>.+)|(?:reply|answer)(?:{SPACED})(?P<more>.+)"),
}
"""What an author types about what they sent to be reviewed."""
SAID_SENT = _said(r"我?(?:已经?)?发(?:出去)?(?:了|过了)|i(?:'ve| have)? sent it")
PERCENT = _said(rf"(\d+(?:\.\d+)?)\s*(?:[%\uff05]|个点)\s*(?:的?折扣)?\s*{FINE}")
DAYS = _said(rf"(\d+)\s*(?:天|days?)\s*(?:账期)?\s*{FINE}")
REASONS: Mapping[RejectReason, re.Pattern[str]] = {
    RejectReason.TONE: re.compile(r"语气|口气|随意|太硬|太软|不礼貌|称呼|tone|wording|casual|rude", re.IGNORECASE),
    RejectReason.FACTS: re.compile(r"不实|不对|有误|错了|事实|数字|依据|wrong|fact|figure|incorrect|source", re.IGNORECASE),
    RejectReason.TIMING: re.compile(r"时机|太早|太晚|先别|等等|现在不|timing|too (?:early|late|soon)|wait|not now", re.IGNORECASE),
    RejectReason.TERMS: re.compile(r"条件|条款|价格|折扣|账期|付款|terms?|price|discount|payment", re.IGNORECASE),
}
"""Words that tell why something was sent back; the first that fits counts."""


def action_of(ref: ReviewRef, verb: Verb, reason: RejectReason | None = None) -> str:
    """What a button about a review carries."""
    return review_action(ref, verb.value, reason.value if reason else "")


def sent_action(record_id: RecordId) -> str:
    """What the button carries by which a person says that they sent a letter."""
    return f"{LETTER}:{record_id}:sent"


def wish_in(action: str, words: str = "") -> Consider | Sent | None:
    """What a button of ours stands for; None where it is none of these. words: what it would be to say it, if it has such."""
    if found := SENT.fullmatch(action):
        return Sent(RecordId(found["id"]))
    found = REVIEW.fullmatch(action)
    if found is None or found["verb"] not in set(Verb) or (found["reason"] and found["reason"] not in set(RejectReason)):
        return None
    reason = RejectReason(found["reason"]) if found["reason"] else None
    verb = Verb(found["verb"])
    typed = typed_verb(words, {**REVIEWERS, **AUTHORS}) if words else None
    return Consider(ReviewRef(ReviewId(found["id"]), int(found["version"])), verb, typed[1] if typed else words, reason)


def typed_verb(text: str, verbs: Mapping[Verb, re.Pattern[str]]) -> tuple[Verb, str] | None:
    """The verb that a text begins with, and its words; None where it is none of `verbs`."""
    for verb, pattern in verbs.items():
        if found := pattern.fullmatch(text.strip()):
            return verb, next((one.strip() for one in found.groupdict().values() if one), "")
    return None


def reason_in(note: str) -> RejectReason:
    """Which reason a note tells."""
    return next((reason for reason, pattern in REASONS.items() if pattern.search(note)), RejectReason.OTHER)


def terms_in(text: str, fields: Mapping[str, object]) -> Mapping[str, object]:
    """The terms that a reviewer would take, by the fields of the draft that they are about: "12%可以,15%不行" is a discount of 12."""
    found: dict[str, object] = {}
    if "discount" in fields and (percent := PERCENT.search(text)):
        figure = float(percent[1])
        found["discount"] = int(figure) if figure.is_integer() else figure
    if "payment_days" in fields and (days := DAYS.search(text)):
        found["payment_days"] = int(days[1])
    return found
