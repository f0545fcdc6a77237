"""Whom Slack vouches for: members of the workspace that our app is in, and of no other. Knows Slack's claims; knows no user of ours."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.badges.openid import OpenId
from bot.domain.acquaintance import Alias
from bot.domain.entering import Brought, Member
from bot.domain.talk import Lang
from bot.errors import NotAllowed

SLACK = "slack"
TEAM, USER = "https://slack.com/team_id", "https://slack.com/user_id"
"""Claims.  Source: https://docs.slack.dev/reference/methods/openid.connect.token, read 2026-11."""


@dataclass(frozen=True)
class SlackBadge:
    """home: the id of the workspace that our app is in. The issuer is where Slack's interface is: https://slack.com."""

    openid: OpenId
    home: Callable[[], Awaitable[str]]

    async def way(self, state: str, *, inside: bool) -> str:  # noqa: ARG002 - Slack's own browser goes the same way
        """To Slack, at our workspace.  Raises: Upstream."""
        return await self.openid.way(state, team=await self.home())

    async def member(self, brought: Brought, lang: Lang) -> Member:  # noqa: ARG002 - nothing is said here that has words
        """Raises: NotAllowed("slack_other_team") for who came from another workspace, and as `OpenId.claims`; Upstream."""
        claims = await self.openid.claims(brought)
        team, user = claims.get(TEAM), claims.get(USER)
        if not isinstance(user, str) or not user or not isinstance(team, str):
            raise NotAllowed("badge_untrue")
        if team != await self.home():
            raise NotAllowed("slack_other_team")
        return Member(Alias(SLACK, team, user), str(claims.get("name") or ""), ours=True)
