"""How we were in touch: by which channel, what it was, when, for how long. By words alone; what was not said stays empty."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.talk import Turn
from skills.capture.field import Field
from skills.capture.heard import Heard

WAYS = (
    ("video", "meeting", r"视频|线上会|腾讯会议|在线会|zoom|teams (?:call|meeting)|video (?:call|meeting)|webex"),
    ("wecom", "message", r"微信|wechat|wecom"),
    ("slack", "message", r"(?:on|over|via|in) slack|slack上"),
    ("email", "email", r"邮件|邮箱|e-?mail(?:ed|s)?|(?<![a-z])mailed"),
    ("event", "meeting", r"展会|展台|论坛|沙龙|trade (?:fair|show)|conference|expo(?![a-z])|(?<![a-z])booth"),
    ("phone", "call", (
        r"电话|致电|来电|打给|通话|挂了"
        r"|(?<![a-z])(?:call(?:ed)?|phoned?|rang|ring|voicemail|off the phone|spoke on)(?![a-z])"
    )),
    ("visit", "visit", (
        r"拜访|登门|上门|去了(?!电)|跑了(?:一)?趟|陪.{0,12}(?:看|参观)|到.{0,8}(?:厂|公司|现场)|来我们|参观|"
        r"(?<![a-z])(?:visit(?:ed|ing)?|stopped by|dropped (?:in|by)|site tour|on site|came (?:by|over))(?![a-z])"
    )),
)  # fmt: skip
KINDS = (
    ("complaint", r"投诉|抱怨|发火|发了一通|(?<![a-z])(?:complain(?:ed|ing|t)?|angry|furious|upset)(?![a-z])"),
    ("demo", r"演示|demo"),
)
MET = re.compile(
    r"聊|见了|见到|碰到|碰上|遇到|谈完|谈了|谈到|刚谈|吃了?个?饭|喝了?杯?咖啡|开会|沟通|交流|谈妥|来电|来找|"
    r"(?<![a-z])(?:met|meeting|lunch|coffee|dinner|chat(?:ted)?|caught up|catch[- ]?up|bumped into|ran into|talked|spoke|saw|sat down|"
    r"had a (?:talk|word|beer))(?![a-z])"
)
LONG = re.compile(
    r"(?P<half>半个?(?:小时|钟头)|half an hour)|(?P<zh>\d{1,3}|[一二两三四五六七八九十]{1,3})个?(?P<unit>半?小时|钟头|分钟)"
    r"|(?P<en>\d{1,3}|an|one|two|three|ten|fifteen|twenty|thirty|forty|forty[- ]five)[- ](?P<of>hours?|minutes?|mins?)(?![a-z])"
)
WORDS = {
    "an": 1, "one": 1, "two": 2, "three": 3, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45,
    "forty five": 45,
}  # fmt: skip
OVER = re.compile(r"昨|前天|上(?:个|周|星期|礼拜)|(?<!下)(?:周|星期|礼拜)[一二三四五六日天]|yesterday|last |ago|(?<!next )day")
HAN_DIGITS = "零一二三四五六七八九"
HOUR, TEN = 60, 10
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact with a customer. channel, kind, minutes: None where they were not said. at: aware, UTC; day: the words for the day."""

    at: datetime
    channel: Field | None = None
    kind: Field | None = None
    minutes: Field | None = None
    day: Field | None = None

    @property
    def told(self) -> bool:
        """Whether the words say that there was a contact."""
        return self.kind is not None


def touch(heard: Heard, turn: Turn) -> Touch:
    """The contact that a note tells of; without a day it was when it was told."""
    channel, kind = _way(heard)
    kind = next((Field(name, _said(heard, found), 0.8) for name, found in _kinds(heard)), kind)
    day = _over(heard)
    at = turn.said_at.astimezone(UTC)
    if day is not None and isinstance(day.value, date):
        at = datetime.combine(day.value, NOON, ZoneInfo(turn.speaker.zone)).astimezone(UTC)
    return Touch(at, channel, kind, _minutes(heard), day)


def _way(heard: Heard) -> tuple[Field | None, Field | None]:
    for channel, kind, words in WAYS:
        if match := _had(heard, re.compile(words)):
            said = _said(heard, match)
            return Field(channel, said, 0.8), Field(kind, said, 0.8)
    match = _had(heard, MET)
    return None, Field("meeting", _said(heard, match), 0.6) if match else None


def _kinds(heard: Heard) -> list[tuple[str, re.Match[str]]]:
    return [(name, match) for name, words in KINDS if (match := _had(heard, re.compile(words)))]


def _had(heard: Heard, words: re.Pattern[str]) -> re.Match[str] | None:
    """Words of a contact that was; one whose day lies ahead is a plan."""
    for match in heard.find(words):
        clause = heard.clauses[heard.clause_of(match.start())] if heard.clauses else None
        days = [one for one in heard.reading.days if clause and clause.start <= one.words.start < clause.end]
        if all(one.last <= heard.today for one in days):
            return match
    return None


def _over(heard: Heard) -> Field | None:
    """The day that is over on which it was; a day ahead is none of it."""
    for one in heard.reading.days:
        if one.first == one.last < heard.today and (heard.today - one.first).days < HOUR and OVER.search(one.words.text.lower()):
            return Field(one.first, one.words.text, 0.8)
    return None


def _minutes(heard: Heard) -> Field | None:
    match = heard.has(LONG)
    if match is None:
        return None
    if match["half"]:
        return Field(HOUR / 2, _said(heard, match), 0.8)
    count = _figure(match["zh"] or match["en"])
    unit = match["unit"] or match["of"]
    if unit.startswith("半"):
        return Field(count * HOUR + HOUR / 2, _said(heard, match), 0.8)
    return Field(count * (HOUR if unit.startswith(("小", "钟", "hour")) else 1), _said(heard, match), 0.8)


def _figure(said: str) -> float:
    if said.isdigit():
        return float(said)
    if said in WORDS:
        return WORDS[said]
    tens, ten, ones = said.partition("十")
    if not ten:
        return float(HAN_DIGITS.find(said.replace("两", "二")[:1]))
    return (HAN_DIGITS.find(tens.replace("两", "二")) if tens else 1) * TEN + (HAN_DIGITS.find(ones) if ones else 0)


def _said(heard: Heard, match: re.Match[str]) -> str:
    return heard.words(*match.span())
