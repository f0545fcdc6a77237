"""`tandem prompts` as lines for people. Knows words; asks nobody."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

Json = dict[str, Any]


class Says(Protocol):
    """A sentence in the reader's language."""

    def __call__(self, key: str, /, **facts: object) -> str:
        """By its key."""
        ...


def prompt_lines(prompts: Sequence[Json], say: Says) -> Iterator[str]:
    """One line for each."""
    for one in prompts:
        yield say(f"prompts_{one['holding']}", name=one["name"], owner=one["owner"], number=one["number"], version=one["version"])


def patch_lines(told: Json, _: Says) -> Iterator[str]:
    """The patch as it is; nothing where there is none."""
    yield from told["patch"].splitlines()
