"""What is kept of a meeting: the note line by line, and the lines of it that are fields of the account. Knows no person's rights."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from bot.domain.saying import Saying, cut
from bot.domain.talk import Lang
from skills.meeting_minutes.meeting import Action, Confidence, Meeting, Minutes, Pain, Quote

LONGEST_NOTE = 4_000
LONGEST_QUOTE = 120
FIELDS = {"biggest_pain": "note_pain", "decision_window": "note_window", "budget_progress": "note_budget"}
"""Field of the account -> what its line of the note begins with."""
FIRST = re.compile(
    r"^(?:(?:好的?|行|嗯|可以|没问题|明白|了解|理解|收到|那|(?:ok|okay|sure|yes|yeah|right|great|well|fine|and|so)\b)[,，。.! ]*)*"
    r"(?:我们?(?:这边)?(?:来|去|会|就|再)?(?!方|司|国)|(?:i|we)(?:['’]?ll| will|['’]?m going to| am going to| can) |let me )?",
    re.IGNORECASE,
)
RANKS = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


@dataclass(frozen=True, slots=True)
class Noting:
    """Puts what a meeting came to in words. made: what may be passed on of it, and what not; the note holds the first alone."""

    meeting: Meeting
    made: Minutes
    said: Saying
    day: str

    def note(self, tasks: Iterable[str]) -> str:
        """The minutes in short. tasks: as they are told."""
        made, say = self.made, self.said.say
        big = biggest(made.pains)
        values = self.values()
        lines = [
            say("note_head", day=self.day, who=self._present()),
            *(say(FIELDS[name]) + values[name] for name in FIELDS if name in values),
            self._listed("note_pains", (self._quoted(one.quote) for one in made.pains if one is not big)),
            self._listed("note_decisions", (self._quoted(one.quote) for one in made.decisions)),
            self._listed("note_actions", tasks),
            self._listed("note_open", (self._quoted(one) for one in made.open_questions)),
        ]
        return "\n".join(line for line in lines if line)[:LONGEST_NOTE]

    def values(self) -> Mapping[str, str]:
        """Field of the account -> what was told of it, with who told it and when in the talk."""
        made, say = self.made, self.said.say
        found: dict[str, str] = {}
        if big := biggest(made.pains):
            found["biggest_pain"] = self._quoted(big.quote)
        if made.window:
            quote = say("by_date", day=made.window.by_date.isoformat(), quote=self.words(made.window.quote))
            found["decision_window"] = self._by(quote, made.window.quote)
        if made.budget:
            quote = say(f"budget_{made.budget.status}", quote=self.words(made.budget.quote))
            found["budget_progress"] = self._by(quote, made.budget.quote)
        return found

    def where(self, quote: Quote) -> str:
        """Who said it and when: 王经理 12:40."""
        return " ".join(one for one in (quote.speaker, self.meeting.turns[quote.place].at) if one)

    def words(self, quote: Quote) -> str:
        """The words of a quote between quotation marks."""
        return self.said.quoted(quote.text, LONGEST_QUOTE)

    def _quoted(self, quote: Quote) -> str:
        return self._by(self.words(quote), quote)

    def _by(self, what: str, quote: Quote) -> str:
        who = self.where(quote)
        return self.said.say("told_by", what=what, who=who) if who else what

    def _present(self) -> str:
        names = dict.fromkeys(one.speaker for one in self.meeting.turns if one.speaker)
        return self.said.say("where", where=self.said.say("list_comma").join(names)) if names else ""

    def _listed(self, key: str, items: Iterable[str]) -> str:
        told = self.said.say("and_then").join(items)
        return self.said.say(key, items=told) if told else ""


def biggest(pains: tuple[Pain, ...]) -> Pain | None:
    """The pain that is surest, and of these the one that most was said of."""
    return max(pains, key=lambda one: (RANKS.index(one.confidence), one.text.count(" / "), -one.quote.place), default=None)


def note_language(note: str, said: Saying) -> Lang | None:
    """The language that minutes were noted in; None for a note that is none of ours."""
    for lang in Lang:
        head, _, _ = said.words.say("note_head", lang, day="\n", who="").partition("\n")
        if re.match(rf"{re.escape(head)}\d{{4}}-\d\d-\d\d", note):
            return lang
    return None


def values_in(note: str, said: Saying) -> Mapping[str, str]:
    """Field of the account -> what a note says of it: the note is all that is kept while nobody knows whose meeting it was."""
    found: dict[str, str] = {}
    for name, key in FIELDS.items():
        begins = said.say(key)
        if line := next((one for one in note.splitlines() if one.startswith(begins)), None):
            found[name] = line.removeprefix(begins)
    return found


def listed(task: Mapping[str, object], said: Saying) -> str:
    """A task as a note lists it: what, by when."""
    subject, due = str(task.get("subject") or ""), task.get("due_date")
    return said.say("task_due", day=said.day(date.fromisoformat(str(due))), task=subject) if due else subject


def with_tasks(note: str, tasks: Sequence[str], said: Saying) -> str:
    """A note with these tasks in the place of those that it lists."""
    begins = said.say("note_actions", items="")
    told = [said.say("note_actions", items=said.say("and_then").join(tasks))] if tasks else []
    lines = (told if line.startswith(begins) else [line] for line in note.splitlines())
    return "\n".join(chain.from_iterable(lines))


def dated(value: str, day: str, said: Saying) -> str:
    """A value as the account's field holds it: with the day of the meeting, so that it can be looked up later."""
    return said.say("told", value=value, day=day)


def subject_of(action: Action, said: Saying) -> str:
    """What is to be done, in the words that were said, without a nod and an I before them, as short as a task's name."""
    words = " ".join(action.quote.text.split())
    return cut(FIRST.sub("", words) or words, 60 if said.lang is Lang.ZH else 100)
