"""The near end of the private line: what pages and programs ask of the house, and what it says. Knows their verbs and the reports alone."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.talk import Lang
from bot.private_line import ask_house, lines_of_house

Json = dict[str, Any]

PAGE, API = "page.", "api."
API_TIMEOUT_S = 120
"""Longer than the house lets a program wait: what it says about that must arrive."""


class HouseSaid(Exception):
    """The house answered with a sentence instead of a result. key: which one; text: in the person's language.

    retry_after_s: when to come again, where it said so.
    """

    def __init__(self, key: str, text: str, retry_after_s: int | None = None) -> None:
        super().__init__(key)
        self.key = key
        self.text = text
        self.retry_after_s = retry_after_s


class HouseAway(Exception):
    """The house does not answer."""


@dataclass(frozen=True)
class Line:
    """A way to the house behind the socket `house`. timeout_s: how long an answer may take."""

    house: Path
    timeout_s: float = 20

    async def report(self, verb: str) -> Any:  # noqa: ANN401 - JSON
        """What the house tells about itself (`status`, `metrics`).  Raises: HouseAway."""
        try:
            return _result(await ask_house(self.house, {"verb": verb}, timeout_s=2))
        except (OSError, TimeoutError) as away:
            raise HouseAway from away

    async def ask(self, verb: str, lang: Lang, **args: object) -> Any:  # noqa: ANN401 - JSON
        """The result of a verb of the page.  Raises: HouseSaid, HouseAway."""
        request = {"verb": PAGE + verb, "args": args, "lang": lang}
        try:
            return _result(await ask_house(self.house, request, timeout_s=self.timeout_s))
        except (OSError, TimeoutError) as away:
            raise HouseAway from away

    async def program(self, verb: str, lang: Lang, **args: object) -> Any:  # noqa: ANN401 - JSON
        """The result of a verb of the API.  Raises: HouseSaid, HouseAway."""
        request = {"verb": API + verb, "args": args, "lang": lang}
        try:
            return _result(await ask_house(self.house, request, timeout_s=API_TIMEOUT_S))
        except (OSError, TimeoutError) as away:
            raise HouseAway from away

    async def follow(self, verb: str, lang: Lang, **args: object) -> AsyncGenerator[Json, None]:
        """The steps of a verb of the page that tells as it goes.  Raises: HouseSaid, HouseAway."""
        request = {"verb": PAGE + verb, "args": args, "lang": lang}
        try:
            async with aclosing(lines_of_house(self.house, request, timeout_s=self.timeout_s)) as lines:
                async for line in lines:
                    if "progress" not in line:
                        _result(line)
                        return
                    yield line["progress"]
        except (OSError, TimeoutError) as away:
            raise HouseAway from away


def _result(line: Json) -> Any:  # noqa: ANN401 - JSON
    if "error" in line:
        raise HouseSaid(line["error"]["key"], line["error"]["text"], line["error"].get("retry_after_s"))
    return line["result"]
