"""API tokens: made, listed, ended, and shown at the door by programs. Knows whom one acts for; knows no route and no record.

A secret is `tdm_<public part>_<256 random bits>`. The token is found by the public part alone, and the rest is compared as a digest, in
constant time.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import structlog

from bot.domain.ids import TokenId
from bot.domain.people import Role, Speaker, User, speaker_of
from bot.domain.schema import Schema
from bot.domain.tokens import Grants, Token, TokenState, grants_of, meant_instead
from bot.errors import NotAllowed, TooMany, Unclear
from bot.ports import Clock, Users
from bot.ports import Tokens as TokenStore
from bot.turns.know import OWNER

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Json = dict[str, Any]

DAYS, MOST_DAYS = 90, 365
LONGEST_NAME = 60
PUBLIC_BYTES, SECRET_BYTES = 8, 32
SECRET = re.compile(r"tdm_(?P<public>[0-9a-f]{16})_[\w-]{43}", re.ASCII)
NAME = re.compile(rf"\w[\w .-]{{0,{LONGEST_NAME - 1}}}")
NOBODYS_DIGEST = hashlib.sha256(b"").hexdigest()
"""Compared with where there is no such token, so that this takes as long as where there is one."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever shows a token: the person it acts for, with the rights they have now, and what the token leaves of them."""

    token: Token
    speaker: Speaker
    grants: Grants


@dataclass
class Pace:
    """How fast one token may come: `per_minute` at once, and as many again over each minute. Counted in this process alone."""

    per_minute: int
    _left: dict[TokenId, tuple[float, datetime]] = field(default_factory=dict)

    def step(self, token_id: TokenId, now: datetime) -> None:
        """One more request.  Raises: TooMany, with when to come again."""
        left, since = self._left.get(token_id, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - since).total_seconds() * self.per_minute / 60)
        if left < 1:
            self._left[token_id] = (left, now)
            wait_s = ceil((1 - left) * 60 / self.per_minute)
            raise TooMany("too_many_requests", retry_after_s=wait_s, limit=self.per_minute)
        self._left[token_id] = (left - 1, now)


