"""What a rule would have done last quarter, told from the records as they were. Changes nothing."""

from dataclasses import dataclass

from bot.domain.evidence import Evidence
from bot.domain.occasions import Occasion, last_quarter, occasions, worst_first
from bot.domain.watch import Watch, plain
from skills.nps_alert.desk import Desk
from skills.nps_alert.wording import Wording

SHOWN = 3
NOISY, NOISY_SHARE, FEW = 20, 0.3, 6
"""More times in a quarter than this, or more than this share of the accounts it watches where that is not just a few, is noise."""
CALM = 8
"""So many times in a quarter a stricter threshold would come to."""


@dataclass(frozen=True, slots=True)
class Trial:
    """text: in a line or two. grounds: what it stands on."""

    text: str
    grounds: tuple[Evidence, ...]


async def trial(desk: Desk, watch: Watch, wording: Wording) -> Trial:
    """Try a rule on the quarter before this one, and on what is so today."""
    first, last = last_quarter(desk.said.today)
    told = await occasions(desk.records, watch, first, desk.said.today)
    past = [one for one in told.found if first <= one.day <= last]
    now = [one for one in told.found if one.still]
    lines = [_now_only(desk, watch, wording, now)] if told.now_only else [_past(desk, watch, wording, past), _now(desk, now, past)]
    shown = worst_first(now if told.now_only else past or now, watch)[:SHOWN]
    watched = await desk.accounts_watched(watch)
    counted = now if told.now_only else past
    if is_noisy(counted, watched):
        lines.append(_noise(desk, watch, counted, watched))
    if not told.whole:
        lines.append(desk.said.say("trial_cut"))
    return Trial("".join(filter(None, lines)), tuple(wording.ground(one, watch) for one in shown))


def is_noisy(found: list[Occasion], watched: int) -> bool:
    """Whether people would stop to listen."""
    accounts = len({one.account for one in found})
    return len(found) > NOISY or (accounts >= FEW and watched > 0 and accounts / watched > NOISY_SHARE)


def calmer(found: list[Occasion], watch: Watch) -> float | None:
    """A threshold that comes to a handful of times; None where no stricter one tells them apart."""
    values = [one.value for one in worst_first(found, watch)]
    if watch.comparison in {"below", "at_most", "drops"}:
        values = [-value for value in values] if watch.comparison == "drops" else values
    limit = values[min(CALM, len(values)) - 1]
    return None if limit == watch.threshold or watch.of.sort in {"since", "until"} else limit


def _past(desk: Desk, watch: Watch, wording: Wording, past: list[Occasion]) -> str:
    if not past:
        return desk.said.say("trial_none")
    accounts = len({one.account for one in past})
    worst = [wording.occasion(one, watch) for one in worst_first(past, watch)[:SHOWN]]
    return desk.said.say("trial_once" if len(past) == 1 else "trial_some", times=len(past), accounts=accounts, worst=wording.several(worst))


def _now(desk: Desk, now: list[Occasion], past: list[Occasion]) -> str:
    """What is so today already is told at once when the rule is switched on."""
    fresh = [one for one in now if one not in past] or now
    return desk.said.say("trial_now", count=len({one.account for one in fresh})) if now else ""


def _now_only(desk: Desk, watch: Watch, wording: Wording, now: list[Occasion]) -> str:
    if not now:
        return desk.said.say("trial_field_none")
    worst = [f"{one.account_name} {wording.value(one, watch)}" for one in worst_first(now, watch)[:SHOWN]]
    return desk.said.say("trial_field", count=len(now), worst=wording.several(worst))


def _noise(desk: Desk, watch: Watch, found: list[Occasion], watched: int) -> str:
    limit = calmer(found, watch)
    share = round(100 * len({one.account for one in found}) / watched) if watched else 0
    if limit is None:
        return desk.said.say("trial_noisy", times=len(found), share=share)
    return desk.said.say("trial_noisy_calmer", times=len(found), share=share, calmer=plain(limit))
