"""Strangers: whoever writes and is not known. Some turn out to be one of ours; the others knock, and are told how to become known.

Tells them nothing of what we know, and nothing of who works here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.domain.acquaintance import OURS, Alias, Knock, Stranger, alias_of, plain_name
from bot.domain.ids import TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, User
from bot.domain.talk import Lang, Origin
from bot.domain.transport import Profile
from bot.errors import NotAllowed, Unheard, Upstream
from bot.ports import Clock, Directory, Ids, Knocks, Outbox, Users, Words
from bot.turns.links import LASTS, Links

SILENCE_S = 3600.0
"""A stranger is answered once in so many seconds, so that we and another program never talk each other to death."""
TEAM = "default"
Home = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Strangers:
    """Meets people.

    unknown: what is done about people of our workspace whom nobody named: `link`, `rep` or `refuse`. homes: by channel, what tells the
    workspace that it was verified for, or raises Upstream. directories: by channel; where there is none, whoever the platform lets write
    from our workspace is of it. zone: of people who are made.
    """

    users: Users
    knocks: Knocks
    links: Links
    outbox: Outbox
    words: Words
    clock: Clock
    ids: Ids
    unknown: str
    zone: str
    homes: Mapping[str, Home] = field(default_factory=dict)
    directories: Mapping[str, Directory] = field(default_factory=dict)

    async def met(self, turn_id: TurnId, origin: Origin, lang: Lang, *, spoke: bool = True) -> User:
        """Who the sender turns out to be. spoke: they said something; who only looks in does not knock, and is told nothing.

        Raises: NotAllowed with what they are told; Unheard when they were told lately; Upstream when the platform cannot say who it is.
        """
        found = await self._who(origin, lang)
        if isinstance(found, User):
            return found
        if not spoke:
            raise Unheard("looked_in")
        if not await self._is_answered(turn_id, origin, found):
            raise Unheard("stranger")
        raise await self._told(origin, found, lang)

    async def looks_in(self, origin: Origin, lang: Lang) -> User:
        """Who somebody is who is at a page of ours and said nothing; as `met`."""
        return await self.met(TurnId(""), origin, lang, spoke=False)

    async def _who(self, origin: Origin, lang: Lang) -> "User | _Seen":
        alias = alias_of(origin)
        if alias.workspace != await self._home(origin):
            return _Seen(Profile(alias.handle, ""), Stranger.OUTSIDER)
        if named := await self.users.by_handle(replace(alias, workspace=OURS)):
            return named
        profile = await self._profile(origin)
        kind = _kind(profile)
        if profile is None or kind is not Stranger.UNKNOWN:
            return _Seen(profile or Profile(alias.handle, ""), kind)
        if user := await self._known_by_email(alias, profile) or await self._enrolled(alias, profile):
            await self._greet(origin, alias, user, profile.lang or lang)
            return user
        return _Seen(profile, kind)

    async def _home(self, origin: Origin) -> str:
        """The workspace that the channel was verified for. While the channel is off nobody can tell, and nobody is sent away for it."""
        if tells := self.homes.get(origin.channel):
            return await tells()
        if origin.workspace != OURS:
            raise Upstream(origin.channel)
        return OURS

    async def _profile(self, origin: Origin) -> Profile | None:
        directory = self.directories.get(origin.channel)
        profile = await directory.profile(origin) if directory else Profile(origin.sender, "", workspace_member=True)
        return replace(profile, name=plain_name(profile.name)) if profile else None

    async def _known_by_email(self, alias: Alias, profile: Profile) -> User | None:
        """The user with the e-mail that the platform verified; what they are called there is theirs from now on."""
        user = await self.users.by_email(profile.email)
        if user:
            await self.users.link(alias, user.id, user.id)
        return user

    async def _enrolled(self, alias: Alias, profile: Profile) -> User | None:
        if self.unknown != "rep":
            return None
        name = profile.name or alias.handle
        return await self.users.enrol(User(UserId(self.ids.new()), name, profile.email, Role.REP, TEAM, self.zone), alias)

    async def _greet(self, origin: Origin, alias: Alias, user: User, lang: Lang) -> None:
        hello = Answer(self.words.say("met_you", lang, name=user.name))
        await self.outbox.say(origin.direct, hello, key=f"met:{alias.platform}:{alias.workspace}:{alias.key}", lang=lang)

    async def _told(self, origin: Origin, seen: "_Seen", lang: Lang) -> NotAllowed:
        if seen.kind is not Stranger.UNKNOWN:
            return NotAllowed("stranger_refused")
        if self.unknown != "link":
            return NotAllowed("unknown_person")
        if origin.group:  # a code is for them alone
            return NotAllowed("stranger_in_group")
        code = await self.links.code(origin, seen.profile.name, lang)
        return NotAllowed("stranger_code", code=code, minutes=int(LASTS.total_seconds() // 60))

    async def _is_answered(self, turn_id: TurnId, origin: Origin, seen: "_Seen") -> bool:
        now = self.clock.now()
        knock = Knock(alias_of(origin), origin.channel, seen.profile.name, seen.kind, 1, now, now)
        return await self.knocks.note(knock, turn_id, silence_s=SILENCE_S)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Somebody who is not known, and why."""

    profile: Profile
    kind: Stranger


def _kind(profile: Profile | None) -> Stranger:
    if profile is None or not profile.workspace_member:
        return Stranger.OUTSIDER
    if profile.bot:
        return Stranger.BOT
    return Stranger.GUEST if profile.guest else Stranger.UNKNOWN
