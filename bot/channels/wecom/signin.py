"""Signing in at the page as the member of WeCom that one is: the way there, and whom a code stands for. Knows no visit and no user."""

from urllib.parse import quote, urlencode

from bot.channels.wecom.client import WecomClient
from bot.channels.wecom.errors import Refusal, sentence
from bot.channels.wecom.inbound import NAME
from bot.domain.acquaintance import Alias, platform_of
from bot.domain.entering import Brought, Member
from bot.domain.talk import Lang
from bot.errors import NotAllowed
from bot.ports import Words

INSIDE = "https://open.weixin.qq.com/connect/oauth2/authorize"
OUTSIDE = "https://login.work.weixin.qq.com/wwlogin/sso/login"
LONGEST_CODE = 512


class WecomBadge:
    """Vouches for members of the corp. Codes are exchanged here, in the house, by the app's own secret: no page can claim to be somebody.

    back: where WeCom sends people with a code, in the trusted domain of the app; empty where nobody can come.
    Source: developer.work.weixin.qq.com/document/path/91022 and 98151, read 2026-11.
    """

    def __init__(self, client: WecomClient, words: Words, back: str) -> None:
        self._client = client
        self._words = words
        self._back = back

    async def way(self, state: str, *, inside: bool) -> str:
        """Where a browser goes to get a code. inside: it is WeCom's own; any other is shown a code to scan."""
        if not self._back:
            raise NotAllowed("badge_off")
        app = {"appid": self._client.app.corp_id, "redirect_uri": self._back, "state": state, "agentid": self._client.app.agent_id}
        asked = {**app, "response_type": "code", "scope": "snsapi_base"} if inside else {**app, "login_type": "CorpApp"}
        return f"{INSIDE if inside else OUTSIDE}?{urlencode(asked, quote_via=quote)}" + ("#wechat_redirect" if inside else "")

    async def member(self, brought: Brought, lang: Lang) -> Member:
        """Whom a code stands for, once.  Raises: NotAllowed, with what WeCom says against it; Upstream."""
        if not brought.code or len(brought.code) > LONGEST_CODE:
            raise NotAllowed("wecom_no_member")
        try:
            user_id = await self._client.user_of(brought.code)
        except Refusal as refusal:
            raise NotAllowed("wecom_said_no", why=sentence(refusal, self._words, lang)) from refusal
        if not user_id:
            raise NotAllowed("wecom_no_member")
        return Member(Alias(platform_of(NAME), self._client.app.corp_id, user_id), ours=True)
