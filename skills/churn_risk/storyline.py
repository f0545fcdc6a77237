"""The story of one account in a few lines: how likely, three reasons with figures and grounds, what else, what next. Judges nothing."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.outcome import Answer
from bot.domain.risk import Band
from bot.domain.saying import Saying, once
from skills.churn_risk.alerting import draft_button
from skills.churn_risk.story import Signal
from skills.churn_risk.telling import MARKS, REASONS, Told, chance, grounds, joined, next_step, reason, trend

CUSTOMER = "customer"


def storyline(told: Told, said: Saying, notes: Mapping[str, str]) -> Answer:
    """The story of an account of which something is known. notes: code -> what is to be said of that reason, `{reason}` in it."""
    risks = [one for one in told.foremost() if one.code.risk]
    calm = told.made.band is Band.LOW or not risks
    stays = [one for one in told.made.reasons if not one.code.risk][:REASONS]
    first = [*stays, *risks][:REASONS] if calm else risks or stays
    lines = [_head(told, said, calm=calm), *_numbered(told, first, notes, said)]
    rest = [one for one in told.made.reasons if one not in first]
    for key, others in (("also", [one for one in rest if one.code.risk]), ("stays", [one for one in rest if not one.code.risk])):
        lines += [said.say(key, reasons=joined(told, others, said))] if others else []
    lines += [said.say("fewer", count=len(first))] if 0 < len(first) < REASONS else []
    wanted = "" if calm else next_step(told, said)
    lines += [said.say("next", next=wanted)] if wanted else []
    evidence = once([ground for one in first for ground in grounds(told, one, said)])
    buttons = () if calm else (draft_button(told, said),)
    return Answer("\n".join(lines), evidence, buttons, about=(told.account.id,), chart=trend(told, said))


def _head(told: Told, said: Saying, *, calm: bool) -> str:
    story, ends = told.story, ""
    if story.renewal_date and story.renewal_date >= story.as_of:
        notice = -story.ago(story.notice_date) if story.notice_date else -1
        ends = said.say("ends_notice" if notice >= 0 else "ends", day=said.day(story.renewal_date), notice=notice)
    return said.say("story_calm" if calm else "story", account=told.name, chance=chance(told.made.chance, said),
                    band=said.say(f"band_{told.made.band}"), ends=ends)  # fmt: skip


def _numbered(told: Told, reasons: Sequence[Signal], notes: Mapping[str, str], said: Saying) -> Iterator[str]:
    for place, (mark, one) in enumerate(zip(MARKS, reasons, strict=False), 1):
        shown = reason(one, told.story.as_of, said)
        yield said.say("told", mark=mark, text=shown, numbers=f"[{place}]")
        if note := notes.get(one.code):
            yield note.format(reason=shown)
