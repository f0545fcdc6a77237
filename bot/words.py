"""Every sentence that a person reads, out of `strings.toml` files. Knows two languages and no meaning."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.domain.talk import Lang
from bot.errors import BadConfig

Sentences = Mapping[str, Mapping[Lang, str]]


class TomlWords:
    """The port `Words` over `strings.toml` files: `[key]` tables with `zh` and `en`. A room's own sentences come before the house's."""

    def __init__(self, sentences: Sentences) -> None:
        self._sentences = sentences

    def say(self, key: str, lang: Lang, /, **facts: object) -> str:
        """The sentence `key` in `lang`, filled with `facts`.  Raises: BadConfig when it or a fact is missing."""
        try:
            return self._sentences[key][lang].format(**facts)
        except KeyError as missing:
            raise BadConfig("no_such_sentence", key=key, missing=str(missing)) from missing

    def own(self, path: Path) -> "TomlWords":
        """These words, with those of `path` on top."""
        return TomlWords({**self._sentences, **read_sentences(path)})


def read_sentences(path: Path) -> Sentences:
    """Read one `strings.toml`.  Raises: BadConfig when a sentence lacks a language."""
    if not path.exists():
        return {}
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    for key, table in tables.items():
        if set(table) != set(Lang):
            raise BadConfig("sentence_language", file=str(path), key=key)
    return {key: {Lang(lang): text.strip("\n") for lang, text in table.items()} for key, table in tables.items()}
