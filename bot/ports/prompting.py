"""Prompts and rules as admins edit them, as the inside asks for them to be kept: editions, saved cases, and how prompts fared."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.ids import UserId
from bot.domain.prompt_cases import Case, Tried, Wish
from bot.domain.prompting import Edition, Fared


class Editions(Protocol):
    """What was written here in place of the prompts that Tandem came with, or of the rules.

    Events and refusals name what they are of: `prompt.published`, `prompt_moved`, or `rules.published`, `rules_moved` and so on.
    """

    async def in_force(self) -> Mapping[str, Edition]:
        """Name -> the edition that holds; what nobody changed here is left out."""
        ...

    async def history(self, name: str) -> Sequence[Edition]:
        """All editions of one, newest first."""
        ...

    async def publish(
        self, name: str, text: str, note: str, by: UserId, *, base: str, shipped: str, alone: bool, tried: Tried | None = None
    ) -> Edition:
        """Keep a new edition: in force at once, or where one admin is not enough (`alone` False) once another agrees.

        base: the version that `by` had before them; shipped: that of the house's own text. tried: as of an `Edition`. An event
        `prompt.published` tells of it.
        Raises: Stale("prompt_moved", by=…, number=…) where another version is in force by now, or waits; nothing is kept then.
        """
        ...

    async def agree(self, edition_id: str, by: UserId) -> Edition:
        """Put one that waits in force.  Raises: NotAllowed("prompt_needs_second") for its author; Stale("prompt_gone")."""
        ...

    async def drop(self, edition_id: str, by: UserId) -> Edition:
        """Put one that waits away.  Raises: Stale("prompt_gone")."""
        ...


class Cases(Protocol):
    """The saved cases that prompts are tried on."""

    async def of(self, prompt: str) -> Sequence[Case]:
        """Those of one prompt, oldest first; without what was put away."""
        ...

    async def add(self, prompt: str, wish: Wish, by: UserId) -> Case:
        """Save one. A decision that is one of this prompt's already stays the one it is.

        Raises: Unclear("case_many", most=…) where the prompt has as many as it may.
        """
        ...

    async def change(self, case_id: str, wish: Wish, by: UserId, *, revision: int) -> Case:
        """Save it otherwise.  Raises: Stale("case_moved") where it is not the one that `by` had before them, by its revision."""
        ...

    async def drop(self, case_id: str, by: UserId, *, dropped: bool) -> Case:
        """Put it away, or back.  Raises: Stale("case_moved"); Unclear("case_many", most=…)."""
        ...


class PromptResults(Protocol):
    """What became of what prompts worded."""

    async def since(self, moment: datetime) -> Mapping[str, Sequence[Fared]]:
        """Prompt -> how each of its versions fared, the one most used first. What the builtin brain said does not count."""
        ...