@dataclass(frozen=True)
class Tokens:
    """The verbs of the command line, and the door. zone: of the owner of a home without users."""

    kept: TokenStore
    users: Users
    clock: Clock
    schema: Schema
    pace: Pace
    zone: str

    async def create(self, name: str, scopes: Sequence[str], *, as_: str = "", days: int = DAYS) -> Json:
        """Make a token for whoever may use the command line of this home; the only time that its secret is seen.

        as_: whom it acts for, who need not be the admin who makes it. Without: the first admin, or the owner of a home without users.
        days: 1 to 365 until it ends.  Raises: Unclear, Stale("token_name_taken").
        """
        name = name.strip()
        if not NAME.fullmatch(name):
            raise Unclear("token_bad_name", limit=LONGEST_NAME)
        if not scopes:
            raise Unclear("token_no_scope")
        if not 1 <= days <= MOST_DAYS:
            raise Unclear("token_bad_days", days=days, limit=MOST_DAYS)
        for scope in scopes:
            if instead := meant_instead(scope, self.schema):
                raise Unclear("token_no_such_scope", scope=scope, known=", ".join(instead))
        maker, holder = await self._admin(), await self._person(as_)
        now = self.clock.now()
        public = TokenId(secrets.token_hex(PUBLIC_BYTES))
        secret = f"tdm_{public}_{secrets.token_urlsafe(SECRET_BYTES)}"
        by = maker.user_id if maker else holder.user_id
        kept = Token(
            public, name, holder.user_id, by, tuple(dict.fromkeys(scopes)), digest(secret), now, now + timedelta(days=days)
        )
        await self.kept.add(kept)
        return {"token": secret, **self._told(kept, holder, TokenState.LIVE)}

    async def list(self) -> list[Json]:
        """All tokens, the newest first: whom each acts for, what it may do, when it ends and was used last; no secret."""
        told = []
        for token in await self.kept.everyone():
            holder = await self._holder(token)
            state = token.state(self.clock.now())
            told.append(self._told(token, holder, TokenState.GONE if state is TokenState.LIVE and holder is None else state))
        return told

    async def revoke(self, name: str) -> Json:
        """End a token, at once and for good.  Raises: Unclear when none of that name is left to end."""
        maker = await self._admin()
        token = await self.kept.revoke(name.strip(), maker.user_id if maker else OWNER)
        if token is None:
            left = [one.name for one in await self.kept.everyone() if one.revoked_at is None]
            raise Unclear("no_such_token", name=name, names=", ".join(left) or "–")
        return self._told(token, await self._holder(token), TokenState.REVOKED)

    async def bearer(self, secret: str) -> Bearer:
        """Who shows `secret`, with the rights that their person has at this moment.

        Raises: NotAllowed (`token_missing`, `token_unknown`, `token_revoked`, `token_expired`, `token_gone`); TooMany.
        """
        if not secret:
            raise NotAllowed("token_missing")
        shown = SECRET.fullmatch(secret)
        token = await self.kept.token(TokenId(shown["public"])) if shown else None
        if not hmac.compare_digest(digest(secret), token.digest if token else NOBODYS_DIGEST) or token is None:
            log.warning("token_refused", why="token_unknown", token=shown["public"] if shown else "")
            raise NotAllowed("token_unknown")
        self.pace.step(token.id, self.clock.now())  # before the audit is written, so that no token can fill the disk with refusals
        state, holder = token.state(self.clock.now()), await self._holder(token)
        if state is not TokenState.LIVE or holder is None:
            why = f"token_{TokenState.GONE if state is TokenState.LIVE else state}"
            await self.note(token, "", refused=why)
            raise NotAllowed(why, name=token.name)
        return Bearer(token, holder, grants_of(token.scopes, self.schema))

    async def note(self, token: Token, did: str, *, refused: str = "") -> None:
        """Audit a use, or a refusal: who, what, on whose behalf, and why not. did: a verb and what it is about."""
        facts = {"token": token.id, "name": token.name, "user": token.user_id, "did": did}
        if refused:
            log.warning("token_refused", why=refused, **facts)
        else:
            log.info("token_used", **facts)
        await self.kept.used(token, self.clock.now(), did, refused=refused)

    def _told(self, token: Token, holder: Speaker | None, state: TokenState) -> Json:
        return {
            "name": token.name, "id": token.id, "user": token.user_id, "person": holder.name if holder else None,
            "scopes": list(token.scopes), "state": state, "created_at": token.created_at.isoformat(), "created_by": token.created_by,
            "expires_at": token.expires_at.isoformat(),
            "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
            "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
        }

    async def _holder(self, token: Token) -> Speaker | None:
        """The person of a token as they are now; None when they are gone. The owner goes when there are users."""
        user = await self.users.by_id(token.user_id)
        if user:
            return speaker_of(user)
        return None if token.user_id != OWNER or await self.users.everyone() else self._owner()

    async def _admin(self) -> Speaker | None:
        """Whoever uses the command line of this home: the first admin, or the owner; None where nobody is an admin."""
        people = await self.users.everyone()
        return next((speaker_of(user) for user in people if user.role is Role.ADMIN), None) if people else self._owner()

    async def _person(self, as_: str) -> Speaker:
        found = await self.users.named(as_) if as_ else []
        match found:
            case [user]:
                return speaker_of(user)
            case [_, *_]:
                raise Unclear("several_people", name=as_, names=_emails(found))
        admin = await self._admin() if as_ in {"", OWNER} else None
        if admin is None:
            known = _emails(await self.users.everyone()) or OWNER
            raise Unclear("no_such_person", name=as_, names=known) if as_ else Unclear("say_who", names=known)
        return admin

    def _owner(self) -> Speaker:
        return Speaker(OWNER, OWNER, Role.ADMIN, "", self.zone)


def digest(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so a plain SHA-256 cannot be searched for it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _emails(users: Sequence[User]) -> str:
    return ", ".join(user.email for user in users)
