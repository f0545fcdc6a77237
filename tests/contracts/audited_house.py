"""A house in which something of everything was done, and how its audit is looked at."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.domain.decision import Verdict
from bot.domain.ids import TokenId, UserId
from bot.domain.outcome import Answer, Draft
from bot.domain.people import Role, User
from bot.domain.proof import Head
from bot.domain.records import Cause
from bot.domain.tokens import Token
from bot.store.codec import load
from bot.store.heads import SqliteHeads
from bot.store.rows import every
from bot.store.threads import SqliteThreads
from bot.store.verifying import Verification, Wrong
from tests.contracts.house import DRAFT, LIN, MAYA, SEEN, Stores, origin

LETTER = Draft("…", "letter", {"subject": "Hello", "body": "Good morning", "addressee": "Somebody", "channel": "forward", "owner": "lin"})
CAUSE = Cause("lin")


def heads(stores: Stores) -> SqliteHeads:
    """Who takes heads of a store."""
    return SqliteHeads(stores.database, stores.clock, stores.path.parent / "heads")


def wrong(path: Path, **outside: Head) -> list[Wrong]:
    """All that is wrong with a store."""
    return list(Verification(path, outside).wrongs())


def keys(path: Path, **outside: Head) -> set[str]:
    """The kinds of what is wrong with a store."""
    return {one.key for one in wrong(path, **outside)}


async def entries(stores: Stores) -> list[dict[str, Any]]:
    """Every entry."""
    rows = await stores.database.read(lambda database: every(database, "SELECT entry FROM audit ORDER BY seq"))
    return [load(row["entry"]) for row in rows]


async def kinds(stores: Stores) -> list[str]:
    """The kinds of every entry."""
    return [entry["kind"] for entry in await entries(stores)]


def behind_its_back(path: Path, statement: str, *values: object) -> int:
    """Change a store as nobody should; says how many rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        return database.execute(statement, values).rowcount


async def lived(stores: Stores) -> Head:
    """A house in which something of everything was done; its newest head."""
    settlement = await stores.settled()
    for message in await stores.outbox.claim(10):
        await stores.outbox.delivered(message.id, "r")
    await stores.settled(Answer("a"), where=origin("t2"))
    [message] = await stores.outbox.claim(10)
    await stores.outbox.unsure(message.id, "lost")
    await heads(stores).take()
    held = await stores.drafted(replace(DRAFT, record_id=None))
    held = await stores.drafts.edit(held.id, 1, LIN, {"amount": [90000, "USD"]}, turn_id=stores.turn())
    await stores.drafts.save(held.id, 2, LIN, turn_id=stores.turn())
    await stores.drafts.discard((await stores.drafted()).id, 1, LIN, turn_id=stores.turn())
    await stores.drafted()
    await SqliteThreads(stores.database, stores.clock, stores.ids).judge(settlement.decision_id, LIN, Verdict.DOWN, "too long")
    await stores.tokens.add(token(stores))
    await stores.records.erase(
        (await stores.records.put("account", {"name": "Acme"}, cause=replace(CAUSE, evidence={"name": SEEN}))).id, cause=CAUSE
    )
    stores.move(days=31)
    await stores.content.purge({"turn": 30})
    return await heads(stores).take()


async def reviewed(stores: Stores) -> None:
    """A letter that was asked about, changed and approved; another that waits."""
    people = ((LIN, Role.REP), ("zhang", Role.MANAGER), ("liang", Role.REVIEWER), ("zhou", Role.LEGAL))
    await stores.users.seed([User(UserId(name), name, f"{name}@e.example", role, "east", "UTC", {}) for name, role in people])
    held = await stores.drafted(LETTER)
    review = await stores.reviews.submit(held.id, 1, LIN, (), turn_id=stores.turn())
    by = review.seats[0].eligible[0]
    review = await stores.reviews.ask(review.ref, by, "Which morning?", turn_id=stores.turn())
    review = await stores.reviews.reply(review.ref, LIN, "This one.", turn_id=stores.turn())
    await stores.reviews.approve(review.ref, by, turn_id=stores.turn(), fields={"body": "Good evening"})
    await stores.reviews.submit((await stores.drafted(LETTER)).id, 1, LIN, (), turn_id=stores.turn())


def token(stores: Stores) -> Token:
    """A token of Lin's."""
    now = stores.clock.now()
    return Token(TokenId("0123456789abcdef"), "bi", LIN, MAYA, ("ask",), "d1935", now, now.replace(year=2099))
