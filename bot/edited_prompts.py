"""The prompts as whoever has the command line looks at them: which are edited here, and the edits as a patch. Changes none."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.prompting import Holding, patch
from bot.prompts import LivePrompts, in_file

Json = dict[str, Any]


@dataclass(frozen=True)
class EditedPrompts:
    """The verbs. folder: of the files."""

    prompts: LivePrompts
    folder: Path

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """By name."""
        return {"prompts_list": self.list, "prompts_export": self.export}

    async def list(self) -> list[Json]:
        """All by name: whose, which text holds, its version; the number of the edition, 0 for the shipped text."""
        return [
            {
                "name": name, "owner": prompt.owner, "holding": self.prompts.holding(name), "version": prompt.version,
                "number": edition.number if (edition := self.prompts.edition(name)) and self._is_edited(name) else 0,
            }
            for name, prompt in self.prompts.items()
        ]  # fmt: skip

    async def export(self) -> Json:
        """All edits as one patch that `git apply` takes where the shipped files are; "" where nothing was edited."""
        return {"patch": await asyncio.to_thread(self._patch)}

    def _patch(self) -> str:
        told = []
        for name in self.prompts:
            edition = self.prompts.edition(name)
            if edition and self._is_edited(name):
                content = (self.folder / f"{name}.md").read_text(encoding="utf-8")
                told.append(patch(f"{self.folder.name}/{name}.md", content, in_file(content, edition.text)))
        return "".join(told)

    def _is_edited(self, name: str) -> bool:
        return self.prompts.holding(name) is not Holding.SHIPPED
