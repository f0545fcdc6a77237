"""The room of skills: what each does, who is offered it, what it asks with, what it waits for. Changes none; see `bot.admin.rules`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.admin.door import AdminDoor
from bot.domain.offering import ALWAYS, EVERY_TEAM, SkillRules
from bot.domain.talk import Lang
from bot.manifests import Manifest
from bot.ports import Users
from bot.visits import me_of

Json = dict[str, Any]


@dataclass(frozen=True)
class SkillsRoom:
    """The verb. It takes the secret of a visit, and lets nobody in but an admin. rules: which team goes without which."""

    door: AdminDoor
    manifests: Sequence[Manifest]
    rules: Callable[[], SkillRules]
    users: Users

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"skills": self.listed}

    async def listed(self, session: str, *, lang: Lang) -> Json:
        """All of them, ready ones first.  Raises: NotAllowed("only_admins")."""
        me, rules = me_of(await self.door.admin(session)), self.rules()
        teams = sorted({user.team for user in await self.users.everyone() if user.team})
        ready_first = sorted(self.manifests, key=lambda one: one.status != "ready")
        return {"me": me, "skills": [_told(one, rules, teams, lang) for one in ready_first]}


def _told(one: Manifest, rules: SkillRules, teams: Sequence[str], lang: Lang) -> Json:
    """off: the teams that go without; `everywhere` where all do."""
    off = [team for team in sorted({*teams, *rules.off}) if team != EVERY_TEAM and rules.is_off(one.name, team)]
    return {
        "name": one.name, "label": " / ".join(dict.fromkeys(each[lang] for each in one.labels.values())), "summary": one.summary[lang],
        "ready": one.status == "ready", "always": one.name in ALWAYS, "review": one.review,
        "roles": list(one.roles), "prompts": list(one.prompts), "off": off,
        "everywhere": rules.is_off(one.name, EVERY_TEAM), "scheduled": "schedule" in one.triggers,
    }  # fmt: skip
