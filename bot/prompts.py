"""Prompts as text under `prompts/`, with front matter, and as admins edited them.

A missing or unknown variable fails at start or at the editor, never in a conversation.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bot.domain.prompting import VARIABLE, Edition, Holding, holding, version_of
from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.ports import Prompt
from bot.ports.prompting import Editions

KEYS = {"owner", "title", "purpose", "languages", "variables", "role"}
FENCE = "+++\n"


class LivePrompts(Mapping[str, Prompt]):
    """Prompts as they hold now. Whoever needs several of one moment copies them first, for a publish may come between two looks."""

    def __init__(self, shipped: Mapping[str, Prompt], editions: Editions) -> None:
        self.shipped = shipped
        self._editions = editions
        self._over: Mapping[str, Edition] = {}
        self._now = shipped

    async def refresh(self) -> None:
        """Look at the editions again: at a start, and after each publish."""
        self._over = await self._editions.in_force()
        self._now = {name: _held(prompt, self._over.get(name)) for name, prompt in self.shipped.items()}

    def edition(self, name: str) -> Edition | None:
        """What was last published in place of a prompt, whether or not it holds; see `holding`."""
        return self._over.get(name)

    def holding(self, name: str) -> Holding:
        """Which text of it holds."""
        return holding(self.edition(name), self.shipped[name].text, self.shipped[name].variables)

    def copy(self) -> Mapping[str, Prompt]:
        """All of them as they are at this moment."""
        return self._now

    def __getitem__(self, name: str) -> Prompt:
        """The one that holds."""
        return self._now[name]

    def __iter__(self) -> Iterator[str]:
        """Names, in order."""
        return iter(self._now)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._now)


class Versions(Mapping[str, str]):
    """Prompt -> its version, as it is when asked."""

    def __init__(self, prompts: Mapping[str, Prompt]) -> None:
        self._prompts = prompts

    def __getitem__(self, name: str) -> str:
        """The version that holds."""
        return self._prompts[name].version

    def __iter__(self) -> Iterator[str]:
        """Names, in order."""
        return iter(self._prompts)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._prompts)


def load_prompts(folder: Path) -> Mapping[str, Prompt]:
    """Read every `*.md` below `folder`; a prompt is named by its path without the ending.  Raises: BadConfig."""
    return {
        (name := path.relative_to(folder).with_suffix("").as_posix()): _read(name, path)
        for path in sorted(folder.rglob("*.md"))
    }


def fill(prompt: Prompt, values: Mapping[str, str]) -> str:
    """The prompt's text with every variable filled; a value is never searched for variables itself.

    Raises: BadConfig unless `values` has exactly the prompt's variables.
    """
    if set(values) != set(prompt.variables):
        raise BadConfig("prompt_variables", file=prompt.name, names=", ".join(sorted(set(values) ^ set(prompt.variables))))
    return VARIABLE.sub(lambda found: values[found[1]], prompt.text)


def in_file(content: str, text: str) -> str:
    """A prompt's file with another text below its front matter."""
    _, front, _ = content.split(FENCE, 2)
    return f"{FENCE}{front}{FENCE}{text}\n"


def _held(prompt: Prompt, edition: Edition | None) -> Prompt:
    if edition is None or holding(edition, prompt.text, prompt.variables) in {Holding.SHIPPED, Holding.BROKEN}:
        return prompt
    return replace(prompt, text=edition.text, version=edition.version)


def _read(name: str, path: Path) -> Prompt:
    content = path.read_text(encoding="utf-8")
    parts = content.split(FENCE, 2)
    if len(parts) != 3 or parts[0]:  # noqa: PLR2004 - nothing, front matter, text
        raise BadConfig("prompt_front_matter", file=str(path), why="+++ … +++")
    try:
        front = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as err:
        raise BadConfig("prompt_front_matter", file=str(path), why=str(err)) from err
    if set(front) != KEYS:
        raise BadConfig("prompt_front_matter", file=str(path), why=", ".join(sorted(set(front) ^ KEYS)))
    if not set(front["languages"]) <= set(Lang):
        raise BadConfig("prompt_front_matter", file=str(path), why=f"languages: {front['languages']}")
    for told in ("title", "purpose"):
        if not isinstance(front[told], dict) or set(front[told]) != set(Lang):
            raise BadConfig("prompt_front_matter", file=str(path), why=f"{told}: {{ zh = …, en = … }}")
    used = set(VARIABLE.findall(parts[2]))
    if used != set(front["variables"]):
        raise BadConfig("prompt_variables", file=str(path), names=", ".join(sorted(used ^ set(front["variables"]))))
    return Prompt(
        name, parts[2].strip(), version_of(content), front["owner"], front["title"], front["purpose"],
        tuple(front["languages"]), tuple(front["variables"]), front["role"],
    )
