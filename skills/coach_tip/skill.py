"""Tips on selling: one that was asked for, three for a coach in the morning, one that a coach posts. Reads only; posts nothing."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.outcome import Answer, Button, Draft, Outcome
from bot.domain.people import EVERYONE, Role
from bot.domain.practice import Practice
from bot.domain.saying import cut
from bot.domain.talk import Lang, Turn
from bot.ports import Catalogue, Words
from bot.ports.practice import TeamPractice

FILE = Path(__file__).with_name("tips.toml")
POSTERS = frozenset({Role.COACH, Role.MANAGER, Role.ADMIN})
MOST, OPENING = 3, 60
WEEK = timedelta(days=7)
FEW_SHOWN, FEW_REJECTED = 3, 2
"""Counts below these say nothing about a team."""
ASKS_TO_POST = re.compile(
    r"^\W*(?:发(?:一条|个|条)?技巧(?:[给到]组里)?|给组里发(?:一?条|个)?技巧|post (?:a|this) tip(?: to (?:my|the) team)?)\W*", re.IGNORECASE
)
SENTENCE = re.compile(r"[^。!?!?\n]{6,}?[。!?!?]|[^.!?\n]{12,}?[.!?](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Tip:
    """Words, and what they stand on."""

    text: str
    ground: Evidence


async def run(turn: Turn, *, practice: TeamPractice, catalogue: Catalogue, words: Words) -> Outcome:
    """A tip, three of them, a draft to post, or the word that an errand brings."""
    match turn.intent:
        case "tip_posted":
            return Answer(words.say("posted", turn.lang, author=turn.facts["author"], tip=turn.facts["text"]))
        case "example_asked":
            return _asks(turn, words)
        case "tip_post":
            return _draft(turn, words)
        case "coach_tips":
            return await _morning(turn, practice, catalogue, words)
        case _:
            return _answer(turn, words)


async def _morning(turn: Turn, practice: TeamPractice, catalogue: Catalogue, words: Words) -> Answer:
    today = date.fromisoformat(turn.facts["day"])
    yesterday, week = today - timedelta(days=1), today - WEEK
    lately = [await practice.between(yesterday, yesterday), await practice.between(week, yesterday)]
    labels = {one.name: next(iter(one.labels.values()), {}).get(turn.lang, one.name) for one in catalogue.capabilities()}
    made = [*_example(lately[1], turn.lang, words), *_rejected(lately, turn.lang, words), *_skills(lately, labels, turn.lang, words)]
    rest = (_house(today.toordinal() * MOST + step, turn.lang, words) for step in range(MOST))
    tips = [*made[: MOST - 1], *rest][:MOST]
    lines = [words.say("line", turn.lang, place=place, tip=one.text) for place, one in enumerate(tips, 1)]
    buttons = [
        Button(words.say("post", turn.lang, place=place), "say", words.say("say_post", turn.lang, tip=one.text))
        for place, one in enumerate(tips, 1)
    ]
    return Answer("\n".join((words.say("morning", turn.lang), *lines)), tuple(one.ground for one in tips), tuple(buttons))


def _example(practice: Practice, lang: Lang, words: Words) -> Iterator[Tip]:
    """An opening that works, of somebody who agreed."""
    found = practice.example
    opening = SENTENCE.search(found.text) if found else None
    if found is None or opening is None:
        return
    quote = cut(opening[0].strip(), OPENING)
    told = {"words": quote, "author": found.author, "account": found.account}
    source = words.say("source_letter", lang, author=found.author)
    ground = Evidence(opening[0].strip(), source, found.day.isoformat(), EvidenceKind.RECORD, 1.0, found.record_id, EVERYONE)
    yield Tip(words.say("example" if found.author and found.account else "example_alone", lang, **told), ground)


def _rejected(lately: Sequence[Practice], lang: Lang, words: Words) -> Iterator[Tip]:
    """What reviewers send back most."""
    for practice in lately:
        if practice.rejected and max(practice.rejected.values()) >= FEW_REJECTED:
            reason, number = max(practice.rejected.items(), key=lambda one: one[1])
            text = words.say(f"rejected_{reason}", lang, when=_when(practice, lang, words), number=number)
            yield Tip(text, _counted(practice, "source_reviews", f"{reason}: {number}", lang, words))
            return


def _skills(lately: Sequence[Practice], labels: dict[str, str], lang: Lang, words: Words) -> Iterator[Tip]:
    """What is left most, and what is used most, where there is enough of it to say so."""
    for practice in lately:
        enough = {skill: one for skill, one in practice.skills.items() if one.shown >= FEW_SHOWN and skill in labels}
        if not enough:
            continue
        when = _when(practice, lang, words)
        left, used = max(enough.items(), key=lambda one: one[1].ignored), max(enough.items(), key=lambda one: one[1].used)
        for key, (skill, count), number in (("ignored", left, left[1].ignored), ("used", used, used[1].used)):
            if number:
                text = words.say(key, lang, when=when, skill=labels[skill], shown=count.shown, ignored=count.ignored, used=count.used)
                yield Tip(text, _counted(practice, "source_team", f"{labels[skill]}: {number}/{count.shown}", lang, words))
        return


def _when(practice: Practice, lang: Lang, words: Words) -> str:
    return words.say("when_day" if practice.first == practice.last else "when_week", lang)


def _counted(practice: Practice, source: str, quote: str, lang: Lang, words: Words) -> Evidence:
    locator = f"{practice.first.isoformat()} – {practice.last.isoformat()}"
    return Evidence(quote, words.say(source, lang), locator, EvidenceKind.EVENT, 1.0, "", EVERYONE)


def _house(place: int, lang: Lang, words: Words) -> Tip:
    """One of the house's own, by its place among them, counted round."""
    place %= len(_tips())
    source, general = words.say("source_house", lang), words.say("general", lang)
    return Tip(_tips()[place][1][lang], Evidence(general, source, "", EvidenceKind.BENCHMARK, 0.5, f"tip:{place}", EVERYONE))


