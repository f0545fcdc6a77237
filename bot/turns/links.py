"""Links: a code that is told to a stranger, and typed by somebody who is known, makes them one. Knows codes and digests; no platform."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.acquaintance import Link, LinkCode, alias_of
from bot.domain.ids import TurnId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker, User
from bot.domain.talk import Lang, Origin
from bot.errors import NotAllowed, Stale, TooMany, Unclear
from bot.ports import Clock, Ids, LinkCodes, Outbox, Users, Words

LASTS = timedelta(minutes=15)
DIGITS, TRIES = 6, 5
"""Five tries in a code's time among a million: who guesses for a day has one in two thousand, and has been seen."""
PROGRAMS = "api"
SALT_BYTES = 16
COST, BLOCK = 2**12, 8
"""Of scrypt, about 10 ms: whoever reads the file needs hours for the million, and a code lives a quarter of an hour."""


@dataclass(frozen=True)
class Links:
    """Makes codes and takes them. Only digests are kept."""

    codes: LinkCodes
    users: Users
    outbox: Outbox
    words: Words
    clock: Clock
    ids: Ids

    async def code(self, origin: Origin, name: str, lang: Lang) -> str:
        """A new code for a stranger; any they were told before is worth nothing from now on. origin: their direct chat."""
        code, salt = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", secrets.token_hex(SALT_BYTES)
        told = await asyncio.to_thread(digest, code, salt)
        await self.codes.offer(LinkCode(self.ids.new(), origin, name, lang, salt, told, self.clock.now() + LASTS))
        return code

    async def redeem(self, wish: Link, turn_id: TurnId, origin: Origin, speaker: Speaker, lang: Lang) -> Answer:
        """Make whoever was told the code known as the speaker, or for an admin as somebody else; both are told.

        Raises: NotAllowed("link_not_here") in a group or from a program, NotAllowed("link_only_admins"); TooMany("link_too_often");
        Unclear("no_such_link_code", "no_such_person", "several_people"); Stale("handle_taken_by", "linked_before").
        """
        if origin.group or origin.channel == PROGRAMS:
            raise NotAllowed("link_not_here")
        if wish.to and speaker.role is not Role.ADMIN:
            raise NotAllowed("link_only_admins")
        since = self.clock.now() - LASTS
        if await self.codes.tried(speaker.user_id, turn_id, since) > TRIES:
            raise TooMany("link_too_often", retry_after_s=int(LASTS.total_seconds()), minutes=int(LASTS.total_seconds() // 60))
        user = await self._whom(wish, speaker)
        told = await self._told(wish.code, turn_id)
        if told is None:
            raise Unclear("no_such_link_code")
        await self._check_free(told, user, speaker)
        await self.codes.use(told, user.id, speaker.user_id, turn_id)
        hello = Answer(self.words.say("linked_you", told.lang, name=user.name))
        await self.outbox.say(told.origin, hello, key=f"linked:{told.id}", lang=told.lang)
        who = told.name or told.origin.sender
        if user.id == speaker.user_id:
            return Answer(self.words.say("linked_mine", lang, who=who))
        return Answer(self.words.say("linked_theirs", lang, who=who, name=user.name))

    async def _whom(self, wish: Link, speaker: Speaker) -> User:
        found: Sequence[User]
        if wish.to:
            found = await self.users.named(wish.to)
        else:
            me = await self.users.by_id(speaker.user_id)
            found = [me] if me else []
        match found:
            case [user]:
                return user
            case []:
                raise Unclear("no_such_person", name=wish.to or speaker.name, names="–")
            case several:
                raise Unclear("several_people", name=wish.to, names=", ".join(one.email for one in several))

    async def _told(self, code: str, turn_id: TurnId) -> LinkCode | None:
        """The code that was told, found in a time that does not depend on which it is."""
        found: LinkCode | None = None
        for one in await self.codes.open(turn_id):
            if hmac.compare_digest(await asyncio.to_thread(digest, code, one.salt), one.digest):
                found = one
        return found

    async def _check_free(self, told: LinkCode, user: User, speaker: Speaker) -> None:
        """Nobody is talked into lending their name: who is known there already asks an admin.  Raises: Stale."""
        alias = alias_of(told.origin)
        there = [one for one in await self.users.aliases(user.id) if one.platform == alias.platform]
        if any(one.key != alias.key for one in there) and speaker.role is not Role.ADMIN:
            raise Stale("linked_before")


def digest(code: str, salt: str) -> str:
    """What is kept of a code. salt: hexadecimal.  Source: RFC 7914 (scrypt)."""
    return hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), n=COST, r=BLOCK, p=1).hex()
