"""`tandem rules`, and what `tandem check` says of them: the rules of a home as its store and its files have them. Opens no house."""

import asyncio
from argparse import Namespace
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.clause_edits import clause_texts
from bot.config import Config
from bot.domain.ids import UserId
from bot.domain.prompting import Edition, Holding, version_of
from bot.errors import BadConfig
from bot.home import Home
from bot.rule_sets import ruled
from bot.rulebook import Held, RuleSet, Sets, held_of
from bot.senses import SystemClock, TimeIds
from bot.store.audit import HOUSE
from bot.store.database import Database
from bot.store.editions import RULES, SqliteEditions
from bot.tuning import tuned

Json = dict[str, Any]
Finding = dict[str, Any]
STATES = {Holding.EDITED: "on", Holding.UPGRADED: "drift", Holding.BROKEN: "warn"}
"""What `tandem check` makes of rules that are not the file's."""


class Shown(Protocol):
    """Where results are shown; see `bot.terminal.Terminal`."""

    def show_line(self, key: str, facts: Json) -> None:
        """A result in one sentence."""
        ...

    def show_lines(self, told: Any, lines: Any) -> None:  # noqa: ANN401 - JSON, and what makes lines of it
        """Something that has lines of its own."""
        ...


@dataclass(frozen=True)
class Ruling:
    """The rules of one home. skills: the names of those there are."""

    home: Home
    config: Config
    skills: Collection[str]

    def held(self) -> Mapping[str, Held[Any]]:
        """By set; the files' alone where there is no home yet, or an older Tandem made it."""
        return asyncio.run(self._held())

    def findings(self) -> Iterator[Finding]:
        """Where the rules differ from the files', for `tandem check`."""
        for name, held in self.held().items():
            if held.holding in STATES and held.edition:
                facts = {"name": name, "number": held.edition.number}
                yield {"state": STATES[held.holding], "key": f"check_rules_{held.holding}", "facts": facts}

    def told(self) -> list[Json]:
        """A line for each set: whose rules hold, the number of the edition, 0 for the file's."""
        return [
            {"name": name, "holding": held.holding, "number": held.edition.number if held.edition and held.holding in STATES else 0}
            for name, held in self.held().items()
        ]

    def export(self) -> str:
        """Every set that holds in place of the file's, as text that can stand in its sections there."""
        return "\n".join(held.text for held in self.held().values() if held.holding in {Holding.EDITED, Holding.UPGRADED})

    def drop(self, name: str) -> Json:
        """Give a set back to its file, where no house runs.  Raises: BadConfig("no_such_rules_here"); HomeHeld."""
        with self.home.held():
            edition = asyncio.run(self._dropped(name))
        return {"name": name, "number": edition.number}

    async def _dropped(self, name: str) -> Edition:
        database = Database(self.home.truth)
        try:
            store = SqliteEditions(database, SystemClock(), TimeIds(), RULES)
            one = self._sets().get(name)
            if one is None:
                raise BadConfig("no_such_rules_here", name=name, known=", ".join(self._sets()))
            for each in await store.history(name):
                if each.standing == "waiting":
                    await store.drop(each.id, UserId(HOUSE))
            over, shipped = (await store.in_force()).get(name), version_of(one.shipped)
            base = over.version if over else shipped
            return await store.publish(name, one.shipped, "↩", UserId(HOUSE), base=base, shipped=shipped, alone=True)
        finally:
            database.close()

    async def _held(self) -> Mapping[str, Held[Any]]:
        if not self.home.truth.exists():
            return {name: held_of(one, None) for name, one in self._sets().items()}
        database = Database(self.home.truth)
        try:
            there = await database.read(lambda connection: connection.table(RULES.table).exists())
            over = await SqliteEditions(database, SystemClock(), TimeIds(), RULES).in_force() if there else {}
        finally:
            database.close()
        return {name: held_of(one, over.get(name)) for name, one in self._sets().items()}

    def _sets(self) -> Mapping[str, RuleSet[Any]]:
        book = Sets()
        ruled(book, self.config, self.skills)
        tuned(book, self.config, clause_texts(), serving=False)
        return book.sets

    def carry_out(self, asked: Namespace, shown: Shown) -> int:
        """What was asked for on the command line; returns the exit code.  Raises: BadConfig."""
        match asked.does:
            case "list":
                shown.show_lines(self.told(), _lines)
            case "export":
                shown.show_lines({"text": self.export()}, lambda told, _: told["text"].splitlines())
            case _:
                shown.show_line("rules_dropped", self.drop(asked.name))
        return 0


def _lines(told: list[Json], say: Any) -> Iterator[str]:  # noqa: ANN401 - a sentence by its key
    for one in told:
        yield say(f"rules_line_{one['holding']}", name=one["name"], number=one["number"])
