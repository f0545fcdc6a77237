"""Who a token stands for, how long, and that its secret is nowhere. Over the real store, with a clock that tests move."""

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlite_utils
from structlog.testing import capture_logs

from bot.domain.entities import SCHEMA
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.errors import NotAllowed, Stale, TooMany, Unclear
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.rows import change, every
from bot.store.tokens import SqliteTokens
from bot.store.users import SqliteUsers
from bot.tokens import SECRET, Pace, Tokens, digest
from tests.fakes.senses import SetClock

ANN = User(UserId("ann"), "Ann", "ann@example.com", Role.DELIVERY, "east", "UTC")
ROOT = User(UserId("root"), "Root", "root@example.com", Role.ADMIN, "", "UTC")

AUDIT = """
    SELECT type, json_extract(payload, '$.did') AS did, json_extract(payload, '$.refused') AS why
    FROM events WHERE type LIKE 'token.%' ORDER BY seq"""


@dataclass
class Booth:
    """Where tokens are made and shown, its clock, and what stands in the file behind it."""

    tokens: Tokens
    users: SqliteUsers
    clock: SetClock
    database: Database

    async def made(self, name: str = "dock", *scopes: str, as_: str = "ann@example.com", days: int = 90) -> str:
        """The secret of a new token."""
        return str((await self.tokens.create(name, scopes or ("dispatch",), as_=as_, days=days))["token"])

    async def refusal(self, secret: str) -> str:
        """Why a secret opens nothing."""
        with pytest.raises(NotAllowed) as refused:
            await self.tokens.bearer(secret)
        return refused.value.key

    async def audit(self) -> list[tuple[str, object, object]]:
        """Type, what was done, and why it was refused, of what was noted about tokens."""
        rows = await self.database.read(lambda database: every(database, AUDIT))
        return [(row["type"], row["did"], row["why"]) for row in rows]

    async def alter(self, statement: str) -> None:
        """Change a person behind the back of the house."""

        def work(database: sqlite_utils.Database) -> None:
            change(database, statement, {})

        await self.database.write(work)


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    """A home with Ann, who delivers, and Root, an admin."""
    database, clock = Database(tmp_path / "tandem.db"), SetClock()
    migrate(database)
    users = SqliteUsers(database, clock, TimeIds())
    await users.seed([ANN, ROOT])
    yield Booth(Tokens(SqliteTokens(database, clock, TimeIds()), users, clock, SCHEMA, Pace(60), "UTC"), users, clock, database)
    database.close()


async def test_secret_is_seen_once_and_stands_nowhere(booth: Booth) -> None:
    """256 random bits after the public part; neither they nor the whole are in the list, the log, or any byte of the files."""
    with capture_logs() as logged:
        secret = await booth.made()
        await booth.tokens.note((await booth.tokens.bearer(secret)).token, "ask")
        await booth.refusal(secret[:-1] + ("A" if secret[-1] != "A" else "B"))
        listed = await booth.tokens.list()

    hidden = secret[21:]
    disk = b"".join(file.read_bytes() for file in booth.database.path.parent.iterdir())
    assert (True, 43) == (SECRET.fullmatch(secret) is not None, len(hidden))
    assert [] == [place for place in (str(listed), str(logged), repr(disk)) if hidden in place]
    assert (True, 2) == (digest(secret).encode() in disk, len([one for one in logged if one["event"].startswith("token_")]))


async def test_two_tokens_share_nothing_secret(booth: Booth) -> None:
    """Each has its own."""
    one, other = await booth.made("one"), await booth.made("other")

    assert (False, False) == (one[21:] == other[21:], one[:20] == other[:20])


async def test_token_acts_for_its_person_with_the_rights_of_the_moment(booth: Booth) -> None:
    """Another role tomorrow is another token's worth; the token adds nothing."""
    secret = await booth.made()
    before = await booth.tokens.bearer(secret)
    await booth.alter("UPDATE users SET role = 'rep', team = 'west' WHERE id = 'ann'")
    after = await booth.tokens.bearer(secret)

    assert [(Role.DELIVERY, "east"), (Role.REP, "west")] == [(one.speaker.role, one.speaker.team) for one in (before, after)]
    assert ("ann", "root") == (after.token.user_id, after.token.created_by)


async def test_token_of_somebody_who_is_gone_opens_nothing(booth: Booth) -> None:
    """It says so, on the list too."""
    secret = await booth.made()
    await booth.alter("DELETE FROM users WHERE id = 'ann'")

    assert ("token_gone", "gone") == (await booth.refusal(secret), (await booth.tokens.list())[0]["state"])


async def test_owners_token_ends_when_there_are_users(booth: Booth) -> None:
    """The owner was somebody only while nobody else was."""
    await booth.alter("DELETE FROM users")
    secret = await booth.made(as_="")
    first = await booth.tokens.bearer(secret)
    await booth.users.seed([ANN])

    assert ("owner", Role.ADMIN, "token_gone") == (first.speaker.user_id, first.speaker.role, await booth.refusal(secret))