def _answer(turn: Turn, words: Words) -> Answer:
    """A tip whose words fit a question, else any; another one a minute later."""
    fitting = [place for place, (about, _) in enumerate(_tips()) if about.search(turn.text)] or range(len(_tips()))
    now = turn.said_at.astimezone(ZoneInfo(turn.speaker.zone))
    tip = _house(fitting[(now.toordinal() * 24 + now.minute) % len(fitting)], turn.lang, words)
    more = Button(words.say("more", turn.lang), "say", words.say("say_more", turn.lang))
    return Answer(tip.text, (tip.ground,), (more,))


def _asks(turn: Turn, words: Words) -> Answer:
    record = turn.facts["record"]
    buttons = tuple(Button(words.say(f"example_{one}", turn.lang), f"example:{one}:{record}") for one in ("yes", "no"))
    return Answer(words.say("example_asked", turn.lang, account=turn.facts["account"]), buttons=buttons)


def _draft(turn: Turn, words: Words) -> Outcome:
    if turn.speaker.role not in POSTERS:
        return Answer(words.say("not_yours", turn.lang), found=False)
    text = ASKS_TO_POST.sub("", turn.text, count=1).strip()
    if not text:
        return Answer(words.say("which_tip", turn.lang), found=False)
    speaker, today = turn.speaker, turn.said_at.astimezone(ZoneInfo(turn.speaker.zone)).date()
    fields = {
        "text": text, "team": speaker.team, "owner": speaker.user_id, "owner_name": speaker.name, "posted_date": today.isoformat(),
    }  # fmt: skip
    buttons = tuple(Button(words.say(f"button_{one}", turn.lang), one) for one in ("save", "edit", "discard"))
    ground = Evidence(text, speaker.name, "", EvidenceKind.RECORD, 1.0, turn.id, EVERYONE)
    return Draft(words.say("draft", turn.lang), "tip", fields, {"text": ground}, buttons=buttons, shows=("text",))


@cache
def _tips() -> tuple[tuple[re.Pattern[str], dict[Lang, str]], ...]:
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))["tips"]
    return tuple((re.compile(one["about"], re.IGNORECASE), {Lang.ZH: one["zh"], Lang.EN: one["en"]}) for one in told)
