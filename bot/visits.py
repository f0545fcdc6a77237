"""Who is at the page: links that let a person in once, visits, and whom a visit stands for. Knows no page and no answer.

Whoever calls brings the secret of a visit; no verb of the page takes somebody's word for who they are.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from bot.domain.entering import LASTS_HOURS, Arrival, device_of
from bot.domain.ids import UserId
from bot.domain.people import Role, Speaker, speaker_of
from bot.domain.visits import Entered, Visit
from bot.errors import NotAllowed, Unclear
from bot.ports import Clock, Users
from bot.tries import Tries, network
from bot.turns.know import OWNER

LINK_LASTS = timedelta(minutes=15)
VISIT_LASTS = timedelta(hours=LASTS_HOURS)
SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is known when a person was here last: each look at a page need not wait for the disk."""

SECRET_BYTES, ID_BYTES = 32, 12
ADDRESS_TRIES, ADDRESS_S = 20, 60
"""Refusals that one address gets; those who come in count for nothing, for a whole office may share one."""
PERSON_TRIES, PERSON_S = 60, 3600
"""Visits that one person may begin."""

Json = dict[str, Any]


def me_of(speaker: Speaker) -> Json:
    """What the head of each page shows of whoever reads it."""
    return {"name": speaker.name, "role": speaker.role, "zone": speaker.zone}


def visit_told(visit: Visit, here: str = "") -> Json:
    """What people know a visit by. here: the id of the one that asks."""
    arrival = visit.arrival
    return {
        "id": visit.id, "way": arrival.way, "app": arrival.device.app, "system": arrival.device.system, "here": visit.id == here,
        "begun": visit.created_at.isoformat(), "seen": visit.seen_at.isoformat(), "ends": visit.expires_at.isoformat(),
    }  # fmt: skip


class VisitStore(Protocol):
    """Keeps visits and links by the digests of their secrets."""

    async def offer(self, code_digest: str, user_id: UserId, expires_at: datetime) -> None:
        """Keep a link that lets `user_id` in, once."""
        ...

    async def redeem(self, code_digest: str, entered: Entered) -> UserId | None:
        """Use a link up and begin the visit; None when it lets nobody in."""
        ...

    async def begin(self, user_id: UserId, entered: Entered) -> None:
        """Begin a visit."""
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

    async def theirs(self, user_id: UserId) -> Sequence[Visit]:
        """All visits of a person, the last seen first."""
        ...

    async def many(self) -> Mapping[UserId, tuple[int, datetime]]:
        """How many visits each person has, and when they were seen last."""
        ...

    async def end_one(self, visit_id: str, user_id: UserId, by: UserId) -> bool:
        """End a visit of this person; False when they have none of that id."""
        ...

    async def end_theirs(self, user_id: UserId, by: UserId, *, but: str = "") -> int:
        """End all visits of a person, and no link lets them in any more; says how many. but: the id of one that goes on."""
        ...


@dataclass(frozen=True)
class Visits:
    """Sign-in and sign-out. url: how people reach the page, without a slash at its end. zone: of the owner of a home without users.

    lasts: how long a visit lasts at most. tries, begun: how often one address may try, and one person begin.
    """

    kept: VisitStore
    users: Users
    clock: Clock
    url: str
    zone: str
    lasts: timedelta = VISIT_LASTS
    tries: Tries = field(default_factory=partial(Tries, "sign_in_too_often", ADDRESS_TRIES, ADDRESS_S))
    begun: Tries = field(default_factory=partial(Tries, "sign_in_too_often", PERSON_TRIES, PERSON_S))

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

    async def sign_in(self, code: str, *, address: str = "", agent: str = "", instead: str = "") -> Json:
        """Use a link up.  Raises: NotAllowed when it lets nobody in; TooMany.

        address, agent: of the browser. instead: the secret of the visit that it had before, which ends: a new one each time, so that
        nobody can lend somebody theirs.
        """
        with self.tries.taken(network(address), self.clock.now()):
            token, entered = self._new(Arrival(device=device_of(agent)), instead)
            if await self.kept.redeem(digest(code), entered) is None:
                raise NotAllowed("link_used_up")
        return await self._told(token)

    async def begin(self, user_id: UserId, arrival: Arrival, instead: str = "") -> Json:
        """A visit of somebody whom the house has recognised itself. instead: as of `sign_in`.  Raises: TooMany."""
        self.begun.take(user_id, self.clock.now())
        token, entered = self._new(arrival, instead)
        await self.kept.begin(user_id, entered)
        return await self._told(token)

    async def sign_out(self, session: str) -> Json:
        """End the visit; one that has ended stays so."""
        await self.kept.end(digest(session))
        return {}

    async def speaker(self, session: str) -> Speaker:
        """Whom a visit stands for, with the rights they have now.  Raises: NotAllowed when it has ended or never was."""
        visit = await self.visit(session)
        user = await self.users.by_id(visit.user_id)
        if user is None and (visit.user_id != OWNER or await self.users.everyone()):
            raise NotAllowed("signed_out")
        if self.clock.now() - visit.seen_at > SEEN_EVERY:
            await self.kept.seen(digest(session))
        return speaker_of(user) if user else self._owner()

    async def visit(self, session: str) -> Visit:
        """The visit itself.  Raises: NotAllowed when it has ended or never was."""
        visit = await self.kept.visit(digest(session)) if session else None
        if visit is None:
            raise NotAllowed("signed_out")
        return visit

    def _new(self, arrival: Arrival, instead: str) -> tuple[str, Entered]:
        """A secret, and what is kept of it."""
        token, ends_at = secrets.token_urlsafe(SECRET_BYTES), self.clock.now() + self.lasts
        before = digest(instead) if instead else ""
        return token, Entered(secrets.token_hex(ID_BYTES), digest(token), ends_at, arrival, before)

    async def _told(self, session: str) -> Json:
        person = await self.speaker(session)
        return {"session": session, "name": person.name, "lasts_s": int(self.lasts.total_seconds())}

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


def digest(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so a plain SHA-256 cannot be searched for it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
