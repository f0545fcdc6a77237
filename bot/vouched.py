"""Signing in by the word of a platform: whom it vouches for, and which of ours that is. Knows no platform but by name, and no page."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.domain.acquaintance import OURS, Knock, Stranger, plain_name
from bot.domain.entering import OIDC, Arrival, Brought, Member, device_of
from bot.domain.ids import TurnId, UserId
from bot.domain.people import Role, User
from bot.domain.talk import Lang, Origin, direct_thread
from bot.errors import NotAllowed, Unheard
from bot.ports import Clock, Ids, Knocks, Users
from bot.tries import network
from bot.turns.links import LASTS, Links
from bot.turns.strangers import TEAM
from bot.visits import Visits

Json = dict[str, Any]

LONGEST_CODE, LONGEST_STATE = 4096, 200
Meets = Callable[[Origin, Lang], Awaitable[User]]
"""Who somebody in a chat of ours turns out to be; raises NotAllowed, Unheard or Upstream where they are nobody of ours."""


class Badge(Protocol):
    """A platform that vouches for its people at the page."""

    async def way(self, state: str, *, inside: bool) -> str:
        """Where a browser goes to get a code. inside: it is the platform's own.  Raises: NotAllowed when there is no way; Upstream."""
        ...

    async def member(self, brought: Brought, lang: Lang) -> Member:
        """Whom a code stands for; the platform is asked by the house itself.  Raises: NotAllowed, Upstream."""
        ...


@dataclass(frozen=True)
class Newcomers:
    """What is done about people of the company whom nobody named. unknown: as of `[access]`. zone: of people who are made.

    meets: by chat. links: codes for who came by what else the company signs in with.
    """

    unknown: str
    zone: str
    links: Links
    knocks: Knocks
    ids: Ids
    clock: Clock
    meets: Mapping[str, Meets] = field(default_factory=dict)

    async def knocked(self, member: Member) -> None:
        """Somebody whom we do not know: an admin sees that they were there."""
        now, alias = self.clock.now(), member.alias
        kind = Stranger.UNKNOWN if member.ours else Stranger.OUTSIDER
        knock = Knock(alias, alias.platform, plain_name(member.name) or alias.handle, kind, 1, now, now)
        await self.knocks.note(knock, TurnId(self.ids.new()), silence_s=0)

    async def code(self, member: Member, lang: Lang) -> str:
        """A code that somebody who is known types to make them known, too."""
        alias = member.alias
        thread = direct_thread(alias.platform, alias.workspace, alias.handle)
        return await self.links.code(Origin(alias.platform, alias.workspace, alias.handle, thread), plain_name(member.name), lang)


@dataclass(frozen=True)
class Vouched:
    """The verbs. badges: by name; one that is not there is off. newcomers: None where nobody can become one of ours here."""

    visits: Visits
    users: Users
    badges: Mapping[str, Badge]
    newcomers: Newcomers | None = None
    label: str = ""

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name, each told the reader's language."""
        return {"ways": self.ways, "badge_way": self.way, "badge_sign_in": self.sign_in}

    async def ways(self, *, lang: Lang) -> Json:  # noqa: ARG002 - every verb of the page is told the language
        """Which platforms vouch for people here; label: of what else the company signs in with. days: how long a visit lasts."""
        return {"ways": list(self.badges), "label": self.label, "days": max(1, self.visits.lasts.days)}

    async def way(self, *, badge: str, state: str, inside: bool, lang: Lang) -> Json:  # noqa: ARG002 - as above
        """Where to send the browser. state: comes back with the code; whoever asks must bind it to the browser."""
        return {"url": await self._badge(badge).way(state, inside=inside)}

    async def sign_in(  # noqa: PLR0913 - what a browser brings, each by name
        self, *, badge: str, code: str, state: str, lang: Lang, issuer: str = "", error: str = "", address: str = "", agent: str = "",
        instead: str = "",
    ) -> Json:
        """Use a code up.  Raises: NotAllowed for who is nobody of ours; TooMany; Upstream.

        state: as the page has compared it. address, agent, instead: as of `Visits.sign_in`.
        """
        with self.visits.tries.taken(network(address), self.visits.clock.now()):
            asked = self._badge(badge)
            if len(code) > LONGEST_CODE or len(state) > LONGEST_STATE or not (code or error):
                raise NotAllowed("badge_no_code")
            member = await asked.member(Brought(code, state, issuer, error), lang)
            user = await self._user(badge, member, lang)
        return await self.visits.begin(user.id, Arrival(badge, device_of(agent)), instead)

    def _badge(self, name: str) -> Badge:
        if name not in self.badges:
            raise NotAllowed("badge_off")
        return self.badges[name]

    async def _user(self, badge: str, member: Member, lang: Lang) -> User:
        """Which of ours they are: by what the platform calls them, then as a newcomer."""
        alias = member.alias
        known = await self.users.by_handle(alias) or await self.users.by_handle(replace(alias, workspace=OURS))
        if known is not None:
            return known
        if badge == OIDC:
            return await self._by_email(member) or await self._new(member, lang)
        stranger = f"{badge}_stranger"
        if self.newcomers is None or badge not in self.newcomers.meets:
            raise NotAllowed(stranger)
        origin = Origin(badge, alias.workspace, alias.handle, direct_thread(badge, alias.workspace, alias.handle))
        try:
            return await self.newcomers.meets[badge](origin, lang)
        except Unheard as stop:
            raise NotAllowed(stranger) from stop

    async def _by_email(self, member: Member) -> User | None:
        """Whoever has the e-mail that the provider verified; what it calls them is theirs from now on.

        An e-mail may be given to somebody else one day: whoever is known there by another name asks an admin.
        Source: OpenID Connect Core 1.0, 5.7: only issuer and subject together name a person for good.
        """
        user = await self.users.by_email(member.email) if member.email else None
        if user is None:
            return None
        for other in await self.users.aliases(user.id):
            if (other.platform, other.workspace) == (member.alias.platform, member.alias.workspace):
                raise NotAllowed("badge_other_account")
        await self.users.link(member.alias, user.id, user.id)
        return user

    async def _new(self, member: Member, lang: Lang) -> User:
        """Somebody whom nobody named.  Raises: NotAllowed with what becomes of them."""
        new = self.newcomers
        if new is None:
            raise NotAllowed("oidc_stranger")
        if not member.ours or new.unknown == "refuse":
            await new.knocked(member)
            raise NotAllowed("oidc_stranger")
        if new.unknown == "rep":
            name = plain_name(member.name) or member.email
            return await self.users.enrol(User(UserId(new.ids.new()), name, member.email, Role.REP, TEAM, new.zone), member.alias)
        await new.knocked(member)
        raise NotAllowed("oidc_stranger_code", code=await new.code(member, lang), minutes=int(LASTS.total_seconds() // 60))
