"""Puts a letter together: greeting, a way in with its grounds, one request, sign-off, in the writer's voice. Invents no sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.evidence import Evidence
from bot.domain.gaps import filled, gap, gaps_in
from bot.domain.saying import Saying
from bot.domain.talk import Lang, language_of
from bot.domain.voice import Voice
from skills.exec_outreach.asked import Kind
from skills.exec_outreach.claims import Claim
from skills.exec_outreach.openings import Opening, Way
from skills.exec_outreach.person import Person, addressee
from skills.exec_outreach.register import ROOM, faults, length

FULL_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ASKING = frozenset({Kind.ICEBREAKER, Kind.INVITATION, Kind.FOLLOW_UP, Kind.RENEWAL, Kind.APOLOGY})
"""Kinds that ask for something; the others only say it."""
NEEDS_CAUSE = frozenset({Kind.ICEBREAKER, Kind.FOLLOW_UP, Kind.APOLOGY, Kind.THANKS, Kind.OTHER})
"""Kinds that say nothing without a way in: there it is a gap."""
TONES: Mapping[tuple[Kind, Way], str] = {
    (Kind.THANKS, Way.TALK): "thanks_", (Kind.THANKS, Way.INTRODUCTION): "thanks_", (Kind.INVITATION, Way.TALK): "thanks_",
    (Kind.ICEBREAKER, Way.TALK): "first_",
}  # fmt: skip
"""Where a way in is told otherwise than usual."""
YOURS = "yours"
MATTERS = frozenset({Way.PRIORITY, Way.PROOF, Way.PAIN})
"""Ways in on which somebody may have a view."""
REFERRED = frozenset({Way.PRIORITY, Way.PROOF, Way.PAIN, Way.TICKET})
"""What can be referred to without a quote, in a letter of another language than the quote's."""


