"""What a look at a channel's set-up found. Knows no channel and no sentence."""

from collections.abc import Mapping
from typing import NamedTuple


class Found(NamedTuple):
    """state: on, off or wrong. key: of the sentence in `strings.toml`."""

    state: str
    key: str
    facts: Mapping[str, object]
