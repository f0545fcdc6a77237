"""What a sentence about rules says: which signal, from when on, of which accounts, and what shall be done then. Knows no record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain import vocabulary as v
from bot.domain.numerals import ENGLISH, FIGURE, fold, value_of
from bot.domain.patterns import Pattern
from bot.domain.schema import Value
from bot.domain.watch import SIGNALS, Sort
from skills.nps_alert.cues import cue, cues, first

_N = rf"(?:[-−–]\s?)?(?:{FIGURE}|{'|'.join(ENGLISH)})"
TIERS = Pattern(
    r"(?<![A-Za-z])(?P<zh>[ABC])\s?[类级]|(?:tier|class) ?(?P<en>[ABC])\b|(?P<big>大客户|重点客户|(?<![a-z])VIP|enterprise|key accounts?)",
    re.IGNORECASE,
)
TEAM = Pattern(
    r"(?<![A-Za-z0-9])(?P<a>[A-Za-z][A-Za-z0-9-]{1,20}) (?:team|group)(?![a-z])|(?<![a-z])team (?P<b>[A-Za-z0-9-]{2,20})"
    r"|(?P<c>[\u3400-\u9fff]{2})(?:团队|大区)", re.IGNORECASE
)
OF_ZH = Pattern(
    r"(?P<name>(?:(?!的)[\u3400-\u9fff]){2,6})的(?:nps|满意度|用量|使用量?|活跃|登录|评分|打分|工单|发票|续约|流失|采购)", re.IGNORECASE
)
OF_EN = Pattern(
    r"(?P<name>[A-Z][A-Za-z&-]+(?: [A-Z][A-Za-z&-]+)*)(?:'s|’s|'|’)(?= )|\b(?:for|about|at|on) (?P<at>[A-Z][a-z&-]+(?: [A-Z][a-z&-]+)*)"
)
"""A name that belongs to what is watched: "宏达的用量", "Orbit's log-ins", "for Hollis Foods"."""
NO_NAME = Pattern(
    r"客户|我|他|她|们|级|类|组|所有|全部|每|有|新|这|那|月|年|季|周|天|的|把|将|给|对|如果|当|以后|平均|未关|严重|紧急|华[东南北]|西南|设|规则|提醒|告警|预警"
    r"|暂停|恢复|关|停|启用|条|个|高|低|差|好|大|小|制造|制药|医疗|食品|物流|零售|能源|保险|纺织|航空|今天|明天|后"
    r"|^(?:NPS|P[1-4]|ARR|VIP|Tier|I|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August"
    r"|September|October|November|December|Q[1-4]|East|South|North|Southwest|EMEA|APAC|Service|Christmas|China)\b"
)
NUMBER = Pattern(
    rf"(?P<p>[Pp][1-4])(?!\d)"
    rf"|(?P<n>{_N})\s*(?P<unit>%|个?百分点|percent|个?月|months?|个?(?:星期|周)|weeks?|天|日|days?|分|points?|万|k\b)?",
    re.IGNORECASE,
)
NO_TEAM = frozenset({
    "the", "my", "our", "care", "service", "support", "sales", "a", "whole", "entire", "if", "when", "that", "and", "to",
    "please", "as", "once", "whenever", "every", "for", "about",
})
TENTHS = Pattern(r"([一二两三四五六七八九])成")
NO_THRESHOLD = re.compile(r"^[一两]$|^an?$|^one$|^first$")
MONTH_DAYS, WEEK_DAYS, THOUSAND = 30, 7, 1000
HIGHEST_ANSWER = 10
NET = Pattern(r"净?推荐值|net promoter", re.IGNORECASE)
ANSWER = Pattern(r"评分|打分|回访|给(?:了|我们)|score|survey|rating", re.IGNORECASE)
DETRACTOR = 6
"""The highest answer of somebody who would rather advise against us (Reichheld 2003)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said. signal: "" where none was. fields: of a rule, but for those that are told by name.

    threshold: None where none was said. taken: the fields that were not said, but are what is usual. team: by its name, "" for none.
    """

    signal: str = ""
    comparison: str = ""
    threshold: float | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    taken: tuple[str, ...] = ()
    team: str = ""


def heard(text: str, names: tuple[tuple[int, int], ...] = ()) -> Heard:
    """What `text` says of a rule. names: where names of records stand in it, which are no words of a rule."""
    said = TENTHS.sub(lambda found: f"{value_of(found[1]) * 10:g}%", _without(fold(text), names))
    signal = _signal(said)
    fields = {**_whom(said), **_done(said)}
    if not signal:
        threshold, _ = _threshold(said, "")
        return Heard(threshold=threshold, comparison=_comparison(said, ""), fields=fields, team=_team(said))
    threshold, signal = _threshold(said, signal)
    signal = _scale(signal, threshold, said)
    comparison, taken = _comparison(said, signal), list[str]()
    if threshold is None and signal in {"nps_score", "nps_change"} and cue("said", "negative").search(said):
        signal, threshold, comparison = "nps_score", float(DETRACTOR), "at_most"
        taken.append("threshold")
    if threshold is None and signal == "ticket_severity":
        threshold, comparison = 2.0, "at_most"
        taken.append("threshold")
    if signal == "ticket_severity":
        comparison = "at_most"
    if not comparison:
        comparison = _usual(signal)
    return Heard(signal, comparison, threshold, fields, tuple(taken), _team(said))


def stranger_in(text: str, names: tuple[tuple[int, int], ...] = ()) -> str:
    """A name in `text` of whose things it speaks, where that is none of `names`; "" where there is none."""
    bare = _without(text, names)
    for found in (*OF_ZH.finditer(bare), *OF_EN.finditer(bare)):
        name = next((one for one in found.groupdict().values() if one), "")
        if not NO_NAME.search(name) and not any(words.search(name) for words in cues()["groups"].values()):
            return name
    return ""


def number_in(text: str) -> float | None:
    """The last figure of a few words that change one: "改成5", "make it 30"."""
    found = [one for one in NUMBER.finditer(fold(text)) if one["n"]]
    return _value(found[-1]["n"]) if found else None


def _signal(said: str) -> str:
    name = first("signals", said)
    falls, to_level = cue("parts", "falls"), cue("said", "to_level")
    if name == "nps_score" and falls.search(said) and not to_level.search(said):
        moved = re.search(rf"(?:{falls.pattern}).{{0,8}}?{_N}", said, re.IGNORECASE)
        level = re.search(rf"(?:{cue('comparisons', 'below').pattern})\s*{_N}", said, re.IGNORECASE)
        return "nps_change" if moved and not level else name
    if name == "usage_change" and to_level.search(said) and "%" not in said:
        return "active_users"
    return name


def _scale(signal: str, threshold: float | None, said: str) -> str:
    """Both scales go by one name: answers are 0 to 10, and what they come to is −100 to 100."""
    if signal != "nps_score" or threshold is None:
        return signal
    if NET.search(said) or not 0 <= threshold <= HIGHEST_ANSWER or (threshold == 0 and not ANSWER.search(said)):
        return "account_nps"
    return signal


def _comparison(said: str, signal: str) -> str:
    sort = SIGNALS[signal].sort if signal else None
    if sort is Sort.CHANGE:
        return "rises" if cue("parts", "rises").search(said) and not cue("parts", "falls").search(said) else "drops"
    found = [(match.start(), -len(match[0]), name) for name, words in cues()["comparisons"].items() for match in words.finditer(said)]
    name = min(found)[2] if found else ""
    if sort is Sort.UNTIL:
        return "at_most" if name not in {"below", "at_most"} else name
    if sort is Sort.SINCE:
        return "above" if name == "above" else "at_least"
    return name


def _usual(signal: str) -> str:
    return "below" if SIGNALS[signal].falls else "at_least"


def _threshold(said: str, signal: str) -> tuple[float | None, str]:
    """The figure that is the threshold: with the unit that the signal counts in, else the last bare one."""
    bare = re.sub(r"q[1-4]\b|[0-9]{4}年|\b20[0-9]{2}\b", " ", TIERS.sub(" ", said) if signal != "ticket_severity" else said)
    found = [one for one in NUMBER.finditer(bare) if one["p"] or one["unit"] or not NO_THRESHOLD.match(one["n"])]
    sort = SIGNALS[signal].sort if signal else None
    days = sort in {Sort.SINCE, Sort.UNTIL}
    if signal == "ticket_severity":
        worst = [one for one in found if one["p"]]
        return (float(worst[-1]["p"][1]), signal) if worst else (None, signal)
    found = [one for one in found if one["n"]]
    fits = [one for one in found if _fits(one["unit"] or "", days=days, share=signal in {"usage_change", "usage_season", "churn_chance"})]
    if days and not fits:
        fits = found
    chosen = fits or ([] if days else found)
    if not chosen:
        return None, signal
    one = chosen[-1]
    value = _value(one["n"])
    unit = one["unit"] or ""
    if unit.lower() == "k":
        value *= THOUSAND
    if days:
        value *= MONTH_DAYS if re.search("月|month", unit) else WEEK_DAYS if re.search("周|星期|week", unit) else 1
    return value, signal


def _fits(unit: str, *, days: bool, share: bool) -> bool:
    timed = bool(re.match(r"个?月|month|个?(?:星期|周)|week|天|日|day", unit))
    return timed if days else unit in {"%", "percent"} or "百分点" in unit if share else not timed


def _value(said: str) -> float:
    sign = -1 if said[:1] in "-−–" else 1
    bare = said.lstrip("-−– ")
    return sign * (float(ENGLISH[bare]) if bare in ENGLISH else value_of(bare))


def _whom(said: str) -> dict[str, object]:
    """Which accounts are meant, as far as no name says it."""
    fields: dict[str, object] = {}
    if found := TIERS.search(said):
        fields["tier"] = "A" if found["big"] else (found["zh"] or found["en"]).upper()
    for name, values in (("region", v.REGIONS), ("industry", v.INDUSTRIES)):
        if value := _named(said, values):
            fields[name] = value
    if cue("said", "except").search(said) and (status := first("statuses", said)):
        fields["leaves_out"] = status
    if cue("said", "mine").search(said):
        fields["only_mine"] = True
    elif cue("said", "all_of_team").search(said):
        fields["only_mine"] = False
    return fields


def _done(said: str) -> dict[str, object]:
    """What shall be done."""
    fields: dict[str, object] = {}
    group = first("groups", said)
    assigns, opens, tells = (cue("said", one).search(said) is not None for one in ("assigns", "opens", "tells_group"))
    if group and (assigns or opens):
        fields |= {"assigns_to": group, "opens_task": True}
    elif group and tells:
        fields |= {"assigns_to": group, "tells_group": True}
    elif opens or assigns:
        fields["opens_task"] = True
    for name in ("tells_owner", "tells_maker"):
        if cue("said", name).search(said):
            fields[name] = True
    return fields


def _team(said: str) -> str:
    found = TEAM.search(said)
    name = (found["a"] or found["b"] or found["c"] or "") if found else ""
    known = any(words.fullmatch(name) for words in cues()["groups"].values()) or name.lower() in NO_TEAM
    return "" if known else name


def _named(said: str, values: tuple[Value, ...]) -> str:
    return next((one.name for one in values if one.label.zh in said or re.search(rf"\b{re.escape(one.label.en.lower())}\b", said)), "")


def _without(said: str, names: tuple[tuple[int, int], ...]) -> str:
    """The words with blanks for names, so that no firm is taken for a signal; as long as they were."""
    for start, end in names:
        said = said[:start] + " " * (end - start) + said[end:]
    return said
