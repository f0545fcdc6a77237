"""The workspace that Slack let us into, and who we are there. Knows ids; knows no message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Team:
    """What `auth.test` said of our token. enterprise_id: of the organisation, empty outside of one. url: of the workspace."""

    id: str
    name: str
    url: str
    bot_user_id: str
    bot_id: str
    enterprise_id: str = ""
    scopes: frozenset[str] = frozenset()

    def has(self, *ids: str) -> bool:
        """Whether one of `ids` names this workspace, or the organisation that it belongs to."""
        return self.id in ids or bool(self.enterprise_id and self.enterprise_id in ids)


def team_of(said: Mapping[str, Any], scopes: str) -> Team:
    """What `auth.test` answered, and the header `x-oauth-scopes` beside it."""
    wanted = {name: str(said.get(name) or "") for name in ("team_id", "team", "url", "user_id", "bot_id", "enterprise_id")}
    return Team(
        wanted["team_id"], wanted["team"], wanted["url"], wanted["user_id"], wanted["bot_id"], wanted["enterprise_id"],
        frozenset(one.strip() for one in scopes.split(",") if one.strip()),
    )  # fmt: skip