@dataclass(frozen=True, slots=True)
class Fill:
    """What a person said for a gap. day: where it is one; it goes where a day is waited for, and nowhere else. ground: their words."""

    words: str
    ground: Evidence
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a letter is made from. owner: ground that the writer looks after the account, where they do.

    without: whom or what it shall not name. plant: it is about a visit to a plant of ours. request: the words that asked for it.
    """

    person: Person
    kind: Kind
    lang: Lang
    opening: Opening | None
    writer: str
    request: str = ""
    owner: Evidence | None = None
    voice: Voice | None = None
    fills: tuple[Fill, ...] = ()
    without: tuple[str, ...] = ()
    formal: bool = False
    short: bool = False
    plant: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as drafted. middle: its sentences between greeting and sign-off, each with its grounds."""

    subject: str
    greeting: str
    middle: tuple[Claim, ...]
    ending: str
    lang: Lang

    @property
    def body(self) -> str:
        """The whole text."""
        return "\n".join((self.greeting, joined([one.text for one in self.middle], self.lang), self.ending))

    @property
    def grounds(self) -> tuple[Evidence, ...]:
        """Of all its sentences, in their order, each once."""
        return tuple(dict.fromkeys(ground for one in self.middle for ground in one.grounds))

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is still to be filled in."""
        return gaps_in(self.body)


def joined(sentences: Sequence[str], lang: Lang) -> str:
    """Sentences in a row."""
    return ("" if lang is Lang.ZH else " ").join(one for one in sentences if one)


def fits_language(opening: Opening, lang: Lang) -> bool:
    """Whether a way in can be told in `lang`: its quote is in it, or it can be referred to without."""
    return not opening.quote or language_of(opening.quote) is lang or opening.way in REFERRED or opening.way is Way.CONTRACT


def compose(plan: Plan, said: Saying) -> Letter:
    """The letter of a plan; as much of it as there is room for."""
    letter = _Pen(plan, said).letter()
    if plan.short or _fits(letter, plan):
        return letter
    return _Pen(replace(plan, short=True), said).letter()


def names_between(plan: Plan) -> tuple[str, ...]:
    """What both sides are called; no ground is needed for that."""
    called = (plan.person.name, plan.person.title, plan.person.said, plan.person.account_name, plan.writer)
    return tuple(one for one in (*called, addressee(plan.person, plan.lang, plan.request)) if one)


def day_words(day: date, lang: Lang, today: date) -> str:
    """A day as a letter writes it; with its year where that is another."""
    told = f"{day.month}月{day.day}日" if lang is Lang.ZH else f"{day.day} {FULL_MONTHS[day.month - 1]}"
    if day.year == today.year:
        return told
    return f"{day.year}年{told}" if lang is Lang.ZH else f"{told} {day.year}"


def month_words(day: date, lang: Lang) -> str:
    """A month as a letter writes it."""
    return f"{day.year}年{day.month}月" if lang is Lang.ZH else f"{FULL_MONTHS[day.month - 1]} {day.year}"


def _fits(letter: Letter, plan: Plan) -> bool:
    usual = plan.voice.length if plan.voice else 0
    wordy = usual and length(letter.body, plan.lang) > max(usual * 3 // 2, ROOM[plan.lang] // 2)
    return not wordy and "length" not in faults(letter.body, plan.lang, executive=plan.person.executive)


@dataclass(frozen=True, slots=True)
class _Pen:
    plan: Plan
    said: Saying

    def letter(self) -> Letter:
        plan = self.plan
        who = addressee(plan.person, plan.lang, plan.request) or self._say("sir")
        sentences = (self._courtesy(), self._self(), *self._way_in(), self._then(), self._request())
        middle = self._filled([one for one in sentences if one.text and not self._names_unwanted(one.text)])
        return Letter(self._say(f"subject_{plan.kind}"), self._greeting(who), tuple(map(self._polite, middle)), self._ending(), plan.lang)

    def _say(self, key: str, **facts: object) -> str:
        return self.said.words.say(key, self.plan.lang, **facts)

    def _greeting(self, who: str) -> str:
        plan, voice = self.plan, self.plan.voice
        if voice and not plan.formal and (voice.before or voice.after):
            greeting = f"{voice.before}{' ' if plan.lang is Lang.EN and voice.before else ''}{who}{voice.after}"
            if not faults(greeting, plan.lang, executive=plan.person.executive):
                return greeting
        return self._say("greeting_formal" if plan.formal else "greeting", who=who)

    def _courtesy(self) -> Claim:
        """How the writer begins, where it says nothing about anybody."""
        plan = self.plan
        said = plan.voice.opening if plan.voice and not plan.short and not plan.formal else ""
        return Claim("" if faults(said, plan.lang, executive=plan.person.executive) else said)

    def _self(self) -> Claim:
        """Who writes, to whoever does not know them."""
        plan = self.plan
        known = plan.opening is not None and plan.opening.line == YOURS
        if plan.kind is not Kind.ICEBREAKER or plan.short or known:
            return Claim("")
        if plan.owner:
            return Claim(self._say("self_owner", me=plan.writer), (plan.owner,))
        return Claim(self._say("self", me=plan.writer))

    def _way_in(self) -> tuple[Claim, ...]:
        opening, kind = self.plan.opening, self.plan.kind
        if opening is None:
            missing = gap(self._say(f"cause_{kind}"), self.plan.lang) if kind in NEEDS_CAUSE else ""
            return (Claim(self._say(f"without_{kind}", gap=missing)),) if missing else ()
        told = {name: self._told(name, value) for name, value in opening.told.items()}
        quoted = not opening.quote or language_of(opening.quote) is self.plan.lang or opening.way is Way.CONTRACT
        key = "_".join(part for part in ("hook", str(opening.way), opening.line, "" if quoted else "ref") if part)
        key = key.replace("hook_", TONES.get((kind, opening.way), "hook_"), 1)
        if opening.way is Way.PRIORITY and not told.get("page"):
            key = f"{key}_whole"
        return (Claim(self._say(key, quote=opening.quote, **told), opening.grounds),)

    def _told(self, name: str, value: str | date) -> str:
        if isinstance(value, date):
            return month_words(value, self.plan.lang) if name == "month" else day_words(value, self.plan.lang, self.said.today)
        return value

    def _then(self) -> Claim:
        """What follows from the way in, and says no fact."""
        if self.plan.kind is Kind.APOLOGY and self.plan.opening:
            return Claim(self._say("sorry"))
        curious = self.plan.kind is Kind.ICEBREAKER and self.plan.opening is not None and self.plan.opening.way in MATTERS
        return Claim(self._say("then_icebreaker") if curious and not self.plan.short else "")

    def _request(self) -> Claim:
        plan = self.plan
        if plan.kind not in ASKING:
            return Claim(self._say(f"close_{plan.kind}"))
        key = f"ask_{plan.kind}"
        if plan.kind is Kind.INVITATION and plan.plant:
            key = "ask_visit"
        visits = plan.kind is Kind.INVITATION
        day = gap(self._say("gap_visit" if visits else "gap_day"), plan.lang)
        return Claim(self._say(key, gap=day, event=gap(self._say("gap_event"), plan.lang)))

    def _names_unwanted(self, sentence: str) -> bool:
        return any(one and one in sentence for one in self.plan.without)

    def _filled(self, sentences: Sequence[Claim]) -> list[Claim]:
        """With what was said for the gaps: days where days are waited for, other words in the first other gap."""
        done = list(sentences)
        days = {self._say("gap_day"), self._say("gap_visit")}
        for fill in self.plan.fills:
            others = any(name not in days for one in done for name in gaps_in(one.text))
            for at, one in enumerate(done):
                missing = [name for name in gaps_in(one.text) if (name in days) is (fill.day is not None or not others)]
                if missing:
                    words = day_words(fill.day, self.plan.lang, self.said.today) if fill.day else fill.words
                    done[at] = Claim(filled(one.text, missing[0], words), (*one.grounds, fill.ground))
                    break
        return done

    def _polite(self, claim: Claim) -> Claim:
        """你 only to whoever is no executive, and where the writer does."""
        plan = self.plan
        informal = plan.voice and plan.voice.polite_you is False and not plan.person.executive and not plan.formal
        return replace(claim, text=claim.text.replace("您", "你") if informal else claim.text, gaps=gaps_in(claim.text))

    def _ending(self) -> str:
        plan = self.plan
        comma = "," if plan.lang is Lang.EN else ""
        if plan.voice and plan.voice.sign_off and not plan.formal:
            return f"{plan.voice.sign_off}{comma}\n{plan.writer}"
        return f"{self._say('sign_off_executive' if plan.formal or plan.person.executive else 'sign_off')}\n{plan.writer}"
