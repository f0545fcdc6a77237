"""Story: why an answer was given, in chat: its grounds, what worded it, what people did with it. Knows no page and no command line."""

from collections.abc import Iterable

from bot.domain.decision import Decision
from bot.domain.outcome import Answer
from bot.domain.people import Speaker
from bot.domain.talk import Lang
from bot.ports import Words

BUILTIN = "builtin"
LONGEST_SAID = 40
VERSION_CHARS = 8


def story_of(decision: Decision, speaker: Speaker, words: Words, lang: Lang, page: str = "", whole: str = "") -> Answer:
    """The story of a decision in a few lines, with the grounds that this person may see here.

    page: where what was said is played; whole: where its person reads all of it; "" for nowhere.
    """
    shown = tuple(one for one in decision.evidence if speaker.may_see(one.audience))
    made = decision.made
    lines = [
        words.say("why_said", lang, said=_short(decision.said or "–")),
        words.say("why_grounds" if shown else "why_no_grounds", lang, count=len(shown)),
        words.say("why_builtin", lang) if made.model == BUILTIN else words.say("why_model", lang, model=made.model),
    ]
    if made.fell_back:
        lines.append(words.say("why_fell_back", lang, model=made.fell_back))
    if made.prompts and made.model != BUILTIN:
        prompts = (f"{name}@{version[:VERSION_CHARS]}" for name, version in made.prompts.items())
        lines.append(words.say("why_prompts", lang, prompts=_listed(prompts, words, lang)))
    if uses := dict.fromkeys(use for use, _, _ in decision.uses):
        lines.append(words.say("why_uses", lang, uses=_listed((words.say(f"use_{use}", lang) for use in uses), words, lang)))
    if page:
        lines.append(words.say("heard_page", lang, url=page))
    if whole:
        lines.append(words.say("why_whole", lang, url=whole))
    lines.append(words.say("why_number", lang, skill=made.skill, decision=decision.id))
    return Answer("\n".join(lines), shown)


def _listed(names: Iterable[str], words: Words, lang: Lang) -> str:
    return words.say("list_comma", lang).join(names)


def _short(said: str) -> str:
    plain = " ".join(said.split())
    return plain if len(plain) <= LONGEST_SAID else f"{plain[:LONGEST_SAID]}…"
