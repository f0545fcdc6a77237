"""Who is at the page: links that let a person in once, visits, and whom a visit stands for. Knows no page and no answer.

Whoever calls brings the secret of a visit; no verb of the page takes somebody's word for who they are.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.acquaintance import OURS, Alias
from bot.domain.ids import UserId
from bot.domain.people import Role, Speaker, speaker_of
from bot.domain.talk import Lang
from bot.domain.visits import Visit
from bot.errors import NotAllowed, Unclear
from bot.ports import Clock, Users
from bot.turns.know import OWNER

LINK_LASTS = timedelta(minutes=15)
VISIT_LASTS = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is known when a person was here last: each look at a page need not wait for the disk."""

SECRET_BYTES = 32

Json = dict[str, Any]


def me_of(speaker: Speaker) -> Json:
    """What the head of each page shows of whoever reads it."""
    return {"name": speaker.name, "role": speaker.role, "zone": speaker.zone}


class VisitStore(Protocol):
    """Keeps visits and links by the digests of their secrets."""

    async def offer(self, code_digest: str, user_id: UserId, expires_at: datetime) -> None:
        """Keep a link that lets `user_id` in, once."""
        ...

    async def redeem(self, code_digest: str, token_digest: str, expires_at: datetime) -> UserId | None:
        """Use a link up and begin the visit; None when it lets nobody in."""
        ...

    async def visit(self, token_digest: str) -> Visit | None:
        """The visit, while it lasts."""
        ...

    async def seen(self, token_digest: str) -> None:
        """The person is here now."""
        ...

    async def end(self, token_digest: str) -> None:
        """The person signed out."""
        ...


@dataclass(frozen=True)
class Visits:
    """Sign-in and sign-out. url: how people reach the page, without a slash at its end. zone: of the owner of a home without users."""

    kept: VisitStore
    users: Users
    clock: Clock
    url: str
    zone: str

    async def link(self, *, as_: str = "") -> Json:
        """A link that lets one person in, once, within 15 minutes: for whoever may use the command line of this home.

        Without `as_`: the first admin, or the owner of a home without users.
        """
        person = await self._person(as_)
        code = secrets.token_urlsafe(SECRET_BYTES)
        expires_at = self.clock.now() + LINK_LASTS
        await self.kept.offer(digest(code), person.user_id, expires_at)
        path = f"/sign-in?code={code}"
        return {"url": self.url + path, "path": path, "name": person.name, "expires_at": expires_at.isoformat()}

    async def sign_in(self, code: str) -> Json:
        """Use a link up.  Raises: NotAllowed when it lets nobody in."""
        token, expires_at = secrets.token_urlsafe(SECRET_BYTES), self.clock.now() + VISIT_LASTS
        if await self.kept.redeem(digest(code), digest(token), expires_at) is None:
            raise NotAllowed("link_used_up")
        person = await self.speaker(token)
        return {"session": token, "name": person.name, "lasts_s": int(VISIT_LASTS.total_seconds())}

    async def begin(self, user_id: UserId) -> Json:
        """A visit of somebody whom the house has recognised itself."""
        code = secrets.token_urlsafe(SECRET_BYTES)
        await self.kept.offer(digest(code), user_id, self.clock.now() + LINK_LASTS)
        return await self.sign_in(code)

    async def sign_out(self, session: str) -> Json:
        """End the visit; one that has ended stays so."""
        await self.kept.end(digest(session))
        return {}

    async def speaker(self, session: str) -> Speaker:
        """Whom a visit stands for, with the rights they have now.  Raises: NotAllowed when it has ended or never was."""
        visit = await self.kept.visit(digest(session)) if session else None
        user = await self.users.by_id(visit.user_id) if visit else None
        if visit is None or (user is None and (visit.user_id != OWNER or await self.users.everyone())):
            raise NotAllowed("signed_out")
        if self.clock.now() - visit.seen_at > SEEN_EVERY:
            await self.kept.seen(digest(session))
        return speaker_of(user) if user else self._owner()

    async def _person(self, as_: str) -> Speaker:
        people = await self.users.everyone()
        if not people and as_ in {"", OWNER}:
            return self._owner()
        meant = await self.users.named(as_) if as_ else [user for user in people if user.role is Role.ADMIN][:1]
        names = ", ".join(user.email for user in meant or people)
        match meant:
            case [user]:
                return speaker_of(user)
            case []:
                raise Unclear("no_such_person", name=as_, names=names or OWNER) if as_ else Unclear("say_who", names=names)
            case _:
                raise Unclear("several_people", name=as_, names=names)

    def _owner(self) -> Speaker:
        return Speaker(OWNER, OWNER, Role.ADMIN, "", self.zone)


class Badge(Protocol):
    """A platform that vouches for its people at the page."""

    def way(self, state: str, *, inside: bool) -> str:
        """Where a browser goes to get a code. inside: it is the platform's own.  Raises: NotAllowed when there is no way."""
        ...

    async def member(self, code: str, lang: Lang) -> Alias:
        """Whom a code stands for; the platform is asked by the house itself.  Raises: NotAllowed, Upstream."""
        ...


@dataclass(frozen=True)
class Vouched:
    """Signing in by the word of a platform. badge: None where none is connected."""

    visits: Visits
    users: Users
    badge: Badge | None

    async def way(self, *, state: str, inside: bool, lang: Lang) -> Json:  # noqa: ARG002 - every verb of the page is told the language
        """Where to send the browser. state: comes back with the code; whoever asks must bind it to the browser."""
        if self.badge is None:
            raise NotAllowed("wecom_off")
        return {"url": self.badge.way(state, inside=inside)}

    async def sign_in(self, *, code: str, lang: Lang) -> Json:
        """Use a code up.  Raises: NotAllowed for who is nobody of ours; Upstream."""
        if self.badge is None:
            raise NotAllowed("wecom_off")
        alias = await self.badge.member(code, lang)
        user = await self.users.by_handle(alias) or await self.users.by_handle(replace(alias, workspace=OURS))
        if user is None:
            raise NotAllowed("wecom_stranger")
        return await self.visits.begin(user.id)


def digest(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so a plain SHA-256 cannot be searched for it."""
    return hashlib.sha256(secret.encode()).hexdigest()
