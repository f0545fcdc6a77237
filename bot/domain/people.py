"""Our own people: who they are, which team and role they have, and which audiences they belong to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.ids import Audience, UserId

EVERYONE = Audience("all")


class Role(StrEnum):
    """What a user is here to do; permissions hang on it."""

    REP = "rep"
    MANAGER = "manager"
    COACH = "coach"
    MARKETING = "marketing"
    DELIVERY = "delivery"
    SERVICE = "service"
    LEGAL = "legal"
    REVIEWER = "reviewer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """One of ours. `zone` is an IANA time zone; `handles` maps a channel to the id the person has there; `regions` of accounts."""

    id: UserId
    name: str
    email: str
    role: Role
    team: str
    zone: str
    handles: Mapping[str, str] = field(default_factory=dict)
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """A user as the road of a turn knows them: identity, rights and time zone, fixed when the turn began.

    overheard: others read along, so they see what everybody may see, and nothing else, whoever they are.
    """

    user_id: UserId
    name: str
    role: Role
    team: str
    zone: str
    regions: tuple[str, ...] = ()
    overheard: bool = False

    @property
    def among_others(self) -> "Speaker":
        """The same person where others read along."""
        return replace(self, overheard=True)

    @property
    def sees_all_documents(self) -> bool:
        """Admins keep the knowledge base, so no document is hidden from them."""
        return self.role is Role.ADMIN and not self.overheard

    @property
    def audiences(self) -> frozenset[Audience]:
        """The audiences this person belongs to."""
        if self.overheard:
            return frozenset({EVERYONE})
        return frozenset({
            EVERYONE,
            Audience(f"role:{self.role}"),
            Audience(f"team:{self.team}"),
            Audience(f"user:{self.user_id}"),
        })

    def may_see(self, audience: Audience) -> bool:
        """Whether something meant for `audience` may be shown to this person."""
        return self.sees_all_documents or audience in self.audiences


def speaker_of(user: User) -> Speaker:
    """The rights of `user` as of now."""
    return Speaker(user.id, user.name, user.role, user.team, user.zone, user.regions)


def parse_audience(text: str, users: Collection[User]) -> Audience | None:
    """Read what a person wrote as an audience, or None when nothing like it exists.

    Accepts `all`, `role:NAME`, `team:NAME`, `user:EMAIL-or-id`, and a bare role or team name.
    """
    wanted = text.strip().casefold()
    kind, _, name = wanted.rpartition(":")
    roles = {str(role) for role in Role}
    if wanted in {"all", "everyone", "public", "所有人", "全员"}:
        return EVERYONE
    if kind in {"", "role"} and name.removesuffix("s") in roles:
        return Audience(f"role:{name.removesuffix('s')}")
    if kind == "team" or (kind == "" and name in {user.team.casefold() for user in users}):
        return Audience(f"team:{next((user.team for user in users if user.team.casefold() == name), name)}")
    if kind == "user" or (kind == "" and "@" in name):
        for user in users:
            if name in {user.email.casefold(), user.id.casefold()}:
                return Audience(f"user:{user.id}")
    return None