async def test_token_ends_by_time_or_by_hand(booth: Booth) -> None:
    """At the moment itself, not a second before; ninety days where nobody says otherwise."""
    timed, ended = await booth.made("timed"), await booth.made("ended")
    await booth.tokens.revoke("Ended")
    booth.clock.move(timedelta(days=90) - timedelta(seconds=1))
    await booth.tokens.bearer(timed)
    booth.clock.move(timedelta(seconds=1))

    assert ["token_expired", "token_revoked"] == [await booth.refusal(timed), await booth.refusal(ended)]
    assert ["expired", "revoked"] == sorted(one["state"] for one in await booth.tokens.list())


@pytest.mark.parametrize("shown, why", [
    ("", "token_missing"), ("tdm_", "token_unknown"), ("hello", "token_unknown"), ("tdm_0000000000000000_" + "A" * 43, "token_unknown"),
    ("tdm_" + "٠" * 16 + "_" + "A" * 43, "token_unknown"), ("\ud800", "token_unknown"),
])
async def test_what_is_no_token_opens_nothing(booth: Booth, shown: str, why: str) -> None:
    """Whatever it looks like."""
    assert why == await booth.refusal(shown)


async def test_secret_is_compared_whole_and_in_constant_time(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests of full length, by the comparison that does not stop early; for a token that does not exist likewise."""
    secret, compared = await booth.made(), list[tuple[int, int]]()
    real = hmac.compare_digest

    def noted(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return real(one, other)

    monkeypatch.setattr("bot.tokens.hmac.compare_digest", noted)
    shown = [secret[:-2] + "!!", f"{secret[:21]}{'A' * 43}", f"tdm_{'0' * 16}_{secret[21:]}"]
    refused = [await booth.refusal(one) for one in shown]
    await booth.tokens.bearer(secret)

    assert (["token_unknown"] * 3, [(64, 64)] * 4) == (refused, compared)


@pytest.mark.parametrize("name, scopes, days, key", [
    ("", ["ask"], 90, "token_bad_name"), ("a\nb", ["ask"], 90, "token_bad_name"), ("x" * 61, ["ask"], 90, "token_bad_name"),
    ("a", [], 90, "token_no_scope"), ("a", ["ask"], 0, "token_bad_days"), ("a", ["ask"], 366, "token_bad_days"),
    ("a", ["ask"], -1, "token_bad_days"), ("a", ["ask", "fly"], 90, "token_no_such_scope"),
])
async def test_what_cannot_be_made_is_said(booth: Booth, name: str, scopes: list[str], days: int, key: str) -> None:
    """And nothing is kept."""
    with pytest.raises(Unclear) as unclear:
        await booth.tokens.create(name, scopes, as_="ann", days=days)

    assert (key, []) == (unclear.value.key, await booth.tokens.list())


async def test_nobody_and_several_are_asked_back(booth: Booth) -> None:
    """A name that nobody has; a name that is taken; a home whose people have no admin."""
    await booth.made()
    with pytest.raises(Unclear) as unknown:
        await booth.made("other", as_="zed")
    with pytest.raises(Stale) as taken:
        await booth.made("DOCK")
    await booth.alter("DELETE FROM users WHERE id = 'root'")
    with pytest.raises(Unclear) as who:
        await booth.made("third", as_="")

    assert ("no_such_person", "token_name_taken", "say_who") == (unknown.value.key, taken.value.key, who.value.key)


async def test_token_may_come_so_often_a_minute(booth: Booth) -> None:
    """Then it is told when to come again, and that is right; refusals beyond fill no audit, and another token is not held up."""
    tokens = Tokens(booth.tokens.kept, booth.users, booth.clock, SCHEMA, Pace(3), "UTC")
    busy, other = await booth.made("busy"), await booth.made("other")
    for _ in range(3):
        await tokens.bearer(busy)
    before = len(await booth.audit())
    with pytest.raises(TooMany) as stopped:
        await tokens.bearer(busy)
    await tokens.bearer(other)

    booth.clock.move(timedelta(seconds=stopped.value.retry_after_s - 1))
    with pytest.raises(TooMany):
        await tokens.bearer(busy)
    booth.clock.move(timedelta(seconds=1))
    assert ("busy", 20, before) == ((await tokens.bearer(busy)).token.name, stopped.value.retry_after_s, len(await booth.audit()))


async def test_uses_and_refusals_are_audited(booth: Booth) -> None:
    """What an expired token tried, and what a live one did; not what nobody's token tried."""
    secret = await booth.made()
    by = await booth.tokens.bearer(secret)
    await booth.tokens.note(by.token, "read:order:1")
    await booth.tokens.note(by.token, "ask", refused="token_scope")
    await booth.refusal("tdm_nothing")
    booth.clock.move(timedelta(days=90))
    await booth.refusal(secret)

    assert [
        ("token.created", None, None), ("token.used", "read:order:1", ""), ("token.refused", "ask", "token_scope"),
        ("token.refused", "", "token_expired"),
    ] == await booth.audit()
