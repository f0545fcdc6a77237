"""A platform that tells who its people are. Keeps a list and counts who asked; knows no HTTP."""

from dataclasses import dataclass, field

from bot.domain.talk import Origin
from bot.domain.transport import Profile
from bot.errors import Upstream


@dataclass
class ListedPeople:
    """The port `Directory`: people by handle, in any case. down: nobody can be asked."""

    people: dict[str, Profile] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    down: bool = False

    def add(self, *people: Profile) -> None:
        """More people."""
        self.people |= {one.handle.casefold(): one for one in people}

    async def profile(self, origin: Origin) -> Profile | None:
        """Who somebody is; None for nobody."""
        if self.down:
            raise Upstream("directory")
        self.asked.append(origin.sender)
        return self.people.get(origin.sender.casefold())
