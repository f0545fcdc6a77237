"""The port `Tokens`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ids import TokenId, UserId
from bot.domain.tokens import Token
from bot.errors import Stale
from tests.contracts.house import Stores
from tests.fakes.senses import NOON

DOCK = Token(
    TokenId("a1"), "Dock", UserId("ann"), UserId("root"), ("dispatch", "read:order"), "d" * 64, NOON, NOON + timedelta(days=90)
)
ROOT = UserId("root")


async def told(stores: Stores) -> list[tuple[str, object]]:
    """What the audit says of tokens, oldest first: type, and what was done or by whom."""
    events = await stores.events.since(0)
    return [(one.type, one.payload.get("did", one.payload.get("by"))) for one in events if one.type.startswith("token.")]


async def test_token_reads_back_as_added_and_others_are_not_there(stores: Stores) -> None:
    """By its public part; its making is in the audit."""
    await stores.tokens.add(DOCK)

    assert (DOCK, None) == (await stores.tokens.token(DOCK.id), await stores.tokens.token(TokenId("a2")))
    assert [("token.created", "root")] == await told(stores)


async def test_name_belongs_to_one_token_at_a_time(stores: Stores) -> None:
    """Without case; once the first is revoked the name is free, and both stay on the list, the newest first."""
    await stores.tokens.add(DOCK)
    second = replace(DOCK, id=TokenId("a2"), name="dock", created_at=NOON + timedelta(hours=1))
    with pytest.raises(Stale) as taken:
        await stores.tokens.add(second)

    await stores.tokens.revoke("DOCK", ROOT)
    await stores.tokens.add(second)

    assert ("token_name_taken", ["a2", "a1"]) == (taken.value.key, [one.id for one in await stores.tokens.everyone()])


async def test_token_is_revoked_once_and_for_good(stores: Stores) -> None:
    """It keeps the moment; there is nothing left to revoke afterwards."""
    await stores.tokens.add(DOCK)

    first, second = await stores.tokens.revoke("dock", ROOT), await stores.tokens.revoke("dock", ROOT)

    kept = await stores.tokens.token(DOCK.id)
    assert (replace(DOCK, revoked_at=stores.clock.now()), None) == (first, second)
    assert (first, [("token.created", "root"), ("token.revoked", "root")]) == (kept, await told(stores))


async def test_uses_and_refusals_are_audited_and_only_uses_count_as_use(stores: Stores) -> None:
    """When it was used last stands on the token; what was refused, and why, in the audit."""
    await stores.tokens.add(DOCK)
    used = NOON + timedelta(minutes=5)

    await stores.tokens.used(DOCK, used, "read:order:1")
    await stores.tokens.used(DOCK, used + timedelta(minutes=5), "ask", refused="token_scope")

    kept = await stores.tokens.token(DOCK.id)
    assert [("token.created", "root"), ("token.used", "read:order:1"), ("token.refused", "ask")] == await told(stores)
    assert ("token_scope", used) == ((await stores.events.since(0))[-1].payload["refused"], kept and kept.last_used_at)
