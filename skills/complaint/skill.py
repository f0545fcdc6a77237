"""Take a complaint about Tandem, and tell admins what was complained about. Keeps nothing: a press hands it in."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from bot.domain.complaints import Area, Complaint, Fate
from bot.domain.day_names import day_said
from bot.domain.outcome import Answer, Button
from bot.domain.talk import Lang, Turn
from bot.ports import Words
from bot.ports.complaints import HeardComplaints

AREAS = Path(__file__).with_name("areas.toml")
LISTED, ANSWERED = "complaint_list", "complaint_answered"
SINCE = timedelta(days=30)
MOST, MOST_BUTTONS = 6, 2
BARE = re.compile(
    r"(?:我?(?:要|想)?)(?:匿名)?(?:吐(?:个)?槽|投诉|提(?:个)?意见)(?:一下|一句)?[。!,:\s]*"
    r"|(?:i(?:'d| would)? (?:want|like) to )?(?:complain|give feedback)|(?:a |some )?(?:complaint|feedback)[.!:\s]*",
    re.IGNORECASE,
)
"""That somebody wishes to complain, and not yet of what."""
LONGEST = 80
"""Characters of a complaint that a list shows."""


async def run(turn: Turn, *, words: Words, complaints: HeardComplaints | None) -> Answer:
    """Offer to hand a complaint in; list them; tell a teller what became of theirs. complaints: None for who may not see them."""
    if turn.intent == ANSWERED:
        return _heard(turn, words)
    if turn.intent == LISTED:
        return await _listed(turn, words, complaints) if complaints else Answer(words.say("not_yours", turn.lang))
    if BARE.fullmatch(turn.text.strip()):
        return Answer(words.say("what", turn.lang), found=False)
    area = area_of(turn.text)
    ways = ("named", "unnamed", "drop")
    buttons = tuple(Button(words.say(f"button_{way}", turn.lang), f"complaint:{way}:{area}") for way in ways)
    return Answer(words.say("offer", turn.lang, fair=words.say(f"fair_{area}", turn.lang)), buttons=buttons)


def area_of(text: str) -> Area:
    """What a complaint is about, by its words."""
    return next((area for area, pattern in _patterns().items() if pattern.search(text)), Area.OTHER)


@cache
def _patterns() -> Mapping[Area, re.Pattern[str]]:
    told = tomllib.loads(AREAS.read_text(encoding="utf-8"))
    return {Area(name): re.compile(f"{one['zh']}|(?:{one['en']})", re.IGNORECASE) for name, one in told.items()}


def _heard(turn: Turn, words: Words) -> Answer:
    area = words.say(f"area_{Area(turn.facts['area'])}", turn.lang)
    day = day_said(date.fromisoformat(turn.facts["day"]), turn.said_at.date(), turn.lang)
    return Answer(words.say(f"heard_{Fate(turn.facts['fate'])}", turn.lang, area=area, day=day))


async def _listed(turn: Turn, words: Words, complaints: HeardComplaints) -> Answer:
    lang = turn.lang
    counts = await complaints.counts(turn.said_at - SINCE)
    waiting = await complaints.unmended(MOST + 1)
    if not counts and not waiting:
        return Answer(words.say("none", lang))
    told = words.say("comma", lang).join(f"{words.say(f'area_{area}', lang)} {number}" for area, number in counts.items())
    lines = [words.say("counts", lang, number=sum(counts.values()), counts=told)] if counts else []
    if waiting:
        lines += [words.say("waiting", lang), *(_line(place, one, turn, words) for place, one in enumerate(waiting[:MOST], 1))]
    fates = (Fate.MENDED, Fate.TAKEN, Fate.DECLINED)
    buttons = [
        Button(words.say(f"button_{fate}", lang, place=place), f"complaint:{fate}:{one.id}")
        for place, one in enumerate(waiting[:MOST_BUTTONS], 1)
        for fate in fates
        if fate is not one.fate
    ]
    return Answer("\n".join(lines), buttons=tuple(buttons))


def _line(place: int, one: Complaint, turn: Turn, words: Words) -> str:
    lang: Lang = turn.lang
    text = one.text if len(one.text) <= LONGEST else f"{one.text[:LONGEST]}…"
    told = {"text": text or words.say("erased", lang), "day": day_said(one.day, turn.said_at.date(), lang)}
    who = words.say("named" if one.teller else "unnamed", lang)
    return words.say("line", lang, place=place, area=words.say(f"area_{one.area}", lang), who=who, **told)
