"""The policy: what each role sees and changes, and how a token's few things narrow it."""

from dataclasses import replace

import pytest

from bot.domain.entities import SCHEMA
from bot.domain.ids import Audience, UserId
from bot.domain.people import EVERYONE, Role, Speaker
from bot.domain.permissions import FOR_OTHERS, LOGISTICS, SHIPPED, Fault, Permissions, Rights, tells_money
from bot.domain.schema import Kind
from bot.domain.scope import NEAREST_FIRST, Reach, Scope

ANN = Speaker(UserId("ann"), "Ann", Role.REP, "east", "Asia/Shanghai", ("east_china",))
POLICY = Permissions()
ENTITIES = [one.name for one in SCHEMA.entities]


def scope(role: Role) -> Scope:
    """What Ann may, were she of `role`."""
    return POLICY.scope(replace(ANN, role=role))


def test_the_shipped_policy_knows_its_schema() -> None:
    """Every role stands in it, and no name is misspelt."""
    assert (set(Role), []) == (set(SHIPPED), list(POLICY.faults()))


def test_the_issue_is_what_ships() -> None:
    """Marketing, coaches, reviewers write what they want to be told or tell alone; delivery logistics, too; a rep writes own records."""
    own = {"schedule", "rule", "tip"}
    writes = {
        role: {(cell.entity, name) for cell in POLICY.matrix() if cell.role is role for name in cell.writes if cell.entity not in own}
        for role in Role
    }

    assert {Role.MARKETING: set(), Role.COACH: set(), Role.REVIEWER: set(), Role.DELIVERY: {("order", name) for name in LOGISTICS}} == {
        role: writes[role] for role in (Role.MARKETING, Role.COACH, Role.REVIEWER, Role.DELIVERY)
    }
    assert (Reach.TEAM, Reach.OWN, Reach.TEAM, Reach.TEAM) == (
        scope(Role.REP).of("order"), scope(Role.REP).write_reach("opportunity", "amount"),
        scope(Role.MANAGER).of("order"), scope(Role.MANAGER).write_reach("opportunity", "amount"),
    )  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.MANAGER, Role.ADMIN}])
def test_what_others_get_is_for_those_who_lead_to_say(role: Role) -> None:
    """Everybody may have a rule that tells themselves; none by which others are told or given work."""
    mine = {name: scope(role).write_reach("rule", name) for name in ("threshold", "tells_maker", *FOR_OTHERS)}

    assert {"threshold": Reach.OWN, "tells_maker": Reach.OWN, **dict.fromkeys(FOR_OTHERS, Reach.NONE)} == mine


@pytest.mark.parametrize("role", [Role.MARKETING, Role.DELIVERY, Role.SERVICE])
def test_no_amount_is_shown_to_whom_amounts_are_hidden(role: Role) -> None:
    """Money, prices in any currency, discounts."""
    shown = {
        f"{entity.name}.{one.name}" for entity in SCHEMA.entities for one in entity.fields
        if not scope(role).hides(entity.name, one.name) and (one.kind is Kind.MONEY or "price" in one.name or "discount" in one.name)
    }  # fmt: skip

    assert set() == shown


def test_plain_figures_are_not_taken_for_money() -> None:
    """A quantity, a share of the decision, a number of days."""
    assert {"quantity", "weight", "pays_late_days", "score"}.isdisjoint(
        one.name for entity in SCHEMA.entities for one in entity.fields if tells_money(one)
    )


@pytest.mark.parametrize("role", Role)
def test_nobody_changes_what_they_do_not_see(role: Role) -> None:
    """Over every entity and field: the reach of writing is within that of reading, and what is hidden is not written."""
    mine = scope(role)

    for entity in SCHEMA.entities:
        for one in entity.fields:
            far = mine.write_reach(entity.name, one.name)
            assert NEAREST_FIRST.index(far) <= NEAREST_FIRST.index(mine.of(entity.name))
            assert far is Reach.NONE or not mine.hides(entity.name, one.name)


def test_writing_is_capped_by_reading() -> None:
    """A policy that says otherwise is read as the lesser."""
    eager = Permissions({Role.REP: Rights({"order": Reach.OWN}, {"*": Reach.ALL}, ("order.amount",))}).scope(ANN)

    assert (Reach.OWN, Reach.NONE, Reach.NONE) == (
        eager.write_reach("order", "status"), eager.write_reach("order", "amount"), eager.write_reach("ticket", "status")
    )  # fmt: skip


def test_the_most_particular_name_counts() -> None:
    """A field before its entity before all; what a reference names goes with it."""
    writes = {"*": Reach.OWN, "order": Reach.TEAM, "order.status": Reach.ALL, "order.owner": Reach.NONE}
    mine = Permissions({Role.REP: Rights({"*": Reach.ALL}, writes)}).scope(ANN)

    assert [Reach.OWN, Reach.TEAM, Reach.ALL, Reach.NONE, Reach.NONE] == [
        mine.write_reach("ticket", "status"), mine.write_reach("order", "amount"), mine.write_reach("order", "status"),
        mine.write_reach("order", "owner"), mine.write_reach("order", "owner_name"),
    ]  # fmt: skip


