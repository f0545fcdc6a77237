"""Prompts as text under `prompts/`, with front matter. A missing or unknown variable fails at start, never in a conversation."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.ports import Prompt

KEYS = {"owner", "purpose", "languages", "variables", "role"}
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


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
    return _VARIABLE.sub(lambda found: values[found[1]], prompt.text)


def _read(name: str, path: Path) -> Prompt:
    content = path.read_text(encoding="utf-8")
    parts = content.split("+++\n", 2)
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
    used = set(_VARIABLE.findall(parts[2]))
    if used != set(front["variables"]):
        raise BadConfig("prompt_variables", file=str(path), names=", ".join(sorted(used ^ set(front["variables"]))))
    return Prompt(
        name, parts[2].strip(), hashlib.sha256(content.encode()).hexdigest()[:16], front["owner"], front["purpose"],
        tuple(front["languages"]), tuple(front["variables"]), front["role"],
    )
