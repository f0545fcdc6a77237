"""What the scopes of a token name, and what they leave out."""

from datetime import timedelta

import pytest

from bot.domain.entities import SCHEMA
from bot.domain.ids import TokenId, UserId
from bot.domain.schema import Kind
from bot.domain.tokens import LOGISTICS, Grants, Token, TokenState, grants_of, meant_instead, writable
from tests.fakes.senses import NOON

EVERY_SCOPE = ["ask", "search", "dispatch"] + [
    scope for one in SCHEMA.entities if one.name != "user"
    for scope in (f"read:{one.name}", f"write:{one.name}", *(f"write:{one.name}.{field.name}" for field in writable(one)))
]


def test_each_verb_grants_itself_alone() -> None:
    """Asking is not searching, reading orders is not reading quotes, and nothing of it writes."""
    found = [grants_of([scope], SCHEMA) for scope in ("ask", "search", "read:order")]

    assert [Grants(asks=True), Grants(searches=True), Grants(reads=frozenset({"order"}))] == found


def test_dispatch_is_the_logistics_of_an_order() -> None:
    """Four fields, no amount, and no other entity."""
    grants = grants_of(["dispatch"], SCHEMA)

    assert Grants(writes=frozenset(f"order.{name}" for name in LOGISTICS)) == grants
    assert (True, False) == (grants.opens("order"), grants.opens("quote"))


def test_scopes_add_up() -> None:
    """One field and one more are two."""
    grants = grants_of(["write:order.status", "write:ticket.status", "write:order.shipped_date"], SCHEMA)

    found = [sorted(grants.writes_of(entity)) for entity in ("order", "ticket")]
    assert [["shipped_date", "status"], ["status"]] == found


def test_whole_entity_is_every_field_but_those_that_decide_whose_it_is() -> None:
    """No reference and no copied name is a program's to write, in any entity."""
    for entity in SCHEMA.entities:
        left = {one.name for one in entity.fields} - {one.name for one in writable(entity)}
        references = {one.name for one in entity.fields if one.kind is Kind.REFERENCE}
        assert references | {f"{name}_name" for name in references} >= left
        assert not references - left
    assert {"order.number", "order.amount"} < grants_of(["write:order"], SCHEMA).writes
    assert "order.owner" not in grants_of(["write:order"], SCHEMA).writes


@pytest.mark.parametrize("scope", EVERY_SCOPE)
def test_scopes_that_exist_are_granted(scope: str) -> None:
    """Every one grants something."""
    assert (Grants() != grants_of([scope], SCHEMA), ()) == (True, meant_instead(scope, SCHEMA))


@pytest.mark.parametrize("scope, among", [
    ("", "ask"), ("asks", "ask"), ("ask:order", "ask"), ("*", "dispatch"), ("admin", "write:ENTITY.FIELD"), ("read", "read:order"),
    ("read:", "read:order"), ("read:*", "read:order"), ("read:orders", "read:order"), ("read:order.amount", "read:order"),
    ("read:user", "read:order"), ("write:", "write:order"), ("write:user", "write:order"), ("write:*", "write:order"),
    ("write:order.", "write:order.status"), ("write:order.owner", "write:order.status"), ("write:order.account_name", "write:order.status"),
    ("write:order.status.x", "write:order.status"), ("WRITE:order", "ask"), ("write:order ", "write:order"),
    ("write: order", "write:order"),
])
def test_scope_that_names_nothing_grants_nothing_and_has_neighbours(scope: str, among: str) -> None:
    """Whoever wrote it is told what there is; a kept one that means nothing any more opens nothing."""
    assert (Grants(), True) == (grants_of([scope], SCHEMA), among in meant_instead(scope, SCHEMA))


def test_token_is_worth_something_until_it_ends() -> None:
    """Not at that moment any more; a revoked one says so even when its time is over, too."""
    token = Token(TokenId("a"), "dock", UserId("ann"), UserId("root"), ("ask",), "", NOON, NOON + timedelta(days=1))
    revoked = Token(TokenId("a"), "dock", UserId("ann"), UserId("root"), ("ask",), "", NOON, NOON, revoked_at=NOON)

    states = [token.state(NOON), token.state(NOON + timedelta(days=1)), revoked.state(NOON)]

    assert [TokenState.LIVE, TokenState.EXPIRED, TokenState.REVOKED] == states
