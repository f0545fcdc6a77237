"""Who a member is, as WeCom tells the app: whoever it signed for is of the corp. Knows no user of ours."""

from bot.channels.wecom.client import WecomClient
from bot.channels.wecom.errors import SERVICE, Refusal, fault
from bot.domain.talk import Origin
from bot.domain.transport import Profile
from bot.errors import Upstream

NOBODY = "wecom_nobody"
LATER_S = 30.0


class WecomDirectory:
    """The port `Directory` of the app. No e-mail: WeCom shows such an app none since 2022, and verifies none."""

    def __init__(self, client: WecomClient) -> None:
        self._client = client

    async def profile(self, origin: Origin) -> Profile | None:
        """Name and membership; None for who is not, or not any more, within the app's sight."""
        try:
            told = await self._client.user(origin.sender)
        except Refusal as refusal:
            if fault(refusal.code).key == NOBODY:
                return None
            raise Upstream(SERVICE, fault(refusal.code).wait_s or LATER_S) from refusal
        return Profile(origin.sender, str(told.get("name") or origin.sender), workspace_member=True)
