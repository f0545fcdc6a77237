"""Somebody at the admins' pages of a house that a test looks into, by its verbs. Knows no browser."""

from typing import Any, Protocol

from bot.channels.desk import Desk


class Open(Protocol):
    """A house that is open."""

    @property
    def desk(self) -> Desk:
        """What its pages ask."""
        ...


class Admin:
    """Somebody signed in, an admin or not."""

    def __init__(self, house: Open, who: str) -> None:
        self._house, self._who, self._session = house, who, ""

    async def asks(self, verb: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        """What the house says to a verb of the page; an error by its key."""
        pages = self._house.desk
        if not self._session:
            link = [line async for line in pages.answer({"verb": "link", "args": {"as_": self._who}})][-1]["result"]
            signed = [line async for line in pages.answer({"verb": "page.sign_in", "args": {"code": link["path"].split("=")[1]}})][-1]
            self._session = signed["result"]["session"]
        line = [line async for line in pages.answer({"verb": f"page.{verb}", "args": {"session": self._session, **args}, "lang": "en"})][-1]
        return line.get("result") or line["error"]["key"]

    async def puts(self, prompt: str, *lines: str, anyway: bool = False) -> Any:  # noqa: ANN401 - JSON
        """Hand in the text in force with lines after it."""
        now = await self.asks("prompt", prompt=prompt)
        text = "\n".join([now["text"], *lines])
        return await self.asks("prompt_publish", prompt=prompt, text=text, note="tried", base=now["base"], anyway=anyway)
