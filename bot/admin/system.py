"""The room of the system itself: what is on and why, what waits, what was spent, the audit, backups. Knows no page and no vendor."""

import asyncio
import json
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from bot.admin.door import AdminDoor
from bot.commands import Commands
from bot.domain.decision import MessageState
from bot.domain.ids import UserId
from bot.domain.talk import Lang
from bot.errors import Stale, Unclear
from bot.home import Home
from bot.outgoing import Outgoing
from bot.ports import Clock, Users
from bot.store.standing import SqliteStanding
from bot.visits import me_of

Json = dict[str, Any]

CHECK_S = 18.0
"""How long a page waits for `tandem check`."""
PATIENCE_S = 3.0
"""How long a press waits for what it began; it goes on all the same."""
DAYS, WEEK, LISTED, KEPT_BACKUPS = 14, 7, 10, 3
WORKS: Mapping[str, tuple[str, ...]] = {"backup": ("--json", "backup"), "verify": ("--json", "audit", "verify")}
SHOWN = ("tandem-copilot", "dbos", "chromadb", "fastapi", "sqlite-utils", "llama-index-core", "openai", "slack-bolt", "wechatpy")


@dataclass(frozen=True)
class About:
    """What the room looks at. models: role of the chat models -> which model; "" for none. asks: role -> the skills that ask in it."""

    home: Home
    standing: SqliteStanding
    users: Users
    clock: Clock
    models: Mapping[str, str]
    asks: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class SystemRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin."""

    door: AdminDoor
    about: About
    outgoing: Outgoing
    commands: Commands
    _works: dict[str, asyncio.Task[Json]] = field(default_factory=dict)

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"system": self.shown, "system_check": self.check, "system_press": self.press}

    async def close(self) -> None:
        """End what is under way; a backup that is not whole leaves nothing."""
        for work in self._works.values():
            work.cancel()
        await asyncio.gather(*self._works.values(), return_exceptions=True)

    async def shown(self, session: str, *, lang: Lang) -> Json:  # noqa: ARG002 - as every verb that has words
        """All but the checks, which take longer.  Raises: NotAllowed("only_admins")."""
        admin = await self.door.admin(session)
        me, week = me_of(admin), (self.about.clock.now() - timedelta(days=WEEK)).astimezone(ZoneInfo(admin.zone)).date()
        backup = await asyncio.to_thread(self.about.home.last_backup)
        standing, since = self.about.standing, self.about.clock.now() - timedelta(days=WEEK)
        stuck = [one for state in (MessageState.DEAD, MessageState.UNSURE) for one in await self.outgoing.list(state)]
        names: Mapping[str, str] = {user.id: user.name for user in await self.about.users.everyone()}
        return {
            "me": me, "week": week.isoformat(), "stuck": stuck, "costs": await self._costs(names),
            "waiting": [asdict(one) for one in await standing.waiting()],
            "fell_back": [{**asdict(one), "at": one.at.isoformat()} for one in await standing.fell_back(since, LISTED)],
            "rejected": [
                {**asdict(one), "at": one.at.isoformat(), "author": names.get(one.author, "")}
                for one in await standing.rejected(since, LISTED)
            ],
            "versions": _versions(), "disk": await asyncio.to_thread(_disk, self.about.home),
            "backup": json.loads(backup) if backup else None,
            "works": {name: self._told(name) for name in WORKS},
        }  # fmt: skip

    async def check(self, session: str, *, lang: Lang, online: bool = False) -> Json:
        """What `tandem check` says.  Raises: NotAllowed("only_admins"); Stale("check_late")."""
        await self.door.admin(session)
        asked = ("--json", "check", *(("--online",) if online else ()))
        ran = await self.commands.run(*asked, lang=lang, timeout_s=CHECK_S)
        if ran.code not in {0, 1} or not ran.said:
            raise Stale("check_late")
        return {"findings": json.loads(ran.said)["findings"], "online": online}

    async def press(self, session: str, *, lang: Lang, action: str, message: str = "") -> Json:
        """Send a message again, give one up that may have arrived, take a backup, verify the audit; tells how all stands then.

        Raises: NotAllowed("only_admins"); Unclear("unknown_button", "no_such_message").
        """
        admin = await self.door.admin(session)
        match action:
            case "replay":
                await self.outgoing.replay([message])
            case "drop":
                await self.outgoing.drop(message)
            case "backup" | "verify":
                if action == "backup" and not self._is_under_way(action):
                    await self.about.standing.note_backup(admin.user_id)
                await self._begun(action, lang)
            case _:
                raise Unclear("unknown_button")
        return await self.shown(session, lang=lang)

    async def _begun(self, name: str, lang: Lang) -> None:
        if not self._is_under_way(name):
            self._works[name] = asyncio.create_task(self._work(name, lang))
        await asyncio.wait([self._works[name]], timeout=PATIENCE_S)

    async def _work(self, name: str, lang: Lang) -> Json:
        folder = self.about.home.backups
        words = WORKS[name]
        if name == "backup":
            folder.mkdir(mode=0o700, exist_ok=True)
            words = (*words, str(folder))
        ran = await self.commands.run(*words, lang=lang)
        if name == "backup" and ran.code == 0:
            for old in sorted(folder.glob("tandem-*"))[:-KEPT_BACKUPS]:
                old.unlink(missing_ok=True)
        told: Json = json.loads(ran.said) if ran.said else {}
        return {"fine": ran.code == 0, "at": self.about.clock.now().isoformat(), "trouble": ran.complained.strip(), **told}

    def _is_under_way(self, name: str) -> bool:
        return name in self._works and not self._works[name].done()

    def _told(self, name: str) -> Json | None:
        """None where nothing was begun; else whether it is under way, went well, what the trouble was, and what the command told."""
        work = self._works.get(name)
        if work is None:
            return None
        begun: Json = {"under_way": not work.done(), "fine": False, "trouble": ""}
        if not work.done():
            return begun
        return begun | ({"trouble": str(work.exception())} if work.exception() else work.result())

    async def _costs(self, names: Mapping[str, str]) -> Json:
        today = self.about.clock.now().date()
        first = today - timedelta(days=DAYS - 1)
        days, roles, people = Counter[str](), Counter[str](), Counter[UserId]()
        for one in await self.about.standing.spent(first):
            days[one.day.isoformat()] += one.tokens
            roles[one.role] += one.tokens
            people[one.user_id] += one.tokens
        drawn = [(first + timedelta(days=number)).isoformat() for number in range(DAYS)]
        return {
            "days": [{"day": day, "tokens": days[day]} for day in drawn],
            "roles": [
                {"name": f"{role} · {self.about.models.get(role) or '–'}", "tokens": tokens, "skills": list(self.about.asks.get(role, ()))}
                for role, tokens in roles.most_common()
            ],
            "people": [{"name": names.get(one, "–"), "tokens": tokens, "person": one} for one, tokens in people.most_common(LISTED)],
        }  # fmt: skip


def _versions() -> Sequence[Json]:
    """What runs here, by name."""
    ours = [{"name": name, "version": version(name)} for name in SHOWN]
    return [*ours, {"name": "Python", "version": sys.version.split()[0]}, {"name": "SQLite", "version": sqlite3.sqlite_version}]


def _disk(home: Home) -> Json:
    """Bytes of the disk, and of the truth."""
    usage, log = shutil.disk_usage(home.folder), home.truth.with_name(f"{home.truth.name}-wal")
    truth = sum(path.stat().st_size for path in (home.truth, log) if path.exists())
    return {"total": usage.total, "free": usage.free, "truth": truth}
