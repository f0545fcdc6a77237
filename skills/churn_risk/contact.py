"""What people and the calendar say: who left, who took over, who answers, what is talked of, how near the renewal is. Knows no weight."""

from collections.abc import Iterator

from skills.churn_risk.signs import shown
from skills.churn_risk.story import Code, Leaver, Note, Signal, Story, clip

LIVE = frozenset({"call", "meeting", "visit", "onsite", "workshop", "video", "qbr", "review"})
"""Kinds of contact in which somebody answers."""
SAID: dict[Code, str] = {
    Code.PRICE_DISPUTE: "price", Code.COMPETITOR: "rival", Code.OFFBOARDING: "exit", Code.BUDGET_CUT: "budget", Code.REORG: "reorg",
    Code.EXPANSION: "more",
}  # fmt: skip
HALF_YEAR, FRESH, NEAR, LOCKED, LONG = 180, 60, 100, 330, 540
"""Days: what is heard of, a contact that is fresh, a renewal that is near, a term that binds, and one that binds in full."""
OURS_ALONE = 0.35
"""How a word weighs that stands in an event or in a rating and that nobody of theirs said to us."""
HAGGLED, SAID_IN_A_SALE = 0.2, 0.1
"""How words weigh that fall while they buy something else: prices and rivals, of which everybody talks then, and all others."""
STEEP = 5
"""Percent by which a price rose that is worth telling."""
REGULAR, LONGER = 5, 3
"""Contacts that make a habit, and how many times the usual gap is silence."""
OPEN_TO_TALK = 0.75
"""How a dispute weighs about which they have come round in part."""


def contact(story: Story) -> list[Signal]:
    """The signals of notes, people and the renewal date."""
    return [*_said(story), *_people(story), *_answers(story), *_term(story)]


def _heard(story: Story) -> Iterator[tuple[Note, float]]:
    """What was noted lately, with how much it weighs by where it stands."""
    yield from ((one, 1.0) for one in story.touches if story.ago(one.at) <= HALF_YEAR)
    yield from ((one, OURS_ALONE) for one in story.events if story.ago(one.at) <= 2 * HALF_YEAR)
    yield from ((Note(one.at, "event", "", one.comment, one.ref), OURS_ALONE) for one in story.ratings if story.ago(one.at) <= HALF_YEAR)


def _said(story: Story) -> Iterator[Signal]:
    for code, sign in SAID.items():
        heard = [(one, _loud(code, one, weight)) for one, weight in _heard(story) if shown(sign, one.text)]
        if heard:
            best, strength = max(heard, key=lambda one: one[1])
            after = [one for one in story.touches if one.at >= best.at and shown("comes_round", one.text)]
            softened = OPEN_TO_TALK if after and code in {Code.PRICE_DISPUTE, Code.COMPETITOR} else 1.0
            yield Signal(code, strength * softened, {"times": len(heard), "days": story.ago(best.at)}, best.text, best.ref)
        else:
            yield from _written(story, code)


def _loud(code: Code, note: Note, weight: float) -> float:
    """News about the firm itself is told by the press; what it wants of us, only by its people, and not while they buy something else."""
    told = 0.9 if code in {Code.BUDGET_CUT, Code.REORG} and note.kind == "event" else weight
    if note.selling and code is not Code.EXPANSION:
        told = min(told, HAGGLED if code in {Code.PRICE_DISPUTE, Code.COMPETITOR} else SAID_IN_A_SALE)
    return told * (0.6 if shown("mild", note.text) else 1.0)


def _written(story: Story, code: Code) -> Iterator[Signal]:
    """What nobody said, and papers show: a price that rose, a rival that a deal names."""
    if code is Code.PRICE_DISPUTE:
        rise = next((one for one in reversed(story.rises) if story.ago(one.at) <= HALF_YEAR and one.percent >= STEEP), None)
        letter = next((one for one in reversed(story.letters) if story.ago(one.at) <= HALF_YEAR and shown("price", one.text)), None)
        if rise:
            yield Signal(code, OURS_ALONE, {"percent": rise.percent, "days": story.ago(rise.at)}, ref=rise.ref)
        elif letter:
            yield Signal(code, OURS_ALONE, {"times": 1, "days": story.ago(letter.at)}, letter.text, letter.ref)
    if code is Code.COMPETITOR and story.rivals:
        last = story.rivals[-1]
        yield Signal(code, HAGGLED, {"times": len(story.rivals), "days": story.ago(last.at), "who": last.who}, last.text, last.ref)


