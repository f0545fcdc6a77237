"""What is said about a meeting that was read: how much it came to, then the list, then what is to be known. Proposes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.domain.saying import Saying, cut, text
from skills.meeting_minutes.meeting import Quote
from skills.meeting_minutes.noted import Noting, biggest
from skills.meeting_minutes.proposing import Minuted, Promise, may_write

MOST = {"pains": 3, "decisions": 3, "tasks": 5, "open": 2, "sensitive": 3}
"""Lines of each part; the whole stands in the note."""
OLD = 40


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells one person. guessed: whose side somebody was only taken to be on, "" where that is known."""

    minuted: Minuted
    noting: Noting
    said: Saying
    guessed: str = ""

    def text(self, promises: Sequence[Promise]) -> str:
        """Everything that is said with the draft."""
        lines = chain([self.headline()], self._list(promises), self._notes())
        return "\n".join(line for line in lines if line)

    def headline(self) -> str:
        """How much it came to, and what hurts most."""
        made, account = self.minuted.made, self.minuted.whose.account
        counts = [self._count(*one) for one in (("pain", made.pains), ("decision", made.decisions), ("action", made.actions)) if one[1]]
        name = text(account, "short_name") or text(account, "name") if account else ""
        head = self.said.say(
            "headline", whose=self.said.say("whose", account=name) if name else "",
            day=self.said.day(self.minuted.meeting.held_at.astimezone(self.minuted.at.tzinfo).date()),
            counts=self.said.say("list_comma").join(counts) or self.said.say("count_none"),
        )  # fmt: skip
        big = biggest(made.pains)
        return head + (self._gap() + self._of("biggest", big.quote) if big else "")

    def _gap(self) -> str:
        return " " if self.said.lang == "en" else ""

    def _count(self, name: str, found: Sequence[object]) -> str:
        return self.said.say(f"count_{name}") if len(found) == 1 else self.said.say(f"count_{name}s", count=len(found))

    def _list(self, promises: Sequence[Promise]) -> Iterator[str]:
        made, say = self.minuted.made, self.said.say
        big = biggest(made.pains)
        pains = [one for one in made.pains if one is not big]
        yield from (self._of("list_pain", one.quote, sure=say(f"sure_{one.confidence}")) for one in pains[: MOST["pains"] - 1])
        yield from (self._of("list_decision", one.quote) for one in made.decisions[: MOST["decisions"]])
        yield from (say("list_action", task=one.told) for one in promises[: MOST["tasks"]])
        values = self.noting.values()
        yield say("list_window", told=values["decision_window"]) if "decision_window" in values else ""
        yield say("list_budget", told=values["budget_progress"]) if "budget_progress" in values else ""
        yield from (self._of("list_open", one) for one in made.open_questions[: MOST["open"]])
        left = (
            max(0, len(pains) - MOST["pains"] + 1) + max(0, len(made.decisions) - MOST["decisions"])
            + max(0, len(promises) - MOST["tasks"]) + max(0, len(made.open_questions) - MOST["open"])
        )  # fmt: skip
        yield say("more", count=left) if left else ""
        yield from (self._of("list_sensitive", one) for one in made.sensitive[: MOST["sensitive"]])

    def _of(self, key: str, quote: Quote, **facts: object) -> str:
        """A line with a quote, and by whom and when."""
        where = self.noting.where(quote)
        told = self.said.say("where", where=where) if where else ""
        return self.said.say(key, quote=self.said.quoted(quote.text), where=told, **facts)

    def _notes(self) -> Iterator[str]:
        """What changes at the account, and what was not sure."""
        account, scope, say = self.minuted.whose.account, self.minuted.scope, self.said.say
        yield say("by_words") if self.minuted.made.by_words else ""
        values = self.noting.values()
        mine = [name for name in values if may_write(account, scope, "account", name)]
        for name in mine:
            if account and (before := text(account, name)):
                yield say("changes", name=say(f"field_{name}"), before=cut(before, OLD), after=cut(values[name], OLD))
        if account and values and not mine:
            yield say("not_mine")
        if not self.minuted.meeting.separate:
            yield say("not_separate")
        elif self.guessed:
            yield say("sides_guessed", name=self.guessed)


