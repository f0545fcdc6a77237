"""Reach: where somebody of ours is spoken to first, and in which language. Knows channels by name; says nothing itself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.acquaintance import Alias, platform_of
from bot.domain.ids import TurnId, UserId
from bot.domain.talk import Lang, Origin, direct_thread
from bot.errors import Upstream
from bot.ports import Inbox, Ledger, Users

Home = Callable[[], Awaitable[str]]
ASKS_FIRST = frozenset({"wecom_bot"})
"""Chats that are fit for answers more than for a first word: the last to be taken among those in which somebody was never heard."""
PROGRAMS = "api"
LOWER = frozenset({"wecom"})
"""Platforms whose ids are heard in lower case, however they are written."""


@dataclass(frozen=True)
class Reach:
    """homes: the chats that are on, and what tells the workspace that each was verified for."""

    users: Users
    inbox: Inbox
    ledger: Ledger
    homes: Mapping[str, Home] = field(default_factory=dict)

    async def of(self, user_id: UserId) -> Origin | None:
        """The direct chat in which this person was heard last, else one of theirs that is on; None for somebody without any.

        Raises: Upstream when none of their platforms tells its workspace now.
        """
        found: list[Origin] = []
        away: Upstream | None = None
        for alias in await self.users.aliases(user_id):
            for channel in self._channels(alias):
                try:
                    found.append(await self._direct(channel, alias))
                except Upstream as err:
                    away = err
        if not found and away:
            raise away
        return (await self.inbox.latest_from(found) or found[0]) if found else None

    async def author(self, user_id: UserId, turn_id: TurnId) -> Origin | None:
        """Where whoever asked in this turn is told what became of it: alone, in the chat they asked in, else in one of theirs, else there.

        None for who has no chat, and asked by a program.
        """
        try:
            asked = (await self.inbox.arrival(turn_id)).origin
        except KeyError:
            return await self.of(user_id)
        if asked.channel in self.homes:
            return asked.direct
        if found := await self.of(user_id):
            return found
        return None if asked.channel == PROGRAMS else Origin(asked.channel, asked.workspace, asked.sender, asked.thread_id)

    async def lang_of(self, user_id: UserId, otherwise: Lang) -> Lang:
        """The language they last talked in."""
        last = (await self.ledger.decisions(user_id, limit=1)).items
        return last[0].made.lang if last else otherwise

    def _channels(self, alias: Alias) -> list[str]:
        return sorted((one for one in self.homes if platform_of(one) == alias.platform), key=lambda one: one in ASKS_FIRST)

    async def _direct(self, channel: str, alias: Alias) -> Origin:
        workspace = alias.workspace or await self.homes[channel]()
        sender = alias.key if alias.platform in LOWER else alias.handle.strip()
        return Origin(channel, workspace, sender, direct_thread(channel, workspace, sender))
