"""Digests for everybody: composed over a real store, laid out for a chat and as a page. Knows the store and the skill, no server."""

import asyncio
import gc
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from bot.channels.form.capabilities import SLACK
from bot.channels.form.layout import laid_out
from bot.digest_page import told
from bot.domain.decision import Message, MessageState
from bot.domain.ids import DecisionId, MessageId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, User
from bot.domain.records import Cause, Import
from bot.domain.talk import Lang, Origin, direct_thread
from bot.places import HERE
from bot.store.users import SqliteUsers
from bot.web.reader import Cookies, Reader
from bot.web.shell import HERE as PAGES
from bot.web.shell import Shell
from bot.words import TomlWords, read_sentences
from tests.benchmarks.measured import Measured
from tests.digested import NOW, Firm, firm_in
from tests.fakes.senses import SetClock

DIGESTS, COPIES = 5_000, 1
REPS_EACH, SIDE_BY_SIDE = 7, 16
"""Reps to a manager; turns that a house works on at a time (`[conversation] threads`)."""
BAR_S = 120
SELLERS = frozenset({Role.REP, Role.MANAGER})
KINDS = {Role.REP: "digest_daily", Role.MANAGER: "digest_weekly"}
"""What each is sent without asking."""


def measure() -> Iterator[Measured]:
    """Fill a store with the firm, then tell reps their day and managers their week, again and again."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        firm, people = asyncio.run(_filled(Path(folder)))
        yield Measured(f"a store for {len(people)} people who sell", time.perf_counter() - begun, "s")
        gc.collect()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.perf_counter()
        lines, size = asyncio.run(_told(firm, people))
        taken = time.perf_counter() - begun
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        detail = f"{lines:,} lines, {size / DIGESTS / 1024:.0f} KiB a page, {taken / DIGESTS * 1000:.1f} ms each"
        yield Measured(f"{DIGESTS:,} digests composed and rendered", taken, "s", BAR_S, detail)
        yield Measured("memory that took", grown, "MiB", detail=f"{before / 1024:.0f} MiB before")
        firm.database.close()


async def _filled(folder: Path) -> tuple[Firm, list[User]]:
    """The firm, and copies of it under other names where more than one is wanted, each a house of teams of its own."""
    firm = await firm_in(folder)
    records = [one for entity in ENTITIES for one in (await _all(firm, entity))]
    people = [one for one in firm.users if one.role in SELLERS]
    for copy in range(1, COPIES):
        users = [_copied(one, copy) for one in firm.users]
        await SqliteUsers(firm.database, SetClock(NOW), _Ids()).seed(users)
        await firm.records.put_many([_moved(one, copy) for one in records], cause=Cause("import"))
        people += [one for one in users if one.role in SELLERS]
    return firm, people


ENTITIES = ("account", "contact", "opportunity", "touchpoint", "task", "quote", "invoice", "contract", "ticket", "nps", "order")
OWNED = ("owner", "account", "contact", "opportunity", "order", "ticket")


class _Ids:
    """The port `Ids` where none is needed."""

    def new(self) -> str:
        """Never asked."""
        raise NotImplementedError


async def _all(firm: Firm, entity: str) -> list[Import]:
    found, after = list[Import](), None
    while True:
        page = await firm.records.page(entity, after=after, limit=500)
        found += [Import(one.id, entity, one.fields) for one in page.items]
        if (after := page.after) is None:
            return found


def _copied(user: User, copy: int) -> User:
    return replace(user, id=UserId(f"{user.id}-{copy}"), email=f"{copy}.{user.email}", team=f"{user.team}-{copy}", handles={})


def _moved(one: Import, copy: int) -> Import:
    """A record of a copy: everything it hangs on is of the same copy."""
    fields = {name: f"{value}-{copy}" if name in OWNED and isinstance(value, str) else value for name, value in one.fields.items()}
    return Import(type(one.id)(f"{one.id}-{copy}"), one.entity, fields)


async def _told(firm: Firm, people: list[User]) -> tuple[int, int]:
    """Lines and bytes of pages in all."""
    house = TomlWords(read_sentences(HERE / "strings.toml"))
    shell = Shell(TomlWords(read_sentences(PAGES / "strings.toml")), SetClock(NOW), Cookies(secure=False))

    async def one(number: int, user: User) -> tuple[int, int]:
        lang = (Lang.ZH, Lang.EN)[number % 2]
        answer = await firm.digest(user, KINDS[user.role], lang)
        await laid_out(_message(answer, user, lang), SLACK, house)
        return len(list(answer.digest.lines)) if answer.digest else 0, len(_page(shell, answer, user, lang).encode())

    lines = size = 0
    readers = enumerate(islice(_readers(people), DIGESTS))
    while some := list(islice(readers, SIDE_BY_SIDE)):
        for count, length in await asyncio.gather(*(one(*each) for each in some)):
            lines, size = lines + count, size + length
    return lines, size


def _readers(people: list[User]) -> Iterator[User]:
    """Seven reps, then a manager, and so on without an end."""
    reps, managers = (cycle([one for one in people if one.role is role]) for role in (Role.REP, Role.MANAGER))
    while True:
        yield from islice(reps, REPS_EACH)
        yield next(managers)


def _message(answer: Answer, user: User, lang: Lang) -> Message:
    origin = Origin("slack", "T1", user.id, direct_thread("slack", "T1", user.id))
    return Message(
        MessageId("m1"), 1, origin, TurnId("turn-1"), DecisionId("d1"), answer, None, None, 1, MessageState.SENDING, lang,
    )  # fmt: skip


def _page(shell: Shell, answer: Answer, user: User, lang: Lang) -> str:
    if answer.digest is None:
        return ""
    facts = {
        **told(answer.digest, dict(enumerate(answer.evidence)), lang), "turn": "turn-1", "decision": "d1", "at": NOW.isoformat(),
        "zone": user.zone, "mails": True, "me": {"name": user.name, "role": user.role},
    }  # fmt: skip
    return shell.html("digest.html", Reader("s", lang, "", partial=False, path="/"), digest=facts, mailed=False, me=facts["me"])
