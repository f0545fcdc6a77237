"""Who writes to the AI bot: whoever the platform lets write to it, told by the app where there is one. Knows no user of ours."""

from bot.domain.talk import Origin
from bot.domain.transport import Profile
from bot.errors import Upstream
from bot.ports import Directory


class BotDirectory:
    """The port `Directory` of the bot. app: of the self-built app, which knows names; None where there is none."""

    def __init__(self, corp: str, app: Directory | None) -> None:
        self._corp = corp
        self._app = app

    async def profile(self, origin: Origin) -> Profile | None:
        """A member, since the platform names another corp beside the ids of strangers.

        An app that is away, or may not see everybody whom the bot may, takes nobody's membership: it only has no name for them.
        """
        if self._app is not None and origin.workspace == self._corp:
            try:
                told = await self._app.profile(origin)
            except Upstream:
                told = None
            if told is not None:
                return told
        return Profile(origin.sender, "", workspace_member=origin.workspace == self._corp)
