"""Whom Slack says that somebody is: name, e-mail as far as Slack verified it, member or guest. Knows no user of ours."""

from dataclasses import dataclass

from bot.channels.slack.api import SlackApi, SlackSays
from bot.channels.slack.payload import Json, part, word
from bot.channels.slack.team import Team
from bot.domain.talk import Lang, Origin
from bot.domain.transport import Profile


@dataclass(frozen=True)
class SlackDirectory:
    """The port `Directory`."""

    api: SlackApi

    async def profile(self, origin: Origin) -> Profile | None:
        """What `users.info` says of the sender.  Raises: Upstream."""
        try:
            answer = await self.api.asked("users.info", user=origin.sender, include_locale=True)
        except SlackSays:
            return None
        return profile_of(part(answer, "user"), await self.api.team(), origin)


def profile_of(user: Json, team: Team, origin: Origin) -> Profile | None:
    """The profile in a user object; None for who is gone. An e-mail counts when Slack confirmed it, and only of our own workspace."""
    if not user or user.get("deleted") is True:
        return None
    told = part(user, "profile")
    homes = [word(user, "team_id"), word(part(user, "enterprise_user"), "enterprise_id")]
    member = origin.workspace == team.id and user.get("is_stranger") is not True and team.has(*homes)
    confirmed = member and user.get("is_email_confirmed") is True
    name = word(told, "real_name") or word(told, "display_name") or word(user, "real_name") or word(user, "name")
    return Profile(
        origin.sender, name, word(told, "email") if confirmed else "", workspace_member=member,
        guest=user.get("is_restricted") is True or user.get("is_ultra_restricted") is True,
        bot=user.get("is_bot") is True or user.get("is_workflow_bot") is True, lang=_lang(word(user, "locale")),
    )  # fmt: skip


def _lang(locale: str) -> Lang | None:
    return {"zh": Lang.ZH, "en": Lang.EN}.get(locale[:2].lower())
