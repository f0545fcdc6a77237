"""The sets of rules over sections of config.toml. Knows which sections belong together; what they mean, their readers know."""

from collections.abc import Callable
from typing import TypeVar

from bot.config import Config, with_sections
from bot.rulebook import RuleSet
from bot.table_text import plain, toml_of

T = TypeVar("T")


def section_set(
    name: str, config: Config, section: str, of: Callable[[Config], T], *, check: Callable[[Config, str], None] | None = None,
    gated: bool = False, at_start: bool = False,
) -> RuleSet[T]:
    """A set that is one section of the config. of: its table. check: what the whole config does not check; raises BadConfig.

    The name stands in place of a file where something does not fit.
    """
    file = f"rules/{name}"

    def read(text: str) -> T:
        changed = with_sections(config, text, (section,), file)
        if check:
            check(changed, file)
        return of(changed)

    def write(value: T) -> str:
        return toml_of({section: plain(value)})

    return RuleSet(name, write(of(config)), read, write, gated, at_start)
