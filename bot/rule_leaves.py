"""How skills, permissions and the review policy are shown to admins: their forms, and what a change would do. Knows no page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.admin.permission_sheet import PermissionSheet, permission_effect
from bot.admin.review_effect import ReviewEffect
from bot.admin.review_sheet import ReviewSheet
from bot.admin.rules import Leaf
from bot.admin.sheets import Sheet
from bot.admin.skill_sheet import SkillSheet
from bot.domain.schema import Schema
from bot.manifests import Manifest
from bot.ports import Users


@dataclass(frozen=True)
class Teams:
    """Makes the sheet of the skills for the teams that have people at this moment."""

    manifests: Sequence[Manifest]
    users: Users

    async def sheet(self) -> Sheet:
        """See `SkillSheet`."""
        teams = sorted({user.team for user in await self.users.everyone() if user.team})
        return SkillSheet({one.name: one.summary for one in self.manifests if one.status == "ready"}, teams)


def leaves(manifests: Sequence[Manifest], users: Users, schema: Schema, effect: ReviewEffect) -> Mapping[str, Leaf]:
    """By set."""
    return {
        "skills": Leaf(Teams(manifests, users).sheet),
        "permissions": Leaf(PermissionSheet(schema), permission_effect),
        "review": Leaf(ReviewSheet(), effect),
    }
