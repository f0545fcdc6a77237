"""The first walk: name people, hand over a document, connect a chat, hear the first hello. Knows no page and asks no platform."""

import base64
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.admin.door import AdminDoor
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.domain.talk import Lang
from bot.errors import Stale, Unclear
from bot.ports import Ids, Users
from bot.store.standing import SqliteStanding
from bot.visits import me_of

Json = dict[str, Any]

KEY_BYTES, TOKEN_BYTES = 32, 12
WECOM, SLACK = "/wecom/callback", "/slack/events"
LONGEST = 200


@dataclass(frozen=True)
class Setting:
    """How this server is reached. url: as people come. public_url: "" where platforms cannot. chats: channels that are on.

    manifest: what makes the Slack app, in a language, for an address.
    """

    url: str
    public_url: str
    chats: Sequence[str]
    manifest: Callable[[Lang, str], Json]


@dataclass(frozen=True)
class StartRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin."""

    door: AdminDoor
    standing: SqliteStanding
    users: Users
    ids: Ids
    setting: Setting

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"start": self.shown, "start_person": self.person, "start_keys": self.keys}

    async def shown(self, session: str, *, lang: Lang) -> Json:
        """How far it is, and what to paste where.  Raises: NotAllowed("only_admins")."""
        speaker = await self.door.admin(session)
        people, documents, heard = await self.users.everyone(), await self.standing.documents(), await self.standing.heard()
        setting, chats = self.setting, [name for name in ("wecom", "wecom_bot", "slack") if name in self.setting.chats]
        return {
            "me": me_of(speaker), "people": [{"name": one.name, "email": one.email, "role": one.role, "team": one.team} for one in people],
            "roles": [role.value for role in Role], "documents": documents, "chats": chats,
            "heard": {name: at.isoformat() for name, at in heard.items()},
            "url": setting.url, "public": setting.public_url.startswith("https://"), "callback": setting.public_url + WECOM,
            "slack_url": setting.public_url + SLACK, "domain": urlsplit(setting.public_url).netloc,
            "manifest": setting.manifest(lang, setting.public_url),
        }  # fmt: skip

    async def is_fresh(self) -> bool:
        """Whether nobody has begun: no chat, no document, nobody but one."""
        return not self.setting.chats and not await self.standing.documents() and len(await self.users.everyone()) <= 1

    async def person(self, session: str, *, lang: Lang, name: str, email: str, role: str, team: str) -> Json:
        """Add one of ours.  Raises: NotAllowed("only_admins"); Unclear("start_person_lacks"); Stale("start_person_there")."""
        admin = await self.door.admin(session)
        name, email, team = (" ".join(text.split())[:LONGEST] for text in (name, email, team))
        if not name or "@" not in email.strip("@") or " " in email or role not in set(Role):
            raise Unclear("start_person_lacks")
        if await self.users.by_email(email):
            raise Stale("start_person_there", email=email)
        user = User(UserId(self.ids.new()), name, email, Role(role), team or "default", admin.zone)
        await self.users.seed([user])
        await self.standing.note_user(user.id, role, admin.user_id)
        return await self.shown(session, lang=lang)

    async def keys(self, session: str, *, lang: Lang) -> Json:
        """The same with a token and an AES key for WeCom's callback, made now and kept nowhere.  Raises: NotAllowed("only_admins")."""
        return {**await self.shown(session, lang=lang), "token": secrets.token_hex(TOKEN_BYTES), "aes_key": _aes_key()}


def _aes_key() -> str:
    """43 letters and digits that are 32 bytes in base64, as WeCom asks.  Source: developer.work.weixin.qq.com/document/path/90968."""
    while True:
        key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")
        if key.isalnum():
            return key