def test_who_is_not_named_may_nothing() -> None:
    """A role that the policy leaves out sees no entity and changes no field."""
    nobody = Permissions({}).scope(ANN)

    assert ({Reach.NONE}, False) == ({nobody.of(name) for name in ENTITIES}, nobody.may_write("account", ["name"]))


@pytest.mark.parametrize(
    "rights, part, name",
    [
        (Rights({"orders": Reach.ALL}), "reads", "orders"),
        (Rights({"order.amount": Reach.ALL}), "reads", "order.amount"),
        (Rights({}, {"order.colour": Reach.ALL}), "writes", "order.colour"),
        (Rights({}, {"*.status": Reach.ALL}), "writes", "*.status"),
        (Rights({}, {"user.role": Reach.ALL}), "writes", "user.role"),
        (Rights({}, {}, ("order",)), "hidden", "order"),
        (Rights({}, {}, ("account.name",)), "hidden", "account.name"),
        (Rights({}, {}, ("*.colour",)), "hidden", "*.colour"),
    ],
)
def test_a_name_that_the_schema_does_not_know_is_found(rights: Rights, part: str, name: str) -> None:
    """With the role, the part, and what would fit."""
    [fault] = Permissions({Role.REP: rights}).faults()

    assert (Role.REP, part, name, True) == (fault.role, fault.part, fault.name, bool(fault.known))
    assert isinstance(fault, Fault)


def test_who_may_write_is_said_by_role() -> None:
    """For the sentence that sends somebody on."""
    assert ((Role.DELIVERY, Role.ADMIN), (Role.REP, Role.MANAGER, Role.ADMIN)) == (
        POLICY.writers("order", "shipped_date"), POLICY.writers("opportunity", "stage")
    )  # fmt: skip


# --- what a token leaves ----------------------------------------------------------------------------------------------


def test_a_token_for_the_dispatch_sees_and_writes_the_dispatch_alone() -> None:
    """Of an order the logistics, of anything else nothing."""
    token = scope(Role.DELIVERY).narrowed(writes=[f"order.{name}" for name in LOGISTICS])
    order = SCHEMA.entity("order")

    assert order
    assert {"order"} == {name for name in ENTITIES if token.of(name) is not Reach.NONE}
    assert set(LOGISTICS) == {one.name for one in order.fields if not token.hides("order", one.name)}
    assert {f"order.{name}" for name in LOGISTICS} == {
        f"{entity.name}.{one.name}" for entity in SCHEMA.entities for one in entity.fields if token.may_write(entity.name, [one.name])
    }


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "reads, writes",
    [((), ()), (("*",), ()), (("order",), ()), ((), ("order",)), ((), ("order.status",)), (("order", "account"), ("*",)),
     (("contract",), ("contract.status", "account")), (("order",), ("order.amount",)), (("*",), ("*",))],
)  # fmt: skip
def test_narrowing_only_takes_away(role: Role, reads: tuple[str, ...], writes: tuple[str, ...]) -> None:
    """Over every entity and field, and once more narrowed, too; nothing that was not named is left."""
    before = scope(role)
    after = before.narrowed(reads=reads, writes=writes)
    again = after.narrowed(reads=("order",), writes=("order.status",))

    for whole, part in ((before, after), (after, again)):
        for entity in SCHEMA.entities:
            assert NEAREST_FIRST.index(part.of(entity.name)) <= NEAREST_FIRST.index(whole.of(entity.name))
            for one in entity.fields:
                assert part.hides(entity.name, one.name) >= whole.hides(entity.name, one.name)
                assert NEAREST_FIRST.index(part.write_reach(entity.name, one.name)) <= NEAREST_FIRST.index(
                    whole.write_reach(entity.name, one.name)
                )
                if not {entity.name, f"{entity.name}.{one.name}", "*"} & set(writes):
                    assert after.write_reach(entity.name, one.name) is Reach.NONE


def test_a_token_that_reads_all_reads_what_its_person_reads() -> None:
    """`*` adds nothing to a role that names its entities."""
    token = scope(Role.DELIVERY).narrowed(reads=["*"])

    assert [scope(Role.DELIVERY).of(name) for name in ENTITIES] == [token.of(name) for name in ENTITIES]


@pytest.mark.parametrize("role", Role)
def test_nobody_sees_a_record_where_others_read_along(role: Role) -> None:
    """Nor changes one, nor a paper that is for some: whoever they are, and in whatever region."""
    among = replace(ANN, role=role).among_others
    left, audiences = POLICY.scope(among), [EVERYONE, *(Audience(one) for one in (f"role:{role}", "team:east", "user:ann"))]

    assert {Reach.NONE} == {left.of(one) for one in ENTITIES}
    assert {Reach.NONE} == {left.write_reach(entity.name, one.name) for entity in SCHEMA.entities for one in entity.fields}
    assert (frozenset({EVERYONE}), False) == (among.audiences, among.sees_all_documents)
    assert [EVERYONE] == [one for one in audiences if among.may_see(one)]