def _people(story: Story) -> Iterator[Signal]:
    told = next((one for one in reversed(story.notes) if shown("left", one.text) and story.ago(one.at) <= 2 * HALF_YEAR), None)
    served = [one for one in story.notes if not one.selling and story.ago(one.at) <= 2 * HALF_YEAR]
    handed = next((one for one in reversed(served) if shown("hands_over", one.text)), None)
    known = max((one for one in story.leavers if story.ago(one.at) <= 2 * HALF_YEAR), key=_weight, default=None)
    left = told or (Note(known.at, "event", known.who, "", known.ref) if known else None)
    since = left or handed
    if since is None:
        return
    after = [one for one in story.touches if one.at > since.at and one.who != since.who and _warm(one) and one.kind in LIVE]
    if after:
        numbers: dict[str, float | str] = {"times": len(after), "who": after[-1].who}
        yield Signal(Code.NEW_CHAMPION, 1.0 if handed else 0.8, numbers, after[-1].text, after[-1].ref)
    if left:
        strength = 0.15 if after else 0.6 if told and shown("hands_over", told.text) else 1.0
        strength *= _weight(known) if known and not told else 1.0
        who = known.who if known else left.who
        yield Signal(Code.CHAMPION_LEFT, strength, {"who": who, "days": story.ago(left.at)}, left.text, left.ref)


def _weight(one: Leaver) -> float:
    """How much it matters that they left: whoever has a third of the decision counts in full."""
    return 0.5 if one.weight is None else clip(3 * one.weight)


def _warm(one: Note) -> bool:
    return not any(shown(sign, one.text) for sign in ("left", "silent", "cold", "exit"))


def _answers(story: Story) -> Iterator[Signal]:
    silent = [one for one in story.touches if shown("silent", one.text) and story.ago(one.at) <= HALF_YEAR]
    warm = [one for one in story.touches if one.kind in LIVE and _warm(one)]
    if silent and not any(one.at > silent[-1].at for one in warm):
        strength = clip(0.35 + 0.3 * len(silent))
        yield Signal(Code.DISENGAGED, strength, {"times": len(silent), "days": story.ago(silent[0].at)}, silent[-1].text, silent[-1].ref)
    else:
        yield from _silence(story)
    fresh = [one for one in warm if story.ago(one.at) <= FRESH]
    last = story.touches[-1] if story.touches else None
    if fresh and last and _warm(last):
        strength = clip(0.5 + 0.25 * len(fresh) + (0.25 if fresh[-1].kind != "call" else 0))
        yield Signal(Code.ENGAGED, strength, {"times": len(fresh), "days": story.ago(fresh[-1].at)}, fresh[-1].text, fresh[-1].ref)
    yield from _renewal(story, warm)


def _silence(story: Story) -> Iterator[Signal]:
    """Nobody of theirs was heard for far longer than is usual with them."""
    days = [one.at for one in story.touches]
    if len(days) < REGULAR:
        return
    usual, quiet = max(1.0, (days[-1] - days[0]).days / (len(days) - 1)), story.ago(days[-1])
    if quiet > max(FRESH, LONGER * usual):
        yield Signal(
            Code.DISENGAGED, clip(quiet / HALF_YEAR), {"quiet_days": quiet, "usual_days": round(usual)}, story.touches[-1].text,
            story.touches[-1].ref,
        )  # fmt: skip


def _renewal(story: Story, warm: list[Note]) -> Iterator[Signal]:
    if story.renewal_date is None:
        return
    left = -story.ago(story.renewal_date)
    talked = any(shown("renewal", one.text) for one in warm if story.ago(one.at) <= 2 * FRESH)
    quiet = story.ago(warm[-1].at) if warm else 2 * HALF_YEAR
    if 0 <= left <= NEAR and not talked and quiet > FRESH / 2:
        numbers: dict[str, float | str] = {"days": left, "quiet_days": min(quiet, 999)}
        if story.notice_date and (notice := -story.ago(story.notice_date)) >= 0:
            numbers["notice"] = notice
        yield Signal(Code.RENEWAL_SILENCE, clip(1.2 - left / 2 / NEAR) * clip(quiet / FRESH), numbers)


def _term(story: Story) -> Iterator[Signal]:
    left = -story.ago(story.renewal_date) if story.renewal_date else 0
    if left >= LOCKED:
        yield Signal(Code.LOCKED, clip(0.6 + 0.4 * (left - LOCKED) / (LONG - LOCKED)), {"days": left})
